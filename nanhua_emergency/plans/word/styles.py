"""Works out how a paragraph or a run looks in Word: its own formatting over that of its styles."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from nanhua_emergency.plans.word.xml import child, is_on, list_children, value, whole_number

_HEADING_STYLE = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_MAX_STYLE_CHAIN = 20
BODY_LEVEL = 9  # w:outlineLvl 9 means body text
_Traits = dict[str, str]


@dataclass(frozen=True)
class Look:
    """How text looks: size in points (0 when unknown), bold, East Asian font, hidden."""

    size: float = 0
    is_bold: bool = False
    font: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class Shape:
    """What a paragraph is by its formatting: style, heading level from 1 (0 none), numbering."""

    style: str = ""
    level: int = 0
    is_centred: bool = False
    number_id: str = ""
    number_level: int = 0


class StyleSheet:
    """The styles of one document; styles that name each other in a circle are cut short."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {e.get("w:styleId", ""): e for e in list_children(root, "w:style")}
        self._known: dict[str, _Traits] = {}
        self._looks: dict[tuple[str, ...], Look] = {}
        self._defaults = _read_traits(None, child(root, "w:docDefaults", "w:rPrDefault", "w:rPr"))
        self._default_paragraph = next(
            (
                key
                for key, style in self._styles.items()
                if style.get("w:type") == "paragraph" and style.get("w:default") in {"1", "true"}
            ),
            "",
        )

    def get_shape(self, properties: Element | None) -> Shape:
        """The paragraph's shape from its w:pPr."""
        style_id = value(properties, "w:pStyle") or self._default_paragraph
        traits = self._get_traits(style_id) | _read_traits(properties, None)
        name = traits.get("name", "")
        number_id = traits.get("number", "")
        return Shape(
            style=name,
            level=_find_level(name, traits.get("outline")),
            is_centred=traits.get("align") == "center",
            number_id="" if number_id == "0" else number_id,
            number_level=whole_number(traits.get("number_level"), 0, most=8),
        )

    def get_look(self, paragraph: Element | None, run: Element | None) -> Look:
        """How a run looks, from the paragraph's w:pPr and the run's w:rPr."""
        style_id = value(paragraph, "w:pStyle") or self._default_paragraph
        own = _read_traits(None, run)
        key = (style_id, value(run, "w:rStyle") or "", *sorted(f"{k}={v}" for k, v in own.items()))
        if key not in self._looks:
            traits = self._defaults | self._get_traits(style_id) | self._get_traits(key[1]) | own
            self._looks[key] = Look(
                size=whole_number(traits.get("size"), 0, most=2000) / 2,
                is_bold=traits.get("bold") == "1",
                font=traits.get("font", ""),
                is_hidden=traits.get("hidden") == "1",
            )
        return self._looks[key]

    def find_style_number(self, style_id: str) -> str:
        """The w:numId a numbering style stands for, "" when it has none."""
        return value(self._styles.get(style_id), "w:pPr", "w:numPr", "w:numId") or ""

    def _get_traits(self, style_id: str) -> _Traits:
        if style_id not in self._known:
            chain: list[Element] = []
            current: str | None = style_id
            while current in self._styles and len(chain) < _MAX_STYLE_CHAIN:
                chain.append(self._styles[current])
                current = value(chain[-1], "w:basedOn")
            traits: _Traits = {}
            for style in reversed(chain):
                own = _read_traits(child(style, "w:pPr"), child(style, "w:rPr"))
                traits |= own | {"name": value(style, "w:name") or ""}
            self._known[style_id] = traits
        return self._known[style_id]


def _find_level(style_name: str, outline: str | None) -> int:
    if found := _HEADING_STYLE.match(style_name):
        return int(found[1])
    level = whole_number(outline, BODY_LEVEL)
    return level + 1 if level < BODY_LEVEL else 0


def _read_traits(paragraph: Element | None, run: Element | None) -> _Traits:
    """Only what is said here, so that dictionaries laid over each other inherit."""
    said = {
        "outline": value(paragraph, "w:outlineLvl"),
        "align": value(paragraph, "w:jc"),
        "number": value(paragraph, "w:numPr", "w:numId"),
        "number_level": value(paragraph, "w:numPr", "w:ilvl"),
        "size": value(run, "w:sz"),
        "bold": _switch(is_on(run, "w:b")),
        "hidden": _switch(is_on(run, "w:vanish")),
        "font": None if run is None else _find_font(child(run, "w:rFonts")),
    }
    return {key: text for key, text in said.items() if text is not None}


def _switch(is_set: bool | None) -> str | None:
    return None if is_set is None else str(int(is_set))


def _find_font(fonts: Element | None) -> str | None:
    return None if fonts is None else fonts.get("w:eastAsia") or fonts.get("w:ascii")
