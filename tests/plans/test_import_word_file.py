"""Bring a Word file in as a draft: headings, lists and the title."""

import pytest

from nanhua_emergency.plans.word.reading import WordDraft
from word_files import (
    heading,
    numbered,
    numbering,
    paragraph,
    read,
    said_of,
    title,
)

TEXT = "为在山洪到来前把人转移出来，依据有关法律法规，制定本预案。"
BOLD = "<w:b/>"


def headings_of(draft: WordDraft) -> list[str]:
    return [line for line in draft.body.split("\n") if line.startswith("#")]


def test_it_finds_headings_by_style_outline_level_and_inherited_style() -> None:
    draft = read(
        heading(1, "1 总则"),
        heading(2, "1.1 目的"),
        paragraph(TEXT),
        paragraph("2 人员转移", properties='<w:pStyle w:val="chapter"/>'),
        paragraph(TEXT),
        paragraph("2.1 转移对象", properties='<w:outlineLvl w:val="1"/>'),
    )
    assert headings_of(draft) == ["## 1 总则", "### 1.1 目的", "## 2 人员转移", "### 2.1 转移对象"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (("1　总则", "1.1　目的"), ("## 1 总则", "### 1.1 目的")),
        (("１．总则", "１．１目的"), ("## 1 总则", "### 1.1 目的")),
        (("1、总则", "1.1、目的"), ("## 1 总则", "### 1.1 目的")),
        (("一、总则", "（一）目的"), ("## 一、总则", "### （一）目的")),
        (("一．总则", "(一) 目的"), ("## 一、总则", "### （一）目的")),
        (("第一章　总则", "第一节 目的"), ("## 第一章 总则", "### 第一节 目的")),
        (("第1章 总则", "第十二条 目的"), ("## 第1章 总则", "### 第十二条 目的")),
        (("十一、总则", "（二十一）目的"), ("## 十一、总则", "### （二十一）目的")),
    ],
)
def test_it_finds_headings_by_their_number(
    typed: tuple[str, str], written: tuple[str, str]
) -> None:
    draft = read(paragraph(typed[0]), paragraph(typed[1]), paragraph(TEXT))
    assert headings_of(draft) == list(written)


@pytest.mark.parametrize(
    "sentence",
    [
        "1.接到报告后立即核实，并在十五分钟内向镇应急办报告有关情况。",
        "一、各村要高度重视，认真组织开展隐患排查。",
        "第一条 为了有效应对突发事件，制定本预案。",
        "（一）发生人员伤亡的；",
        "3.5米以上水深的路段",
        "2.3万人受灾",
        "1.1万元以内的损失",
        "3.2 防汛队伍",
        "1.2 倍安全系数。",
        "2024年5月，县里发布了预警",
    ],
)
def test_it_takes_no_sentence_for_a_heading(sentence: str) -> None:
    draft = read(paragraph(TEXT), paragraph(sentence), paragraph(TEXT))
    assert headings_of(draft) == []


def test_it_takes_numbered_neighbours_for_a_list() -> None:
    draft = read(
        paragraph("需要的物资"), paragraph("1．救生衣"), paragraph("2、抛绳"), paragraph("3. 锣")
    )
    assert draft.body == "需要的物资\n\n1. 救生衣\n2. 抛绳\n3. 锣\n"


def test_it_takes_a_bold_numbered_line_for_a_heading_in_a_styled_file() -> None:
    plain = paragraph("（一）村里怎么办")
    bold = paragraph("（一）村里怎么办", look=BOLD)
    around = (heading(1, "一、总则"), paragraph(TEXT), heading(1, "二、处置"))
    assert headings_of(read(*around, plain, paragraph(TEXT)))[-1] == "## 二、处置"
    assert headings_of(read(*around, bold, paragraph(TEXT)))[-1] == "### （一）村里怎么办"


def test_it_writes_third_level_headings_as_bold_paragraphs_and_says_so() -> None:
    draft = read(heading(1, "1 总则"), heading(2, "1.1 目的"), heading(3, "1.1.1 依据"))
    assert draft.body.endswith("\n\n**1.1.1 依据**\n")
    assert said_of(draft, "三级及以下标题") == ["全文"]


def test_it_writes_automatic_numbers_of_headings_out() -> None:
    levels = numbering(("chineseCounting", "第%1章"), ("decimal", "%1.%2"))
    levels = levels.replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:isLgl/>')
    style = '<w:pStyle w:val="{}"/>'.format
    draft = read(
        numbered(1, 0, "总则", style(1)),
        numbered(1, 1, "目的", style(2)),
        numbered(1, 1, "依据", style(2)),
        numbered(1, 0, "处置", style(1)),
        numbered(1, 1, "报告", style(2)),
        parts={"numbering": levels},
    )
    assert headings_of(draft) == [
        "## 第一章 总则",
        "### 1.1 目的",
        "### 1.2 依据",
        "## 第二章 处置",
        "### 2.1 报告",
    ]


def test_it_writes_automatic_lists_as_items() -> None:
    levels = numbering(("decimal", "%1、"), ("decimal", "（%2）"))
    draft = read(
        numbered(1, 0, "敲锣。"),
        numbered(1, 1, "急敲。"),
        numbered(1, 1, "连敲。"),
        numbered(1, 0, "点名。"),
        parts={"numbering": levels},
    )
    assert draft.body == "1. 敲锣。\n    1. 急敲。\n    2. 连敲。\n2. 点名。\n"


def test_it_keeps_numbers_that_markdown_has_not_as_text_of_items() -> None:
    draft = read(
        numbered(1, 0, "敲锣。"),
        numbered(1, 0, "点名。"),
        parts={"numbering": numbering(("ideographTraditional", "%1、"))},
    )
    assert draft.body == "- 甲、敲锣。\n- 乙、点名。\n"


def test_it_writes_bullets_typed_or_automatic_as_items() -> None:
    draft = read(
        numbered(1, 0, "敲锣"),
        paragraph("● 点名"),
        paragraph("-20℃ 以下停工。"),
        parts={"numbering": numbering(("bullet", "\uf0b7"))},
    )
    assert draft.body == "- 敲锣\n- 点名\n\n-20℃ 以下停工。\n"


def test_it_nests_bracketed_numbers_only_under_an_item() -> None:
    draft = read(
        paragraph("（1）人先走。"),
        paragraph("甲"),
        paragraph("1.敲锣。"),
        paragraph("（1）急敲。"),
        paragraph("②连敲。"),
    )
    assert draft.body == "（1）人先走。\n\n甲\n\n1. 敲锣。\n    1. 急敲。\n    2. 连敲。\n"


def test_it_takes_the_first_big_centred_lines_for_the_title() -> None:
    draft = read(title("南华镇"), title("防汛应急预案"), paragraph(TEXT))
    assert draft.title == "南华镇防汛应急预案"
    assert draft.body == f"{TEXT}\n"


def test_it_takes_the_plans_title_and_not_that_of_its_notice() -> None:
    draft = read(
        title("关于印发防汛应急预案的通知"),
        paragraph("各村："),
        title("防汛应急预案"),
        paragraph(TEXT),
    )
    assert draft.title == "防汛应急预案"
    assert "关于印发防汛应急预案的通知" in draft.body


def test_it_takes_no_other_line_of_the_cover_for_a_heading() -> None:
    cover = title("南华镇应急管理办公室").replace("<w:jc", '<w:outlineLvl w:val="0"/><w:jc')
    draft = read(cover, paragraph("（盖章）"), title("防汛应急预案"), heading(1, "1 总则"))
    assert draft.title == "防汛应急预案"
    assert draft.body == "南华镇应急管理办公室\n\n（盖章）\n\n## 1 总则\n"


def test_it_has_no_title_where_none_is_big_and_centred() -> None:
    small = paragraph("南华镇防汛须知", properties='<w:jc w:val="center"/>')
    assert read(small, paragraph(TEXT)).title == ""


def test_it_leaves_the_table_of_contents_out_and_says_so() -> None:
    draft = read(
        paragraph("目　录"),
        paragraph("1 总则……………………1"),
        paragraph("总则 3", properties='<w:pStyle w:val="toc1"/>'),
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
        f"</w:sdtPr><w:sdtContent>{paragraph('附件 9')}</w:sdtContent></w:sdt>",
        paragraph(TEXT),
    )
    assert draft.body == f"{TEXT}\n"
    assert said_of(draft, "目录没有带入")
