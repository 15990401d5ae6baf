"""Read what a plan's tables say and what it asks of the registers."""

import pytest

from nanhua_emergency.plans.outline import (
    FirstHourStep,
    Level,
    Moment,
    Reference,
    Target,
    list_first_hour,
    list_levels,
    list_references,
    list_targets,
    list_unreadable_references,
    read_table,
)


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
