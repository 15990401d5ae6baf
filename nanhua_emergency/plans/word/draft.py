"""Writes the blocks read from a Word file as the Markdown of a draft."""

import re
import unicodedata
from collections.abc import Sequence

from nanhua_emergency.plans.word.body import CONTENTS, Block, Paragraph
from nanhua_emergency.plans.word.headings import split_number, write_heading, write_numbered
from nanhua_emergency.plans.word.markdown import (
    escape,
    escape_start,
    join_lines,
    write_lines,
    write_table,
)
from nanhua_emergency.plans.word.numbering import Label
from nanhua_emergency.plans.word.outline import LOWER, Outline
from nanhua_emergency.plans.word.tables import Grid
from nanhua_emergency.plans.word.text import Gathered

SPLIT_TABLE = "表格太长，分成了几张；人员、物资等名单建议改用名录引用"
MAX_ROWS = 400

_CLAUSES = frozenset({"1.1", "编", "章", "节", "条"})
_ITEM = re.compile(r"^(\d{1,2})[.．、]\s*(?!\d)(?=\S)")
_SUB_ITEM = re.compile(r"^(?:[（(]\d{1,2}[）)]|\d{1,2}[)）]|[①-⑳])\s*(?=\S)")
_NUMBER = re.compile(r"\d{1,2}")
_BULLET = re.compile(r"^(?:[●•·▪■◆◇➢★☆○]\s*|[-–—]\s+)(?=[^\s\-–—])")
_QUOTE_STYLES = re.compile(r"^(?:intense quote|quote|明显引用|引用)$", re.IGNORECASE)


class DraftWriter:
    """Writes one block after another; `headings` then tells which heading each place is under.

    `lowered` counts the headings below the section, which a plan has only as bold paragraphs.
    """

    def __init__(self, outline: Outline, gathered: Gathered) -> None:
        self._outline = outline
        self._gathered = gathered
        self._chunks: list[str] = []
        self._is_after_item = False
        self.headings: list[tuple[int, str]] = []
        self.lowered = 0

    def write(self, blocks: Sequence[Block]) -> str:
        """The Markdown of all blocks, ending in one newline."""
        for index, block in enumerate(blocks):
            self._gathered.place = block.place
            if index in self._outline.added_lines:
                continue
            if index in self._outline.contents_lines:
                self._gathered.add(CONTENTS)
            elif isinstance(block, Grid):
                self._add(escape_start(block.caption))
                self._write_table(block)
            elif index in self._outline.levels:
                self._write_heading(block, self._outline.levels[index])
            elif index not in self._outline.title_lines:
                self._write_paragraph(block)
        return "".join(self._chunks).strip("\n") + "\n"

    def _add(self, text: str, *, is_item: bool = False) -> None:
        """Items of one list stand close together, everything else apart."""
        if text:
            gap = "\n" if is_item and self._is_after_item else "\n\n"
            self._chunks.append(gap + text)
            self._is_after_item = is_item

    def _write_table(self, grid: Grid) -> None:
        """A table in pieces no longer than a page can show, each with the header row."""
        header, *rows = grid.rows
        for start in range(0, max(len(rows), 1), MAX_ROWS):
            if start:
                self._gathered.add(SPLIT_TABLE)
                self._add("（续表）")
            self._add(write_table([header, *rows[start : start + MAX_ROWS]]))

    def _write_heading(self, block: Paragraph, level: int) -> None:
        text = escape(write_heading(write_numbered(block)))
        if level >= LOWER:
            self.lowered += 1
            self._add(f"**{text}**")
        else:
            self.headings.append((block.place, text))
            self._add(f"{'#' * level} {text}")

    def _write_paragraph(self, block: Paragraph) -> None:
        lines = write_lines(block.pieces)
        if block.label is not None and lines:
            self._write_labelled(block.label, join_lines(lines))
        elif _QUOTE_STYLES.match(block.shape.style) and lines:
            self._add("\n".join(f"> {line}" for line in lines))
        else:
            for line in lines:
                self._write_line(line)

    def _write_labelled(self, label: Label, text: str) -> None:
        """An automatic number begins an item; that of a clause (2.1, 第三条) stays as text."""
        indent = "    " if label.level and self._is_after_item else ""
        if split_number(f"{label.text} 一").family in _CLAUSES:
            self._add(f"{label.text} {text}")
        elif label.is_plain_number:
            self._add(f"{indent}{label.count}. {text}", is_item=True)
        else:
            self._add(f"{indent}- {label.text}{text}", is_item=True)

    def _write_line(self, line: str) -> None:
        """A typed paragraph; one that begins like an item becomes an item."""
        if found := _ITEM.match(line):
            self._add(f"{int(found[1])}. {line[found.end() :]}", is_item=True)
        elif self._is_after_item and (found := _SUB_ITEM.match(line)):
            # Under an item （1） is an inner item; by itself it stays as it was typed.
            number = unicodedata.numeric(found[0][0], 0) or int(_NUMBER.findall(found[0])[0])
            self._add(f"    {number:.0f}. {line[found.end() :]}", is_item=True)
        elif found := _BULLET.match(line):
            self._add(f"- {line[found.end() :]}", is_item=True)
        else:
            self._add(escape_start(line))
