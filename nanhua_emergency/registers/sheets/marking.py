"""Gives a person's file back with its problems marked in the cells, ready to be mended and sent again."""

import io
from collections.abc import Sequence
from datetime import date, datetime

from xlsxwriter import Workbook
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nanhua_emergency.registers.sheets.columns import Raw
from nanhua_emergency.registers.sheets.mapping import PROBLEM_HEADING, HeadingMap
from nanhua_emergency.registers.sheets.table import Problem, Table, parse_address
from nanhua_emergency.registers.sheets.wording import as_text, normal_heading
from nanhua_emergency.registers.sheets.writing import (
    add_sheet,
    open_workbook,
    value_text,
    width_of,
    write_text,
)

# Each note is a drawing of its own; many thousands make Excel slow. The last column has them all.
_MOST_NOTES = 2000
_BAD = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
_HEAD = {"bold": True, "bg_color": "#E7EEF5", "border": 1, "text_wrap": True}


def mark_problems(
    table: Table, problems: Sequence[Problem], mapping: HeadingMap, *, at: datetime
) -> bytes:
    """An .xlsx of the same cells: bad ones red with a note, and a last column that lists them."""
    out = io.BytesIO()
    with open_workbook(out, at) as book:
        _Copy(book, table, problems, mapping).write()
    return out.getvalue()


class _Copy:
    """The copy of one table while it is written."""

    def __init__(
        self, book: Workbook, table: Table, problems: Sequence[Problem], mapping: HeadingMap
    ) -> None:
        self._book, self._table, self._mapping = book, table, mapping
        self._page: Worksheet = add_sheet(book, table.sheet)
        self._bad = _by_place(problems)
        self._formats: dict[tuple[bool, bool, str], Format] = {}
        self._last = self._problem_column()

    def write(self) -> None:
        for row, line in enumerate(self._table.rows):
            for column, raw in enumerate(line):
                if column != self._last and (raw != "" or (row, column) in self._bad):
                    self._write_cell(row, column, raw)
        self._write_blanks()
        self._write_notes()
        self._write_list()
        self._merge_headings()
        self._lay_out()

    def _problem_column(self) -> int:
        """The column of an earlier marking, to be written anew, or the first free one."""
        for at, heading in self._mapping.headings.items():
            if normal_heading(heading) == PROBLEM_HEADING and at not in self._mapping.keys:
                return at
        merged = (right + 1 for _, _, _, right in self._table.merged)
        return max(*(len(row) for row in self._table.rows), *merged, 0, 0)

    def _write_cell(self, row: int, column: int, raw: Raw) -> None:
        look = self._look(row, column, raw)
        if isinstance(raw, bool):
            self._page.write_boolean(row, column, raw, look)
        elif isinstance(raw, (int, float)):
            self._page.write_number(row, column, raw, look)
        elif isinstance(raw, (date, datetime)):
            self._page.write_datetime(row, column, raw, look)
        elif raw == "":
            self._page.write_blank(row, column, None, look)
        else:
            write_text(self._page, row, column, str(raw), look)

    def _look(self, row: int, column: int, raw: Raw) -> Format:
        is_heading = self._mapping.heading_row <= row < self._mapping.first_row
        number = "General"
        if isinstance(raw, str):
            number = "@"
        elif isinstance(raw, date):
            number = "yyyy-mm-dd hh:mm" if isinstance(raw, datetime) else "yyyy-mm-dd"
        key = ((row, column) in self._bad, is_heading, number)
        if key not in self._formats:
            look = (_HEAD if is_heading else {}) | (_BAD if key[0] else {})
            self._formats[key] = self._book.add_format(look | {"num_format": number})
        return self._formats[key]

    def _write_blanks(self) -> None:
        """Colour the bad cells beyond the end of their line: what is missing."""
        for row, column in self._bad:
            if row < len(self._table.rows) and column >= len(self._table.rows[row]):
                self._write_cell(row, column, "")

    def _write_notes(self) -> None:
        for (row, column), messages in list(self._bad.items())[:_MOST_NOTES]:
            self._page.write_comment(row, column, "\n".join(messages)[:1000], {"x_scale": 2})

    def _write_list(self) -> None:
        head = self._book.add_format(_HEAD)
        bad = self._book.add_format(_BAD | {"text_wrap": True})
        self._page.write_string(self._mapping.first_row - 1, self._last, PROBLEM_HEADING, head)
        by_row: dict[int, list[str]] = {}
        for (row, _), messages in sorted(self._bad.items()):
            by_row.setdefault(row, []).extend(messages)
        for row, messages in by_row.items():
            if row >= self._mapping.first_row:
                self._page.write_string(row, self._last, "；".join(messages)[:2000], bad)

    def _merge_headings(self) -> None:
        """Merge again above the rows, so that two-line headings still read as they did."""
        for top, left, bottom, right in self._table.merged:
            if bottom >= self._mapping.first_row or left <= self._last <= right:
                continue
            raw = self._table.cell(top, left)
            try:
                text = value_text(raw) if isinstance(raw, date) else as_text(raw)
                self._page.merge_range(top, left, bottom, right, text, self._look(top, left, ""))
            except OverlappingRange:
                continue

    def _lay_out(self) -> None:
        sample = self._table.rows[self._mapping.heading_row :][:200]
        for at in range(self._last):
            texts = [as_text(row[at])[:200] for row in sample if at < len(row)]
            width = max((width_of(text) for text in texts), default=0) + 2
            self._page.set_column(at, at, min(max(width, 8), 40))
        self._page.set_column(self._last, self._last, 60)
        self._page.freeze_panes(self._mapping.first_row, 0)
        last_row = max(len(self._table.rows) - 1, self._mapping.first_row)
        self._page.autofilter(self._mapping.first_row - 1, 0, last_row, self._last)


def _by_place(problems: Sequence[Problem]) -> dict[tuple[int, int], list[str]]:
    """The messages of each cell, by row and column; a problem that names no cell has no place."""
    found: dict[tuple[int, int], list[str]] = {}
    for problem in problems:
        place = parse_address(problem.cell.rpartition("!")[2])
        if place is not None:
            found.setdefault(place, []).append(problem.message)
    return found
