"""List the rows that a figure of the year counts."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from conftest import Browse
from factories import OTHER_VILLAGE, TOWN, Cast, a_plan
from nanhua_emergency.database import db
from nanhua_emergency.reports.services import FIGURES, PAGE
from report_factories import a_held, a_training, fill, in_china


def titles(page: Any) -> list[str]:
    return [cell.get_text() for cell in page.html.select("tbody td:first-child")]


@pytest.mark.parametrize("slug", list(FIGURES))
def test_it_shows_the_number_and_its_rows(
    app: Flask, cast: Cast, browse: Browse, slug: str
) -> None:
    fill(cast)
    db.session.commit()
    figure = FIGURES[slug]
    browser = browse(cast.office)
    page = browser.get("/reports/2026").click(href=f"/rows/{slug}$", index=0)
    number = int("".join(filter(str.isdigit, page.html.h1.get_text())))
    rows = page.html.select("tbody tr")
    assert figure.name in page.html.h1.get_text()
    people = {"drill-people": 90, "training-people": 40}
    assert number == (len(rows) if figure.amount is None else people[slug])
    browser.get(rows[0].select_one("td:first-child a")["href"], status=200)


@pytest.fixture
def drills(app: Flask, cast: Cast) -> None:
    flood, quake = a_plan(), a_plan(number=2, slug="earthquake", hazard="地震")
    a_held(flood, cast, title="五月防汛", is_confirmed=True)
    a_held(flood, cast, title="九月防汛", planned_at=in_china(2026, 9, 1))
    a_held(quake, cast, title="九月地震", planned_at=in_china(2026, 9, 2), place=OTHER_VILLAGE,
           by=cast.other_office)  # fmt: skip
    a_held(quake, cast, title="镇上地震", planned_at=in_china(2026, 10, 9), place=TOWN,
           by=cast.other_office)  # fmt: skip
    db.session.commit()


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ("", ["五月防汛", "九月防汛", "九月地震", "镇上地震"]),
        ("month=9", ["九月防汛", "九月地震"]),
        ("month=9&hazard=地震", ["九月地震"]),
        (f"place={OTHER_VILLAGE}", ["九月地震"]),
        (f"place={TOWN}&level=own", ["镇上地震"]),
        ("hazard=没有", []),
        ("month=13", ["五月防汛", "九月防汛", "九月地震", "镇上地震"]),
        ("hazard=%00", ["五月防汛", "九月防汛", "九月地震", "镇上地震"]),
        ("page=abc", ["五月防汛", "九月防汛", "九月地震", "镇上地震"]),
    ],
)
def test_it_lists_a_part_of_the_year(
    drills: None, cast: Cast, browse: Browse, narrowing: str, expected: list[str]
) -> None:
    page = browse(cast.office).get(f"/reports/2026/rows/drills-held?{quote(narrowing, safe='=&%')}")
    assert titles(page) == expected
    assert f"{len(expected)} 场次" in page.html.h1.get_text()


def test_it_is_reached_from_every_cell_of_the_tables(
    drills: None, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.office)
    page = browser.get("/reports/2026")
    cells = page.html.select(".year-table td a")
    assert len(cells) > 20
    for cell in cells:
        assert len(titles(browser.get(cell["href"]))) == int(cell.get_text()), cell["href"]


def test_it_leads_to_the_thing_itself(drills: None, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/reports/2026/rows/drills-confirmed")
    assert "五月防汛" in page.click("五月防汛").html.h1.get_text()


def test_it_has_pages_that_keep_what_was_asked(app: Flask, cast: Cast, browse: Browse) -> None:
    for n in range(PAGE + 3):
        a_training(date(2026, 5, 1), topic=f"示例{n:02}")
    a_training(date(2026, 6, 1), topic="六月")
    db.session.commit()
    first = browse(cast.office).get("/reports/2026/rows/trainings?month=5")
    assert len(titles(first)) == PAGE
    second = first.click("下一页")
    assert titles(second) == ["示例50", "示例51", "示例52"]
    assert "53 期" in second.html.h1.get_text()


def test_it_is_empty_without_rows(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.village).get("/reports/2026/rows/observers")
    assert page.html.select_one(".empty") is not None


def test_it_knows_no_such_figure(app: Flask, cast: Cast, browse: Browse) -> None:
    browse(cast.office).get("/reports/2026/rows/haves-and-have-nots", status=404)


def test_it_refuses_the_legal_reviewer(app: Flask, cast: Cast, browse: Browse) -> None:
    browse(cast.legal).get("/reports/2026/rows/drills-held", status=403)
