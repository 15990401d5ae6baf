"""Draws bar charts as SVG: by patterns as well as colours, so that they survive a copier."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# A phone of 360 px shows the chart about as wide as it is drawn, so its text stays at 16 px.
WIDTH = 360
TEXT = 18
ROW = 32
BAR = 22
MOST_LABEL = 160
INK = "#1c2530"
FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"

# Fill and marks of each series: dark and light take turns, and no two have the same marks.
_MARKS = (
    ("#12406b", ""),
    ("#f6c667", '<path d="M0 8L8 0" stroke="#5c3b00" stroke-width="1.6"/>'),
    ("#ffffff", '<circle cx="4" cy="4" r="1.7" fill="#1f6b3a"/>'),
    ("#b3261e", '<path d="M0 4H8" stroke="#ffffff" stroke-width="2"/>'),
    ("#cfe3f3", '<path d="M0 0L8 8M0 8L8 0" stroke="#12406b" stroke-width="1"/>'),
    ("#6b7683", '<path d="M4 0V8" stroke="#ffffff" stroke-width="2"/>'),
)
MOST_SERIES = len(_MARKS)


@dataclass(frozen=True)
class Series:
    """One kind of thing and how many of it stand at each label, in the labels' order."""

    name: str
    values: tuple[int, ...]


def bar_chart(title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str) -> str:
    """One bar a label, each made of the series one after another; its total stands behind it.

    The result is a whole SVG document. At most `MOST_SERIES` series can be told apart: gather
    the others first with `gather_small`.
    """
    totals = [sum(each.values[n] for each in series) for n in range(len(labels))]
    legend, top = _draw_legend(series)
    left = min(MOST_LABEL, max((_width(label) for label in labels), default=0)) + 10
    right = WIDTH - max((_width(str(total)) for total in totals), default=0) - 10
    scale = (right - left) / max([1, *totals])
    rows = [
        _draw_row(label, [each.values[n] for each in series], totals[n],
                  left=left, top=top + n * ROW, scale=scale)
        for n, label in enumerate(labels)
    ]  # fmt: skip
    said = "；".join(f"{label} {total} {unit}" for label, total in zip(labels, totals, strict=True))
    return _document(title, said, [*_draw_patterns(len(series)), *legend, *rows],
                     height=top + len(labels) * ROW + 4)  # fmt: skip


def gather_small(series: Sequence[Series], *, name: str) -> list[Series]:
    """The greatest series as they are, and the rest as one, so that all can be told apart."""
    if len(series) <= MOST_SERIES:
        return list(series)
    ranked = sorted(series, key=lambda each: -sum(each.values))
    kept, rest = ranked[: MOST_SERIES - 1], ranked[MOST_SERIES - 1 :]
    gathered = tuple(map(sum, zip(*(each.values for each in rest), strict=True)))
    return [*(each for each in series if each in kept), Series(name, gathered)]


def _document(title: str, said: str, parts: Sequence[str], *, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="title said" font-family="{FONTS}" '
        f'font-size="{TEXT}" fill="{INK}"><title id="title">{escape(title)}</title>'
        f'<desc id="said">{escape(said)}</desc><rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _draw_patterns(count: int) -> list[str]:
    return [
        f'<pattern id="p{n}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{fill}"/>{marks}</pattern>'
        for n, (fill, marks) in enumerate(_MARKS[:count])
    ]


def _draw_legend(series: Sequence[Series]) -> tuple[list[str], int]:
    """The names with their patterns, broken into lines; and where the bars may begin."""
    parts, left, top = [], 0, 0
    for n, each in enumerate(series):
        name = _cut(each.name, WIDTH - 40)
        width = 26 + _width(name) + 14
        if left and left + width > WIDTH:
            left, top = 0, top + ROW
        parts.append(_draw_box(n, left + 1, top + 5, 20, BAR - 2))
        parts.append(f'<text x="{left + 27}" y="{top + 22}">{escape(name)}</text>')
        left += width
    return parts, top + ROW + 10


def _draw_row(
    label: str, values: Sequence[int], total: int, *, left: int, top: int, scale: float
) -> str:
    parts, at = (
        [f'<text x="0" y="{top + 18}">{escape(_cut(label, MOST_LABEL))}</text>'],
        float(left),
    )
    for n, value in enumerate(values):
        if value:
            parts.append(_draw_box(n, at, top, value * scale, BAR))
            at += value * scale
    parts.append(f'<text x="{at + 6:.1f}" y="{top + 18}">{total}</text>')
    return "".join(parts)


def _draw_box(n: int, left: float, top: float, width: float, height: float) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{height}" '
        f'fill="url(#p{n})" stroke="{INK}" stroke-width="1"/>'
    )


def _width(text: str) -> int:
    """About how wide a text is drawn: a Chinese character is as wide as it is high."""
    return sum(TEXT if ord(one) > 0x2E7F else round(TEXT * 0.6) for one in text)


def _cut(text: str, room: int) -> str:
    """As much of a text as there is room for."""
    while _width(text) > room:
        text = f"{text.rstrip('…')[:-1]}…"
    return text
