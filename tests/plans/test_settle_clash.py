"""Settle what two people both changed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from webtest import TestResponse

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_draft,
    a_plan,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.plans import drafting, services
from nanhua_emergency.plans.models import Edition, Revision

BASE = """先转移老人。

两人一组敲门。

| 谁 | 做什么 |
| --- | --- |
| 村主任 | 敲锣 |

备好两盏灯。
"""
MINE = BASE.replace("老人", "孩子").replace("敲锣", "喊话").replace("敲门", "敲门两遍")
THEIRS = BASE.replace("老人", "病人").replace("敲锣", "打电话").replace("两盏", "三盏")
# What both agree on: the other parts are merged already.
SETTLED = THEIRS.replace("敲门", "敲门两遍")


@pytest.fixture
def edition_id(app: Flask, cast: Cast) -> int:
    return keep(a_draft(a_plan(), by=cast.office, body=BASE))


@pytest.fixture
def page(edition_id: int, cast: Cast, browse: Browse) -> TestResponse:
    """Two places clash, and the person who came second is asked."""
    return _clash(cast, browse, edition_id, mine=MINE, theirs=THEIRS)


def _clash(cast: Cast, browse: Browse, edition_id: int, *, mine: str, theirs: str) -> TestResponse:
    address = f"/work/editions/{edition_id}/edit"
    forms = [form_of(browse(who).get(address)) for who in (cast.other_office, cast.office)]
    forms[0]["body"], forms[1]["body"] = theirs, mine
    forms[0].submit("save", status=302)
    return forms[1].submit("save", status=409)


def _body(edition_id: int) -> str:
    return str(stored(Revision.body, stored(Edition.head_id, edition_id)))


def _save_as_other(edition_id: int, cast: Cast, body: str) -> None:
    """A third revision comes while somebody is settling."""
    edition = db.session.get(Edition, edition_id)
    drafting.save_draft(edition, body=body, based_on_id=edition.head_id, note="又改",
                        by=cast.other_office, now=NOW)  # fmt: skip
    db.session.commit()


PICKS: dict[str, tuple[dict[str, str], Callable[[str], str]]] = {
    "mine": ({"pick_0": "mine", "pick_1": "mine"},
             lambda text: text.replace("病人", "孩子").replace("打电话", "喊话")),
    "theirs": ({"pick_0": "theirs", "pick_1": "theirs"}, lambda text: text),
    "one of each": ({"pick_0": "theirs", "pick_1": "mine"},
                    lambda text: text.replace("打电话", "喊话")),
    "both": ({"pick_0": "both", "pick_1": "both"},
             lambda text: text.replace("先转移病人。", "先转移病人。\n\n先转移孩子。").replace(
                 "| 村主任 | 打电话 |", "| 村主任 | 打电话 |\n| 村主任 | 喊话 |")),
    "own": ({"pick_0": "own", "own_0": "先转移老弱病残。", "pick_1": "own",
             "own_1": "\r\n| 村主任 | 都做 |\r\n"},
            lambda text: text.replace("先转移病人。", "先转移老弱病残。").replace("打电话", "都做")),
}  # fmt: skip


@pytest.mark.parametrize("name", list(PICKS))
def test_it_writes_what_was_chosen(
    page: TestResponse, edition_id: int, cast: Cast, name: str
) -> None:
    picks, change = PICKS[name]
    their_id = stored(Edition.head_id, edition_id)
    form = form_of(page)
    for field, value in picks.items():
        form[field] = value
    answer = form.submit(status=302)
    assert answer.location.endswith(f"/work/editions/{edition_id}")
    assert _body(edition_id) == change(SETTLED)
    head_id = stored(Edition.head_id, edition_id)
    assert stored(Revision.saved_by_id, head_id) == cast.office.id
    assert stored(Revision.based_on_id, head_id) == their_id


@pytest.mark.parametrize(
    ("picks", "message"),
    [
        ({"pick_0": "mine"}, "还有没选定的地方"),
        ({}, "还有没选定的地方"),
        ({"pick_0": "mine", "pick_1": "own", "own_1": " \r\n "}, "选了“另写一份”的地方还是空的"),
    ],
)
def test_it_asks_again_for_a_pick_that_is_missing(
    page: TestResponse, edition_id: int, picks: dict[str, str], message: str
) -> None:
    form = form_of(page)
    form["own_0"] = "我写的第三份。"
    for field, value in picks.items():
        form[field] = value
    before = count_rows(Revision, ActivityEntry)
    again = form.submit(status=422)
    assert message in again.html.find(id="refusals").get_text()
    assert count_rows(Revision, ActivityEntry) == before
    kept = form_of(again)
    assert kept["body"].value.replace("\r\n", "\n") == MINE
    assert kept["own_0"].value == "我写的第三份。"
    assert kept["pick_0"].value == picks.get("pick_0")
    kept["pick_0"], kept["pick_1"] = "own", "theirs"
    kept.submit(status=302)
    assert _body(edition_id) == SETTLED.replace("先转移病人。", "我写的第三份。")


def test_it_takes_no_pick_that_it_does_not_offer(page: TestResponse, edition_id: int) -> None:
    form = form_of(page)
    before = count_rows(Revision)
    for value in ("", "head", "MINE", "\x00"):
        form["pick_0"].force_value(value)
        form["pick_1"].force_value("mine")
        form.submit(status=422)
    assert count_rows(Revision) == before


def test_it_merges_with_a_third_text_that_came_meanwhile(
    page: TestResponse, edition_id: int, cast: Cast
) -> None:
    _save_as_other(edition_id, cast, THEIRS.replace("三盏", "四盏"))
    form = form_of(page)
    form["pick_0"] = form["pick_1"] = "mine"
    form.submit(status=302)
    assert _body(edition_id) == MINE.replace("两盏", "四盏")


def test_it_asks_anew_where_the_third_text_clashes(
    page: TestResponse, edition_id: int, cast: Cast
) -> None:
    _save_as_other(edition_id, cast, THEIRS.replace("打电话", "发微信"))
    form = form_of(page)
    form["pick_0"], form["pick_1"], form["own_0"] = "mine", "mine", "没有用上的"
    before = count_rows(Revision)
    again = form.submit(status=409)
    assert count_rows(Revision) == before
    assert [one.get_text() for one in again.html.select(".clash-pair pre")] == [
        "| 村主任 | 喊话 |", "| 村主任 | 发微信 |",
    ]  # fmt: skip
    assert not again.html.select("input[type=radio][checked]")
    assert form_of(again)["own_0"].value == "| 村主任 | 喊话 |"
    last = form_of(again)
    last["pick_0"] = "theirs"
    last.submit(status=302)
    wanted = SETTLED.replace("病人", "孩子").replace("打电话", "发微信")
    assert _body(edition_id) == wanted


@pytest.mark.parametrize("field", ["their_id", "based_on_id"])
@pytest.mark.parametrize("forged", ["other", "", "0", "-1", "999999", "abc", "²", "9" * 5000])
def test_it_keeps_the_text_where_a_key_is_forged(
    page: TestResponse, edition_id: int, cast: Cast, field: str, forged: str
) -> None:
    if forged == "other":
        other = a_draft(a_plan(number=2, slug="drought"), by=cast.office, body="别的预案。\n")
        forged = str(other.head_id)
        keep(other)
    before = count_rows(Revision, ActivityEntry)
    form = form_of(page)
    form[field].force_value(forged)
    form["pick_0"] = form["pick_1"] = "mine"
    answer = form.submit(status=409)
    assert "不知道这份文本是从哪一稿改起的" in answer.text
    assert "别的预案" not in answer.text
    assert form_of(answer)["body"].value.replace("\r\n", "\n") == MINE
    assert form_of(answer).action.endswith("/edit")
    assert count_rows(Revision, ActivityEntry) == before


def test_it_cannot_be_used_to_change_what_others_wrote(page: TestResponse, edition_id: int) -> None:
    """Whatever else is sent along, only the clashes are taken from the form."""
    fields = dict(form_of(page).submit_fields()) | {
        "pick_0": "theirs", "pick_1": "theirs", "pick_2": "own", "own_2": "塞进来的",
        "own_0": "塞进来的", "part_0": "塞进来的", "theirs": "塞进来的", "merged": "塞进来的",
    }  # fmt: skip
    page.test_app.post(f"/work/editions/{edition_id}/settle", fields, status=302)
    assert _body(edition_id) == SETTLED


def test_it_does_nothing_the_second_time(page: TestResponse, edition_id: int) -> None:
    form = form_of(page)
    form["pick_0"] = form["pick_1"] = "both"
    form.submit(status=302)
    after = count_rows(Revision, ActivityEntry)
    form.submit(status=302)
    assert count_rows(Revision, ActivityEntry) == after


def test_it_keeps_everything_when_the_token_is_lost(page: TestResponse, edition_id: int) -> None:
    form = form_of(page)
    form["csrf_token"], form["pick_0"], form["pick_1"] = "x", "own", "theirs"
    form["own_0"] = "我写的第三份。"
    again = form.submit(status=400)
    assert "已经失效" in again.text
    form_of(again).submit(status=302)
    assert _body(edition_id) == SETTLED.replace("先转移病人。", "我写的第三份。")


def test_it_keeps_everything_where_the_edition_has_ended(
    page: TestResponse, edition_id: int, cast: Cast
) -> None:
    edition = db.session.get(Edition, edition_id)
    services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)
    keep(edition)
    before = count_rows(Revision)
    form = form_of(page)
    form["pick_0"] = form["pick_1"] = "own"
    form["own_0"] = "我写的第三份。"
    answer = form.submit(status=409)
    assert "不能修改文本" in answer.text
    assert form_of(answer)["own_0"].value == "我写的第三份。"
    assert form_of(answer)["body"].value.replace("\r\n", "\n") == MINE
    assert count_rows(Revision) == before


def test_it_refuses_a_third_text_that_cannot_be_kept(page: TestResponse, edition_id: int) -> None:
    form = form_of(page)
    form["pick_0"], form["pick_1"], form["own_0"] = "own", "mine", "<script>alert(1)</script>"
    before = count_rows(Revision)
    answer = form.submit(status=422)
    assert "网页代码" in answer.text
    assert "<script>alert" not in answer.text
    assert form_of(answer)["own_0"].value == "<script>alert(1)</script>"
    assert count_rows(Revision) == before


def test_it_is_only_for_the_office(
    page: TestResponse, edition_id: int, cast: Cast, browse: Browse
) -> None:
    fields: dict[str, Any] = dict(form_of(page).submit_fields())
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).post(f"/work/editions/{edition_id}/settle", fields, status=403)
