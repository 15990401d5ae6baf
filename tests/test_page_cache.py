"""Pages kept for visitors: the same answer before and behind Flask, new at once after a change."""

import gzip

import pytest
from flask import Flask, request, request_started
from webtest import TestApp
from werkzeug.test import Client

from conftest import Browse, OwnContext
from factories import Cast, a_plan, a_published
from nanhua_emergency.database import db
from nanhua_emergency.page_cache import kept_for_visitors

PAGE = "/plans/flood-control"
READERS = (
    {},
    {"Accept-Encoding": "gzip"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"something-else"', "Accept-Encoding": "gzip"},
)


@pytest.fixture
def visitor(cast: Cast, browse: Browse) -> TestApp:
    a_published(a_plan(), cast)
    db.session.commit()
    return browse(None)


def is_kept(app: Flask) -> bool:
    return bool(app.extensions["pages"].kept)


@pytest.mark.parametrize("reader", READERS)
def test_it_answers_before_flask_as_flask_does(
    app: Flask, visitor: TestApp, reader: dict[str, str]
) -> None:
    raw = Client(OwnContext(app))  # WebTest would unzip and hide the header
    built = raw.get(PAGE, headers=reader)
    assert is_kept(app)
    for page in app.extensions["pages"].kept.values():
        page.expires += 60
    kept = raw.get(PAGE, headers=reader)
    assert (kept.status, kept.data) == (built.status, built.data)
    assert sorted(kept.headers.items()) == sorted(built.headers.items())


def test_it_does_not_ask_flask_for_a_kept_page(app: Flask, visitor: TestApp) -> None:
    visitor.get(PAGE)
    for page in app.extensions["pages"].kept.values():
        page.expires += 60
        page.body = b"kept"
    asked = []
    with request_started.connected_to(lambda _app: asked.append(1), app):
        assert visitor.get(PAGE).body == b"kept"
        assert not asked
        visitor.get("/healthz", expect_errors=True)
    assert asked


def test_it_builds_the_page_anew_after_its_second(app: Flask, visitor: TestApp) -> None:
    visitor.get(PAGE)
    for page in app.extensions["pages"].kept.values():
        page.expires -= 60
        page.body = b"kept"
    assert visitor.get(PAGE).body != b"kept"


def test_it_never_shows_a_kept_page_to_who_is_signed_in(
    app: Flask, visitor: TestApp, cast: Cast, browse: Browse
) -> None:
    visitor.get(PAGE)
    for page in app.extensions["pages"].kept.values():
        page.expires += 60
    assert cast.office.name in browse(cast.office).get(PAGE).text


def test_it_forgets_all_pages_when_something_may_have_changed(app: Flask, visitor: TestApp) -> None:
    visitor.get(PAGE)
    assert is_kept(app)
    visitor.post("/sign-in", expect_errors=True)
    assert not is_kept(app)


def test_it_does_not_keep_what_was_built_before_a_change(app: Flask) -> None:
    pages = app.extensions["pages"]

    @kept_for_visitors
    def view() -> str:
        pages.forget()  # as another request does, whose change this page has not seen
        return "old"

    with app.test_request_context(PAGE):
        assert view().get_data() == b"old"
    assert not is_kept(app)


def test_it_lets_one_reader_build_while_the_others_get_the_old_page(app: Flask) -> None:
    pages = app.extensions["pages"]
    seen = []

    @kept_for_visitors
    def view() -> str:
        if pages.kept:
            with app.test_request_context(PAGE):
                seen.append(again().get_data())
        return f"page {len(seen)}"

    again = view
    with app.test_request_context(PAGE):
        view()
        next(iter(pages.kept.values())).expires -= 60
        assert view().get_data() == b"page 1"
    assert seen == [b"page 0"]


@pytest.mark.parametrize("query", ["gone", "crash"])
def test_it_drops_a_page_that_is_no_more(app: Flask, query: str) -> None:
    answers = ["there"]

    @kept_for_visitors
    def view() -> tuple[str, int]:
        if answers:
            return answers.pop(), 200
        if request.args.get("why") == "crash":
            raise ArithmeticError
        return "gone", 410

    with app.test_request_context(f"{PAGE}?why={query}"):
        view()
        next(iter(app.extensions["pages"].kept.values())).expires -= 60
        try:
            assert view().status_code == 410
        except ArithmeticError:
            assert query == "crash"
    assert not is_kept(app)


def test_it_keeps_no_more_pages_than_it_may(app: Flask, visitor: TestApp) -> None:
    for number in range(260):
        visitor.get(f"{PAGE}?n={number}")
    assert len(app.extensions["pages"].kept) == 256


def test_it_serves_its_stylesheet_compressed(app: Flask) -> None:
    raw = Client(OwnContext(app))
    with raw.get("/static/style.css") as answer:
        plain = answer.data
    with raw.get("/static/style.css", headers={"Accept-Encoding": "gzip"}) as zipped:
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.data) == plain
        assert len(zipped.data) < len(plain) / 2
