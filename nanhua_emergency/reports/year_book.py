"""Writes the year book: the figures of a year and the rows they count, as one Excel file."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from nanhua_emergency.clock import CHINA
from nanhua_emergency.reports import services
from nanhua_emergency.reports.drill_tables import Line, list_by_month, list_by_place
from nanhua_emergency.reports.figures import Cell
from nanhua_emergency.reports.services import FIGURES, YearFigures

# The sheets of counted rows, and the figures whose rows stand on each.
SHEETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("现行预案", ("general-plans", "special-plans", "village-plans")),
    ("签发版本", ("editions-signed",)),
    ("演练", ("drills-held",)),
    ("培训", ("trainings",)),
    ("发现的问题", ("findings-raised",)),
    ("销号的问题", ("findings-closed",)),
    ("队伍", ("town-teams", "village-teams")),
    ("岗位", ("grid-posts", "observers")),
    ("达到的七有五有", ("town-haves", "village-haves")),
)
_WIDEST = 44
_MARGIN = 2


class _Book:
    """A workbook and the few ways in which its cells look."""

    def __init__(self, out: io.BytesIO) -> None:
        # Text stays text: a title that begins with "=" or "http" is neither formula nor link.
        self.file = Workbook(
            out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        )
        self.heading = self.file.add_format({"bold": True, "bg_color": "#E8F0F7", "border": 1})
        self.plain = self.file.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.day = self._dated("yyyy-mm-dd")
        self.moment = self._dated("yyyy-mm-dd hh:mm")

    def _dated(self, form: str) -> Format:
        return self.file.add_format({"border": 1, "num_format": form, "valign": "top"})

    def add_sheet(self, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """One sheet: headings that stay in sight and can be filtered by, and its rows."""
        sheet = self.file.add_worksheet(name)
        widths = [_width(heading) for heading in headings]
        sheet.write_row(0, 0, headings, self.heading)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._write(sheet, last, column, cell)
                widths[column] = max(widths[column], _width(cell))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, _WIDEST) + _MARGIN)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(headings) - 1)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, datetime):
            sheet.write_datetime(
                row, column, cell.astimezone(CHINA).replace(tzinfo=None), self.moment
            )
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self.day)
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell, self.plain)
        else:
            sheet.write_string(row, column, cell or "", self.plain)


def write_year_book(figures: YearFigures) -> bytes:
    """The .xlsx of a year of a place: all figures, the drills by place and month, the counted rows."""
    out = io.BytesIO()
    book = _Book(out)
    book.add_sheet("总表", ("类别", "项目", "数量", "单位", "怎么算的"), _list_figures(figures))
    hazards = [hazard for hazard, _total in figures.hazards]
    headings = ("合计", "已确认", "待确认", *hazards)
    book.add_sheet("各地演练", ("地方", *headings), _list_lines(list_by_place(figures)))
    book.add_sheet("各月演练", ("月份", *headings), _list_lines(list_by_month(figures)))
    for name, slugs in SHEETS:
        columns = FIGURES[slugs[0]].columns
        book.add_sheet(name, [column.name for column in columns], _list_rows(figures, slugs))
    book.file.close()
    return out.getvalue()


def _list_figures(figures: YearFigures) -> list[tuple[Cell, ...]]:
    return [
        (group, figure.name, figures[figure.slug], figure.unit, figure.note)
        for group, members in figures.groups
        for figure in members
    ]


def _list_lines(lines: Iterable[Line]) -> list[tuple[Cell, ...]]:
    return [
        (one.name, one.total, one.confirmed, one.total - one.confirmed, *one.counts)
        for one in lines
    ]


def _list_rows(figures: YearFigures, slugs: Sequence[str]) -> Iterable[list[Cell]]:
    for slug in slugs:
        figure = FIGURES[slug]
        for row in services.list_all_counted(figure, figures.year):
            yield [column.read(row) for column in figure.columns]


def _width(cell: Cell) -> int:
    """About how wide a cell is: a Chinese character takes two columns."""
    if isinstance(cell, datetime):
        return 16
    return sum(2 if ord(one) > 0x2E7F else 1 for one in str(cell if cell is not None else ""))
