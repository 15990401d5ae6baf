"""The town's own headings, found in a table and matched to the columns of a register."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.sheets.columns import Column, Raw
from nanhua_emergency.registers.sheets.table import Table
from nanhua_emergency.registers.sheets.wording import (
    as_text,
    bare_heading,
    normal_heading,
    one_line,
)

# The key under which a person says that a column is not to be read.
IGNORED = ""
# Headings of columns that carry nothing: counting, and what this program adds itself.
PROBLEM_HEADING, EXAMPLE_HEADING = "问题", "填写说明"
_PHONES = frozenset(("电话", "联系电话", "电话号码", "手机", "手机号", "手机号码", "联系方式"))
_SILENT = frozenset(("序号", "行号", "no", PROBLEM_HEADING, EXAMPLE_HEADING))
# Titles, units and remarks above the headings take a few lines at most.
_LOOKED_AT = 30
_DEEPEST = 3


class NoHeading(RuleBroken):
    """The sheet has nothing that could be headings."""


@dataclass(frozen=True)
class HeadingMap:
    """Which column of a table is which column of the register.

    `headings` are the table's, by position; `keys` those that are understood; `unmapped` waits
    for a person's word; `missing` are required columns that no heading was found for.
    """

    heading_row: int
    first_row: int
    headings: dict[int, str]
    keys: dict[int, str]
    unmapped: tuple[str, ...]
    missing: tuple[Column, ...]
    lines: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    def is_repeated_heading(self, line: Sequence[Raw]) -> bool:
        """Whether a line says the headings again, as at the top of each printed page."""
        # Cell by cell, for nearly every line differs in its first.
        return any(
            all(
                normal_heading(as_text(raw)) == word
                for raw, word in zip_longest(line, known, fillvalue="")
            )
            for known in self.lines
        )


def remember(remembered: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """What was remembered, and what a person now says: heading to column key, or IGNORED."""
    return dict(remembered) | {normal_heading(head): key for head, key in answers.items()}


def guess_mapping(
    table: Table, columns: Sequence[Column], remembered: Mapping[str, str] | None = None
) -> HeadingMap:
    """Find the headings and what each means; a person's remembered word comes first.

    Where no heading is known the widest of the first lines is taken for them.
    """
    matcher = _Matcher(columns, remembered or {})
    best: tuple[int, dict[int, list[str]], int, int] | None = None
    for row in range(min(len(table.rows), _LOOKED_AT)):
        for depth in _depths(table, row):
            names = _names(table, row, depth)
            score = len(matcher.match(names))
            # At the same score the shallower is right: the line above it is a title.
            if score and (best is None or (score, -depth) > (best[0], -best[3])):
                best = (score, names, row, depth)
    if best is None:
        row = _widest_row(table)
        best = (0, _names(table, row, 1), row, 1)
    return _make(table, matcher, *best[1:])


def score_table(table: Table, columns: Sequence[Column], remembered: Mapping[str, str]) -> int:
    """How many columns of the register the headings of a table name."""
    if not table.rows:
        return 0
    return len(guess_mapping(table, columns, remembered).keys)


def _make(
    table: Table, matcher: "_Matcher", names: dict[int, list[str]], row: int, depth: int
) -> HeadingMap:
    keys = matcher.match(names)
    headings = {at: one_line(tries[0]) for at, tries in names.items()}
    unmapped = tuple(
        heading for at, heading in headings.items()
        if at not in keys and not matcher.is_silent(heading)
    )  # fmt: skip
    found = set(keys.values())
    missing = tuple(c for c in matcher.columns if c.is_required and c.key not in found)
    lines = tuple(_normal_line(table, row + step) for step in range(depth))
    return HeadingMap(row, row + depth, headings, keys, unmapped, missing, lines)


def _normal_line(table: Table, row: int) -> tuple[str, ...]:
    return _trim(tuple(normal_heading(as_text(raw)) for raw in table.rows[row]))


def _trim(line: tuple[str, ...]) -> tuple[str, ...]:
    end = len(line)
    while end and not line[end - 1]:
        end -= 1
    return line[:end]


class _Matcher:
    """Matches names to columns: a person's word, then exactly, then without what is in brackets."""

    def __init__(self, columns: Sequence[Column], remembered: Mapping[str, str]) -> None:
        self.columns = columns
        self._known = {column.key for column in columns}
        self._remembered = remembered
        self._exact: dict[str, str] = {}
        self._bare: dict[str, str] = {}
        for column in columns:
            for name in (column.heading, *column.aliases):
                self._exact.setdefault(normal_heading(name), column.key)
                self._bare.setdefault(bare_heading(name), column.key)

    def is_silent(self, heading: str) -> bool:
        """Whether nobody needs to be asked about a heading."""
        normal = normal_heading(heading)
        return normal in _SILENT or self._remembered.get(normal) == IGNORED

    def match(self, names: Mapping[int, Sequence[str]]) -> dict[int, str]:
        """Position to key; each key once, the surest match first, then the leftmost."""
        keys: dict[int, str] = {}
        taken: set[str] = set()
        for at, key in self._by_certainty(names):
            if at not in keys and key not in taken:
                keys[at] = key
                if key != IGNORED:
                    taken.add(key)
        return {at: key for at, key in sorted(keys.items()) if key != IGNORED}

    def _by_certainty(self, names: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, str]]:
        for at, tries in names.items():
            key = self._remembered.get(normal_heading(tries[0]))
            if key == IGNORED or key in self._known:
                yield at, key or IGNORED
        for step in range(max((len(tries) for tries in names.values()), default=0)):
            for normal, known in ((normal_heading, self._exact), (bare_heading, self._bare)):
                for at, tries in names.items():
                    if step < len(tries) and normal(tries[step]) in known:
                        yield at, known[normal(tries[step])]


def _names(table: Table, row: int, depth: int) -> dict[int, list[str]]:
    """What each column may be called: all its lines joined, then the lowest line alone."""
    names: dict[int, list[str]] = {}
    lines = [_filled_line(table, row + step) for step in range(depth)]
    for at in range(max(len(line) for line in lines)):
        words = [line[at] for line in lines if at < len(line) and normal_heading(line[at])]
        words = list(dict.fromkeys(words))
        if words:
            names[at] = ["".join(words), words[-1]] if len(words) > 1 else words
    return _tell_apart(names)


def _tell_apart(names: dict[int, list[str]]) -> dict[int, list[str]]:
    """Of headings that stand more than once each says whose it is: by what stands left of it."""
    counts = Counter(normal_heading(tries[0]) for tries in names.values())
    told: dict[int, list[str]] = {}
    for at, tries in names.items():
        told[at] = tries
        if counts[normal_heading(tries[0])] > 1:
            whose = names[at - 1][0] if at - 1 in names else ""
            told[at] = [f"{whose}{tries[0]}", *_usual_names(whose, tries[0]), *tries]
        _make_unlike(told, at)
    return told


def _usual_names(whose: str, heading: str) -> list[str]:
    """队长电话 for the 联系电话 beside 队长."""
    return [f"{whose}电话"] if normal_heading(heading) in _PHONES else []


def _make_unlike(told: dict[int, list[str]], at: int) -> None:
    """Number a heading that is still called as one before it."""
    taken = {normal_heading(tries[0]) for before, tries in told.items() if before < at}
    first, number = told[at][0], 2
    while normal_heading(told[at][0]) in taken:
        told[at] = [f"{first}{number}", *told[at][1:]]
        number += 1


def _filled_line(table: Table, row: int) -> list[str]:
    """The texts of a line, a merged cell's text in each of the columns it spans."""
    line = [as_text(raw) for raw in table.rows[row]] if row < len(table.rows) else []
    for top, left, bottom, right in table.merged:
        if top <= row <= bottom and right - left < 100:
            line += [""] * (right + 1 - len(line))
            line[left : right + 1] = [as_text(table.cell(top, left))] * (right + 1 - left)
    return line


def _depths(table: Table, row: int) -> Iterator[int]:
    """How many lines the headings may take: as many as a merged cell, or one, or two."""
    forced = max(
        (bottom - top + 1 for top, _, bottom, _ in table.merged if top == row < bottom), default=1
    )
    yield min(forced, _DEEPEST)
    if forced == 1 and row + 1 < len(table.rows):
        yield 2


def _widest_row(table: Table) -> int:
    """The first line that is nearly as full as the fullest."""
    counts = [sum(bool(as_text(raw).strip()) for raw in row) for row in table.rows[:_LOOKED_AT]]
    most = max(counts, default=0)
    if not most:
        raise NoHeading("这张表里没有内容。请填好再导入，或下载模板来填。")
    return next(at for at, count in enumerate(counts) if count * 2 > most)
