"""Finds paragraphs that plans share, also when only the hazard's name was changed."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from nanhua_emergency.plans.outline.paragraphs import list_paragraphs
from nanhua_emergency.plans.outline.sections import count_characters

# plan-format.md, 篇幅: no paragraph may be reused; below 40 characters it is a phrase.
SHORTEST = 40
ALIKE = 0.85
# What bounds the cost: how much of a paragraph is compared, how many paragraphs are
# remembered for one shingle, and how many candidates are compared letter by letter.
_COMPARED = 600
_REMEMBERED = 40
_CANDIDATES = 5
_MOST_PAIRS = 40_000
_SHINGLE = 3
# A text that is 0.85 alike still shares this part of its shingles with the other.
_SHARED = 0.3
_EXCERPT = 30

_REFERENCE = re.compile(r"\{\{[^{}]{1,200}\}\}")
_NOT_WORD = re.compile(r"[\W_]+")
_HAZARDS = (
    "防汛抗旱|防汛|抗旱|洪涝|洪水|山洪|干旱|旱情|旱灾|汛情|险情|抗震救灾|"
    "地震|震情|震灾|沙尘暴|沙尘|大风|暴雨|暴雪|寒潮|霜冻|冰雹|雷电|"
    "气象灾害|气象|森林草原火灾|森林草原防灭火|森林火灾|草原火灾|火灾|火情|"
    "自然灾害|灾害救助|灾情|灾害|救灾|生产安全事故|安全生产|危险化学品事故|"
    "危险化学品|危化品事故|危化品|道路交通事故|道路交通|交通事故|突发环境事件|"
    "环境污染|环境事件|污染|公共卫生事件|公共卫生|食品安全事故|食品安全|"
    "食物中毒|动物疫情|动物疫病|疫情|疫病|群体性事件|社会安全事件|突发事件|"
    "事故|事件"
)
# The longest first, so that 防汛抗旱 is one name and not two.
_HAZARD = re.compile("|".join(sorted(_HAZARDS.split("|"), key=len, reverse=True)))


@dataclass(frozen=True)
class Repeat:
    """A paragraph of the second plan that is alike to one of the first; lines from 1."""

    first: str
    first_line: int
    second: str
    second_line: int
    excerpt: str


@dataclass(frozen=True)
class _Piece:
    plan: str
    line: int
    excerpt: str
    text: str
    shingles: frozenset[str]


def list_repeated_paragraphs(bodies: Mapping[str, str]) -> list[Repeat]:
    """Compare all paragraphs and table rows of 40 characters or more across the plans.

    Each one that is 0.85 or more alike to one in an earlier plan is listed once, with the
    one it is most alike to, in the order of `bodies` and of their lines.
    """
    seen = _Seen()
    repeats = []
    for plan, body in bodies.items():
        for piece in _list_pieces(plan, body):
            first = seen.find_alike(piece)
            if first:
                repeats.append(Repeat(first.plan, first.line, plan, piece.line, piece.excerpt))
            seen.add(piece)
    return repeats


def _list_pieces(plan: str, body: str) -> Iterator[_Piece]:
    for paragraph in list_paragraphs(body):
        if count_characters(paragraph.text) >= SHORTEST:
            text = _plain(paragraph.text)
            shingles = frozenset(text[n : n + _SHINGLE] for n in range(len(text) - _SHINGLE + 1))
            excerpt = " ".join(paragraph.text.strip("| ").split())[:_EXCERPT]
            yield _Piece(plan, paragraph.line, excerpt, text, shingles)


def _plain(text: str) -> str:
    """Leave words only, the same for every hazard and every reference."""
    text = _REFERENCE.sub("某", text)
    return _HAZARD.sub("灾", _NOT_WORD.sub("", text))[:_COMPARED]


class _Seen:
    """The paragraphs met so far, found by their text or by the shingles they share."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._by_text: dict[str, list[_Piece]] = defaultdict(list)
        self._by_shingle: dict[str, list[int]] = defaultdict(list)

    def add(self, piece: _Piece) -> None:
        """Remember the first paragraph of each plan with this text."""
        same = self._by_text[piece.text]
        if any(other.plan == piece.plan for other in same[:2]):
            return
        same.append(piece)
        if len(same) > 1:
            return
        self._pieces.append(piece)
        for shingle in piece.shingles:
            if len(self._by_shingle[shingle]) < _REMEMBERED:
                self._by_shingle[shingle].append(len(self._pieces) - 1)

    def find_alike(self, piece: _Piece) -> _Piece | None:
        """Find the paragraph of another plan that is most alike, if alike enough."""
        for other in self._by_text[piece.text][:2]:
            if other.plan != piece.plan:
                return other
        ratios = [(_ratio(piece, other), -n, other) for n, other in self._list_candidates(piece)]
        return max(ratios)[2] if ratios and max(ratios)[0] >= ALIKE else None

    def _list_candidates(self, piece: _Piece) -> Iterator[tuple[int, _Piece]]:
        votes: Counter[int] = Counter()
        for shingle in piece.shingles:
            votes.update(self._by_shingle.get(shingle, ()))
        others = ((n, count) for n, count in votes.items() if self._pieces[n].plan != piece.plan)
        best = sorted(others, key=lambda pair: (-pair[1], pair[0]))[:_CANDIDATES]
        for n, count in best:
            other = self._pieces[n]
            if count >= _SHARED * min(len(piece.shingles), len(other.shingles)):
                yield n, other


def _ratio(piece: _Piece, other: _Piece) -> float:
    matcher = SequenceMatcher(None, other.text, piece.text, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.quick_ratio() if _is_monotonous(other, piece) else matcher.ratio()


def _is_monotonous(piece: _Piece, other: _Piece) -> bool:
    """A text of a few signs over and over would take difflib seconds to compare."""
    signs, others = Counter(piece.text), Counter(other.text)
    return sum(count * others[sign] for sign, count in signs.items()) > _MOST_PAIRS
