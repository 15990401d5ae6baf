"""Look at the drills that a year still asks for, edit them, and accept them in one step."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from conftest import Browse
from drill_factories import a_drill
from factories import (
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    Cast,
    a_plan,
    a_published,
    count_rows,
    form_of,
)
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill, DrillState, Form, Scope
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.workdays import is_workday

YEAR = clock.today().year + 1
PAGE = f"/drills/propose?year={YEAR}"


@pytest.fixture
def flood(cast: Cast) -> Plan:
    plan = a_plan()
    a_published(plan, cast)
    db.session.commit()
    return plan


def lines(form: Any) -> list[int]:
    """The numbers of the lines on the form."""
    return sorted(int(name.removeprefix("key_")) for name in form.fields if "key_" in str(name))


def line_of(form: Any, place: str) -> int:
    """The line of a place."""
    return next(n for n in lines(form) if form[f"key_{n}"].value.startswith(place))


def drills() -> list[Drill]:
    db.session.rollback()
    return list(db.session.scalars(select(Drill).order_by(Drill.planned_at, Drill.id)))


def test_it_proposes_a_day_for_every_village_with_its_reason(
    flood: Plan, cast: Cast, browse: Browse
) -> None:
    page = browse(cast.office).get(PAGE)
    form = form_of(page)
    assert len(lines(form)) == 16
    for row in page.html.select("table.cards tbody tr"):
        assert len(row.select("td")[-1].get_text()) > 4
    for n in lines(form):
        day = date.fromisoformat(form[f"on_{n}"].value)
        assert day.month in (5, 6)
        assert is_workday(day)
        assert form[f"pick_{n}"].checked
    assert count_rows(Drill) == {"drill": 0}


def test_it_accepts_all_in_one_step_and_then_asks_for_nothing(
    flood: Plan, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    days = sorted(form[f"on_{n}"].value for n in lines(form))
    page = form.submit().follow()
    assert "已排定 16 项演练" in page.text
    found = drills()
    assert sorted(drill.planned_on.isoformat() for drill in found) == days
    assert {drill.state for drill in found} == {DrillState.SCHEDULED}
    assert len({drill.place_code for drill in found}) == 16
    assert "这一年该排的都排了" in browse(cast.office).get(PAGE).text
    assert db.session.scalars(select(ActivityEntry.action)).all().count("drill.scheduled") == 16


def test_it_takes_the_office_s_own_day_and_leaves_what_is_unticked(
    flood: Plan, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    mine, left = line_of(form, VILLAGE), line_of(form, OTHER_VILLAGE)
    form[f"on_{mine}"], form[f"at_{mine}"] = f"{YEAR}-06-03", "16:20"
    form[f"pick_{left}"] = False
    form.submit()
    found = {drill.place_code: drill for drill in drills()}
    assert len(found) == 15
    at = found[VILLAGE].planned_at.astimezone(clock.CHINA)
    assert at.strftime("%m-%d %H:%M") == "06-03 16:20"
    again = form_of(browse(cast.office).get(PAGE))
    assert [again[f"key_{n}"].value for n in lines(again)] == [f"{OTHER_VILLAGE}-{flood.id}"]


def test_it_counts_what_is_coming(flood: Plan, cast: Cast, browse: Browse) -> None:
    at = clock.now().replace(year=YEAR, month=6, day=2)
    a_drill(flood, by=cast.office, planned_at=at, now=clock.now())
    off = a_drill(flood, by=cast.office, planned_at=at, place=OTHER_VILLAGE, now=clock.now())
    off.state = DrillState.CANCELLED
    db.session.commit()
    form = form_of(browse(cast.office).get(PAGE))
    keys = [form[f"key_{n}"].value for n in lines(form)]
    assert f"{VILLAGE}-{flood.id}" not in keys
    assert f"{OTHER_VILLAGE}-{flood.id}" in keys


def test_it_puts_two_hazards_into_one_drill(cast: Cast, browse: Browse) -> None:
    one = a_plan(number=3, slug="earthquake", title="地震预案", hazard="地震", season="4月—5月")
    two = a_plan(number=9, slug="fire", title="火灾预案", hazard="火灾", season="4月—5月")
    for plan in (one, two):
        a_published(plan, cast)
    db.session.commit()
    form_of(browse(cast.office).get(PAGE)).submit()
    both = [drill for drill in drills() if drill.place_code == VILLAGE]
    assert [drill.hazards for drill in both] == ["地震、火灾"]
    assert both[0].scope is Scope.COMBINED
    assert both[0].title == "明水村地震、火灾演练"
    assert "这一年该排的都排了" in browse(cast.office).get(PAGE).text


def test_it_gives_the_town_its_own(cast: Cast, browse: Browse) -> None:
    a_published(a_plan(number=2, slug="drought", title="抗旱预案", hazard="干旱",
                       season="3月—4月"), cast)  # fmt: skip
    db.session.commit()
    form_of(browse(cast.office).get(PAGE)).submit()
    [own] = [drill for drill in drills() if drill.place_code == TOWN]
    assert (own.hazards, own.form) == ("干旱", Form.TABLETOP)


BAD = {
    "no such day": ("on", f"{YEAR}-02-30", "写得不对"),
    "no day": ("on", "", "写得不对"),
    "no such hour": ("at", "25:00", "写得不对"),
    "past": ("on", "2020-05-12", "已经过去"),
    "years ahead": ("on", "2099-05-12", "请核对年份"),
    "first day of the year 1": ("on", "0001-01-01", "写得不对"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_names_the_line_of_a_bad_day_and_does_nothing_by_halves(
    name: str, flood: Plan, cast: Cast, browse: Browse
) -> None:
    column, value, message = BAD[name]
    form = form_of(browse(cast.office).get(PAGE))
    bad, other, off = lines(form)[5], lines(form)[0], lines(form)[3]
    form[f"at_{bad}"] = "00:00"
    form[f"{column}_{bad}"] = value
    form[f"on_{other}"] = f"{YEAR}-06-03"
    form[f"pick_{off}"] = False
    page = form.submit(status=422)
    said = page.html.select_one("#refusals").get_text()
    assert message in said
    assert page.html.select("table.cards tbody tr")[bad].select("td")[1].get_text() in said
    again = form_of(page)
    if value:
        assert again[f"{column}_{bad}"].value == value
    assert again[f"on_{other}"].value == f"{YEAR}-06-03"
    assert not again[f"pick_{off}"].checked
    assert again[f"pick_{other}"].checked
    assert count_rows(Drill) == {"drill": 0}


def test_it_asks_for_at_least_one_line(flood: Plan, cast: Cast, browse: Browse) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    for n in lines(form):
        form[f"pick_{n}"] = False
    page = form.submit(status=422)
    assert "请至少勾选一项" in page.text
    assert not any(form_of(page)[f"pick_{n}"].checked for n in lines(form_of(page)))


def test_it_accepts_a_line_once(flood: Plan, cast: Cast, browse: Browse) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    form.submit()
    assert "有变化" in form.submit(status=422).text
    assert count_rows(Drill) == {"drill": 16}


def schedule_elsewhere(flood: Plan, cast: Cast, form: Any, n: int) -> None:
    """A colleague schedules what one line proposes."""
    place = form[f"key_{n}"].value.split("-")[0]
    at = clock.now().replace(year=YEAR, month=6, day=2)
    a_drill(flood, by=cast.office, place=place, planned_at=at, now=clock.now())
    db.session.commit()


@pytest.mark.parametrize("position", [0, -1])
def test_it_refuses_lines_that_a_colleague_has_overtaken(
    position: int, flood: Plan, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    for n in lines(form):
        form[f"on_{n}"] = f"{YEAR}-12-{n + 1:02}"  # no day of the season
    schedule_elsewhere(flood, cast, form, lines(form)[position])
    page = form.submit(status=422)
    assert "有变化" in page.text
    assert count_rows(Drill) == {"drill": 1}
    # No day that was typed for one village is shown beside another.
    typed = {form[f"key_{n}"].value: form[f"on_{n}"].value for n in lines(form)}
    again = form_of(page)
    assert len(lines(again)) == 15
    for n in lines(again):
        shown, key = again[f"on_{n}"].value, again[f"key_{n}"].value
        assert shown == typed[key] or shown not in typed.values()
    again.submit().follow()
    assert count_rows(Drill) == {"drill": 16}


@pytest.mark.parametrize(
    "forged",
    [
        {"pick_0": "1", "key_0": f"{VILLAGE}-1", "on_0": f"{YEAR}-06-03", "at_0": "09:00"},
        {"pick_0": "1", "key_0": "620724103200-1", "on_0": f"{YEAR}-06-03", "at_0": "09:00"},
        {"pick_999": "1", "key_999": "x"},
        {"pick_-1": "1", "pick_x": "1", "pick_": "1", "pick_٣": "1"},
        {"pick_99999999999999999999": "1"},
    ],
)
def test_it_refuses_forged_lines(
    forged: dict[str, str], flood: Plan, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.office)
    token = form_of(browser.get(PAGE))["csrf_token"].value
    form = form_of(browser.get(PAGE))
    first = form["key_0"].value
    if forged.get("key_0") == first:
        forged = forged | {"key_0": f"{OTHER_VILLAGE}-1"}
    browser.post(PAGE, {"csrf_token": token} | forged, status=422)
    assert count_rows(Drill) == {"drill": 0}


def test_it_opens_any_year(flood: Plan, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    for year in (2000, clock.today().year, 2100, 10**20, "x"):
        assert browser.get(f"/drills/propose?year={year}").status_int == 200
    past = browser.get(f"/drills/propose?year={clock.today().year - 1}")
    assert "key_0" not in past.text


def test_it_says_when_the_holidays_are_not_out(flood: Plan, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get(f"/drills/propose?year={clock.today().year + 5}")
    assert "放假安排还没有公布" in page.text


def test_it_is_the_office_s(flood: Plan, cast: Cast, browse: Browse) -> None:
    for person in (cast.village, cast.leader):
        browse(person).get(PAGE, status=403)


def test_it_keeps_days_apart_from_what_is_already_there(
    flood: Plan, cast: Cast, browse: Browse
) -> None:
    quake = a_plan(number=3, slug="earthquake", title="地震预案", hazard="地震")
    a_published(quake, cast)
    at = clock.now().replace(year=YEAR, month=5, day=12)
    a_drill(quake, by=cast.office, planned_at=at, now=clock.now())
    db.session.commit()
    form = form_of(browse(cast.office).get(PAGE))
    mine = form[f"on_{line_of(form, VILLAGE)}"].value
    assert abs(date.fromisoformat(mine) - at.date()) >= timedelta(days=14)
