"""Map headings: titles above them, merged ones, the town's own words, a person's correction."""

import pytest

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.sheets.cells import read_rows
from nanhua_emergency.registers.sheets.columns import Column
from nanhua_emergency.registers.sheets.mapping import IGNORED, guess_mapping, remember
from nanhua_emergency.registers.sheets.reading import read_table
from nanhua_emergency.registers.sheets.table import Table
from sheet_files import HEADINGS, SUPPLIES, excel


def table_of(*rows: list[object]) -> Table:
    return Table("物资", [list(row) for row in rows])


def test_it_finds_headings_below_a_title_and_an_empty_column() -> None:
    table = table_of(
        ["", "南华镇应急物资登记表"], ["", "填报单位：示例村", "", "2026年5月"], [],
        ["", "序号", *HEADINGS[:3]], ["", 1, "示例沙袋", "防汛", 3],
    )  # fmt: skip
    mapping = guess_mapping(table, SUPPLIES)
    assert (mapping.heading_row, mapping.first_row) == (3, 4)
    assert mapping.keys == {2: "name", 3: "kind", 4: "amount"}
    assert mapping.unmapped == ()
    assert mapping.missing == ()


@pytest.mark.parametrize(
    "heading",
    [
        "数 量",
        "数量（单位：件）",
        "数量\n(件)",
        "*数量：",
        "现有\u00a0数量",
        "库存数量[件]",
        "数量 ",
    ],
)
def test_it_knows_a_heading_however_it_is_written(heading: str) -> None:
    mapping = guess_mapping(table_of(["名称", "类别", heading]), SUPPLIES)
    assert mapping.keys[2] == "amount"


def test_it_joins_headings_of_two_lines_as_they_are_merged() -> None:
    rows = [
        ["应急物资登记表"], ["名称", "类别", "数量", "负责人", ""], ["", "", "", "姓名", "电话"],
        ["示例沙袋", "防汛", 3, "示例甲", "13800000001"],
    ]  # fmt: skip
    merged = ["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"]
    table = read_table(excel(rows, merged=merged), "a.xlsx")
    mapping = guess_mapping(table, SUPPLIES)
    assert mapping.first_row == 3
    assert mapping.headings[3] == "负责人姓名"
    assert mapping.keys == {0: "name", 1: "kind", 2: "amount", 3: "keeper", 4: "phone"}
    assert read_rows(table, mapping, SUPPLIES).problems == []


def test_it_joins_headings_of_two_lines_in_a_text_without_merged_cells() -> None:
    table = table_of(
        ["名称", "类别", "数量", "负责人", ""], ["", "", "", "姓名", "联系电话"],
        ["示例沙袋", "防汛", 3, "示例甲", "13800000001"],
    )  # fmt: skip
    mapping = guess_mapping(table, SUPPLIES)
    assert mapping.first_row == 2
    assert mapping.keys[3] == "keeper"
    assert mapping.keys[4] == "phone"


def test_it_tells_two_columns_apart_by_what_is_in_their_brackets() -> None:
    columns = (Column("a_phone", "电话（A角）"), Column("b_phone", "电话（B角）"))
    mapping = guess_mapping(table_of(["电话(B角)", "电话（A角）"]), columns)
    assert mapping.keys == {0: "b_phone", 1: "a_phone"}


def test_it_says_what_it_does_not_know_and_what_is_missing() -> None:
    mapping = guess_mapping(table_of(["品名", "类别", "名称", "序号", "颜色"]), SUPPLIES)
    assert mapping.unmapped == ("品名", "颜色")
    assert [column.key for column in mapping.missing] == ["amount"]


def test_it_takes_a_heading_only_once() -> None:
    mapping = guess_mapping(table_of(["名称", "数量", "库存数量"]), SUPPLIES)
    assert mapping.keys == {0: "name", 1: "amount"}
    assert mapping.unmapped == ("库存数量",)


def test_it_follows_what_a_person_said_the_last_time() -> None:
    known = remember({}, {"品 名": "name", "颜色": IGNORED})
    known = remember(known, {"名称": "keeper"})
    mapping = guess_mapping(table_of(["品名", "类别", "名称", "颜色"]), SUPPLIES, known)
    assert mapping.keys == {0: "name", 1: "kind", 2: "keeper"}
    assert mapping.unmapped == ()


def test_it_forgets_a_remembered_column_that_is_no_longer_there() -> None:
    mapping = guess_mapping(table_of(["名称", "颜色"]), SUPPLIES, {"颜色": "colour"})
    assert mapping.unmapped == ("颜色",)


def test_it_offers_headings_of_which_it_knows_none() -> None:
    table = table_of(["登记表"], ["甲", "乙", "丙"], ["示例沙袋", "防汛", 3])
    mapping = guess_mapping(table, SUPPLIES)
    assert mapping.unmapped == ("甲", "乙", "丙")
    answers = remember({}, {"甲": "name", "乙": "kind", "丙": "amount"})
    again = guess_mapping(table, SUPPLIES, answers)
    assert read_rows(table, again, SUPPLIES).rows[0].values["amount"] == 3


def test_it_refuses_a_table_without_anything_in_it() -> None:
    with pytest.raises(RuleBroken, match="没有内容"):
        guess_mapping(table_of(["", " "]), SUPPLIES)
