"""Counts Word's automatic numbering as Word does and writes the numbers out as text."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from nanhua_emergency.plans.word.styles import StyleSheet
from nanhua_emergency.plans.word.xml import child, is_on, list_children, value, whole_number

DEEPEST_LEVEL = 8
_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_PLACEHOLDER = re.compile(r"%([1-9])")
_MAX_LABEL = 60


@dataclass(frozen=True)
class Label:
    """The number before a paragraph: as text, at which level, the count, and what kind it is."""

    text: str
    level: int
    count: int
    is_bullet: bool
    is_plain_number: bool


@dataclass(frozen=True)
class _Level:
    start: int
    number_format: str
    text: str
    is_legal: bool


@dataclass
class _List:
    levels: dict[int, _Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * (DEEPEST_LEVEL + 1))


def write_chinese(number: int) -> str:
    """1 to 9999 in Chinese numerals as in headings (十一, 一百零五); larger ones in digits."""
    if not 0 < number < 10_000:
        return "〇" if number == 0 else str(number)
    text, is_gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if is_gap else "") + _DIGITS[digit] + name
        is_gap = bool(text) and digit == 0
    return text[1:] if text.startswith("一十") else text


def _write_letters(number: int) -> str:
    """A, B … Z, AA, BB … as Word does, where a letter is repeated."""
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 260 else ""


def _write_roman(number: int) -> str:
    if not 0 < number < 4000:
        return ""
    text = ""
    for worth, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += letters * (number // worth)
        number %= worth
    return text


def _write_circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else ""


def _write_digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _write_cycle(names: str) -> Callable[[int], str]:
    return lambda number: names[(number - 1) % len(names)] if number > 0 else ""


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "upperLetter": _write_letters,
    "lowerLetter": lambda number: _write_letters(number).lower(),
    "upperRoman": _write_roman,
    "lowerRoman": lambda number: _write_roman(number).lower(),
    "chineseCounting": write_chinese,
    "chineseCountingThousand": write_chinese,
    "japaneseCounting": write_chinese,
    "taiwaneseCounting": write_chinese,
    "taiwaneseCountingThousand": write_chinese,
    "koreanCounting": write_chinese,
    "chineseLegalSimplified": lambda number: write_chinese(number).translate(_FORMAL),
    "ideographLegalTraditional": lambda number: write_chinese(number).translate(_FORMAL),
    "ideographDigital": _write_digits,
    "japaneseDigitalTenThousand": _write_digits,
    "taiwaneseDigital": _write_digits,
    "ideographTraditional": _write_cycle(_STEMS),
    "ideographZodiac": _write_cycle(_BRANCHES),
    "decimalEnclosedCircle": _write_circled,
    "decimalEnclosedCircleChinese": _write_circled,
    "none": lambda number: "",
}
_PLAIN_FORMATS = {
    "decimal",
    "decimalFullWidth",
    "decimalFullWidth2",
    "decimalHalfWidth",
    "decimalEnclosedFullstop",
    "decimalEnclosedParen",
    "decimalEnclosedCircle",
    "decimalEnclosedCircleChinese",
}


def write_number(number: int, number_format: str) -> str:
    """The number in one of Word's formats (w:numFmt); in digits when the format is unknown."""
    writer = _WRITERS.get(number_format)
    return str(number) if writer is None else writer(number) or str(number) * (writer(1) != "")


class Numbering:
    """The lists of one document and how far each has been counted; ask in reading order."""

    def __init__(self, root: Element | None, styles: StyleSheet) -> None:
        self._styles = styles
        self._abstracts = {
            e.get("w:abstractNumId", ""): e for e in list_children(root, "w:abstractNum")
        }
        self._by_style = {
            link: key for key, e in self._abstracts.items() if (link := value(e, "w:styleLink"))
        }
        self._numbers = {e.get("w:numId", ""): e for e in list_children(root, "w:num")}
        self._lists: dict[str, _List] = {}
        self._restarted: set[str] = set()

    def count(self, number_id: str, level: int) -> Label | None:
        """The next number of a list at a level; None when the document has no such list."""
        number = self._numbers.get(number_id)
        if number is None:
            return None
        counted = self._get_list(number)
        current = counted.levels.get(level)
        if current is None:
            return None
        self._restart(number_id, number, counted)
        for above in range(level):
            if counted.counts[above] is None and above in counted.levels:
                counted.counts[above] = counted.levels[above].start
        before = counted.counts[level]
        counted.counts[level] = current.start if before is None else before + 1
        counted.counts[level + 1 :] = [None] * (DEEPEST_LEVEL - level)
        return _write_label(counted, level)

    def _get_list(self, number: Element) -> _List:
        key = value(number, "w:abstractNumId") or ""
        link = value(self._abstracts.get(key), "w:numStyleLink")
        if link:
            named = self._numbers.get(self._styles.find_style_number(link))
            key = self._by_style.get(link) or value(named, "w:abstractNumId") or key
        own = [e for e in list_children(number, "w:lvlOverride") if child(e, "w:lvl") is not None]
        # A number with levels of its own is counted by itself.
        name = f"{key}/{number.get('w:numId')}" if own else key
        if name not in self._lists:
            levels = _read_levels(self._abstracts.get(key))
            for override in own:
                levels |= _read_levels(override)
            self._lists[name] = _List(levels)
        return self._lists[name]

    def _restart(self, number_id: str, number: Element, counted: _List) -> None:
        """At the first use of a number, the levels it restarts begin anew."""
        if number_id in self._restarted:
            return
        self._restarted.add(number_id)
        for override in list_children(number, "w:lvlOverride"):
            start = value(override, "w:startOverride")
            level = whole_number(override.get("w:ilvl"), 0, most=DEEPEST_LEVEL)
            if start is not None and level in counted.levels:
                counted.counts[level] = whole_number(start, 1) - 1


def _read_levels(holder: Element | None) -> dict[int, _Level]:
    levels = {}
    for each in list_children(holder, "w:lvl"):
        text = value(each, "w:lvlText") or ""
        levels[whole_number(each.get("w:ilvl"), 0, most=DEEPEST_LEVEL)] = _Level(
            start=whole_number(value(each, "w:start"), 1),
            number_format=value(each, "w:numFmt") or "decimal",
            text=text[:_MAX_LABEL],
            is_legal=bool(is_on(each, "w:isLgl")),
        )
    return levels


def _write_label(counted: _List, level: int) -> Label:
    current = counted.levels[level]

    def fill(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        shown = counted.levels.get(index)
        number_format = "decimal" if current.is_legal or shown is None else shown.number_format
        return write_number(counted.counts[index] or 0, number_format)

    is_bullet = current.number_format == "bullet"
    text = "" if is_bullet else _PLACEHOLDER.sub(fill, current.text)
    return Label(
        text=text[:_MAX_LABEL].strip(),
        level=level,
        count=counted.counts[level] or 0,
        is_bullet=is_bullet,
        is_plain_number=current.number_format in _PLAIN_FORMATS
        and len(_PLACEHOLDER.findall(current.text)) == 1
        and "第" not in current.text,
    )
