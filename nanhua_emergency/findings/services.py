"""Raise, fix, close and reopen findings, and list them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from nanhua_emergency import clock
from nanhua_emergency.access import Person, Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.findings.models import Finding, FindingState, Source
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans import demands
from nanhua_emergency.plans.models import Edition

PAGE = 50
# How long an owner has where nobody says otherwise; settable on each finding.
DUE_DAYS = 30


class AlreadyDone(RuleBroken):
    """Somebody else has just done this."""

    status = 409


def get_finding(finding_id: int, *, seen_by: Account) -> Finding:
    """A finding within the person's place; NotFound for any other."""
    finding = db.session.get(Finding, finding_id)
    if finding is None or not seen_by.place.contains(finding.place_code):
        raise NotFound("没有这个问题")
    return finding


def list_findings(
    place: Place, *, is_open: bool = True, owner: Account | None = None, words: str = "",
    page: int = 1,
) -> list[Finding]:  # fmt: skip
    """One page, and one more, of the findings within a place, first due first."""
    query = select(Finding).where(place.covers(Finding.place_code), _in_state(is_open))
    if owner is not None:
        query = query.where(Finding.owner_id == owner.id)
    if words:
        query = query.where(Finding.text.contains(words, autoescape=True))
    query = query.order_by(Finding.due_on, Finding.id)
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def _in_state(is_open: bool) -> ColumnElement[bool]:
    open_states = (FindingState.RAISED, FindingState.FIXED)
    condition = Finding.state.in_(open_states)
    return condition if is_open else ~condition


def list_waiting(
    place: Place, state: FindingState, *, not_fixed_by: Account | None = None, limit: int = 10
) -> list[Finding]:
    """The first due of a place in one state; without those that a person has fixed."""
    query = select(Finding).where(place.covers(Finding.place_code), Finding.state == state)
    if not_fixed_by is not None:
        query = query.where(Finding.fixed_by_id.is_distinct_from(not_fixed_by.id))
    return list(db.session.scalars(query.order_by(Finding.due_on, Finding.id).limit(limit)))


def list_findings_of(source: Source, source_id: int) -> list[Finding]:
    """What one drill record, audit or review raised, in order."""
    query = select(Finding).where(Finding.source == source, Finding.source_id == source_id)
    return list(db.session.scalars(query.order_by(Finding.id).limit(100)))


def raise_finding(
    *, place: Place, source: Source, source_id: int, text: str, by: Person, now: datetime,
    edition: Edition | None = None, heading: str = "", owner: Account | None = None,
    due_on: date | None = None,
) -> Finding:  # fmt: skip
    """Enter something that must be put right; pinned to a clause where a heading is given."""
    if not text.strip():
        raise RuleBroken("请写明发现了什么问题", field="text")
    demand = None
    if edition is not None and heading:
        demand = demands.make_demand(edition, heading=heading, text=text.strip(), now=now)
    finding = Finding(
        place=place, place_code=place.code, source=source, source_id=source_id,
        text=text.strip(), demand=demand, owner_id=owner.id if owner else None,
        due_on=due_on or clock.day_of(now) + timedelta(days=DUE_DAYS),
        state=FindingState.RAISED, raised_at=now, raised_by_id=by.id,
    )  # fmt: skip
    db.session.add(finding)
    db.session.flush()
    _record(finding, "finding.raised", by=by, now=now, summary=f"发现问题：{finding.text[:60]}")
    return finding


def assign_finding(
    finding: Finding, *, owner: Account | None, due_on: date, by: Person, now: datetime
) -> None:
    """Say who puts it right by when; a day that has passed stays only where it was set before."""
    lock(finding)
    if not finding.is_open:
        raise AlreadyDone("这个问题已经办结")
    if due_on != finding.due_on:
        refuse_past_day(due_on, now=now)
    finding.owner_id, finding.due_on = owner.id if owner else None, due_on
    summary = f"交办：{owner.name if owner else '未定'}，{due_on.isoformat()} 前"
    _record(finding, "finding.assigned", by=by, now=now, summary=summary)


def refuse_past_day(due_on: date, *, now: datetime) -> None:
    """Nobody can put right by a day that has passed."""
    if due_on < clock.day_of(now):
        raise RuleBroken("期限已经过去，请另定一天", field="due_on")


def fix_finding(finding: Finding, *, evidence: str, by: Account, now: datetime) -> None:
    """Say that it has been put right, and how one can see that."""
    lock(finding)
    if finding.state is not FindingState.RAISED:
        raise AlreadyDone("这个问题不在待整改的状态")
    if not evidence.strip():
        raise RuleBroken("请写明怎么整改的，在哪里能看到", field="evidence")
    finding.state, finding.evidence = FindingState.FIXED, evidence.strip()
    finding.fixed_at, finding.fixed_by_id, finding.reopen_reason = now, by.id, ""
    _record(finding, "finding.fixed", by=by, now=now, summary="已整改", evidence=finding.evidence)


def close_finding(finding: Finding, *, by: Account, now: datetime) -> None:
    """Close what was fixed; whoever fixed it does not close it."""
    lock(finding)
    if finding.state is not FindingState.FIXED:
        raise AlreadyDone("先登记整改情况，才能销号")
    if finding.fixed_by_id == by.id:
        raise RuleBroken("谁整改的不能由谁销号，请另一位来办")
    finding.state, finding.closed_at, finding.closed_by_id = FindingState.CLOSED, now, by.id
    _record(finding, "finding.closed", by=by, now=now, summary="销号")


def reopen_finding(finding: Finding, *, reason: str, by: Account, now: datetime) -> None:
    """Send it back to be put right, with the reason."""
    lock(finding)
    if finding.state not in (FindingState.FIXED, FindingState.CLOSED):
        raise AlreadyDone("这个问题正在整改中")
    if not reason.strip():
        raise RuleBroken("请写明为什么退回", field="reason")
    finding.state, finding.reopen_reason = FindingState.RAISED, reason.strip()
    finding.closed_at = finding.closed_by_id = None
    _record(finding, "finding.reopened", by=by, now=now, summary="退回整改", reason=reason.strip())


def drop_findings(findings: Sequence[Finding], *, by: Person, now: datetime) -> None:
    """The record they rest on was superseded by a corrected one; the fact is kept."""
    # All before the first entry of the record: whoever fixes one holds it, and waits for the chain.
    for finding in sorted(findings, key=lambda one: one.id):
        lock(finding)
    for finding in findings:
        if finding.state is FindingState.DROPPED:
            continue
        finding.state = FindingState.DROPPED
        if finding.demand is not None:
            finding.demand.is_withdrawn = True
        _record(finding, "finding.dropped", by=by, now=now, summary="所依据的记录已更正")


def may_fix(finding: Finding, person: Account) -> bool:
    """The office, and whoever answers for the place in which it was found."""
    is_there = person.place.contains(finding.place_code)
    return is_there and person.role in (Role.OFFICE, Role.VILLAGE)


def _record(finding: Finding, action: str, *, by: Person, now: datetime, summary: str,
            **details: object) -> None:  # fmt: skip
    activity.record(
        action, finding, place_code=finding.place_code, by=by, now=now, summary=summary, **details
    )
