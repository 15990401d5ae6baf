"""Which units of one text answer to which of another: the same ones, then the alike."""

import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from nanhua_emergency.plans.compare.passages import is_weak

# What keeps bad input (a megabyte of one repeated line) from taking more than a moment.
DEEPEST = 8
MOST_EQUAL_PAIRS = 5_000
MOST_UNITS_TO_MATCH = 2_000
LONGEST_FOR_GRAMS = 2_000
# Alike enough to be the same unit changed; below it, one was removed and another added.
ALIKE = 0.4
SHORT = 24


@dataclass(frozen=True)
class Run:
    """Units that stand in both texts, the same and in the same order."""

    old: int
    new: int
    length: int


@dataclass(frozen=True)
class Gap:
    """Old units [old, old_end) and new units [new, new_end) that lie between two runs."""

    old: int
    old_end: int
    new: int
    new_end: int


class Effort:
    """How many comparisons may still be made: counted, not timed, so results do not vary."""

    def __init__(self, comparisons: int) -> None:
        self.left = comparisons

    def spend(self, comparisons: int) -> bool:
        """Take that many if there are so many left; otherwise take none and say no."""
        if comparisons > self.left:
            return False
        self.left -= comparisons
        return True


class Likeness:
    """How alike two texts are, from 0 to 1, by the characters and pairs they share."""

    def __init__(self) -> None:
        self._grams: dict[str, frozenset[str]] = {}

    def of(self, one: str, other: str) -> float:
        """Twice what both share over what both have; one changed character leaves it high."""
        grams, other_grams = self._list_grams(one), self._list_grams(other)
        total = len(grams) + len(other_grams)
        if not total or 2 * min(len(grams), len(other_grams)) < ALIKE * total:
            return 0.0
        shared = 2 * len(grams & other_grams) / total
        if shared < ALIKE and len(one) + len(other) <= 2 * SHORT:
            return max(shared, 2 * sum(measure_ends(one, other)) / (len(one) + len(other)))
        return shared

    def _list_grams(self, text: str) -> frozenset[str]:
        known = self._grams.get(text)
        if known is None:
            start = text[:LONGEST_FOR_GRAMS]
            known = frozenset(start).union(map("".join, itertools.pairwise(start)))
            self._grams[text] = known
        return known


def measure_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at the start, and how many of the rest at the end."""
    start = _count_shared(one, other, min(len(one), len(other)), is_end=False)
    return start, _count_shared(one, other, min(len(one), len(other)) - start, is_end=True)


def measure_middle(one: str, other: str) -> int:
    """How many characters the longer text has between the shared start and the shared end."""
    return max(len(one), len(other)) - sum(measure_ends(one, other))


def _count_shared(one: str, other: str, most: int, *, is_end: bool) -> int:
    """Halving, because comparing slices is far quicker than comparing characters."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if is_end:
            is_shared = _slice_end(one, low, middle) == _slice_end(other, low, middle)
        else:
            is_shared = one[low:middle] == other[low:middle]
        low, high = (middle, high) if is_shared else (low, middle - 1)
    return low


def _slice_end(text: str, first: int, last: int) -> str:
    return text[len(text) - last : len(text) - first]


def align(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Runs of equal units in both orders: shared ends, units that occur once, then difflib."""
    runs: list[Run] = []
    pending = [(Gap(0, len(old), 0, len(new)), 0)]
    while pending:
        gap, depth = pending.pop()
        gap, ends = trim(old, new, gap)
        runs += ends
        if gap.old == gap.old_end or gap.new == gap.new_end:
            continue
        anchors = _list_anchors(old, new, gap) if depth < DEEPEST else []
        if anchors:
            pending += [(between, depth + 1) for between in _list_between(gap, anchors)]
            runs += anchors
        else:
            runs += _match_rest(old, new, gap)
    return _join_runs(sorted((run for run in runs if run.length), key=lambda run: run.old))


def trim(old: Sequence[str], new: Sequence[str], gap: Gap) -> tuple[Gap, list[Run]]:
    """The gap without what its sides share at the start and at the end, and those runs."""
    most = min(gap.old_end - gap.old, gap.new_end - gap.new)
    start = 0
    while start < most and old[gap.old + start] == new[gap.new + start]:
        start += 1
    end = 0
    while end < most - start and old[gap.old_end - 1 - end] == new[gap.new_end - 1 - end]:
        end += 1
    rest = Gap(gap.old + start, gap.old_end - end, gap.new + start, gap.new_end - end)
    return rest, [Run(gap.old, gap.new, start), Run(rest.old_end, rest.new_end, end)]


def list_gaps(runs: list[Run], old_length: int, new_length: int) -> list[Gap]:
    """What lies before, between and after the runs, leaving out what is empty on both sides."""
    whole = Gap(0, old_length, 0, new_length)
    return [
        gap for gap in _list_between(whole, runs) if gap.old < gap.old_end or gap.new < gap.new_end
    ]


def pair_alike(
    old_count: int, new_count: int, score: Callable[[int, int], float], effort: Effort
) -> list[tuple[int, int]]:
    """Pairs (old, new), never crossing, with the highest total score; 0 forbids a pair.

    Where the effort does not reach, units are paired one by one if both sides have as many.
    """
    if effort.spend(old_count * new_count):
        return _trace(_fill(old_count, new_count, score), new_count)
    if old_count == new_count and effort.spend(old_count):
        return [(n, n) for n in range(old_count) if score(n, n)]
    return []


def _list_between(whole: Gap, runs: list[Run]) -> Iterator[Gap]:
    old, new = whole.old, whole.new
    for run in runs:
        yield Gap(old, run.old, new, run.new)
        old, new = run.old + run.length, run.new + run.length
    yield Gap(old, whole.old_end, new, whole.new_end)


def _list_anchors(old: Sequence[str], new: Sequence[str], gap: Gap) -> list[Run]:
    """Units that occur once on both sides of the gap, the most that do not cross."""
    old_places = _list_single(old, gap.old, gap.old_end)
    new_places = _list_single(new, gap.new, gap.new_end)
    pairs = [(at, new_places[unit]) for unit, at in old_places.items() if unit in new_places]
    return [Run(at, new_at, 1) for at, new_at in _longest_rising(sorted(pairs))]


def _list_single(units: Sequence[str], start: int, end: int) -> dict[str, int]:
    counts = Counter(units[start:end])
    return {
        units[at]: at
        for at in range(start, end)
        if counts[units[at]] == 1 and not is_weak(units[at])
    }


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs, ordered by their first, whose second rises (patience)."""
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int] = []
    for number, (_, height) in enumerate(pairs):
        pile = bisect_left(tops, height)
        before.append(top_pairs[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [height]
        top_pairs[pile : pile + 1] = [number]
    chosen, number = [], top_pairs[-1] if top_pairs else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]


def _match_rest(old: Sequence[str], new: Sequence[str], gap: Gap) -> list[Run]:
    old_units, new_units = old[gap.old : gap.old_end], new[gap.new : gap.new_end]
    if len(old_units) + len(new_units) > MOST_UNITS_TO_MATCH:
        return []
    counts = Counter(new_units)
    if sum(counts[unit] for unit in old_units) > MOST_EQUAL_PAIRS:
        return []
    blocks = SequenceMatcher(is_weak, old_units, new_units, autojunk=False).get_matching_blocks()
    return [Run(gap.old + block.a, gap.new + block.b, block.size) for block in blocks]


def _join_runs(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.old + last.length, last.new + last.length) == (run.old, run.new):
            joined[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            joined.append(run)
    return joined


def _fill(
    old_count: int, new_count: int, score: Callable[[int, int], float]
) -> list[list[tuple[float, str]]]:
    """Best total for every pair of endings, and the last step that reaches it."""
    rows = [[(0.0, "")] * (new_count + 1)]
    for old in range(old_count):
        above, row = rows[-1], [(0.0, "")]
        for new in range(new_count):
            best = max((above[new + 1][0], "old"), (row[new][0], "new"))
            points = score(old, new)
            if points and above[new][0] + points > best[0]:
                best = (above[new][0] + points, "pair")
            row.append(best)
        rows.append(row)
    return rows


def _trace(rows: list[list[tuple[float, str]]], new_count: int) -> list[tuple[int, int]]:
    pairs, old, new = [], len(rows) - 1, new_count
    while old and new:
        step = rows[old][new][1]
        if step == "pair":
            pairs.append((old - 1, new - 1))
        old, new = old - (step != "new"), new - (step != "old")
    return pairs[::-1]
