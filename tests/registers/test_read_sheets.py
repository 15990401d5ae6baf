"""Read a sheet: dates, formulas, merged cells, several sheets, CSV in several encodings."""

import codecs
from datetime import date, datetime

import pytest

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.sheets.cells import read_rows
from nanhua_emergency.registers.sheets.mapping import guess_mapping
from nanhua_emergency.registers.sheets.reading import list_sheets, read_table
from nanhua_emergency.registers.sheets.refusals import SheetUnclear
from sheet_files import HEADINGS, SUPPLIES, excel, old_excel, part_of, repacked


def read(data: bytes, filename: str = "物资.xlsx"):
    table = read_table(data, filename, columns=SUPPLIES)
    return read_rows(table, guess_mapping(table, SUPPLIES), SUPPLIES)


def test_it_reads_cells_with_the_addresses_that_excel_shows() -> None:
    table = read_table(excel([[], ["", "名称"], ["", "沙袋"]]), "a.xlsx")
    assert table.sheet == "物资"
    assert table.cell(2, 1) == "沙袋"
    assert table.address(2, 1) == "物资!B3"
    assert table.address(0, 27) == "物资!AB1"
    assert table.cell(99, 99) == ""


def test_it_reads_a_day_as_a_day_and_a_moment_as_a_moment() -> None:
    rows = read_table(excel([[date(2026, 5, 12), datetime(2026, 5, 12, 8, 30)]]), "a.xlsx").rows
    assert rows == [[date(2026, 5, 12), datetime(2026, 5, 12, 8, 30)]]


def test_it_says_which_values_came_from_formulas() -> None:
    data = excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]])
    sheet = part_of(data).replace(b'<c r="C2"><v>3', b'<c r="C2"><f>1+2</f><v>3')
    data = repacked(data, sheet1=sheet)
    found = read(data)
    assert found.problems == []
    assert found.rows[0].values["amount"] == 3
    assert found.notes == ["物资!C2 是公式，按显示的值读入"]


def test_it_names_a_formula_whose_result_is_not_in_the_file() -> None:
    found = read(excel([HEADINGS[:3], ["示例沙袋", "防汛", "=1+2"]]))
    assert [one.cell for one in found.problems] == ["物资!C2"]
    assert "没有算出的结果" in found.problems[0].message


def test_it_names_a_formula_that_failed() -> None:
    data = excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]])
    sheet = part_of(data).replace(b'<c r="C2"><v>3', b'<c r="C2" t="e"><f>NA()</f><v>#N/A')
    assert str(read(repacked(data, sheet1=sheet)).problems[0]).startswith(
        "物资!C2：公式出错（#N/A）"
    )


def test_it_repeats_what_a_cell_merged_downwards_says() -> None:
    rows = [HEADINGS[:3], ["示例沙袋", "防汛", 3], ["", "抗旱", 4], ["", "防火", 5]]
    found = read(excel(rows, merged=["A2:A4"]))
    assert [row.values["name"] for row in found.rows] == ["示例沙袋"] * 3


def test_it_takes_the_sheet_whose_headings_fit_best() -> None:
    supplies = [HEADINGS, ["示例沙袋", "防汛", 3]]
    data = excel([["说明"], ["请认真填写"]], sheet="说明", more={"明细": supplies})
    assert read_table(data, "a.xlsx", columns=SUPPLIES).sheet == "明细"


def test_it_asks_which_of_two_sheets_is_meant() -> None:
    supplies = [HEADINGS, ["示例沙袋", "防汛", 3]]
    data = excel(supplies, sheet="一月", more={"二月": supplies, "空表": []})
    with pytest.raises(SheetUnclear) as refusal:
        read_table(data, "a.xlsx", columns=SUPPLIES)
    assert refusal.value.sheets == ["一月", "二月"]
    assert read_table(data, "a.xlsx", sheet="二月").sheet == "二月"
    assert list_sheets(data, "a.xlsx") == ["一月", "二月", "空表"]


def test_it_refuses_a_sheet_that_is_not_there() -> None:
    with pytest.raises(RuleBroken, match="没有叫“三月”的表"):
        read_table(excel([["名称"]]), "a.xlsx", sheet="三月")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("gb18030", b""),
     ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)],
)  # fmt: skip
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_it_reads_text_in_each_encoding(encoding: str, mark: bytes, separator: str) -> None:
    text = "名称,类别,数量\r\n示例沙袋㐂,防汛,12\r\n".replace(",", separator)
    found = read(mark + text.encode(encoding), "物资.csv")
    assert found.rows[0].values == {"name": "示例沙袋㐂", "kind": "防汛", "amount": 12}
    assert found.rows[0].cells["amount"] == "物资!C2"


def test_it_counts_the_empty_lines_of_a_text() -> None:
    found = read("名称,类别,数量\n\n,,\n示例沙袋,防汛,-3\n\n\n".encode(), "物资.csv")
    assert [one.cell for one in found.problems] == ["物资!C4"]


def test_it_reads_a_workbook_of_excel_97() -> None:
    found = read(old_excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]]), "物资.xls")
    assert found.rows[0].values == {"name": "示例沙袋", "kind": "防汛", "amount": 3}
    assert found.rows[0].cells["amount"] == "物资!C2"


def test_it_reads_the_shared_texts_of_excel_97() -> None:
    texts = ["示例编织袋大号", "示例", "长" * 9000]
    rows: list[list[object]] = [HEADINGS[:3], *([("shared", 0), "防汛", at] for at in range(900))]
    rows += [[("shared", 2), "防汛", 1], [("shared", 1), "防汛", 2]]
    table = read_table(old_excel(rows, shared=texts), "物资.xls")
    assert [row[0] for row in table.rows[-3:]] == [texts[0], texts[2], texts[1]]
    assert len(table.rows) == 903


def test_it_reads_marks_that_carry_a_prefix() -> None:
    data = excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]])
    sheet = part_of(data).decode().replace('xmlns="', 'xmlns:x="')
    for name in ("worksheet", "sheetData", "row", "c", "v"):
        for begin, end in (("<", ">"), ("<", " "), ("</", ">")):
            sheet = sheet.replace(f"{begin}{name}{end}", f"{begin}x:{name}{end}")
    assert "<x:c " in sheet
    assert read(repacked(data, sheet1=sheet.encode())).rows[0].values["amount"] == 3


def test_it_passes_over_two_million_empty_lines() -> None:
    data = excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]])
    head, tail = part_of(data).split(b"</sheetData>")
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (at, at) for at in range(3, 200_000))
    far = b'<row r="2000000" spans="1:12"/>'
    sheet = head + empty + far + b"</sheetData>" + tail
    table = read_table(repacked(data, sheet1=sheet), "a.xlsx")
    assert len(table.rows) == 2


def test_it_passes_over_examples_totals_and_signatures() -> None:
    rows = [
        HEADINGS[:3], ["示例沙袋", "防汛", 3], [], HEADINGS[:3], ["示例水泵", "抗旱", 2],
        ["合计", "", 5], ["填表人：示例甲", "", "审核人：示例乙"],
    ]  # fmt: skip
    found = read(excel(rows))
    assert [row.number for row in found.rows] == [2, 5]
    assert found.problems == []
    assert "物资!A6、物资!A7 像是合计或落款，没有读入" in found.notes
    assert "物资!A4 重复了表头，没有读入" in found.notes
