"""Checks the three tables of a plan: first-hour card, levels and targets."""

import re
from collections.abc import Iterator, Sequence

from nanhua_emergency.languages import _
from nanhua_emergency.plans.checks.parts import FIRST_HOUR, LEVELS, TARGETS, Part, find_part
from nanhua_emergency.plans.checks.problems import Problem, Weight
from nanhua_emergency.plans.outline import (
    FIRST_HOUR_HEADER,
    LEVELS_HEADER,
    MOMENT_LABELS,
    TARGETS_HEADER,
    find_section_table,
    heading_at,
    read_minutes,
)
from nanhua_emergency.plans.outline.sections import Section
from nanhua_emergency.plans.outline.tables import Table

PERIODS = ("0—5 分钟", "5—15 分钟", "15—30 分钟", "30—60 分钟")
_NUMBER = re.compile(r"\d+")
_WRITTEN = re.compile(r"[^\W_]")
# Only so much of a nonsense cell is quoted back.
_QUOTED = 20


def check_tables(sections: Sequence[Section], *, weight: Weight) -> Iterator[Problem]:
    """Check the three tables; a part that is missing altogether is not named here."""
    for part, header, check_rows in (
        (FIRST_HOUR, FIRST_HOUR_HEADER, _check_periods),
        (LEVELS, LEVELS_HEADER, None),
        (TARGETS, TARGETS_HEADER, _check_targets),
    ):
        table = find_section_table(sections, part.words, header)
        found = list(_check_shape(sections, part, header, table))
        if table and not found:
            found += _check_cells(part, header, table)
            found += check_rows(table) if check_rows else []
        for line, message in found:
            yield Problem(weight, line, heading_at(sections, line), message, part.clause)


def _check_shape(
    sections: Sequence[Section], part: Part, header: Sequence[str], table: Table | None
) -> Iterator[tuple[int, str]]:
    section = find_part(sections, part)
    row = f"| {' | '.join(header)} |"
    if section and table is None:
        yield (
            section.line,
            _("“%(name)s”下没有表格：请加一张表，表头照写 %(row)s", name=part.name, row=row),
        )
    elif table:
        absent = "、".join(f"“{name}”" for name in header if table.find_column(name) is None)
        if absent:
            yield (
                table.line,
                _(
                    "“%(name)s”的表缺%(absent)s栏：请照写表头 %(row)s",
                    name=part.name,
                    absent=absent,
                    row=row,
                ),
            )
        elif len(table.rows) == 1:
            yield table.line, _("“%(name)s”的表没有内容：请在表头下逐行填写", name=part.name)


def _check_cells(part: Part, header: Sequence[str], table: Table) -> Iterator[tuple[int, str]]:
    for line, row in table.list_rows():
        empty = [name for name in header if not _WRITTEN.search(_cell(table, row, name))]
        if empty:
            names = "、".join(f"“{name}”" for name in empty)
            yield (
                line,
                _("“%(name)s”的表这一行%(names)s栏空着：请填写", name=part.name, names=names),
            )


def _cell(table: Table, row: Sequence[str], name: str) -> str:
    column = table.find_column(name)
    return "" if column is None else row[column]


def _minutes(period: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(period))


def _check_periods(table: Table) -> Iterator[tuple[int, str]]:
    known = {_minutes(period): period for period in PERIODS}
    seen = set()
    for line, row in table.list_rows():
        written = _cell(table, row, FIRST_HOUR_HEADER[0])
        if _minutes(written) in known:
            seen.add(_minutes(written))
        elif written:
            yield (
                line,
                _(
                    "时间“%(written)s”不认识：请写%(periods)s之一",
                    written=written[:_QUOTED],
                    periods="、".join(PERIODS),
                ),
            )
    for minutes, period in known.items():
        if minutes not in seen:
            yield (
                table.line,
                _("第一小时处置卡缺“%(period)s”一行：请写明这一时段谁做什么", period=period),
            )


def _check_targets(table: Table) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for line, row in table.list_rows():
        label, minutes, _start = (_cell(table, row, name) for name in TARGETS_HEADER)
        if label and label not in MOMENT_LABELS.values():
            names = "、".join(MOMENT_LABELS.values())
            yield (
                line,
                _("环节“%(label)s”不认识：请写%(names)s之一", label=label[:_QUOTED], names=names),
            )
        elif label in seen:
            yield line, _("环节“%(label)s”写了两行：请只留一行", label=label)
        if _WRITTEN.search(minutes) and not read_minutes(minutes):
            yield (
                line,
                _("目标“%(minutes)s”不是分钟数：请只写 1 至 999 的整数", minutes=minutes[:_QUOTED]),
            )
        seen.add(label)
    for label in MOMENT_LABELS.values():
        if label not in seen:
            yield (
                table.line,
                _("目标时限的表缺“%(label)s”一行：请写明几分钟、从何时算起", label=label),
            )
