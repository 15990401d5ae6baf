"""Reads one XML part of a Word file without trusting it: no DTD, bounded depth, bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

MAX_TABLES = 10_000
MAX_TABLE_NESTING = 5
# Deep enough for a text box in a table in a table; shallow enough to walk by recursion.
MAX_DEPTH = 120
# What one file may hold in all its parts together, a "<" counting as a mark and a "=" as an
# attribute. A plan of 100 pages from Word has about 50,000 of each; this is two seconds of work.
MAX_MARKS = 300_000
MAX_ATTRIBUTES = 300_000

TOO_DEEP = "嵌套过深的内容没有带入"
TABLES_TOO_DEEP = f"表格嵌套超过 {MAX_TABLE_NESTING} 层，更里层的表格没有带入"
TOO_MANY_TABLES = f"表格超过 {MAX_TABLES} 张，后面的表格没有带入"

# Both the transitional and the strict edition of ISO/IEC 29500 are in use.
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/content-types": "ct",
}


# Left out while parsing, with all they hold: no use to an import, and half of what Word writes.
_UNREAD = frozenset(
    {f"w:{name}PrChange" for name in ("r", "p", "tbl", "tc", "tr", "sect")}
    | {f"w:{name}" for name in ("sectPr", "proofErr", "bookmarkStart", "bookmarkEnd", "lang")}
    | {f"w:{name}" for name in ("tblBorders", "tcBorders", "pBdr", "tabs", "ind", "spacing")}
    | {f"w:{name}" for name in ("szCs", "color", "kern", "shd", "tcW", "latentStyles", "tblGrid")}
)


class BrokenXmlError(Exception):
    """The part is not well-formed, or declares a document type."""


class TooMuchXmlError(Exception):
    """The file holds more marks than one import may read."""


@dataclass
class Budget:
    """What is left to read of one file, over all its parts, and what had to be left out."""

    marks: int = MAX_MARKS
    attributes: int = MAX_ATTRIBUTES
    left_out: set[str] = field(default_factory=set)

    def spend(self, data: bytes) -> None:
        """Take the part's marks off before parsing; raises TooMuchXmlError when none are left."""
        self.marks -= data.count(b"<")
        self.attributes -= data.count(b"=")
        if self.marks < 0 or self.attributes < 0:
            raise TooMuchXmlError


class _Tree:
    """Builds the tree from the parser's events, leaving out what is nested too deep."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.builder = TreeBuilder()
        self.names: dict[str, str] = {}
        self.depth = self.skipping = self.tables = self.open_tables = 0

    def short(self, name: str) -> str:
        uri, _, local = name.rpartition("}")
        prefix = _PREFIXES.get(uri, uri)
        self.names[name] = short = f"{prefix}:{local}" if uri else local
        return short

    def refusal(self, tag: str) -> str:
        if self.depth >= MAX_DEPTH:
            return TOO_DEEP
        if tag == "w:tbl" and self.open_tables >= MAX_TABLE_NESTING:
            return TABLES_TOO_DEEP
        if tag == "w:tbl" and self.tables >= MAX_TABLES:
            return TOO_MANY_TABLES
        return ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.skipping:
            self.skipping += 1
            return
        names = self.names
        tag = names.get(name) or self.short(name)
        if tag in _UNREAD:
            self.skipping = 1
            return
        if refusal := self.refusal(tag):
            self.budget.left_out.add(refusal)
            self.skipping = 1
            return
        self.depth += 1
        if tag == "w:tbl":
            self.tables += 1
            self.open_tables += 1
        self.builder.start(
            tag,
            {
                names.get(key) or self.short(key): value
                for key, value in attributes.items()
                if "}rsid" not in key
            },
        )

    def end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        self.depth -= 1
        tag = self.names[name]
        if tag == "w:tbl":
            self.open_tables -= 1
        self.builder.end(tag)

    def text(self, data: str) -> None:
        if not self.skipping:
            self.builder.data(data)


def _refuse_doctype(*_: object) -> None:
    raise BrokenXmlError


def parse_part(data: bytes, budget: Budget) -> Element:
    """The part's root element, its names with short prefixes ("w:p").

    A part that declares a document type is refused, so no entity is ever expanded and nothing is
    fetched. Raises BrokenXmlError and TooMuchXmlError.
    """
    budget.spend(data)
    tree = _Tree(budget)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        # In one piece: older expat re-reads a long token at every piece.
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BrokenXmlError from error
    return tree.builder.close()


def child(node: Element | None, *path: str) -> Element | None:
    """The element at the path of child names, or None; only direct children are looked at."""
    for tag in path:
        node = None if node is None else next((each for each in node if each.tag == tag), None)
    return node


def value(node: Element | None, *path: str) -> str | None:
    """The w:val of the element at the path, "" when it has none, None when there is no element."""
    found = child(node, *path)
    return None if found is None else found.get("w:val", "")


def is_on(node: Element | None, *path: str) -> bool | None:
    """A switch such as w:b: None when absent, else whether it is on."""
    said = value(node, *path)
    return None if said is None else said not in {"0", "false", "off", "none"}


def whole_number(text: str | None, default: int, *, most: int = 2**31) -> int:
    """The attribute as a whole number from 0 to `most`; the default when it is not one."""
    try:
        return min(max(int(text or ""), 0), most)
    except ValueError:
        return default


def list_children(node: Element | None, tag: str) -> Iterator[Element]:
    """Direct children of that name, in order."""
    return (each for each in node if each.tag == tag) if node is not None else iter(())
