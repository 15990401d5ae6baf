"""Find rounds, audits and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import defer, joinedload, lazyload

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.checklists import Checklist, Item, Level
from nanhua_emergency.audits.models import Answer, AnswerFile, Audit, AuditState, Round
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place, PlaceKind

PAGE = 50
# The place itself has still to hand it in.
UNANSWERED = (AuditState.NOT_STARTED, AuditState.JUDGING)
# How many rounds a trend goes back: six years of two rounds.
TREND = 12
KINDS = {
    Level.TOWN: (PlaceKind.TOWN,),
    Level.VILLAGE: (PlaceKind.VILLAGE, PlaceKind.COMMUNITY),
}


def get_round(round_id: int, *, seen_by: Account) -> Round:
    """A round within the person's place, or one in which a place of theirs is audited."""
    held = db.session.get(Round, round_id)
    if held is None or not _may_see(held, seen_by):
        raise NotFound("没有这一轮核查")
    return held


def _may_see(held: Round, person: Account) -> bool:
    if person.place.contains(held.place_code):
        return True
    own = select(Audit.id).where(Audit.round_id == held.id, person.place.covers(Audit.place_code))
    return db.session.scalar(own.limit(1)) is not None


def get_audit(audit_id: int, *, seen_by: Account) -> Audit:
    """The audit of a place within the person's own."""
    audit = db.session.get(Audit, audit_id)
    if audit is None or not seen_by.place.contains(audit.place_code):
        raise NotFound("没有这份核查表")
    return audit


def get_item(audit: Audit, code: str) -> Item:
    """One item of the list that an audit is held under."""
    item = audit.round.checklist.get_item(code)
    if item is None:
        raise NotFound("这份核查表里没有 %(code)s", code=code)
    return item


def get_file(file_id: int, *, seen_by: Account) -> AnswerFile:
    """A file beside an answer of a place within the person's own."""
    file = db.session.get(AnswerFile, file_id)
    if file is None:
        raise NotFound("没有这个文件")
    get_audit(file.answer.audit_id, seen_by=seen_by)
    return file


def get_place_seen(code: str, *, seen_by: Account) -> Place:
    """A place within the person's own."""
    if not seen_by.place.contains(code):
        raise NotFound("没有代码为“%(code)s”的地方", code=code)
    return places.get_place(code)


def list_rounds(place: Place, *, page: int = 1) -> list[Round]:
    """One page, and one more, of the rounds of a place or with a place of its, newest first."""
    own = select(Audit.round_id).where(place.covers(Audit.place_code))
    query = select(Round).where(or_(place.covers(Round.place_code), Round.id.in_(own)))
    query = query.order_by(Round.opened_at.desc(), Round.id.desc())
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def list_audits(held: Round, *, within: Place, page: int = 1) -> list[Audit]:
    """One page, and one more, of the audits of a round within a place, by code."""
    query = select(Audit).where(Audit.round_id == held.id, within.covers(Audit.place_code))
    query = query.order_by(Audit.place_code)
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def list_all_audits(held: Round) -> list[Audit]:
    """Every audit of a round, by code."""
    query = select(Audit).where(Audit.round_id == held.id).order_by(Audit.place_code)
    return list(db.session.scalars(query))


def list_answers(audit: Audit) -> list[Answer]:
    """Every answer of an audit, in the order of its list."""
    query = select(Answer).where(Answer.audit_id == audit.id)
    query = query.options(
        joinedload(Answer.judged_by), joinedload(Answer.verified_by), joinedload(Answer.finding)
    )
    # A page has read them before the service took its lock: what came in between must be seen.
    query = query.execution_options(populate_existing=True)
    order = {one.code: n for n, one in enumerate(audit.round.checklist.criteria)}
    return sorted(db.session.scalars(query).unique(), key=lambda one: order[one.criterion])


def list_item_answers(audit: Audit, item: Item) -> list[Answer]:
    """The answers of one item, in its order."""
    codes = {criterion.code for criterion in item.criteria}
    return [answer for answer in list_answers(audit) if answer.criterion in codes]


def list_answers_of(audits: Sequence[Audit]) -> list[Answer]:
    """The answers of many audits without their statements and files, for a matrix."""
    query = select(Answer).where(Answer.audit_id.in_([audit.id for audit in audits]))
    query = query.options(defer(Answer.evidence), lazyload(Answer.files))
    return list(db.session.scalars(query.order_by(Answer.audit_id, Answer.id)))


def find_last_audit(audit: Audit) -> Audit | None:
    """The audit of the same place and list that was closed last before this one."""
    query = select(Audit).where(
        Audit.place_code == audit.place_code, Audit.checklist_slug == audit.checklist_slug,
        Audit.state == AuditState.CLOSED, Audit.id < audit.id,
    )  # fmt: skip
    return db.session.scalar(query.order_by(Audit.id.desc()).limit(1))


def list_audits_of_place(place: Place, slug: str) -> list[Audit]:
    """The latest audits of exactly this place by one list, oldest first."""
    query = select(Audit).where(Audit.place_code == place.code, Audit.checklist_slug == slug)
    found = list(db.session.scalars(query.order_by(Audit.id.desc()).limit(TREND)))
    return found[::-1]


def list_places_for(checklist: Checklist, place: Place) -> list[Place]:
    """The places within a place that a checklist is for, by code."""
    return [one for one in places.list_places(place) if one.kind in KINDS[checklist.level]]


def list_audits_due(
    place: Place, states: Sequence[AuditState], *, until: date, limit: int = 10
) -> list[Audit]:
    """Audits of exactly a place in given states whose round is due by a day, first due first."""
    query = (
        select(Audit)
        .join(Audit.round)
        .where(Audit.place_code == place.code, Audit.state.in_(states), Round.due_on <= until)
        .order_by(Round.due_on, Audit.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class RoundDue:
    """An open round, and how many of its audits within a place wait for whom."""

    round: Round
    unanswered: int
    to_verify: int
    unverified: int


def list_rounds_due(
    place: Place, *, not_by: Account, until: date, limit: int = 10
) -> list[RoundDue]:
    """Open rounds with audits within a place that are due by a day, first due first.

    `unanswered` leaves out the audit of the place itself, `to_verify` what the person handed in.
    """
    here = select(Audit.round_id).where(
        place.covers(Audit.place_code), Audit.state != AuditState.CLOSED
    )
    query = select(
        Round,
        _count_audits(place, Audit.state.in_(UNANSWERED), Audit.place_code != place.code),
        _count_audits(place, Audit.state == AuditState.SUBMITTED,
                      Audit.submitted_by_id.is_distinct_from(not_by.id)),
        _count_audits(place, Audit.state != AuditState.VERIFIED),
    ).where(Round.id.in_(here), Round.closed_at.is_(None), Round.due_on <= until)  # fmt: skip
    found = db.session.execute(query.order_by(Round.due_on, Round.id).limit(limit))
    return [RoundDue(*row) for row in found]


def _count_audits(place: Place, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select(func.count()).select_from(Audit).where(
        Audit.round_id == Round.id, place.covers(Audit.place_code), *conditions
    )  # fmt: skip
    return query.correlate(Round).scalar_subquery()


def list_owners(place: Place) -> list[Account]:
    """Who may be made to put something right at a place: its own people, and the office's."""
    at = (place.code, place.town_code)
    query = select(Account).where(
        Account.place_code.in_(at), Account.is_active,
        Account.role.in_((Role.VILLAGE, Role.OFFICE, Role.LEADER)),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Account.place_code, Account.id).limit(200)))


def find_usual_owner(place: Place) -> Account | None:
    """The village account of a place, whose task it is unless the office says otherwise."""
    query = select(Account).where(
        Account.place_code == place.code, Account.is_active, Account.role == Role.VILLAGE
    )
    return db.session.scalar(query.order_by(Account.id).limit(1))
