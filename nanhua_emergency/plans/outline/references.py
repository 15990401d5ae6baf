"""Finds what a plan's body asks of the registers, such as {{岗位:防汛指挥长}}."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from nanhua_emergency.plans.outline.code_spans import hide_code, split_lines
from nanhua_emergency.plans.outline.sections import heading_at, list_sections

Kind = Literal["岗位", "名录"]
_KINDS: dict[str, Kind] = {"岗位": "岗位", "名录": "名录"}
_BRACES = re.compile(r"\{\{([^{}]{1,200})\}\}")
_HALF_WIDTH = str.maketrans("：｜＝", ":|=")


@dataclass(frozen=True)
class Reference:
    """A place in the text that the registers fill in, such as {{岗位:防汛指挥长}}."""

    kind: Kind
    name: str
    filter: tuple[str, str] | None
    line: int
    heading: str

    @property
    def key(self) -> str:
        """A reference in one form, however its text has it: “名录:物资｜类别=防汛”."""
        narrowed = f"｜{self.filter[0]}={self.filter[1]}" if self.filter else ""
        return f"{self.kind}:{self.name}{narrowed}"


def list_references(body: str) -> list[Reference]:
    """List what the registers are asked to fill in, in the order of the text."""
    sections = list_sections(body)
    return [
        Reference(*read, line, heading_at(sections, line))
        for line, content in _list_braces(body)
        if (read := _read_reference(content))
    ]


def replace_references(body: str, say: Callable[[Reference], str]) -> str:
    """The text with each readable reference said in words; code and what cannot be read stay."""
    lines = split_lines(body)
    hidden = hide_code(lines)
    return "\n".join(
        _replace_in(line, plain, number, say)
        for number, (line, plain) in enumerate(zip(lines, hidden, strict=True), start=1)
    )


def _replace_in(line: str, plain: str, number: int, say: Callable[[Reference], str]) -> str:
    for match in reversed(list(_BRACES.finditer(plain))):
        read = _read_reference(match[1])
        if read:
            line = line[: match.start()] + say(Reference(*read, number, "")) + line[match.end() :]
    return line


def list_unreadable_references(body: str) -> list[tuple[int, str]]:
    """List what looks like a reference but cannot be read, each with its line."""
    found = [
        (line, "{{" + content + "}}")
        for line, content in _list_braces(body)
        if not _read_reference(content)
    ]
    for number, line in enumerate(hide_code(split_lines(body)), start=1):
        left = _BRACES.sub("", line)
        if "{{" in left:
            found.append((number, left[left.index("{{") :][:20]))
    return sorted(found)


def _list_braces(body: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(hide_code(split_lines(body)), start=1):
        for match in _BRACES.finditer(line):
            yield number, match[1]


def _read_reference(content: str) -> tuple[Kind, str, tuple[str, str] | None] | None:
    plain = content.translate(_HALF_WIDTH).replace("\\|", "|")
    kind, _, rest = plain.partition(":")
    name, bar, condition = (piece.strip() for piece in rest.partition("|"))
    key, _, value = (piece.strip() for piece in condition.partition("="))
    known = _KINDS.get(kind.strip())
    if not known or not name or (bar and not (key and value)):
        return None
    return known, name, (key, value) if bar else None
