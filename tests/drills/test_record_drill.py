"""Record a drill."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conftest import Browse
from drill_factories import (
    a_drill,
    a_held_drill,
    a_record,
    open_record_form,
    yesterday_at,
)
from factories import (
    OTHER_VILLAGE,
    Cast,
    a_changed_body,
    a_plan,
    a_published,
    count_rows,
    keep,
)
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.clock import CHINA
from nanhua_emergency.database import db
from nanhua_emergency.drills.record_models import DrillRecord, HalfRecord, RecordState
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans.outline import Moment, list_targets


def the_record() -> DrillRecord:
    """The only record there is."""
    db.session.rollback()
    return db.session.scalars(select(DrillRecord)).one()


def test_it_is_recorded_by_the_village(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    page = open_record_form(browse(cast.village), drill_id).submit(status=302).follow()
    record = the_record()
    assert f"已记下，等应急办确认。回执号 {record.id}。" in page.text
    assert (record.state, record.head_count) == (RecordState.RECORDED, 45)
    assert record.began_at == yesterday_at()
    assert {one.moment: one.minutes for one in record.moments} == dict.fromkeys(Moment, 5)
    assert [one.score for one in record.scores] == [5] * 6
    assert "drill.recorded" in [entry.action for entry in list_entries_of(record.drill)]


def test_it_has_the_planned_values_filled_in(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    form = browse(cast.village).get(f"/drills/{drill_id}/record").forms["record-form"]
    assert form["began_on"].value == yesterday_at().astimezone(CHINA).date().isoformat()
    assert (form["began_time"].value, form["ended_time"].value) == ("09:30", "10:30")
    assert form["count_villagers"].value == "60"
    assert "明水村" in form["summary"].value


def test_it_keeps_the_edition_exercised_and_its_targets(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    edition = a_published(plan, cast)
    record = a_record(a_drill(plan, by=cast.office), by=cast.village)
    targets = {moment: target.minutes for moment, target in list_targets(edition.body).items()}
    assert targets
    a_published(plan, cast, body=a_changed_body(), now=record.recorded_at + timedelta(days=1))
    db.session.expire_all()
    assert record.edition_id == edition.id
    assert {m.moment: m.target_minutes for m in record.moments if m.target_minutes} == targets


def test_it_keeps_the_edition_that_was_in_force_when_it_was_held(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    exercised = a_published(plan, cast)
    drill = a_drill(plan, by=cast.office)
    later = drill.planned_at + timedelta(days=2)
    a_published(plan, cast, body=a_changed_body(), now=later)
    record = a_record(drill, by=cast.village, now=later + timedelta(days=1))
    assert record.edition_id == exercised.id


def test_it_is_recorded_though_the_plan_has_no_text(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_drill(a_plan(), by=cast.office, planned_at=yesterday_at()))
    open_record_form(browse(cast.village), drill_id).submit(status=302)
    record = the_record()
    assert record.edition_id is None
    assert all(one.is_met is None for one in record.moments)
    assert "当时没有现行文本" in browse(cast.office).get(f"/drills/records/{record.id}").text


def test_it_raises_a_finding_of_each_problem(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(
        browse(cast.village), drill_id, no_problem="", problem_1="北沟两户没有叫到",
        heading_1="3.3 村叫户", problem_3="喇叭坏了",
    )  # fmt: skip
    form.submit(status=302)
    pinned, other = db.session.scalars(select(Finding).order_by(Finding.id)).all()
    assert (pinned.text, pinned.demand and pinned.demand.heading) == (
        "北沟两户没有叫到",
        "3.3 村叫户",
    )
    assert (other.text, other.demand) == ("喇叭坏了", None)
    page = browse(cast.office).get(f"/drills/records/{the_record().id}")
    assert "北沟两户没有叫到" in page.text


def test_it_wants_a_sentence_where_no_problem_was_found(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    for said in ("", "无", "  没有 "):
        page = open_record_form(browse(cast.village), drill_id, no_problem=said).submit(status=422)
        assert "没有发现问题的，请写一句怎么看出来的" in page.text
        assert page.forms["record-form"]["count_villagers"].value == "40"
    assert count_rows(DrillRecord) == {"drill_record": 0}


def test_it_keeps_both_names_of_a_record_typed_in_from_paper(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    open_record_form(browse(cast.office), drill_id, paper_by="示例网格员").submit(status=302)
    record = the_record()
    assert (record.paper_by, record.recorded_by_id) == ("示例网格员", cast.office.id)
    page = browse(cast.village).get(f"/drills/records/{record.id}")
    assert "纸上由 示例网格员 记录" in page.text
    assert cast.office.name in page.text


def test_it_understands_a_night_drill_that_ends_after_midnight(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    began = yesterday_at(0) - timedelta(days=1) + timedelta(hours=23)
    drill_id = keep(a_held_drill(cast, planned_at=began, is_night=True))
    form = open_record_form(browse(cast.village), drill_id)
    assert (form["began_time"].value, form["ended_time"].value) == ("23:30", "00:30")
    form["ended_time"] = "00:45"
    form.submit(status=302)
    record = the_record()
    assert record.ended_at - record.began_at == timedelta(minutes=75)


@pytest.mark.parametrize("who", ["other_village", "visitor", "legal", "leader"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    drill_id = keep(a_held_drill(cast))
    person = None if who == "visitor" else getattr(cast, who)
    answer = browse(person).get(f"/drills/{drill_id}/record", expect_errors=True)
    expected = {"other_village": 404, "visitor": 302}.get(who, 403)
    assert answer.status_code == expected


def test_it_does_not_take_a_record_for_another_villages_drill(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    own = a_held_drill(cast)
    plan = own.plan
    other = a_drill(plan, by=cast.office, place=OTHER_VILLAGE, planned_at=yesterday_at())
    own_id, other_id = keep(own, other)
    form = open_record_form(browse(cast.village), own_id)
    for page in ("record", "keep"):
        form.action = f"/drills/{other_id}/{page}"
        form.submit(status=404)
    assert count_rows(DrillRecord, HalfRecord) == {"drill_record": 0, "half_record": 0}


def test_it_brings_a_half_filled_form_back(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(
        browse(cast.village), drill_id, summary="写到一半", count_pupils="7",
        problem_1="北沟两户没有叫到", heading_1="3.3 村叫户", conclusion="fair", score_2="3",
    )  # fmt: skip
    form.action = f"/drills/{drill_id}/keep"
    assert "kept_at" in form.submit().json
    page = browse(cast.village).get(f"/drills/{drill_id}/record")
    again = page.forms["record-form"]
    expected = {
        "summary": "写到一半", "count_pupils": "7", "problem_1": "北沟两户没有叫到",
        "heading_1": "3.3 村叫户", "conclusion": "fair", "score_2": "3", "minutes_call": "5",
    }  # fmt: skip
    assert {name: again[name].value for name in expected} == expected
    assert "接着上次填的" in page.text
    assert "接着填记录" in browse(cast.village).get(f"/drills/{drill_id}").text
    other = browse(cast.office).get(f"/drills/{drill_id}/record").forms["record-form"]
    assert other["summary"].value != "写到一半"
    again.submit(status=302)
    assert the_record().summary == "写到一半"
    assert count_rows(HalfRecord) == {"half_record": 0}


def test_it_keeps_a_form_in_which_hardly_anything_is_filled_in(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    browser = browse(cast.village)
    token = browser.get(f"/drills/{drill_id}/record").forms["record-form"]["csrf_token"].value
    for summary in ("\x00", "一" * 9000, "长"):
        browser.post(
            f"/drills/{drill_id}/keep",
            {"csrf_token": token, "summary": summary, "heading_1": "没有这一节", "score_1": "9"},
        )
    form = browser.get(f"/drills/{drill_id}/record").forms["record-form"]
    assert form["summary"].value == "长"
    assert len(form["client_id"].value) == 36


def test_it_keeps_nothing_without_the_token(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    answer = browse(cast.village).post(f"/drills/{drill_id}/keep", {"summary": "一"}, status=400)
    assert answer.json == {"message": "没有自动保存"}
    assert count_rows(HalfRecord) == {"half_record": 0}


def test_it_is_recorded_only_once_it_is_in_the_plan_of_the_year(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast, by=cast.village))
    page = open_record_form(browse(cast.village), drill_id).submit(status=422)
    assert "这项演练没有排定或已经取消，不能记录" in page.text
    assert count_rows(DrillRecord) == {"drill_record": 0}


def test_it_refuses_in_the_service_what_a_form_would_refuse(app: Flask, cast: Cast) -> None:
    drill = a_held_drill(cast)
    wrong = {
        "summary": {"summary": " "},
        "counts": {"counts": {}},
        "score_4": {"scores": {n: 5 for n in (1, 2, 3, 5, 6)}},
        "no_problem": {"no_problem": "", "problems": ()},
    }
    for field, columns in wrong.items():
        with pytest.raises(RuleBroken) as refusal:
            a_record(drill, by=cast.village, **columns)
        assert refusal.value.field == field
