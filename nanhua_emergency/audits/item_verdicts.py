"""How items stand, asked of the database, where there are too many answers to read them all."""

from sqlalchemy import ColumnElement, case, func, select

from nanhua_emergency.audits.models import Answer, Audit, Round
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
