"""What differs between two versions of a passage, marked by word, number or phrase."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from time import monotonic

# The package ships no types.
from diff_match_patch import diff_match_patch  # type: ignore[import-untyped]

from nanhua_emergency.plans.compare.alignment import (
    align,
    list_gaps,
    measure_ends,
    measure_middle,
)
from nanhua_emergency.plans.compare.passages import cut_clauses, cut_sentences

# Longer stretches are not marked inside: only what both share at the ends is left unmarked.
LONGEST_MARKED = 2_000
MOST_UNITS = 50_000
# A change of one character marks at most five in each text; a Chinese phrase has at most four.
WIDEST = 5
LONGEST_PHRASE = 4
WORD = re.compile(r"\d{1,2}[:：]\d{2}|\d+(?:\.\d+)*[%％‰]?|[A-Za-z][A-Za-z0-9_-]*")
TOKEN = re.compile(WORD.pattern + r"|.", re.DOTALL)
# Chinese between punctuation and the small words that join phrases.
PHRASE = re.compile(
    r"(?:(?![的了在和与及或并由把被向从至到为将应按])[\u3400-\u4dbf\u4e00-\u9fff])+"
)
# Private-use characters stand for whole words while the library compares.
FIRST_SPARE, LAST_SPARE = 0xF0000, 0x10FFFD
# The library takes 0 to mean no limit at all.
SHORTEST_TIMEOUT = 0.001

Cut = Callable[[str], list[str]]


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A stretch of text with one mark."""

    text: str
    mark: Mark


@dataclass
class _Change:
    """Text that is the same, then what was removed and added after it."""

    before: str = ""
    removed: str = ""
    added: str = ""

    @property
    def widest(self) -> int:
        return max(len(self.removed), len(self.added))


class Deadline:
    """A moment from which marking is coarse instead of fine."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """How much time there still is; 0 or less when it is over."""
        return self._ends_at - monotonic()


def mark_change(old: str, new: str, deadline: Deadline) -> list[Piece]:
    """Both texts as one sequence of pieces in reading order, removed before added.

    The pieces not added join to `old`, those not removed to `new`, exactly.
    """
    changes = _gather(_mark(old, new, (cut_sentences, cut_clauses), deadline))
    for change, following in pairwise(changes):
        _narrow(change, following)
        _widen(change, following)
    return join_pieces(_list_pieces(changes))


def mark_middle(old: str, new: str) -> list[Piece]:
    """Everything between the shared start and the shared end marked as one change."""
    start, end = measure_ends(old, new)
    return [
        Piece(old[:start], Mark.SAME),
        Piece(old[start : len(old) - end], Mark.REMOVED),
        Piece(new[start : len(new) - end], Mark.ADDED),
        Piece(old[len(old) - end :], Mark.SAME),
    ]


def join_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces without empty ones, neighbours of one mark made one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].mark is piece.mark:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.mark)
        elif piece.text:
            joined.append(piece)
    return joined


def _mark(old: str, new: str, cuts: Sequence[Cut], deadline: Deadline) -> Iterator[Piece]:
    """Sentences first, clauses where a sentence is too long, then words."""
    old_units, new_units = cuts[0](old), cuts[0](new)
    if len(old_units) + len(new_units) > MOST_UNITS or _is_one_character(old, new):
        yield from mark_middle(old, new)
        return
    runs = align(old_units, new_units)
    at = 0
    for gap in list_gaps(runs, len(old_units), len(new_units)):
        yield Piece("".join(old_units[at : gap.old]), Mark.SAME)
        old_part = "".join(old_units[gap.old : gap.old_end])
        new_part = "".join(new_units[gap.new : gap.new_end])
        if len(cuts) > 1 and len(old_part) + len(new_part) > LONGEST_MARKED:
            yield from _mark(old_part, new_part, cuts[1:], deadline)
        else:
            yield from _mark_words(old_part, new_part, deadline)
        at = gap.old_end
    yield Piece("".join(old_units[at:]), Mark.SAME)


def _mark_words(old: str, new: str, deadline: Deadline) -> list[Piece]:
    is_long = len(old) + len(new) > 2 * LONGEST_MARKED
    seconds = deadline.seconds_left
    if not old or not new or is_long or seconds <= 0 or _is_one_character(old, new):
        return mark_middle(old, new)
    library = diff_match_patch()
    library.Diff_Timeout = max(seconds, SHORTEST_TIMEOUT)
    coded_old, coded_new, words = _encode(old, new)
    steps = library.diff_main(coded_old, coded_new, False)
    library.diff_cleanupSemantic(steps)
    marks = {0: Mark.SAME, -1: Mark.REMOVED, 1: Mark.ADDED}
    return [Piece("".join(words.get(c, c) for c in text), marks[sign]) for sign, text in steps]


def _encode(old: str, new: str) -> tuple[str, str, dict[str, str]]:
    """Both texts with one character for each number and Latin word, and what each stands for."""
    used = set(old + new)
    spares = (chr(n) for n in range(FIRST_SPARE, LAST_SPARE + 1) if chr(n) not in used)
    codes: dict[str, str] = {}

    def encode(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) > 1 and word not in codes:
            codes[word] = next(spares)
        return codes.get(word, word)

    coded_old, coded_new = TOKEN.sub(encode, old), TOKEN.sub(encode, new)
    return coded_old, coded_new, {code: word for word, code in codes.items()}


def _is_one_character(old: str, new: str) -> bool:
    """Whether the texts differ by at most one character added, removed or replaced."""
    return abs(len(old) - len(new)) <= 1 and measure_middle(old, new) <= 1


def _gather(pieces: Iterable[Piece]) -> list[_Change]:
    """The pieces as changes, each with the same text before it; the last one is empty."""
    changes = [_Change()]
    for piece in pieces:
        last = changes[-1]
        if piece.mark is Mark.REMOVED:
            last.removed += piece.text
        elif piece.mark is Mark.ADDED:
            last.added += piece.text
        elif last.removed or last.added:
            changes.append(_Change(piece.text))
        else:
            last.before += piece.text
    return [*changes, _Change()]


def _list_pieces(changes: list[_Change]) -> Iterator[Piece]:
    for change in changes:
        yield Piece(change.before, Mark.SAME)
        yield Piece(change.removed, Mark.REMOVED)
        yield Piece(change.added, Mark.ADDED)


def _narrow(change: _Change, following: _Change) -> None:
    """Mark less where only one character of a long number or word differs."""
    if change.widest > WIDEST and _is_one_character(change.removed, change.added):
        start, end = measure_ends(change.removed, change.added)
        tail = change.removed[len(change.removed) - end :]
        change.before += change.removed[:start]
        change.removed = change.removed[start : len(change.removed) - end]
        change.added = change.added[start : len(change.added) - end]
        following.before = tail + following.before


def _widen(change: _Change, following: _Change) -> None:
    """Mark a few characters more where a change begins or ends inside a word or phrase."""
    left, right = _measure_inside(change, following, WORD)
    is_replaced = bool(change.removed and change.added)
    if left + right == 0 and is_replaced:
        left, right = _measure_inside(change, following, PHRASE)
        if change.widest + left + right > LONGEST_PHRASE:
            return
    if change.widest and change.widest + left + right <= WIDEST:
        head = change.before[len(change.before) - left :]
        tail = following.before[:right]
        change.before = change.before[: len(change.before) - left]
        following.before = following.before[right:]
        change.removed = head + change.removed + tail
        change.added = head + change.added + tail


def _measure_inside(change: _Change, following: _Change, unit: re.Pattern[str]) -> tuple[int, int]:
    """How far the units in which the change begins and ends reach beyond it."""
    head, tail = change.before[-WIDEST - 1 :], following.before[: WIDEST + 1]
    left = right = 0
    for text in (change.removed, change.added):
        start, end = len(head), len(head) + len(text)
        for found in unit.finditer(head + text + tail):
            if found.start() < start < found.end():
                left = max(left, start - found.start())
            if found.start() < end < found.end():
                right = max(right, found.end() - end)
    return left, right
