"""Reads the pipe tables of a Markdown text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nanhua_emergency.plans.outline.code_spans import hide_code, split_lines

# Rows are filled up to the header's width: without a limit a row of a million pipes
# over a million rows would fill the memory.
_MOST_COLUMNS = 50
_DASHES = re.compile(r"[|: -]+")
_PIPE = re.compile(r"\\.|\|")
_REFERENCE = re.compile(r"\{\{[^{}\n]{1,200}\}\}")


@dataclass(frozen=True)
class Table:
    """A table, header row first; `line` is that of its header, counted from 1."""

    line: int
    rows: tuple[tuple[str, ...], ...]

    def list_rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Go through the rows under the header, each with its line."""
        # The row of dashes takes the line after the header.
        yield from enumerate(self.rows[1:], start=self.line + 2)

    def find_column(self, name: str) -> int | None:
        """Find a column by its header; brackets may be half width, spaces do not count."""
        names = [_plain(cell) for cell in self.rows[0]]
        return names.index(_plain(name)) if _plain(name) in names else None


def find_table(text: str, *, line: int = 1) -> Table | None:
    """Find the first pipe table of a text that begins on `line`; code is not looked at."""
    lines = split_lines(text)
    hidden = hide_code(lines)
    for number in range(len(lines) - 1):
        if "|" in hidden[number] and is_dashes(hidden[number + 1]):
            end = _table_end(hidden, number + 2)
            kept = [number, *range(number + 2, end)]
            rows = [_split_row(lines[n], hidden[n]) for n in kept]
            return Table(line + number, tuple(_fit(row, len(rows[0])) for row in rows))
    return None


def read_table(text: str) -> list[list[str]]:
    """Return the cells of the first pipe table of a text, header row first, or []."""
    table = find_table(text)
    return [list(row) for row in table.rows] if table else []


def is_dashes(line: str) -> bool:
    """Is this the row of dashes between a table's header and its rows?"""
    return "|" in line and "-" in line and _DASHES.fullmatch(line.strip()) is not None


def _plain(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def _table_end(hidden: list[str], start: int) -> int:
    for number in range(start, len(hidden)):
        if "|" not in hidden[number] or hidden[number].startswith("#"):
            return number
    return len(hidden)


def _split_row(line: str, hidden: str) -> list[str]:
    """Cut at pipes that are neither escaped nor inside code or a {{reference}}."""
    hidden = _REFERENCE.sub(lambda match: " " * len(match[0]), hidden)
    cuts = [match.start() for match in _PIPE.finditer(hidden) if match[0] == "|"]
    ends = [*cuts, len(line)]
    starts = [0, *(cut + 1 for cut in cuts)]
    cells = [line[a:b].replace("\\|", "|").strip() for a, b in zip(starts, ends, strict=True)]
    return cells[_is_outer(line[: ends[0]]) : len(cells) - _is_outer(line[starts[-1] :])]


def _is_outer(beside: str) -> bool:
    """Nothing stands before the first pipe of a row, or after its last one."""
    return not beside.strip()


def _fit(row: list[str], width: int) -> tuple[str, ...]:
    width = min(width, _MOST_COLUMNS)
    return tuple(row[:width] + [""] * (width - len(row)))
