"""Lists the paragraphs, list items and table rows of a plan, to compare them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nanhua_emergency.plans.outline.code_spans import split_lines
from nanhua_emergency.plans.outline.tables import is_dashes

_LIST_MARK = re.compile(r"[ \t]*(?:[*+-]|\d+\.)\s+")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, a list item or a table row, and the line it begins on, from 1."""

    line: int
    text: str


def list_paragraphs(body: str) -> Iterator[Paragraph]:
    """Go through what a reader would call paragraphs; headings and table headers are none."""
    start, kept = 0, list[str]()
    for number, line in enumerate([*_without_headers(split_lines(body)), ""], start=1):
        mark = _LIST_MARK.match(line)
        if kept and (mark or not line.strip() or _is_alone(line) or _is_alone(kept[-1])):
            yield Paragraph(start, "\n".join(kept))
            kept = []
        if line.strip():
            start = start if kept else number
            kept.append(line[mark.end() :] if mark else line.strip())


def _is_alone(line: str) -> bool:
    return line.lstrip(" ").startswith("|")


def _without_headers(lines: list[str]) -> list[str]:
    """Empty the headings, the rows of dashes and the table headers above them."""
    shown = ["" if line.startswith("#") else line for line in lines]
    for number, line in enumerate(lines):
        if number and is_dashes(line):
            shown[number - 1 : number + 1] = ["", ""]
    return shown
