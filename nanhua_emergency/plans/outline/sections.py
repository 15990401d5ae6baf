"""Cuts a plan's Markdown body at its headings."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nanhua_emergency.plans.outline.anchors import name_headings
from nanhua_emergency.plans.outline.code_spans import hide_code, split_lines
from nanhua_emergency.plans.outline.tables import is_dashes

_LIST_MARK = re.compile(r"(?:[*+-]|\d+\.)\s")
_SIGNS = re.compile(r"[\s#*|`>_~{}\[\]\\]+")


@dataclass(frozen=True)
class Section:
    """One heading, and its own text up to the next heading of any level."""

    level: int
    title: str
    anchor: str
    line: int
    text: str


def list_sections(body: str) -> list[Section]:
    """List the sections under the ATX headings of a body; `line` counts from 1."""
    lines = split_lines(body)
    found = []
    for number, shown in enumerate(hide_code(lines)):
        heading = _read_heading(lines[number]) if shown.startswith("#") else None
        if heading:
            found.append((number, *heading))
    names = name_headings([(level, title) for _, level, title in found])
    ends = [*(number for number, _, _ in found[1:]), len(lines)]
    return [
        Section(level, name.title, name.anchor, number + 1, "\n".join(lines[number + 1 : end]))
        for (number, level, _), name, end in zip(found, names, ends, strict=False)
    ]


def _read_heading(line: str) -> tuple[int, str] | None:
    level = min(6, len(line) - len(line.lstrip("#")))
    written = line[level:]
    title = written.rstrip("#")
    if (len(title) - len(title.rstrip("\\"))) % 2:
        # An escaped # is part of the title; a lone backslash at the end, in
        # Python-Markdown, makes the line no heading at all.
        if title == written:
            return None
        title += "#"
    return level, title.strip()


def find_section(body: str, words: Iterable[str]) -> Section | None:
    """Find the first section whose title contains one of the words."""
    wanted = tuple(words)
    for section in list_sections(body):
        if any(word in section.title for word in wanted):
            return section
    return None


def list_subsections(sections: Sequence[Section], index: int) -> Iterator[Section]:
    """Go through the section at an index and all below it, in order."""
    yield sections[index]
    for following in range(index + 1, len(sections)):
        if sections[following].level <= sections[index].level:
            return
        yield sections[following]


def heading_at(sections: Sequence[Section], line: int) -> str:
    """Return the title that a line stands under, "" before the first heading."""
    index = bisect_right(sections, line, key=lambda section: section.line)
    return sections[index - 1].title if index else ""


def count_characters(body: str) -> int:
    """Count the characters of a text that are neither white space nor Markdown signs."""
    lines = (line.lstrip("> \t") for line in split_lines(body) if not is_dashes(line))
    return sum(len(_SIGNS.sub("", _without_mark(line))) for line in lines)


def _without_mark(line: str) -> str:
    mark = _LIST_MARK.match(line)
    return line[mark.end() :] if mark else line
