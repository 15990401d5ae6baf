"""Send an edition out as a Word file in the layout of GB/T 9704-2012."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from nanhua_emergency.plans.word.layout import TEXT_WIDTH
from nanhua_emergency.plans.word.setting import share_width
from nanhua_emergency.plans.word.writing import write_word

HASH = "0123456789abcdef" * 4
BODY = """## 1 总则

### 1.1 目的

为把人转移出来，制定**本预案**，由{{岗位:防汛指挥长}}执行。

| 时间 | 谁 |
| --- | --- |
| 0—5 分钟 | {{岗位:应急值班员}} |

1. 敲锣
    - 急敲
2. 点名
"""


def export(body: str = BODY, **changes: object) -> zipfile.ZipFile:
    fields: dict[str, object] = {
        "title": "南华镇防汛应急预案",
        "issuer": "南华镇人民政府",
        "issue_number": "南政发〔2026〕5号",
        "effective_on": "2026-05-01",
        "sha256": HASH,
        "signatures": [
            ("合法性审核", "司法所", "2026年4月10日"),
            ("签发", "镇长", "2026年4月20日"),
        ],
    }
    return zipfile.ZipFile(io.BytesIO(write_word(body, **(fields | changes))))  # type: ignore[arg-type]


def part(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(f"word/{name}.xml").decode()


def text_of(xml: str) -> str:
    return "".join(re.findall(r"<w:t [^>]*>([^<]*)</w:t>", xml))


def style(archive: zipfile.ZipFile, key: str) -> str:
    found = re.search(f'<w:style [^>]*w:styleId="{key}".*?</w:style>', part(archive, "styles"))
    assert found is not None
    return found[0]


def attribute(xml: str, element: str, name: str) -> str:
    found = re.search(rf'<w:{element}[^>]* w:{name}="([^"]*)"', xml)
    assert found is not None, (element, name)
    return found[1]


def millimetres(twips: str) -> int:
    return round(int(twips) * 25.4 / 1440)


def test_it_keeps_the_pages_measures() -> None:
    document = part(export(), "document")
    assert [millimetres(attribute(document, "pgSz", side)) for side in "wh"] == [210, 297]
    margins = {side: millimetres(attribute(document, "pgMar", side)) for side in
               ("top", "bottom", "left", "right")}  # fmt: skip
    assert margins == {"top": 37, "bottom": 35, "left": 28, "right": 26}


def test_it_fits_22_lines_of_28_characters() -> None:
    archive = export()
    document, normal = part(archive, "document"), style(archive, "Normal")
    assert attribute(document, "docGrid", "type") == "lines"
    pitch = int(attribute(document, "docGrid", "linePitch"))
    assert attribute(normal, "spacing", "line") == str(pitch)
    height = 16838 - int(attribute(document, "pgMar", "top")) - int(
        attribute(document, "pgMar", "bottom")
    )  # fmt: skip
    assert height // pitch == 22
    width = 11906 - int(attribute(document, "pgMar", "left")) - int(
        attribute(document, "pgMar", "right")
    )  # fmt: skip
    size = int(attribute(part(archive, "styles"), "sz", "val")) * 10
    assert width // (size + int(attribute(normal, "spacing", "val"))) == 28
    assert attribute(normal, "ind", "firstLineChars") == "200"


def test_it_uses_the_standards_fonts_with_others_to_stand_in() -> None:
    archive = export()
    fonts = {key: attribute(style(archive, key), "rFonts", "eastAsia") for key in
             ("Title", "Heading1", "Heading2", "Footer")}  # fmt: skip
    assert fonts == {
        "Title": "方正小标宋简体", "Heading1": "黑体", "Heading2": "楷体_GB2312", "Footer": "宋体",
    }  # fmt: skip
    assert attribute(part(archive, "styles"), "rFonts", "eastAsia") == "仿宋_GB2312"
    assert attribute(style(archive, "Title"), "sz", "val") == "44"
    table = part(archive, "fontTable")
    for name in ("仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"):
        assert re.search(f'<w:font w:name="{name}"><w:altName w:val="[^"]+"/>', table)


def test_it_uses_words_own_heading_styles_with_outline_levels() -> None:
    archive = export()
    for level in (1, 2, 3):
        xml = style(archive, f"Heading{level}")
        assert f'<w:name w:val="heading {level}"/>' in xml
        assert attribute(xml, "outlineLvl", "val") == str(level - 1)


def test_it_numbers_odd_pages_right_and_even_pages_left() -> None:
    archive = export()
    links = dict(re.findall(
        r'Id="(odd|even)" Type="[^"]*/footer" Target="(\w+)', archive.read(
            "word/_rels/document.xml.rels").decode()
    ))  # fmt: skip
    for side, page in (("right", "odd"), ("left", "even")):
        footer = part(archive, links[page])
        assert attribute(footer, "jc", "val") == side
        assert re.sub("<[^>]*>", "", footer).strip() == "— 1 —"
        assert 'w:instr=" PAGE "' in footer
    assert "<w:evenAndOddHeaders/>" in part(archive, "settings")


def test_it_repeats_a_tables_header_row_and_fills_the_width() -> None:
    document = part(export(), "document")
    table = re.findall("<w:tbl>.*?</w:tbl>", document)[0]
    rows = re.findall("<w:tr>.*?</w:tr>", table)
    assert ["<w:tblHeader/>" in row for row in rows] == [True, False]
    assert sum(int(width) for width in re.findall(r'gridCol w:w="(\d+)"', table)) == TEXT_WIDTH


def test_it_gives_short_columns_what_they_need() -> None:
    narrow, wide = share_width([["时间", "做什么"], ["0—5 分钟", "叫应" * 60]])
    assert narrow < TEXT_WIDTH / 5
    assert narrow + wide == TEXT_WIDTH
    assert share_width([["", ""], ["", ""]])[0] > 0
    assert sum(share_width([["字" * 7] * 30])) == TEXT_WIDTH


def test_it_keeps_references_bold_and_numbers() -> None:
    archive = export()
    document = part(archive, "document")
    assert "{{岗位:防汛指挥长}}" in text_of(document)
    assert re.search(r"<w:b/></w:rPr><w:t [^>]*>本预案<", document)
    assert document.count("<w:numPr>") == 3
    assert part(archive, "numbering").count("<w:startOverride") == 2


def test_it_ends_with_a_sign_off_sheet_that_bears_the_hash() -> None:
    document = part(export(), "document")
    sheet = document[document.index("<w:pageBreakBefore/>") :]
    assert HASH in sheet
    words = text_of(sheet)
    for word in (
        "审　签　单",
        "司法所",
        "签发",
        "2026年4月20日",
        "南政发〔2026〕5号",
        "2026年5月1日",
    ):
        assert word in words


def test_it_leaves_out_what_a_draft_has_not() -> None:
    document = part(export(issue_number="", effective_on="", signatures=[]), "document")
    assert "文号" not in document
    assert "施行" not in document
    assert "尚未签署" in document


@pytest.mark.parametrize(
    ("day", "shown"), [("2026-05-01", "2026年5月1日起施行"), ("印发之日起施行", "　印发之日起施行")]
)
def test_it_writes_the_day_as_documents_do(day: str, shown: str) -> None:
    assert shown in text_of(part(export(effective_on=day), "document"))


def test_it_gives_the_same_bytes_for_the_same_edition() -> None:
    assert write_word(BODY, title="题", issuer="", issue_number="", effective_on="", sha256=HASH,
                      signatures=[]) == write_word(BODY, title="题", issuer="", issue_number="",
                      effective_on="", sha256=HASH, signatures=[])  # fmt: skip


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ud800", "\uffff", "<b>&", "]]>", '"'])
def test_it_writes_well_formed_parts_whatever_the_text_holds(sign: str) -> None:
    text = f"甲{sign}乙"
    archive = export(f"## {text}\n\n{text}\n\n| {text} |\n| --- |\n", title=text, issuer=text)
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))


def test_it_sets_quotes_callouts_and_code_in_styles_of_their_own() -> None:
    body = '> 引用\n> 两行\n\n!!! warning "注意"\n    不下渠。\n\n```\na  = 1\n  b\n```\n\n后文。\n'
    document = part(export(body), "document")
    assert document.count('w:val="Quote"') == 1
    assert document.count('w:val="Callout"') == 2
    assert '>a  = 1</w:t><w:br/><w:t xml:space="preserve">  b<' in document
    assert re.search(r'w:val="PlanText"/></w:pPr><w:r><w:t [^>]*>后文。<', document)
