"""What changed between two texts of a plan: passages, words, headings and figures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from nanhua_emergency.plans.compare.figures import FigureChange, list_figure_changes
from nanhua_emergency.plans.compare.marking import (
    Deadline,
    Mark,
    Piece,
    join_pieces,
    mark_change,
    mark_middle,
)
from nanhua_emergency.plans.compare.matching import Match, match_passages
from nanhua_emergency.plans.compare.passages import (
    Passage,
    PassageKind,
    cut_passages,
    has_too_many_lines,
    list_headings,
    normalise_line_ends,
)

SECONDS_FOR_MARKING = 0.4


class BlockKind(StrEnum):
    """What became of a passage."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED_FROM = "moved-from"
    MOVED_TO = "moved-to"


@dataclass(frozen=True)
class Block:
    """One passage of the old text beside the one it became, or one of them alone.

    `heading` is the one it stands under, in the new text where there is one. `move` is the
    same number for the two blocks of one moved passage. `inline` has both texts in one.
    """

    kind: BlockKind
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    inline: tuple[Piece, ...]
    heading: str
    move: int | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the block may be folded away."""
        return self.kind is BlockKind.SAME

    @property
    def old_text(self) -> str:
        """The block as it stood; "" when it is new here."""
        return "".join(piece.text for piece in self.old)

    @property
    def new_text(self) -> str:
        """The block as it stands; "" when it is gone from here."""
        return "".join(piece.text for piece in self.new)


class HeadingChangeKind(StrEnum):
    """What became of a heading."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    LEVEL = "level"


@dataclass(frozen=True)
class HeadingChange:
    """One heading that changed, with its number and without its signs; "" where there is none."""

    kind: HeadingChangeKind
    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """All that differs between two texts, in the order of the text.

    `is_coarse` says that time or size ran out: more is marked than has changed, and with more
    than 20,000 lines neither headings nor figures are listed.
    """

    blocks: list[Block]
    headings: list[HeadingChange]
    figures: list[FigureChange]
    is_coarse: bool = False

    @property
    def is_same(self) -> bool:
        """Whether the texts are equal but for the way lines end on different systems."""
        return all(block.is_unchanged for block in self.blocks)


def compare(old: str, new: str, *, seconds: float = SECONDS_FOR_MARKING) -> Comparison:
    """Compare two texts; nothing of either is lost, whatever they hold.

    Old pieces join to `old` and new pieces to `new` exactly. When marking has taken `seconds`,
    the rest is marked coarsely: from the first to the last differing character of a sentence.
    """
    if has_too_many_lines(old) or has_too_many_lines(new):
        return _compare_coarsely(old, new)
    return _Comparer(cut_passages(old), cut_passages(new), Deadline(seconds)).run()


def _compare_coarsely(old: str, new: str) -> Comparison:
    """One block: what both texts share at their ends, and all between as one change."""
    if normalise_line_ends(old) == normalise_line_ends(new):
        return Comparison([_keep(old, new, "")], [], [])
    return Comparison([_change(mark_middle(old, new), "", "", "")], [], [], is_coarse=True)


class _Comparer:
    """Both texts as passages, how they match, and what is known of the difference so far."""

    def __init__(self, old: list[Passage], new: list[Passage], deadline: Deadline) -> None:
        self.old, self.new, self.deadline = old, new, deadline
        self.old_headings, self.new_headings = list_headings(old), list_headings(new)
        self.matching = match_passages(old, new)
        self.origins = {to: at for at, to in self.matching.moves.items()}
        self.numbers = {to: number for number, to in enumerate(sorted(self.origins), start=1)}
        self.headings: list[HeadingChange] = []
        self.figures: list[FigureChange] = []

    def run(self) -> Comparison:
        blocks = list(self._list_blocks())
        is_coarse = self.deadline.seconds_left <= 0
        return Comparison(blocks, self.headings, self.figures, is_coarse)

    def _list_blocks(self) -> Iterator[Block]:
        end = Match(len(self.old), len(self.old), len(self.new), len(self.new))
        matches = [*self.matching.matches, end]
        old = new = 0
        for match, following in zip(matches, [*matches[1:], end], strict=True):
            yield from map(self._take_old, range(old, match.old))
            yield from map(self._take_new, range(new, match.new))
            if match is not end:
                yield self._take_match(match, following)
            old, new = match.old_end, match.new_end

    def _take_old(self, at: int) -> Block:
        passage, heading = self.old[at], self.old_headings[at]
        to = self.matching.moves.get(at)
        if to is None:
            self._note([passage], [], heading)
            gone = _mark_whole(passage, Mark.REMOVED)
            return Block(BlockKind.REMOVED, gone, (), gone, heading)
        marked = mark_change(passage.content, self.new[to].content, self.deadline)
        pieces = _leave_out(Mark.ADDED, [*marked, Piece(passage.gap, Mark.SAME)])
        return Block(BlockKind.MOVED_FROM, pieces, (), pieces, heading, self.numbers[to])

    def _take_new(self, at: int) -> Block:
        passage, heading = self.new[at], self.new_headings[at]
        was = self.origins.get(at)
        if was is None:
            self._note([], [passage], heading)
            come = _mark_whole(passage, Mark.ADDED)
            return Block(BlockKind.ADDED, (), come, come, heading)
        self._note([self.old[was]], [passage], heading)
        if passage.title and self.old[was].title == passage.title:
            self.headings.append(
                HeadingChange(HeadingChangeKind.MOVED, passage.title, passage.title)
            )
        marked = mark_change(self.old[was].content, passage.content, self.deadline)
        pieces = _leave_out(Mark.REMOVED, [*marked, Piece(passage.gap, Mark.SAME)])
        return Block(BlockKind.MOVED_TO, (), pieces, pieces, heading, self.numbers[at])

    def _take_match(self, match: Match, following: Match) -> Block:
        old, new = self.old[match.old : match.old_end], self.new[match.new : match.new_end]
        heading = self.new_headings[match.new]
        is_next = (match.old_end, match.new_end) == (following.old, following.new)
        before, after = _Side(old, is_next), _Side(new, is_next)
        if normalise_line_ends(before.text) == normalise_line_ends(after.text):
            return _keep(before.whole, after.whole, heading)
        self._note(old, new, heading)
        marked = mark_change(before.text, after.text, self.deadline)
        return _change(marked, before.gap, after.gap, heading)

    def _note(self, old: Sequence[Passage], new: Sequence[Passage], heading: str) -> None:
        """Remember which headings and figures differ between passages that answer each other."""
        self.headings += _list_heading_changes(old, new)
        old_text, new_text = (_join_passages(passages) for passages in (old, new))
        self.figures += list_figure_changes(old_text, new_text, heading)


class _Side:
    """Passages on one side of a match: what of them is compared, and the blank lines after.

    Blank lines count only where both texts go on with passages that match; elsewhere they
    differ because of what was added or removed next to them.
    """

    def __init__(self, passages: Sequence[Passage], does_gap_count: bool) -> None:
        self.whole = _join_passages(passages)
        self.gap = "" if does_gap_count else passages[-1].gap
        self.text = self.whole[: len(self.whole) - len(self.gap)]


def _mark_whole(passage: Passage, mark: Mark) -> tuple[Piece, ...]:
    """A passage that is only in one text; the blank lines after it are not worth a mark."""
    if not passage.content:
        return (Piece(passage.gap, mark),)
    return tuple(join_pieces([Piece(passage.content, mark), Piece(passage.gap, Mark.SAME)]))


def _keep(old: str, new: str, heading: str) -> Block:
    pieces = (Piece(new, Mark.SAME),)
    return Block(BlockKind.SAME, (Piece(old, Mark.SAME),), pieces, pieces, heading)


def _change(marked: list[Piece], old_gap: str, new_gap: str, heading: str) -> Block:
    return Block(
        BlockKind.CHANGED,
        _leave_out(Mark.ADDED, [*marked, Piece(old_gap, Mark.SAME)]),
        _leave_out(Mark.REMOVED, [*marked, Piece(new_gap, Mark.SAME)]),
        tuple(join_pieces([*marked, Piece(new_gap, Mark.SAME)])),
        heading,
    )


def _join_passages(passages: Sequence[Passage]) -> str:
    return "".join(passage.text for passage in passages)


def _leave_out(mark: Mark, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(join_pieces(piece for piece in pieces if piece.mark is not mark))


def _list_heading_changes(
    old: Sequence[Passage], new: Sequence[Passage]
) -> Iterator[HeadingChange]:
    """How the headings among passages that answer each other differ."""
    old_headings = [one for one in old if one.kind is PassageKind.HEADING]
    new_headings = [one for one in new if one.kind is PassageKind.HEADING]
    for before, after in zip_longest(old_headings, new_headings):
        if not before:
            yield HeadingChange(HeadingChangeKind.ADDED, "", after.title)
        elif not after:
            yield HeadingChange(HeadingChangeKind.REMOVED, before.title, "")
        elif before.title != after.title:
            yield HeadingChange(HeadingChangeKind.RENAMED, before.title, after.title)
        elif before.level != after.level:
            yield HeadingChange(HeadingChangeKind.LEVEL, before.title, after.title)
