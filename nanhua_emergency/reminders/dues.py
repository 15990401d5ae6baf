"""Something that is due: what is to be told, of which thing, to which address."""

from dataclasses import dataclass
from datetime import date, datetime

from nanhua_emergency.reminders.kinds import Kind


@dataclass(frozen=True)
class Due:
    """Something to be told to one address."""

    kind: Kind
    thing_id: int
    date_version: int
    days_before: int
    place_code: str
    about_on: date
    about_at: datetime | None
    address: str
    account_id: int | None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same message, however often it is found."""
        return (self.kind, self.thing_id, self.date_version, self.address, self.days_before)
