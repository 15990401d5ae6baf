"""A plan's text cut into passages (headings, table rows, list items, paragraphs) and sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
HEADING = re.compile(r"(#{1,6})[ \t\u3000]+(.*)")
ROW = re.compile(r"[ \t]*\|")
ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t\u3000]")
FENCE = re.compile(r" {0,3}(```|~~~)")
# Possessive quantifiers (++): a megabyte on one line is read once, never gone back over.
SENTENCE = re.compile(r"[\r\n]++|[^。！？；\r\n]*+[。！？；]++[”’」』）》]*+|[^。！？；\r\n]++")
CLAUSE = re.compile(r"[\r\n]++|[^，、,：:|\s]*+(?:[，、,：:|]|[^\S\r\n]++)|[^，、,：:|\s]++")
# A plan has some hundreds of lines; a text of more than this is handled as a whole.
MOST_LINES = 20_000


class PassageKind(StrEnum):
    """What a passage is in Markdown, as far as comparing and merging need to know."""

    HEADING = "heading"
    ROW = "row"
    ITEM = "item"
    PARAGRAPH = "paragraph"
    CODE = "code"
    BLANK = "blank"


@dataclass(frozen=True)
class Passage:
    """One stretch of text that people move or change as a whole, and the line ends after it."""

    kind: PassageKind
    content: str
    gap: str

    @property
    def text(self) -> str:
        """The passage exactly as it stands in the plan."""
        return self.content + self.gap

    @property
    def level(self) -> int:
        """1 to 6 for a heading, 0 for anything else."""
        found = self._as_heading()
        return len(found[1]) if found else 0

    @property
    def title(self) -> str:
        """A heading's words with their number, without the signs; "" for anything else."""
        found = self._as_heading()
        return found[2].rstrip(" \t#") if found else ""

    def _as_heading(self) -> re.Match[str] | None:
        return HEADING.match(self.content) if self.kind is PassageKind.HEADING else None


@dataclass(frozen=True)
class _Line:
    content: str
    end: str

    @property
    def is_blank(self) -> bool:
        return not self.content.strip()


def normalise_line_ends(text: str) -> str:
    """The text with every line ended as on Unix; browsers send CRLF, old Macs CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def has_too_many_lines(text: str) -> bool:
    """Whether cutting the text into passages would take longer than a person waits."""
    return text.count("\n") + text.count("\r") > MOST_LINES


def cut_passages(text: str) -> list[Passage]:
    """The text's passages in order; joining their `text` gives the text back exactly."""
    lines = [_Line(*found.groups()) for found in LINE.finditer(text) if found[0]]
    spans = list(_list_spans(lines))
    ends = [start for start, _, _ in spans[1:]] + [len(lines)] * bool(spans)
    return [
        _make_passage(kind, lines[start:stop], lines[stop:end])
        for (start, stop, kind), end in zip(spans, ends, strict=True)
    ]


def cut_sentences(text: str) -> list[str]:
    """The text cut after 。！？； and around line ends; joining gives the text back exactly."""
    return SENTENCE.findall(text)


def cut_clauses(text: str) -> list[str]:
    """The text cut after commas, colons, cell borders and spaces; nothing is lost."""
    return CLAUSE.findall(text)


def is_weak(unit: str) -> bool:
    """Whether a unit says nothing of its place: line ends, blanks, a table's rule."""
    return not unit.strip("|-:—＿_* \t\r\n\u3000")


def list_headings(passages: list[Passage]) -> list[str]:
    """For each passage the title of the heading it stands under; "" before the first."""
    titles, title = [], ""
    for passage in passages:
        if passage.kind is PassageKind.HEADING:
            title = passage.title
        titles.append(title)
    return titles


def _make_passage(kind: PassageKind, body: list[_Line], blanks: list[_Line]) -> Passage:
    content = "".join(line.content + line.end for line in body[:-1])
    gap = "".join(line.content + line.end for line in blanks)
    if not body:
        return Passage(kind, content, gap)
    return Passage(kind, content + body[-1].content, body[-1].end + gap)


def _list_spans(lines: list[_Line]) -> Iterator[tuple[int, int, PassageKind]]:
    """First line, line after the last, and kind of each passage; blank lines lie between them."""
    closings = _list_closings(lines)
    at = _skip_blanks(lines, 0)
    if at:
        yield 0, 0, PassageKind.BLANK
    while at < len(lines):
        kind, stop = PassageKind.CODE, closings.get(at, at) + 1
        if at not in closings:
            kind = _tell_kind(lines[at])
            stop = _find_stop(lines, at, kind, closings)
        yield at, stop, kind
        at = _skip_blanks(lines, stop)


def _skip_blanks(lines: list[_Line], at: int) -> int:
    while at < len(lines) and lines[at].is_blank:
        at += 1
    return at


def _tell_kind(line: _Line) -> PassageKind:
    if HEADING.match(line.content):
        return PassageKind.HEADING
    if ROW.match(line.content):
        return PassageKind.ROW
    return PassageKind.ITEM if ITEM.match(line.content) else PassageKind.PARAGRAPH


def _find_stop(lines: list[_Line], start: int, kind: PassageKind, closings: dict[int, int]) -> int:
    """Paragraphs and items go on over plain lines; headings and rows are one line."""
    stop = start + 1
    if kind in (PassageKind.HEADING, PassageKind.ROW):
        return stop
    while stop < len(lines) and _goes_on(lines[stop]) and stop not in closings:
        stop += 1
    return stop


def _goes_on(line: _Line) -> bool:
    return not line.is_blank and _tell_kind(line) is PassageKind.PARAGRAPH


def _list_closings(lines: list[_Line]) -> dict[int, int]:
    """The closing line of every fenced block by its opening line; an unclosed fence is text."""
    closings: dict[int, int] = {}
    opened_at, sign = -1, ""
    for number, line in enumerate(lines):
        fence = FENCE.match(line.content)
        if fence and opened_at < 0:
            opened_at, sign = number, fence[1]
        elif fence and fence[1] == sign:
            closings[opened_at] = number
            opened_at = -1
    return closings
