"""Refuse a file that is no plain .docx, in words that say what to do."""

import io
import struct
import zipfile

import pytest

from nanhua_emergency.plans.word.container import MAX_MEMBERS
from nanhua_emergency.plans.word.reading import WordRefused, read_word
from nanhua_emergency.plans.word.xml import MAX_ATTRIBUTES, MAX_MARKS, MAX_TABLE_NESTING
from word_files import NAMESPACES, a_word_file, a_zip, heading, paragraph, table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MEGABYTE = 2**20


def utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"", "a.docx", "空的"),
        (OLE + utf16("WordDocument"), "a.doc", "请在 Word 中另存为 .docx"),
        (OLE + utf16("WordDocument"), "a.docx", "请在 Word 中另存为 .docx"),
        (OLE + utf16("WordDocument"), "a.wps", "请在 WPS 中另存为 .docx"),
        (OLE + utf16("EncryptedPackage"), "a.docx", "密码"),
        (OLE + utf16("Workbook"), "a.xls", "不是 Word 文件"),
        (b"%PDF-1.7 ...", "a.docx", "PDF"),
        (b"{\\rtf1 ...", "a.doc", "RTF"),
        (b"<html><body>", "a.doc", "网页"),
        (b"MIME-Version: 1.0", "a.doc", "网页"),
        (b"\x89PNG....", "a.png", "图片"),
        (b"Rar!....", "a.docx", "压缩包"),
        (b"just text", "a.docx", "不是 Word 文件"),
        (b"PK\x03\x04 torn", "a.docx", "损坏"),
        (a_zip({"readme.txt": b"x"}), "a.docx", "改了后缀的压缩包"),
        (a_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a.xlsx", "Excel"),
        (a_zip({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "a.pptx", "演示"),
        (a_zip({"OFD.xml": b""}), "a.ofd", "OFD"),
        (a_zip({"mimetype": b"", "content.xml": b""}), "a.odt", "OpenDocument"),
    ],
)
def test_it_says_what_a_file_is_instead(data: bytes, filename: str, words: str) -> None:
    with pytest.raises(WordRefused, match=words):
        read_word(data, filename)


def test_it_refuses_macros_by_name_by_part_and_by_kind() -> None:
    plain = a_word_file(paragraph("甲"))
    part = a_word_file(members={"word/vbaProject.bin": b"macro"})
    kind = a_word_file(content_types='<Default ContentType="x.macroEnabled.main+xml"/>')
    for data, filename in ((plain, "a.DOCM"), (part, "a.docx"), (kind, "a.docx")):
        with pytest.raises(WordRefused, match="宏"):
            read_word(data, filename)
    assert read_word(plain, "a.docx").body == "甲\n"


def test_it_refuses_a_member_or_a_sum_that_is_too_large() -> None:
    one = a_word_file(members={"word/media/大图.bmp": bytes(51 * MEGABYTE)})
    with pytest.raises(WordRefused, match=r"大图\.bmp.*51 MB.*压缩"):
        read_word(one, "a.docx")
    several = {f"word/media/{i}.bmp": bytes(35 * MEGABYTE) for i in range(3)}
    with pytest.raises(WordRefused, match="超过 100 MB"):
        read_word(a_word_file(members=several), "a.docx")


@pytest.mark.parametrize("claimed", [10, 2**31])
def test_it_believes_no_directory_that_lies_about_sizes(claimed: int) -> None:
    data = bytearray(a_word_file(paragraph("甲" * 5000)))
    name = b"word/document.xml"
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    data[entry + 24 : entry + 28] = struct.pack("<L", claimed)
    with pytest.raises(WordRefused, match=r"损坏|超过 50 MB"):
        read_word(bytes(data), "a.docx")


def test_it_refuses_a_member_packed_in_another_way() -> None:
    packed = io.BytesIO(a_word_file(paragraph("甲")))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/media/a.png", b"x")
    with pytest.raises(WordRefused, match="损坏"):
        read_word(packed.getvalue(), "a.docx")


def test_it_refuses_a_zip_with_a_password() -> None:
    data = bytearray(a_word_file(paragraph("甲")))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    with pytest.raises(WordRefused, match="密码"):
        read_word(bytes(data), "a.docx")


def test_it_refuses_a_directory_of_too_many_entries() -> None:
    data = a_word_file(paragraph("甲"), members={f"x/{i}": b"" for i in range(MAX_MEMBERS)})
    with pytest.raises(WordRefused, match="损坏"):
        read_word(data, "a.docx")


@pytest.mark.parametrize(
    "document",
    [
        b"<w:document",
        b"",
        f"<w:document {NAMESPACES}/>".encode(),
        b"<a:b/>",
        b"<w><w:body/></w>",
        b'<?xml version="1.0" encoding="no-such"?><w/>',
    ],
)
def test_it_refuses_broken_xml(document: bytes) -> None:
    with pytest.raises(WordRefused, match="损坏"):
        read_word(a_word_file(members={"word/document.xml": document}), "a.docx")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;',
        "",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_refuses_a_document_type_and_expands_no_entity(declared: str, encoding: str) -> None:
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [{declared}]>'
        f"<w:document {NAMESPACES}><w:body>{paragraph('&#38;c;')}</w:body></w:document>"
    ).encode(encoding)
    with pytest.raises(WordRefused, match="损坏"):
        read_word(a_word_file(members={"word/document.xml": document}), "a.docx")


def test_it_stops_at_tables_nested_too_deep_and_says_so() -> None:
    depth = 10_000
    nested = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/></w:tc></w:tr></w:tbl>" * depth
    draft = read_word(a_word_file(nested, paragraph("后文还在。")), "a.docx")
    assert draft.body == "后文还在。\n"
    assert [note.what for note in draft.report] == [
        f"表格嵌套超过 {MAX_TABLE_NESTING} 层，更里层的表格没有带入"
    ]


def test_it_stops_after_ten_thousand_tables_and_says_so() -> None:
    tiny = "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>"
    draft = read_word(a_word_file(tiny * 10_000, table(["甲", "乙"])), "a.docx")
    assert "甲" not in draft.body
    assert any("表格超过 10000 张" in note.what for note in draft.report)


def test_it_stops_at_elements_nested_too_deep_without_recursion_error() -> None:
    deep = "<w:sdt><w:sdtContent>" * 9000 + paragraph("底") + "</w:sdtContent></w:sdt>" * 9000
    draft = read_word(a_word_file(paragraph("面上的话。"), deep), "a.docx")
    assert draft.body == "面上的话。\n"
    assert any("嵌套过深" in note.what for note in draft.report)


@pytest.mark.parametrize(
    "block",
    [
        "<w:p/>" * (MAX_MARKS + 1),
        "<w:p " + " ".join(f'w:a{i}=""' for i in range(MAX_ATTRIBUTES)) + "/>",
        paragraph("字" * 1_000_001),
        "<w:tbl>" + '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="63"/></w:tcPr></w:tc></w:tr>' * 4000
        + "</w:tbl>",
    ],
    ids=["elements", "attributes", "characters", "cells"],
)  # fmt: skip
def test_it_refuses_what_would_take_too_long(block: str) -> None:
    with pytest.raises(WordRefused, match="文件太长"):
        read_word(a_word_file(block), "a.docx")


@pytest.mark.parametrize(
    "styles",
    [
        '<w:style w:styleId="x"><w:basedOn w:val="y"/></w:style>'
        '<w:style w:styleId="y"><w:basedOn w:val="x"/></w:style>',
        '<w:style w:styleId="x"><w:basedOn w:val="x"/></w:style>',
    ],
)
def test_it_survives_styles_in_a_circle(styles: str) -> None:
    body = paragraph("甲", properties='<w:pStyle w:val="x"/>')
    assert read_word(a_word_file(body, parts={"styles": styles}), "a.docx").body == "甲\n"


def test_it_survives_numbers_out_of_all_bounds() -> None:
    huge = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="2147483647"/>'
        '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = paragraph("甲", properties='<w:numPr><w:ilvl w:val="-9"/><w:numId w:val="1"/></w:numPr>')
    draft = read_word(a_word_file(body, parts={"numbering": huge}), "a.docx")
    assert draft.body == "- 2147483647.甲\n"


def test_it_tolerates_missing_parts_and_dangling_links() -> None:
    data = a_word_file(
        heading(1, "1 总则"),
        paragraph("<w:r><w:footnoteReference w:id='9'/></w:r>", "甲"),
        paragraph(properties="<w:numPr><w:numId w:val='7'/></w:numPr>"),
        members={"word/styles.xml": b"<w/>"},
    )
    assert "甲" in read_word(data, "a.docx").body
