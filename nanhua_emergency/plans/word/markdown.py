"""Writes text that came from Word as Markdown that reads back as the same text."""

import re
from collections.abc import Iterable, Sequence

from nanhua_emergency.plans.word.text import Piece

_ANYWHERE = re.compile(
    r"[\\`*]|(?<![^\W_])_|_(?![^\W_])|\](?=[(:\[])|<(?=\s*[A-Za-z/!?])|&(?=#|[A-Za-z])"
)
_AT_START = re.compile(r"^(?:#{1,6}(?=\s|$)|[-+>](?=\s|$)|!!!|~~~|={3,}\s*$|-{3,}\s*$)")
_NUMBER_AT_START = re.compile(r"^(\d{1,9})([.)])(?=\s)")
_SPACES = re.compile(r" {2,}")
_NO_SPACE_AFTER = "。；，、：！？）”》…"


def escape(text: str) -> str:
    """Text with the signs that Markdown would take for its own marked as plain."""
    return _ANYWHERE.sub(_escape_one, text)


def _escape_one(found: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(found[0], "\\" + found[0])


def escape_start(line: str) -> str:
    """A paragraph's line that must not be taken for a heading, a list or a rule."""
    line = _NUMBER_AT_START.sub(r"\1\\\2", line)
    return "\\" + line if _AT_START.match(line) else line


def write_lines(pieces: Sequence[Piece], *, keep_bold: bool = True) -> list[str]:
    """The lines of a paragraph (a line break in Word begins one), bold marked; empty ones go."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for piece in pieces:
        for index, text in enumerate(piece.text.split("\n")):
            if index:
                lines.append([])
            lines[-1].append((text, keep_bold and piece.look.is_bold))
    written = (_write_line(line) for line in lines)
    return [line for line in written if line]


def _write_line(parts: Iterable[tuple[str, bool]]) -> str:
    runs: list[tuple[list[str], bool]] = []
    for text, is_bold in parts:
        # Space is neither bold nor not: it must not break a bold stretch in two.
        if runs and (runs[-1][1] == is_bold or not text.strip()):
            runs[-1][0].append(text)
        else:
            runs.append(([text], is_bold))
    line = "".join(_write_run("".join(texts), is_bold) for texts, is_bold in runs)
    return _SPACES.sub(" ", line).strip()


def _write_run(text: str, is_bold: bool) -> str:
    inner = text.strip()
    if not is_bold or not inner:
        return escape(text)
    before, _, after = text.partition(inner)
    return f"{before}**{escape(inner)}**{after}"


def join_lines(lines: Iterable[str]) -> str:
    """Several lines as one, for a table cell or a heading: a space where no sign parts them."""
    joined = ""
    parts: list[str] = []
    for line in lines:
        if parts and joined[-1:] not in _NO_SPACE_AFTER:
            parts.append(" ")
        parts.append(line)
        joined = line
    return "".join(parts)


def as_cell(text: str) -> str:
    """A value on one line, with a wide bar for one that would end the cell."""
    return text.replace("|", "｜").replace("\n", " ")


def write_table(rows: Sequence[Sequence[str]]) -> str:
    """A pipe table; the first row is its header, short rows are filled up."""
    width = max(len(row) for row in rows)
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in full]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)
