"""How the site itself is doing: its timetable, its mails and its last backup."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nanhua_emergency.places.models import Place
from nanhua_emergency.reminders import services as reminders
from nanhua_emergency.reminders.queries import count_undelivered

# Where `flask backup` writes unless told otherwise, below the site's own folder.
BACKUPS = "backups"
# One is made every night (docs/running.md): a week without any is no accident.
BACKUP_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class SiteState:
    """What whoever watches the site must know at a moment."""

    heartbeat_age: int | None
    undelivered: int
    backup_at: datetime | None
    now: datetime

    @property
    def is_scheduler_late(self) -> bool:
        """Whether the timetable has stopped, or never ran."""
        return reminders.is_scheduler_late(self.heartbeat_age)

    @property
    def heartbeat_at(self) -> datetime | None:
        """When the timetable last showed that it is alive."""
        age = self.heartbeat_age
        return None if age is None else self.now - timedelta(seconds=age)

    @property
    def is_backup_old(self) -> bool:
        """Whether the last backup is older than a week, or there is none."""
        return self.backup_at is None or self.now - self.backup_at > BACKUP_DAYS


def find_site_state(place: Place, instance: Path, *, now: datetime) -> SiteState:
    """How the site is doing now; mails are those to people within a place."""
    return SiteState(
        heartbeat_age=reminders.find_heartbeat_age(now=now),
        undelivered=count_undelivered(place, now=now),
        backup_at=find_last_backup(instance / BACKUPS),
        now=now,
    )


def find_last_backup(folder: Path) -> datetime | None:
    """When the newest finished backup of a folder was written; None where there is none."""
    moments = []
    for path in folder.glob("*.zip"):
        with suppress(FileNotFoundError):  # the nightly clean-up may have just removed it
            if path.is_file():
                moments.append(path.stat().st_mtime)
    return datetime.fromtimestamp(max(moments), UTC) if moments else None
