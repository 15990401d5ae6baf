"""Which passage of the new text answers to which of the old: kept, changed, moved or neither."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from nanhua_emergency.plans.compare.alignment import (
    ALIKE,
    Effort,
    Gap,
    Likeness,
    align,
    list_gaps,
    measure_middle,
    pair_alike,
    trim,
)
from nanhua_emergency.plans.compare.passages import (
    Passage,
    PassageKind,
    is_weak,
    normalise_line_ends,
)

MOST_COMPARISONS = 100_000
# A paragraph of at least 12 characters that stands elsewhere nine tenths the same has moved.
SHORTEST_MOVED = 12
LEAST_MOVED_RATIO = 0.9
LONGEST_NEAR_MOVED = 2_000
# A passage of another kind (a heading made a paragraph) must be more alike to be the same one.
ALIKE_ACROSS_KINDS = 0.7
# An edit of up to four characters is one change, even where it splits or joins passages.
SMALL_EDIT = 4
# How much better two halves together must fit than the better half alone.
BETTER_TOGETHER = 0.1


@dataclass(frozen=True)
class Match:
    """Old passages [old, old_end) that became new passages [new, new_end) in the same place."""

    old: int
    old_end: int
    new: int
    new_end: int


@dataclass
class Matching:
    """Matches in the order of both texts, and what moved: new place by old place."""

    matches: list[Match] = field(default_factory=list)
    moves: dict[int, int] = field(default_factory=dict)


def match_passages(old: Sequence[Passage], new: Sequence[Passage]) -> Matching:
    """Match two texts passage by passage; the work is bounded by count, whatever comes."""
    return _Matcher(old, new).run()


class _Matcher:
    """Both texts' passages and what is matched so far."""

    def __init__(self, old: Sequence[Passage], new: Sequence[Passage]) -> None:
        self.old, self.new = old, new
        self.likeness, self.effort = Likeness(), Effort(MOST_COMPARISONS)
        self.pairs: dict[int, int] = {}
        self.moves: dict[int, int] = {}
        self.taken: set[int] = set()
        self.whole: list[Match] = []

    def run(self) -> Matching:
        gaps = self._pair_equal(_list_keys(self.old), _list_keys(self.new))
        self._move_equal(gaps)
        self._move_alike(gaps, is_same_gap_allowed=False)
        for gap in gaps:
            self._pair_gap(gap)
        self._move_alike(gaps, is_same_gap_allowed=True)
        matches = sorted([*self.whole, *self._list_matches()], key=lambda match: match.old)
        return Matching(matches, self.moves)

    def _pair_equal(self, old: list[str], new: list[str]) -> list[Gap]:
        """Pair what stands in both texts; the gaps that remain to be explained."""
        gap, ends = trim(old, new, Gap(0, len(old), 0, len(new)))
        is_done = self._keep_whole(gap)
        runs = ends if is_done else align(old, new)
        for run in runs:
            for step in range(run.length):
                self._pair(run.old + step, run.new + step)
        if is_done:
            return []
        return [gap for gap in list_gaps(runs, len(old), len(new)) if not self._keep_whole(gap)]

    def _keep_whole(self, gap: Gap) -> bool:
        """Make the whole gap one match if a small edit is all that differs in it."""
        old, new = self.old[gap.old : gap.old_end], self.new[gap.new : gap.new_end]
        if not old or not new or measure_middle(_join(old), _join(new)) > SMALL_EDIT:
            return False
        self.whole.append(Match(gap.old, gap.old_end, gap.new, gap.new_end))
        return True

    def _pair(self, old: int, new: int) -> None:
        self.pairs[old] = new
        self.taken.add(new)

    def _move(self, old: int, new: int) -> None:
        self.moves[old] = new
        self.taken.add(new)

    def _is_loose(self, old: int) -> bool:
        return old not in self.pairs and old not in self.moves

    def _list_loose(self, gap: Gap) -> tuple[list[int], list[int]]:
        old = [at for at in range(gap.old, gap.old_end) if self._is_loose(at)]
        new = [at for at in range(gap.new, gap.new_end) if at not in self.taken]
        return old, new

    def _move_equal(self, gaps: list[Gap]) -> None:
        """Move what stands word for word elsewhere; headings move at any length."""
        places: dict[str, list[int]] = {}
        for gap in reversed(gaps):
            for at in range(gap.new_end - 1, gap.new - 1, -1):
                places.setdefault(self.new[at].content, []).append(at)
        for gap in gaps:
            for at in range(gap.old, gap.old_end):
                found = places.get(self.old[at].content)
                if found and _may_move(self.old[at]):
                    self._move(at, found.pop())

    def _move_alike(self, gaps: list[Gap], *, is_same_gap_allowed: bool) -> None:
        """Move what stands elsewhere nine tenths the same, the best fit for each."""
        loose = [(number, *self._list_loose(gap)) for number, gap in enumerate(gaps)]
        targets = [
            (number, at) for number, _, new in loose for at in new if _may_move_alike(self.new[at])
        ]
        for number, old, _ in loose:
            reachable = [
                to for gap_number, to in targets if is_same_gap_allowed or gap_number != number
            ]
            for at in filter(lambda at: _may_move_alike(self.old[at]), old):
                if not self.effort.spend(len(reachable)):
                    return
                self._move_to_best(at, reachable)

    def _move_to_best(self, at: int, targets: list[int]) -> None:
        best, best_ratio = -1, LEAST_MOVED_RATIO
        for to in targets:
            if to in self.taken or self._score(at, to) < ALIKE_ACROSS_KINDS:
                continue
            ratio = _measure_ratio(self.old[at].content, self.new[to].content)
            if ratio >= best_ratio:
                best, best_ratio = to, ratio
        if best >= 0:
            self._move(at, best)

    def _score(self, old: int, new: int) -> float:
        one, other = self.old[old], self.new[new]
        alike = self.likeness.of(one.content, other.content)
        least = ALIKE if _is_comparable(one, other) else ALIKE_ACROSS_KINDS
        return alike if alike >= least else 0.0

    def _pair_gap(self, gap: Gap) -> None:
        old, new = self._list_loose(gap)
        pairs = pair_alike(
            len(old), len(new), lambda one, other: self._score(old[one], new[other]), self.effort
        )
        places = [(old[one], new[other]) for one, other in pairs]
        for one, other in places:
            self._pair(one, other)
        self._pair_headings(gap, places)

    def _pair_headings(self, gap: Gap, places: list[tuple[int, int]]) -> None:
        """A heading left alone on both sides between two pairs was renamed, however unlike."""
        old_from, new_from = gap.old, gap.new
        for old_end, new_end in [*places, (gap.old_end, gap.new_end)]:
            old, new = self._list_loose(Gap(old_from, old_end, new_from, new_end))
            if len(old) == len(new) == 1:
                levels = self.old[old[0]].level, self.new[new[0]].level
                if levels[0] and levels[0] == levels[1]:
                    self._pair(old[0], new[0])
            old_from, new_from = old_end + 1, new_end + 1

    def _list_matches(self) -> Iterator[Match]:
        """The pairs in order, each with a neighbour that was split off it or joined to it."""
        old_from = new_from = 0
        for old in sorted(self.pairs):
            match = self._widen(old, self.pairs[old], old_from, new_from)
            old_from, new_from = match.old_end, match.new_end
            yield match

    def _widen(self, old: int, new: int, old_from: int, new_from: int) -> Match:
        plain = Match(old, old + 1, new, new + 1)
        if self.old[old].content == self.new[new].content:
            return plain
        best, best_alike = plain, self._fit(plain) + BETTER_TOGETHER
        for wide in self._list_wider(plain, old_from, new_from):
            alike = self._fit(wide)
            if alike > best_alike:
                best, best_alike = wide, alike
        self.taken.update(range(best.new, best.new_end))
        return best

    def _list_wider(self, match: Match, old_from: int, new_from: int) -> Iterator[Match]:
        old, new = match.old, match.new
        if new > new_from and new - 1 not in self.taken:
            yield Match(old, old + 1, new - 1, new + 1)
        if new + 1 < len(self.new) and new + 1 not in self.taken:
            yield Match(old, old + 1, new, new + 2)
        if old > old_from and self._is_loose(old - 1):
            yield Match(old - 1, old + 1, new, new + 1)
        if old + 1 < len(self.old) and self._is_loose(old + 1):
            yield Match(old, old + 2, new, new + 1)

    def _fit(self, match: Match) -> float:
        old = "".join(one.content for one in self.old[match.old : match.old_end])
        new = "".join(one.content for one in self.new[match.new : match.new_end])
        return self.likeness.of(old, new)


def _join(passages: Sequence[Passage]) -> str:
    """The passages' text without the blank lines after the last."""
    return "".join(passage.text for passage in passages[:-1]) + passages[-1].content


def _list_keys(passages: Sequence[Passage]) -> list[str]:
    return [normalise_line_ends(passage.content) for passage in passages]


def _may_move(passage: Passage) -> bool:
    return passage.kind is PassageKind.HEADING or _is_long(passage)


def _may_move_alike(passage: Passage) -> bool:
    return _is_long(passage) and len(passage.content) <= LONGEST_NEAR_MOVED


def _is_long(passage: Passage) -> bool:
    return len(passage.content.strip()) >= SHORTEST_MOVED and not is_weak(passage.content)


def _is_comparable(one: Passage, other: Passage) -> bool:
    """Text may become a list item, but a heading or a table row is a thing of its own."""
    if one.kind is other.kind:
        return True
    return {one.kind, other.kind} == {PassageKind.ITEM, PassageKind.PARAGRAPH}


def _measure_ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
