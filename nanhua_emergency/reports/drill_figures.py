"""Figures of drills: held, recorded, confirmed, by village, hazard and month, and who took part."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import lazyload

from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import VALID, day_range
from nanhua_emergency.drills.record_models import DrillRecord, HeadCount, RecordState
from nanhua_emergency.drills.year import month_range
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.reports.figures import Column, Figure, Link
from nanhua_emergency.reports.year import Year


@dataclass(frozen=True)
class DrillCell:
    """How many drills of one place below, one hazard, one month and one state were held."""

    code: str
    hazard: str
    month: int
    is_confirmed: bool
    drills: int


def list_drill_cells(year: Year) -> list[DrillCell]:
    """The drills of a year by place below, hazard, month and state, in one statement."""
    code = func.substr(Drill.place_code, 1, year.digits_below)
    month = _month(year.number)
    query = (
        select(code, Plan.hazard, month, DrillRecord.state, func.count())
        .select_from(Drill)
        .join(DrillRecord, DrillRecord.drill_id == Drill.id)
        .join(Plan, Plan.id == Drill.plan_id)
        .where(year.covers(Drill.place_code), year.holds(Drill.planned_at))
        .where(DrillRecord.state.in_(VALID))
        .group_by(code, Plan.hazard, month, DrillRecord.state)
    )
    found = db.session.execute(query).all()
    return [
        DrillCell(code.ljust(12, "0"), hazard, month, state is RecordState.CONFIRMED, count)
        for code, hazard, month, state, count in found
    ]


def _month(year: int) -> ColumnElement[int]:
    """The month in China, by the moments at which months begin: both databases can do that."""
    ends = [(day_range(*month_range(year, month))[1], month) for month in range(1, 12)]
    return case(*((Drill.planned_at < end, month) for end, month in ends), else_=12)


def tally(cells: Iterable[DrillCell], key: Callable[[DrillCell], Any]) -> Counter[Any]:
    """How many drills there are for each answer to a question about their cells."""
    counter: Counter[Any] = Counter()
    for cell in cells:
        counter[key(cell)] += cell.drills
    return counter


def _held(year: Year, *states: RecordState) -> Select[Any]:
    """Records that count of drills planned in the year: neither returned nor corrected."""
    query = (
        select(DrillRecord)
        .join(DrillRecord.drill)
        .where(year.covers(Drill.place_code), year.holds(Drill.planned_at))
        .where(DrillRecord.state.in_(states or VALID))
        .options(
            lazyload(DrillRecord.moments),
            lazyload(DrillRecord.scores),
            lazyload(DrillRecord.photos),
        )
    )
    if year.hazard:
        query = query.join(Plan, Plan.id == Drill.plan_id).where(Plan.hazard == year.hazard)
    return query


def _people(year: Year) -> Select[int]:
    records = _held(year).with_only_columns(DrillRecord.id)
    total = func.coalesce(func.sum(HeadCount.people), 0)
    return select(total).where(HeadCount.record_id.in_(records))


def _link(record: DrillRecord) -> Link:
    return "drills.show_drill", {"drill_id": record.drill_id}


_COLUMNS = (
    Column("演练", lambda one: one.drill.title),
    Column("地方", lambda one: one.drill.place.name),
    Column("时间", lambda one: one.drill.planned_at),
    Column("灾种", lambda one: one.drill.plan.hazard),
    Column("形式", lambda one: one.drill.form_name, is_word=True),
    Column("参加人次", lambda one: one.head_count),
    Column("记录", lambda one: one.state_name, is_word=True),
)
_ORDER = (Drill.planned_at, Drill.id)


def _figure(slug: str, name: str, rows: Any, **more: Any) -> Figure:
    return Figure(slug, name, more.pop("unit", "场次"), rows, DrillRecord.id, _ORDER, _COLUMNS,
                  _link, by_hazard=True, **more)  # fmt: skip


DRILL_FIGURES = (
    _figure("drills-held", "举行的演练", _held,
            note="排定在这一年、已有演练记录的；被退回或已更正的记录不算。"
                 "同时检验两个预案的，计入主预案的灾种。"),
    _figure("drills-confirmed", "其中已确认", lambda year: _held(year, RecordState.CONFIRMED)),
    _figure("drills-unconfirmed", "其中待确认", lambda year: _held(year, RecordState.RECORDED)),
    _figure("drill-people", "参加演练", _held, unit="人次", total=_people,
            amount=lambda one: one.head_count, note="各次演练记录里的人数相加。"),
)  # fmt: skip
