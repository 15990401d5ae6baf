"""Open a round of a checklist for a period and for places."""

from datetime import timedelta

import pytest
from flask import Flask

from audit_factories import SEVEN, a_closed_round, a_round, an_audit
from conftest import Browse
from factories import NOW, TODAY, TOWN, VILLAGE, Cast, count_rows, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.models import Answer, Audit, Round
from nanhua_emergency.audits.services import AlreadyDone
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken


def test_it_opens_the_five_for_every_village_and_starts_unchecked(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = browse(cast.office).get("/audits/").click("开一轮村（社区）“五有”核查表")
    form = form_of(page)
    assert len(page.html.select("input[name=places]")) == 16
    form["period"] = "2026年下半年"
    page = form.submit(status=302).follow()
    assert "每一条都从“未核查”起" in page.text
    assert len(page.html.select("tbody tr")) == 16
    cells = {cell.b.get_text() for cell in page.html.select("tbody td.verdict-unchecked")}
    assert cells == {"未核查"}
    assert count_rows(Round, Audit, Answer) == {
        "audit_round": 1, "audit": 16, "answer": 16 * 19,
    }  # fmt: skip
    assert db.session.query(Answer).filter(Answer.verdict != Verdict.UNCHECKED).count() == 0
    entry = db.session.query(ActivityEntry).filter_by(action="round.opened").one()
    assert entry.place_code == TOWN


def test_it_opens_the_seven_for_the_town_alone(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/audits/").click("开一轮镇“七有”核查表")
    page = form_of(page).submit(status=302).follow()
    assert [one.get_text() for one in page.html.select("tbody th")] == ["南华镇"]
    assert "有应急指挥平台" in page.text


def test_it_keeps_the_wording_it_was_held_under(app: Flask, cast: Cast) -> None:
    held = a_round(cast)
    checklist = app.extensions["checklists"]["village-five"]
    assert held.checklist == checklist
    assert held.content["items"][0]["name"] == "有综合应急队伍"
    assert len(held.sha256) == 64


def test_it_asks_for_period_days_and_places(app: Flask, cast: Cast, browse: Browse) -> None:
    form = form_of(browse(cast.office).get("/audits/open/village-five"))
    form["period"], form["due_on"] = "", ""
    page = form.submit(status=422)
    assert "请写明是哪一期" in page.text
    assert "请填日期，例如 2026-06-20" in page.text
    form = form_of(browse(cast.office).get("/audits/open/village-five"))
    form["due_on"] = str(clock.today() - timedelta(days=1))
    assert "截止日期已经过去" in form.submit(status=422).text
    form["due_on"] = str(clock.today())
    for field in form.fields["places"]:
        field.checked = False
    assert "请至少选一个地方" in form.submit(status=422).text
    assert count_rows(Round) == {"audit_round": 0}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"last_on": TODAY.replace(year=2025)}, "结束日期早于开始日期"),
        ({"last_on": TODAY.replace(year=2028)}, "一期最长一年"),
        ({"name": "  "}, "请写明是哪一期"),
    ],
)
def test_it_refuses_days_that_make_no_period(
    app: Flask, cast: Cast, said: dict[str, object], message: str
) -> None:
    with pytest.raises(RuleBroken, match=message):
        a_round(cast, **said)


def test_it_refuses_a_list_that_is_not_for_the_place(app: Flask, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="不用这张核查表"):
        a_round(cast, places=[TOWN])
    with pytest.raises(RuleBroken, match="不用这张核查表"):
        a_round(cast, slug=SEVEN, places=[VILLAGE])


def test_it_refuses_a_second_round_while_one_is_open(app: Flask, cast: Cast) -> None:
    a_round(cast)
    with pytest.raises(AlreadyDone, match="明水村还在“2026年上半年村（社区）“五有”核查表”里"):
        a_round(cast, name="2026年下半年")
    a_round(cast, slug=SEVEN, places=[TOWN])


def test_it_opens_the_next_one_once_the_last_is_closed(app: Flask, cast: Cast) -> None:
    first = a_closed_round(cast)
    audit = an_audit(cast, name="2026年下半年", now=NOW + timedelta(days=9))
    last = queries.find_last_audit(audit)
    assert last is not None
    assert last.round_id == first.id
    assert all(one.verdict is Verdict.UNCHECKED for one in queries.list_answers(audit))


def test_a_list_that_nobody_knows_is_not_there(app: Flask, cast: Cast, browse: Browse) -> None:
    browse(cast.office).get("/audits/open/city-nine", status=404)


@pytest.mark.parametrize("who", ["leader", "village", "legal", "admin"])
def test_it_is_opened_by_the_office_alone(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    browse(getattr(cast, who)).get("/audits/open/village-five", status=403)


def test_a_village_sees_its_own_row_alone(app: Flask, cast: Cast, browse: Browse) -> None:
    round_id = keep(a_round(cast, places=[VILLAGE, "620724102210"]))
    page = browse(cast.village).get(f"/audits/rounds/{round_id}")
    assert [one.get_text() for one in page.html.select("tbody th")] == ["明水村"]
    assert "2026年上半年" in browse(cast.village).get("/audits/").text
    assert stored(Round.closed_at, round_id) is None


def test_a_village_that_is_not_in_the_round_does_not_see_it(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    round_id = keep(a_round(cast))
    browse(cast.other_village).get(f"/audits/rounds/{round_id}", status=404)
    assert "还没有开过核查。" in browse(cast.other_village).get("/audits/").text
