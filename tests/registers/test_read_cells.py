"""Read a cell: the value as people wrote it, or a problem that names the cell."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from nanhua_emergency.registers.sheets.cells import read_cell, read_rows
from nanhua_emergency.registers.sheets.columns import Column, Kind
from nanhua_emergency.registers.sheets.mapping import guess_mapping
from nanhua_emergency.registers.sheets.table import Problem, Table
from sheet_files import SUPPLIES

BY_KEY = {column.key: column for column in SUPPLIES}


def problem(key: str, raw: object) -> str:
    found = read_cell(BY_KEY[key], raw, "物资!D17")
    assert isinstance(found, Problem)
    return str(found)


@pytest.mark.parametrize(
    "raw",
    [
        date(2026, 5, 12), datetime(2026, 5, 12, 8, 30), 46154.0, 46154, 20260512.0,
        "2026-5-12", "2026/5/12", "2026年5月12日", "2026.5.12", "20260512", "２０２６年５月１２日",
        " 2026 年 5 月 12 日 ", "2026-05-12 00:00:00", "2026-05-12T08:30", "2026\u00a0/ 05/12",
    ],
)  # fmt: skip
def test_it_reads_a_day_in_each_usual_way(raw: object) -> None:
    assert read_cell(BY_KEY["expires_on"], raw) == date(2026, 5, 12)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("2026年5月", "只写到月"), ("2026.5", "只写到月"), ("5月12日", "没有写年份"),
        ("26.5.12", "年份请写四位"), ("2026-02-30", "不存在"), ("2026-13-01", "不存在"),
        ("明年", "不是日期"), (True, "不是日期"), (3.0e9, "不是日期"), ("0001-01-01", "年份不对"),
    ],
)  # fmt: skip
def test_it_names_what_is_not_a_day(raw: object, said: str) -> None:
    text = problem("expires_on", raw)
    assert text.startswith("物资!D17：有效期：")
    assert said in text


@pytest.mark.parametrize(
    ("raw", "value"),
    [(12.0, 12), (12, 12), ("12", 12), ("12 件", 12), ("1,200", 1200), ("１２００顶", 1200),
     ("1，200 个", 1200), ("12.0", 12), ("+3", 3), (" 0 ", 0), ("12㎡", 12)],
)  # fmt: skip
def test_it_reads_a_figure_as_people_write_it(raw: object, value: int) -> None:
    assert read_cell(BY_KEY["amount"], raw) == value


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (-3.0, "“-3”太小，不能小于 0"), (1e9, "“1000000000”太大，不能大于 1000000，请核对"),
        ("1e9", "不是数字"), ("3.5", "不是整数"), ("约20", "不是数字"), ("5-6", "不是数字"),
        ("1.2万", "请写成完整的数字"), ("3百个", "请写成完整的数字"), ("十二", "不是数字"),
        ("12%", "不是数字"), (True, "要填数字"), ("1,2", "不是数字"), ("", "“数量”必须填写"),
        (None, "必须填写"), ("　", "必须填写"), ("1" * 40, "位数太多"), ("——", "必须填写"),
    ],
)  # fmt: skip
def test_it_names_what_is_not_a_possible_amount(raw: object, said: str) -> None:
    text = problem("amount", raw)
    assert text.startswith("物资!D17：")
    assert said in text


def test_it_reads_decimals_as_excel_shows_them() -> None:
    assert read_cell(BY_KEY["weight"], 0.1 + 0.2) == Decimal("0.3")
    assert read_cell(BY_KEY["weight"], "12.50 公斤") == Decimal("12.5")
    assert read_cell(BY_KEY["weight"], 0.00001) == Decimal("0.00001")
    assert read_cell(BY_KEY["weight"], "/") is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (13800000001.0, "13800000001"),
        ("138 0000 0001", "13800000001"), ("138-0000-0001", "13800000001"),
        ("+86 13800000001", "13800000001"), ("１３８０００００００１", "13800000001"),
        ("0936-6621234", "0936-6621234"), ("（0936）6621234", "0936-6621234"),
        ("0936—6621234", "0936-6621234"), ("6621234", "6621234"), (119.0, "119"),
        ("12345", "12345"), ("400-123-4567", "400-123-4567"), ("无", None),
    ],
)  # fmt: skip
def test_it_reads_a_phone_even_as_a_number(raw: object, value: str | None) -> None:
    assert read_cell(BY_KEY["phone"], raw) == value


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("1380000000A", "“1380000000A”里有字母或汉字，电话只填号码"), ("见通讯录", "汉字"),
        (1380000000.0, "是 10 位，手机号应是 11 位"), ("13800000001/13800000002", "几个号码"),
        ("138****0001", "遮住了几位"), ("9366621234", "不是电话号码"), ("23800000001", "不是电话"),
    ],
)  # fmt: skip
def test_it_names_what_is_not_a_phone(raw: object, said: str) -> None:
    assert said in problem("phone", raw)


@pytest.mark.parametrize("raw", ["是", "有", "√", "✓", True, 1.0, "Y"])
def test_it_reads_yes(raw: object) -> None:
    assert read_cell(BY_KEY["is_checked"], raw) is True


@pytest.mark.parametrize("raw", ["否", "无", "×", "x", "没有", False, 0.0])
def test_it_reads_no(raw: object) -> None:
    assert read_cell(BY_KEY["is_checked"], raw) is False


def test_it_asks_for_yes_or_no() -> None:
    assert "“待定”看不出是还是否" in problem("is_checked", "待定")


def test_it_offers_the_choices() -> None:
    text = problem("kind", "防洪")
    assert "没有“防洪”这一项" in text
    assert "可填：防汛、抗旱、防火、生活" in text
    assert "是不是“防汛”" in problem("kind", "防汛类")
    assert read_cell(BY_KEY["kind"], " 防 汛 ") == "防汛"


def test_it_says_by_how_much_a_text_is_too_long() -> None:
    assert "最多 60 个字，现在有 61 个" in problem("name", "沙" * 61)


def test_it_drops_what_cannot_be_seen() -> None:
    raw = "\ufeff\u200b 示例\u00a0沙袋\u3000\r\n大号 \u202e"
    assert read_cell(BY_KEY["name"], raw) == "示例 沙袋 大号"
    assert read_cell(BY_KEY["note"], "一\r\n二\r三\x00") == "一\n二\n三"
    assert read_cell(BY_KEY["name"], 7.0) == "7"
    assert read_cell(BY_KEY["note"], "/") == "/"


def test_it_reads_a_code_with_its_leading_zeros() -> None:
    assert read_cell(Column("code", "编码"), "007") == "007"


def test_it_gathers_the_problems_of_all_rows() -> None:
    rows: list[list[object]] = [
        ["名称", "类别", "数量", "电话"],
        ["", "防汛", -3.0, "abc"],
        ["示例泵", "防汛", "2 台", ""],
    ]
    table = Table("物资", rows)
    found = read_rows(table, guess_mapping(table, SUPPLIES), SUPPLIES)
    assert [one.cell for one in found.problems] == ["物资!A2", "物资!C2", "物资!D2"]
    assert found.rows[0].values == {"kind": "防汛"}
    assert found.rows[1].values == {
        "name": "示例泵", "kind": "防汛", "amount": 2, "phone": None,
    }  # fmt: skip
    assert found.notes == ["物资!C3 数字后面的单位没有读入，请核对单位"]


def test_it_leaves_a_masked_phone_as_it_is_stored() -> None:
    table = Table("物资", [["名称", "类别", "数量", "电话"], ["示例泵", "防汛", 1, "138****0001"]])
    row = read_rows(table, guess_mapping(table, SUPPLIES), SUPPLIES).rows[0]
    assert row.hidden == {"phone"}
    assert "phone" not in row.values
    assert row.problems == []


def test_it_reads_choices_that_differ_only_in_width() -> None:
    column = Column("level", "级别", Kind.CHOICE, choices=("A级", "B级"))
    assert read_cell(column, "ａ级") == "A级"
