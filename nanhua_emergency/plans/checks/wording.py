"""Checks what a plan's body says by its wording: references, phones, numbers, length."""

import re
from collections.abc import Collection, Iterator, Sequence

from nanhua_emergency.languages import _
from nanhua_emergency.plans.checks.problems import (
    HEADING_FORMAT,
    LENGTH_FORMAT,
    REFERENCE_FORMAT,
    Problem,
    Weight,
)
from nanhua_emergency.plans.outline.code_spans import hide_code, split_lines
from nanhua_emergency.plans.outline.paragraphs import list_paragraphs
from nanhua_emergency.plans.outline.references import (
    Reference,
    list_references,
    list_unreadable_references,
)
from nanhua_emergency.plans.outline.sections import Section, count_characters, heading_at

# plan-format.md, 篇幅: 2,000 to 6,000 characters.
SHORTEST = 2_000
LONGEST = 6_000
# Shorter pieces, such as a lone reference, may well come twice.
_SHORTEST_REPEAT = 20
_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
# 138-0000-0001, with 0000 in the middle, is how the office writes an example.
_MOBILE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)(?:\d{8}|([- ])(?!0000)\d{4}\2\d{4})(?![\d*])", re.ASCII
)
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,4})(?=\s|$)", re.ASCII)
_CROWDED = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,4}(?=[^\d.\s])", re.ASCII)
_CHINESE_NUMBER = re.compile(
    r"第[一二三四五六七八九十百]+[章节条]|[（(]?[一二三四五六七八九十]+[、）)]"
)
_LIST_MARK = re.compile(r"(?:[*+-]|\d{1,9}\.)\s", re.ASCII)

# What is indented, quoted or a note begins a block of another kind.
_OTHER_BLOCKS = (" ", "\t", ">", "!!!")


def check_references(
    body: str, sections: Sequence[Section], posts: Collection[str], registers: Collection[str]
) -> Iterator[Problem]:
    """Find references that no register answers, or that cannot be read."""
    known = {"岗位": posts, "名录": registers}
    for reference in list_references(body):
        if reference.name not in known[reference.kind]:
            message = _tell_unknown(reference, registers)
            yield Problem(
                Weight.ERROR, reference.line, reference.heading, message, REFERENCE_FORMAT
            )
    for line, text in list_unreadable_references(body):
        message = _("引用“%(text)s”认不出：请写成 {{岗位:名称}} 或 {{名录:名称}}", text=text)
        yield Problem(Weight.ERROR, line, heading_at(sections, line), message, REFERENCE_FORMAT)


def _tell_unknown(reference: Reference, registers: Collection[str]) -> str:
    """What to do about a name that nothing answers to; whoever writes a plan sees no files."""
    if reference.kind == "岗位":
        return _(
            "没有叫“%(name)s”的岗位：请核对名称；确有这个岗位的，先在名册里登记",
            name=reference.name,
        )  # fmt: skip
    known = _("、").join(sorted(registers))
    return _("没有叫“%(name)s”的名录：可以写%(known)s", name=reference.name, known=known)


def check_length(body: str, *, is_village: bool) -> Iterator[Problem]:
    """A plan has 2,000 to 6,000 characters; a village's may be shorter (Article 15 ¶3)."""
    length = count_characters(body)
    if length > LONGEST:
        message = _(
            "正文 %(length)s 字，超过 %(longest)s 字：请删去夜里用不上的话",
            length=length,
            longest=LONGEST,
        )
        yield Problem(Weight.ADVICE, 1, "", message, LENGTH_FORMAT)
    elif length < SHORTEST and not is_village:
        message = _(
            "正文 %(length)s 字，不足 %(shortest)s 字：请把谁、何时、怎么做写具体",
            length=length,
            shortest=SHORTEST,
        )
        yield Problem(Weight.ADVICE, 1, "", message, LENGTH_FORMAT)


def check_phones(body: str, sections: Sequence[Section]) -> Iterator[Problem]:
    """Find mobile numbers of persons; the message masks them, as it may be printed."""
    for number, line in enumerate(split_lines(body), start=1):
        for match in _MOBILE.finditer(line.translate(_FULL_WIDTH_DIGITS)):
            masked = f"{match[1]}****{match[0][-4:]}"
            message = _(
                "写有个人手机号 %(masked)s：请删去号码，改用 {{岗位:…}} 引用", masked=masked
            )
            heading = heading_at(sections, number)
            yield Problem(Weight.ERROR, number, heading, message, REFERENCE_FORMAT)


def check_headings(sections: Sequence[Section]) -> Iterator[Problem]:
    """Check the signs of the headings and that their numbers are well formed."""
    for section in sections:
        for message in _list_heading_faults(section):
            yield Problem(Weight.ADVICE, section.line, section.title, message, HEADING_FORMAT)


def _list_heading_faults(section: Section) -> Iterator[str]:
    if section.level == 1:
        yield _("正文不写一级标题：名称在登记项里，请改用 ##")
    elif section.level > 3:
        yield _("标题只用 ##（章）和 ###（节）：请改成其中一种，或改成列表")
    if not section.title:
        yield _("标题是空的：请写上标题，或删去这一行")
    if _CROWDED.match(section.title):
        yield _("编号与标题之间没有空格：请空一格")
    if _CHINESE_NUMBER.match(section.title):
        yield _("编号不是十进制：请写成 1、1.1 这样的数字")


def check_numbering(sections: Sequence[Section]) -> Iterator[Problem]:
    """Find numbers of headings that come twice or that jump."""
    before: tuple[int, ...] = ()
    seen: dict[tuple[int, ...], int] = {}
    for section in sections:
        match = _NUMBER.match(section.title)
        if not match:
            continue
        number = tuple(int(piece) for piece in match[1].split("."))
        message = ""
        if number in seen:
            message = _(
                "编号 %(number)s 与第 %(line)s 行重复：请顺次改号",
                number=match[1],
                line=seen[number],
            )
        elif not _follows(before, number):
            after = ".".join(map(str, before))
            message = _(
                "编号从 %(before)s 跳到 %(number)s：请按顺序编号",
                before=after or _("开头"),
                number=match[1],
            )
        if message:
            yield Problem(Weight.ADVICE, section.line, section.title, message, HEADING_FORMAT)
        seen.setdefault(number, section.line)
        before = number


def _follows(before: tuple[int, ...], number: tuple[int, ...]) -> bool:
    """After 2.3 may come 2.3.1, 2.4 or 3."""
    if number == (*before, 1):
        return True
    depth = len(number)
    return 0 < depth <= len(before) and number == (*before[: depth - 1], before[depth - 1] + 1)


def check_repeats(body: str, sections: Sequence[Section]) -> Iterator[Problem]:
    """Find paragraphs that stand in the body twice."""
    seen: dict[str, int] = {}
    for paragraph in list_paragraphs(body):
        text = "".join(paragraph.text.split())
        if len(text) < _SHORTEST_REPEAT:
            continue
        if text in seen:
            message = _("这一段与第 %(line)s 行相同：请删去一处，或写成“见”前一处", line=seen[text])
            heading = heading_at(sections, paragraph.line)
            yield Problem(Weight.ADVICE, paragraph.line, heading, message, LENGTH_FORMAT)
        seen.setdefault(text, paragraph.line)


def check_blank_lines(body: str, sections: Sequence[Section]) -> Iterator[Problem]:
    """Find tables and lists right under a line of text: they would not be seen as such."""
    is_start, is_text = True, False
    for number, line in enumerate(hide_code(split_lines(body)), start=1):
        kind = _kind(line)
        if is_text and kind:
            message = _("%(kind)s前面没有空行：请空一行，否则不显示成%(kind)s", kind=_(kind))
            heading = heading_at(sections, number)
            yield Problem(Weight.ADVICE, number, heading, message, HEADING_FORMAT)
        if not line.strip() or line.startswith("#"):
            is_start, is_text = True, False
        else:
            is_text = not kind and (is_text or (is_start and not line.startswith(_OTHER_BLOCKS)))
            is_start = False


def _kind(line: str) -> str:
    if line.startswith("|"):
        return "表格"
    return "清单" if _LIST_MARK.match(line) else ""
