"""Cells into values, or into problems that name the cell and say what to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches

from nanhua_emergency.registers.sheets.amounts import has_unit, read_amount
from nanhua_emergency.registers.sheets.columns import Column, Kind, Raw, Value
from nanhua_emergency.registers.sheets.days import read_day
from nanhua_emergency.registers.sheets.mapping import HeadingMap
from nanhua_emergency.registers.sheets.phones import is_masked, judge_phone, read_phone
from nanhua_emergency.registers.sheets.table import Problem, Table
from nanhua_emergency.registers.sheets.wording import as_text, half_width, one_line, tidy_text

# What a template writes into its last column; a row that has it is never read.
EXAMPLE_MARK = "示例，导入时跳过这一行"
# What people put into a cell to say that there is nothing; a text may really be one of them.
_NOTHING = frozenset(("/", "\\", "-", "--", "---", "—", "——", "无", "暂无", "空"))
_YES = frozenset(["是", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "已有", "具备"])
_NO = frozenset(
    [
        "否",
        "无",
        "没有",
        "不",
        "×",
        "✗",
        "✘",
        "☒",
        "☐",
        "x",
        "n",
        "no",
        "false",
        "0",
        "没",
        "不具备",
    ]
)
_TOTALS = frozenset(("合计", "总计", "小计", "共计"))
_CLOSING = tuple(
    [
        "注:",
        "备注:",
        "说明:",
        "填表人",
        "填报人",
        "制表",
        "审核人",
        "审核:",
        "负责人签字",
        "单位负责人",
        "填表日期",
    ]
)
# Of each kind of note so many cells are named, then their number.
_NAMED = 5


@dataclass(frozen=True)
class Row:
    """One line of the file, `number` as Excel counts it.

    `values` lacks the keys the file has no column for, those with a problem, and those `hidden`:
    masked numbers of an export, which say nothing about what is stored.
    """

    number: int
    values: dict[str, Value]
    problems: list[Problem]
    cells: dict[str, str]
    hidden: frozenset[str] = frozenset()


@dataclass
class Read:
    """All rows of a table, the problems of all of them, and what their owner should know."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_cell(column: Column, raw: Raw, cell: str = "") -> Value | Problem:
    """The value of one cell, or the problem with it; `cell` is its address."""
    text = as_text(raw)
    is_blank = not tidy_text(text)
    if not is_blank and column.kind not in (Kind.TEXT, Kind.LONG, Kind.CHOICE, Kind.YES_NO):
        is_blank = half_width(text) in _NOTHING
    if is_blank:
        missing = Problem(cell, f"“{column.heading}”必须填写")
        return missing if column.is_required else None
    return _READERS[column.kind](column, raw, cell)


def _read_text(column: Column, raw: Raw, cell: str) -> Value | Problem:
    day = raw.date() if isinstance(raw, datetime) and not any(raw.timetuple()[3:6]) else raw
    text = as_text(day)
    text = tidy_text(text) if column.kind is Kind.LONG else one_line(text)
    if len(text) > column.most_characters:
        most = column.most_characters
        return Problem(cell, f"“{column.heading}”最多 {most} 个字，现在有 {len(text)} 个")
    return text


def _read_amount(column: Column, raw: Raw, cell: str) -> Value | Problem:
    number = read_amount(column, raw)
    return _wrong(column, number, cell) if isinstance(number, str) else number


def _read_day(column: Column, raw: Raw, cell: str) -> Value | Problem:
    day = read_day(raw)
    return day if isinstance(day, date) else _wrong(column, day, cell)


def _read_phone(column: Column, raw: Raw, cell: str) -> Value | Problem:
    number = read_phone(raw)
    if number is not None:
        return number
    if is_masked(raw):
        reason = "这是遮住了几位的号码，请填完整的号码，或者删掉这一列再导入"
        return _wrong(column, reason, cell)
    return _wrong(column, judge_phone(raw), cell)


def _read_yes_no(column: Column, raw: Raw, cell: str) -> Value | Problem:
    word = half_width(as_text(raw)).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return _wrong(column, f"“{word[:20]}”看不出是还是否，请填“是”或“否”", cell)


def _read_choice(column: Column, raw: Raw, cell: str) -> Value | Problem:
    word = one_line(as_text(raw))
    folded = {half_width(choice).lower(): choice for choice in column.choices}
    if half_width(word).lower() in folded:
        return folded[half_width(word).lower()]
    # 镇 for 镇级, A for A角: as towns write it.
    begun = [choice for text, choice in folded.items() if text.startswith(half_width(word).lower())]
    if len(begun) == 1:
        return begun[0]
    near = get_close_matches(word, column.choices, n=1, cutoff=0.5)
    hint = f"是不是“{near[0]}”？" if near else ""
    offer = "、".join(column.choices[:12]) + ("等" if len(column.choices) > 12 else "")
    return _wrong(column, f"没有“{word[:20]}”这一项。{hint}可填：{offer}", cell)


def _wrong(column: Column, reason: str, cell: str) -> Problem:
    return Problem(cell, f"{column.heading}：{reason}")


_READERS: dict[Kind, Callable[[Column, Raw, str], Value | Problem]] = {
    Kind.TEXT: _read_text,
    Kind.LONG: _read_text,
    Kind.WHOLE: _read_amount,
    Kind.DECIMAL: _read_amount,
    Kind.DAY: _read_day,
    Kind.YES_NO: _read_yes_no,
    Kind.CHOICE: _read_choice,
    Kind.PHONE: _read_phone,
}


def read_rows(table: Table, mapping: HeadingMap, columns: Sequence[Column]) -> Read:
    """Every row below the headings; empty ones, examples, totals and signatures are passed over."""
    read = Read()
    notes = _Notes(table)
    by_key = {column.key: column for column in columns}
    places = [(at, by_key[key]) for at, key in sorted(mapping.keys.items()) if key in by_key]
    for number in range(mapping.first_row, len(table.rows)):
        reason = _passed_over(table, number, mapping, places)
        if reason:
            notes.add(reason, number, 0)
        elif reason is None:
            row = _read_row(table, number, places, notes)
            read.rows.append(row)
            read.problems.extend(row.problems)
    read.notes = list(notes.texts())
    return read


def _read_row(
    table: Table, number: int, places: Sequence[tuple[int, Column]], notes: "_Notes"
) -> Row:
    row = Row(number + 1, {}, [], {column.key: table.address(number, at) for at, column in places})
    hidden: set[str] = set()
    for at, column in places:
        raw = table.cell(number, at)
        if (column.is_private or column.kind is Kind.PHONE) and is_masked(raw):
            hidden.add(column.key)
            notes.add("遮住了一部分，保持原来的不变", number, at)
            continue
        value = _failed_formula(table, number, at) or read_cell(column, raw, row.cells[column.key])
        if isinstance(value, Problem):
            row.problems.append(value)
            continue
        row.values[column.key] = value
        notes.add_about(column, raw, number, at)
    return Row(row.number, row.values, row.problems, row.cells, frozenset(hidden))


def _failed_formula(table: Table, row: int, column: int) -> Problem | None:
    error = table.errors.get((row, column))
    if error:
        return Problem(table.address(row, column), f"公式出错（{error}），请改成要填的内容")
    if table.formulas.get((row, column)) is False:
        advice = "请用 Excel 或 WPS 打开、保存一次再导入，或者直接填上结果"
        return Problem(table.address(row, column), f"是公式，但文件里没有算出的结果。{advice}")
    return None


def _passed_over(
    table: Table, number: int, mapping: HeadingMap, places: Sequence[tuple[int, Column]]
) -> str | None:
    """Why a row is not read: "" where nobody needs to know, None where it is read."""
    line = table.rows[number]
    # Looked at only as far as needed: most lines are read.
    filled = (text for raw in line if (text := half_width(as_text(raw))))
    first = next(filled, "")
    is_failed = (table.errors or table.formulas) and any(
        (number, at) in table.errors or (number, at) in table.formulas for at, _ in places
    )
    if not first and not is_failed:
        return ""
    if any(raw == EXAMPLE_MARK for raw in line):
        return "是示例，没有读入"
    if first in _TOTALS or (first.startswith(_CLOSING) and len(list(filled)) < 4):
        return "像是合计或落款，没有读入"
    if mapping.is_repeated_heading(line):
        return "重复了表头，没有读入"
    if not any(half_width(as_text(table.cell(number, at))) for at, _ in places) and not is_failed:
        return "没有要导入的内容（只填了别的列），没有读入"
    return None


class _Notes:
    """What was understood rather than written, gathered by reason."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._cells: dict[str, list[tuple[int, int]]] = {}

    def add(self, reason: str, row: int, column: int) -> None:
        self._cells.setdefault(reason, []).append((row, column))

    def add_about(self, column: Column, raw: Raw, row: int, at: int) -> None:
        if (row, at) in self._table.formulas:
            self.add("是公式，按显示的值读入", row, at)
        if column.kind in (Kind.WHOLE, Kind.DECIMAL) and has_unit(raw):
            self.add("数字后面的单位没有读入，请核对单位", row, at)

    def texts(self) -> Iterator[str]:
        for reason, cells in self._cells.items():
            named = "、".join(self._table.address(*cell) for cell in cells[:_NAMED])
            more = f"等 {len(cells)} 处" if len(cells) > _NAMED else ""
            yield f"{named}{more}{reason}" if more else f"{named} {reason}"
