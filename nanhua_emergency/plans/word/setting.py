"""Sets the blocks of a plan as WordprocessingML: paragraphs, lists and tables."""

import re
import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape

from nanhua_emergency.plans.word.blocks import Block, Heading, Item, Table, Text
from nanhua_emergency.plans.word.inline import Run
from nanhua_emergency.plans.word.layout import BULLETED, ORDERED, TEXT_WIDTH

# What XML 1.0 cannot hold at all, lone surrogates included.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Signs that Word sets in the Latin font, half as wide, unless told otherwise.
_AMBIGUOUS = re.compile("[“”‘’…—·°×÷±§Ⅰ-Ⅻ①-⑳]")
_KINDS = {"": "PlanText", "quote": "Quote", "callout": "Callout", "code": "Code"}
# Half characters of 小四号 (6 points each) and what the cell's edges take, in twips.
_HALF_CHARACTER, _EDGES = 120, 190
_NARROWEST, _SHORT, _WIDEST = 4, 16, 64


class Setter:
    """Sets one block after another; `lists` then holds what the numbering part must define."""

    def __init__(self) -> None:
        self.lists: list[tuple[int, int, int]] = []
        self._open: dict[int, int] = {}

    def set_block(self, block: Block) -> str:
        """The XML of one block."""
        if isinstance(block, Heading):
            return set_paragraph(block.runs, f"Heading{block.level}")
        if isinstance(block, Item):
            return self._set_item(block)
        if isinstance(block, Table):
            return set_table(block.rows)
        return set_text(block)

    def _set_item(self, item: Item) -> str:
        if item.is_first or item.level not in self._open:
            kind = BULLETED if item.number is None else ORDERED
            self.lists.append((kind, item.level, item.number or 0 if kind == ORDERED else 1))
            self._open[item.level] = len(self.lists)
        numbering = (
            f'<w:numPr><w:ilvl w:val="{item.level}"/>'
            f'<w:numId w:val="{self._open[item.level]}"/></w:numPr>'
        )
        return set_paragraph(item.runs, "PlanItem", numbering)


def set_text(block: Text) -> str:
    """A paragraph in the style of what it belongs to."""
    return set_paragraph(block.runs, _KINDS[block.kind])


def set_paragraph(runs: Sequence[Run], style: str = "", more: str = "") -> str:
    """A paragraph of runs in a style; `more` are further properties, in the order of the schema."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f"<w:p>{properties}{''.join(_set_run(run) for run in runs)}</w:p>"


def _set_run(run: Run) -> str:
    hint = '<w:rFonts w:hint="eastAsia"/>' if _AMBIGUOUS.search(run.text) else ""
    if run.is_code:
        hint = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>'
    properties = hint + "<w:b/>" * run.is_bold + "<w:i/>" * run.is_italic
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(NOT_IN_XML.sub("", line))}</w:t>'
        for line in run.text.split("\n")
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{text}</w:r>"


def set_table(rows: Sequence[Sequence[Sequence[Run]]], *, has_header: bool = True) -> str:
    """A table as wide as the text; its header row is repeated on every page, no row is split."""
    widths = share_width([["".join(run.text for run in cell) for cell in row] for row in rows])
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}"'
        ' w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        + "".join(
            _set_row(row, widths, is_header=has_header and index == 0)
            for index, row in enumerate(rows)
        )
        + "</w:tbl>"
    )


def _set_row(row: Sequence[Sequence[Run]], widths: Sequence[int], *, is_header: bool) -> str:
    header = "<w:tblHeader/>" if is_header else ""
    style = "TableHead" if is_header else "TableText"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{set_paragraph(cell, style)}</w:tc>"
        for cell, width in zip(row, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"


def share_width(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column in twips, together TEXT_WIDTH.

    Short columns (numbers, periods) get what they need, long ones share the rest.
    """
    asked = [
        min(max([_measure(cell) for cell in column] + [_NARROWEST]), _WIDEST)
        for column in zip(*rows, strict=True)
    ]
    fixed = [each * _HALF_CHARACTER + _EDGES if each <= _SHORT else 0 for each in asked]
    shares = [0.0 if each <= _SHORT else each**0.75 for each in asked]
    rest = TEXT_WIDTH - sum(fixed)
    if not any(shares) or rest < TEXT_WIDTH / 3:
        fixed, rest, shares = [0] * len(asked), TEXT_WIDTH, [each**0.75 for each in asked]
    widths = [
        int(known + rest * share / sum(shares)) for known, share in zip(fixed, shares, strict=True)
    ]
    widths[-1] += TEXT_WIDTH - sum(widths)
    return widths


def _measure(text: str) -> int:
    """Width in half characters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text[:_WIDEST])
