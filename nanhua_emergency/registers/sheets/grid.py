"""Has calamine read the cells of a sheet, and spreads what merged cells say."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from nanhua_emergency.registers.sheets.columns import Raw
from nanhua_emergency.registers.sheets.container import BROKEN
from nanhua_emergency.registers.sheets.refusals import LOCKED, SheetRefused
from nanhua_emergency.registers.sheets.table import Table

# Merged cells that overlap a thousandfold are made by hand, to keep a server busy.
_MOST_FILLED = 200_000


def open_book(data: bytes) -> CalamineWorkbook:
    """The workbook; refuses what has a password or cannot be opened."""
    with _refusing():
        return CalamineWorkbook.from_object(io.BytesIO(data))


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever calamine raises on a broken file into a refusal."""
    try:
        yield
    except PasswordError as error:
        raise SheetRefused(LOCKED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise SheetRefused(BROKEN) from error
    except BaseException as error:
        # A panic in Rust is no Exception in Python; nothing but the file is to blame for it.
        if type(error).__name__ == "PanicException":
            raise SheetRefused(BROKEN) from error
        raise


def read_grid(data: bytes, sheet: str) -> list[list[Raw]]:
    """All cells from A1 on."""
    return grid_of(open_book(data), sheet)


def open_sheet(book: CalamineWorkbook, sheet: str) -> CalamineSheet:
    """One sheet of a workbook."""
    with _refusing():
        return book.get_sheet_by_name(sheet)


def grid_of(book: CalamineWorkbook, sheet: str) -> list[list[Raw]]:
    """All cells of one sheet from A1 on, empty lines at the end dropped."""
    with _refusing():
        rows = open_sheet(book, sheet).to_python(skip_empty_area=False)
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    return [[_plain(cell) for cell in row] for row in rows]


def _plain(cell: Raw) -> Raw:
    # A length of time is a figure somebody has formatted so; it is read as Excel would show it.
    return str(cell) if isinstance(cell, timedelta) else cell


def fill_merged(table: Table) -> None:
    """Repeat what a cell merged downwards says in each of its lines: one village, four rows."""
    left = _MOST_FILLED
    for top, column, bottom, last in table.merged:
        bottom = min(bottom, len(table.rows) - 1)
        if column != last or left < bottom - top:
            continue
        left -= bottom - top
        for row in range(top + 1, bottom + 1):
            line = table.rows[row]
            if column < len(line) and line[column] == "":
                line[column] = table.cell(top, column)
