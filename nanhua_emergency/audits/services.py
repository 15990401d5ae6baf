"""Open and close rounds, and ask the records again; what all changes of an audit rest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.access import Person, Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.audits import evidence, queries, sealing
from nanhua_emergency.audits.checklists import Checklist, hash_content, pack
from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.places.models import Place

LONGEST_PERIOD_DAYS = 366


class RoundClosed(RuleBroken):
    """The round was closed meanwhile; what was typed stays with the person."""

    status = 409


class AlreadyDone(RuleBroken):
    """Somebody else has just done this."""

    status = 409


@dataclass(frozen=True)
class Period:
    """What a round is about: its name, its days, and when the answers must be there."""

    name: str
    first_on: date
    last_on: date
    due_on: date


def open_round(
    checklist: Checklist, places: Sequence[Place], *, period: Period, by: Account, now: datetime
) -> Round:
    """Begin a round: every answer 未核查, and beside it what the records say today."""
    chosen = sorted({place.code: place for place in places}.values(), key=lambda one: one.code)
    _check_opening(checklist, chosen, period, by=by, today=clock.day_of(now))
    content = pack(checklist)
    held = Round(
        place=by.place, place_code=by.place_code, checklist_slug=checklist.slug, content=content,
        sha256=hash_content(content), period=period.name.strip(), first_on=period.first_on,
        last_on=period.last_on, due_on=period.due_on, opened_at=now, opened_by_id=by.id,
        close_reason="", content_sha256="",
    )  # fmt: skip
    db.session.add(held)
    db.session.flush()
    for place in chosen:
        _open_audit(held, place, checklist, today=clock.day_of(now))
    summary = f"开始核查：{held.title}，{len(chosen)} 个地方"
    activity.record("round.opened", held, place_code=held.place_code, by=by, now=now,
                    summary=summary, checklist=held.sha256)  # fmt: skip
    return held


def _check_opening(
    checklist: Checklist, places: Sequence[Place], period: Period, *, by: Account, today: date
) -> None:
    if not places:
        raise RuleBroken("请至少选一个地方", field="places")
    if not period.name.strip():
        raise RuleBroken("请写明是哪一期，例如 2026年上半年", field="period")
    _check_days(period, today=today)
    known = {place.code for place in queries.list_places_for(checklist, by.place)}
    for place in places:
        if place.code not in known:
            raise RuleBroken("%(place)s不用这张核查表", place=place.name, field="places")
    _check_unclosed(checklist, places)


def _check_days(period: Period, *, today: date) -> None:
    if period.last_on < period.first_on:
        raise RuleBroken("结束日期早于开始日期", field="last_on")
    if (period.last_on - period.first_on).days > LONGEST_PERIOD_DAYS:
        raise RuleBroken("一期最长一年", field="last_on")
    if period.due_on < today:
        raise RuleBroken("截止日期已经过去", field="due_on")


def _check_unclosed(checklist: Checklist, places: Sequence[Place]) -> None:
    query = select(Audit).where(
        Audit.place_code.in_([place.code for place in places]),
        Audit.checklist_slug == checklist.slug, Audit.state != AuditState.CLOSED,
    )  # fmt: skip
    unclosed = db.session.scalar(query.order_by(Audit.id).limit(1))
    if unclosed is not None:
        raise AlreadyDone(
            "%(place)s还在“%(round)s”里，先结束那一轮，再开新的一轮",
            place=unclosed.place.name, round=unclosed.round.title,
        )  # fmt: skip


def _open_audit(held: Round, place: Place, checklist: Checklist, *, today: date) -> None:
    audit = Audit(
        round=held, place=place, place_code=place.code, checklist_slug=checklist.slug,
        state=AuditState.NOT_STARTED, return_reason="", content_sha256="",
    )  # fmt: skip
    db.session.add(audit)
    db.session.flush()
    db.session.add_all(
        Answer(
            audit_id=audit.id, criterion=criterion.code, verdict=Verdict.UNCHECKED, note="",
            office_reason="", evidence=evidence.collect(criterion, place, today=today),
        )
        for criterion in checklist.criteria
    )  # fmt: skip
    db.session.flush()


def refresh_evidence(audit: Audit, *, by: Account, now: datetime) -> None:
    """Ask the records again; what people have said is left alone."""
    lock_audit(audit)
    if not (audit.is_answerable or may_verify(audit, by)):
        raise AlreadyDone("已经交上去了，记录由应急办重新取")
    criteria = {one.code: one for one in audit.round.checklist.criteria}
    for answer in queries.list_answers(audit):
        answer.evidence = evidence.collect(
            criteria[answer.criterion], audit.place, today=clock.day_of(now)
        )
    record_audit_activity(audit, "audit.refreshed", by=by, now=now, summary="重新取登记里的数")


def list_unfinished(held: Round) -> list[Audit]:
    """The audits of a round that nobody has verified to the end."""
    return [one for one in queries.list_all_audits(held) if one.state is not AuditState.VERIFIED]


def close_round(held: Round, *, reason: str, by: Account, now: datetime) -> None:
    """Lock every audit with the hash of its content; unfinished ones only with a reason."""
    if not may_close(held, by):
        raise NotFound("没有这一轮核查")
    lock_round(held)
    _lock_all_audits(held)
    unfinished = list_unfinished(held)
    if unfinished and not reason.strip():
        names = "、".join(audit.place.name for audit in unfinished[:8])
        raise RuleBroken(
            "还有 %(count)s 个地方没有核实完（%(names)s）。要这样结束，请写明原因",
            count=len(unfinished), names=names, field="reason",
        )  # fmt: skip
    held.close_reason = reason.strip()
    hashes = [_close_audit(audit) for audit in queries.list_all_audits(held)]
    held.closed_at, held.closed_by_id = now, by.id
    held.content_sha256 = sealing.hash_round(held, hashes)
    activity.record("round.closed", held, place_code=held.place_code, by=by, now=now,
                    summary=f"结束核查：{held.title}", sha256=held.content_sha256,
                    reason=held.close_reason)  # fmt: skip


def _lock_all_audits(held: Round) -> None:
    # An answer on its way is either in the hash or refused, never beside it; and what is sent back
    # to its place meanwhile is seen to be unfinished.
    query = select(Audit.id).where(Audit.round_id == held.id).order_by(Audit.id).with_for_update()
    db.session.execute(query)
    db.session.expire_all()


def _close_audit(audit: Audit) -> str:
    answers = list(
        db.session.scalars(
            select(Answer).where(Answer.audit_id == audit.id)
            .execution_options(populate_existing=True)
        )
    )  # fmt: skip
    audit.content_sha256 = sealing.hash_audit(audit, answers)
    audit.state = AuditState.CLOSED
    db.session.flush()
    return audit.content_sha256


def may_close(held: Round, person: Account) -> bool:
    """The office of the place that opened it, or above; a town does not end its county's round."""
    return person.role is Role.OFFICE and person.place.contains(held.place_code)


def may_answer(audit: Audit, person: Account) -> bool:
    """The place's own people answer; the office too, for its town and for a village that asks."""
    is_there = person.place.contains(audit.place_code)
    return is_there and person.role in (Role.VILLAGE, Role.OFFICE)


def may_verify(audit: Audit, person: Account) -> bool:
    """The office above the place, or a leader; that nobody verifies their own is asked besides."""
    is_there = person.place.contains(audit.place_code)
    return is_there and person.role in (Role.OFFICE, Role.LEADER)


def lock_round(held: Round) -> None:
    """Hold a round for this transaction; RoundClosed when it has ended."""
    # Whoever closes waits here for those who answer, and they for it.
    lock(held)
    if held.is_closed:
        raise RoundClosed("这一轮核查已经结束，不能再改。您填的内容还在这一页上，请先抄下来")


def lock_audit(audit: Audit) -> None:
    """Hold an audit for this transaction; RoundClosed when its round has ended."""
    lock(audit)
    db.session.refresh(audit.round)
    if audit.state is AuditState.CLOSED or audit.round.is_closed:
        raise RoundClosed("这一轮核查已经结束，不能再改。您填的内容还在这一页上，请先抄下来")


def record_audit_activity(
    audit: Audit, action: str, *, by: Person, now: datetime, summary: str, **details: object
) -> None:
    """Add to the record of who did what, where the place can see it."""
    activity.record(
        action, audit, place_code=audit.place_code, by=by, now=now,
        summary=f"{audit.round.title}：{summary}", **details,
    )  # fmt: skip
