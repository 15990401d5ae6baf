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
    Moment,
    Section,
    count_characters,
    find_section,
    list_references,
    list_sections,
    list_targets,
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
        "##### 甲",
        "甲\\",
        "甲\\\\",
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
    assert found
    assert found.title == "3 信息报告"
    assert find_section(body, ["现场管理"]) is None


def test_it_has_a_label_for_every_moment() -> None:
    assert "".join(MOMENT_LABELS[moment] for moment in Moment) == "预警叫应集结转移清点"


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


def test_it_knows_six_levels_of_headings() -> None:
    body = "####### 甲\n\n###### 乙"
    assert [section.level for section in list_sections(body)] == [6, 6]
    assert anchors(body) == rendered_ids(body)
