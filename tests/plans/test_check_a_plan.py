"""Check the body of a plan: a missing part, card or table is named with its line."""

import pytest

from nanhua_emergency.plans.checks import REQUIRED_PARTS, Weight
from plan_text import PLAN, check, line_of, only_problem, replaced


def test_it_passes_a_plan_that_is_right() -> None:
    assert check(PLAN) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("## 3 预警信息传播", "预警信息传播"),
        ("## 4 组织与任务分工", "任务分工"),
        ("## 5 信息收集报告", "信息收集报告"),
        ("## 7 现场管理", "现场管理"),
    ],
)
def test_it_names_a_missing_part(title: str, name: str) -> None:
    problem = only_problem(replaced(title, title[:5] + "别的"))
    assert (problem.weight, problem.line) == (Weight.ERROR, 1)
    assert problem.message.startswith(f"缺“{name}”一节：请加一节，标题中写明“")
    assert problem.clause == "《突发事件应急预案管理办法》第十五条第一款"


def test_it_says_which_words_a_title_may_have() -> None:
    problem = only_problem(replaced("## 5 信息收集报告", "## 5 上报"))
    assert problem.message.endswith("标题中写明“信息收集”或“信息报告”")


def test_it_names_every_part_of_an_empty_plan() -> None:
    found = [problem.message for problem in check("") if problem.weight == Weight.ERROR]
    assert all(part.name in message for part, message in zip(REQUIRED_PARTS, found, strict=True))


@pytest.mark.parametrize("text", ["", "……", "***", "- \n- "])
def test_it_names_a_part_without_text(text: str) -> None:
    body = replaced("水边划两道线。", text)
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(body, "## 7"))
    assert problem.heading == "7 现场管理"
    assert problem.message.startswith("“现场管理”一节没有内容")


def test_it_takes_text_in_a_subsection_for_the_part() -> None:
    assert check(replaced("水边划两道线。", "### 7.1 警戒\n\n水边划两道线。")) == []


def test_it_advises_to_put_evacuation_early() -> None:
    start, end = PLAN.index("## 2 "), PLAN.index("## 3 ")
    body = (PLAN[:start] + PLAN[end:]).replace("## 附件", PLAN[start:end] + "## 附件")
    found = [problem for problem in check(body) if "后半部" in problem.message]
    assert [(p.weight, p.line, p.heading) for p in found] == [
        (Weight.ADVICE, line_of(body, "## 2 "), "2 人员疏散与安置")
    ]
    assert found[0].clause.endswith("第十五条第三款")


def test_it_wants_the_first_hour_card_first() -> None:
    body = "## 说明\n\n本预案供夜间用。\n\n" + PLAN
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, 5)
    assert "移到正文最前面" in problem.message


def test_it_wants_all_four_periods() -> None:
    problem = only_problem(replaced("| 15—30 分钟 |", "| 5－15分钟 |"))
    assert (problem.weight, problem.line) == (Weight.ERROR, 3)
    assert "15—30 分钟" in problem.message


def test_it_names_a_period_that_is_none() -> None:
    body = replaced("| 15—30 分钟 |", "| 随后 |")
    found = [(problem.line, problem.message[:8]) for problem in check(body)]
    assert found == [(3, "第一小时处置卡缺"), (8, "时间“随后”不认")]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("| 问清记下，报指挥长 |", "| |", "做什么"),
        ("| 5—15 分钟 | {{岗位:防汛指挥长}} |", "| 5—15 分钟 | …… |", "谁"),
        ("| 沟道来水 |", "| |", "启动条件"),
        ("| 不等电话先撤人 |", "|", "村里做什么"),
        ("| 接到县级预警 |", "| — |", "起算点"),
        ("| 60 |", "| |", "目标（分钟）"),
        ("| 红色 |", "| |", "级别"),
    ],
)
def test_it_names_an_empty_cell(old: str, new: str, column: str) -> None:
    body = replaced(old, new)
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(PLAN, old))
    assert f"“{column}”栏空着" in problem.message


def test_it_wants_a_levels_table() -> None:
    start, end = PLAN.index("| 级别 |"), PLAN.index("### 6.2")
    body = PLAN[:start] + "按县里的办。\n\n" + PLAN[end:].replace("处置措施\n", "处置\n")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(body, "## 6 "))
    assert problem.message.startswith("“响应分级”下没有表格")


def test_it_wants_the_header_as_it_is_written() -> None:
    body = replaced("| 谁指挥 |", "| 指挥 |")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(body, "| 级别 |"))
    assert "缺“谁指挥”栏" in problem.message


def test_it_wants_rows_under_the_header() -> None:
    start, end = PLAN.index("| 黄色 |"), PLAN.index("\n### 6.2")
    problem = only_problem(PLAN[:start] + PLAN[end:])
    assert problem.line == line_of(PLAN, "| 级别 |")
    assert problem.message.startswith("“响应分级”的表没有内容")


def test_it_wants_all_five_moments() -> None:
    body = replaced("| 集结 | 30 | 叫应完成 |\n", "")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(body, "| 环节 |"))
    assert "缺“集结”一行" in problem.message


@pytest.mark.parametrize("minutes", ["半小时", "0", "1000", "60 分钟", "-5", "1.5", "10—20"])
def test_it_wants_whole_minutes(minutes: str) -> None:
    body = replaced("| 60 |", f"| {minutes} |")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(PLAN, "| 60 |"))
    assert "1 至 999 的整数" in problem.message


def test_it_names_a_moment_that_is_written_twice_or_unknown() -> None:
    body = replaced("| 清点 |", "| 集结 |")
    assert ["写了两行" in p.message or "缺“清点”" in p.message for p in check(body)] == [True] * 2
    found = [p.message for p in check(replaced("| 清点 |", "| 点名 |"))]
    assert ["环节“点名”不认识" in message for message in found] == [False, True]
