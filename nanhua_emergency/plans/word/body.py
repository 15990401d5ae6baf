"""Walks the body of a Word file and gives its paragraphs and tables in reading order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from nanhua_emergency.plans.word.container import WordRefused
from nanhua_emergency.plans.word.markdown import join_lines, write_lines
from nanhua_emergency.plans.word.numbering import Label, Numbering
from nanhua_emergency.plans.word.parts import TOO_LONG, Parts
from nanhua_emergency.plans.word.styles import Shape, StyleSheet
from nanhua_emergency.plans.word.tables import Grid, get_only_cell, read_grid
from nanhua_emergency.plans.word.text import (
    DELETED,
    TEXT_BOX,
    Gathered,
    Piece,
    TextReader,
    has_deleted_mark,
)
from nanhua_emergency.plans.word.xml import child, value

MAX_CELLS = 200_000
MAX_CHARACTERS = 1_000_000

CONTENTS = "目录没有带入：系统按标题自动生成"
NESTED = "表格中套着的表格写成了一格文字，请核对"
CAPTION = "表格首行整行合并，作为表题写在表格之前"
OTHER_FORMAT = "插入的其他格式文档没有带入，请打开后把内容粘贴过来"

_CONTENTS_STYLE = re.compile(r"^(?:toc|目录)\s*\d$|^table of figures$|^图表目录$", re.IGNORECASE)
_WRAPPERS = frozenset(
    {"w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo", "mc:Choice"}
)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its pieces, its shape, its automatic number, its place in reading order."""

    pieces: tuple[Piece, ...]
    shape: Shape
    label: Label | None
    place: int

    @property
    def text(self) -> str:
        """The text without the automatic number, on one line."""
        return " ".join("".join(piece.text for piece in self.pieces).split())


Block = Paragraph | Grid


class BodyReader:
    """Reads blocks; what could not be carried is gathered with its place."""

    def __init__(self, parts: Parts, gathered: Gathered) -> None:
        self._gathered = gathered
        self._styles = StyleSheet(parts.get_part("styles"))
        self._numbering = Numbering(parts.get_part("numbering"), self._styles)
        self._texts = TextReader(parts, self._styles, gathered)
        self._held: list[Piece] = []
        self._readers: dict[str, Callable[[Element], list[Block]]] = {
            "w:p": self._read_paragraph,
            "w:tbl": self._read_table,
            "w:sdt": self._read_control,
            "w:altChunk": self._skip_other_format,
            "mc:AlternateContent": lambda node: self.read_blocks(node[0]) if len(node) else [],
            **dict.fromkeys(_WRAPPERS, self.read_blocks),
        }
        self._cells = 0
        self._characters = 0

    def read_blocks(self, node: Element) -> list[Block]:
        """The blocks directly in a node (body, cell or text box)."""
        blocks: list[Block] = []
        for each in node:
            reader = self._readers.get(each.tag)
            if reader is not None:
                blocks += reader(each)
        if self._held:  # the end of the last paragraph was deleted, its text was not
            held, self._held = tuple(self._held), []
            blocks.append(Paragraph(held, Shape(), None, self._gathered.place))
        return blocks

    def _skip_other_format(self, node: Element) -> list[Block]:
        self._gathered.add(OTHER_FORMAT)
        return []

    def _read_control(self, control: Element) -> list[Block]:
        gallery = value(control, "w:sdtPr", "w:docPartObj", "w:docPartGallery")
        if gallery == "Table of Contents":
            self._gathered.add(CONTENTS)
            return []
        content = child(control, "w:sdtContent")
        return [] if content is None else self.read_blocks(content)

    def _read_paragraph(self, node: Element) -> list[Block]:
        self._gathered.place += 1
        place = self._gathered.place
        properties = child(node, "w:pPr")
        shape = self._styles.get_shape(properties)
        read = self._texts.read(node)
        boxes, self._texts.boxes = self._texts.boxes, []
        blocks: list[Block] = []
        if _CONTENTS_STYLE.match(shape.style):
            self._gathered.add(CONTENTS)
        elif has_deleted_mark(properties):
            self._gathered.add(DELETED)
            self._held += read
        else:
            pieces, self._held = (*self._held, *read), []
            if any(piece.text.strip() for piece in pieces):
                blocks.append(self._number(Paragraph(pieces, shape, None, place)))
        for box in boxes:
            self._gathered.add(TEXT_BOX)
            blocks += self.read_blocks(box)
        return blocks

    def _number(self, paragraph: Paragraph) -> Paragraph:
        self._count_characters(sum(len(piece.text) for piece in paragraph.pieces))
        shape = paragraph.shape
        if not shape.number_id:
            return paragraph
        label = self._numbering.count(shape.number_id, shape.number_level)
        return replace(paragraph, label=label)

    def _count_characters(self, more: int) -> None:
        self._characters += more
        if self._characters > MAX_CHARACTERS:
            raise WordRefused(TOO_LONG)

    def _read_table(self, table: Element) -> list[Block]:
        frame = get_only_cell(table)
        if frame is not None:
            return self.read_blocks(frame)
        self._gathered.place += 1
        place = self._gathered.place
        grid, notes = read_grid(table, self._read_cell)
        self._cells += grid.width * len(grid.rows)
        if self._cells > MAX_CELLS:
            raise WordRefused(TOO_LONG)
        self._gathered.place = place
        for note in sorted(notes | ({CAPTION} if grid.caption else set())):
            self._gathered.add(note)
        return [replace(grid, place=place)] if grid.rows else []

    def _read_cell(self, cell: Element) -> str:
        lines: list[str] = []
        for block in self.read_blocks(cell):
            if isinstance(block, Grid):
                self._gathered.add(NESTED)
                lines += _flatten(block)
            else:
                lines += _write_cell_lines(block)
        return join_lines(lines)


def _flatten(grid: Grid) -> list[str]:
    rows = ("　".join(cell for cell in row if cell) for row in grid.rows)
    return [f"{row}；" for row in (grid.caption, *rows) if row]


def _write_cell_lines(paragraph: Paragraph) -> list[str]:
    # A cell that is bold throughout is a header cell; the table says so already.
    is_mixed = any(not piece.look.is_bold for piece in paragraph.pieces if piece.text.strip())
    lines = write_lines(paragraph.pieces, keep_bold=is_mixed)
    label = paragraph.label
    if label and label.text and lines:
        lines[0] = label.text + lines[0]
    return lines
