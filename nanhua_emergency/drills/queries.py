"""Find drills and their records."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import joinedload

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill, DrillState, Feed
from nanhua_emergency.drills.record_models import DrillRecord, HalfRecord, Photo, RecordState
from nanhua_emergency.errors import NotFound
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.queries import find_published

PAGE = 50
VALID = (RecordState.RECORDED, RecordState.CONFIRMED)
# What a list of drills is narrowed to besides their states: held, and nothing written of it.
UNRECORDED = "unrecorded"


def get_drill(drill_id: int, *, seen_by: Account) -> Drill:
    """A drill within the person's place; NotFound for any other."""
    drill = db.session.get(Drill, drill_id)
    if drill is None or not seen_by.place.contains(drill.place_code):
        raise NotFound("没有这项演练")
    return drill


def get_record(record_id: int, *, seen_by: Account) -> DrillRecord:
    """A record within the person's place."""
    record = db.session.get(DrillRecord, record_id)
    if record is None or not seen_by.place.contains(record.drill.place_code):
        raise NotFound("没有这份演练记录")
    return record


def get_photo(photo_id: int, *, seen_by: Account) -> Photo:
    """A picture of a record within the person's place."""
    photo = db.session.get(Photo, photo_id)
    if photo is None:
        raise NotFound("没有这张照片")
    get_record(photo.record_id, seen_by=seen_by)
    return photo


def find_feed(address: str) -> Feed | None:
    """The calendar that a secret address opens."""
    if not address.isascii() or not address.isprintable():
        return None  # PostgreSQL takes no NUL
    return db.session.scalar(select(Feed).where(Feed.address == address))


def find_feed_of(place: Place) -> Feed | None:
    """The calendar of a place, if its address was made."""
    return db.session.get(Feed, place.code)


def find_in_force_at(plan: Plan, at: datetime) -> Edition | None:
    """The text that was in force at a moment; before the first one, the text now in force."""
    query = select(Edition).where(
        Edition.plan_id == plan.id, Edition.published_at <= at,
        Edition.ended_at.is_(None) | (Edition.ended_at > at),
    )  # fmt: skip
    found = db.session.scalar(query.order_by(Edition.published_at.desc(), Edition.id.desc()))
    return found or find_published(plan)


def find_valid_record(drill: Drill) -> DrillRecord | None:
    """The record that counts: neither returned nor corrected."""
    query = select(DrillRecord).where(
        DrillRecord.drill_id == drill.id, DrillRecord.state.in_(VALID)
    )
    return db.session.scalar(query)


def find_returned_record(drill: Drill) -> DrillRecord | None:
    """The newest record, where the office has sent it back and none has come since."""
    newest = next(iter(list_records(drill)), None)
    is_returned = newest is not None and newest.state is RecordState.RETURNED
    return newest if is_returned else None


def find_record_by_client(client_id: str) -> DrillRecord | None:
    """The record that a phone has already sent under that mark."""
    return db.session.scalar(select(DrillRecord).where(DrillRecord.client_id == client_id))


def list_records(drill: Drill) -> list[DrillRecord]:
    """All records of a drill, newest first."""
    query = select(DrillRecord).where(DrillRecord.drill_id == drill.id)
    return list(db.session.scalars(query.order_by(DrillRecord.id.desc()).limit(50)))


def is_open_of(organiser: Account) -> ColumnElement[bool]:
    """Whether a person still has to organise a drill: proposed or scheduled, and not recorded."""
    recorded = select(DrillRecord.id).where(
        DrillRecord.drill_id == Drill.id, DrillRecord.state.in_(VALID)
    )
    open_states = (DrillState.PROPOSED, DrillState.SCHEDULED)
    is_theirs = (Drill.organiser_id == organiser.id) & Drill.state.in_(open_states)
    return is_theirs & ~recorded.exists()


def find_half_record(drill: Drill, person: Account) -> HalfRecord | None:
    """What a person left half filled in."""
    query = select(HalfRecord).where(
        HalfRecord.drill_id == drill.id, HalfRecord.account_id == person.id
    )
    return db.session.scalar(query)


def day_range(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments between which days in China lie: from `first` up to the end of `last`."""
    return clock.moment_of(first), clock.moment_of(last + timedelta(days=1))


def _between(place: Place, first: date, last: date) -> Select[Drill]:
    start, end = day_range(first, last)
    return select(Drill).where(
        place.covers(Drill.place_code), Drill.planned_at >= start, Drill.planned_at < end
    )


def list_drills(
    place: Place, *, first: date, last: date, now: datetime, plan_id: int | None = None,
    state: str = "", page: int = 1,
) -> list[Drill]:  # fmt: skip
    """One page, and one more, of the drills of a place between two days, in order of time."""
    query = _between(place, first, last)
    if plan_id is not None:
        query = query.where((Drill.plan_id == plan_id) | (Drill.second_plan_id == plan_id))
    if state == UNRECORDED:
        query = query.where(_is_unrecorded(now))
    elif state in set(DrillState):
        query = query.where(Drill.state == DrillState(state))
    query = query.order_by(Drill.planned_at, Drill.id).options(joinedload(Drill.second_plan))
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def list_all_drills(place: Place, *, first: date, last: date) -> list[Drill]:
    """Every drill of a place between two days; for a year of one town, which is bounded."""
    query = _between(place, first, last).order_by(Drill.planned_at, Drill.id)
    return list(db.session.scalars(query.limit(5000)))


def map_records(drills: Sequence[Drill]) -> dict[int, DrillRecord]:
    """The record that counts of each drill that has one."""
    query = select(DrillRecord).where(
        DrillRecord.drill_id.in_([drill.id for drill in drills]), DrillRecord.state.in_(VALID)
    )
    return {record.drill_id: record for record in db.session.scalars(query)}


def list_unrecorded(place: Place, *, now: datetime, limit: int = 10) -> list[Drill]:
    """Drills whose time has come and that have no record, first held first."""
    query = select(Drill).where(place.covers(Drill.place_code), _is_unrecorded(now))
    return list(db.session.scalars(query.order_by(Drill.planned_at, Drill.id).limit(limit)))


def _is_unrecorded(now: datetime) -> ColumnElement[bool]:
    return and_(Drill.state == DrillState.SCHEDULED, Drill.planned_at <= now, ~has_record())


def has_record() -> ColumnElement[bool]:
    """Whether a drill has a record that counts."""
    return (
        select(DrillRecord.id)
        .where(DrillRecord.drill_id == Drill.id, DrillRecord.state.in_(VALID))
        .exists()
    )


def list_coming(place: Place, *, now: datetime, limit: int = 5) -> list[Drill]:
    """The next drills of a place."""
    query = (
        select(Drill)
        .where(
            place.covers(Drill.place_code), Drill.state == DrillState.SCHEDULED,
            Drill.planned_at > now,
        )
        .order_by(Drill.planned_at, Drill.id)
        .limit(limit)
    )  # fmt: skip
    return list(db.session.scalars(query))


def list_touched(place: Place, plan_ids: Collection[int], *, now: datetime) -> list[Drill]:
    """The next drills of a place by any of these plans: whoever holds them should know of a change."""
    query = select(Drill).where(
        place.covers(Drill.place_code), Drill.state == DrillState.SCHEDULED,
        Drill.planned_at > now, Drill.plan_id.in_(plan_ids) | Drill.second_plan_id.in_(plan_ids),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Drill.planned_at, Drill.id).limit(PAGE)))


def list_proposed(place: Place, *, limit: int = 10) -> list[Drill]:
    """What villages propose and nobody has accepted yet."""
    query = select(Drill).where(place.covers(Drill.place_code), Drill.state == DrillState.PROPOSED)
    return list(db.session.scalars(query.order_by(Drill.planned_at, Drill.id).limit(limit)))


def list_unconfirmed(place: Place, *, not_by: Account, limit: int = 10) -> list[DrillRecord]:
    """Records that wait for the office, oldest first; nobody confirms their own."""
    query = (
        select(DrillRecord)
        .join(DrillRecord.drill)
        .where(place.covers(Drill.place_code), DrillRecord.state == RecordState.RECORDED)
        .where(DrillRecord.recorded_by_id.is_distinct_from(not_by.id))
        .order_by(DrillRecord.recorded_at, DrillRecord.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
