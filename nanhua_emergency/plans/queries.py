"""Find plans, editions, revisions, filings and reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import OPEN_STATES, PUBLIC_STATES, State
from nanhua_emergency.plans.models import Edition, Filing, Opinion, Plan, Review, Revision
from nanhua_emergency.plans.text_models import Attachment

PAGE = 50


@dataclass(frozen=True)
class PlanLine:
    """One line of a list of plans: the plan, its published edition and its open one."""

    plan: Plan
    published: Edition | None
    open: Edition | None


def get_plan(slug: str, place_code: str) -> Plan:
    """The plan of that slug at exactly that place; NotFound where there is none."""
    query = select(Plan).where(Plan.slug == slug, Plan.place_code == place_code)
    # PostgreSQL cannot even be asked about a NUL.
    plan = db.session.scalar(query) if "\x00" not in slug else None
    if plan is None:
        raise NotFound("没有名为“%(slug)s”的预案", slug=slug)
    return plan


def get_work_plan(plan_id: int, *, seen_by: Account) -> Plan:
    """A plan that a person works on: within their own place."""
    plan = db.session.get(Plan, plan_id)
    if plan is None or not may_work_on(seen_by, plan.place_code):
        raise NotFound("没有这个预案")
    return plan


def may_work_on(person: Account, place_code: str) -> bool:
    """Whether a place lies within the person's own."""
    return person.place.contains(place_code)


def get_edition(edition_id: int, *, seen_by: Account) -> Edition:
    """An edition that a person works on."""
    edition = db.session.get(Edition, edition_id)
    if edition is None or not may_work_on(seen_by, edition.plan.place_code):
        raise NotFound("没有这一版")
    return edition


def get_revision(revision_id: int, *, seen_by: Account) -> Revision:
    """A saved text that a person works on."""
    revision = db.session.get(Revision, revision_id, options=[joinedload(Revision.edition)])
    if revision is None or not may_work_on(seen_by, revision.edition.plan.place_code):
        raise NotFound("没有这份文本")
    return revision


def get_public_edition(plan: Plan, number: int) -> Edition:
    """A published or superseded edition, by its number within the plan."""
    query = select(Edition).where(
        Edition.plan_id == plan.id, Edition.number == number, Edition.state.in_(PUBLIC_STATES)
    )
    edition = db.session.scalar(query.options(joinedload(Edition.head)))
    if edition is None:
        raise NotFound("“%(title)s”没有公开的第 %(number)s 版", title=plan.title, number=number)
    return edition


def get_filing(filing_id: int, *, seen_by: Account) -> Filing:
    """One recipient's filing that a person works on."""
    filing = db.session.get(Filing, filing_id)
    if filing is None or not may_work_on(seen_by, filing.edition.plan.place_code):
        raise NotFound("没有这项备案")
    return filing


def get_review(review_id: int, *, seen_by: Account) -> Review:
    """A periodic review that a person works on."""
    review = db.session.get(Review, review_id)
    if review is None or not may_work_on(seen_by, review.plan.place_code):
        raise NotFound("没有这次评估")
    return review


def find_published(plan: Plan) -> Edition | None:
    """The text in force, if there is one."""
    return _find_edition(plan, Edition.state == State.PUBLISHED)


def find_open(plan: Plan) -> Edition | None:
    """The edition under way, if there is one."""
    return _find_edition(plan, Edition.state.in_(OPEN_STATES))


def has_been_published(plan: Plan) -> bool:
    """Whether any text of the plan was ever in force."""
    query = select(Edition.id).where(Edition.plan_id == plan.id, Edition.published_at.is_not(None))
    return db.session.scalar(query.limit(1)) is not None


def find_latest(plan: Plan) -> Edition | None:
    """The edition begun last, whatever became of it."""
    return _find_edition(plan, Edition.head_id.is_not(None))


def _find_edition(plan: Plan, condition: ColumnElement[bool]) -> Edition | None:
    query = select(Edition).where(Edition.plan_id == plan.id, condition)
    query = query.options(joinedload(Edition.head)).order_by(Edition.number.desc()).limit(1)
    return db.session.scalar(query)


def find_origin(edition: Edition) -> Revision | None:
    """The text that an edition began from; None where it is a plan's first."""
    query = select(Revision.based_on_id).where(Revision.edition_id == edition.id)
    origin_id = db.session.scalar(query.order_by(Revision.id).limit(1))
    return db.session.get(Revision, origin_id) if origin_id else None


def list_attachments(edition: Edition) -> list[Attachment]:
    """The files set beside an edition, in the order they came."""
    query = select(Attachment).where(Attachment.edition_id == edition.id)
    return list(db.session.scalars(query.order_by(Attachment.id).limit(500)))


def get_attachment(attachment_id: int, *, seen_by: Account) -> Attachment:
    """A file set beside an edition that a person works on."""
    attachment = db.session.get(Attachment, attachment_id)
    if attachment is None or not may_work_on(seen_by, attachment.edition.plan.place_code):
        raise NotFound("没有这个附件")
    return attachment


def list_public_editions(plan: Plan) -> list[Edition]:
    """What was ever in force, newest first."""
    query = select(Edition).where(
        Edition.plan_id == plan.id, Edition.state.in_((*PUBLIC_STATES, State.WITHDRAWN))
    )
    return list(db.session.scalars(query.order_by(Edition.number.desc()).limit(200)))


def list_editions(plan: Plan, *, page: int = 1) -> list[Edition]:
    """One page, and one more, of every run of the workflow, newest first."""
    query = select(Edition).where(Edition.plan_id == plan.id).order_by(Edition.number.desc())
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def list_revisions(edition: Edition, *, page: int = 1) -> list[Revision]:
    """One page, and one more, of an edition's saved texts, newest first."""
    query = select(Revision).where(Revision.edition_id == edition.id).order_by(Revision.id.desc())
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def list_published(place: Place) -> list[PlanLine]:
    """The plans in force at exactly one place, by number."""
    query = (
        select(Plan, Edition)
        .join(Edition, (Edition.plan_id == Plan.id) & (Edition.state == State.PUBLISHED))
        .where(Plan.place_code == place.code)
        .order_by(Plan.number)
        .limit(200)
    )
    return [PlanLine(plan, published, None) for plan, published in db.session.execute(query)]


def list_plan_lines(place: Place, *, words: str = "", page: int = 1) -> list[PlanLine]:
    """One page, and one more, of the plans within a place, with what is in force and under way."""
    query = select(Plan).where(place.covers(Plan.place_code))
    if words:
        found = Plan.title.contains(words, autoescape=True)
        query = query.where(found | Plan.hazard.contains(words, autoescape=True))
    query = query.order_by(Plan.place_code, Plan.number, Plan.id)
    plans = list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    current = _list_current([plan.id for plan in plans])
    published = {one.plan_id: one for one in current if one.state is State.PUBLISHED}
    under_way = {one.plan_id: one for one in current if one.is_open}
    return [PlanLine(plan, published.get(plan.id), under_way.get(plan.id)) for plan in plans]


def _list_current(plan_ids: Sequence[int]) -> list[Edition]:
    states = (*OPEN_STATES, State.PUBLISHED)
    query = select(Edition).where(Edition.plan_id.in_(plan_ids), Edition.state.in_(states))
    return list(db.session.scalars(query))


def list_waiting(place: Place, states: Sequence[State], *, limit: int = 10) -> list[Edition]:
    """Editions within a place that stand in given states, longest waiting first."""
    query = (
        select(Edition)
        .join(Plan)
        .where(place.covers(Plan.place_code), Edition.state.in_(states))
        .order_by(Edition.began_at, Edition.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_filings(edition: Edition) -> list[Filing]:
    """Where an edition is filed, or must be."""
    query = select(Filing).where(Filing.edition_id == edition.id).order_by(Filing.id).limit(100)
    return list(db.session.scalars(query))


def list_opinions(edition: Edition) -> list[Opinion]:
    """The six answers given to the text as it now stands, by point; empty where none."""
    query = select(Opinion).where(Opinion.revision_id == edition.head_id)
    latest: dict[int, Opinion] = {}
    for opinion in db.session.scalars(query.order_by(Opinion.given_at)):
        latest[opinion.point] = opinion
    return [latest[point] for point in sorted(latest)]


def find_unclosed_review(plan: Plan) -> Review | None:
    """The review that is to come, if one is set."""
    return db.session.scalar(
        select(Review).where(Review.plan_id == plan.id, Review.closed_on.is_(None))
    )


def list_reviews(plan: Plan) -> list[Review]:
    """Reviews of a plan, the one to come first, then newest first."""
    query = select(Review).where(Review.plan_id == plan.id).order_by(Review.due_on.desc())
    return list(db.session.scalars(query.limit(50)))


def has_edited(edition: Edition, person: Account) -> bool:
    """Whether a person saved any text of the edition."""
    return db.session.scalar(saves_of(edition, person).limit(1)) is not None


def saves_of(edition: Any, person: Any) -> Select[int]:
    """What a person saved of an edition; of their classes, for use within another question."""
    return select(Revision.id).where(
        Revision.edition_id == edition.id, Revision.saved_by_id == person.id
    )
