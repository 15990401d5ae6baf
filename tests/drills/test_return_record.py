"""Return the record of a drill to the village."""

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_held_drill, a_record
from factories import Cast, count_rows, form_of, keep, stored
from nanhua_emergency.database import db
from nanhua_emergency.drills.record_models import DrillRecord, RecordState
from nanhua_emergency.drills.recording import Problem
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.plans.demand_models import Demand

PROBLEMS = [Problem("北沟两户没有叫到", "3.3 村叫户"), Problem("喇叭坏了")]


def a_recorded(cast: Cast) -> int:
    record = a_record(a_held_drill(cast), by=cast.village, problems=PROBLEMS, no_problem="",
                      summary="村里写的经过")  # fmt: skip
    return int(keep(record))


def test_it_goes_back_with_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = a_recorded(cast)
    form = form_of(browse(cast.office).get(f"/drills/records/{record_id}/return"))
    form["reason"] = "人数和签到表对不上"
    assert "已退回，村里可以重新记录。" in form.submit(status=302).follow().text
    assert stored(DrillRecord.state, record_id) is RecordState.RETURNED
    assert stored(DrillRecord.decided_at, record_id) is not None
    page = browse(cast.village).get(f"/drills/records/{record_id}")
    assert "退回的原因：人数和签到表对不上" in page.text
    assert "已经办过了" in form.submit(status=409).text


def test_it_drops_the_findings_and_what_they_demand(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = a_recorded(cast)
    form = form_of(browse(cast.office).get(f"/drills/records/{record_id}/return"))
    form["reason"] = "人数和签到表对不上"
    form.submit(status=302)
    assert {one.state for one in db.session.query(Finding)} == {FindingState.DROPPED}
    assert [one.is_withdrawn for one in db.session.query(Demand)] == [True]


def test_it_lets_the_village_record_anew_from_what_it_had_written(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    record_id = a_recorded(cast)
    drill_id = stored(DrillRecord.drill_id, record_id)
    form = form_of(browse(cast.office).get(f"/drills/records/{record_id}/return"))
    form["reason"] = "人数和签到表对不上"
    form.submit(status=302)
    assert "记录这次演练" in browse(cast.village).get(f"/drills/{drill_id}").text
    again = browse(cast.village).get(f"/drills/{drill_id}/record").forms["record-form"]
    assert again["summary"].value == "村里写的经过"
    assert again["problem_1"].value == "北沟两户没有叫到"
    assert again["heading_1"].value == "3.3 村叫户"
    again["count_villagers"] = "38"
    again.submit(status=302)
    first, second = db.session.query(DrillRecord).order_by(DrillRecord.id)
    assert (first.state, second.state) == (RecordState.RETURNED, RecordState.RECORDED)
    assert (first.head_count, second.head_count) == (45, 43)
    states = [one.state for one in db.session.query(Finding).order_by(Finding.id)]
    assert states == [FindingState.DROPPED] * 2 + [FindingState.RAISED] * 2


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = a_recorded(cast)
    form = form_of(browse(cast.office).get(f"/drills/records/{record_id}/return"))
    for blank in ("", "   "):
        form["reason"] = blank
        assert "请写明原因" in form.submit(status=422).text
    assert stored(DrillRecord.state, record_id) is RecordState.RECORDED
    assert count_rows(Finding) == {"finding": 2}


@pytest.mark.parametrize("who", ["village", "leader", "legal"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    record_id = a_recorded(cast)
    browse(getattr(cast, who)).get(f"/drills/records/{record_id}/return", status=403)
