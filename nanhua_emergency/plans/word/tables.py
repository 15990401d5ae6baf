"""Reads a Word table as plain rows: merged cells are filled or left empty, never lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from nanhua_emergency.plans.word.xml import child, is_on, value, whole_number

MAX_COLUMNS = 63  # Word's own limit
# A longer text is not repeated in every row of a merged cell; 同上 stands for it.
MAX_REPEATED = 200

ACROSS = "表格有横向合并的单元格：值写在第一格，其余留空"
DOWN = "表格有纵向合并的单元格：值在每行重复写出"
DELETED_ROW = "修订：删除的表格行已去掉"

_WRAPPERS = frozenset(
    {"w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo", "w:bookmarkStart"}
)


@dataclass
class Grid:
    """A table as rows of cell texts; `caption` was a first row merged over the whole width."""

    rows: list[list[str]]
    caption: str = ""
    place: int = 0

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max((len(row) for row in self.rows), default=0)


@dataclass
class _Filler:
    read_cell: Callable[[Element], str]
    notes: set[str] = field(default_factory=set)
    carried: dict[int, str] = field(default_factory=dict)

    def read_row(self, row: Element) -> list[str]:
        properties = child(row, "w:trPr")
        cells = [""] * whole_number(value(properties, "w:gridBefore"), 0, most=MAX_COLUMNS)
        for cell in list_inside(row, "w:tc"):
            if len(cells) >= MAX_COLUMNS:
                break
            self.add_cell(cell, cells)
        return cells

    def add_cell(self, cell: Element, cells: list[str]) -> None:
        properties = child(cell, "w:tcPr")
        span = whole_number(value(properties, "w:gridSpan"), 1, most=MAX_COLUMNS - len(cells))
        text = self.carry(value(properties, "w:vMerge"), len(cells), self.read_cell(cell))
        if value(properties, "w:hMerge") in {"", "continue"}:
            self.notes.add(ACROSS)
            text = ""
        if span > 1:
            self.notes.add(ACROSS)
        cells += [text] + [""] * (span - 1)

    def carry(self, merge: str | None, column: int, text: str) -> str:
        """The cell's text: its own, or that of the cell it is merged with above."""
        if merge == "restart":
            self.carried[column] = text if len(text) <= MAX_REPEATED else "同上"
        elif merge is None:
            self.carried.pop(column, None)
        else:
            self.notes.add(DOWN)
            return self.carried.get(column) or text
        return text


def list_inside(node: Element, tag: str) -> Iterator[Element]:
    """Elements of that name that lie directly in a node or in mere wrappers of it."""
    for each in node:
        if each.tag == tag:
            yield each
        elif each.tag in _WRAPPERS:
            yield from list_inside(each, tag)


def read_grid(table: Element, read_cell: Callable[[Element], str]) -> tuple[Grid, set[str]]:
    """The table's rows and what is to be noted of them; `read_cell` gives one cell's text."""
    filler = _Filler(read_cell)
    rows: list[list[str]] = []
    spans: list[int] = []
    for row in list_inside(table, "w:tr"):
        if is_on(row, "w:trPr", "w:del") is not None:
            filler.notes.add(DELETED_ROW)
            continue
        rows.append(filler.read_row(row))
        spans.append(sum(1 for _ in list_inside(row, "w:tc")))
    grid = Grid(rows)
    if len(rows) > 1 and spans[0] == 1 and len(rows[0]) == grid.width > 1:
        grid.caption = rows.pop(0)[0]
    return grid, filler.notes


def get_only_cell(table: Element) -> Element | None:
    """The cell of a table that is but a frame around text, else None."""
    cells: list[Element] = []
    for row in list_inside(table, "w:tr"):
        cells += list_inside(row, "w:tc")
        if len(cells) > 1:
            return None
    return cells[0] if cells else None
