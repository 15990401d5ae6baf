"""Entry point: `app` for a WSGI server; `python app.py` serves the site in one process."""

import sys

from nanhua_emergency import create_app
from nanhua_emergency.config import SettingWrong

try:
    app = create_app()
except SettingWrong as wrong:
    print(wrong, file=sys.stderr)
    raise

if __name__ == "__main__":
    from nanhua_emergency.serving import serve

    raise SystemExit(serve(app))
