"""The lists that go out on a Monday, one to a person: of the week to offices, of the month to all who keep."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.reminders.dues import Due
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import Message, Pause
from nanhua_emergency.reminders.sources import MORNING, Reader


def list_overviews(now: datetime) -> list[Due]:
    """Whoever was not sent the list of this week or month yet, and has not paused it.

    The week's goes out from its Monday on, the month's from its first Monday on.
    """
    today = clock.day_of(now - MORNING)
    monday, first = today - timedelta(days=today.weekday()), first_monday(today)
    of_month = _list(Kind.REGISTER_ATTENTION, (Role.OFFICE, Role.VILLAGE), first)
    of_week = _list(Kind.WEEKLY_DIGEST, (Role.OFFICE,), monday)
    return [*(of_month if today >= first else ()), *of_week]


def _list(kind: Kind, roles: Collection[Role], on: date) -> list[Due]:
    known = select(Message.id).where(
        Message.kind == kind, Message.thing_id == Reader.id, Message.address == Reader.email,
        Message.about_on == on,
    )  # fmt: skip
    query = select(Reader.id, Reader.email, Reader.place_code).where(
        Reader.role.in_(roles), Reader.is_active, Reader.email != "", ~known.exists(),
        ~is_paused(kind),
    )  # fmt: skip
    return [
        Due(kind, account_id, on.toordinal(), 0, place_code, on, None, email, account_id)
        for account_id, email, place_code in db.session.execute(query.order_by(Reader.id))
    ]


def is_paused(kind: Kind | None) -> ColumnElement[bool]:
    """Whether the reader does not want this kind."""
    return select(Pause.kind).where(Pause.account_id == Reader.id, Pause.kind == kind).exists()


def first_monday(day: date) -> date:
    """The first Monday of the month in which a day lies."""
    first = day.replace(day=1)
    return first + timedelta(days=-first.weekday() % 7)
