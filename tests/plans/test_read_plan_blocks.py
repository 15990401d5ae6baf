"""Read a plan's Markdown as blocks and runs, for setting in Word."""

import pytest

from nanhua_emergency.plans.word.blocks import Heading, Item, Table, Text, read_blocks
from nanhua_emergency.plans.word.inline import Run, read_inline, read_plain


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("请**“立即”**转移", [("请", ""), ("“立即”", "b"), ("转移", "")]),
        ("*斜*和__粗__", [("斜", "i"), ("和__粗__", "")]),
        ("***都***", [("都", "bi")]),
        ("**粗*又斜*粗**", [("粗", "b"), ("又斜", "bi"), ("粗", "b")]),
        ("2 * 3 * 4 和 ** 与 *", [("2 * 3 * 4 和 ** 与 *", "")]),
        ("a_b_c _x_", [("a_b_c ", ""), ("x", "i")]),
        (r"\*不斜\* \# &lt;b&gt; &amp;", [("*不斜* # <b> &", "")]),
        ("`*码*` 后", [("*码*", "c"), (" 后", "")]),
        ("见[办法](https://a.cn/x)和[上文](#a)", [("见办法（https://a.cn/x）和上文", "")]),
        ("![组织图](a.png)", [("（图：组织图）", "")]),
        ("甲<br>乙", [("甲\n乙", "")]),
        ("{{名录:物资|类别=防汛_a_*b*}}", [("{{名录:物资|类别=防汛_a_*b*}}", "")]),
        ("**未完", [("**未完", "")]),
        ("", []),
    ],
)
def test_it_reads_inline_marks(text: str, runs: list[tuple[str, str]]) -> None:
    assert [
        (run.text, "b" * run.is_bold + "i" * run.is_italic + "c" * run.is_code)
        for run in read_inline(text)
    ] == runs


def kinds(body: str) -> list[object]:
    return [
        (block.level, block.number, block.is_first, block.runs[0].text)
        if isinstance(block, Item)
        else (type(block).__name__, getattr(block, "kind", ""))
        for block in read_blocks(body)
    ]


def test_it_reads_lists_two_deep_with_the_numbers_they_begin_at() -> None:
    body = "3. 甲\n  - 乙\n    - 丙\n4. 丁\n\n- 戊\n\n文\n1. 己\n"
    assert kinds(body) == [
        (0, 3, True, "甲"),
        (1, None, True, "乙"),
        (1, None, False, "丙"),
        (0, 4, False, "丁"),
        (0, None, True, "戊"),
        ("Text", ""),
        (0, 1, True, "己"),
    ]


def test_it_reads_a_table_right_after_a_line_and_pads_its_rows() -> None:
    text, table = read_blocks("如下\n| 甲 | 乙\\|丙 |\n|:--|--:|\n| 1 |\n| 2 | 3 | 4 |\n")
    assert isinstance(text, Text)
    assert isinstance(table, Table)
    assert [["".join(run.text for run in cell) for cell in row] for row in table.rows] == [
        ["甲", "乙|丙"], ["1", ""], ["2", "3"],
    ]  # fmt: skip


def test_it_reads_headings_without_their_ids_and_closing_signs() -> None:
    levels = [
        (block.level, read_plain("".join(run.text for run in block.runs)))
        for block in read_blocks("# 名\n## 1 总则 ##\n### 1.1 目的 {#mudi}\n##### 深\n#不是\n")
        if isinstance(block, Heading)
    ]
    assert levels == [(1, "名"), (1, "1 总则"), (2, "1.1 目的"), (3, "深")]


def test_it_takes_nothing_in_code_for_a_block() -> None:
    (code,) = read_blocks("```text\n## 不是标题\n| a | b |\n| - | - |\n```\n")
    assert code == Text([Run("## 不是标题\n| a | b |\n| - | - |", is_code=True)], "code")


def test_it_keeps_line_breaks_within_a_paragraph() -> None:
    (text,) = read_blocks("第一行\n第二行  \n第三行\\\n末行\n")
    assert text == Text([Run("第一行\n第二行\n第三行\n末行")])


@pytest.mark.parametrize(
    "sign", ["[", "`", "*", "_", "|", "#", "> ", "- ", "\\", "{{", "&", "- - "]
)
def test_it_comes_back_from_a_long_line_of_signs(sign: str) -> None:
    body = sign * 20_000
    assert len(read_blocks(body)) <= 1
    assert len(read_blocks("甲" + body + "乙")) == 1
