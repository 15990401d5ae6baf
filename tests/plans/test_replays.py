"""Send a form again, or ask for what does not exist: nothing changes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from conftest import Browse
from factories import (
    Cast,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    count_rows,
    form_of,
    keep,
)
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.plans import publication, queries
from nanhua_emergency.plans.models import Edition, Filing, Opinion, Plan, Review, Revision

TABLES = (Plan, Edition, Revision, Opinion, Filing, Review, ActivityEntry)
SIX = {f"point_{n}": "yes" for n in range(1, 7)}


def _urgent(cast: Cast) -> Edition:
    edition = a_submitted(a_plan(), cast)
    publication.publish_urgently(edition, sha256=edition.head.sha256, issue_number="示例1号",
                                 reason="汛情", by=cast.leader, now=clock.now())  # fmt: skip
    return edition


def _published(cast: Cast) -> Edition:
    return a_published(a_plan(), cast, now=clock.now())


# Name: who, what to make (gives the address), what to fill in, and the status of the second time.
FORMS: dict[str, tuple[str, Callable[[Cast], str], dict[str, str], int]] = {
    "add plan": ("office", lambda cast: "/work/plans/add", {
        "number": "5", "slug": "frost", "title": "示例霜冻预案", "category": "自然灾害",
        "hazard": "霜冻", "lead_department": "示例", "legal_basis": "示例法"}, 422),
    "begin": ("office", lambda cast: f"/work/plans/{_published(cast).plan_id}/begin", {
        "trigger": "law", "reason": "示例"}, 422),
    "save": ("office", lambda cast: _edition(a_draft(a_plan(), by=cast.office), "edit"), {
        "body": a_changed_body()}, 302),
    "submit": ("office", lambda cast: _edition(a_draft(a_plan(), by=cast.office), "submit"), {
        "change_note": "示例"}, 409),
    "abandon": ("office", lambda cast: _edition(a_draft(a_plan(), by=cast.office), "abandon"), {
        "reason": "示例"}, 409),
    "clear": ("legal", lambda cast: _edition(a_submitted(a_plan(), cast), "clear"), SIX, 409),
    "return": ("legal", lambda cast: _edition(a_submitted(a_plan(), cast), "return"), {
        "reason": "示例"}, 409),
    "publish": ("leader", lambda cast: _edition(a_cleared(a_plan(), cast), "publish"), {
        "issue_number": "示例1号"}, 409),
    "publish urgently": ("leader", lambda cast: _edition(
        a_submitted(a_plan(), cast), "publish-urgently"), {
        "issue_number": "示例1号", "reason": "示例"}, 409),
    "approve": ("other_leader", lambda cast: _edition(_urgent(cast), "approve"), {}, 422),
    "withdraw": ("leader", lambda cast: _edition(_published(cast), "withdraw"), {
        "reason": "示例"}, 409),
    "add filing": ("office", lambda cast: _edition(_published(cast), "add-filing"), {
        "recipient": "县水务局"}, 422),
    "file": ("office", lambda cast: f"/work/filings/{_filing(cast).id}/file", {
        "receipt_number": "示例7号"}, 422),
    "announce": ("office", lambda cast: _edition(_published(cast), "announce"), {
        "where": "村务公开栏"}, 422),
    "close review": ("office", lambda cast: f"/work/reviews/{_review(cast).id}/close", {
        "outcome": "no_change", "checked": "示例", "reasons": "示例"}, 422),
}  # fmt: skip


def _edition(edition: Edition, page: str) -> str:
    return f"/work/editions/{edition.id}/{page}"


def _filing(cast: Cast) -> Filing:
    return queries.list_filings(_published(cast))[0]


def _review(cast: Cast) -> Review:
    return queries.find_unclosed_review(_published(cast).plan)


@pytest.mark.parametrize("name", list(FORMS))
def test_it_does_nothing_the_second_time(app: Flask, cast: Cast, browse: Browse, name: str) -> None:
    who, make, answers, status = FORMS[name]
    address = make(cast)
    form = form_of(browse(getattr(cast, who)).get(address))
    for field, value in answers.items():
        form[field] = value
    first = form.submit(status=302)
    after = count_rows(*TABLES)
    again = form.submit(status=status)
    assert count_rows(*TABLES) == after
    if status == 302:
        assert again.location == first.location
    else:
        assert again.html.select_one(".notice-bad p").get_text()
        kept = form_of(again)
        assert {field: kept[field].value.strip() for field in answers} == {
            field: value.strip() for field, value in answers.items()
        }


BY_KEY = {
    "office": ["plans/{}", "plans/{}/change", "plans/{}/begin", "editions/{}", "revisions/{}",
               "editions/{}/edit", "editions/{}/submit", "editions/{}/abandon",
               "editions/{}/add-filing", "editions/{}/announce", "filings/{}/file",
               "reviews/{}/close"],
    "legal": ["editions/{}/clear", "editions/{}/return"],
    "leader": ["editions/{}/publish", "editions/{}/publish-urgently", "editions/{}/approve",
               "editions/{}/withdraw", "editions/{}/return"],
}  # fmt: skip


@pytest.mark.parametrize("key", ["999999", "99999999999999999999", "0", "-1", "abc", "1.5", "%00"])
def test_it_finds_nothing_under_an_unknown_key(
    app: Flask, cast: Cast, browse: Browse, key: str
) -> None:
    keep(_published(cast))
    before = count_rows(*TABLES)
    for who, addresses in BY_KEY.items():
        browser = browse(getattr(cast, who))
        for address in addresses:
            for method in ("GET", "POST"):
                page = browser.request(f"/work/{address.format(key)}", method=method, status="*")
                # A page that is only read may answer that it takes no form.
                assert page.status_code in (404, 405), (address, method)
                assert page.status_code == 404 or method == "POST", address
                assert "Traceback" not in page.text
    assert count_rows(*TABLES) == before


@pytest.mark.parametrize(
    "address",
    [
        "/plans/none", "/plans/%00", "/plans/flood-control%00", "/plans/..%2F..%2Fetc",
        "/plans/flood-control/editions/99999999999999999999", "/plans/flood-control/editions/-1",
        "/plans/flood-control?place=000000000000", "/plans/flood-control?place=abc",
        "/plans/flood-control?place=%00", "/plans/?place=%FF", "/plans/?place=620724102999",
        "/plans/" + "a" * 3000, "/work/editions/1/delete", "/work/none",
    ],
)  # fmt: skip
def test_it_finds_nothing_at_an_unknown_address(
    app: Flask, cast: Cast, browse: Browse, address: str
) -> None:
    keep(_published(cast))
    for person in (None, cast.office):
        page = browse(person).get(address, status=404)
        assert "没有" in page.text
        assert "Traceback" not in page.text


def test_it_finds_nothing_at_an_address_that_is_not_text(app: Flask, browse: Browse) -> None:
    visitor = Client(browse(None).app.app)  # WebTest cannot ask for such an address
    for address in ("/plans/%FF", "/plans/%FF?place=%FF", "/%C0%AF"):
        assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("words", ["%00", "%FF", "a" * 500, "%25", "'%22;--"])
def test_it_takes_any_words_to_look_for(app: Flask, cast: Cast, browse: Browse, words: str) -> None:
    keep(a_plan())
    browse(cast.office).get(f"/work/?words={words}", status=200)


def test_it_refuses_a_verb_that_the_state_does_not_allow(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    before = count_rows(*TABLES)
    for person, verb in ((cast.legal, "clear"), (cast.legal, "return"), (cast.leader, "publish"),
                         (cast.leader, "withdraw"), (cast.leader, "approve")):  # fmt: skip
        page = browse(person).get(f"/work/editions/{edition_id}/{verb}", status=409)
        assert "这一版现在是“起草中”" in page.text
    assert count_rows(*TABLES) == before


def test_it_cannot_read_a_form_page_that_takes_no_form(
    app: Flask, cast: Cast, browse: Browse
) -> Any:
    keep(a_plan())
    for address in ("/plans/", "/plans/flood-control", "/work/"):
        page = browse(cast.office).post(address, {"x": "1"}, status=405)
        assert "不能这样打开这个页面" in page.text
