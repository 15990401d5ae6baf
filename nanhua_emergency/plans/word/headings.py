"""Tells headings from sentences in Word files whose authors used fonts instead of styles."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nanhua_emergency.plans.word.body import Block, Paragraph
from nanhua_emergency.plans.word.marks import ITEM_STYLE, TEXT_STYLE
from nanhua_emergency.plans.word.text import is_heading_font

MAX_HEADING = 40
_MAX_PLAIN_HEADING = 20  # of a number without further sign of being a heading

_CHINESE = "[〇零一二三四五六七八九十百千]{1,7}"
_ENDS_SENTENCE = re.compile(r"[。；;，,、：:！!？?]$")
_MEASURE = re.compile(
    r"^(?:万|亿|米|公里|千米|厘米|毫米|吨|元|千克|公斤|小时|分钟|秒|天|度|级|人|户|亩|倍|名|个|时"
    r"|[%％℃°—~～-])"
)
_APPENDIX = re.compile(r"^附\s?[件录]\s?\d{0,2}(?:[：:\s]\s*\S.{0,30})?$")
# In the order in which official documents nest them. The number and what parts it from the title.
_FAMILIES = (
    ("编", re.compile(rf"^(第{_CHINESE}编|第\d{{1,3}}编)[\s、：:]*")),
    ("章", re.compile(rf"^(第{_CHINESE}章|第\d{{1,3}}章)[\s、：:]*")),
    ("节", re.compile(rf"^(第{_CHINESE}节|第\d{{1,3}}节)[\s、：:]*")),
    ("条", re.compile(rf"^(第{_CHINESE}条|第\d{{1,3}}条)[\s、：:]*")),
    ("一、", re.compile(rf"^({_CHINESE})[、.．]\s*")),
    ("（一）", re.compile(rf"^([（(]{_CHINESE}[）)])[\s、.]*")),
    ("1.1", re.compile(r"^(\d{1,2}(?:\.\d{1,2}){1,4})(?![\d.])[.、\s]*")),
    ("1", re.compile(r"^(\d{1,2})(?:[.、．]\s*(?!\d)|\s+)")),
    ("（1）", re.compile(r"^([（(]\d{1,2}[）)]|[①-⑳])[\s、.]*")),
)
_RANKS = {name: rank * 10 for rank, (name, _) in enumerate(_FAMILIES)}
# Numbers that also begin list items, so a number alone proves nothing.
_AMBIGUOUS = frozenset({"一、", "（一）", "1", "（1）", "条"})


@dataclass(frozen=True)
class Numbered:
    """A line split into the number it begins with and the rest; family "" when it has none."""

    family: str
    number: str
    rest: str
    gap: str

    @property
    def depth(self) -> int:
        """How many numbers the number is made of: 1.2.3 has three."""
        return self.number.count(".") + 1

    @property
    def rank(self) -> int:
        """Where it stands in the nesting of official documents, the outermost lowest."""
        if self.family == "1.1":
            return _RANKS["1"] + self.depth - 1
        return _RANKS.get(self.family, 0)


def normalise_number(text: str) -> str:
    """Full-width digits, points and spaces of a line's number made half-width, （）kept full."""
    head, tail = text[:16], text[16:]
    narrow = "".join(
        unicodedata.normalize("NFKC", sign) if sign in _WIDE else sign for sign in head
    )
    return narrow + tail


_WIDE = "０１２３４５６７８９．　"


def split_number(text: str) -> Numbered:
    """Find the number a line begins with."""
    line = normalise_number(text.strip())
    for family, pattern in _FAMILIES:
        if found := pattern.match(line):
            number = found[1].replace("(", "（").replace(")", "）")
            return Numbered(family, number, line[found.end() :], found[0][len(found[1]) :])
    return Numbered("", "", line, "")


def write_heading(text: str) -> str:
    """A heading's text as the plan format wants it: `1.1 目的`, `第一章 总则`, `一、总则`."""
    line = split_number(text)
    if not line.family or not line.rest:
        return normalise_number(text.strip())
    gap = {"一、": "、", "（一）": "", "（1）": ""}.get(line.family, " ")
    return f"{line.number}{gap}{line.rest}"


class Judge:
    """Looks at the whole document once, then says of each block whether it is a heading."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.lines = [
            split_number(write_numbered(each)) if isinstance(each, Paragraph) else _NO_LINE
            for each in blocks
        ]
        self._body_size = _find_body_size(blocks)
        self._is_styled = sum(1 for each in blocks if get_style_level(each)) >= 2
        self._styled_families = {
            line.family
            for each, line in zip(blocks, self.lines, strict=True)
            if get_style_level(each)
        }
        self._numbers = {line.number for line in self.lines if line.family == "1.1"}
        self._chapters = {number.partition(".")[0] for number in self._numbers}

    def is_heading(self, index: int) -> bool:
        """Whether a block is a heading."""
        paragraph, line = self.blocks[index], self.lines[index]
        if not isinstance(paragraph, Paragraph):
            return False
        if paragraph.shape.level:
            limit = MAX_HEADING if "。" in paragraph.text else MAX_HEADING * 2
            return len(paragraph.text) <= limit
        if paragraph.shape.style == ITEM_STYLE:
            return False
        if is_appendix(paragraph.text):
            return self.is_set_off(paragraph)
        if not line.family or not _is_short(line):
            return False
        if line.family in _AMBIGUOUS and self._has_sibling(index):
            return False
        is_proved = paragraph.shape.style != TEXT_STYLE and self._is_proved(line)
        return is_proved or self.is_set_off(paragraph)

    def is_set_off(self, paragraph: Paragraph) -> bool:
        """Whether the whole line looks like a heading: bold, 黑体 or 楷体, larger than the body."""
        return all(
            piece.look.is_bold
            or is_heading_font(piece.look.font)
            or piece.look.size > self._body_size > 0
            for piece in paragraph.pieces
            if piece.text.strip()
        )

    def _is_proved(self, line: Numbered) -> bool:
        """Whether the number alone makes it a heading."""
        # Where styles mark headings of this kind, one without a style was not meant as one.
        if line.family in self._styled_families or (self._is_styled and line.family in _AMBIGUOUS):
            return False
        if line.family == "1.1":
            return self._follows(line.number)
        if line.family in _AMBIGUOUS and line.number not in self._chapters:
            return len(line.rest) <= _MAX_PLAIN_HEADING
        return True

    def _follows(self, number: str) -> bool:
        """Whether there is a 3.1 for a 3.2 to follow: for a measure such as 3.2 there is none."""
        above, _, last = number.rpartition(".")
        return int(last) == 1 or f"{above}.{int(last) - 1}" in self._numbers

    def _has_sibling(self, index: int) -> bool:
        """Whether a neighbour is numbered alike: items of a list, with no text between them."""
        near = self.lines[max(index - 1, 0) : index] + self.lines[index + 1 : index + 2]
        return any(line.family == self.lines[index].family for line in near)


_NO_LINE = Numbered("", "", "", "")


def _find_body_size(blocks: Sequence[Block]) -> float:
    """The size most of the text is in, in points."""
    sizes: Counter[float] = Counter()
    for each in blocks:
        if isinstance(each, Paragraph):
            for piece in each.pieces:
                sizes[piece.look.size] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 0


def _is_short(line: Numbered) -> bool:
    rest = line.rest.strip()
    if not 0 < len(rest) <= MAX_HEADING or "。" in rest or _ENDS_SENTENCE.search(rest):
        return False
    return bool(line.gap) or not _MEASURE.match(rest)


def get_style_level(block: Block) -> int:
    """The heading level a style or outline level gives a block, 0 for none."""
    return block.shape.level if isinstance(block, Paragraph) else 0


def is_appendix(text: str) -> bool:
    """Whether a line is the heading of an appendix: 附件, 附件1, 附件2 联系电话."""
    return bool(_APPENDIX.match(text))


def write_numbered(paragraph: Paragraph) -> str:
    """The paragraph's text with its automatic number written before it."""
    label = paragraph.label
    if label is None or not label.text:
        return paragraph.text
    gap = "" if label.text[-1] in "、）)" else " "
    return label.text + gap + paragraph.text
