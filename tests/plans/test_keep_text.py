"""Keep what is typed and not saved, offer it back, and say who else is writing."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import NOW, Cast, a_draft, a_plan, count_rows, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.plans import drafting, services
from nanhua_emergency.plans.limits import LONGEST
from nanhua_emergency.plans.models import Edition, Revision
from nanhua_emergency.plans.text_models import KeptText

BODY = "先转移老人。\n\n备好两盏灯。\n"
UNSAVED = "先转移老人和孩子。\n\n备好两盏灯。\n"
JSON = {"Accept": "application/json"}


@pytest.fixture
def edition_id(app: Flask, cast: Cast) -> int:
    return keep(a_draft(a_plan(), by=cast.office, body=BODY))


class Window:
    """The editor in one browser, with what its script sends by itself."""

    def __init__(self, browser: TestApp, edition_id: int) -> None:
        self.browser, self.edition_id = browser, edition_id
        self.address = f"/work/editions/{edition_id}"
        self.form = form_of(browser.get(f"{self.address}/edit"))

    def keep(self, body: str, *, status: int = 200, **changes: Any) -> TestResponse:
        fields = {"csrf_token": self.form["csrf_token"].value, "body": body,
                  "based_on_id": self.form["based_on_id"].value} | changes  # fmt: skip
        return self.browser.post(f"{self.address}/keep", fields, headers=JSON, status=status)

    def reopen(self) -> TestResponse:
        return self.browser.get(f"{self.address}/edit")


def test_it_offers_back_what_was_left(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    before = count_rows(Revision, ActivityEntry)
    answer = window.keep(UNSAVED)
    assert answer.json["kept_at"].count(":") == 2
    assert count_rows(Revision, ActivityEntry) == before
    elsewhere = browse(cast.office)
    page = elsewhere.get(f"{window.address}/edit")
    assert "您有一份没保存的文本" in page.html.find(id="offer").get_text()
    assert form_of(page)["body"].value == BODY
    taken = page.click("接着改那一份")
    assert taken.html.find(id="offer") is None
    assert form_of(taken)["body"].value == UNSAVED
    assert form_of(taken)["based_on_id"].value == window.form["based_on_id"].value
    form_of(taken).submit("save", status=302)
    assert stored(Revision.body, stored(Edition.head_id, edition_id)) == UNSAVED
    assert window.reopen().html.find(id="offer") is None


def test_it_keeps_only_the_last(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    for body in ("一。\n", "二。\n", UNSAVED):
        window.keep(body)
    assert count_rows(KeptText) == {"kept_text": 1}
    assert form_of(window.reopen().click("接着改那一份"))["body"].value == UNSAVED


def test_it_forgets_after_saving(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep(UNSAVED)
    window.form["body"] = UNSAVED + "\n再加一句。\n"
    window.form.submit("save", status=302)
    assert window.reopen().html.find(id="offer") is None
    assert UNSAVED not in str(db.session.scalars(db.select(KeptText.body)).all())


def test_it_forgets_what_its_author_does_not_want(
    edition_id: int, cast: Cast, browse: Browse
) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep(UNSAVED)
    page = window.reopen()
    drop = next(form for form in page.forms.values() if form.action.endswith("/forget"))
    page = drop.submit(status=302).follow()
    assert "没保存的那份已经丢掉。" in page.text
    assert page.html.find(id="offer") is None
    assert form_of(page)["body"].value == BODY
    drop.submit(status=302)


def test_it_forgets_only_ones_own(edition_id: int, cast: Cast, browse: Browse) -> None:
    mine = Window(browse(cast.office), edition_id)
    theirs = Window(browse(cast.other_office), edition_id)
    mine.keep(UNSAVED)
    theirs.keep("别人写的。\n")
    theirs.form["body"] = "别人写的。\n"
    theirs.form.submit("save", status=302)
    assert mine.reopen().html.find(id="offer") is not None


def test_it_does_not_offer_what_is_saved_already(
    edition_id: int, cast: Cast, browse: Browse
) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep(BODY.replace("\n", "  \r\n"))
    assert window.reopen().html.find(id="offer") is None


def test_it_shows_it_to_nobody_else(edition_id: int, cast: Cast, browse: Browse) -> None:
    Window(browse(cast.office), edition_id).keep("只有我自己看得到的话。\n")
    for person in (cast.other_office, cast.legal, cast.leader):
        browser = browse(person)
        assert "只有我自己" not in browser.get(f"/work/editions/{edition_id}").text
    for address in ("edit", "edit?kept=1"):
        page = browse(cast.other_office).get(f"/work/editions/{edition_id}/{address}")
        assert "只有我自己" not in page.text
        assert form_of(page)["body"].value == BODY


def test_it_offers_what_was_based_on_an_older_text_for_merging(
    edition_id: int, cast: Cast, browse: Browse
) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep(UNSAVED)
    other = Window(browse(cast.other_office), edition_id)
    other.form["body"] = BODY.replace("两盏", "三盏")
    other.form.submit("save", status=302)
    form_of(window.reopen().click("接着改那一份")).submit("save", status=302)
    body = stored(Revision.body, stored(Edition.head_id, edition_id))
    assert body == UNSAVED.replace("两盏", "三盏")


def test_it_says_that_there_is_a_newer_text(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    said = window.keep("").json
    assert str(said["head_id"]) == window.form["based_on_id"].value
    other = Window(browse(cast.other_office), edition_id)
    other.form["body"] = UNSAVED
    other.form.submit("save", status=302)
    said = window.keep("").json
    assert said["head_id"] == stored(Edition.head_id, edition_id)
    assert str(said["head_id"]) != window.form["based_on_id"].value
    assert said["head_by"] == "示例office2"


def test_it_only_says_that_somebody_is_there(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep(UNSAVED)
    assert window.keep("").json["kept_at"] is not None
    assert form_of(window.reopen().click("接着改那一份"))["body"].value == UNSAVED


def test_it_says_who_else_is_writing(edition_id: int, cast: Cast, browse: Browse) -> None:
    mine = Window(browse(cast.office), edition_id)
    assert mine.keep("").json["others"] == []
    theirs = Window(browse(cast.other_office), edition_id)
    assert theirs.keep("").json["others"] == ["示例office"]
    assert mine.keep("").json["others"] == ["示例office2"]
    notice = mine.reopen().html.find(id="others")
    assert notice.get_text() == "正在同时修改的还有：示例office2"
    assert not notice.has_attr("hidden")


def test_it_takes_somebody_for_gone_after_a_minute_and_a_half(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office, body=BODY)
    drafting.keep_text(edition, body="", based_on_id=None, by=cast.other_office, now=NOW)

    def others(seconds: float) -> list[str]:
        now = NOW + timedelta(seconds=seconds)
        return drafting.list_others(edition, cast.office, now=now)

    assert others(89) == ["示例office2"]
    assert others(90) == []
    drafting.keep_text(edition, body="", based_on_id=None, by=cast.other_office,
                       now=NOW + timedelta(seconds=80))  # fmt: skip
    assert others(90) == ["示例office2"]


def test_it_serves_two_windows_of_one_person_at_once(
    edition_id: int, app: Flask, cast: Cast, browse: Browse
) -> None:
    window, answers = Window(browse(cast.office), edition_id), []
    edition = db.session.get(Edition, edition_id)
    drafting.keep_text(edition, body="", based_on_id=None, by=cast.office, now=NOW)

    def send() -> None:
        with app.app_context():
            answers.append(window.keep(UNSAVED, status="*").status_code)

    thread = threading.Thread(target=send)
    thread.start()
    thread.join(0.5)  # the other window's row is made and not yet committed
    db.session.commit()
    thread.join()
    assert answers == [200]
    assert count_rows(KeptText) == {"kept_text": 1}
    assert window.reopen().html.find(id="offer") is not None


def test_it_gives_a_fresh_token_for_a_stale_one(
    edition_id: int, cast: Cast, browse: Browse
) -> None:
    window = Window(browse(cast.office), edition_id)
    answer = window.keep(UNSAVED, csrf_token="x", status=400)
    assert answer.content_type == "application/json"
    assert "已经失效" in answer.json["message"]
    assert count_rows(KeptText) == {"kept_text": 0}
    window.keep(UNSAVED, csrf_token=answer.json["csrf_token"])
    assert count_rows(KeptText) == {"kept_text": 1}


def test_it_says_that_the_sign_in_has_ended(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    window.browser.reset()
    answer = window.keep(UNSAVED, status=401)
    assert answer.content_type == "application/json"
    assert answer.json["message"]
    assert count_rows(KeptText) == {"kept_text": 0}


@pytest.mark.parametrize(
    "body", ["防" * (LONGEST + 1), "防\x00汛", "防" * 1_700_000], ids=["long", "NUL", "5 MB"]
)
def test_it_refuses_what_cannot_be_kept(
    edition_id: int, cast: Cast, browse: Browse, body: str
) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep(UNSAVED)
    answer = window.keep(body, status=422)
    assert "没有自动保存" in answer.json["message"]
    assert form_of(window.reopen().click("接着改那一份"))["body"].value == UNSAVED


def test_it_takes_the_longest_text(edition_id: int, cast: Cast, browse: Browse) -> None:
    window = Window(browse(cast.office), edition_id)
    window.keep("防" * LONGEST)
    assert form_of(window.reopen().click("接着改那一份"))["body"].value == "防" * LONGEST


@pytest.mark.parametrize("end", ["abandoned", "published"])
def test_it_refuses_an_edition_that_has_ended(
    edition_id: int, cast: Cast, browse: Browse, end: str
) -> None:
    window = Window(browse(cast.office), edition_id)
    edition = db.session.get(Edition, edition_id)
    if end == "abandoned":
        services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)
    else:
        edition.state = end
    keep(edition)
    answer = window.keep(UNSAVED, status=409)
    assert "不能修改文本" in answer.json["message"]
    assert count_rows(KeptText) == {"kept_text": 0}


@pytest.mark.parametrize("based_on", ["999999", "9" * 9, "other"])
def test_it_refuses_a_base_from_elsewhere(
    edition_id: int, cast: Cast, browse: Browse, based_on: str
) -> None:
    window = Window(browse(cast.office), edition_id)
    if based_on == "other":
        other = a_draft(a_plan(number=2, slug="drought"), by=cast.office, body=BODY)
        based_on = str(other.head_id)
        keep(other)
    answer = window.keep(UNSAVED, based_on_id=based_on, status=409)
    assert "从哪一稿改起" in answer.json["message"]
    assert count_rows(KeptText) == {"kept_text": 0}


def test_it_is_kept_by_the_clock_of_china(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office, body=BODY)
    kept = drafting.keep_text(edition, body=UNSAVED, based_on_id=edition.head_id, by=cast.office,
                              now=NOW)  # fmt: skip
    assert kept.kept_at.astimezone(clock.CHINA).strftime("%H:%M") == "16:30"
