"""Outline a plan: find its sections, tables, references and length in the Markdown text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions.toc import slugify_unicode

from nanhua_emergency.plans.outline import (
    MOMENT_LABELS,
    FirstHourStep,
    Level,
    Moment,
    Reference,
    Section,
    Target,
    count_characters,
    find_section,
    list_first_hour,
    list_levels,
    list_references,
    list_sections,
    list_targets,
    list_unreadable_references,
    read_table,
)

PLANS = sorted(Path(__file__).parents[2].glob("plans/[0-9]*.md"))


def rendered_ids(body: str) -> list[str]:
    markdown = Markdown(
        extensions=["toc", "attr_list", "tables", "fenced_code"],
        extension_configs={"toc": {"slugify": slugify_unicode}},
    )
    markdown.convert(body)
    return list(walk_ids(getattr(markdown, "toc_tokens", [])))


def walk_ids(tokens: list[dict[str, Any]]) -> Iterator[str]:
    for token in tokens:
        yield token["id"]
        yield from walk_ids(token["children"])


def anchors(body: str) -> list[str]:
    return [section.anchor for section in list_sections(body)]


def test_it_lists_sections_with_their_own_text() -> None:
    body = "开头\n\n## 2 转移\n\n先转移人。\n### 2.1 转移对象 ##\n老人\n## 附件"
    assert list_sections(body) == [
        Section(2, "2 转移", "2-转移", 3, "\n先转移人。"),
        Section(3, "2.1 转移对象", "21-转移对象", 6, "老人"),
        Section(2, "附件", "附件", 8, ""),
    ]


def test_it_counts_lines_the_same_with_windows_line_ends() -> None:
    assert [s.line for s in list_sections("甲\r\n\r\n## 乙\r\n丙\r\n## 丁")] == [3, 5]


def test_it_takes_only_newlines_for_line_ends() -> None:
    assert [s.line for s in list_sections("甲\u2028乙\x0c丙\n## 丁")] == [2]


def test_it_gives_repeated_titles_the_suffix_of_the_page() -> None:
    body = "## 转移\n\n## 转移\n\n## 转移_1\n\n## 转移"
    assert anchors(body) == rendered_ids(body)
    assert len(set(anchors(body))) == 4


def test_it_takes_an_id_that_is_written_in_the_heading() -> None:
    body = "## evacuate\n\n## 转移 {#evacuate .red}\n\n## 清点 {#count} ##"
    assert anchors(body) == rendered_ids(body) == ["evacuate_1", "evacuate", "count"]
    assert [s.title for s in list_sections(body)] == ["evacuate", "转移", "清点"]


def test_it_leaves_a_reference_in_a_title() -> None:
    body = "## 联系 {{岗位:村主任}}"
    assert anchors(body) == rendered_ids(body)
    assert list_sections(body)[0].title == "联系 {{岗位:村主任}}"


@pytest.mark.parametrize(
    "title",
    [
        "**立即**转移",
        "用 `flask` 查",
        "[见附件](#a) 与图",
        "甲 & 乙",
        "甲 &amp; 乙",
        "A_B_C",
        r"井号 \#",
        "C#",
        "  空　格  ",
        "",
        "？！",
        "(一) 转移",
    ],
)
def test_it_names_a_title_with_signs_as_the_page_does(title: str) -> None:
    body = f"## {title}\n\n文字\n\n### {title}"
    assert anchors(body) == rendered_ids(body)


@given(st.lists(st.text("转移 2.1#*_`\\~&-:!()'\"aB　\t", max_size=12), max_size=6))
def test_it_names_any_titles_as_the_page_does(titles: list[str]) -> None:
    body = "\n\n文字\n\n".join(f"## 甲{title}乙" for title in titles)
    assert anchors(body) == rendered_ids(body)


@pytest.mark.parametrize(
    "code",
    [
        "```\n## 假\n```",
        "~~~~ text\n## 假\n~~~\n## 假\n~~~~",
        "```text\n## 假\n\n## 假\n```\n",
        "    ## 假",
    ],
)
def test_it_sees_no_heading_in_code(code: str) -> None:
    body = f"## 真\n\n{code}\n\n## 也真"
    assert anchors(body) == rendered_ids(body) == ["真", "也真"]


def test_it_takes_a_fence_that_is_never_closed_for_text() -> None:
    body = "## 真\n\n```\n\n## 也真"
    assert anchors(body) == rendered_ids(body) == ["真", "也真"]


@pytest.mark.skipif(not PLANS, reason="no plans beside the tests")
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_it_names_the_headings_of_the_plans_as_the_page_does(path: Path) -> None:
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    assert anchors(body) == rendered_ids(body)


def test_it_finds_the_first_section_with_one_of_the_words() -> None:
    body = "## 总则\n## 3 信息报告\n## 4 信息收集"
    found = find_section(body, ["信息收集", "信息报告"])
    assert found and found.title == "3 信息报告"
    assert find_section(body, ["现场管理"]) is None


def test_it_reads_the_first_table_of_a_text() -> None:
    text = (
        "前言 | 不是表\n\n| 时间 | 谁 |\n| :-- | --: |\n| 0—5 | 甲\\|乙 |\n| 5 |\n\n| 另 |\n|---|"
    )
    assert read_table(text) == [["时间", "谁"], ["0—5", "甲|乙"], ["5", ""]]


def test_it_reads_a_table_without_outer_pipes() -> None:
    assert read_table("级别 | 谁\n--- | ---\n红色 | 甲 | 多余") == [["级别", "谁"], ["红色", "甲"]]


def test_it_keeps_pipes_inside_references_and_code() -> None:
    text = "| 谁 | 用 |\n| --- | --- |\n| {{名录:物资|类别=防汛}} | `a|b` |"
    assert read_table(text)[1] == ["{{名录:物资|类别=防汛}}", "`a|b`"]


@pytest.mark.parametrize(
    "text", ["", "没有表", "| 甲 | 乙 |\n| 丙 | 丁 |", "```\n| 甲 |\n|---|\n```"]
)
def test_it_reads_no_table_where_there_is_none(text: str) -> None:
    assert read_table(text) == []


LEVELS = """## 6 响应分级与处置措施

### 6.1 响应分级

| 级别 | 启动条件 | 谁指挥 | 镇里做什么 | 村里做什么 |
| --- | --- | --- | --- | --- |
| 红色 | 山洪进村 | 县里 | 先期处置 | 撤人 |
| 黄色 | 沟里来水 | 镇里 | 值班 |
"""


def test_it_lists_levels_also_when_the_chapter_bears_the_words() -> None:
    assert list_levels(LEVELS) == [
        Level("红色", "山洪进村", "县里", "先期处置", "撤人"),
        Level("黄色", "沟里来水", "镇里", "值班", ""),
    ]
    assert list_levels(LEVELS.replace("### 6.1 响应分级", "### 6.1 标准")) == list_levels(LEVELS)


def test_it_reads_columns_by_their_header() -> None:
    body = "## 响应分级\n\n| 谁指挥 | 级别 |\n|---|---|\n| 镇里 | 黄色 |"
    assert list_levels(body) == [Level("黄色", "", "镇里", "", "")]


def test_it_lists_no_levels_without_their_section_or_header() -> None:
    assert list_levels("## 分级\n\n| 级别 |\n|---|\n| 红 |") == []
    assert list_levels("## 响应分级\n\n| 颜色 |\n|---|\n| 红 |") == []


TARGETS = """## 目标时限

| 环节 | 目标(分钟) | 起算点 |
| --- | --- | --- |
| 预警 | 10 | 接到预警 |
| 叫应 | 0 | 发出预警 |
| 集结 | 半小时 | 叫应完成 |
| 转移 | 1000 | 下令 |
| 清点 | 20 | 到达 |
| 清点 | 99 | 到达 |
| 收队 | 30 | 结束 |
"""


def test_it_lists_only_targets_that_can_be_measured() -> None:
    assert list_targets(TARGETS) == {
        Moment.WARNING: Target(Moment.WARNING, 10, "接到预警"),
        Moment.ROLL_CALL: Target(Moment.ROLL_CALL, 20, "到达"),
    }


def test_it_has_a_label_for_every_moment() -> None:
    assert "".join(MOMENT_LABELS[moment] for moment in Moment) == "预警叫应集结转移清点"


def test_it_lists_the_first_hour() -> None:
    body = "## 第一小时处置卡\n\n| 时间 | 谁 | 做什么 |\n|---|---|---|\n| 0—5 分钟 | 甲 | 打电话 |"
    assert list_first_hour(body) == [FirstHourStep("0—5 分钟", "甲", "打电话")]


def test_it_lists_references_with_line_and_heading() -> None:
    body = (
        "{{名录:通讯录}}\n## 甲\n{{ 岗位： 村主任 }}找{{名录:物资|类别=防汛}}\n"
        "{{名录:物资\\|类别＝防汛}}"
    )
    assert list_references(body) == [
        Reference("名录", "通讯录", None, 1, ""),
        Reference("岗位", "村主任", None, 3, "甲"),
        Reference("名录", "物资", ("类别", "防汛"), 3, "甲"),
        Reference("名录", "物资", ("类别", "防汛"), 4, "甲"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "`{{岗位:甲}}`",
        "`` {{岗位:甲}} ` ``",
        "一段`{{岗位:甲}}\n{{岗位:乙}}`完",
        "```\n{{岗位:甲}}\n```",
        "    {{岗位:甲}}",
        "\t{{岗位:甲}}",
    ],
)
def test_it_ignores_references_in_code(text: str) -> None:
    assert list_references(text) == []
    assert list_unreadable_references(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "- 找\n\n    {{岗位:甲}}",
        "一段\n    {{岗位:甲}}",
        r"\`{{岗位:甲}}`",
        "`一段\n\n{{岗位:甲}}`",
        "| `甲 | {{岗位:甲}} |\n| 乙` | 丙 |",
        "``{{岗位:甲}}`",
    ],
)
def test_it_sees_references_that_only_look_like_code(text: str) -> None:
    assert [reference.name for reference in list_references(text)] == ["甲"]


def test_it_lists_references_that_cannot_be_read() -> None:
    body = "{{岗位:甲}}\n{{人员:张三}}\n{{岗位}}\n{{名录:物资|防汛}}\n{{岗位:乙}"
    assert [line for line, _ in list_unreadable_references(body)] == [2, 3, 4, 5]
    assert [reference.name for reference in list_references(body)] == ["甲"]


def test_it_counts_neither_space_nor_signs() -> None:
    body = (
        "## 2 转移\n\n- **先**人　后物\n1. 1.5 米\n\n> 引\n\n| 甲 | 乙 |\n| --- | --- |\n"
        "| `丙` | -20 ℃ |\n"
    )
    assert count_characters(body) == len("2转移先人后物1.5米引甲乙丙-20℃")


NASTY = {
    "signs": "#" * 200_000,
    "titles": "#\n" * 40_000,
    "bracket titles": "# [[[\n" * 30_000,
    "pipes": "|" * 200_000,
    "brackets": "[" * 200_000,
    "ticks": "`a" * 100_000,
    "tick runs": "\n".join("`" * n for n in range(3, 600)),
    "fences": "```\n" * 40_000,
    "braces": "{" * 200_000,
    "open references": "{{岗位:" * 40_000,
    "open reference": "{{岗位:" + " " * 200_000,
    "wide table": "# 响应分级\n" + "|" * 100_000 + "\n|-|\n" + "|\n" * 50_000,
    "backslashes": "\\" * 200_000,
    "quotes": "> " * 100_000,
    "spaces": "# " + " " * 200_000 + "{",
}


@pytest.mark.parametrize("name", NASTY)
def test_it_comes_back_from_nasty_texts(name: str) -> None:
    body = NASTY[name]
    assert len(list_sections(body)) == sum(line.startswith("#") for line in body.split("\n"))
    assert list_targets(body) == {}
    assert list_references(body) == []
    assert count_characters(body) >= 0
