"""Tells what in a Markdown text is code, so that nothing inside it counts as a heading."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

_INFO = re.compile(r"\{.*\}|\.?[\w#.+-]*(?: *hl_lines=.*)?")
_CONTAINER = re.compile(r" {0,3}(?:[*+-]|\d+\.) |!!!|\?\?\?|\[\^")
_INDENTS = ("    ", "\t", " \t", "  \t", "   \t")
_TICKS = re.compile(r"`+")
_NOT_NEWLINE = re.compile(r"[^\n]")


def split_lines(text: str) -> list[str]:
    """Split at newlines only, as Python-Markdown does; CRLF and CR count as newlines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def hide_code(lines: list[str]) -> list[str]:
    """Return the lines with fenced, indented and inline code turned into as many spaces."""
    fenced = _blank(lines, _fenced_lines(lines))
    hidden = _blank(fenced, _indented_lines(fenced))
    for start, end in _inline_units(hidden):
        unit = "\n".join(hidden[start:end])
        if "`" in unit:
            hidden[start:end] = _hide_spans(unit).split("\n")
    return hidden


def _blank(lines: list[str], numbers: set[int]) -> list[str]:
    return [" " * len(line) if n in numbers else line for n, line in enumerate(lines)]


def _fenced_lines(lines: list[str]) -> set[int]:
    """A fence that is never closed is ordinary text, as in Python-Markdown."""
    closings: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        run = line.rstrip(" ")
        if run and run == _fence_run(line):
            closings[run].append(number)
    found: set[int] = set()
    number = 0
    while number < len(lines):
        end = _fence_end(lines[number], number, closings)
        if end is not None:
            found.update(range(number, end + 1))
            number = end
        number += 1
    return found


def _fence_run(line: str) -> str:
    if not line.startswith(("```", "~~~")):
        return ""
    return line[: len(line) - len(line.lstrip(line[0]))]


def _fence_end(line: str, number: int, closings: dict[str, list[int]]) -> int | None:
    run = _fence_run(line)
    if not run or not _INFO.fullmatch(line[len(run) :].strip(" ")):
        return None
    ends = closings.get(run, [])
    position = bisect_right(ends, number)
    return ends[position] if position < len(ends) else None


def _indented_lines(lines: list[str]) -> set[int]:
    """Four spaces after a blank line are code, unless they continue a list or a note."""
    found: set[int] = set()
    may_begin, in_container = True, False
    for number, line in enumerate(lines):
        if not line.strip():
            may_begin = True
        elif line.startswith(_INDENTS):
            if may_begin and not in_container:
                found.add(number)
        else:
            in_container = bool(_CONTAINER.match(line)) or (in_container and not may_begin)
            may_begin = line.startswith("#")
    return found


def _inline_units(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Inline code ends with its paragraph; a heading or a table row is one by itself."""
    start = 0
    for number, line in enumerate(lines):
        if not line.strip() or line.startswith("#") or line.lstrip(" ").startswith("|"):
            yield start, number
            yield number, number + 1
            start = number + 1
    yield start, len(lines)


def _hide_spans(text: str) -> str:
    runs = [match.span() for match in _TICKS.finditer(text)]
    by_length: dict[int, list[int]] = defaultdict(list)
    for index, (start, end) in enumerate(runs):
        by_length[end - start].append(index)
    pieces, shown, index = [], 0, 0
    while index < len(runs):
        start, end = runs[index]
        start += _is_escaped(text, start)
        closing = _next_after(by_length.get(end - start, []), index)
        if closing is not None:
            span_end = runs[closing][1]
            pieces += [text[shown:start], _NOT_NEWLINE.sub(" ", text[start:span_end])]
            shown, index = span_end, closing
        index += 1
    return "".join([*pieces, text[shown:]])


def _next_after(indexes: list[int], index: int) -> int | None:
    position = bisect_right(indexes, index)
    return indexes[position] if position < len(indexes) else None


def _is_escaped(text: str, position: int) -> bool:
    start = position
    while start and text[start - 1] == "\\":
        start -= 1
    return (position - start) % 2 == 1
