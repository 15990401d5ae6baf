"""Looks over the XML of a sheet before it is read: how far it goes, formulas, merged cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nanhua_emergency.registers.sheets.container import MOST_KEPT, TOO_LARGE
from nanhua_emergency.registers.sheets.marks import local, make_parser, walk
from nanhua_emergency.registers.sheets.refusals import SheetRefused
from nanhua_emergency.registers.sheets.table import Range, column_name, parse_address

MOST_COLUMNS = 100
# Titles, headings, totals and signatures around the rows of a table.
ROWS_AROUND = 100
_MOST_MERGED = 20_000
TOO_MANY_ROWS = (
    "一次最多导入 %(most)s 行，这张表在第 %(row)s 行还有内容。请分成几个文件，或删掉多余的行。"
)
TOO_WIDE = "%(cell)s 有内容，离表格太远（最多 %(most)s 列）。请删掉右边多余的内容再导入。"


@dataclass
class Scan:
    """What was seen of a sheet; `kept` bytes reach to the end of the last line with content."""

    kept: int = 0
    tail: bytes = b""
    last_row: int = -1
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)


def measure_strings(blocks: Iterable[bytes]) -> list[int]:
    """How many characters each shared string has."""
    lengths: list[int] = []

    def start(name: str, _: dict[str, str]) -> None:
        if local(name) == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    walk(make_parser(start, lambda _: None, text), blocks)
    return lengths


def scan_sheet(blocks: Iterable[bytes], *, lengths: list[int], most_rows: int) -> Scan:
    """Look a sheet over in one pass, holding none of it."""
    scanner = _Scanner(lengths, most_rows)
    parser = make_parser(scanner.start, scanner.end, scanner.text)
    scanner.place = lambda: parser.CurrentByteIndex
    walk(parser, blocks)
    return scanner.scan


class _Scanner:
    def __init__(self, lengths: list[int], most_rows: int) -> None:
        self.scan = Scan()
        self.place: Callable[[], int] = lambda: 0
        self._lengths, self._most_rows = lengths, most_rows
        self._row = self._column = -1
        self._open: list[str] = []
        self._kind, self._text, self._characters = "", "", 0
        self._has_content = self._has_formula = self._is_in_cell = self._is_in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        mark = local(name)
        if mark == "c":
            self._start_cell(attributes)
        elif self._is_in_cell:
            self._has_formula = self._has_formula or mark == "f"
            self._is_in_value = mark in ("v", "t")
        elif mark == "row":
            self._start_row(attributes)
            self._open = [*self._open[:2], name]
        elif mark in ("worksheet", "sheetData"):
            self._open.append(name)
        elif mark == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        if self._is_in_value:
            self._text += data

    def end(self, name: str) -> None:
        mark = local(name)
        if mark == "c":
            self._end_cell()
        elif mark in ("v", "t"):
            self._is_in_value = False
        elif mark == "row" and self._has_content:
            self.scan.kept = self.place()
            self.scan.tail = "".join(f"</{one}>" for one in reversed(self._open)).encode()

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number[:8]) - 1 if number.isdecimal() else self._row + 1
        self._column, self._has_content = -1, False

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = parse_address(attributes.get("r", ""))
        self._row, self._column = place or (self._row, self._column + 1)
        self._kind, self._text = attributes.get("t", "n"), ""
        self._has_formula, self._is_in_cell = False, True

    def _end_cell(self) -> None:
        self._is_in_cell = self._is_in_value = False
        if not self._text and not self._has_formula:
            return
        self._has_content = True
        self._judge_place()
        place = (self._row, self._column)
        self.scan.last_row = max(self.scan.last_row, self._row)
        if self._kind == "e":
            self.scan.errors[place] = self._text[:20]
        if self._has_formula:
            self.scan.formulas[place] = bool(self._text) or self._kind == "str"
        self._count_characters()

    def _judge_place(self) -> None:
        if self._row >= self._most_rows + ROWS_AROUND:
            raise SheetRefused(TOO_MANY_ROWS, most=self._most_rows, row=self._row + 1)
        if self._column >= MOST_COLUMNS:
            cell = f"{column_name(self._column)}{self._row + 1}"
            raise SheetRefused(TOO_WIDE, cell=cell, most=MOST_COLUMNS)

    def _count_characters(self) -> None:
        # One long shared string named by a million cells would be copied a million times.
        is_shared = self._kind == "s" and self._text.isdecimal()
        at = int(self._text[:9]) if is_shared else -1
        self._characters += self._lengths[at] if 0 <= at < len(self._lengths) else len(self._text)
        if self._characters > MOST_KEPT // 2:
            raise SheetRefused(TOO_LARGE)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        begin, end = parse_address(first), parse_address(last)
        if begin and end and begin <= end and len(self.scan.merged) < _MOST_MERGED:
            self.scan.merged.append((*begin, *end))
