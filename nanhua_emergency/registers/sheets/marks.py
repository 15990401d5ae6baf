"""Walks the XML of a part; refuses what a spreadsheet program never writes."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from nanhua_emergency.registers.sheets.container import BROKEN
from nanhua_emergency.registers.sheets.refusals import SheetRefused

Start = Callable[[str, dict[str, str]], None]


def _refuse_doctype(*_: object) -> None:
    # Entities that expand into gigabytes are declared in a DOCTYPE, and there is no other use.
    raise SheetRefused(BROKEN)


def make_parser(
    start: Start, end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    """A parser that calls back for each mark, by its name as it is written."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def walk(parser: expat.XMLParserType, blocks: Iterable[bytes]) -> None:
    """Feed all of a part to a parser."""
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SheetRefused(BROKEN) from error


def local(name: str) -> str:
    """The name of a mark without its prefix."""
    return name.rpartition(":")[2]


def list_marks(blocks: Iterable[bytes]) -> list[tuple[str, dict[str, str]]]:
    """All marks of a small part with their attributes, prefixes dropped."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((local(name), {local(key): value for key, value in attributes.items()}))

    walk(make_parser(start, lambda _: None, lambda _: None), blocks)
    return found
