"""Personal data of retired entries is removed after a set time; that they existed is kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from nanhua_emergency.access import SYSTEM
from nanhua_emergency.database import db
from nanhua_emergency.registers.catalogue import BY_SLUG, REGISTERS
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.history import record_change
from nanhua_emergency.registers.models import Entry, EntryChange
from nanhua_emergency.registers.words import ChangeKind

# Rows looked at in one call; what is left comes with the next.
BATCH = 500


def forget_entries(*, days: int, now: datetime) -> int:
    """Remove what is personal from entries retired `days` ago, and from history as old.

    Gives the number of entries and lines of history; call again until it is 0.
    """
    until = now - timedelta(days=days)
    return sum(_forget_retired(one, until, now) for one in REGISTERS) + _forget_history(until)


def _forget_retired(register: Register, until: datetime, now: datetime) -> int:
    model = register.model
    query = (
        select(model)
        .where(model.retired_at <= until, model.is_forgotten.is_(False))
        .order_by(model.id)
        .limit(BATCH)
        .with_for_update(of=model)
    )
    entries = list(db.session.scalars(query))
    for entry in entries:
        _forget(register, entry, now)
    return len(entries)


def _forget(register: Register, entry: Entry, now: datetime) -> None:
    for field in register.fields:
        if field.is_personal:
            setattr(entry, field.name, field.nothing)
    entry.is_forgotten = True
    record_change(register, entry, ChangeKind.FORGOTTEN, before={}, after={}, by=SYSTEM, now=now)


def _forget_history(until: datetime) -> int:
    """What the retired ones held, and whoever held a post years ago: nobody's business either.

    All lines of an entry are older than its retirement, so they are as old as the entry is.
    """
    query = (
        select(EntryChange)
        .where(EntryChange.is_forgotten.is_(False), EntryChange.at <= until)
        .order_by(EntryChange.id)
        .limit(BATCH)
    )
    changes = list(db.session.scalars(query))
    for change in changes:
        _clear(BY_SLUG[change.register], change)
    db.session.flush()
    return len(changes)


def _clear(register: Register, change: EntryChange) -> None:
    personal = {field.name for field in register.fields if field.is_personal}
    change.before = _without(change.before, personal)
    change.after = _without(change.after, personal)
    if change.is_report:
        change.note = ""  # a new holder's name and phone, in words
    change.is_forgotten = True


def _without(values: dict[str, Any], personal: set[str]) -> dict[str, Any]:
    """The same fields, so that one sees what was changed, and none of the personal values."""
    return {name: None if name in personal else value for name, value in values.items()}
