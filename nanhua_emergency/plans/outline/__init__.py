"""Says what a plan's Markdown body contains, by heading."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nanhua_emergency.plans.outline.references import (
    Reference,
    list_references,
    list_unreadable_references,
    replace_references,
)
from nanhua_emergency.plans.outline.sections import (
    Section,
    count_characters,
    find_section,
    heading_at,
    list_sections,
    list_subsections,
)
from nanhua_emergency.plans.outline.tables import Table, find_table, read_table

__all__ = [
    "FIRST_HOUR_HEADER",
    "LEVELS_HEADER",
    "MOMENT_LABELS",
    "TARGETS_HEADER",
    "FirstHourStep",
    "Level",
    "Moment",
    "Reference",
    "Section",
    "Target",
    "count_characters",
    "find_section",
    "find_section_table",
    "heading_at",
    "list_first_hour",
    "list_levels",
    "list_references",
    "list_sections",
    "list_subsections",
    "list_targets",
    "list_unreadable_references",
    "read_minutes",
    "read_table",
    "replace_references",
]


class Moment(StrEnum):
    """The five moments of a drill, in order."""

    WARNING = "warning"
    CALL = "call"
    ASSEMBLY = "assembly"
    EVACUATION = "evacuation"
    ROLL_CALL = "roll_call"


MOMENT_LABELS: dict[Moment, str] = {
    Moment.WARNING: "预警",
    Moment.CALL: "叫应",
    Moment.ASSEMBLY: "集结",
    Moment.EVACUATION: "转移",
    Moment.ROLL_CALL: "清点",
}
_MOMENTS = {label: moment for moment, label in MOMENT_LABELS.items()}

FIRST_HOUR_HEADER = ("时间", "谁", "做什么")
LEVELS_HEADER = ("级别", "启动条件", "谁指挥", "镇里做什么", "村里做什么")
TARGETS_HEADER = ("环节", "目标（分钟）", "起算点")


@dataclass(frozen=True)
class Level:
    """One row of the levels table: a warning colour or a grade of event."""

    name: str
    trigger: str
    commander: str
    town_actions: str
    village_actions: str


@dataclass(frozen=True)
class Target:
    """Within how many minutes a moment should be reached, and counted from what."""

    moment: Moment
    minutes: int
    counted_from: str


@dataclass(frozen=True)
class FirstHourStep:
    """One row of the first-hour card."""

    period: str
    who: str
    what: str


def find_section_table(
    sections: Sequence[Section], words: Iterable[str], header: Sequence[str]
) -> Table | None:
    """Find the table under a heading that contains one of the words.

    The first table with the first column of `header` is meant; if there is none, the
    first table of all, so that whoever checks it can say what is wrong with it.
    """
    wanted = tuple(words)
    other: Table | None = None
    for index, section in enumerate(sections):
        if not any(word in section.title for word in wanted):
            continue
        for part in list_subsections(sections, index):
            table = find_table(part.text, line=part.line + 1)
            if table and table.find_column(header[0]) is not None:
                return table
            other = other or table
    return other


def _list_cells(body: str, word: str, header: Sequence[str]) -> Iterator[list[str]]:
    """Go through the rows of a table, their cells in the order of `header`."""
    table = find_section_table(list_sections(body), (word,), header)
    if table is None or table.find_column(header[0]) is None:
        return
    columns = [table.find_column(name) for name in header]
    for _, row in table.list_rows():
        yield ["" if column is None else row[column] for column in columns]


def list_levels(body: str) -> list[Level]:
    """List the rows of the table under 响应分级; what is not written is ""."""
    return [Level(*cells) for cells in _list_cells(body, "响应分级", LEVELS_HEADER)]


def list_targets(body: str) -> dict[Moment, Target]:
    """Return the target of each moment that has a readable one under 目标时限."""
    targets: dict[Moment, Target] = {}
    for label, written, counted_from in _list_cells(body, "目标时限", TARGETS_HEADER):
        moment, minutes = _MOMENTS.get(label), read_minutes(written)
        if moment and minutes and moment not in targets:
            targets[moment] = Target(moment, minutes, counted_from)
    return targets


def read_minutes(written: str) -> int | None:
    """Read whole minutes from 1 to 999 (plan-format.md, 目标时限), or None."""
    is_number = written.isdecimal() and len(written) <= 3
    return (int(written) or None) if is_number else None


def list_first_hour(body: str) -> list[FirstHourStep]:
    """List the rows of the first-hour card."""
    return [FirstHourStep(*cells) for cells in _list_cells(body, "第一小时", FIRST_HOUR_HEADER)]
