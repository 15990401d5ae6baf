"""Change what is said of a drill."""

import pytest

from conftest import Browse
from drill_factories import a_drill, a_record
from factories import NOW, Cast, a_plan, a_published, form_of, keep, stored
from nanhua_emergency.drills import services
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.plans.models import Plan


@pytest.fixture
def plan(cast: Cast) -> Plan:
    plan = a_plan()
    a_published(plan, cast)
    return plan


@pytest.fixture
def key(plan: Plan, cast: Cast) -> int:
    return keep(a_drill(plan, by=cast.office, organiser_account=cast.office, scenario="连日降雨"))


def test_it_opens_with_what_is_there_and_keeps_the_change(
    key: int, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(f"/drills/{key}/change"))
    assert form["scenario"].value == "连日降雨"
    assert form["expected_count"].value == "60"
    form["form"], form["is_night"], form["location"] = "tabletop", True, "村委会二楼"
    page = form.submit().follow()
    assert "桌面推演" in page.text
    assert "夜间" in page.text
    assert stored(Drill.location, key) == "村委会二楼"
    assert stored(Drill.scenario, key) == "连日降雨"
    assert stored(Drill.date_version, key) == 1


def test_it_stays_with_its_organiser_when_a_colleague_changes_it(
    key: int, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.other_office).get(f"/drills/{key}/change"))
    form["location"] = "打谷场"
    form.submit()
    assert stored(Drill.organiser_id, key) == cast.office.id


def test_it_is_named_after_its_plan_where_the_name_is_emptied(
    key: int, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(f"/drills/{key}/change"))
    form["title"] = ""
    form.submit()
    assert stored(Drill.title, key) == "明水村洪涝演练"


def test_it_never_exercises_the_same_plan_twice(
    key: int, plan: Plan, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(f"/drills/{key}/change"))
    form["second_plan_id"] = str(plan.id)
    form.submit()
    assert stored(Drill.second_plan_id, key) is None


def test_it_refuses_a_bad_number_and_keeps_what_was_typed(
    key: int, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(f"/drills/{key}/change"))
    form["expected_count"], form["scenario"] = "-3", "改过的情景"
    page = form.submit(status=422)
    assert "人数应为" in page.text
    assert form_of(page)["scenario"].value == "改过的情景"
    assert stored(Drill.scenario, key) == "连日降雨"


def test_it_leaves_what_is_recorded_or_cancelled(plan: Plan, cast: Cast, browse: Browse) -> None:
    recorded, cancelled = a_drill(plan, by=cast.office), a_drill(plan, by=cast.office)
    a_record(recorded, by=cast.village)
    services.cancel_drill(cancelled, reason="示例", by=cast.office, now=NOW)
    for key in keep(recorded, cancelled):
        form = form_of(browse(cast.office).get(f"/drills/{key}/change"))
        form["location"] = "打谷场"
        form.submit(status=409)
        assert stored(Drill.location, key) == "示例广场"


def test_it_is_the_office_s(key: int, cast: Cast, browse: Browse) -> None:
    browse(cast.village).get(f"/drills/{key}/change", status=403)
