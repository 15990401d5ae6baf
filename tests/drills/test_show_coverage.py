"""See which village has drilled which hazard, on which edition, and what is missing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import Browse
from drill_factories import a_drill, a_record
from factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    Cast,
    a_changed_body,
    a_plan,
    a_published,
    an_account,
)
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.drills import coverage, recording
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.schedule import Cell, CellStatus
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans.models import Plan


def ago(days: int) -> datetime:
    """Half past nine in China, so many days before today."""
    at = clock.now().astimezone(clock.CHINA).replace(hour=9, minute=30, second=0, microsecond=0)
    return at - timedelta(days=days)


@pytest.fixture
def flood(cast: Cast) -> Plan:
    plan = a_plan()
    a_published(plan, cast, now=ago(300))
    return plan


@pytest.fixture
def quake(cast: Cast) -> Plan:
    plan = a_plan(number=3, slug="earthquake", title="南华镇地震应急预案", hazard="地震")
    a_published(plan, cast, now=ago(300))
    return plan


def held(plan: Plan, cast: Cast, days: int, *, confirmed: bool = True, **columns: Any) -> Drill:
    """A drill that was held so many days ago."""
    drill = a_drill(plan, by=cast.office, planned_at=ago(days), **columns)
    record = a_record(drill, by=cast.village)
    if confirmed:
        recording.confirm_record(record, by=cast.office, now=record.recorded_at)
    return drill


def cell(plan: Plan, village: str = VILLAGE, place: str = "620724102000") -> Cell:
    found = coverage.read_coverage(get_place(place), today=clock.today())
    return found.coverage.cell(village, plan.id)


def shown(page: Any, village: str, hazard: str) -> Any:
    """One cell of the table on the page."""
    table = page.html.select_one("table.matrix")
    column = [th.get_text() for th in table.select("thead th")].index(hazard)
    row = next(row for row in table.select("tbody tr") if row.th.get_text() == village)
    return row.select("td")[column - 1]


def test_it_shows_every_village_with_what_it_drills(
    flood: Plan, quake: Plan, cast: Cast, browse: Browse
) -> None:
    a_published(a_plan(number=2, slug="drought", title="抗旱预案", hazard="干旱"), cast)
    drill = held(flood, cast, 30)
    db.session.commit()
    page = browse(cast.office).get("/drills/coverage")
    heads = [th.get_text() for th in page.html.select("table.matrix thead th")]
    assert heads[1:] == ["洪涝", "地震"]  # the town itself drills drought
    assert len(page.html.select("table.matrix tbody tr")) == 16
    done, never = shown(page, "明水村", "洪涝"), shown(page, "明水村", "地震")
    assert "已演练" in done.get_text()
    assert clock.day_of(drill.planned_at).strftime("%Y年%-m月%-d日") in done.get_text()
    assert done.a["href"] == f"/drills/{drill.id}"
    assert "从未演练" in never.get_text()
    assert f"villages={VILLAGE}" in never.a["href"]
    assert f"plan_id={quake.id}" in never.a["href"]
    assert browse(cast.office).get(never.a["href"]).status_int == 200


def test_it_counts_only_what_is_confirmed(flood: Plan, cast: Cast, browse: Browse) -> None:
    drill = held(flood, cast, 30, confirmed=False)
    found = cell(flood)
    assert (found.status, found.is_waiting, found.last_on) == (CellStatus.NEVER, True, None)
    db.session.commit()
    page = browse(cast.office).get("/drills/coverage")
    waiting = shown(page, "明水村", "洪涝")
    assert "待确认" in waiting.get_text()
    assert waiting.a["href"] == f"/drills/{drill.id}"
    record = recording.find_valid_record(drill)
    assert record is not None
    recording.confirm_record(record, by=cast.office, now=clock.now())
    assert cell(flood).status is CellStatus.CURRENT


def test_it_forgets_what_was_returned(flood: Plan, cast: Cast) -> None:
    drill = held(flood, cast, 30, confirmed=False)
    record = recording.find_valid_record(drill)
    assert record is not None
    recording.return_record(record, reason="缺签到表", by=cast.office, now=clock.now())
    found = cell(flood)
    assert (found.status, found.is_waiting) == (CellStatus.NEVER, False)


def test_it_tells_the_old_edition_from_the_one_in_force(flood: Plan, cast: Cast) -> None:
    held(flood, cast, 30)
    assert cell(flood).is_current_edition
    a_published(flood, cast, now=ago(20), body=a_changed_body())
    found = cell(flood)
    assert (found.status, found.is_current_edition) == (CellStatus.OLD_EDITION, False)
    assert coverage.list_undrilled_plans(get_place("620724102000")) == [flood]
    held(flood, cast, 10)
    assert cell(flood).status is CellStatus.CURRENT
    assert coverage.list_undrilled_plans(get_place("620724102000")) == []


def test_it_counts_both_plans_of_a_drill(flood: Plan, quake: Plan, cast: Cast) -> None:
    held(quake, cast, 30, second_plan=flood)
    assert cell(quake).status is CellStatus.CURRENT
    assert cell(flood).status is CellStatus.CURRENT
    assert coverage.list_undrilled_plans(get_place("620724102000")) == []
    a_published(flood, cast, now=ago(20), body=a_changed_body())
    assert cell(quake).status is CellStatus.CURRENT
    assert cell(flood).status is CellStatus.OLD_EDITION
    assert coverage.list_undrilled_plans(get_place("620724102000")) == [flood]


def test_it_says_what_is_overdue_and_what_is_coming(flood: Plan, cast: Cast) -> None:
    held(flood, cast, 200)
    flood.drill_months = 6
    found = cell(flood)
    assert found.status is CellStatus.OVERDUE
    assert 10 < found.days_late < 25
    coming = a_drill(flood, by=cast.office, planned_at=ago(-30), now=clock.now())
    found = cell(flood)
    assert (found.status, found.link_id) == (CellStatus.PLANNED, coming.id)


def test_it_takes_the_last_of_many_drills(flood: Plan, cast: Cast) -> None:
    drills = [held(flood, cast, days) for days in (250, 100, 180)]
    found = cell(flood)
    assert (found.drill_id, found.last_on) == (drills[1].id, clock.day_of(ago(100)))
    assert cell(flood, OTHER_VILLAGE).status is CellStatus.NEVER


def test_it_names_the_plans_nobody_has_drilled(
    flood: Plan, quake: Plan, cast: Cast, browse: Browse
) -> None:
    held(flood, cast, 30)
    held(quake, cast, 30, confirmed=False)
    db.session.commit()
    page = browse(cast.leader).get("/drills/coverage")
    section = page.html.select_one("section[aria-labelledby=undrilled]")
    assert [item.get_text() for item in section.select("li")] == ["南华镇地震应急预案"]


def test_it_shows_a_village_its_own_row(flood: Plan, cast: Cast, browse: Browse) -> None:
    db.session.commit()
    page = browse(cast.village).get("/drills/coverage")
    rows = page.html.select("table.matrix tbody tr")
    assert [row.th.get_text() for row in rows] == ["明水村"]


def test_it_says_when_there_is_nothing_to_cover(cast: Cast, browse: Browse) -> None:
    assert "没有要求各村演练的现行预案" in browse(cast.office).get("/drills/coverage").text


def test_it_puts_the_towns_of_a_county_into_one_table(
    flood: Plan, cast: Cast, browse: Browse
) -> None:
    for code, name, kind in (
        ("620724103000", "巷道镇", PlaceKind.TOWN),
        ("620724103200", "示例村", PlaceKind.VILLAGE),
    ):
        db.session.add(Place(code=code, name=name, official_name=name, kind=kind))
    db.session.flush()
    other = a_plan(place="620724103000", title="巷道镇防汛应急预案")
    a_published(other, cast, now=ago(300))
    leader = an_account("county", Role.LEADER, place=COUNTY)
    held(flood, cast, 30)
    there = an_account("xiangdao", Role.OFFICE, place="620724103000")
    drill = a_drill(other, by=there, place="620724103200", planned_at=ago(40))
    record = a_record(drill, by=an_account("shili", Role.VILLAGE, place="620724103200"))
    recording.confirm_record(record, by=there, now=record.recorded_at)
    db.session.commit()
    page = browse(leader).get("/drills/coverage")
    heads = [th.get_text() for th in page.html.select("table.matrix thead th")]
    assert heads[1:] == ["洪涝"]
    assert len(page.html.select("table.matrix tbody tr")) == 17
    assert "已演练" in shown(page, "明水村", "洪涝").get_text()
    assert "已演练" in shown(page, "示例村", "洪涝").get_text()
    assert shown(page, "示例村", "洪涝").a["href"] == f"/drills/{drill.id}"
    assert browse(cast.office).get(f"/drills/{drill.id}", status=404)
