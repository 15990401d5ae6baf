"""Show a year of a place."""

import re
from typing import Any

import pytest
from flask import Flask

from conftest import Browse
from factories import OTHER_VILLAGE, TOWN, Cast, a_plan
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.reports.services import FIGURES
from report_factories import (
    NEIGHBOUR_TOWN,
    NEIGHBOUR_VILLAGE,
    a_held,
    fill,
    in_china,
    neighbours,
)


def numbers(page: Any) -> dict[str, int]:
    """Every figure on the page by its name in the address, and its number."""
    found = {}
    for link in page.html.select(".year-figures a"):
        slug = re.search(r"/rows/([a-z-]+)", link["href"])
        assert slug is not None
        found[slug[1]] = int(link.b.get_text())
    return found


def table(page: Any, n: int) -> list[list[str]]:
    """The cells of the table of months (0) or places (1)."""
    rows = page.html.select(".year-table")[n].select("tr")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]


def test_it_shows_this_year_first(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/reports/")
    assert f"南华镇{clock.today().year}年应急工作" in page.html.h1.get_text()
    assert page.html.select_one("nav.tabs a[aria-current]").get_text() == "年报"


def test_it_shows_every_figure(app: Flask, cast: Cast, browse: Browse) -> None:
    fill(cast)
    db.session.commit()
    page = browse(cast.leader).get("/reports/2026")
    expected = dict.fromkeys(FIGURES, 1) | {"drills-held": 2, "drill-people": 90,
                "training-people": 40, "plans-revised": 3, "editions-signed": 3, "town-items": 7,
                "town-haves": 7, "village-items": 5, "village-haves": 3}  # fmt: skip
    assert numbers(page) == expected


def test_it_speaks_to_a_village_of_nothing_that_towns_have(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    fill(cast)
    db.session.commit()
    of_town = {"general-plans", "special-plans", "town-teams", "town-items", "town-haves"}
    assert set(FIGURES) - set(numbers(browse(cast.village).get("/reports/2026"))) == of_town


def test_it_shows_the_drills_as_chart_and_tables(app: Flask, cast: Cast, browse: Browse) -> None:
    flood, quake = a_plan(), a_plan(number=2, slug="earthquake", hazard="地震")
    a_held(flood, cast, is_confirmed=True)
    a_held(flood, cast, place=OTHER_VILLAGE, by=cast.other_office)
    a_held(quake, cast, planned_at=in_china(2026, 9, 1))
    a_held(quake, cast, planned_at=in_china(2026, 9, 2), place=TOWN, by=cast.other_office)
    a_held(quake, cast, planned_at=in_china(2026, 9, 3), place=TOWN, by=cast.other_office)
    db.session.commit()
    browser = browse(cast.office)
    page = browser.get("/reports/2026")
    months, places = table(page, 0), table(page, 1)
    assert months[0] == ["月份", "合计", "已确认", "地震", "洪涝"]
    assert months[5] == ["5月", "2", "1", "0", "2"]
    assert months[9] == ["9月", "3", "0", "3", "0"]
    assert months[-1] == places[-1] == ["合计", "5", "1", "3", "2"]
    assert ["南华镇本级", "2", "0", "2", "0"] in places
    assert ["明水村", "2", "1", "1", "1"] in places
    assert ["永进村", "0", "0", "0", "0"] in places
    picture = page.html.select_one("img.chart")
    assert picture["alt"]
    svg = browser.get(picture["src"])
    assert svg.content_type == "image/svg+xml"
    assert "9月 3 场次" in svg.text


def test_it_sends_the_chart_only_when_it_has_changed(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    a_held(plan, cast)
    db.session.commit()
    browser, address = browse(cast.office), "/reports/2026/drills.svg"
    tag = browser.get(address).headers["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}, status=304).body == b""
    a_held(plan, cast, planned_at=in_china(2026, 9, 1))
    db.session.commit()
    browser.get(address, headers={"If-None-Match": tag}, status=200)


@pytest.mark.parametrize("number", [2000, 2026])
def test_it_is_empty_in_words(app: Flask, cast: Cast, browse: Browse, number: int) -> None:
    page = browse(cast.village).get(f"/reports/{number}")
    assert "这一年还没有" in page.html.select_one(".empty").get_text()
    assert not page.html.select("textarea, img, table")


def test_it_leads_to_the_years_beside_it(app: Flask, cast: Cast, browse: Browse) -> None:
    browser, this = browse(cast.office), clock.today().year
    before = browser.get("/reports/").click(f"{this - 1}年")
    assert before.request.path == f"/reports/{this - 1}"
    assert before.click(f"{this}年").request.path == f"/reports/{this}"
    assert f"{this + 1}年" not in browser.get("/reports/").html.select_one(".year-pager").text
    assert "1999年" not in browser.get("/reports/2000").html.select_one(".year-pager").text


@pytest.mark.parametrize("address", ["/reports/1999", "/reports/2101", "/reports/99999999999999"])
def test_it_knows_no_such_year(app: Flask, cast: Cast, browse: Browse, address: str) -> None:
    browse(cast.office).get(address, status=404)


def test_it_shows_a_village_only_its_own(app: Flask, cast: Cast, browse: Browse) -> None:
    fill(cast)
    db.session.commit()
    assert numbers(browse(cast.village).get("/reports/2026"))["drills-held"] == 2
    assert "这一年还没有" in browse(cast.other_village).get("/reports/2026").text
    for path in ("", "/rows/drills-held", "/drills.svg", "/paragraph.txt", "/paragraph.docx",
                 "/book.xlsx"):  # fmt: skip
        for other in (TOWN, OTHER_VILLAGE, "0", "x"):
            browse(cast.village).get(f"/reports/2026{path}?place={other}", status=404)


def test_it_sums_the_towns_for_a_county_and_leads_into_each(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    county = neighbours()
    fill(cast)
    fill(cast, town=NEIGHBOUR_TOWN, village=NEIGHBOUR_VILLAGE, number=11, by=county)
    db.session.commit()
    browser = browse(county)
    page = browser.get("/reports/2026")
    assert numbers(page)["drills-held"] == 4
    assert ["南华镇", "2", "1", "2"] in table(page, 1)
    town = browser.get(f"/reports/2026?place={NEIGHBOUR_TOWN}")
    assert "示例邻镇2026年" in town.html.h1.get_text()
    assert numbers(town)["drills-held"] == 2
    for link in town.html.select(".year-figures a, .buttons a, .year-pager a"):
        assert f"place={NEIGHBOUR_TOWN}" in link["href"]


@pytest.mark.parametrize("who", ["legal", "admin"])
def test_it_refuses_who_has_nothing_to_do_with_it(
    app: Flask, cast: Cast, browse: Browse, who: str
) -> None:
    browse(getattr(cast, who)).get("/reports/2026", status=403)


def test_it_shows_readiness_by_round(app: Flask, cast: Cast, browse: Browse) -> None:
    fill(cast)
    db.session.commit()
    browser = browse(cast.office)
    page = browser.get("/reports/2026")
    assert table(page, 2) == [["核查", "有", "部分", "无", "未核查", "合计"],
                              ["示例上半年", "7", "0", "0", "0", "7"]]  # fmt: skip
    assert table(page, 3)[1] == ["示例上半年", "3", "1", "1", "0", "5"]
    town, village = (browser.get(one["src"]) for one in page.html.select("img.chart")[1:])
    assert "示例上半年 7 项" in town.text
    assert "村（社区）“五有”核查表" in village.text
    assert "<desc" in browser.get("/reports/2020/readiness-town-seven.svg").text
    browser.get("/reports/2026/readiness-none.svg", status=404)
