"""Public pages kept as bytes, so that many readers at once cost no more than one."""

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, make_response, request, session

from nanhua_emergency.access import View, current_person
from nanhua_emergency.headers import HEADERS
from nanhua_emergency.languages import language_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# How long another process may still show the text that was replaced.
SECONDS = 1.0
PAGES = 256

# Path, question and language.
Key = tuple[str, str, str]


@dataclass
class _Page:
    body: bytes
    zipped: bytes
    etag: str
    expires: float

    def is_fresh(self) -> bool:
        """Whether it may be shown without asking the database."""
        return time.monotonic() < self.expires

    def renew_by_one(self) -> bool:
        """Whether the caller should build the page anew; the others show this one meanwhile."""
        if self.is_fresh():
            return False
        self.expires = time.monotonic() + SECONDS
        return True


@dataclass
class _Pages:
    kept: OrderedDict[Key, _Page] = field(default_factory=OrderedDict)
    changes: int = 0
    lock: Lock = field(default_factory=Lock)

    def keep(self, key: Key, page: _Page, *, changes: int) -> None:
        """Keep a page, unless something changed after `changes` while it was being built."""
        with self.lock:
            if changes == self.changes:
                self.kept[key] = page
            while len(self.kept) > PAGES:
                self.kept.popitem(last=False)

    def forget(self) -> None:
        """Keep nothing of what was built before this moment."""
        with self.lock:
            self.changes += 1
            self.kept.clear()


def init_app(app: Flask) -> None:
    """Forget all pages whenever this process changes anything; answer visitors before Flask."""
    pages = app.extensions["pages"] = _Pages()
    app.wsgi_app = _Front(app.wsgi_app, pages, app.config["SESSION_COOKIE_NAME"])  # type: ignore[method-assign]

    @app.after_request
    def forget(response: Response) -> Response:
        if request.method not in ("GET", "HEAD"):
            pages.forget()
        return response


class _Front:
    """Answers who has no session cookie from the pages kept; everything else goes to Flask."""

    def __init__(self, site: "WSGIApplication", pages: _Pages, cookie: str) -> None:
        self.site, self.pages, self.cookie = site, pages, cookie

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        page = self.pages.kept.get(_key_of(environ)) if self._is_visitor(environ) else None
        if page is None or not page.is_fresh():
            return self.site(environ, start_response)
        status, headers, body = _answer(page, environ)
        start_response(status, [*headers, *HEADERS])
        return [body]

    def _is_visitor(self, environ: "WSGIEnvironment") -> bool:
        return environ["REQUEST_METHOD"] == "GET" and self.cookie not in environ.get(
            "HTTP_COOKIE", ""
        )


def kept_for_visitors(view: View) -> View:
    """Answer visitors from bytes kept for a second; by 304 when they already have them."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if current_person() is not None or session.get("_flashes"):
            return view(*args, **kwargs)
        pages: _Pages = current_app.extensions["pages"]
        page = pages.kept.get(_key_of(request.environ))
        if page is None or page.renew_by_one():
            return _build(pages, view, *args, **kwargs)
        return _respond(page)

    return answer


def _build(pages: _Pages, view: View, *args: Any, **kwargs: Any) -> Response:
    key, changes = _key_of(request.environ), pages.changes
    # What was kept stays for the others while this page is built, but not when there is none now.
    try:
        response = make_response(view(*args, **kwargs))
    except Exception:
        pages.kept.pop(key, None)
        raise
    if response.status_code != 200:
        pages.kept.pop(key, None)
        return response
    body = response.get_data()
    # The view's tag names the text; the rest of the page (title, approval, style) changes too.
    etag = "-".join(filter(None, (response.get_etag()[0], hashlib.sha256(body).hexdigest()[:20])))
    page = _Page(body, gzip.compress(body, 6), etag, time.monotonic() + SECONDS)
    pages.keep(key, page, changes=changes)
    return _respond(page)


def _respond(page: _Page) -> Response:
    status, headers, body = _answer(page, request.environ)
    return Response(body, status, headers)


def _answer(page: _Page, environ: "WSGIEnvironment") -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body for one reader."""
    is_zipped = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    # A tag each for the two forms; a reader that shows either has the page.
    tag = f'"{page.etag}-gzip"' if is_zipped else f'"{page.etag}"'
    headers = [("ETag", tag), ("Vary", "Accept-Encoding, Cookie"), ("Cache-Control", "no-cache")]
    if _has_already(page, environ.get("HTTP_IF_NONE_MATCH", "")):
        return "304 NOT MODIFIED", headers, b""
    body = page.zipped if is_zipped else page.body
    headers += [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    headers.append(("Content-Language", _key_of(environ)[2]))
    if is_zipped:
        headers.append(("Content-Encoding", "gzip"))
    return "200 OK", headers, body


def _has_already(page: _Page, shown: str) -> bool:
    return bool(shown) and (page.etag in shown or shown.strip() == "*")


def _key_of(environ: "WSGIEnvironment") -> Key:
    language = language_of(environ.get("HTTP_COOKIE", ""))
    return environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), language
