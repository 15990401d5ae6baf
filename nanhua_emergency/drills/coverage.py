"""What the drills and plans that are stored say about coverage, and what the year still asks for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill, DrillState, Form, Purpose, Scope
from nanhua_emergency.drills.needs import choose_by
from nanhua_emergency.drills.planner import Proposal, propose_year
from nanhua_emergency.drills.queries import VALID, day_range, has_record
from nanhua_emergency.drills.record_models import DrillRecord, RecordState
from nanhua_emergency.drills.schedule import By, Coming, Coverage, Held, PlanRule, cover
from nanhua_emergency.drills.services import Details, schedule_drills
from nanhua_emergency.drills.year import year_range
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.places.services import list_places
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan

# Drills older than this say nothing about how ready a village is now.
YEARS = 10

PlanColumn = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


@dataclass(frozen=True)
class PlaceCoverage:
    """The matrix of a place: its villages by its hazards."""

    villages: list[Place]
    rules: list[PlanRule]
    coverage: Coverage


@dataclass(frozen=True)
class _Columns:
    """One column for each hazard; in a county several towns' plans share one."""

    rules: list[PlanRule]
    column_of: dict[int, int]
    edition_of: dict[int, tuple[int, datetime | None]]

    def mark(self, row: Row[Any]) -> int:
        """1 where the edition exercised is the one in force; the matrix compares nothing else.

        A record keeps the edition of its drill's first plan; of the second, the hour tells.
        """
        edition_id, published_at = self.edition_of[row.plan_id]
        if row.plan_id == row.first_plan_id:
            return int(row.edition_id == edition_id)
        return int(published_at is None or row.planned_at >= published_at)


def read_coverage(place: Place, *, today: date) -> PlaceCoverage:
    """Which village of a place has drilled which hazard, and what is due."""
    villages = [one for one in list_places(place) if one.is_village]
    columns = _read_columns(place)
    rules = [rule for rule in columns.rules if rule.by is By.VILLAGE]
    found = cover(
        [one.code for one in villages],
        rules,
        _list_held(place, columns, today),
        _list_coming(place, columns, today),
        today,
    )
    return PlaceCoverage(villages, rules, found)


def _read_columns(place: Place) -> _Columns:
    towns = place.town_code if place.is_village else None
    query = (
        select(Plan, Edition.id, Edition.effective_on, Edition.published_at)
        .join(Edition, (Edition.plan_id == Plan.id) & (Edition.state == State.PUBLISHED))
        .where(Plan.place_code == towns if towns else place.covers(Plan.place_code))
        .order_by(Plan.number, Plan.id)
    )
    rules: dict[str, PlanRule] = {}
    column_of, edition_of = {}, {}
    for plan, edition_id, effective_on, published_at in db.session.execute(query).all():
        rule = rules.setdefault(plan.hazard, _rule_of(plan, effective_on))
        column_of[plan.id] = rule.plan_id
        edition_of[plan.id] = edition_id, published_at
    return _Columns(list(rules.values()), column_of, edition_of)


def _rule_of(plan: Plan, effective_on: date | None) -> PlanRule:
    return PlanRule(
        plan_id=plan.id,
        hazard=plan.hazard,
        title=plan.title,
        drill_months=plan.drill_months,
        season=plan.season,
        edition_id=1,
        effective_on=effective_on,
        by=choose_by(plan.hazard),
    )


def _list_held(place: Place, columns: _Columns, today: date) -> Iterator[Held]:
    """The last drill of each village by each plan and state: one row each, however many there were."""
    for row in db.session.execute(_latest(place, Drill.plan_id, today)).all():
        yield from _held_of(row, columns)
    for row in db.session.execute(_latest(place, Drill.second_plan_id, today)).all():
        yield from _held_of(row, columns)


def _latest(place: Place, plan_column: PlanColumn, today: date) -> Select[Any]:
    start, _end = day_range(date(today.year - YEARS, 1, 1), today)
    newest = func.row_number().over(
        partition_by=(Drill.place_code, plan_column, DrillRecord.state),
        order_by=DrillRecord.began_at.desc(),
    )
    ranked = (
        select(
            Drill.place_code.label("place_code"),
            plan_column.label("plan_id"),
            Drill.plan_id.label("first_plan_id"),
            Drill.id.label("drill_id"),
            Drill.planned_at.label("planned_at"),
            DrillRecord.began_at.label("began_at"),
            DrillRecord.edition_id.label("edition_id"),
            DrillRecord.state.label("state"),
            newest.label("rank"),
        )
        .join(DrillRecord, DrillRecord.drill_id == Drill.id)
        .where(
            place.covers(Drill.place_code),
            Drill.planned_at >= start,
            plan_column.is_not(None),
            DrillRecord.state.in_(VALID),
        )
        .subquery()
    )
    return select(ranked).where(ranked.c.rank == 1)


def _held_of(row: Row[Any], columns: _Columns) -> Iterator[Held]:
    column = columns.column_of.get(row.plan_id)
    if column is not None:
        yield Held(
            village=row.place_code,
            plan_id=column,
            on=clock.day_of(row.began_at),
            edition_id=columns.mark(row),
            is_confirmed=row.state is RecordState.CONFIRMED,
            drill_id=row.drill_id,
        )


def _list_coming(
    place: Place, columns: _Columns, today: date, last: date | None = None
) -> Iterator[Coming]:
    start, _ = day_range(today, today)
    query = select(
        Drill.place_code, Drill.plan_id, Drill.second_plan_id, Drill.planned_at, Drill.id
    ).where(
        place.covers(Drill.place_code),
        Drill.state != DrillState.CANCELLED,
        Drill.planned_at >= start,
        ~has_record(),
    )
    if last is not None:
        query = query.where(Drill.planned_at < day_range(last, last)[1])
    for village, plan_id, second_id, planned_at, drill_id in db.session.execute(query).all():
        for one in (plan_id, second_id):
            if one in columns.column_of:
                on = clock.day_of(planned_at)
                yield Coming(village, columns.column_of[one], on, drill_id)


def list_undrilled_plans(place: Place) -> list[Plan]:
    """Plans in force whose current edition nobody has drilled yet, by number."""
    confirmed = DrillRecord.state == RecordState.CONFIRMED
    drilled = select(DrillRecord.id).where(DrillRecord.edition_id == Edition.id, confirmed).exists()
    drilled_beside = (
        select(DrillRecord.id)
        .join(Drill, Drill.id == DrillRecord.drill_id)
        .where(
            place.covers(Drill.place_code), Drill.second_plan_id == Plan.id,
            Drill.planned_at >= Edition.published_at, confirmed,
        )
        .exists()
    )  # fmt: skip
    query = (
        select(Plan)
        .join(Edition, (Edition.plan_id == Plan.id) & (Edition.state == State.PUBLISHED))
        .where(Plan.place_code == place.code, ~drilled, ~drilled_beside)
        .order_by(Plan.number)
        .limit(200)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Suggestion:
    """One line of the proposed year: the place, its plans, and the planner's day and reason."""

    place: Place
    plans: tuple[Plan, ...]
    proposal: Proposal


def propose(place: Place, year: int, *, today: date, per_village: int = 1) -> list[Suggestion]:
    """The drills that a year still asks of a place's villages and of the place itself."""
    places = {one.code: one for one in list_places(place)}
    columns = _read_columns(place)
    first, last = year_range(year)
    proposals = propose_year(
        year,
        [code for code, one in places.items() if one.is_village],
        columns.rules,
        _list_held(place, columns, today),
        _list_coming(place, columns, max(today, first), last),
        today=today,
        town=None if place.is_village else place.code,
        per_village=per_village,
        most_per_day=max(3, len(places) // 10),
    )
    plans = {
        plan.id: plan
        for plan in db.session.scalars(select(Plan).where(Plan.id.in_(columns.column_of)))
    }
    return [
        Suggestion(places[one.village], tuple(plans[key] for key in one.plan_ids), one)
        for one in proposals
    ]


@dataclass(frozen=True)
class Accepted:
    """One line of the proposed year as the office has edited it."""

    place: Place
    plans: Sequence[Plan]
    planned_at: datetime
    form: Form
    is_night: bool


def accept_year(lines: Iterable[Accepted], *, by: Account, now: datetime) -> list[Drill]:
    """Put all chosen lines into the plan of the year, or none where one cannot be."""
    drills = []
    for line in lines:
        plan, second = line.plans[0], line.plans[1] if len(line.plans) > 1 else None
        details = Details(
            title="", form=line.form, scope=Scope.COMBINED if second else Scope.SINGLE,
            purpose=Purpose.TEST, location="", organiser=by.name, scenario="", expected_count=0,
            is_night=line.is_night, second_plan=second, organiser_account=by,
        )  # fmt: skip
        if second is not None:
            details = replace(details, title=f"{line.place.name}{plan.hazard}、{second.hazard}演练")
        try:
            drills += schedule_drills(
                plan, [line.place], details, planned_at=line.planned_at, by=by, now=now
            )
        except RuleBroken as refusal:
            raise RuleBroken("%(place)s那一行：%(why)s", place=line.place.name,
                             why=refusal.text()) from refusal  # fmt: skip
    return drills
