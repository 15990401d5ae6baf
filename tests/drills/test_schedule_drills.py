"""Schedule one drill for one or many villages; a village head proposes one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from conftest import Browse
from drill_factories import details, in_china
from factories import (
    NOW,
    OTHER_VILLAGE,
    VILLAGE,
    Cast,
    a_plan,
    a_published,
    count_rows,
    form_of,
    keep,
)
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.drills import services
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.workdays import is_workday


@pytest.fixture
def plan(cast: Cast) -> Plan:
    plan = a_plan()
    a_published(plan, cast)
    db.session.commit()
    return plan


def a_day(*, works: bool = True) -> str:
    """A day some weeks ahead on which people work, or do not."""
    day = clock.today() + timedelta(days=30)
    while is_workday(day) is not works:
        day += timedelta(days=1)
    return day.isoformat()


def filled(browser: Any, plan: Plan, *villages: str, **answers: Any) -> Any:
    """The form, filled in for some villages."""
    form = form_of(browser.get("/drills/schedule"))
    for box in form.fields["villages"]:
        box.checked = box._value in villages
    answers = {"plan_id": str(plan.id), "planned_on": a_day(), "planned_time": "09:30"} | answers
    for name, value in answers.items():
        form[name] = value
    return form


def drills() -> list[Drill]:
    db.session.rollback()
    return list(db.session.scalars(select(Drill).order_by(Drill.place_code)))


def test_it_schedules_a_drill_of_one_village(plan: Plan, cast: Cast, browse: Browse) -> None:
    form = filled(browse(cast.office), plan, VILLAGE, location="村委会广场", expected_count="60")
    page = form.submit().follow()
    assert "已排定" in page.text
    [drill] = drills()
    assert (drill.place_code, drill.state) == (VILLAGE, DrillState.SCHEDULED)
    assert (drill.title, drill.location) == ("明水村洪涝演练", "村委会广场")
    assert (drill.expected_count, drill.date_version) == (60, 1)
    at = drill.planned_at.astimezone(clock.CHINA)
    assert (at.date().isoformat(), at.strftime("%H:%M")) == (a_day(), "09:30")
    assert "drill.scheduled" in list(db.session.scalars(select(ActivityEntry.action)))


def test_it_schedules_the_same_drill_for_many_villages(
    plan: Plan, cast: Cast, browse: Browse
) -> None:
    filled(browse(cast.office), plan, VILLAGE, OTHER_VILLAGE).submit().follow()
    found = drills()
    assert [drill.place_code for drill in found] == [OTHER_VILLAGE, VILLAGE]
    assert len({drill.uid for drill in found}) == 2
    assert len({drill.planned_at for drill in found}) == 1


def test_it_takes_a_form_that_is_sent_twice_once(plan: Plan, cast: Cast, browse: Browse) -> None:
    form = filled(browse(cast.office), plan, VILLAGE, OTHER_VILLAGE)
    form.submit(status=302)
    page = form.submit(status=409)
    assert "在这个时间已经排了，没有再排一次" in page.text
    assert len(drills()) == 2


def test_it_takes_a_village_head_s_drill_as_a_proposal(
    plan: Plan, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.village)
    form = form_of(browser.get("/drills/schedule"))
    assert [box._value for box in form.fields["villages"]] == [VILLAGE]
    page = filled(browser, plan, VILLAGE).submit().follow()
    assert "等应急办接受" in page.text
    assert [drill.state for drill in drills()] == [DrillState.PROPOSED]


def test_it_refuses_a_proposal_for_another_village(plan: Plan, cast: Cast, browse: Browse) -> None:
    form = filled(browse(cast.village), plan, VILLAGE)
    form.fields["villages"][0].force_value(OTHER_VILLAGE)
    form.submit(status=422)
    assert drills() == []
    with pytest.raises(RuleBroken, match="不在您的范围内"):
        services.schedule_drills(plan, [get_place(OTHER_VILLAGE)], details(), by=cast.village,
                                 planned_at=NOW + timedelta(days=9), now=NOW)  # fmt: skip


def test_it_asks_for_a_village(plan: Plan, cast: Cast, browse: Browse) -> None:
    page = filled(browse(cast.office), plan, location="打谷场").submit(status=422)
    assert "请至少选一个村" in page.text
    assert form_of(page)["location"].value == "打谷场"
    assert drills() == []


BAD = {
    "past": ({"planned_on": "2020-05-12"}, "已经过去"),
    "no such day": ({"planned_on": "2027-02-30"}, "有效的日期"),
    "first day of the year 1": (
        {"planned_on": "0001-01-01", "planned_time": "00:00"},
        "请核对年份",
    ),
    "years ahead": ({"planned_on": "2099-05-12"}, "请核对年份"),
    "no day": ({"planned_on": ""}, "请填日期"),
    "no hour": ({"planned_time": ""}, "请填时间"),
    "no such hour": ({"planned_time": "25:61"}, "有效的时间"),
    "negative": ({"expected_count": "-1"}, "人数应为"),
    "huge": ({"expected_count": "99999999999999999999"}, "人数应为"),
    "fractional": ({"expected_count": "1.5"}, "整数"),
    "long": ({"location": "长" * 121}, "120"),
    "NUL": ({"scenario": "雨\x00雨"}, "无法识别的字符"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_refuses_and_keeps_what_was_typed(
    name: str, plan: Plan, cast: Cast, browse: Browse
) -> None:
    answers, message = BAD[name]
    form = filled(browse(cast.office), plan, VILLAGE, **({"organiser": "示例组织人"} | answers))
    page = form.submit(status=422)
    said = page.html.select_one("#refusals").get_text()
    assert message in said, said
    again = form_of(page)
    assert again["organiser"].value == "示例组织人"
    assert [box._value for box in again.fields["villages"] if box.checked] == [VILLAGE]
    assert count_rows(Drill) == {"drill": 0}


@pytest.mark.parametrize(("works", "is_warned"), [(False, True), (True, False)])
def test_it_warns_of_a_holiday_and_does_not_refuse_it(
    works: bool, is_warned: bool, plan: Plan, cast: Cast, browse: Browse
) -> None:
    day = a_day(works=works)
    page = filled(browse(cast.office), plan, VILLAGE, planned_on=day).submit().follow()
    assert ("休息日或节假日" in page.text) is is_warned
    assert len(drills()) == 1


def test_it_knows_public_holidays_and_make_up_days() -> None:
    # 国庆节 2026 is 1 to 7 October; Saturday 10 October is worked instead.
    holiday, made_up = in_china(2026, 10, 1), in_china(2026, 10, 10)
    assert "节假日" in services.list_warnings(holiday, is_night=False)[0]
    assert services.list_warnings(made_up, is_night=False) == []


def test_it_warns_of_an_hour_at_night_that_was_not_meant() -> None:
    late = in_china(2026, 5, 21, 20)
    assert "夜间" in services.list_warnings(late, is_night=False)[0]
    assert services.list_warnings(late, is_night=True) == []
    assert services.list_warnings(in_china(2026, 5, 21, 19), is_night=False) == []


def test_it_opens_with_what_a_cell_of_the_coverage_table_asked(
    plan: Plan, cast: Cast, browse: Browse
) -> None:
    address = f"/drills/schedule?villages={VILLAGE}&plan_id={plan.id}"
    form = form_of(browse(cast.office).get(address))
    assert [box._value for box in form.fields["villages"] if box.checked] == [VILLAGE]
    assert form["plan_id"].value == str(plan.id)
    assert (form["form"].value, form["scope"].value) == ("live", "single")


def test_it_exercises_two_plans_at_once_but_never_the_same_twice(
    plan: Plan, cast: Cast, browse: Browse
) -> None:
    other = a_plan(number=3, slug="earthquake", title="南华镇地震应急预案", hazard="地震")
    a_published(other, cast)
    db.session.commit()
    both = filled(browse(cast.office), plan, VILLAGE, second_plan_id=str(other.id))
    both.submit().follow()
    twice = filled(browse(cast.office), plan, OTHER_VILLAGE, second_plan_id=str(plan.id))
    twice.submit().follow()
    assert [drill.hazards for drill in drills()] == ["洪涝", "洪涝、地震"]


def test_it_offers_no_plan_of_another_town(plan: Plan, cast: Cast, browse: Browse) -> None:
    other = a_plan(number=9, slug="draft-only", title="未公布的预案", hazard="示例")
    key = keep(other)
    form = filled(browse(cast.office), plan, VILLAGE)
    assert str(key) not in [value for value, *_ in form["plan_id"].options]
    form["plan_id"].force_value(str(key))
    form.submit(status=422)
    assert drills() == []
