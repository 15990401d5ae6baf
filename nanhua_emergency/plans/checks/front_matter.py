"""Checks the front matter of a plan, field by field."""

import re
from collections.abc import Callable, Iterator, Mapping

from nanhua_emergency.languages import _
from nanhua_emergency.plans.checks.problems import (
    ARTICLE_32,
    ARTICLE_34,
    FRONT_MATTER_FORMAT,
    SAFETY_ARTICLE_8,
    Problem,
    Weight,
)

CATEGORIES = ("总体", "自然灾害", "事故灾难", "公共卫生", "社会安全")
LONGEST_PERIOD = 36
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SEASON = re.compile(r"全年|(?:[1-9]|1[0-2])月—(?:[1-9]|1[0-2])月")
_PLACE = re.compile(r".+?(?:省|市|区|县|旗|乡|镇|街道|社区|村).*预案")
_DOCUMENT_NUMBER = re.compile(
    r"[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*第?\s*\d+\s*号|第\s*\d+\s*号"
)


def check_front_matter(fields: Mapping[str, object]) -> list[Problem]:
    """Check every rule of the table in plan-format.md.

    The problems are in the order of that table; `heading` is the name of the field. The
    fields come without their lines, so `line` is always 1.
    """
    problems = []
    for name, (label, clause, check) in _FIELDS.items():
        value = fields.get(name)
        if value is None or value == [] or (isinstance(value, str) and not value.strip()):
            message = _("登记项缺 %(name)s（%(label)s）：请补上", name=name, label=_(label))
            problems.append(Problem(Weight.ERROR, 1, name, message, clause))
            continue
        for message in check(value):
            problems.append(Problem(Weight.ERROR, 1, name, f"{_(label)} {name} {message}", clause))
    return [*problems, *_check_general(fields), *_list_advice(fields)]


def _check_general(fields: Mapping[str, object]) -> Iterator[Problem]:
    is_zero = _is_whole(fields.get("number")) and fields.get("number") == 0
    if _is_whole(fields.get("number")) and is_zero != (fields.get("category") == "总体"):
        message = _("编号 0 只给总体预案，总体预案的编号必须是 0：请改编号 number 或类别 category")
        yield Problem(Weight.ERROR, 1, "number", message, FRONT_MATTER_FORMAT)


def _list_advice(fields: Mapping[str, object]) -> Iterator[Problem]:
    title, months = fields.get("title"), fields.get("drill_months")
    if isinstance(title, str) and title.strip() and not _PLACE.match(title):
        message = _("名称 title 不像全称：请写全称，带地名，如“南华镇防汛应急预案”")
        yield Problem(Weight.ADVICE, 1, "title", message, FRONT_MATTER_FORMAT)
    is_safety = fields.get("category") == "事故灾难"
    if is_safety and isinstance(months, int) and 24 < months <= LONGEST_PERIOD:
        message = _("演练周期 drill_months 超过 24：生产安全事故预案至少两年演练一次，请核对")
        yield Problem(Weight.ADVICE, 1, "drill_months", message, SAFETY_ARTICLE_8)


def _is_whole(value: object) -> bool:
    """YAML reads `yes` as True, which Python counts as 1."""
    return isinstance(value, int) and not isinstance(value, bool)


def _check_number(value: object) -> Iterator[str]:
    if not (_is_whole(value) and isinstance(value, int) and 0 <= value <= 99):
        yield _("不对：请写 0 至 99 的整数")


def _check_period(value: object) -> Iterator[str]:
    if not (_is_whole(value) and isinstance(value, int) and 1 <= value <= LONGEST_PERIOD):
        yield _("不对：请写 1 至 %(longest)s 的整数（月）", longest=LONGEST_PERIOD)


def _check_text(value: object) -> Iterator[str]:
    if not (isinstance(value, str) and value.strip()):
        yield _("不是文字：请写一行文字")


def _check_slug(value: object) -> Iterator[str]:
    if not (isinstance(value, str) and _SLUG.fullmatch(value)):
        yield _("不对：只用小写字母、数字和连字符，如 flood-control")


def _check_category(value: object) -> Iterator[str]:
    if value not in CATEGORIES:
        yield _("不对：请写%(names)s之一", names="、".join(CATEGORIES))


def _check_hazard(value: object) -> Iterator[str]:
    if not (isinstance(value, str) and 2 <= len(value.strip()) <= 8):
        yield _("不对：请写 2 至 8 个字")


def _check_season(value: object) -> Iterator[str]:
    if not (isinstance(value, str) and _SEASON.fullmatch(value)):
        yield _("不对：请写成“5月—6月”、“10月—4月”或“全年”，中间用“—”")


def _check_basis(value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield _("不是清单：请一行一条，行首写“- ”")
        return
    for entry in value:
        if not (isinstance(entry, str) and entry.strip()):
            yield _("有一条不是文字：请写法规全称")
        elif _DOCUMENT_NUMBER.search(entry):
            yield _("“%(entry)s”带文号：请只写法规全称", entry=entry[:40])


_FIELDS: dict[str, tuple[str, str, Callable[[object], Iterator[str]]]] = {
    "number": ("编号", FRONT_MATTER_FORMAT, _check_number),
    "slug": ("代号", FRONT_MATTER_FORMAT, _check_slug),
    "title": ("名称", FRONT_MATTER_FORMAT, _check_text),
    "category": ("类别", FRONT_MATTER_FORMAT, _check_category),
    "hazard": ("灾种", FRONT_MATTER_FORMAT, _check_hazard),
    "lead_department": ("牵头部门", FRONT_MATTER_FORMAT, _check_text),
    "legal_basis": ("编制依据", FRONT_MATTER_FORMAT, _check_basis),
    "season": ("宜演练月份", FRONT_MATTER_FORMAT, _check_season),
    "review_months": ("评估周期", ARTICLE_34, _check_period),
    "drill_months": ("演练周期", ARTICLE_32, _check_period),
}
