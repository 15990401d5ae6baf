"""What the records themselves say about an item: plans, drills and findings, and the registers."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from nanhua_emergency.audits.checklists import Criterion
from nanhua_emergency.audits.register_evidence import REGISTER_EVIDENCE
from nanhua_emergency.audits.statements import (
    Asked,
    Link,
    Statement,
    nothing,
    pack_statement,
    tally,
)
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import day_range
from nanhua_emergency.drills.record_models import DrillRecord, RecordState
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Filing, Plan, Review

Query = Callable[[Asked], Statement]


def _count(query: Select[Any]) -> int:
    return db.session.scalar(query) or 0


def _in_force(place: Place) -> Select[Any]:
    """How many plans of exactly this place are in force."""
    return (
        select(func.count(Plan.id))
        .join(Edition, (Edition.plan_id == Plan.id) & (Edition.state == State.PUBLISHED))
        .where(Plan.place_code == place.code)
    )


def _plans_link(place: Place) -> Link:
    return Link("看预案", "plans.list_plans", {"place": place.code})


def plans_in_force(asked: Asked) -> Statement:
    """Texts in force of the place against the number it should have."""
    link, count = _plans_link(asked.place), _count(_in_force(asked.place))
    if count == 0:
        return nothing("登记里没有现行预案。", link)
    return tally(f"现行预案 {count} 个，应有 {asked.figure} 个。", count, asked.figure, link)


def own_plan(asked: Asked) -> Statement:
    """Whether the place has a text in force of its own."""
    link, count = _plans_link(asked.place), _count(_in_force(asked.place))
    if count == 0:
        return nothing("登记里没有本村的现行处置方案。", link)
    return tally(f"本村现行处置方案 {count} 个。", count, 1, link)


def plans_reviewed(asked: Asked) -> Statement:
    """Texts in force whose next review (国办发〔2024〕5号 Article 34) is not past."""
    link, total = _plans_link(asked.place), _count(_in_force(asked.place))
    if total == 0:
        return nothing("没有现行预案，谈不上评估。", link)
    is_late = (
        select(Review.id)
        .where(
            Review.plan_id == Plan.id, Review.closed_on.is_(None), Review.due_on < asked.today
        )
        .exists()
    )  # fmt: skip
    late = _count(_in_force(asked.place).where(is_late))
    text = f"现行预案 {total} 个，超过评估期限的 {late} 个。"
    return tally(text, total - late, total, link)


def plans_filed(asked: Asked) -> Statement:
    """Texts in force of which no filing (Article 26: 20 working days) is open past its day."""
    link, total = _plans_link(asked.place), _count(_in_force(asked.place))
    if total == 0:
        return nothing("没有现行预案，谈不上备案。", link)
    filing = select(Filing.id).where(Filing.edition_id == Edition.id)
    waiting = filing.where(Filing.filed_on.is_(None)).exists()
    filed = _count(_in_force(asked.place).where(filing.exists(), ~waiting))
    unknown = _count(_in_force(asked.place).where(~filing.exists()))
    text = f"现行预案 {total} 个，已备案 {filed} 个"
    text += f"，没有登记备案的 {unknown} 个。" if unknown else "。"
    return tally(text, filed, total, link)


def village_plans(asked: Asked) -> Statement:
    """Villages and communities within the place that have a text in force of their own."""
    kinds = (PlaceKind.VILLAGE, PlaceKind.COMMUNITY)
    villages = select(func.count(Place.code)).where(
        asked.place.covers(Place.code), Place.kind.in_(kinds)
    )
    has_plan = (
        select(Plan.id)
        .join(Edition, (Edition.plan_id == Plan.id) & (Edition.state == State.PUBLISHED))
        .where(Plan.place_code == Place.code)
        .exists()
    )
    total, count = _count(villages), _count(villages.where(has_plan))
    link = Link("看预案", "plans.list_work", {})
    if count == 0:
        return nothing(f"登记里没有村级处置方案（共 {total} 个村、社区）。", link)
    return tally(f"{total} 个村（社区）中，有现行处置方案的 {count} 个。", count, total, link)


def drills_this_year(asked: Asked) -> Statement:
    """Drills held within the place since New Year; only confirmed records are met."""
    first = date(asked.today.year, 1, 1)
    start, end = day_range(first, asked.today)
    held = (
        select(func.count(DrillRecord.id))
        .join(Drill, Drill.id == DrillRecord.drill_id)
        .where(asked.place.covers(Drill.place_code))
        .where(DrillRecord.began_at >= start, DrillRecord.began_at < end)
    )
    confirmed = _count(held.where(DrillRecord.state == RecordState.CONFIRMED))
    waiting = _count(held.where(DrillRecord.state == RecordState.RECORDED))
    link = Link("看演练", "drills.show_year", {"year": str(asked.today.year)})
    if confirmed + waiting == 0:
        return nothing(f"{asked.today.year} 年没有演练记录。", link)
    text = f"{asked.today.year} 年已确认演练 {confirmed} 次，应有 {asked.figure} 次"
    text += f"；另有 {waiting} 次待确认。" if waiting else "。"
    return tally(text, confirmed, asked.figure, link)


def findings_in_time(asked: Asked) -> Statement:
    """Findings within the place of which none is past its day."""
    within = select(func.count(Finding.id)).where(
        asked.place.covers(Finding.place_code), Finding.state != FindingState.DROPPED
    )
    total = _count(within)
    link = Link("看整改", "findings.list_findings", {})
    if total == 0:
        return nothing("没有登记过要整改的问题。", link)
    late = _count(within.where(Finding.state == FindingState.RAISED, Finding.due_on < asked.today))
    still_open = _count(within.where(Finding.state.in_((FindingState.RAISED, FindingState.FIXED))))
    text = f"登记问题 {total} 个，未办结 {still_open} 个，其中逾期 {late} 个。"
    return Statement(text, late == 0, total - late, total, (link,))


EVIDENCE: dict[str, Query] = {
    "plans_in_force": plans_in_force,
    "own_plan": own_plan,
    "plans_reviewed": plans_reviewed,
    "plans_filed": plans_filed,
    "village_plans": village_plans,
    "drills_this_year": drills_this_year,
    "findings_in_time": findings_in_time,
    **REGISTER_EVIDENCE,
}


def collect(criterion: Criterion, place: Place, *, today: date) -> dict[str, Any]:
    """What the records say today, as it is kept with the answer; empty where none can say."""
    query = EVIDENCE.get(criterion.evidence)
    statement = query(Asked(place, today, criterion.figure)) if query else None
    return pack_statement(statement, today)


def day_of_statement(kept: dict[str, Any]) -> date | None:
    """The day on which a kept statement was made."""
    return date.fromisoformat(kept["on"]) if kept else None
