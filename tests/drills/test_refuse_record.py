"""Refuse a record of a drill that cannot be true; nothing that was typed is lost."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_held_drill, a_record, open_record_form, yesterday_at
from factories import Cast, count_rows, keep
from nanhua_emergency import clock
from nanhua_emergency.clock import CHINA
from nanhua_emergency.drills.record_models import DrillRecord, Group, HeadCount
from nanhua_emergency.drills.recording import MOST_PEOPLE, Problem
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans.outline import Moment

NONE = {"drill_record": 0, "head_count": 0, "finding": 0}


def day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).astimezone(CHINA).date().isoformat()


WRONG = [
    ({"count_villagers": "-1"}, "人数应为 0 至 100000 的整数"),
    ({"count_villagers": "100001"}, "人数应为 0 至 100000 的整数"),
    ({"count_villagers": "9" * 5000}, "整数"),
    ({"count_villagers": "40.5"}, "整数"),
    ({"count_villagers": "四十"}, "整数"),
    ({"count_villagers": "", "count_cadres": "0"}, "请填参加人数"),
    ({"minutes_call": "-3"}, "分钟数应为 0 至 2880 的整数"),
    ({"minutes_call": "2.5"}, "整数"),
    ({"minutes_call": "99999999999"}, "分钟数应为 0 至 2880 的整数"),
    ({"minutes_call": "62"}, "“叫应”填了 62 分钟，比整个演练还长，请核对"),
    ({"ended_time": "09:29"}, "结束时间早于开始时间，请核对"),
    ({"began_on": day(+1)}, "演练还没有举行，不能先记录"),
    ({"began_on": day(-2)}, "开始时间比排定的早半天以上，请核对日期；改了日子的请先改期"),
    ({"began_on": "2026-02-30"}, "日期"),
    ({"began_on": "0001-01-01", "began_time": "00:00"}, "日期不对，请核对年份"),
    ({"began_on": "9999-12-31", "began_time": "23:00", "ended_time": "01:00"}, "演练还没有举行"),
    ({"began_time": "25:00"}, "几点开始"),
    ({"summary": "  "}, "请写一句"),
    ({"summary": "长" * 4001}, "4000"),
    ({"summary": "演\x00练"}, "无法识别的字符"),
    ({"problem_2": "长" * 1001}, "1000"),
    ({"client_id": "不是标记"}, "页面标记不对，请重新打开再填"),
    ({"client_id": ""}, "页面标记不对，请重新打开再填"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    app: Flask, cast: Cast, browse: Browse, number: int
) -> None:
    answers, message = WRONG[number]
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(
        browse(cast.village), drill_id, problem_1="北沟两户没有叫到", heading_1="3.3 村叫户"
    )
    for name, value in answers.items():
        form[name].force_value(value)
    page = form.submit(status=422)
    shown = " ".join(note.get_text() for note in page.html.select("#refusals, .error"))
    assert message in shown
    again = page.forms["record-form"]
    kept = {"problem_1": "北沟两户没有叫到", "heading_1": "3.3 村叫户", "conclusion": "good",
            "score_6": "5", "minutes_evacuation": "5"} | answers  # fmt: skip
    assert {name: again[name].value for name in kept if "\x00" not in kept[name]} == {
        name: value for name, value in kept.items() if "\x00" not in value
    }
    assert count_rows(DrillRecord, HeadCount, Finding) == NONE


@pytest.mark.parametrize("name", ["conclusion", "score_1", "score_6"])
def test_it_asks_for_what_is_missing(app: Flask, cast: Cast, browse: Browse, name: str) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id, **{name: None})
    page = form.submit(status=422)
    assert page.html.select_one(f"#{name} .error") is not None
    assert page.forms["record-form"]["summary"].value == "按方案进行。"


def test_it_refuses_a_heading_that_no_longer_exists(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id, problem_1="北沟两户没有叫到")
    form["heading_1"].force_value("3.9 已经删去的一节")
    page = form.submit(status=422)
    assert "预案里没有这一节，请重新选" in page.html.find(id="refusals").get_text()
    assert page.forms["record-form"]["problem_1"].value == "北沟两户没有叫到"
    assert count_rows(DrillRecord, HeadCount, Finding) == NONE
    again = page.forms["record-form"]
    again["heading_1"] = "3.3 村叫户"
    again.submit(status=302)
    assert count_rows(Finding) == {"finding": 1}


def test_it_refuses_a_heading_that_is_not_there_in_the_service_too(app: Flask, cast: Cast) -> None:
    drill = a_held_drill(cast)
    with pytest.raises(RuleBroken, match=r"预案里没有“3\.9 删去的”这一节"):
        a_record(drill, by=cast.village, problems=[Problem("没有叫到", "3.9 删去的")])


def test_it_refuses_a_record_before_the_drill_was_held(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast, planned_at=yesterday_at() + timedelta(days=4)))
    page = open_record_form(browse(cast.village), drill_id).submit(status=422)
    assert "演练还没有举行，不能先记录" in page.text
    assert count_rows(DrillRecord, HeadCount, Finding) == NONE


def test_it_refuses_numbers_in_the_service_too(app: Flask, cast: Cast) -> None:
    drill = a_held_drill(cast)
    for people in (-1, MOST_PEOPLE + 1):
        with pytest.raises(RuleBroken) as refusal:
            a_record(drill, by=cast.village, counts={Group.VILLAGERS: 9, Group.PUPILS: people})
        assert refusal.value.field == "counts"


def test_it_refuses_a_drill_of_more_than_two_days(app: Flask, cast: Cast) -> None:
    drill = a_held_drill(cast)
    ended = drill.planned_at + timedelta(hours=48, minutes=1)
    with pytest.raises(RuleBroken, match="演练时间超过两天"):
        a_record(drill, by=cast.village, ended_at=ended, now=ended)
    a_record(drill, by=cast.village, ended_at=ended - timedelta(minutes=1), now=ended)


def test_it_lets_a_minute_count_be_as_long_as_the_drill(app: Flask, cast: Cast) -> None:
    drill = a_held_drill(cast)
    with pytest.raises(RuleBroken) as refusal:
        a_record(drill, by=cast.village, minutes={Moment.ROLL_CALL: 62})
    assert refusal.value.field == "minutes_roll_call"
    record = a_record(drill, by=cast.village, minutes={Moment.ROLL_CALL: 60})
    assert [one.minutes for one in record.moments] == [60]
