"""Match headings: choose the sheet, say what the town's own headings mean, and be remembered."""

import pytest
from flask import Flask
from sqlalchemy import select

from conftest import Browse
from factories import VILLAGE, Cast, count_rows
from nanhua_emergency.database import db
from nanhua_emergency.registers.import_models import HeadingMemory
from nanhua_emergency.registers.people_models import Team
from sheet_files import bring, carry_out, excel, match_form, said

OWN = [["东西", "多少", "单位", "放哪", "颜色"], ["编织袋", 500, "条", "示例库房", "白"]]


def labels(page: object) -> dict[str, str]:
    """Heading of the sheet and the column chosen for it."""
    found = {}
    for menu in page.html.select(".headings select"):  # type: ignore[attr-defined]
        chosen = menu.select_one("option[selected]")
        found[page.html.select_one(f"label[for={menu['id']}]").get_text()] = (  # type: ignore[attr-defined]
            chosen.get_text() if chosen else ""
        )
    return found


def test_headings_nobody_knows_are_asked_for_and_remembered(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.office)
    page = bring(browser, "supplies", excel(OWN), place_code=VILLAGE)
    assert "表里找不到这几列：名称、数量" in said(page)
    assert labels(page)["单位"] == "单位"
    form = match_form(page)
    for at, key in enumerate(["name", "quantity", "unit", "location", ""]):
        form[f"heading_{at}"] = key
    page = form.submit().follow()
    assert "新增 1" in said(page)
    again = bring(browse(cast.other_office), "supplies", excel(OWN), place_code=VILLAGE)
    assert labels(again) == {
        "东西": "名称",
        "多少": "数量",
        "单位": "单位",
        "放哪": "存放点",
        "颜色": "不导入",
    }
    assert "新增 1" in said(again)
    elsewhere = bring(browse(cast.village), "supplies", excel(OWN))
    assert "表里找不到这几列" in said(elsewhere)


def test_one_column_is_not_taken_from_two(app: Flask, cast: Cast, browse: Browse) -> None:
    form = match_form(bring(browse(cast.village), "supplies", excel(OWN)))
    form["heading_0"] = form["heading_3"] = "name"
    page = form.submit(status=422)
    assert "“名称”选了两次" in said(page)
    assert labels(page)["放哪"] == "名称"
    assert count_rows(HeadingMemory) == {"heading_memory": 0}


def test_the_person_chooses_among_sheets_that_fit_alike(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    head = ["名称", "数量", "单位"]
    data = excel([head, ["编织袋", 5, "条"]], sheet="一库",
                 more={"二库": [head, ["铁锹", 6, "把"], ["帐篷", -1, "顶"]]})  # fmt: skip
    page = bring(browse(cast.village), "supplies", data)
    assert "文件里有几张表，请选要导入哪一张" in said(page)
    again = match_form(page).submit(status=422)
    assert "请选要导入哪一张" in said(again)
    form = match_form(page)
    form["sheet"] = "二库"
    page = form.submit().follow()
    assert "二库!B3" in said(page)
    assert "新增 1" in said(page)
    form = match_form(page)
    form["sheet"] = "一库"
    assert "编织袋" in said(form.submit().follow())


@pytest.mark.parametrize("key", ["birthday", "id"])
def test_no_column_can_be_made_up(app: Flask, cast: Cast, browse: Browse, key: str) -> None:
    form = match_form(bring(browse(cast.village), "supplies", excel(OWN)))
    form["heading_0"].force_value(key)
    form.submit(status=422)


def test_two_lines_of_headings_and_a_title_are_understood(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    rows = [
        ["应急物资登记表"], ["名称", "数量", "单位", "保管人", ""], ["", "", "", "姓名", "电话"],
        ["编织袋", "1,200条", "条", "示例甲", 13900000001],
    ]  # fmt: skip
    merged = ["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"]
    page = bring(browse(cast.village), "supplies", excel(rows, merged=merged))
    assert labels(page)["保管人姓名"] == "保管人"
    assert labels(page)["保管人电话"] == "保管人电话"
    assert "B4 数字后面的单位没有读入" in said(page)
    assert "新增 1" in said(page)


def test_a_heading_that_stands_twice_is_told_apart_by_whose_it_is(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    head = ["队伍名称", "队长", "联系电话", "副队长", "联系电话"]
    row = ["示例救援队", "示例甲", "13900000001", "示例乙", "13900000002"]
    page = bring(browse(cast.village), "teams", excel([head, row], sheet="救援队"))
    assert labels(page) == {
        "队伍名称": "队伍名称", "队长": "队长", "队长联系电话": "队长电话",
        "副队长": "副队长", "副队长联系电话": "副队长电话",
    }  # fmt: skip
    carry_out(page)
    team = db.session.scalars(select(Team)).one()
    assert (team.leader_phone, team.deputy_phone) == ("13900000001", "13900000002")


def test_what_is_said_of_one_of_two_equal_headings_is_not_said_of_the_other(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    head = ["队伍名称", "队长", "联系方法", "副队长", "联系方法"]
    row = ["示例救援队", "示例甲", "13900000001", "示例乙", "13900000002"]
    browser = browse(cast.village)
    form = match_form(bring(browser, "teams", excel([head, row], sheet="救援队")))
    form["heading_2"], form["heading_4"] = "leader_phone", "deputy_phone"
    page = form.submit().follow()
    assert labels(page)["队长联系方法"] == "队长电话"
    assert labels(page)["副队长联系方法"] == "副队长电话"
    again = bring(browser, "teams", excel([head, row], sheet="救援队"))
    assert labels(again)["副队长联系方法"] == "副队长电话"
