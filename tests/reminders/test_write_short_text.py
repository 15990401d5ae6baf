"""Write the short text of a drill, to copy into a group chat."""

from datetime import date

import pytest

from drill_factories import a_drill
from factories import NOW, TOWN, Cast, a_plan
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders import services
from nanhua_emergency.reminders.short_texts import fill_short_text, find_short_text

EVE = date(2026, 5, 18)


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A flood drill of Mingshui on 21 May 2026, half past nine."""
    return a_drill(a_plan(), by=cast.office, title="示例防汛演练")


def test_it_says_who_what_when_where_and_how_soon(drill: Drill) -> None:
    assert find_short_text(drill, today=EVE) == (
        "【演练】明水村：示例防汛演练，2026年5月21日 周四 09:30，示例广场，还有 3 天。"
        "请按预案提前准备，演练后当天登记。"
    )


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{村}|{演练}|{预案}", "明水村|示例防汛演练|南华镇防汛应急预案"),
        ("{时间}", "2026年5月21日 周四 09:30"),
        ("{地点}，{还有}", "示例广场，还有 3 天"),
        ("没有字段 100%", "没有字段 100%"),
        ("{{村}}", "{村}"),
    ],
)
def test_it_fills_in_each_field(template: str, said: str, drill: Drill) -> None:
    services.check_short_text(template)
    assert fill_short_text(template, drill, today=EVE) == said


@pytest.mark.parametrize(
    ("on", "left"),
    [(date(2026, 5, 21), "今天"), (date(2026, 5, 20), "明天"), (date(2026, 5, 19), "后天")],
)
def test_it_counts_the_days_as_people_do(on: date, left: str, drill: Drill) -> None:
    assert fill_short_text("{还有}", drill, today=on) == left


def test_it_does_not_read_the_fields_of_what_it_fills_in(cast: Cast) -> None:
    drill = a_drill(a_plan(), by=cast.office, title="{时间}{0}", location="{x")
    assert fill_short_text("{演练}{地点}", drill, today=EVE) == "{时间}{0}{x"


def test_it_names_the_village_where_no_location_is_known(cast: Cast) -> None:
    drill = a_drill(a_plan(), by=cast.office, location="")
    assert fill_short_text("{地点}", drill, today=EVE) == "明水村"


def test_it_uses_the_towns_own_words(drill: Drill, cast: Cast) -> None:
    rule = {"days": [7, 1], "by": cast.office, "now": NOW}
    services.set_rule(get_place(TOWN), short_text="{村}{还有}演练", **rule)
    assert find_short_text(drill, today=EVE) == "明水村还有 3 天演练"
    services.set_rule(get_place(TOWN), short_text="", **rule)
    assert str(find_short_text(drill, today=EVE)).startswith("【演练】明水村：")


def test_it_offers_none_where_the_time_is_not_to_be_known(drill: Drill) -> None:
    drill.is_time_unannounced = True
    assert find_short_text(drill, today=EVE) is None


def test_it_offers_none_for_what_is_over_off_or_only_proposed(drill: Drill, cast: Cast) -> None:
    assert find_short_text(drill, today=date(2026, 5, 22)) is None
    assert (
        find_short_text(a_drill(drill.plan, by=cast.village, place=drill.place_code), today=EVE)
        is None
    )
    drills.cancel_drill(drill, reason="示例大风", by=cast.office, now=NOW)
    assert find_short_text(drill, today=EVE) is None


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{日期}", "不认识“{日期}”"),
        ("{}", "不认识“{}”"),
        ("{0}", "不认识“{0}”"),
        ("{村.place}", "不认识“{村.place}”"),
        ("{村[0]}", "不认识"),
        ("{村:999999999}", "不认识“{村}”"),
        ("{村:{演练}}", "不认识"),
        ("{村!r}", "不认识"),
        ("{村", "大括号不成对"),
        ("村}", "大括号不成对"),
        ("长" * 501, "最多 500 字"),
    ],
)
def test_it_refuses_a_template_that_it_could_not_fill_in(template: str, why: str) -> None:
    with pytest.raises(RuleBroken, match=why.replace("{", r"\{").replace("[", r"\[")) as refusal:
        services.check_short_text(template)
    assert refusal.value.field == "short_text"
