"""Read the drills of a year: as a list, as the sheet of a month, and as the plan of the year."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import Browse
from drill_factories import a_drill, a_record, in_china
from factories import NOW, OTHER_VILLAGE, TOWN, VILLAGE, Cast, a_plan, a_published, keep
from nanhua_emergency.database import db
from nanhua_emergency.drills import queries, services
from nanhua_emergency.plans.models import Plan


@pytest.fixture
def flood(cast: Cast) -> Plan:
    plan = a_plan()
    a_published(plan, cast)
    return plan


@pytest.fixture
def quake(cast: Cast) -> Plan:
    plan = a_plan(number=3, slug="earthquake", title="南华镇地震应急预案", hazard="地震")
    a_published(plan, cast)
    return plan


def titles(page: Any) -> list[str]:
    """The drills on a page of the list, from the first to the last."""
    return [link.get_text() for link in page.html.select("table.cards td a")]


@pytest.fixture
def four(flood: Plan, quake: Plan, cast: Cast) -> None:
    """One in May, one in June at another village, one in October next year, one cancelled."""
    a_drill(quake, by=cast.office, title="五月", planned_at=in_china(2026, 5, 31, 23, 59))
    a_drill(flood, by=cast.office, title="六月", planned_at=in_china(2026, 6, 1, 0, 0),
            place=OTHER_VILLAGE, second_plan=quake)  # fmt: skip
    a_drill(flood, by=cast.office, title="明年", planned_at=in_china(2027, 1, 1, 0, 0))
    off = a_drill(flood, by=cast.office, title="取消的", planned_at=in_china(2026, 12, 31, 23, 59))
    services.cancel_drill(off, reason="示例", by=cast.office, now=NOW)
    a_drill(quake, by=cast.village, title="提议的", planned_at=in_china(2026, 9, 9))
    db.session.commit()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("year=2026", ["五月", "六月", "提议的", "取消的"]),
        ("year=2027", ["明年"]),
        ("year=2026&month=5", ["五月"]),
        ("year=2026&month=6", ["六月"]),
        ("year=2026&month=12", ["取消的"]),
        ("year=2026&state=scheduled", ["五月", "六月"]),
        ("year=2026&state=proposed", ["提议的"]),
        ("year=2026&state=cancelled", ["取消的"]),
        ("year=2026&state=nonsense&month=77", ["五月", "六月", "提议的", "取消的"]),
        ("year=2026&page=2", []),
    ],
)
@pytest.mark.usefixtures("four")
def test_it_lists_what_is_asked(
    query: str, expected: list[str], cast: Cast, browse: Browse
) -> None:
    assert titles(browse(cast.office).get(f"/drills/?{query}")) == expected


@pytest.mark.usefixtures("four")
def test_it_finds_a_plan_as_the_second_too(quake: Plan, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get(f"/drills/?year=2026&plan={quake.id}")
    assert titles(page) == ["五月", "六月", "提议的"]


@pytest.mark.parametrize("query", ["plan=99999999999999999999", "plan=-1", "plan=0"])
@pytest.mark.usefixtures("four")
def test_it_finds_nothing_of_a_plan_that_cannot_be(query: str, cast: Cast, browse: Browse) -> None:
    assert titles(browse(cast.office).get(f"/drills/?year=2026&{query}")) == []


@pytest.mark.parametrize("query", ["year=99999999999999999999", "year=x", "month=x&page=-1"])
@pytest.mark.usefixtures("four")
def test_it_opens_this_year_where_the_address_makes_no_sense(
    query: str, cast: Cast, browse: Browse
) -> None:
    plain = browse(cast.office).get("/drills/").html.h1.get_text()
    assert browse(cast.office).get(f"/drills/?{query}").html.h1.get_text() == plain


@pytest.mark.usefixtures("four")
def test_it_shows_a_village_only_its_own(cast: Cast, browse: Browse) -> None:
    assert titles(browse(cast.other_village).get("/drills/?year=2026")) == ["六月"]
    assert titles(browse(cast.leader).get("/drills/?year=2027")) == ["明年"]


def test_it_says_when_there_is_none_and_offers_to_plan_the_year(
    flood: Plan, cast: Cast, browse: Browse
) -> None:
    page = browse(cast.office).get("/drills/?year=2031")
    assert "没有符合条件的演练" in page.text
    assert "/drills/propose?year=2031" in page.text
    assert "/drills/propose" not in browse(cast.village).get("/drills/?year=2031").text


def test_it_pages(flood: Plan, cast: Cast, browse: Browse) -> None:
    first = in_china(2026, 6, 1)
    for n in range(queries.PAGE + 3):
        at = first + timedelta(days=n // 2)
        a_drill(flood, by=cast.office, title=f"第{n}项", planned_at=at)
    db.session.commit()
    browser = browse(cast.office)
    one, two = browser.get("/drills/?year=2026"), browser.get("/drills/?year=2026&page=2")
    names = [f"第{n}项" for n in range(queries.PAGE + 3)]
    assert titles(one) + titles(two) == names
    assert len(titles(two)) == 3
    assert "page=2" in one.text
    assert "page=3" not in two.text


def test_it_says_how_far_each_is(flood: Plan, cast: Cast, browse: Browse) -> None:
    a_drill(flood, by=cast.office, title="没有记录", planned_at=in_china(2026, 5, 20))
    held = a_drill(flood, by=cast.office, title="有记录", planned_at=in_china(2026, 5, 21))
    a_record(held, by=cast.village)
    db.session.commit()
    rows = browse(cast.office).get("/drills/?year=2026").html.select("table.cards tbody tr")
    states = {row.a.get_text(): row.select_one(".state").get_text() for row in rows}
    assert states == {"没有记录": "待记录", "有记录": "已记录，待确认"}


def days_of(page: Any) -> dict[str, list[str]]:
    """The days of a month's sheet that have drills."""
    return {
        cell.select_one(".month-day").get_text(): [a.get_text() for a in cell.select("a")]
        for cell in page.html.select("table.month td:not(.month-other)")
        if cell.select("a")
    }


@pytest.mark.usefixtures("four")
def test_it_shows_a_month_as_a_sheet(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    assert days_of(browser.get("/drills/month?year=2026&month=5")) == {"31": ["明水村 地震"]}
    assert days_of(browser.get("/drills/month?year=2026&month=6")) == {"1": ["南岔村 洪涝、地震"]}
    assert "（取消）" in str(days_of(browser.get("/drills/month?year=2026&month=12")))


def test_it_begins_the_weeks_of_a_month_on_monday(cast: Cast, browse: Browse) -> None:
    # 1 February 2027 is a Monday and the month has four whole weeks.
    page = browse(cast.office).get("/drills/month?year=2027&month=2")
    rows = page.html.select("table.month tbody tr")
    assert len(rows) == 4
    assert rows[0].td.select_one(".month-day").get_text() == "1"
    assert not page.html.select(".month-other")


@pytest.mark.parametrize("query", ["month=13", "month=0", "month=x", "year=1&month=-5"])
def test_it_opens_some_month_whatever_is_asked(query: str, cast: Cast, browse: Browse) -> None:
    assert "月演练" in browse(cast.office).get(f"/drills/month?{query}").text


@pytest.mark.usefixtures("four")
def test_it_prints_the_plan_of_the_year(cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/drills/year?year=2026")
    assert "南华镇2026年度演练计划" in page.text
    rows = {
        row.th.get_text(): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.html.select("table.matrix tbody tr")
    }
    assert len(rows) == len([one for one in all_villages()])
    assert rows["明水村"][4] == "31日 地震"
    assert rows["南岔村"][5] == "1日 洪涝、地震"
    # What is cancelled, or only proposed, does not stand in the plan.
    assert rows["明水村"][8] == rows["明水村"][11] == ""
    listed = [row.select("td")[3].get_text() for row in page.html.select("table.cards tbody tr")]
    assert listed == ["五月", "六月"]


def all_villages() -> list[str]:
    from nanhua_emergency.places.services import get_place, list_places

    return [one.code for one in list_places(get_place(TOWN)) if one.is_village]


def test_it_says_when_a_year_has_no_plan(cast: Cast, browse: Browse) -> None:
    page = browse(cast.leader).get("/drills/year?year=2031")
    assert "还没有排演练" in page.text
    assert "/drills/propose" not in page.text


def test_it_hides_a_drill_of_another_village(flood: Plan, cast: Cast, browse: Browse) -> None:
    key = keep(a_drill(flood, by=cast.office, place=VILLAGE))
    browse(cast.village).get(f"/drills/{key}")
    browse(cast.other_village).get(f"/drills/{key}", status=404)
    browse(cast.office).get("/drills/99999999999999999999", status=404)
