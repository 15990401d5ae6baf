"""Export a register, give the template, and take both back in unchanged."""

import pytest
from flask import Flask
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import OTHER_VILLAGE, TOWN, VILLAGE, Cast, keep
from nanhua_emergency.access import Role
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.registers.sheets.reading import read_table
from register_factories import SAID, an_entry
from sheet_files import bring, carry_out, said

MORE = {
    "posts": {"alias": "'=1+1", "scope": "一组\r\n二组", "email": "name@example.com",
              "account_id": "mingshui", "term_from": "2026-01-01"},
    "supplies": {"name": "=HYPERLINK(1)", "spec": "-5", "code": "0012", "expires_on": "2029-02-28"},
    "shelters": {"latitude": "39.30012", "longitude": "99.8", "has_water": "是", "has_power": "否",
                 "route": "第一行\n第二行"},
    "members": {"birth_year": "1985", "gender": "女"},
    "teams": {"leader_phone": "0936-6000000", "deputy_phone": "+86 139 0000 0000"},
}  # fmt: skip


def export(browser: TestApp, slug: str, ending: str = "xlsx", **asked: str) -> TestResponse:
    page = browser.get(f"/registers/{slug}/", asked)
    form = next(f for f in page.forms.values() if f"export.{ending}" in f.action)
    return form.submit()


def rows(answer: TestResponse) -> list[list[object]]:
    name = "a.csv" if "csv" in answer.content_type else "a.xlsx"
    return list(read_table(answer.body, name).rows)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("slug", list(SAID))
def test_what_goes_out_comes_back_unchanged(
    app: Flask, cast: Cast, browse: Browse, slug: str, ending: str
) -> None:
    keep(an_entry(slug, cast, **MORE.get(slug, {})), an_entry(slug, cast, place=OTHER_VILLAGE))
    browser = browse(cast.office)
    answer = export(browser, slug, ending)
    page = bring(browser, slug, answer.body, f"a.{ending}")
    assert "新增 0 修改 0 没有变化 2 不能导入 0" in said(page)


def test_it_holds_what_the_list_shows(app: Flask, cast: Cast, browse: Browse) -> None:
    for place in (TOWN, VILLAGE, OTHER_VILLAGE):
        an_entry("posts", cast, place=place)
    an_entry("posts", cast, title="监管员")
    office = browse(cast.office)
    assert len(rows(export(office, "posts"))) == 2 + 4
    assert len(rows(export(office, "posts", by_title="网格长", place_code=VILLAGE))) == 2 + 1
    assert len(rows(export(office, "posts", words="没有这个"))) == 2
    assert len(rows(export(browse(cast.village), "posts"))) == 2 + 2


def test_it_is_masked_for_whoever_does_not_call_and_written_down(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(an_entry("supplies", cast, keeper_phone="13900000001"))
    shown = export(browse(cast.leader), "supplies", "csv").text
    assert "139****0001" in shown
    assert "13900000001" not in shown
    assert "13900000001" in export(browse(cast.office), "supplies", "csv").text
    db.session.rollback()
    exports = db.session.query(ActivityEntry).filter_by(action="register.exported")
    lines = exports.order_by(ActivityEntry.id).all()
    assert [line.details["is_masked"] for line in lines] == [True, False]
    assert lines[0].summary == "物资：导出 1 条（遮住电话）"


def test_what_was_masked_comes_back_as_it_is_stored(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(an_entry("members", cast, birth_year="1985"),
         an_entry("posts", cast, email="name@example.com"))  # fmt: skip
    for slug in ("members", "posts"):
        answer = export(browse(cast.leader), slug)
        assert "没有变化 1" in said(bring(browse(cast.office), slug, answer.body, "a.xlsx"))


def test_nothing_in_it_is_a_formula(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(an_entry("supplies", cast, **MORE["supplies"]))
    table = read_table(export(browse(cast.office), "supplies").body, "a.xlsx")
    assert not table.formulas
    assert "=HYPERLINK(1)" in table.rows[2]
    assert "'=HYPERLINK(1)" in export(browse(cast.office), "supplies", "csv").text


@pytest.mark.parametrize("role", [Role.LEADER, Role.LEGAL])
def test_households_are_not_for_others(app: Flask, cast: Cast, browse: Browse, role: Role) -> None:
    keep(an_entry("wake-ups", cast))
    browser = browse(cast.leader if role is Role.LEADER else cast.legal)
    for address in ("template.xlsx", "import"):
        browser.get(f"/registers/wake-ups/{address}", status=403)
    status = 404 if role is Role.LEADER else 403
    browser.post("/registers/wake-ups/export.xlsx", status=status)


@pytest.mark.parametrize("slug", list(SAID))
def test_the_template_has_an_example_that_is_never_imported(
    app: Flask, cast: Cast, browse: Browse, slug: str
) -> None:
    keep(an_entry("teams", cast))
    browser = browse(cast.village)
    answer = browser.get(f"/registers/{slug}/template.xlsx")
    table = read_table(answer.body, "a.xlsx")
    assert table.rows[0][0] == "地方"
    assert table.rows[1][0] == "明水村"
    page = bring(browser, slug, answer.body, "模板.xlsx")
    assert "是示例，没有读入" in said(page)
    assert "表头下面没有要导入的行" in said(page)


def test_what_was_exported_by_one_village_is_changed_and_brought_back(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(an_entry("trainings", cast))
    browser = browse(cast.village)
    data = export(browser, "trainings", "csv").body.replace(b"40", b"45")
    page = bring(browser, "trainings", data, "a.csv")
    assert "人数：40 → 45" in said(page)
    assert "修改 1 条" in said(carry_out(page))
