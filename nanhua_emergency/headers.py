"""Headers of every answer, and static files with a far-future date."""

import gzip
import os
import tempfile
from pathlib import Path

from flask import Flask, Response, make_response
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

# Nothing but our own files, no inline script or style, no frame, no foreign form.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
YEAR = 365 * 86400


def init_app(app: Flask) -> None:
    """Headers on every answer, static files with a far-future date, the right client address."""
    app.after_request(_add_headers)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=_compressed_copy(Path(str(app.static_folder)), Path(app.instance_path, "static")),
        prefix="static/",
        max_age=YEAR,
    )
    if app.config["PROXIES"]:
        count = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _compressed_copy(folder: Path, copy: Path) -> Path:
    """The static files with a gzip file beside each, where WhiteNoise looks for them.

    They go to the folder of data; where that cannot be written, files are served as they are.
    """
    try:
        for path in [one for one in folder.rglob("*") if one.is_file()]:
            target, content = copy / path.relative_to(folder), path.read_bytes()
            target.parent.mkdir(parents=True, exist_ok=True)
            _put(target, content)
            _put(target.with_name(f"{target.name}.gz"), gzip.compress(content, mtime=0))
    except OSError:
        return folder
    return copy


def _put(path: Path, content: bytes) -> None:
    """Write a file in one step, if it is not there already; several processes may do so at once."""
    if path.exists() and path.read_bytes() == content:
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS:
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def closed(answer: ResponseReturnValue) -> Response:
    """An answer that nobody keeps, and that does not tell its address to other sites."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
