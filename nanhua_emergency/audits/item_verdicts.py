"""How items stand, asked of the database, where there are too many answers to read them all."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place

# What counts of an answer: the office's word where it has given one, else the place's.
FINAL: ColumnElement[Verdict] = func.coalesce(Answer.office_verdict, Answer.verdict)
# "T4.1" and "T4.2" are criteria of T4 (checklists.py sees to it); both databases can cut so.
ITEM: ColumnElement[str] = func.rtrim(Answer.criterion, "0123456789")


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group fulfil a condition, the same on both databases."""
    return func.sum(case((condition, 1), else_=0))


def verdict_of_item() -> ColumnElement[str]:
    """The same rule as `verdicts.judge_item`, for the answers of a group."""
    unchecked, count = count_where(FINAL == Verdict.UNCHECKED), func.count()
    return case(
        (unchecked > 0, Verdict.UNCHECKED.value),
        (count_where(FINAL == Verdict.MET) == count, Verdict.MET.value),
        (count_where(FINAL == Verdict.UNMET) == count, Verdict.UNMET.value),
        else_=Verdict.PARTLY.value,
    )


def closed_in(audit: Any, first: date, last: date) -> ColumnElement[bool]:
    """Locked audits of a period that ended in these days."""
    # Asked for each audit, so that SQLite never begins with the rounds of every place.
    own = aliased(Round)
    is_of_period = exists().where(own.id == audit.round_id, own.last_on.between(first, last))
    return and_(audit.state == AuditState.CLOSED, is_of_period)


def count_items(held: Round, *, within: Place) -> dict[Verdict, int]:
    """How many items of a whole round within a place stand at each verdict."""
    items = (
        select(verdict_of_item().label("verdict"))
        .join(Audit, Audit.id == Answer.audit_id)
        .where(Audit.round_id == held.id, within.covers(Audit.place_code))
        .group_by(Answer.audit_id, ITEM)
        .subquery()
    )
    query = select(items.c.verdict, func.count()).group_by(items.c.verdict)
    found = {verdict: count for verdict, count in db.session.execute(query)}
    return {verdict: found.get(verdict, 0) for verdict in Verdict}
