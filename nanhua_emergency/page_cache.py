"""Public pages kept as bytes, so that many readers at once cost no more than one."""

import gzip
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, make_response, request, session

from nanhua_emergency.access import View, current_person

# How long another process may still show the text that was replaced.
SECONDS = 1.0
PAGES = 256


@dataclass(frozen=True)
class _Page:
    body: bytes
    zipped: bytes
    etag: str
    expires: float


@dataclass
class _Pages:
    kept: OrderedDict[str, _Page] = field(default_factory=OrderedDict)


def init_app(app: Flask) -> None:
    """Forget all pages whenever this process changes anything."""
    app.extensions["pages"] = _Pages()

    @app.after_request
    def forget(response: Response) -> Response:
        if request.method not in ("GET", "HEAD"):
            app.extensions["pages"].kept.clear()
        return response


def kept_for_visitors(view: View) -> View:
    """Answer visitors from bytes kept for a second; by 304 when they already have them."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if current_person() is not None or session.get("_flashes"):
            return view(*args, **kwargs)
        kept: OrderedDict[str, _Page] = current_app.extensions["pages"].kept
        page = kept.get(request.full_path)
        if page is None or page.expires < time.monotonic():
            response = make_response(view(*args, **kwargs))
            if response.status_code != 200:
                return response
            page = _keep(kept, request.full_path, response)
        return _answer_from(page)

    return answer


def _keep(kept: OrderedDict[str, _Page], path: str, response: Response) -> _Page:
    body = response.get_data()
    etag = response.get_etag()[0] or hashlib.sha256(body).hexdigest()[:32]
    page = _Page(body, gzip.compress(body, 6), etag, time.monotonic() + SECONDS)
    kept[path] = page
    while len(kept) > PAGES:
        kept.popitem(last=False)
    return page


def _answer_from(page: _Page) -> Response:
    is_zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    # A tag each for the two forms; a reader that shows either has the page.
    tag = f'"{page.etag}-gzip"' if is_zipped else f'"{page.etag}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding, Cookie", "Cache-Control": "no-cache"}
    if _has_already(page):
        return Response(status=304, headers=headers)
    if is_zipped:
        headers["Content-Encoding"] = "gzip"
    body = page.zipped if is_zipped else page.body
    return Response(body, headers=headers, mimetype="text/html")


def _has_already(page: _Page) -> bool:
    shown = request.headers.get("If-None-Match", "")
    return bool(shown) and (page.etag in shown or shown.strip() == "*")
