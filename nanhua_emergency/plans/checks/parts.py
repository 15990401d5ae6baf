"""The parts that a plan must have, found by their headings, and the checks of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nanhua_emergency.languages import _
from nanhua_emergency.plans.checks.problems import (
    ARTICLE_8,
    ARTICLE_15_1,
    ARTICLE_15_2,
    ARTICLE_15_3,
    FIRST_HOUR_FORMAT,
    LEVELS_FORMAT,
    TARGETS_FORMAT,
    Problem,
    Weight,
)
from nanhua_emergency.plans.outline.code_spans import split_lines
from nanhua_emergency.plans.outline.sections import Section, count_characters, list_subsections

_WRITTEN = re.compile(r"[^\W_]")


class Part(NamedTuple):
    """A part that a heading with one of the words must begin, and the clause it is from."""

    words: tuple[str, ...]
    name: str
    clause: str


FIRST_HOUR = Part(("第一小时",), "第一小时处置卡", FIRST_HOUR_FORMAT)
EVACUATION = Part(("疏散", "转移"), "人员疏散与安置", ARTICLE_15_1)
LEVELS = Part(("响应分级",), "响应分级", LEVELS_FORMAT)
TARGETS = Part(("目标时限",), "目标时限", TARGETS_FORMAT)

REQUIRED_PARTS: tuple[Part, ...] = (
    FIRST_HOUR,
    Part(("预警",), "预警信息传播", ARTICLE_15_1),
    Part(("任务分工",), "任务分工", ARTICLE_15_1),
    Part(("处置措施",), "处置措施", ARTICLE_15_1),
    Part(("信息收集", "信息报告"), "信息收集报告", ARTICLE_15_1),
    Part(("现场管理",), "现场管理", ARTICLE_15_1),
    EVACUATION,
    LEVELS,
    TARGETS,
)

GENERAL_PARTS: tuple[Part, ...] = (
    Part(("要求", "原则"), "应对要求", ARTICLE_8),
    Part(("分类", "分级"), "分级分类", ARTICLE_8),
    Part(("预案体系",), "预案体系", ARTICLE_8),
    Part(("组织指挥",), "组织指挥体系与职责", ARTICLE_8),
    Part(("风险防控",), "风险防控", ARTICLE_8),
    Part(("监测",), "监测预警", ARTICLE_8),
    Part(("处置救援",), "处置救援", ARTICLE_8),
    Part(("保障",), "应急保障", ARTICLE_8),
    Part(("恢复重建",), "恢复重建", ARTICLE_8),
    Part(("预案管理",), "预案管理", ARTICLE_8),
)

VILLAGE_PARTS: tuple[Part, ...] = (
    Part(("风险隐患", "风险点", "隐患点"), "风险隐患点", ARTICLE_15_2),
    Part(("责任人",), "应急处置责任人", ARTICLE_15_2),
    Part(("预警",), "预警信息传播与响应", ARTICLE_15_2),
    Part(("转移", "疏散", "避险"), "人员转移避险", ARTICLE_15_2),
    Part(("处置措施",), "处置措施", ARTICLE_15_2),
    Part(("资源调用", "资源调度"), "资源调用", ARTICLE_15_2),
)


def list_parts(*, is_general: bool, is_village: bool) -> tuple[Part, ...]:
    """List what a plan of this kind must have."""
    if is_village:
        return VILLAGE_PARTS
    return REQUIRED_PARTS + GENERAL_PARTS if is_general else REQUIRED_PARTS


def check_parts(sections: Sequence[Section], parts: Iterable[Part]) -> Iterator[Problem]:
    """Find the parts that are missing, and those whose sections hold no text."""
    for part in parts:
        indexes = [n for n, section in enumerate(sections) if _begins(section, part)]
        if not indexes:
            message = _(
                "缺“%(name)s”一节：请加一节，标题中写明%(words)s",
                name=part.name,
                words=_quote(part.words),
            )
            yield Problem(Weight.ERROR, 1, "", message, part.clause)
        elif not any(_is_written(sections, index) for index in indexes):
            first = sections[indexes[0]]
            message = _("“%(name)s”一节没有内容：请写明做什么、谁来做", name=part.name)
            yield Problem(Weight.ERROR, first.line, first.title, message, part.clause)


def find_part(sections: Iterable[Section], part: Part) -> Section | None:
    """Find the first section that begins a part."""
    return next((section for section in sections if _begins(section, part)), None)


def check_evacuation_is_early(body: str, sections: Sequence[Section]) -> Iterator[Problem]:
    """Article 15 ¶3 puts evacuation first: it must begin in the first half of the text."""
    section = find_part(sections, EVACUATION)
    if section is None:
        return
    before = "\n".join(split_lines(body)[: section.line - 1])
    if count_characters(before) * 2 > count_characters(body):
        message = _("人员疏散与安置排在后半部：请移到正文前半部，突出转移避险")
        yield Problem(Weight.ADVICE, section.line, section.title, message, ARTICLE_15_3)


def check_first_hour_is_first(sections: Sequence[Section]) -> Iterator[Problem]:
    """The first-hour card must be the first section, where it is seen at night."""
    section = find_part(sections, FIRST_HOUR)
    if section and section is not sections[0]:
        message = _("第一小时处置卡不在最前：请移到正文最前面")
        yield Problem(Weight.ERROR, section.line, section.title, message, FIRST_HOUR.clause)


def _begins(section: Section, part: Part) -> bool:
    return any(word in section.title for word in part.words)


def _is_written(sections: Sequence[Section], index: int) -> bool:
    """Dots copied from the format's example are no text."""
    return any(_WRITTEN.search(part.text) for part in list_subsections(sections, index))


def _quote(words: Iterable[str]) -> str:
    return _("或").join(f"“{word}”" for word in words)
