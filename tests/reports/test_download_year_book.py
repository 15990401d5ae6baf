"""Download the year book."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
from flask import Flask

from conftest import Browse
from drill_factories import a_finding
from factories import VILLAGE, Cast, a_plan
from nanhua_emergency.database import db
from nanhua_emergency.reports.services import FIGURES
from report_factories import a_held, a_post, a_training, at, fill


def opened(browse: Browse, person: Any, number: int = 2026) -> Any:
    """The book as a program for tables reads it."""
    answer = browse(person).get(f"/reports/{number}/book.xlsx")
    assert "spreadsheetml" in answer.content_type
    return openpyxl.load_workbook(io.BytesIO(answer.body))


def rows(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_it_has_a_sheet_for_each_kind_of_rows(app: Flask, cast: Cast, browse: Browse) -> None:
    fill(cast)
    db.session.commit()
    book = opened(browse, cast.office)
    assert book.sheetnames == [
        "总表", "各地演练", "各月演练", "现行预案", "签发版本", "演练", "培训", "发现的问题",
        "销号的问题", "队伍", "岗位", "达到的七有五有",
    ]  # fmt: skip
    lengths = {name: len(rows(book[name])) - 1 for name in book.sheetnames}
    assert lengths == {
        "总表": len(FIGURES), "各地演练": 16, "各月演练": 12, "现行预案": 3, "签发版本": 3,
        "演练": 2, "培训": 1, "发现的问题": 1, "销号的问题": 1, "队伍": 2, "岗位": 2,
        "达到的七有五有": 10,
    }  # fmt: skip


def test_its_first_sheet_is_the_page(app: Flask, cast: Cast, browse: Browse) -> None:
    fill(cast)
    db.session.commit()
    found = {row[1]: row[2] for row in rows(opened(browse, cast.office)["总表"])[1:]}
    assert (found["举行的演练"], found["其中已确认"], found["参加演练"]) == (2, 1, 90)


def test_it_keeps_days_moments_and_numbers_as_such(app: Flask, cast: Cast, browse: Browse) -> None:
    a_held(a_plan(), cast)
    a_training(date(2026, 5, 12))
    db.session.commit()
    book = opened(browse, cast.office)
    [_heading, drill] = rows(book["演练"])
    assert datetime(2026, 5, 21, 9, 30) in drill
    assert 45 in drill
    assert datetime(2026, 5, 12) in rows(book["培训"])[1]


def test_it_takes_no_text_for_a_formula_or_a_link(app: Flask, cast: Cast, browse: Browse) -> None:
    for text in ('=HYPERLINK("http://example.com")', "http://example.com", "+1", "@x"):
        a_finding(cast, text=text, now=at(2026, 4, 1))
    db.session.commit()
    sheet = opened(browse, cast.office)["发现的问题"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_its_headings_stay_in_sight_and_filter(app: Flask, cast: Cast, browse: Browse) -> None:
    a_held(a_plan(), cast)
    db.session.commit()
    for sheet in opened(browse, cast.office):
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")


def test_it_gives_no_whole_phone_number(app: Flask, cast: Cast, browse: Browse) -> None:
    a_post(phone="13800000001", place=VILLAGE)
    db.session.commit()
    said = str([rows(sheet) for sheet in opened(browse, cast.office)])
    assert "示例甲" in said
    assert "138****0001" in said
    assert "13800000001" not in said


def test_it_is_a_book_of_headings_for_an_empty_year(app: Flask, cast: Cast, browse: Browse) -> None:
    book = opened(browse, cast.village, 2019)
    assert [len(rows(book[name])) for name in ("演练", "岗位")] == [1, 1]
    assert {row[2] for row in rows(book["总表"])[1:]} == {0}


def test_it_refuses_the_admin(app: Flask, cast: Cast, browse: Browse) -> None:
    browse(cast.admin).get("/reports/2026/book.xlsx", status=403)
