"""Check the wording of a plan: references, phones, headings and repeats, each with its line."""

import pytest

from nanhua_emergency.plans.checks import GENERAL_PARTS, Weight
from plan_text import FILLER, PLAN, check, line_of, only_problem, replaced


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("{{岗位:防汛总管}}", "没有叫“防汛总管”的岗位"),
        ("{{名录：花名册}}", "没有叫“花名册”的名录"),
        ("{{岗位:物资}}", "没有叫“物资”的岗位"),
        ("{{人员:张三}}", "认不出"),
        ("{{岗位:村主任", "认不出"),
    ],
)
def test_it_names_a_reference_that_no_register_answers(reference: str, said: str) -> None:
    body = replaced("水边划两道线。", f"水边划两道线。{reference}")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(body, "水边"))
    assert problem.heading == "7 现场管理"
    assert said in problem.message


def test_it_advises_on_length() -> None:
    short = only_problem(PLAN.replace(FILLER, "敲门。"))
    assert (short.weight, short.line) == (Weight.ADVICE, 1)
    assert "不足 2000 字" in short.message
    long = PLAN.replace(FILLER, FILLER + FILLER.replace("第", "那") + FILLER.replace("第", "这"))
    problem = only_problem(long)
    assert (problem.weight, problem.line) == (Weight.ADVICE, 1)
    assert "超过 6000 字" in problem.message


@pytest.mark.parametrize(
    "phone",
    [
        "13912345678",
        "139-1234-5678",
        "+86 139 1234 5678",
        "8613912345678",
        "１３９１２３４５６７８",
    ],
)
def test_it_names_a_private_phone_without_repeating_it(phone: str) -> None:
    body = replaced("水边划两道线。", f"水边划两道线，打{phone}。")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ERROR, line_of(body, "水边"))
    assert "139****5678" in problem.message
    assert "{{岗位:…}}" in problem.message


@pytest.mark.parametrize(
    "phone",
    [
        "138****0000",
        "138-0000-0001",
        "12379",
        "0936-6621234",
        "620724197001013912345",
        "62072413912345678",
    ],
)
def test_it_lets_masked_and_public_numbers_stand(phone: str) -> None:
    assert check(replaced("水边划两道线。", f"水边划两道线，打{phone}。")) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## 7 现场管理", "## 8 现场管理", "从 6.2 跳到 8"),
        ("### 6.2 处置措施", "### 6.3 处置措施", "从 6.1 跳到 6.3"),
        ("### 2.1 转移对象", "### 2.1.1 转移对象", "从 2 跳到 2.1.1"),
        ("## 7 现场管理", "## 5 现场管理", "编号 5 与第"),
        ("## 7 现场管理", "# 7 现场管理", "不写一级标题"),
        ("## 附件", "##### 附件", "只用 ##（章）和 ###（节）"),
        ("## 附件", "##", "标题是空的"),
        ("### 6.2 处置措施", "### 6.2处置措施", "没有空格"),
        ("## 7 现场管理", "## 七、现场管理", "不是十进制"),
    ],
)
def test_it_advises_on_a_heading(old: str, new: str, said: str) -> None:
    body = replaced(old, new)
    [problem] = [p for p in check(body) if p.line == line_of(PLAN, old)]
    assert problem.weight == Weight.ADVICE
    assert said in problem.message


def test_it_advises_on_a_paragraph_that_comes_twice() -> None:
    text = "水边划两道线，离水边十米以内只许穿救生衣、系安全绳的人进去。"
    body = replaced("水边划两道线。", f"{text}\n\n- {text}")
    problem = only_problem(body)
    assert (problem.weight, problem.line) == (Weight.ADVICE, line_of(body, f"- {text}"))
    assert f"与第 {line_of(body, text)} 行相同" in problem.message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("如下：\n- 甲\n- 乙", "清单"),
        ("如下：\n1. 甲", "清单"),
        ("如下\n各项：\n| 甲 |\n|---|", "表格"),
    ],
)
def test_it_advises_on_a_blank_line(text: str, kind: str) -> None:
    body = replaced("水边划两道线。", text)
    problem = only_problem(body)
    assert problem.weight == Weight.ADVICE
    assert problem.line == line_of(body, "## 7") + 3 + (kind == "表格")
    assert problem.message.startswith(f"{kind}前面没有空行")


def test_it_lets_a_list_go_on_under_its_own_lines() -> None:
    assert check(replaced("水边划两道线。", "- 甲\n  接着写\n还接着写\n- 乙\n\n> 引\n- 丙")) == []


def test_it_asks_ten_more_parts_of_the_general_plan() -> None:
    found = [p for p in check(PLAN, is_general=True) if p.clause.endswith("第八条")]
    names = [part.name for part in GENERAL_PARTS if part.name != "分级分类"]
    assert [p.weight for p in found] == [Weight.ERROR] * 9
    assert [p.message.split("“")[1].split("”")[0] for p in found] == names


def test_it_passes_a_general_plan_that_has_them() -> None:
    titles = "应对原则 预案体系 组织指挥 风险防控 监测 处置救援 应急保障 恢复重建 预案管理"
    parts = "\n\n".join(f"## {title}\n\n照此办。" for title in titles.split(" "))
    assert check(PLAN.replace("## 附件", f"{parts}\n\n## 附件"), is_general=True) == []


def test_it_lists_problems_by_line() -> None:
    body = replaced("| 60 |", "| 半天 |").replace("先叫独居老人。", "{{岗位:张三}}")
    body = body.replace("## 7 现场管理", "## 9 别的")
    lines = [problem.line for problem in check(body)]
    assert lines == sorted(lines)
    assert len(set(lines)) == 4
