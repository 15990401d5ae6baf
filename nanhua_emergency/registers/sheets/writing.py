"""Writes a register as .xlsx for Excel and WPS, as .csv, and as a template to fill in."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nanhua_emergency import clock
from nanhua_emergency.registers.sheets.cells import EXAMPLE_MARK
from nanhua_emergency.registers.sheets.columns import Column, Kind, Value
from nanhua_emergency.registers.sheets.delimited import guard
from nanhua_emergency.registers.sheets.mapping import EXAMPLE_HEADING

# Lines below the last that still offer choices and keep leading zeros.
_SPARE_ROWS = 1000
# A list of choices in a cell's own rule may have so many characters, commas included.
_MOST_LISTED = 255
_NARROW, _WIDE = 8, 40
_MOST_NAME = 31
# Nothing is a formula, a link or a figure that was not meant as one.
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Entry = Mapping[str, Value]


def write_sheet(
    columns: Sequence[Column], rows: Iterable[Entry], *, sheet: str, at: datetime,
    title: str = "", note: str = "",
) -> bytes:  # fmt: skip
    """An .xlsx of the rows; a title, with the time and a note, stands above the headings."""
    out = io.BytesIO()
    with open_workbook(out, at) as book:
        page = _Page(book, sheet, columns)
        if title:
            page.write_title(f"{title}（{_moment(at)}导出）{note}")
        page.write_headings()
        for row in rows:
            page.write_row(row)
        page.finish()
    return out.getvalue()


def write_template(columns: Sequence[Column], *, sheet: str, at: datetime) -> bytes:
    """An .xlsx to fill in: headings with hints, and an example row that importing passes over."""
    out = io.BytesIO()
    with open_workbook(out, at) as book:
        page = _Page(book, sheet, columns)
        page.write_headings(EXAMPLE_HEADING)
        page.write_row({column.key: column.example for column in columns}, EXAMPLE_MARK)
        page.write_hints()
        page.finish()
    return out.getvalue()


def write_csv(columns: Sequence[Column], rows: Iterable[Entry]) -> bytes:
    """A CSV that Excel opens in Chinese: UTF-8 with its mark, no cell that looks like a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guard(column.heading) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row.get(column.key)) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def open_workbook(out: io.BytesIO, at: datetime) -> Workbook:
    """An empty workbook that takes every text for text; `at` is when it says it was made."""
    book = Workbook(out, _PLAIN)
    book.set_properties({"created": at.astimezone(clock.CHINA).replace(tzinfo=None)})
    return book


def add_sheet(book: Workbook, name: str) -> Worksheet:
    """A sheet of that name, without what Excel forbids in one."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in name).strip("' ")
    return book.add_worksheet(plain[:_MOST_NAME].strip("' ") or "表")


def width_of(text: str) -> int:
    """Columns of the screen that the longest line of a text takes; a Chinese character takes two."""
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        for line in text.split("\n")
    )


def value_text(value: Value) -> str:
    """A value as it is shown in a sheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _csv_cell(column: Column, value: Value) -> str:
    text = value_text(value)
    return guard(text) if column.is_text else text


def _moment(at: datetime) -> str:
    local = at.astimezone(clock.CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M} "


class _Page:
    """The one sheet of a workbook while it is written, line by line."""

    def __init__(self, book: Workbook, sheet: str, columns: Sequence[Column]) -> None:
        self._book, self._page = book, add_sheet(book, sheet)
        self._columns = columns
        self._row = self._heading_row = 0
        self._has_extra = False
        self._formats = {column.key: self._format(column) for column in columns}
        self._widths = [width_of(column.heading) + 4 for column in columns]

    def write_title(self, title: str) -> None:
        bold = self._book.add_format({"bold": True, "font_size": 14})
        self._page.write_string(0, 0, title, bold)
        self._row = self._heading_row = 1

    def write_headings(self, extra: str = "") -> None:
        look = {"bold": True, "bg_color": "#E7EEF5", "border": 1, "text_wrap": True,
                "align": "center", "valign": "vcenter"}  # fmt: skip
        must = self._book.add_format(look | {"font_color": "#B00020"})
        plain = self._book.add_format(look)
        for at, column in enumerate(self._columns):
            look_of = must if column.is_required else plain
            self._page.write_string(self._row, at, column.heading, look_of)
        if extra:
            self._has_extra = True
            self._page.write_string(self._row, len(self._columns), extra, plain)
        self._row += 1

    def write_hints(self) -> None:
        for at, column in enumerate(self._columns):
            self._page.write_comment(self._heading_row, at, hint_of(column), {"x_scale": 1.5})

    def write_row(self, row: Entry, extra: str = "") -> None:
        for at, column in enumerate(self._columns):
            value = row.get(column.key)
            if value is not None and value != "":
                self._write(at, value, self._formats[column.key])
                self._widths[at] = max(self._widths[at], width_of(value_text(value)[:200]) + 2)
        if extra:
            self._page.write_string(self._row, len(self._columns), extra)
        self._row += 1

    def finish(self) -> None:
        for at, column in enumerate(self._columns):
            width = column.width or min(max(self._widths[at], _NARROW), _WIDE)
            self._page.set_column(at, at, width, self._formats[column.key])
            self._offer(at, column)
        last = len(self._columns) - 1
        if self._has_extra:
            self._page.set_column(last + 1, last + 1, width_of(EXAMPLE_MARK) + 2)
        self._page.freeze_panes(self._heading_row + 1, 0)
        self._page.autofilter(self._heading_row, 0, max(self._row - 1, self._heading_row), last)
        self._page.set_landscape()
        self._page.set_paper(9)
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(self._heading_row)

    def _write(self, at: int, value: Value, look: Format) -> None:
        if isinstance(value, bool):
            self._page.write_string(self._row, at, value_text(value), look)
        elif isinstance(value, date):
            self._page.write_datetime(self._row, at, value, look)
        elif isinstance(value, (int, Decimal)):
            self._page.write_number(self._row, at, float(value), look)
        else:
            write_text(self._page, self._row, at, str(value), look)

    def _format(self, column: Column) -> Format:
        look: dict[str, object] = {"valign": "top"}
        if column.is_text:
            look["num_format"] = "@"
        if column.kind is Kind.DAY:
            look["num_format"] = "yyyy-mm-dd"
        if column.kind in (Kind.TEXT, Kind.LONG):
            look["text_wrap"] = True
        return self._book.add_format(look)

    def _offer(self, at: int, column: Column) -> None:
        choices = ["是", "否"] if column.kind is Kind.YES_NO else list(column.choices)
        if not choices:
            return
        rule: dict[str, object] = {
            "validate": "list", "source": choices, "error_title": column.heading[:32],
            "error_message": "请从下拉列表里选一项。",
        }  # fmt: skip
        if len(",".join(choices)) > _MOST_LISTED or any("," in choice for choice in choices):
            rule["source"] = self._list_elsewhere(column, choices)
        last = self._row + _SPARE_ROWS
        self._page.data_validation(self._heading_row + 1, at, last, at, rule)

    def _list_elsewhere(self, column: Column, choices: list[str]) -> str:
        """Put a long list onto a hidden sheet, which reading passes over."""
        name = f"选项{len(self._book.worksheets())}"
        page = self._book.add_worksheet(name)
        page.write_column(0, 0, choices)
        page.hide()
        return f"='{name}'!$A$1:$A${len(choices)}"


def write_text(page: Worksheet, row: int, column: int, text: str, look: Format | None) -> None:
    """Write a text as text, whatever it begins with; Excel takes no more than 32,767 characters."""
    if page.write_string(row, column, text, look) != 0:
        raise ValueError(f"cell {row},{column}: {len(text)} characters do not fit")


def hint_of(column: Column) -> str:
    """What may stand in a column, for whoever fills it in."""
    must = "必须填写。" if column.is_required else "可以不填。"
    hints = {
        Kind.TEXT: f"最多 {column.most_characters} 个字。",
        Kind.LONG: f"最多 {column.most_characters} 个字，可以换行。",
        Kind.WHOLE: "填整数，不写单位。",
        Kind.DECIMAL: "填数字，不写单位。",
        Kind.DAY: "填日期，例如 2026-05-12。",
        Kind.YES_NO: "填“是”或“否”。",
        Kind.CHOICE: f"可填：{'、'.join(column.choices[:12])}{'等' * (len(column.choices) > 12)}。",
        Kind.PHONE: "填手机号，或“区号-号码”。",
    }
    return must + hints[column.kind]
