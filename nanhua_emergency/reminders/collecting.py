"""Collects what is due now into messages: by levels, so that any number of missed ticks is caught up."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, null, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, aliased

from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.reminders.dues import Due
from nanhua_emergency.reminders.kinds import DATES, PAUSABLE, TOLD, Kind
from nanhua_emergency.reminders.models import (
    Heartbeat,
    Message,
    MessageState,
    ReminderRule,
)
from nanhua_emergency.reminders.overviews import is_paused, list_overviews
from nanhua_emergency.reminders.register_dues import list_unconfirmed
from nanhua_emergency.reminders.services import list_days, read_days
from nanhua_emergency.reminders.sources import (
    DRILLS,
    MORNING,
    SOURCES,
    Reader,
    Source,
    town_of,
)

COLLECTING = "collecting"
# The group chat of the town, as if it were somebody's address; no mail server knows it.
CHANNEL = "group-chat@channel.invalid"
# A correction that comes before the first reminder of the new date: nobody is near it yet.
FAR = 999
# For how long after its first date a moved drill still brings a correction.
CORRECTED = timedelta(days=30)
IS_TOLD = or_(Message.state == MessageState.SENT, Message.is_maybe_told)


def collect_messages(now: datetime, *, has_channel: bool = False) -> int:
    """Add a message for everything that is due and untold; gives how many are new.

    Asked again at once it adds nothing; asked after days it adds the latest level only. Only one
    process collects at a time; the caller commits.
    """
    _take_turn(now)
    corrections = list_corrections(now)
    count = _add_all((one for one in corrections if has_channel or one.address != CHANNEL), now)
    for source in _list_sources():
        for days in source.days:
            count += _add_all(list_due(source, days, now), now)
            if has_channel and source.kind is Kind.DRILL_COMING:
                count += _add_all(list_announcements(source, days, now), now)
    count += _add_all(list_unconfirmed(now), now)
    return count + _add_all(list_overviews(now), now)


def _take_turn(now: datetime) -> None:
    """Wait until no other process collects: the row stays locked until the caller commits."""
    turn = update(Heartbeat).where(Heartbeat.part == COLLECTING).values(at=now)
    if db.session.execute(turn).rowcount == 0:  # type: ignore[attr-defined]
        try:
            with db.session.begin_nested():
                db.session.add(Heartbeat(part=COLLECTING, at=now))
        except IntegrityError:  # the very first time, and another process was quicker
            db.session.execute(turn)


def _list_sources() -> Iterator[Source]:
    """Every source; that of drills once for each choice of days among the towns."""
    rule = aliased(ReminderRule)
    of_town = select(rule.place_code).where(rule.place_code == town_of(Drill.place_code))
    yield _only(DRILLS, ~of_town.exists())
    for days in db.session.scalars(select(ReminderRule.days).distinct()).all():
        chosen = replace(DRILLS, days=read_days(days))
        yield _only(chosen, of_town.where(rule.days == days).exists())
    yield from (source for source in SOURCES if source is not DRILLS)


def _only(source: Source, condition: ColumnElement[bool]) -> Source:
    return replace(source, is_open=lambda now: source.is_open(now) & condition)


def list_due(source: Source, days: int, now: datetime) -> list[Due]:
    """What a source has to tell at one number of days, to whom nobody has told it yet."""
    found: dict[tuple[object, ...], Due] = {}
    for people in source.people:
        query = _to(source, people).where(source.window(days, now), source.is_open(now))
        query = query.where(~_told(source, days, Reader.email), ~_paused(source))
        for row in db.session.execute(query.order_by(source.due, source.thing.id, Reader.id)):
            due = _due(source, days, row)
            found.setdefault(due.key, due)
    return list(found.values())


def _to(source: Source, people: ColumnElement[bool]) -> Select[Any]:
    """The things of a source, beside each person they are for."""
    version = Drill.date_version if source.thing is Drill else Reader.id
    query = source.things(version.label("version"), Reader.id.label("reader_id"), Reader.email)
    return query.join(Reader, people).where(Reader.is_active, Reader.email != "")


def list_announcements(source: Source, days: int, now: datetime) -> list[Due]:
    """Drills that the group chat was not told of, whether or not anybody in the village has a mailbox."""
    query = source.things(Drill.date_version, null(), literal(CHANNEL)).where(
        source.window(days, now), source.is_open(now), Drill.is_time_unannounced.is_(False),
        ~_told(source, days, literal(CHANNEL)),
    )  # fmt: skip
    rows = db.session.execute(query.order_by(source.due, source.thing.id))
    return [_due(source, days, row) for row in rows]


def _told(
    source: Source, days: int, address: ColumnElement[str] | InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Whether this day was told to an address at this number, or at one nearer to it."""
    about = Message.about_on if source.is_day else Message.about_at
    known = select(Message.id).where(
        Message.kind.in_(source.told_by or (source.kind,)),
        Message.thing_id == source.thing.id, Message.address == address,
        about == source.due, Message.days_before <= days,
    )  # fmt: skip
    if source.thing is Drill:
        # One that was dropped told nobody; but its own key is taken.
        is_same = Message.date_version == Drill.date_version
        known = known.where(or_(Message.state != MessageState.DROPPED, is_same))
    return known.exists()


def _paused(source: Source) -> ColumnElement[bool]:
    return is_paused(source.kind if source.kind in PAUSABLE else None)


def _due(source: Source, days: int, row: Row[Any]) -> Due:
    thing_id, due, place_code, version, reader_id, email = tuple(row)
    on = due if source.is_day else clock.day_of(due)
    return Due(
        source.kind, thing_id, version if source.thing is Drill else on.toordinal(), days,
        place_code, on, None if source.is_day else due, email, reader_id,
    )  # fmt: skip


def list_corrections(now: datetime) -> list[Due]:
    """Drills that moved or were cancelled after somebody was told of them; one for each such person."""
    latest: dict[tuple[int, str], tuple[Message, Drill]] = {}
    newer = aliased(Message)
    has_newer = select(newer.id).where(
        newer.kind.in_(TOLD), newer.thing_id == Drill.id, newer.address == Message.address,
        newer.date_version == Drill.date_version,
    )  # fmt: skip
    moved = select(Drill.id).where(text("drill.date_version > 1"), Drill.planned_at > now)
    told = (
        select(Message.id, Drill.id)
        .join(Drill, Drill.id == Message.thing_id)
        .where(
            # Asked by themselves, by ix_drill_moved: few drills move, many messages are told.
            Drill.id.in_(db.session.scalars(moved).all()),
            Message.kind.in_(DATES), IS_TOLD, Message.about_at > now - CORRECTED,
            Drill.date_version != Message.date_version, ~has_newer.exists(),
        )
        .order_by(Message.date_version, Message.id)
    )  # fmt: skip
    for message_id, drill_id in db.session.execute(told).all():
        message = db.session.get_one(Message, message_id)
        latest[drill_id, message.address] = (message, db.session.get_one(Drill, drill_id))
    return [due for pair in latest.values() for due in _correct(*pair, now)]


def _correct(told: Message, drill: Drill, now: datetime) -> Iterator[Due]:
    if told.account is not None and told.account.email != told.address:
        return
    if drill.state is DrillState.CANCELLED and told.about_at and told.about_at > now:
        yield _correction(Kind.DRILL_CANCELLED, drill, told, 0, told.about_at)
    is_moved = drill.is_scheduled and drill.planned_at > now and drill.planned_at != told.about_at
    is_secret = drill.is_time_unannounced and told.address == CHANNEL
    if is_moved and not is_secret:
        yield _correction(Kind.DRILL_MOVED, drill, told, _level(drill, now), drill.planned_at)


def _correction(kind: Kind, drill: Drill, told: Message, days: int, about_at: datetime) -> Due:
    return Due(kind, drill.id, drill.date_version, days, drill.place_code,
               clock.day_of(about_at), about_at, told.address, told.account_id)  # fmt: skip


def _level(drill: Drill, now: datetime) -> int:
    """The number of days at which a drill stands; a correction tells what that reminder would."""
    left = (drill.planned_on - clock.day_of(now - MORNING)).days
    return min((one for one in list_days(drill.place) if one >= left), default=FAR)


def _add_all(dues: Iterable[Due], now: datetime) -> int:
    messages = [_message(due, now) for due in dues]
    db.session.add_all(messages)
    db.session.flush()
    return len(messages)


def _message(due: Due, now: datetime) -> Message:
    return Message(
        kind=due.kind, thing_id=due.thing_id, date_version=due.date_version,
        days_before=due.days_before, address=due.address, account_id=due.account_id,
        place_code=due.place_code, about_on=due.about_on, about_at=due.about_at, created_at=now,
    )  # fmt: skip
