"""Confirm the record of a drill."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_confirmed_record, a_held_drill, a_record
from factories import Cast, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills.gaps import list_gaps
from nanhua_emergency.drills.record_models import DrillRecord, Group, RecordState
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import publication
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import Moment


def test_it_is_confirmed_by_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.village))
    page = browse(cast.office).get(f"/drills/records/{record_id}")
    form = next(f for f in page.forms.values() if f.action.endswith("/confirm"))
    assert "已确认。" in form.submit(status=302).follow().text
    assert stored(DrillRecord.state, record_id) is RecordState.CONFIRMED
    assert stored(DrillRecord.decided_by_id, record_id) == cast.office.id
    assert stored(DrillRecord.decided_at, record_id) is not None
    assert "已经办过了" in form.submit(status=409).text
    assert "确认记录" in browse(cast.office).get("/activity/").text


def test_it_leads_to_the_text_drilled_as_long_as_it_is_public(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    record = a_record(a_held_drill(cast), by=cast.village)
    record_id, edition_id = keep(record, record.edition)
    page = browse(cast.leader).get(f"/drills/records/{record_id}")
    page.click("南华镇防汛应急预案第 1 版")
    publication.withdraw_edition(db.session.get_one(Edition, edition_id), reason="示例",
                                 by=cast.leader, now=clock.now())  # fmt: skip
    page = browse(cast.leader).get(f"/drills/records/{record_id}")
    assert "南华镇防汛应急预案第 1 版（该版已撤回）" in page.text


def test_it_says_in_plain_words_what_is_missing(app: Flask, cast: Cast, browse: Browse) -> None:
    drill = a_held_drill(cast, expected_count=200)
    record_id = keep(a_record(
        drill, by=cast.village, counts={Group.VILLAGERS: 40},
        minutes={Moment.WARNING: 5, Moment.EVACUATION: 61}, scores=dict.fromkeys(range(1, 7), 1),
    ))  # fmt: skip
    text = browse(cast.office).get(f"/drills/records/{record_id}").text
    for gap in ("没有填时间：叫应、集结、清点", "“转移”用了 61 分钟，目标 60 分钟", "“演练执行情况”打分偏低",
                "实到 40 人，不到预计 200 人的一半"):  # fmt: skip
        assert gap in text
    assert "请留意" not in browse(cast.village).get(f"/drills/records/{record_id}").text


def test_it_finds_nothing_missing_where_all_went_to_plan(app: Flask, cast: Cast) -> None:
    assert list_gaps(a_record(a_held_drill(cast), by=cast.village)) == []


def test_it_is_not_confirmed_by_whoever_recorded_it(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.office, paper_by="示例网格员"))
    page = browse(cast.office).get(f"/drills/records/{record_id}")
    form = next(f for f in page.forms.values() if f.action.endswith("/confirm"))
    assert "自己记的演练不能自己确认，请另一位来办" in form.submit(status=422).text
    assert stored(DrillRecord.state, record_id) is RecordState.RECORDED
    page = browse(cast.other_office).get(f"/drills/records/{record_id}")
    next(f for f in page.forms.values() if f.action.endswith("/confirm")).submit(status=302)
    assert stored(DrillRecord.state, record_id) is RecordState.CONFIRMED


@pytest.mark.parametrize("who", ["village", "other_village", "leader", "legal", "admin"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.village))
    browse(getattr(cast, who)).post(f"/drills/records/{record_id}/confirm", status=403)
    assert stored(DrillRecord.state, record_id) is RecordState.RECORDED


def test_it_is_confirmed_once(app: Flask, cast: Cast) -> None:
    record = a_confirmed_record(a_held_drill(cast), cast)
    assert record.decided_at == record.recorded_at + timedelta(hours=1)
    for act in (
        lambda: recording.confirm_record(record, by=cast.other_office, now=record.recorded_at),
        lambda: recording.return_record(
            record, reason="人数", by=cast.other_office, now=record.recorded_at
        ),
    ):
        with pytest.raises(RuleBroken) as refusal:
            act()
        assert refusal.value.status == 409
    assert [e.action for e in list_entries_of(record.drill)].count("drill.confirmed") == 1
