"""Numbers with their units, times and telephone numbers in a plan, and which of them changed."""

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from nanhua_emergency.plans.compare.alignment import align, list_gaps


class FigureKind(StrEnum):
    """What a figure counts as when changes are listed."""

    NUMBER = "number"
    TIME = "time"
    PHONE = "phone"


FIGURE_LABELS = {
    FigureKind.NUMBER: "数字",
    FigureKind.TIME: "时间",
    FigureKind.PHONE: "电话",
}

NUMBER = r"\d++(?:[.．]\d++)?"
RANGE = rf"{NUMBER}(?:\s?[—–~～至-]{{1,2}}\s?{NUMBER})?"
CHINESE = r"[〇零一二两三四五六七八九十百千万亿半]"
UNITS = (
    "个工作日|个小时|个月|工作日|分钟|小时|刻钟|秒|天|日|周|年|人次|人|名|户|箱|辆|台|套|处|支|顶|床|"
    "公斤|千克|吨|升|亩|公顷|平方公里|平方米|立方米|公里|千米|毫米|厘米|米|亿元|万元|元|级|次|倍"
)
COUNTED = "个|头|只|件|度|克|℃|°C|%|％|‰|(?:km|mm|cm|kg|kW|kV|MPa|m|t)(?![A-Za-z])"
# Public numbers a plan may name: fire, police, ambulance, traffic, warnings, hotlines, power.
SHORT_CODES = "110|119|120|122|12379|12345|12350|12315|12369|95598"

FIGURE = re.compile(
    rf"""
    (?=[\d\#\s]|{CHINESE})(?:
    (?P<skip>^[ \t]*(?:\#{{1,6}}[ \t\u3000]+(?:[\d.]++(?=\s))?|\d{{1,3}}[.)](?=\s)|\d{{1,3}}、))
    |(?P<phone>(?<!\d)(?:
        1[3-9]\d[ -]?[\d*]{{4}}[ -]?\d{{4}}
        |0\d{{2,3}}[ —-]?\d{{7,8}}
        |[48]00[ -]?\d{{3}}[ -]?\d{{4}}
    )(?!\d))
    |(?P<time>(?<!\d)(?:
        \d{{4}}\s?年(?:\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?日)?)?
        |\d{{4}}(?P<mark>[-/.])\d{{1,2}}(?P=mark)\d{{1,2}}(?!\d)
        |\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?日)?
        |\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?(?!\d)
        |\d{{1,2}}\s?时(?![间候])(?:\s?\d{{1,2}}\s?分(?!钟)|半|整)?
        |\d{{1,2}}\s?点(?:\s?\d{{1,2}}\s?分(?!钟)|半|整|钟)
        |{CHINESE}{{1,3}}[时点]{CHINESE}{{1,3}}分(?!钟)
    ))
    |(?P<number>{RANGE}\s?(?:{UNITS}|{COUNTED})|(?<!{CHINESE}){CHINESE}{{1,9}}+(?:{UNITS}))
    |(?P<code>(?<![\d.])(?:{SHORT_CODES})(?![\d.]*\d))
    |(?P<plain>{RANGE})
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
KINDS = {
    "phone": FigureKind.PHONE,
    "code": FigureKind.PHONE,
    "time": FigureKind.TIME,
    "number": FigureKind.NUMBER,
    "plain": FigureKind.NUMBER,
}
MOST_FIGURES = 2_000


@dataclass(frozen=True)
class Figure:
    """One figure as it is written, and the character at which it starts."""

    kind: FigureKind
    text: str
    start: int

    @property
    def key(self) -> str:
        """The figure without its way of writing: width of digits and spaces."""
        return self.kind + "".join(unicodedata.normalize("NFKC", self.text).split())

    @property
    def unit(self) -> str:
        """What the figure counts: its kind and its words without the digits."""
        return re.sub(rf"[\d.．*—–~～至\s-]|{CHINESE}", "", self.key)


# What a figure was and what it is now; one of them may be missing.
Pair = tuple[Figure | None, Figure | None]


@dataclass(frozen=True)
class FigureChange:
    """A figure that changed; `old` is "" when it was added, `new` when it was removed."""

    kind: FigureKind
    old: str
    new: str
    heading: str


def list_figures(text: str) -> list[Figure]:
    """The figures of a text in order, without the numbers of headings and list items.

    A passage with more than 2,000 figures is not a plan's: what follows is left out.
    """
    figures = (
        Figure(KINDS[found.lastgroup], found[0], found.start())
        for found in FIGURE.finditer(text)
        if found.lastgroup in KINDS
    )
    return list(islice(figures, MOST_FIGURES))


def list_figure_changes(old: str, new: str, heading: str) -> list[FigureChange]:
    """The figures that differ between two versions of a passage under a heading."""
    old_figures, new_figures = list_figures(old), list_figures(new)
    runs = align([one.key for one in old_figures], [one.key for one in new_figures])
    gaps = list_gaps(runs, len(old_figures), len(new_figures))
    return [
        _make_change(pair, heading)
        for gap in gaps
        for pair in sorted(
            _pair(old_figures[gap.old : gap.old_end], new_figures[gap.new : gap.new_end]),
            key=lambda pair: _tell_figure(pair).start,
        )
    ]


def _make_change(pair: Pair, heading: str) -> FigureChange:
    was, now = pair
    kind = _tell_figure(pair).kind
    return FigureChange(kind, was.text if was else "", now.text if now else "", heading)


def _pair(old: Sequence[Figure], new: Sequence[Figure]) -> Iterator[Pair]:
    """Each old figure with the new one in its stead: of the same unit, else of the same kind."""
    for name in (_name_by_unit, _name_by_kind):
        pairs, old, new = _match(old, new, name)
        yield from pairs
    yield from ((figure, None) for figure in old)
    yield from ((None, figure) for figure in new)


def _tell_figure(pair: Pair) -> Figure:
    """The figure as it stands, or the one that is gone."""
    figure = pair[1] or pair[0]
    if figure is None:
        raise ValueError("a change has an old or a new figure")
    return figure


def _name_by_unit(figure: Figure) -> str:
    return figure.unit


def _name_by_kind(figure: Figure) -> str:
    return figure.kind


def _match(
    old: Sequence[Figure], new: Sequence[Figure], name: Callable[[Figure], str]
) -> tuple[list[tuple[Figure, Figure]], list[Figure], list[Figure]]:
    """Figures of one name paired, first with first, and what is left of both sides."""
    waiting: dict[str, deque[Figure]] = defaultdict(deque)
    for figure in old:
        waiting[name(figure)].append(figure)
    pairs: list[tuple[Figure, Figure]] = []
    rest = []
    for figure in new:
        if waiting[name(figure)]:
            pairs.append((waiting[name(figure)].popleft(), figure))
        else:
            rest.append(figure)
    return pairs, [figure for queue in waiting.values() for figure in queue], rest
