"""The visible text of a rendered plan, heading by heading."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = ("h1", "h2", "h3", "h4")
# After these a reader sees a new line, or a gap as between the cells of a table.
_LINE_ENDS = {"p", "li", "tr", "h5", "h6", "dt", "dd", "pre", "div", "ul", "ol", "table"}
_GAPS = {"td", "th"}
# Only here a line of the source is a line for the reader.
_AS_WRITTEN = {"pre"}


@dataclass
class SectionText:
    """The text under one heading, up to the next; the first may stand before any heading."""

    heading: str = ""
    anchor: str = ""
    text: str = ""


@dataclass
class _Reader(HTMLParser):
    sections: list[SectionText] = field(default_factory=lambda: [SectionText()])
    is_heading: bool = False
    is_as_written: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HEADINGS:
            self.sections.append(SectionText(anchor=dict(attrs).get("id") or ""))
            self.is_heading = True
        elif tag == "br":
            self._add("\n")
        self.is_as_written |= tag in _AS_WRITTEN

    def handle_endtag(self, tag: str) -> None:
        self.is_as_written &= tag not in _AS_WRITTEN
        if tag in _HEADINGS:
            self.is_heading = False
        elif tag in _LINE_ENDS:
            self._add("\n")
        elif tag in _GAPS:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        if self.is_heading:
            self.sections[-1].heading += data
        else:
            self._add(data if self.is_as_written else data.replace("\n", " "))

    def _add(self, text: str) -> None:
        self.sections[-1].text += text


def list_section_texts(html: str) -> list[SectionText]:
    """The sections of a rendered plan, in order; blank ones without a heading are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for section in reader.sections:
        lines = (" ".join(line.split()) for line in section.text.split("\n"))
        section.text = "\n".join(line for line in lines if line)
    return [section for section in reader.sections if section.heading or section.text]
