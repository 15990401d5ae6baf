"""Markdown to HTML that is safe to show, computed once for each text."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from threading import Lock
from xml.etree import ElementTree

import markdown
import nh3
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, slugify_unicode
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

# Part of every ETag: raise it when the same text is shown differently.
RENDERING = "3"
KEPT = 128

_LIST_ITEM = re.compile(r"^(\s*)([-*+]|\d+[.)])\s+")
# What a reference may hold besides its name; its bar would cut the table cell in two, a wide one does not.
_CONDITION = re.compile(r"(\{\{\s*(?:岗位|名录)\s*[:：][^{}|｜\\\n]*)\\?[|｜]([^{}\n]*\}\})")
_REFERENCE = re.compile(r'<span class="reference" data-reference="([^"]*)">([^<]*)</span>')
# A table as far as the end of its first row, which names its columns.
_TABLE = re.compile(r"<table>((?:(?!</?table>|</tr>).)*)", re.DOTALL)
_HEADING_CELL = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TAGS = {
    *_HEADINGS, "p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "div", "span", "dl", "dt", "dd",
}  # fmt: skip
ATTRIBUTES = {
    **{heading: {"id"} for heading in _HEADINGS},
    "span": {"data-reference"}, "a": {"href", "title"}, "ol": {"start"}, "td": {"data-label"}, "th": {"scope"},
}  # fmt: skip
CLASSES = {
    "div": {"admonition", "note", "warning", "danger", "tip", "important"},
    "p": {"admonition-title"},
    "span": {"reference", "level-blue", "level-yellow", "level-orange", "level-red"},
}
LEVEL_CLASSES = {"蓝色": "blue", "黄色": "yellow", "橙色": "orange", "红色": "red"}


@dataclass(frozen=True)
class Heading:
    """One line of the contents: its level (2 or 3), its text and the anchor it leads to."""

    level: int
    title: str
    anchor: str


@dataclass(frozen=True)
class Rendered:
    """A text as a page shows it: clean HTML, and its contents."""

    html: Markup
    contents: tuple[Heading, ...]


class _TidyBlocks(Preprocessor):
    """What a clerk writes in good faith: lists and tables right after a line, two-space nesting."""

    def run(self, lines: list[str]) -> list[str]:
        tidy: list[str] = []
        indents: list[int] = []
        is_code = False
        for line in lines:
            is_code ^= bool(_FENCE.match(line))
            kind = "" if is_code else _kind_of(line)
            if kind and tidy and tidy[-1].strip() and _kind_of(tidy[-1]) != kind and not (
                kind == "list" and indents
            ):  # fmt: skip
                tidy.append("")
            if kind == "list":
                line, indents = _indent_by_four(line, indents)
            elif kind == "table":
                line, indents = _CONDITION.sub(r"\1｜\2", line), []
            elif not line.startswith((" ", "\t")) and line.strip():
                indents = []
            tidy.append(line)
            if line.startswith("#") and not is_code:
                tidy.append("")  # else the parser reads all that follows again for each heading
        return tidy


def _kind_of(line: str) -> str:
    if line.lstrip().startswith("|"):
        return "table"
    return "list" if _LIST_ITEM.match(line) else ""


def _indent_by_four(line: str, indents: list[int]) -> tuple[str, list[int]]:
    indent = len(line) - len(line.lstrip(" "))
    indents = [one for one in indents if one < indent] + [indent]
    return " " * 4 * (len(indents) - 1) + line.lstrip(" "), indents


class _Reference(InlineProcessor):
    """{{岗位:…}} and {{名录:…}}: shown by name; `fill_references` adds what they stand for."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        key, name = _read_reference(m[1], m[2])
        span = ElementTree.Element("span", {"class": "reference", "data-reference": key})
        span.text = markdown.util.AtomicString(name)
        return span, m.start(0), m.end(0)


def _read_reference(kind: str, content: str) -> tuple[str, str]:
    """The one form of a reference, as `references.key_of` has it, and the name it is shown by."""
    name, _bar, condition = content.replace("|", "｜").partition("｜")
    heading, _is, value = condition.replace("＝", "=").partition("=")
    narrowed = f"｜{heading.strip()}={value.strip()}" if condition else ""
    return f"{kind}:{name.strip()}{narrowed}", name.strip()


class _Tables(Treeprocessor):
    """Name each cell after its column for narrow screens; colour the names of warning levels."""

    def run(self, root: ElementTree.Element) -> None:
        for table in root.iter("table"):
            names = ["".join(cell.itertext()) for cell in table.iter("th")]
            for row in table.iter("tr"):
                for name, cell in zip(names, row.findall("td"), strict=False):
                    cell.set("data-label", name)
                    _colour_level(cell)


def _colour_level(cell: ElementTree.Element) -> None:
    colour = LEVEL_CLASSES.get((cell.text or "").strip())
    if colour and len(cell) == 0:
        span = ElementTree.SubElement(cell, "span", {"class": f"level-{colour}"})
        span.text, cell.text = cell.text, ""


class _PlanExtension(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.preprocessors.register(_TidyBlocks(md), "tidy_blocks", 27)
        pattern = r"\{\{\s*(岗位|名录)\s*[:：]\s*([^{}\n]{1,60}?)\s*\}\}"
        md.inlinePatterns.register(_Reference(pattern, md), "reference", 185)
        md.treeprocessors.register(_Tables(md), "tables_by_name", 5)


def render(body: str) -> Rendered:
    """The page of a text: HTML with nothing in it that could run, and its contents.

    Assumes a text that passed `limits.check_body_limits`; the time is then linear in its length.
    """
    md = markdown.Markdown(
        extensions=[
            "tables", "attr_list", "admonition", "sane_lists", "fenced_code", "nl2br",
            TocExtension(slugify=slugify_unicode, toc_depth="1-4"), _PlanExtension(),
        ],
        output_format="html",
    )  # fmt: skip
    html = md.convert(body)
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer",
    )  # fmt: skip
    clean = _TABLE.sub(_open_table, clean).replace("</table>", "</table></div>")
    return Rendered(  # the one place where HTML becomes safe: nh3 has just cleaned it
        Markup(clean),  # noqa: S704
        tuple(_flatten(getattr(md, "toc_tokens", []))),
    )


def _open_table(match: re.Match[str]) -> str:
    """What scrolls a wide table: in reach of the keyboard, and called by its columns."""
    cells = _HEADING_CELL.findall(match[1])
    names = (unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells)
    label = escape("表格：" + "、".join(filter(None, names)))
    group = f'<div class="table-scroll" tabindex="0" role="group" aria-label="{label}">'
    return f"{group}<table>{match[1]}"


def _flatten(tokens: list[dict[str, object]]) -> list[Heading]:
    headings: list[Heading] = []
    for token in tokens:
        level, name, anchor = token["level"], token["name"], token["id"]
        assert isinstance(level, int)
        headings.append(Heading(level, unescape(str(name)), str(anchor)))
        headings.extend(_flatten(token["children"]))  # type: ignore[arg-type]
    return headings


@dataclass(frozen=True)
class Filling:
    """What is added after a reference: words with phone numbers, and what has changed since.

    `people` are words and the number to dial, which may be masked; `anchor` is where on the page
    the list stands.
    """

    people: tuple[tuple[str, str], ...] = ()
    note: str = ""
    change: str = ""
    anchor: str = ""


def fill_references(html: Markup, fillings: Mapping[str, Filling]) -> Markup:
    """A rendered text with what its references stand for, once in each main part.

    Everything added is escaped here, as the text itself was cleaned by `render`.
    """
    parts = re.split("(?=<h2)", html)
    return Markup("".join(_fill_part(part, fillings) for part in parts))  # noqa: S704


def _fill_part(part: str, fillings: Mapping[str, Filling]) -> str:
    seen: set[str] = set()

    def fill(match: re.Match[str]) -> str:
        key = unescape(match[1])
        is_first = key not in seen
        seen.add(key)
        filling = fillings.get(key)
        shown = f'<span class="reference">{match[2]}</span>'
        if filling is None:
            return shown
        if filling.anchor:
            shown = f'<a class="reference" href="#{escape(filling.anchor)}">{match[2]}</a>'
        return shown + (_write_filling(filling) if is_first else "")

    return _REFERENCE.sub(fill, part)


def _write_filling(filling: Filling) -> str:
    said = "；".join(_write_person(*person) for person in filling.people)
    inside = "".join(filter(None, (said, escape(filling.note))))
    words = f'<span class="holder">（{inside}）</span>' if inside else ""
    change = f' <span class="changed">{escape(filling.change)}</span>' if filling.change else ""
    return words + change


def _write_person(words: str, number: str) -> str:
    if not number:
        return str(escape(words))
    dialled = re.sub(r"[^0-9+]", "", number)
    if "*" in number or not dialled:
        return str(escape(f"{words} {number}"))
    return f'{escape(words)} <a href="tel:{dialled}">{escape(number)}</a>'


_kept: OrderedDict[str, Rendered] = OrderedDict()
_lock = Lock()


def render_once(body: str, sha256: str) -> Rendered:
    """The page of a stored text; a text already rendered in this process is not rendered again."""
    with _lock:
        if sha256 in _kept:
            _kept.move_to_end(sha256)
            return _kept[sha256]
    rendered = render(body)
    with _lock:
        _kept[sha256] = rendered
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return rendered
