"""Looks once more right before sending: which messages tell what is still so."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from nanhua_emergency.database import db
from nanhua_emergency.reminders.kinds import DATES, PAUSABLE, Kind
from nanhua_emergency.reminders.models import Message, Pause
from nanhua_emergency.reminders.register_dues import is_unconfirmed_still
from nanhua_emergency.reminders.sources import BY_KIND, DRILLS, Source

# Message by key, and the thing it is about, where its source knows one.
StillDue = dict[int, object]


def find_still_due(messages: Sequence[Message], now: datetime) -> StillDue:
    """The messages whose things are not done, moved, begun or paused since, by key.

    Whoever keeps what comes back has the things at hand while the letters are written.
    """
    found: StillDue = {}
    paused = _list_paused(messages)
    by_source: dict[Kind, list[Message]] = defaultdict(list)
    for message in messages:
        if message.kind is Kind.DRILL_CANCELLED:
            if message.about_at and message.about_at > now:
                found[message.id] = None
        elif message.kind is Kind.POST_UNCONFIRMED:
            if is_unconfirmed_still(message, now):
                found[message.id] = None
        elif _is_reader(message) and (message.account_id, message.kind) not in paused:
            by_source[DRILLS.kind if message.kind in DATES else message.kind].append(message)
    for kind, some in by_source.items():
        source = BY_KIND.get(kind)
        found |= _ask_source(source, some, now) if source else dict.fromkeys(m.id for m in some)
    return found


def _ask_source(source: Source, messages: Iterable[Message], now: datetime) -> StillDue:
    """All of one source by one question."""
    about = {
        message.id: (message.thing_id, message.about_on if source.is_day else message.about_at)
        for message in messages
    }
    query = source.things(source.thing).where(
        source.thing.id.in_({thing_id for thing_id, _about in about.values()}), source.is_open(now)
    )
    things = {(row[0], row[1]): row[3] for row in db.session.execute(query)}
    return {key: things[one] for key, one in about.items() if one in things}


def _is_reader(message: Message) -> bool:
    """Whether the person is still active, and reads at this address."""
    reader = message.account
    return reader is None or (reader.is_active and reader.email == message.address)


def _list_paused(messages: Iterable[Message]) -> set[tuple[int | None, Kind]]:
    readers = {one.account_id for one in messages if one.kind in PAUSABLE}
    if not readers:
        return set()
    query = select(Pause.account_id, Pause.kind).where(Pause.account_id.in_(readers - {None}))
    return {(account_id, kind) for account_id, kind in db.session.execute(query)}
