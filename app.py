"""Entry point: `app` for a WSGI server; `python app.py` serves the site in one process."""

from nanhua_emergency import create_app

app = create_app()

if __name__ == "__main__":
    from nanhua_emergency.serving import serve

    raise SystemExit(serve(app))
