"""Reads a plan's Markdown as the blocks that the plan format allows, for setting in Word."""

import re
from dataclasses import dataclass

from nanhua_emergency.plans.word.inline import Run, join_lines, read_inline

DEEPEST_ITEM = 1  # lists are two deep

_HEADING = re.compile(r"^(#{1,6})(?:[ \t]+|$)")
_HEADING_ID = re.compile(r"\s\{:?\s?#[^{}\s]{1,80}\s?\}$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_ITEM = re.compile(r"^([ \t]{0,12})([-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_RULE = re.compile(r"^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$")
_CALLOUT = re.compile(r"^!!! ?([\w-]{1,40})?(?:\s+\"([^\"\n]{0,200})\")?")
_DASH_SIGNS = frozenset("|:- ")
_CALLOUT_NAMES = {
    "note": "说明",
    "tip": "提示",
    "warning": "注意",
    "danger": "危险",
    "important": "重要",
}


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter (##), 2 a section (###), 3 whatever is lower."""

    level: int
    runs: list[Run]


@dataclass(frozen=True)
class Text:
    """A paragraph; `kind` is "" or what it belongs to: "quote", "callout", "code"."""

    runs: list[Run]
    kind: str = ""


@dataclass(frozen=True)
class Item:
    """A list item: 0 outer, 1 inner; its number (None for a bullet); whether it begins a list."""

    level: int
    number: int | None
    runs: list[Run]
    is_first: bool


@dataclass(frozen=True)
class Table:
    """A table; the first row is its header, all rows are equally long."""

    rows: list[list[list[Run]]]


Block = Heading | Text | Item | Table


def read_blocks(body: str) -> list[Block]:
    """The blocks of a Markdown text, in order; what the format does not know is a paragraph."""
    return _Reader(body.expandtabs(4).splitlines()).read()


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.blocks: list[Block] = []

    def read(self) -> list[Block]:
        while self.at < len(self.lines):
            self.read_block(self.lines[self.at])
        return self.blocks

    def read_block(self, line: str) -> None:
        if not line.strip() or _RULE.match(line):
            self.at += 1
        elif fence := _FENCE.match(line):
            self.read_code(fence[1])
        elif heading := _HEADING.match(line):
            self.read_heading(len(heading[1]), line[heading.end() :])
        elif callout := _CALLOUT.match(line):
            self.read_callout(callout)
        elif line.lstrip().startswith(">"):
            self.read_quote()
        elif self.is_table():
            self.read_table()
        elif item := _ITEM.match(line):
            self.read_item(item)
        else:
            self.read_paragraph("")

    def read_code(self, fence: str) -> None:
        begin = self.at + 1
        self.at = begin
        while self.at < len(self.lines) and not self.lines[self.at].strip().startswith(fence):
            self.at += 1
        code = "\n".join(self.lines[begin : self.at])
        self.blocks.append(Text([Run(code, is_code=True)], "code"))
        self.at += 1

    def read_heading(self, signs: int, rest: str) -> None:
        text = _HEADING_ID.sub("", rest.strip().rstrip("#").strip())
        if text:
            self.blocks.append(Heading(min(max(signs - 1, 1), 3), read_inline(text)))
        self.at += 1

    def read_callout(self, callout: re.Match[str]) -> None:
        kind = callout[1] or "note"
        title = callout[2] if callout[2] is not None else _CALLOUT_NAMES.get(kind, "说明")
        if title:
            self.blocks.append(Text([Run(title, is_bold=True)], "callout"))
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif line.startswith("    "):
                self.read_paragraph("callout")
            else:
                break

    def read_quote(self) -> None:
        paragraph: list[str] = []
        while self.at < len(self.lines) and self.lines[self.at].lstrip().startswith(">"):
            line = self.lines[self.at].lstrip()[1:]
            if line.strip():
                paragraph.append(line)
            else:
                self.add_text(paragraph, "quote")
                paragraph = []
            self.at += 1
        self.add_text(paragraph, "quote")

    def add_text(self, lines: list[str], kind: str) -> None:
        if lines:
            self.blocks.append(Text(read_inline(join_lines(lines)), kind))

    def is_table(self) -> bool:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        return (
            "|" in self.lines[self.at]
            and "|" in following
            and "-" in following
            and _DASH_SIGNS.issuperset(following)
        )

    def read_table(self) -> None:
        header = split_row(self.lines[self.at])
        rows = [header]
        self.at += 2
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            cells = split_row(self.lines[self.at])
            rows.append((cells + [""] * len(header))[: len(header)])
            self.at += 1
        self.blocks.append(Table([[read_inline(cell) for cell in row] for row in rows]))

    def read_item(self, item: re.Match[str]) -> None:
        level = DEEPEST_ITEM if len(item[1]) >= 2 and self.find_item(0) else 0
        number = int(item[2][:-1]) if item[2][0].isdigit() else None
        before = self.find_item(level)
        is_first = before is None or (before.number is None) != (number is None)
        lines = [self.lines[self.at][item.end() :]]
        self.at += 1
        while self.at < len(self.lines) and not self.begins_block(self.lines[self.at]):
            lines.append(self.lines[self.at])
            self.at += 1
        self.blocks.append(Item(level, number, read_inline(join_lines(lines)), is_first))

    def find_item(self, level: int) -> Item | None:
        """The item of that level that the next one would follow in the same list."""
        for block in reversed(self.blocks[-_LOOK_BACK:]):
            if not isinstance(block, Item) or block.level < level:
                return None
            if block.level == level:
                return block
        return None

    def read_paragraph(self, kind: str) -> None:
        lines = [self.lines[self.at]]
        self.at += 1
        while self.at < len(self.lines) and not self.begins_block(self.lines[self.at]):
            lines.append(self.lines[self.at])
            self.at += 1
        self.add_text(lines, kind)

    def begins_block(self, line: str) -> bool:
        """Whether a line ends the paragraph before it."""
        return (
            not line.strip()
            or line.lstrip().startswith((">", "!!!"))
            or any(pattern.match(line) for pattern in (_HEADING, _FENCE, _ITEM, _RULE))
            or self.is_table()
        )


_LOOK_BACK = 500  # inner items between two outer ones


def split_row(line: str) -> list[str]:
    """The cells of a pipe table's row; an escaped pipe is part of its cell."""
    text = line.strip()
    text = text[1:] if text.startswith("|") else text
    cells = re.split(r"(?<!\\)\|", text)
    if not cells[-1].strip():
        cells.pop()
    return [cell.strip().replace("\\|", "|") for cell in cells] or [""]
