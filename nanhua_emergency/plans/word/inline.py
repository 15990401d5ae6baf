"""Reads the inline marks of a plan's Markdown (bold, italic, code, links, escapes) as runs."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Bounded repeats keep the scan linear on a line of a million brackets.
_TOKEN = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()<>#+\-.!|~:&\"'])"
    r"|(?P<reference>\{\{[^{}\n]{1,80}\}\})"
    r"|``(?P<code2>[^\n]{1,200}?)``|`(?P<code>[^`\n]{1,500})`"
    r"|(?P<image>!)?\[(?P<words>[^\[\]\n]{0,200})\]\((?P<target>[^()\s]{0,500})\)"
    r"|(?P<entity>&(?:amp|lt|gt|quot|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,5});)"
    r"|(?P<line_break><br\s{0,3}/?>)"
    r"|(?P<mark>\*{1,3}|_{1,3})"
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set alike; a line break in it is a newline."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False


@dataclass(slots=True)
class _Token:
    text: str
    is_code: bool = False
    mark: str = ""
    may_open: bool = False
    may_close: bool = False
    opens: bool = False
    closes: bool = False


def read_inline(text: str) -> list[Run]:
    """The runs of a paragraph; a mark without its partner stays as text."""
    tokens = list(_tokenise(text))
    _pair(tokens)
    return _set_runs(tokens)


def read_plain(text: str) -> str:
    """The same without its marks."""
    return "".join(run.text for run in read_inline(text))


def _tokenise(text: str) -> Iterator[_Token]:
    at = 0
    for found in _TOKEN.finditer(text):
        yield _Token(text[at : found.start()])
        yield _read_token(text, found)
        at = found.end()
    yield _Token(text[at:])


def _read_token(text: str, found: re.Match[str]) -> _Token:
    parts = found.groupdict()
    if parts["mark"]:
        return _read_mark(text, found)
    if code := parts["code"] or parts["code2"]:
        return _Token(code, is_code=True)
    if parts["words"] is not None:
        return _Token(_write_link(parts))
    if parts["line_break"]:
        return _Token("\n")
    return _Token(parts["escaped"] or parts["reference"] or html.unescape(parts["entity"]))


def _write_link(parts: dict[str, str | None]) -> str:
    words, target = parts["words"] or "", parts["target"] or ""
    if parts["image"]:
        return f"（图：{words}）" if words else ""
    return words if words == target or target.startswith("#") else f"{words}（{target}）"


def _read_mark(text: str, found: re.Match[str]) -> _Token:
    mark, before = found["mark"], text[max(found.start() - 1, 0) : found.start()]
    after = text[found.end() : found.end() + 1]
    may_open, may_close = bool(after.strip()), bool(before.strip())
    if mark[0] == "_":  # snake_case is no emphasis
        may_open = may_open and not _WORD.match(before)
        may_close = may_close and not _WORD.match(after)
    return _Token(mark, mark=mark, may_open=may_open, may_close=may_close)


def _pair(tokens: Sequence[_Token]) -> None:
    waiting: dict[str, _Token] = {}
    for token in tokens:
        opener = waiting.get(token.mark)
        if token.mark and opener is not None and token.may_close:
            opener.opens = token.closes = True
            del waiting[token.mark]
        elif token.mark and token.may_open:
            waiting[token.mark] = token


def _set_runs(tokens: Sequence[_Token]) -> list[Run]:
    runs: list[Run] = []
    bold = italic = 0
    for token in tokens:
        if token.opens or token.closes:
            step = 1 if token.opens else -1
            bold += step * (len(token.mark) >= 2)
            italic += step * (len(token.mark) != 2)
        elif token.text:
            runs.append(Run(token.text, bold > 0, italic > 0, token.is_code))
    return _merge(runs)


def _merge(runs: Sequence[Run]) -> list[Run]:
    merged: list[tuple[list[str], Run]] = []
    for run in runs:
        last = merged[-1][1] if merged else None
        if last is not None and _is_alike(last, run):
            merged[-1][0].append(run.text)
        else:
            merged.append(([run.text], run))
    return [Run("".join(texts), r.is_bold, r.is_italic, r.is_code) for texts, r in merged]


def _is_alike(one: Run, other: Run) -> bool:
    return (one.is_bold, one.is_italic, one.is_code) == (
        other.is_bold,
        other.is_italic,
        other.is_code,
    )


def join_lines(lines: Sequence[str]) -> str:
    """Lines of one paragraph; each line break is kept, as on the page."""
    return "\n".join(line.strip().removesuffix("\\") for line in lines)
