"""What a plan's text may not contain, so that it can be kept, shown and printed."""

import re
from collections.abc import Callable

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans.outline.code_spans import hide_code, split_lines

LONGEST = 1_000_000
TABLE_ROWS = 500
TABLE_COLUMNS = 30
LIST_DEPTH = 6
HEADINGS = 500
# Python-Markdown takes quadratic time in brackets that are not closed, and in the lines of one
# paragraph.
BRACKETS = 300
PARAGRAPH_LINES = 1000
# A page and a Word file take a step for each line and each mark; a plan of this town has 300 of
# either, and what follows is about a second of work.
LINES = 20_000
MARKS = 30_000

_HTML = re.compile(r"<(?:/?[a-zA-Z][^\n]{0,200}|!--|\?)")
_LIST_ITEM = re.compile(r"^([ \t]*)(?:[-*+]|\d+[.)])[ \t]+")
# Lone surrogates, NUL and what stands for bytes that were not UTF-8.
_NOT_TEXT = re.compile("[\ud800-\udfff\x00\ufffd]")
# Embeddings, overrides and isolates: they show a text in another order than it is stored in.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARK = re.compile(r"[*_`\\&{|]")
_LIST_MARKS = re.compile(r"^\s*(?:(?:[-*+>]|\d+[.)])[ \t]+)*")


class TextRefused(RuleBroken):
    """The text cannot be kept as it is."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, field="body", **values)


def tidy_body(body: str) -> str:
    """One kind of line end, no spaces at line ends, one line end at the end of the text."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def check_body_limits(body: str) -> None:
    """Refuse a text that is empty, too long, not text, or beyond what a page can show."""
    if not body.strip():
        raise TextRefused("正文是空的，请写上内容再保存")
    if len(body) > LONGEST:
        raise TextRefused(
            "正文有 %(count)s 字，最多 %(most)s 字。请删减，或把附表另存为附件",
            count=len(body), most=LONGEST,
        )  # fmt: skip
    if _NOT_TEXT.search(body):
        raise TextRefused("正文里有无法识别的字符。请检查粘贴来的文字，或另存为 UTF-8 编码后再试")
    lines = split_lines(body)
    for check in _CHECKS:
        check(lines)


def _refuse_hidden_order(lines: list[str]) -> None:
    for number, line in enumerate(lines, start=1):
        if _BIDI.search(line):
            raise TextRefused(
                "第 %(line)s 行有看不见的双向排版控制符，文字显示的顺序会与实际不符。"
                "请删去这一行，用键盘重新输入",
                line=number,
            )


def _refuse_many_lines(lines: list[str]) -> None:
    if len(lines) > LINES:
        raise TextRefused(
            "正文有 %(count)s 行，最多 %(most)s 行。请删去多余的空行，或拆成几个预案",
            count=len(lines), most=LINES,
        )  # fmt: skip


def _refuse_many_marks(lines: list[str]) -> None:
    if sum(len(_MARK.findall(line)) for line in lines) > MARKS:
        raise TextRefused(
            "正文里的格式符号（* _ ` | 等）超过 %(most)s 个，无法显示。请删去多余的符号或表格",
            most=MARKS,
        )


def _refuse_html(lines: list[str]) -> None:
    for number, line in enumerate(hide_code(lines), start=1):
        if _HTML.search(line):
            raise TextRefused(
                "第 %(line)s 行含有网页代码（HTML），预案里不能用。请删去尖括号里的代码，只留文字",
                line=number,
            )


def _refuse_large_tables(lines: list[str]) -> None:
    rows = 0
    for number, line in enumerate(lines, start=1):
        rows = rows + 1 if "|" in line else 0
        if line.count("|") > TABLE_COLUMNS + 1:
            raise TextRefused(
                "第 %(line)s 行处的表格超过 %(most)s 列，无法显示。请拆成几张表",
                line=number, most=TABLE_COLUMNS,
            )  # fmt: skip
        if rows > TABLE_ROWS:
            raise TextRefused(
                "第 %(line)s 行处的表格超过 %(most)s 行。请拆成几张表，或改用名录引用",
                line=number, most=TABLE_ROWS,
            )  # fmt: skip


def _refuse_deep_lists(lines: list[str]) -> None:
    indents: list[int] = []
    for number, line in enumerate(lines, start=1):
        item = _LIST_ITEM.match(line)
        if not item:
            continue
        indent = len(item[1].expandtabs(4))
        indents = [one for one in indents if one < indent] + [indent]
        if len(indents) - 1 + _count_marks(line) > LIST_DEPTH:
            raise TextRefused(
                "第 %(line)s 行的清单套了 %(depth)s 层以上，手机上看不清。请改成分节或表格",
                line=number, depth=LIST_DEPTH,
            )  # fmt: skip


def _refuse_many_headings(lines: list[str]) -> None:
    if sum(line.startswith("#") for line in lines) > HEADINGS:
        raise TextRefused("正文的标题超过 %(most)s 个。请合并小节，或拆成几个预案", most=HEADINGS)


def _count_marks(line: str) -> int:
    """List marks one after another, such as "- - 1. ", nest as well."""
    marks = _LIST_MARKS.match(line)
    return len(marks[0].split()) if marks else 0


def _refuse_long_paragraphs(lines: list[str]) -> None:
    count = 0
    for number, line in enumerate(lines, start=1):
        count = count + 1 if line.strip() else 0
        if count > PARAGRAPH_LINES:
            raise TextRefused(
                "第 %(line)s 行处的一段超过 %(most)s 行，无法显示。请在段落之间空一行",
                line=number, most=PARAGRAPH_LINES,
            )  # fmt: skip


def _refuse_many_brackets(lines: list[str]) -> None:
    count = 0
    for number, line in enumerate(lines, start=1):
        count = count + line.count("[") + line.count("<") if line.strip() else 0
        if count > BRACKETS:
            raise TextRefused(
                "第 %(line)s 行附近括号“[”或“<”太多，无法显示。请删去多余的括号", line=number
            )


_CHECKS: tuple[Callable[[list[str]], None], ...] = (
    _refuse_hidden_order, _refuse_many_headings, _refuse_many_brackets, _refuse_html,
    _refuse_large_tables, _refuse_deep_lists, _refuse_long_paragraphs, _refuse_many_lines,
    _refuse_many_marks,
)  # fmt: skip
