"""The heartbeat of the timetable: written every minute, shown when it stops."""

from datetime import datetime

from nanhua_emergency.database import db
from nanhua_emergency.reminders.models import Heartbeat

SCHEDULER = "scheduler"
# Five missed minutes are no accident.
LATE_SECONDS = 300


def record_heartbeat(*, now: datetime) -> None:
    """Say that the timetable is alive."""
    db.session.merge(Heartbeat(part=SCHEDULER, at=now))
    db.session.flush()


def find_heartbeat_age(*, now: datetime) -> int | None:
    """Seconds since the timetable was last alive; None when it never was."""
    beat = db.session.get(Heartbeat, SCHEDULER)
    return int((now - beat.at).total_seconds()) if beat else None


def is_scheduler_late(age: int | None) -> bool:
    """Whether the timetable has stopped, or never ran."""
    return age is None or age > LATE_SECONDS
