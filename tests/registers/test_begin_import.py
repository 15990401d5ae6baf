"""Bring a sheet: it is looked at, nothing is written, and every problem is named by its cell."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, OTHER_VILLAGE, TOWN, VILLAGE, Cast, count_rows, keep, statements
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.places.services import get_place
from nanhua_emergency.registers import import_services, services
from nanhua_emergency.registers.catalogue import SUPPLIES
from nanhua_emergency.registers.import_models import Import
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.people_models import Member, Post
from nanhua_emergency.registers.site_models import Supply
from register_factories import an_entry
from sheet_files import bring, carry_out, excel, part_of, repacked, said

HEAD = [
    "村",
    "物资名称",
    "类别",
    "数量",
    "单位",
    "存放地点",
    "保管员",
    "联系电话",
    "有效期",
    "入库日期",
]
GOOD = ["明水村", "编织袋", "防汛", 500, "条", "示例库房", "示例甲", "13900000001", "", ""]


def a_sheet(*rows: list[object], head: list[str] = HEAD) -> bytes:
    return excel([["南华镇应急物资登记表"], head, *rows])


def bad(**cells: object) -> list[object]:
    """The good row with some cells changed, by the letters of their columns."""
    return [cells.get("ABCDEFGHIJ"[at], value) for at, value in enumerate(GOOD)]


def problems(page: object) -> list[str]:
    table = page.html.find("h2", string=lambda text: text and "有问题的格子" in text)  # type: ignore[attr-defined]
    if table is None:
        return []
    return [row.get_text(" ", strip=True) for row in table.find_next("tbody").select("tr")]


def test_it_says_what_would_be_done_before_anything_is(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(an_entry("supplies", cast), an_entry("supplies", cast, name="帐篷", unit="顶"))
    before = count_rows(Supply, EntryChange)
    page = bring(
        browse(cast.office), "supplies",
        a_sheet(GOOD, bad(B="帐篷", D=480, E="顶", G="示例乙"), bad(B="铁锹")),
    )  # fmt: skip
    text = said(page)
    assert "新增 1 修改 2 没有变化 0 不能导入 0" in text
    assert "数量：500 → 480" in text
    assert "保管人：示例甲" not in text
    assert "保管人：（空） → 示例乙" in text
    assert count_rows(Supply, EntryChange) == before


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (bad(D=-3), "物资!D3", "太小，不能小于 0"),
        (bad(D=1e9), "物资!D3", "太大，不能大于 999999"),
        (bad(D="若干"), "物资!D3", "不是数字"),
        (bad(H="1390000000A"), "物资!H3", "字母"),
        (bad(H="139000000"), "物资!H3", "手机号应是 11 位"),
        (bad(I="2026-02-01", J="2026-03-01"), "物资!I3", "有效期早于入库日期"),
        (bad(I="2026-02-30"), "物资!I3", "这一天不存在"),
        (bad(C="防震"), "物资!C3", "没有“防震”这一项"),
        (bad(B=""), "物资!B3", "必须填写"),
        (bad(B="长" * 61), "物资!B3", "最多 60 个字"),
        (bad(D="=1+1"), "物资!D3", "是公式，但文件里没有算出的结果"),
        (bad(A="别处村"), "物资!A3", "没有叫“别处村”的地方"),
        (bad(A=""), "物资!A3", "请写明是哪个村"),
        (bad(J="2100-01-01"), "物资!J3", "这一天还没有到"),
    ],
)  # fmt: skip
def test_it_names_the_cell_of_what_is_wrong(
    app: Flask, cast: Cast, browse: Browse, row: list[object], cell: str, words: str
) -> None:
    page = bring(browse(cast.office), "supplies", a_sheet(row, bad(B="铁锹")))
    found = problems(page)
    assert [line.split()[0] for line in found] == [cell]
    assert words in found[0]
    assert "新增 1" in said(page)
    assert page.html.find("button", disabled=True).get_text() == "全部导入"
    assert count_rows(Supply) == {"supply": 0}


def test_the_same_thing_twice_is_named_with_its_first_row(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = bring(browse(cast.office), "supplies", a_sheet(GOOD, bad(B="铁锹"), GOOD))
    assert problems(page) == ["物资!B5 名称：和第 3 行是同一条"]


def test_the_same_person_twice_in_a_team_is_refused(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(an_entry("teams", cast))
    rows = [["队伍", "姓名", "电话"], ["示例救援队", "示例甲", "13900000001"],
            ["示例救援队", "示例甲", "13900000002"], ["没有的队", "示例乙", ""]]  # fmt: skip
    page = bring(browse(cast.village), "members", excel(rows, sheet="队员"))
    assert problems(page) == [
        "队员!B3 姓名：和第 2 行是同一条", "队员!A4 队伍：明水村没有这个队伍，请先登记",
    ]  # fmt: skip
    assert count_rows(Member) == {"member": 0}


def test_a_village_of_another_town_is_refused(app: Flask, cast: Cast, browse: Browse) -> None:
    db.session.add(Place(code="620724103201", name="示例别镇村", official_name="示例别镇村委会",
                         kind=PlaceKind.VILLAGE))  # fmt: skip
    page = bring(browse(cast.office), "supplies", a_sheet(bad(A="示例别镇村")))
    assert problems(page) == ["物资!A3 地方：示例别镇村不在您的范围内"]


def test_a_village_may_be_named_in_short(app: Flask, cast: Cast, browse: Browse) -> None:
    page = bring(browse(cast.office), "supplies", a_sheet(bad(A="明水"), bad(A="南苑", B="铁锹")))
    assert problems(page) == []
    places = {cell.get_text() for cell in page.html.select("td[data-label=地方]")}
    assert places == {"明水村", "南苑社区"}


@pytest.mark.parametrize(
    "born", [1985, "1985-03", 1985.03, "1985年3月", "198503", "1985.3.12", date(1985, 3, 12)]
)
def test_of_a_birthday_the_year_is_taken(
    app: Flask, cast: Cast, browse: Browse, born: object
) -> None:
    keep(an_entry("teams", cast))
    rows = [["队伍", "姓名", "出生年月"], ["示例救援队", "示例甲", born]]
    carry_out(bring(browse(cast.village), "members", excel(rows, sheet="队员")))
    assert [one.birth_year for one in db.session.query(Member)] == [1985]


def test_a_village_brings_only_its_own(app: Flask, cast: Cast, browse: Browse) -> None:
    page = bring(browse(cast.village), "supplies", a_sheet(bad(A="南岔村"), bad(A=""), GOOD[:]))
    assert problems(page) == [
        "物资!A3 地方：南岔村不在您的范围内", "物资!B5 名称：和第 4 行是同一条",
    ]  # fmt: skip


def test_rows_without_a_place_go_where_the_person_says(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    data = a_sheet(GOOD[1:], head=HEAD[1:])
    page = bring(browse(cast.office), "supplies", data, place_code=OTHER_VILLAGE)
    assert "3 南岔村 编织袋 新增" in said(page)


def test_a_retired_one_is_not_entered_a_second_time(app: Flask, cast: Cast, browse: Browse) -> None:
    old = an_entry("supplies", cast)
    services.retire_entry(SUPPLIES, old, reason="用完", by=cast.office, now=NOW)
    page = bring(browse(cast.office), "supplies", a_sheet(GOOD))
    assert problems(page) == ["物资!B3 名称：这一条已经停用，请先恢复再导入"]


def test_a_masked_phone_keeps_the_stored_one(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(an_entry("supplies", cast, keeper="示例甲", keeper_phone="13900000001"))
    page = bring(browse(cast.office), "supplies", a_sheet(bad(H="139****0001")))
    assert "没有变化：表里的内容和名册一样" in said(page)
    page = bring(browse(cast.office), "supplies", a_sheet(bad(B="铁锹", H="139****0001")))
    assert problems(page)[0].startswith("物资!H3 这是遮住了一部分的内容")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.xlsx", "是空的"),
        (b"%PDF-1.7 ", "a.xlsx", "内容却是PDF 文件"),
        (a_sheet(GOOD), "a.docx", "只能导入 .xlsx、.xls 和 .csv"),
        (a_sheet(GOOD), "a.xlsm", "含有宏"),
        (repacked(a_sheet(GOOD), vba=b"x"), "a.xlsx", "含有宏"),
        (repacked(a_sheet(GOOD), sheet1=b" " * (8 * 2**20)), "a.xlsx", "展开后太大"),
        (excel([]), "a.xlsx", "没有内容"),
        (b'"', "a.csv", "没有内容"),
    ],
    ids=["empty", "pdf", "word", "macro name", "macros", "bomb", "blank", "quote"],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    app: Flask, cast: Cast, browse: Browse, data: bytes, name: str, words: str
) -> None:
    page = bring(browse(cast.office), "supplies", data, name, status=422, place_code=VILLAGE)
    assert words in said(page)
    chosen = page.html.select_one("select[name=place_code] option[selected]")
    assert chosen["value"] == VILLAGE
    assert count_rows(Import, Supply) == {"register_import": 0, "supply": 0}


def test_two_sheets_of_the_same_name_are_refused(app: Flask, cast: Cast, browse: Browse) -> None:
    data = excel([HEAD, GOOD], more={"物资A": [HEAD]})
    book = part_of(data, "xl/workbook.xml").replace("物资A".encode(), "物资 ".encode())
    page = bring(browse(cast.office), "supplies", repacked(data, workbook=book), status=422)
    assert "两张表都叫“物资" in said(page)


def test_two_hundred_thousand_empty_rows_are_no_rows(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    data = a_sheet(GOOD)
    empty = b"".join(b'<row r="%d"/>' % number for number in range(4, 200_000))
    sheet = part_of(data).replace(b"</sheetData>", empty + b"</sheetData>")
    page = bring(browse(cast.office), "supplies", repacked(data, sheet1=sheet))
    assert "新增 1" in said(page)


def test_it_asks_again_when_no_file_was_chosen(app: Flask, cast: Cast, browse: Browse) -> None:
    form = next(f for f in browse(cast.office).get("/registers/posts/import").forms.values()
            if "place_code" in f.fields)  # fmt: skip
    page = form.submit(status=422)
    assert "请选一个表格文件" in page.text
    assert count_rows(Import, Post) == {"register_import": 0, "post": 0}


@pytest.mark.parametrize("role", [Role.LEADER, Role.LEGAL])
def test_who_does_not_keep_registers_brings_nothing(
    app: Flask, cast: Cast, browse: Browse, role: Role
) -> None:
    person = cast.leader if role is Role.LEADER else cast.legal
    browse(person).get("/registers/supplies/import", status=403)


def test_a_village_does_not_see_the_town_s_imports(app: Flask, cast: Cast, browse: Browse) -> None:
    page = bring(browse(cast.office), "supplies", a_sheet(GOOD))
    browse(cast.village).get(page.request.path, status=404)
    assert browse(cast.other_office).get(page.request.path).status_code == 200


def test_it_asks_the_database_no_more_for_many_rows(app: Flask, cast: Cast, browse: Browse) -> None:
    def count(data: bytes) -> int:
        with statements() as asked:
            import_services.begin_import(
                SUPPLIES, data=data, filename="a.xlsx", default=get_place(TOWN), by=cast.office,
                now=NOW, folder=Path(app.instance_path),
            )  # fmt: skip
        return len(asked)

    few = count(a_sheet(GOOD))
    many = count(a_sheet(*(bad(B=f"示例{n}") for n in range(200))))
    assert many <= few
