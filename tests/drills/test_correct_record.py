"""Correct the record of a drill: another record, and nothing is overwritten."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from webtest import Upload

from conftest import Browse
from drill_factories import a_confirmed_record, a_held_drill, a_picture, a_record, happened
from factories import Cast, a_changed_body, a_published, count_rows, keep, stored
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills.record_models import DrillRecord, HeadCount, RecordState
from nanhua_emergency.drills.recording import Problem
from nanhua_emergency.findings.models import Finding, FindingState

NORTH = Problem("北沟两户没有叫到", "3.3 村叫户")


def test_it_is_another_record_and_the_first_stays(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.village, problems=[NORTH]))
    form = browse(cast.village).get(f"/drills/records/{record_id}/correct").forms["record-form"]
    kept = {"count_villagers": "40", "minutes_call": "5", "score_3": "5", "conclusion": "good",
            "summary": "按方案进行。", "problem_1": NORTH.text, "heading_1": NORTH.heading}  # fmt: skip
    assert {name: form[name].value for name in kept} == kept
    form["count_villagers"] = "41"
    form.submit(status=302)
    old, new = db.session.query(DrillRecord).order_by(DrillRecord.id)
    assert (old.state, old.head_count) == (RecordState.SUPERSEDED, 45)
    assert (new.state, new.head_count, new.supersedes_id) == (RecordState.RECORDED, 46, old.id)
    assert count_rows(HeadCount) == {"head_count": 4}
    states = [one.state for one in db.session.query(Finding).order_by(Finding.id)]
    assert states == [FindingState.DROPPED, FindingState.RAISED]
    assert "已更正" in browse(cast.village).get(f"/drills/records/{record_id}").text


def test_it_keeps_the_photos(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.village))
    for n in (1, 2):
        form = browse(cast.village).get(f"/drills/records/{record_id}/correct").forms["record-form"]
        form["photos"] = [Upload(f"{n}.jpg", a_picture(size=(64, 64 * n)))]
        form.submit(status=302)
        record_id += 1
    assert len(db.session.get_one(DrillRecord, record_id).photos) == 2


def test_it_keeps_the_edition_exercised_though_another_is_in_force(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    record = a_record(a_held_drill(cast), by=cast.village)
    edition_id, plan = record.edition_id, record.drill.plan
    record_id = keep(record)
    later = record.recorded_at + timedelta(hours=1)
    body = a_changed_body().replace("3.3 村叫户", "3.3 户户叫到")
    a_published(plan, cast, body=body, now=later)
    db.session.commit()
    form = browse(cast.village).get(f"/drills/records/{record_id}/correct").forms["record-form"]
    form["problem_1"], form["heading_1"] = NORTH.text, "3.3 村叫户"
    form.submit(status=302)
    fresh = db.session.query(DrillRecord).order_by(DrillRecord.id.desc()).first()
    assert fresh is not None
    assert fresh.edition_id == edition_id


def test_it_of_a_confirmed_record_is_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_confirmed_record(a_held_drill(cast), cast))
    address = f"/drills/records/{record_id}/correct"
    form = browse(cast.village).get(address).forms["record-form"]
    assert "已经确认的记录，请应急办来更正" in form.submit(status=422).text
    assert stored(DrillRecord.state, record_id) is RecordState.CONFIRMED
    browse(cast.office).get(address).forms["record-form"].submit(status=302)
    assert stored(DrillRecord.state, record_id) is RecordState.SUPERSEDED
    assert stored(DrillRecord.state, record_id + 1) is RecordState.RECORDED


def test_it_sent_twice_is_one_correction(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.village))
    form = browse(cast.village).get(f"/drills/records/{record_id}/correct").forms["record-form"]
    form.submit(status=302)
    form.submit(status=302)
    assert count_rows(DrillRecord) == {"drill_record": 2}
    form["client_id"] = str(uuid.uuid4())
    assert "这份记录已经退回或更正过" in form.submit(status=409).text


def test_it_does_not_swallow_a_correction_under_the_mark_of_the_record(
    app: Flask, cast: Cast
) -> None:
    record = a_record(a_held_drill(cast), by=cast.village)
    with pytest.raises(recording.AlreadyRecorded):
        recording.correct_record(
            record, happened(record.drill), client_id=record.client_id, by=cast.village,
            folder=Path(app.instance_path), now=record.recorded_at,
        )  # fmt: skip


def test_it_is_not_filled_in_with_a_half_record(app: Flask, cast: Cast, browse: Browse) -> None:
    drill = a_held_drill(cast)
    recording.keep_half_record(
        drill, {"summary": "写到一半"}, by=cast.village, now=drill.planned_at
    )
    record_id = keep(a_record(drill, by=cast.office))
    browser = browse(cast.village)
    form = browser.get(f"/drills/records/{record_id}/correct").forms["record-form"]
    assert form["summary"].value == "按方案进行。"
    form["summary"] = "更正到一半"
    form.action = browser.get(f"/drills/records/{record_id}/correct").html.find(
        id="record-form")["data-keep"]  # fmt: skip
    form.submit(status=200)
    form = browser.get(f"/drills/records/{record_id}/correct").forms["record-form"]
    assert form["summary"].value == "更正到一半"


def test_it_refuses_another_village(app: Flask, cast: Cast, browse: Browse) -> None:
    record_id = keep(a_record(a_held_drill(cast), by=cast.village))
    browse(cast.other_village).get(f"/drills/records/{record_id}/correct", status=404)
    browse(cast.leader).get(f"/drills/records/{record_id}/correct", status=403)
