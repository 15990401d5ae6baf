"""Two people's texts on the same base made one; where they clash, both are kept side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nanhua_emergency.plans.compare.alignment import (
    ALIKE,
    Effort,
    Gap,
    Likeness,
    align,
    list_gaps,
    pair_alike,
)
from nanhua_emergency.plans.compare.passages import (
    cut_passages,
    has_too_many_lines,
    is_weak,
    normalise_line_ends,
)

MOST_COMPARISONS = 150_000
SAME_BLANKS = 0.05


class Whose(StrEnum):
    """Whose text a merged passage comes from."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Agreed:
    """Text that nobody changed, or that both changed alike."""

    text: str


@dataclass(frozen=True)
class Taken:
    """Text that one person changed: `text` stands now ("" when removed), `base` stood before."""

    text: str
    whose: Whose
    base: str = ""


@dataclass(frozen=True)
class Clash:
    """Text that both changed differently; a person has to choose or write a third."""

    base: str
    mine: str
    theirs: str


Part = Agreed | Taken | Clash


@dataclass(frozen=True)
class Merge:
    """Two edits of one base, part by part in the order of the text."""

    parts: list[Part]

    @property
    def clashes(self) -> list[Clash]:
        """What somebody has to decide, in order."""
        return [part for part in self.parts if isinstance(part, Clash)]

    @property
    def is_clean(self) -> bool:
        """Whether the two texts could be made one without asking anybody."""
        return not self.clashes

    @property
    def text(self) -> str:
        """The merged text; ValueError while there are clashes."""
        return resolve(self, [])


@dataclass(frozen=True)
class _Edit:
    """Base units [start, end) that one person replaced by `text`."""

    start: int
    end: int
    text: str
    whose: Whose

    @property
    def is_insertion(self) -> bool:
        return self.start == self.end

    @property
    def is_deletion(self) -> bool:
        return not self.text


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Merge two edits of one base, passage by passage; line ends become those of Unix.

    The result depends on the three texts only, so a page shown again has the same clashes.
    """
    texts = [normalise_line_ends(text) for text in (base, mine, theirs)]
    cut = _cut_lines if any(map(has_too_many_lines, texts)) else _cut_units
    units, my_units, their_units = map(cut, texts)
    edits = _list_edits(units, my_units, Whose.MINE)
    edits += _list_edits(units, their_units, Whose.THEIRS)
    return Merge(_join_agreed(_list_parts(units, edits)))


def resolve(merge: Merge, choices: Sequence[str]) -> str:
    """The merged text with the chosen text for each clash, in order.

    ValueError when there are not exactly as many choices as clashes.
    """
    if len(choices) != len(merge.clashes):
        raise ValueError(f"冲突 {len(merge.clashes)} 处，已选 {len(choices)} 处：请逐处选定")
    chosen = iter(choices)
    return "".join(
        normalise_line_ends(next(chosen)) if isinstance(part, Clash) else part.text
        for part in merge.parts
    )


def _cut_units(text: str) -> list[str]:
    """Contents and the line ends between them apart, so that a new neighbour changes neither."""
    return [
        unit for passage in cut_passages(text) for unit in (passage.content, passage.gap) if unit
    ]


def _cut_lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _list_edits(base: list[str], units: list[str], whose: Whose) -> list[_Edit]:
    likeness, effort = Likeness(), Effort(MOST_COMPARISONS)
    return [
        _Edit(part.old, part.old_end, "".join(units[part.new : part.new_end]), whose)
        for gap in list_gaps(align(base, units), len(base), len(units))
        for part in _split_gap(base, units, gap, likeness, effort)
    ]


def _split_gap(
    base: list[str], units: list[str], gap: Gap, likeness: Likeness, effort: Effort
) -> Iterator[Gap]:
    """The gap cut between units that answer to each other, so that few clash."""

    def score(old: int, new: int) -> float:
        return _score(likeness, base[gap.old + old], units[gap.new + new])

    pairs = pair_alike(gap.old_end - gap.old, gap.new_end - gap.new, score, effort)
    old, new = gap.old, gap.new
    for pair in [*pairs, (gap.old_end - gap.old, gap.new_end - gap.new)]:
        pair_old, pair_new = gap.old + pair[0], gap.new + pair[1]
        if old < pair_old or new < pair_new:
            yield Gap(old, pair_old, new, pair_new)
        old, new = pair_old + 1, pair_new + 1
        if pair_old < gap.old_end and base[pair_old] != units[pair_new]:
            yield Gap(pair_old, old, pair_new, new)


def _score(likeness: Likeness, one: str, other: str) -> float:
    if is_weak(one) or is_weak(other):
        return SAME_BLANKS if one == other else 0.0
    alike = likeness.of(one, other)
    return alike if alike >= ALIKE else 0.0


def _list_parts(base: list[str], edits: list[_Edit]) -> Iterator[Part]:
    at = 0
    for group in _group(sorted(edits, key=_rank)):
        start, end = group[0].start, max(edit.end for edit in group)
        yield Agreed("".join(base[at:start]))
        mine, theirs = (_apply(base, start, end, group, whose) for whose in Whose)
        yield _settle("".join(base[start:end]), mine, theirs)
        at = end
    yield Agreed("".join(base[at:]))


def _rank(edit: _Edit) -> tuple[int, bool, bool, int]:
    """By place; there insertions first and deletions next, so that those meet that have to."""
    return edit.start, not edit.is_insertion, not edit.is_deletion, edit.end


def _group(edits: list[_Edit]) -> Iterator[list[_Edit]]:
    """Edits in order, those together that cannot be judged apart."""
    group: list[_Edit] = []
    for edit in edits:
        if group and not any(_meet(one, edit) for one in group):
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _meet(one: _Edit, other: _Edit) -> bool:
    """Whether two edits touch the same base text, or stand where their order is in doubt.

    A passage added just beside one that the other person removed may have been about it.
    """
    if one.start < other.end and other.start < one.end:
        return True
    if one.end != other.start and other.end != one.start:
        return False
    if one.is_insertion and other.is_insertion:
        return True
    return (one.is_insertion and other.is_deletion) or (one.is_deletion and other.is_insertion)


def _apply(base: list[str], start: int, end: int, group: list[_Edit], whose: Whose) -> str:
    """What one person made of base units [start, end)."""
    texts, at = [], start
    for edit in group:
        if edit.whose is whose:
            texts += [*base[at : edit.start], edit.text]
            at = edit.end
    return "".join([*texts, *base[at:end]])


def _settle(base: str, mine: str, theirs: str) -> Part:
    if mine == theirs:
        return Agreed(mine)
    if theirs == base:
        return Taken(mine, Whose.MINE, base)
    if mine == base:
        return Taken(theirs, Whose.THEIRS, base)
    return Clash(base, mine, theirs)


def _join_agreed(parts: Iterator[Part]) -> list[Part]:
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Agreed) and isinstance(last, Agreed):
            joined[-1] = Agreed(last.text + part.text)
        elif part != Agreed(""):
            joined.append(part)
    return joined
