"""Sends an edition out as a Word file in the layout of GB/T 9704-2012, with its sign-off sheet."""

import io
import re
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from nanhua_emergency.plans.word.blocks import read_blocks
from nanhua_emergency.plans.word.inline import Run
from nanhua_emergency.plans.word.layout import (
    DECLARATION,
    FONTS_PART,
    NAMESPACES,
    SECTION,
    SETTINGS_PART,
    STYLES_PART,
    write_footer,
    write_numbering,
)
from nanhua_emergency.plans.word.setting import NOT_IN_XML, Setter, set_paragraph, set_table

_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# Relationship id, kind, file and content type of each part that the main part names.
_PARTS = (
    ("styles", "styles", "styles.xml", "styles"),
    ("settings", "settings", "settings.xml", "settings"),
    ("fonts", "fontTable", "fontTable.xml", "fontTable"),
    ("numbering", "numbering", "numbering.xml", "numbering"),
    ("odd", "footer", "footer1.xml", "footer"),
    ("even", "footer", "footer2.xml", "footer"),
)
_BLANK = set_paragraph([], "Particulars")


def write_word(
    body: str,
    *,
    title: str,
    issuer: str,
    issue_number: str,
    effective_on: str,
    sha256: str,
    signatures: list[tuple[str, str, str]],
) -> bytes:
    """The .docx of an edition: the same arguments always give the same bytes.

    `effective_on` is an ISO day or Chinese text; `signatures` are (step, who, when). What is empty
    is left out: a draft has no issue number, a text without hash no sign-off sheet.
    {{岗位:…}} and {{名录:…}} stay as they are.
    """
    setter = Setter()
    day = write_day(effective_on)
    blocks = "".join(setter.set_block(block) for block in read_blocks(body))
    particulars = [
        ("预案名称", title),
        ("文号", issue_number),
        ("发布机关", issuer),
        ("施行日期", day),
        ("正文校验值", sha256),
    ]
    document = (
        f"{DECLARATION}<w:document {NAMESPACES}><w:body>"
        + _set_top(title, issue_number, issuer, day)
        + blocks
        + (_set_sign_off(particulars, signatures) if sha256 else "")
        + f"{SECTION}</w:body></w:document>"
    )
    return _pack(document, write_numbering(setter.lists), title, issuer)


def write_day(day: str) -> str:
    """An ISO day as official documents write it (2026年5月1日); other text as it is."""
    found = _ISO_DAY.match(day.strip())
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else day.strip()


def _set_top(title: str, issue_number: str, issuer: str, day: str) -> str:
    """The title, and below it the issue number, who issued it and from when it holds."""
    effect = f"{day}起施行" if day and "施行" not in day else day
    lines = [issue_number, "　".join(part for part in (issuer, effect) if part)]
    return (
        set_paragraph([Run(title)], "Title")
        + "".join(set_paragraph([Run(line)], "Particulars") for line in lines if line)
        + _BLANK
    )


def _set_sign_off(
    particulars: Sequence[tuple[str, str]], signatures: Sequence[tuple[str, str, str]]
) -> str:
    """The last page: what was signed, by its hash, and who signed which step when."""
    rows = [("步骤", "签署人", "时间"), *signatures]
    if not signatures:
        rows.append(("尚未签署", "", ""))
    return (
        set_paragraph([Run("审　签　单")], "SignOff", "<w:pageBreakBefore/>")
        + set_table([_set_cells(row) for row in particulars if row[1]], has_header=False)
        + set_paragraph([Run("签署记录")], "SignOffNote")
        + set_table([_set_cells(row) for row in rows])
    )


def _set_cells(row: Sequence[str]) -> list[list[Run]]:
    return [[Run(cell)] for cell in row]


def _pack(document: str, numbering: str, title: str, issuer: str) -> bytes:
    parts = {
        "[Content_Types].xml": _write_content_types(),
        "_rels/.rels": _write_links(
            [
                ("main", f"{_OFFICE}/officeDocument", "word/document.xml"),
                ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _write_core(title, issuer),
        "word/_rels/document.xml.rels": _write_links(
            [(key, f"{_OFFICE}/{kind}", name) for key, kind, name, _ in _PARTS]
        ),
        "word/document.xml": document,
        "word/styles.xml": STYLES_PART,
        "word/settings.xml": SETTINGS_PART,
        "word/fontTable.xml": FONTS_PART,
        "word/numbering.xml": numbering,
        "word/footer1.xml": write_footer("right"),
        "word/footer2.xml": write_footer("left"),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            # Without a time of writing, so that the same edition is the same file.
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text.encode())
    return packed.getvalue()


def _write_content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_WORD_TYPE}.{kind}+xml"/>'
        for name, kind in [("document.xml", "document.main")]
        + [(name, kind) for _, _, name, kind in _PARTS]
    )
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}"
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _write_links(links: Sequence[tuple[str, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in links
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _write_core(title: str, issuer: str) -> str:
    def clean(text: str) -> str:
        return escape(NOT_IN_XML.sub("", text))

    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{clean(title)}</dc:title><dc:creator>{clean(issuer)}</dc:creator>"
        "</cp:coreProperties>"
    )
