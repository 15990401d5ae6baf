"""Record who did what, list it, and prove that the record is unbroken."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from nanhua_emergency.access import Person
from nanhua_emergency.activity.models import ActivityChain, ActivityEntry
from nanhua_emergency.database import db

BEGINNING = "0" * 64
PAGE = 50


@dataclass(frozen=True)
class Break:
    """A place where a chain does not hold: the entry's number and what is wrong with it."""

    entry_id: int
    reason: str


def record(
    action: str,
    thing: Any,
    *,
    place_code: str,
    by: Person,
    now: datetime,
    summary: str,
    **details: object,
) -> ActivityEntry:
    """Add one entry about a stored thing, in the transaction that changes the thing.

    Entries of one town form one chain: each holds the hash of the one before it, so that none can
    be changed, left out or slipped in unseen.
    """
    end = _lock_chain(_chain_of(place_code))
    entry = ActivityEntry(
        chain=end.chain,
        position=end.position + 1,
        place_code=place_code,
        at=now.astimezone(UTC),  # as it comes back, or its hash would not hold
        by_id=by.id,
        by_name=by.name,
        action=action,
        thing_kind=thing.__tablename__,
        thing_id=thing.id,
        summary=summary,
        details=json.loads(json.dumps(details, ensure_ascii=False, default=str)),
        previous_hash=end.hash,
    )
    entry.hash = hash_entry(entry)
    end.position, end.hash = entry.position, entry.hash
    db.session.add(entry)
    db.session.flush()
    return entry


def hash_entry(entry: ActivityEntry) -> str:
    """SHA-256 over the entry's content and the hash of the entry before it."""
    content = [
        entry.previous_hash, entry.chain, entry.position, entry.place_code, entry.at.isoformat(),
        entry.by_id, entry.by_name, entry.action, entry.thing_kind, entry.thing_id,
        entry.summary, entry.details,
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def list_entries(
    place: Any, *, action: str = "", person: str = "", before: int | None = None
) -> list[ActivityEntry]:
    """The latest entries within a place's codes, newest first, one page and one more."""
    query = select(ActivityEntry).where(place.covers(ActivityEntry.place_code))
    if action:
        query = query.where(ActivityEntry.action.startswith(action, autoescape=True))
    if person:
        query = query.where(ActivityEntry.by_name.contains(person, autoescape=True))
    if before is not None:
        query = query.where(ActivityEntry.id < before)
    query = query.order_by(ActivityEntry.id.desc()).limit(PAGE + 1)
    return list(db.session.scalars(query))


def list_entries_of(thing: Any, *, limit: int = 100) -> list[ActivityEntry]:
    """What was done to one thing, newest first."""
    query = (
        select(ActivityEntry)
        .where(ActivityEntry.thing_kind == thing.__tablename__, ActivityEntry.thing_id == thing.id)
        .order_by(ActivityEntry.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def find_breaks() -> Iterator[Break]:
    """Every place where the record was changed, shortened or filled in afterwards."""
    for end in db.session.scalars(select(ActivityChain).order_by(ActivityChain.chain)):
        yield from _breaks_in(end)
    ends = select(ActivityChain.chain)
    for lost in db.session.scalars(select(ActivityEntry).where(ActivityEntry.chain.not_in(ends))):
        yield Break(lost.id, "所在的链没有末端记录")


def _breaks_in(end: ActivityChain) -> Iterator[Break]:
    query = (
        select(ActivityEntry)
        .where(ActivityEntry.chain == end.chain)
        .order_by(ActivityEntry.position)
        .execution_options(yield_per=500)
    )
    position, last_hash, last_id = 0, BEGINNING, 0
    for entry in db.session.scalars(query):
        position += 1
        if entry.position != position:
            yield Break(entry.id, f"缺第 {position} 条")
            position = entry.position
        if entry.previous_hash != last_hash:
            yield Break(entry.id, "与前一条接不上")
        if hash_entry(entry) != entry.hash:
            yield Break(entry.id, "内容被改动过")
        last_hash, last_id = entry.hash, entry.id
    if (position, last_hash) != (end.position, end.hash):
        yield Break(last_id, "末尾有记录被删去")


def _chain_of(place_code: str) -> str:
    return place_code[:9].ljust(12, "0")


def _lock_chain(chain: str) -> ActivityChain:
    # The lock makes entries of one town queue up; without it two could follow the same entry.
    end = db.session.get(ActivityChain, chain, with_for_update=True, populate_existing=True)
    if end is None:
        end = ActivityChain(chain=chain, position=0, hash=BEGINNING)
        db.session.add(end)
        db.session.flush()
    return end
