"""Looks over the records of an .xls before it is read: how far its cells go, how long its texts are."""

import struct
from collections.abc import Iterator
from contextlib import suppress

from nanhua_emergency.registers.sheets.container import BROKEN, MOST_KEPT, TOO_LARGE
from nanhua_emergency.registers.sheets.refusals import LOCKED, SheetRefused
from nanhua_emergency.registers.sheets.scanning import (
    MOST_COLUMNS,
    ROWS_AROUND,
    TOO_MANY_ROWS,
    TOO_WIDE,
)
from nanhua_emergency.registers.sheets.table import column_name

# Kinds of records, from [MS-XLS] 2.3.
_SHEET, _STRINGS, _CONTINUED, _LOCKED = 0x85, 0xFC, 0x3C, 0x2F
_SHARED, _MANY = 0xFD, 0xBD
# Formula, number, label, shared string, packed number, error, rich text, many numbers.
_CELLS = frozenset((0x06, 0x406, 0x203, 0x204, _SHARED, 0x27E, 0x205, 0xD6, _MANY))
# All sheets are read at once, each as a whole rectangle.
_MOST_CELLS = 4_000_000
_MOST_SHEETS = 50
# A shared string that the file does not hold in full may be as long as Excel allows.
_LONGEST = 32_767


def judge_records(stream: bytes, *, most_rows: int) -> None:
    """Refuse a workbook whose cells would fill the memory, by place or by repeated text."""
    if any(kind == _LOCKED for _, kind, _ in _records(stream, 0)):
        raise SheetRefused(LOCKED)
    try:
        starts = {0, *_sheet_starts(stream)}
        lengths = _string_lengths(stream)
        _judge_cells(stream, starts, lengths, most_rows)
    except (struct.error, IndexError) as error:
        raise SheetRefused(BROKEN) from error


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Place, kind and content of each record from a place on."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _sheet_starts(stream: bytes) -> list[int]:
    starts = [
        struct.unpack_from("<I", data)[0] for _, kind, data in _records(stream, 0) if kind == _SHEET
    ]
    if len(starts) > _MOST_SHEETS or len(set(starts)) != len(starts):
        raise SheetRefused("文件里的表太多，或者已经损坏。请只留下要导入的表。")
    return starts


def _judge_cells(stream: bytes, starts: set[int], lengths: list[int], most_rows: int) -> None:
    # A sheet may be said to begin inside another's record, where other records can be read.
    seen: set[int] = set()
    last_row = last_column = characters = 0
    for start in starts:
        for at, kind, data in _records(stream, start):
            if at in seen:
                break
            seen.add(at)
            if kind not in _CELLS or len(data) < 4:
                continue
            row, column = struct.unpack_from("<HH", data)
            if kind == _MANY:
                column = struct.unpack_from("<H", data, len(data) - 2)[0]
            last_row, last_column = max(last_row, row), max(last_column, column)
            if kind == _SHARED:
                number = struct.unpack_from("<I", data, 6)[0]
                characters += lengths[number] if number < len(lengths) else _LONGEST
    _judge_size(last_row, last_column, len(starts) - 1, characters, most_rows)


def _judge_size(row: int, column: int, sheets: int, characters: int, most_rows: int) -> None:
    if row >= most_rows + ROWS_AROUND:
        raise SheetRefused(TOO_MANY_ROWS, most=most_rows, row=row + 1)
    if column >= MOST_COLUMNS:
        raise SheetRefused(TOO_WIDE, cell=f"{column_name(column)} 列", most=MOST_COLUMNS)
    if characters > MOST_KEPT // 2 or sheets * (row + 1) * (column + 1) > _MOST_CELLS:
        raise SheetRefused(TOO_LARGE)


def _string_lengths(stream: bytes) -> list[int]:
    """How many characters each shared string has; its text runs on over several records."""
    parts: list[bytes] = []
    for _, kind, data in _records(stream, 0):
        if kind == (_CONTINUED if parts else _STRINGS):
            parts.append(data)
        elif parts:
            break
    return _Strings(parts).lengths() if parts else []


class _Strings:
    """Walks the texts of the shared strings, over the edges of their records."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._at = parts, 8

    def lengths(self) -> list[int]:
        count = struct.unpack_from("<I", self._parts[0], 4)[0]
        found: list[int] = []
        # Some programs count wrongly; what is there is what counts.
        with suppress(IndexError):
            while len(found) < count:
                found.append(self._pass_one())
        return found

    def _pass_one(self) -> int:
        length, flags = struct.unpack("<HB", self._take(3))
        runs = 4 * struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        self._pass_text(length, wide=bool(flags & 1))
        self._skip(runs + extra)
        return int(length)

    def _pass_text(self, left: int, *, wide: bool) -> None:
        while left:
            if self._at >= len(self._parts[0]):
                self._next()
                wide = bool(self._take(1)[0] & 1)
            size = 2 if wide else 1
            here = min(left, max((len(self._parts[0]) - self._at) // size, 1))
            self._at += here * size
            left -= here

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            if self._at >= len(self._parts[0]):
                self._next()
            piece = self._parts[0][self._at : self._at + count - len(taken)]
            self._at += len(piece)
            taken += piece
        return taken

    def _skip(self, count: int) -> None:
        while count > len(self._parts[0]) - self._at:
            count -= max(len(self._parts[0]) - self._at, 0)
            self._next()
        self._at += count

    def _next(self) -> None:
        self._parts = self._parts[1:]
        self._at = 0
        if not self._parts:
            raise IndexError
