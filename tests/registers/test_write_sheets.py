"""Write a sheet: what Excel shows, choices, templates, marked problems, and back unchanged."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from nanhua_emergency.registers.sheets.cells import Read, read_cell, read_rows
from nanhua_emergency.registers.sheets.columns import Column, Kind, Value
from nanhua_emergency.registers.sheets.mapping import guess_mapping
from nanhua_emergency.registers.sheets.marking import mark_problems
from nanhua_emergency.registers.sheets.reading import read_table
from nanhua_emergency.registers.sheets.table import Problem
from nanhua_emergency.registers.sheets.writing import (
    hint_of,
    width_of,
    write_csv,
    write_sheet,
    write_template,
)
from sheet_files import AT, HEADINGS, SUPPLIES, excel

ROW: dict[str, Value] = {
    "name": "示例编织袋", "kind": "防汛", "amount": 500, "weight": Decimal("12.5"),
    "keeper": "示例王某", "phone": "13800000001", "expires_on": date(2027, 5, 12),
    "is_checked": True, "note": "一\n二",
}  # fmt: skip
RISKY = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "'x", "'=1", "''=1", "007", "http://a.b/",
         "_x000D_", "＝1", "1e9", "TRUE", "👨‍👩‍👧", "a\nb", "/", '"', ","]  # fmt: skip


def read_back(data: bytes, filename: str = "物资.xlsx") -> Read:
    table = read_table(data, filename, columns=SUPPLIES)
    return read_rows(table, guess_mapping(table, SUPPLIES), SUPPLIES)


def open_page(data: bytes):
    return load_workbook(io.BytesIO(data)).worksheets[0]


def test_it_writes_days_and_figures_as_such_and_phones_as_text() -> None:
    page = open_page(write_sheet(SUPPLIES, [ROW], sheet="物资", at=AT))
    assert [cell.value for cell in page[1]] == HEADINGS
    values = {head: cell for head, cell in zip(HEADINGS, page[2], strict=True)}
    assert values["有效期"].value == datetime(2027, 5, 12)
    assert values["有效期"].number_format == "yyyy-mm-dd"
    assert values["数量"].value == 500
    assert values["重量"].value == 12.5
    assert values["电话"].value == "13800000001"
    assert values["电话"].number_format == "@"
    assert values["已盘点"].value == "是"


def test_it_freezes_filters_and_offers_choices() -> None:
    page = open_page(write_sheet(SUPPLIES, [ROW], sheet="物资", at=AT))
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:I2"
    offered = {str(rule.sqref)[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert offered["B"] == '"防汛,抗旱,防火,生活"'
    assert offered["H"] == '"是,否"'
    assert page.column_dimensions["A"].width > width_of("示例编织袋")


def test_it_writes_a_title_with_the_time_in_china() -> None:
    note = "电话已遮住中间四位。"
    data = write_sheet(SUPPLIES, [ROW], sheet="物资", at=AT, title="应急物资", note=note)
    page = open_page(data)
    assert page["A1"].value == "应急物资（2026年5月12日 09:30 导出）电话已遮住中间四位。"
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:I3"
    assert read_back(data).rows[0].values == ROW


def test_it_puts_a_long_list_of_choices_onto_a_hidden_sheet() -> None:
    choices = tuple(f"示例类别第{at}种" for at in range(60))
    column = Column("kind", "类别", Kind.CHOICE, choices=choices)
    data = write_sheet([column], [{"kind": choices[59]}], sheet="物资", at=AT)
    book = load_workbook(io.BytesIO(data))
    assert [page.sheet_state for page in book.worksheets] == ["visible", "hidden"]
    assert book.worksheets[1]["A60"].value == choices[59]
    assert read_table(data, "a.xlsx").rows == [["类别"], [choices[59]]]


@pytest.mark.parametrize("text", RISKY)
def test_it_never_writes_a_formula_or_a_link(text: str) -> None:
    cell = open_page(write_sheet(SUPPLIES, [ROW | {"note": text}], sheet="物资", at=AT))["I2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    lines = csv.reader(io.StringIO(write_csv(SUPPLIES, [ROW | {"note": text}]).decode("utf-8-sig")))
    assert list(lines)[1][8][0] not in "=+-@\t\r＝"


def test_it_writes_a_csv_that_excel_reads_in_chinese() -> None:
    data = write_csv(SUPPLIES, [ROW])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[0] == ",".join(HEADINGS)


def test_it_names_a_sheet_without_what_excel_forbids() -> None:
    data = write_sheet(SUPPLIES, [], sheet="[防汛]物资/2026:?" + "长" * 40, at=AT)
    assert load_workbook(io.BytesIO(data)).sheetnames[0].startswith("防汛 物资 2026")


def test_it_is_the_same_file_each_time() -> None:
    made = [write_sheet(SUPPLIES, [ROW], sheet="物资", at=AT) for _ in range(2)]
    assert made[0] == made[1]


def test_it_gives_a_template_whose_example_is_not_imported() -> None:
    data = write_template(SUPPLIES, sheet="物资", at=AT)
    page = open_page(data)
    assert page["A2"].value == "编织袋"
    assert page["A1"].comment.text == "必须填写。最多 60 个字。"
    found = read_back(data)
    assert found.rows == []
    assert found.problems == []
    assert found.notes == ["物资!A2 是示例，没有读入"]


def test_it_hints_at_what_may_be_filled_in() -> None:
    assert hint_of(SUPPLIES[1]) == "必须填写。可填：防汛、抗旱、防火、生活。"
    assert "例如 2026-05-12" in hint_of(SUPPLIES[6])


def test_its_examples_are_possible() -> None:
    for column in SUPPLIES:
        if column.example is not None:
            assert read_cell(column, column.example) == column.example


def marked(rows: list[list[object]], **options: list[str]):
    table = read_table(excel(rows, **options), "物资.xlsx", columns=SUPPLIES)
    mapping = guess_mapping(table, SUPPLIES)
    found = read_rows(table, mapping, SUPPLIES)
    return found.problems, mark_problems(table, found.problems, mapping, at=AT)


def test_it_marks_the_cells_with_problems() -> None:
    problems, data = marked([["登记表"], HEADINGS[:4], ["示例沙袋", "防洪", -3], ["", "防汛", 3]])
    page = open_page(data)
    assert [one.cell for one in problems] == ["物资!B3", "物资!C3", "物资!A4"]
    for name in ("B3", "C3", "A4"):
        assert page[name].fill.fgColor.rgb == "FFFFC7CE"
        assert page[name].comment is not None
    assert page["A3"].fill.fgColor.rgb != "FFFFC7CE"
    assert page["E2"].value == "问题"
    assert page["E3"].value == "；".join(one.message for one in problems[:2])
    assert (page["A3"].value, page["C3"].value) == ("示例沙袋", -3)


def test_it_marks_what_the_caller_found() -> None:
    table = read_table(excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]]), "物资.xlsx")
    problem = Problem("物资!A2", "这一条已经有了")
    data = mark_problems(table, [problem], guess_mapping(table, SUPPLIES), at=AT)
    assert open_page(data)["D2"].value == "这一条已经有了"


def test_it_takes_the_marked_file_back_once_mended() -> None:
    rows = [
        ["名称", "类别", "数量", "负责人", ""], ["", "", "", "姓名", "电话"],
        ["示例沙袋", "防汛", -3, "示例甲", 13800000001, date(2026, 5, 12)],
    ]  # fmt: skip
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:E1"]
    problems, data = marked(rows, merged=merged)
    assert len(problems) == 1
    again = read_back(data)
    assert [one.cell for one in again.problems] == ["物资!C3"]
    book = load_workbook(io.BytesIO(data))
    book.worksheets[0]["C3"] = 3
    out = io.BytesIO()
    book.save(out)
    mended = read_back(out.getvalue())
    assert mended.problems == []
    assert mended.rows[0].values["phone"] == "13800000001"
    assert mended.rows[0].values["keeper"] == "示例甲"


def test_it_marks_a_marked_file_in_the_same_column() -> None:
    table = read_table(marked([HEADINGS[:3], ["示例沙袋", "防汛", -3]])[1], "物资.xlsx")
    mapping = guess_mapping(table, SUPPLIES)
    assert mapping.unmapped == ()
    page = open_page(mark_problems(table, [], mapping, at=AT))
    assert [cell.value for cell in page[1]] == [*HEADINGS[:3], "问题"]
    assert page["D2"].value is None


TEXTS = st.one_of(
    st.sampled_from(RISKY),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=40),
    st.text(st.sampled_from("'=+-@\t\n\r ,;\"x0_\u00a0示例"), max_size=8),
)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Value]:
    """A row as it may be stored: what was typed has been tidied by the same reading."""
    row: dict[str, Value] = {
        "name": read_cell(SUPPLIES[0], "示例" + draw(TEXTS)),
        "kind": draw(st.sampled_from(SUPPLIES[1].choices)),
        "amount": draw(st.integers(0, 1_000_000)),
        "weight": draw(st.none() | st.decimals(0, 10_000, places=3)),
        "keeper": None,
        "phone": draw(
            st.sampled_from([None, "13800000001", "0936-6621234", "119", "0936-6621234-8"])
        ),
        "expires_on": draw(st.none() | st.dates(date(1900, 3, 1), date(2199, 12, 31))),
        "is_checked": draw(st.none() | st.booleans()),
        "note": read_cell(SUPPLIES[8], draw(TEXTS)),
    }
    assert not any(isinstance(value, Problem) for value in row.values())
    return row


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(entries(), min_size=1, max_size=4), st.sampled_from(["xlsx", "csv"]))
@example([ROW | {"note": text} for text in RISKY if text.strip() == text], "csv")
@example([ROW | {"note": text} for text in RISKY if text.strip() == text], "xlsx")
def test_it_comes_back_as_it_went(rows: list[dict[str, Value]], ending: str) -> None:
    if ending == "csv":
        data = write_csv(SUPPLIES, rows)
    else:
        data = write_sheet(SUPPLIES, rows, sheet="物资", at=AT, title="应急物资")
    found = read_back(data, f"物资.{ending}")
    assert found.problems == []
    assert [row.values for row in found.rows] == rows
