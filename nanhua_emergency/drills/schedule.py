"""Which village has drilled which plan, on which edition, and when the next drill is due."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from nanhua_emergency.workdays import add_months

WHOLE_YEAR = "全年"
_SEASON = re.compile(r"(\d{1,2})月(?:—(\d{1,2})月)?")


class By(StrEnum):
    """Who drills a plan: each village by itself, or the town once for all."""

    VILLAGE = "village"
    TOWN = "town"


class CellStatus(StrEnum):
    """How a village stands with a plan."""

    CURRENT = "current"
    OLD_EDITION = "old_edition"
    OVERDUE = "overdue"
    NEVER = "never"
    PLANNED = "planned"


CELL_STATUS_NAMES = {
    CellStatus.CURRENT: "已演练",
    CellStatus.OLD_EDITION: "演练的是旧版",
    CellStatus.OVERDUE: "已过期",
    CellStatus.NEVER: "从未演练",
    CellStatus.PLANNED: "已排定",
}


@lru_cache(maxsize=256)
def read_season(text: str) -> tuple[int, ...]:
    """The months of a season, in its own order: “10月—4月” is 10, 11, 12, 1 … 4; “全年” is 1 … 12.

    ValueError, with a message for people, where the text names no months.
    """
    text = text.strip()
    if text == WHOLE_YEAR:
        return tuple(range(1, 13))
    match = _SEASON.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not (1 <= first <= 12 and 1 <= last <= 12):
        raise ValueError(f"看不懂宜演练月份“{text}”，请写成 5月—6月、10月—4月 或 全年。")
    return tuple((first - 1 + n) % 12 + 1 for n in range((last - first) % 12 + 1))


@dataclass(frozen=True, slots=True)
class PlanRule:
    """What a plan asks of drills; `edition_id` is its published edition, None where it has none."""

    plan_id: int
    hazard: str
    title: str
    drill_months: int
    season: str
    edition_id: int | None
    effective_on: date | None
    by: By = By.VILLAGE

    @property
    def months(self) -> tuple[int, ...]:
        """The months that suit it."""
        return read_season(self.season)


@dataclass(frozen=True, slots=True)
class Held:
    """A drill that was held by a plan; one by two plans is two of these with the same drill."""

    village: str
    plan_id: int
    on: date
    edition_id: int | None
    is_confirmed: bool
    drill_id: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A drill that stands in the plan of the year and has no record yet."""

    village: str
    plan_id: int
    on: date
    drill_id: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How one village stands with one plan; `drill_id` is its last confirmed drill.

    `due_on` of a plan never drilled counts from the day the published edition took effect. A record
    that waits for the office covers nothing yet: it is in `waiting_on` and `waiting_id`.
    """

    status: CellStatus
    last_on: date | None
    edition_id: int | None
    is_current_edition: bool
    due_on: date | None
    drill_id: int | None
    coming_on: date | None
    days_late: int
    coming_id: int | None = None
    waiting_on: date | None = None
    waiting_id: int | None = None

    @property
    def status_name(self) -> str:
        """The status in Chinese."""
        return CELL_STATUS_NAMES[self.status]

    @property
    def is_waiting(self) -> bool:
        """Whether a record newer than the last confirmed one waits for the office."""
        return self.waiting_id is not None

    @property
    def link_id(self) -> int | None:
        """The drill to open from the cell: what waits, else what is coming, else the last one."""
        return self.waiting_id or self.coming_id or self.drill_id


@dataclass(frozen=True)
class Coverage:
    """The matrix of villages and plans, as it stood on `today`."""

    today: date
    villages: tuple[str, ...]
    rules: tuple[PlanRule, ...]
    cells: Mapping[tuple[str, int], Cell]

    def cell(self, village: str, plan_id: int) -> Cell:
        """How that village stands with that plan; KeyError outside the matrix."""
        return self.cells[village, plan_id]

    def rows(self) -> Iterator[tuple[str, list[Cell]]]:
        """Each village with its cells, in the order of the plans."""
        for village in self.villages:
            yield village, [self.cells[village, rule.plan_id] for rule in self.rules]

    def counts(self) -> dict[CellStatus, int]:
        """How many cells there are of every status, none left out."""
        counter = Counter(cell.status for cell in self.cells.values())
        return {status: counter[status] for status in CellStatus}


@dataclass(slots=True)
class _Found:
    """What has been met of one cell while walking through the drills."""

    last: Held | None = None
    waiting: Held | None = None
    coming: Coming | None = None


def cover(
    villages: Iterable[str],
    rules: Iterable[PlanRule],
    held: Iterable[Held],
    coming: Iterable[Coming],
    today: date,
) -> Coverage:
    """Each village with each plan, once through the drills and once through the cells.

    Drills of other villages or plans, drills held after `today` and planned ones whose day has
    passed are left aside. For plans that the town drills, give the town as the only village.
    """
    villages, rules = tuple(villages), tuple(rules)
    found = {(village, rule.plan_id): _Found() for village in villages for rule in rules}
    _take_held(found, held, today)
    _take_coming(found, coming, today)
    cells = {
        (village, rule.plan_id): _judge(rule, found[village, rule.plan_id], today)
        for village in villages
        for rule in rules
    }
    return Coverage(today, villages, rules, cells)


def _take_held(found: dict[tuple[str, int], _Found], held: Iterable[Held], today: date) -> None:
    for drill in held:
        cell = found.get((drill.village, drill.plan_id))
        if cell is None or drill.on > today:
            continue
        if drill.is_confirmed:
            cell.last = _later(cell.last, drill)
        else:
            cell.waiting = _later(cell.waiting, drill)


def _later(known: Held | None, drill: Held) -> Held:
    if known is None or (known.on, known.drill_id) < (drill.on, drill.drill_id):
        return drill
    return known


def _take_coming(
    found: dict[tuple[str, int], _Found], coming: Iterable[Coming], today: date
) -> None:
    for drill in coming:
        cell = found.get((drill.village, drill.plan_id))
        if cell is None or drill.on < today:
            continue
        known = cell.coming
        if known is None or (drill.on, drill.drill_id) < (known.on, known.drill_id):
            cell.coming = drill


def _judge(rule: PlanRule, found: _Found, today: date) -> Cell:
    last, coming, waiting = found.last, found.coming, found.waiting
    if last and waiting and waiting.on < last.on:
        waiting = None
    due_on = find_due_day(rule, last.on if last else None)
    is_current = last is not None and last.edition_id is not None and (
        last.edition_id == rule.edition_id
    )  # fmt: skip
    return Cell(
        status=_name_status(last, is_current, due_on, coming, today),
        last_on=last.on if last else None,
        edition_id=last.edition_id if last else None,
        is_current_edition=is_current,
        due_on=due_on,
        drill_id=last.drill_id if last else None,
        coming_on=coming.on if coming else None,
        days_late=max(0, (today - due_on).days) if due_on else 0,
        coming_id=coming.drill_id if coming else None,
        waiting_on=waiting.on if waiting else None,
        waiting_id=waiting.drill_id if waiting else None,
    )


def _name_status(
    last: Held | None, is_current: bool, due_on: date | None, coming: Coming | None, today: date
) -> CellStatus:
    is_in_period = last is not None and due_on is not None and today <= due_on
    if is_in_period and is_current:
        return CellStatus.CURRENT
    if coming:
        return CellStatus.PLANNED
    if last is None:
        return CellStatus.NEVER
    return CellStatus.OLD_EDITION if is_in_period else CellStatus.OVERDUE


@lru_cache(maxsize=8192)
def _add(day: date, months: int) -> date:
    return add_months(day, months)


def find_due_day(rule: PlanRule, last_on: date | None) -> date | None:
    """The last day that keeps the plan's drill period, which the plan itself sets.

    At most 36 months (国办发〔2024〕5号 第三十二条), 24 for work safety (《生产安全事故应急条例》第八条).
    None where neither a drill nor a published edition gives a day to count from.
    """
    start = last_on or rule.effective_on
    return _add(start, rule.drill_months) if start else None


def list_undrilled(rules: Sequence[PlanRule], held: Iterable[Held]) -> list[PlanRule]:
    """Plans whose published edition nobody has drilled yet, by confirmed records, in their order."""
    drilled = {(drill.plan_id, drill.edition_id) for drill in held if drill.is_confirmed}
    return [
        rule
        for rule in rules
        if rule.edition_id is not None and (rule.plan_id, rule.edition_id) not in drilled
    ]
