"""Word files made for tests: a few words of WordprocessingML become a .docx."""

import io
import zipfile
from collections.abc import Mapping

from nanhua_emergency.plans.word.reading import WordDraft, read_word

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="32"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 3"/></w:style>
<w:style w:type="paragraph" w:styleId="chapter"><w:name w:val="章标题"/><w:basedOn w:val="1"/>
<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
"""


def run(text: str, properties: str = "") -> str:
    """One run; `properties` is the inside of its w:rPr."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "", look: str = "") -> str:
    """One paragraph of runs, or of plain texts; `look` is the w:rPr of the plain ones."""
    inside = "".join(each if each.startswith("<") else run(each, look) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def heading(level: int, text: str) -> str:
    """A paragraph in one of Word's own heading styles."""
    return paragraph(text, properties=f'<w:pStyle w:val="{level}"/>')


def numbered(number_id: int, level: int, text: str, more: str = "") -> str:
    """A paragraph with automatic numbering."""
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>'
    return paragraph(text, properties=more + numbering)


def title(text: str) -> str:
    """A line centred in 二号."""
    return paragraph(text, properties='<w:jc w:val="center"/>', look='<w:sz w:val="44"/>')


def cell(*blocks: str, properties: str = "") -> str:
    """A table cell of paragraphs or plain texts."""
    inside = "".join(each if each.startswith("<") else paragraph(each) for each in blocks)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside or '<w:p/>'}</w:tc>"


def table(*rows: list[str]) -> str:
    """A table of rows of cells or plain texts."""
    return (
        "<w:tbl>"
        + "".join(
            "<w:tr>" + "".join(c if c.startswith("<w:tc>") else cell(c) for c in row) + "</w:tr>"
            for row in rows
        )
        + "</w:tbl>"
    )


def numbering(*levels: tuple[str, str]) -> str:
    """A numbering part with one list, number 1; each level is (format, text)."""
    inside = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, (number_format, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="0">{inside}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )


def a_word_file(
    *blocks: str,
    parts: Mapping[str, str] | None = None,
    links: str = "",
    members: Mapping[str, bytes] | None = None,
    content_types: str = "",
) -> bytes:
    """A .docx of body blocks.

    `parts` are further XML parts by kind ("numbering", "footnotes" …, the inside of their root),
    `links` further relationships, `members` further files of the zip, replacing those of the name.
    """
    roots = {"styles": _STYLES, **(parts or {})}
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{_R}/{kind}" Target="{kind}.xml"/>' for kind in roots
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Override'
        f' PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
        f"{content_types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a"'
        f' Type="{_R}/officeDocument" Target="/word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f"{relations}{links}</Relationships>",
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{''.join(blocks)}</w:body>"
        "</w:document>",
        **{
            f"word/{kind}.xml": f"<w:{kind} {NAMESPACES}>{inside}</w:{kind}>"
            for kind, inside in roots.items()
        },
    }
    members = {**{name: text.encode() for name, text in files.items()}, **(members or {})}
    return a_zip(members)


def a_zip(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def link(key: str, kind: str, target: str, *, is_external: bool = False) -> str:
    """A relationship of the main part."""
    mode = ' TargetMode="External"' if is_external else ""
    return f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"{mode}/>'


def read(*blocks: str, **parts: object) -> WordDraft:
    """What a .docx of these blocks is read as."""
    return read_word(a_word_file(*blocks, **parts), "预案.docx")  # type: ignore[arg-type]


def said_of(draft: WordDraft, word: str) -> list[str]:
    """Where the report says something of which the word is a part."""
    return [note.where for note in draft.report if word in note.what]
