"""The desk at which letters are written: the site as its mails name it, and one message on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from nanhua_emergency import clock
from nanhua_emergency.reminders.models import Message, RecordLink


@dataclass(frozen=True)
class Desk:
    """From where letters are written: the site's name, its sender, its addresses and its seal.

    `address` makes an absolute address from an endpoint and its values.
    """

    site_name: str
    sender: str
    secret: str
    address: Callable[..., str]
    # What to prepare for a drill, looked up once for all who are told of it.
    known_steps: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # The links of those who are written to now, by the keys of drill and account.
    links: Mapping[tuple[int, int], RecordLink] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One message, the moment, and the desk it is written at."""

    message: Message
    now: datetime
    desk: Desk
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", clock.day_of(self.now))

    def left(self) -> str:
        """How far the day is, in words."""
        return say_left((self.message.about_on - self.today).days)


def say_left(days: int) -> str:
    """How far a day is, in words."""
    near = {0: "今天", 1: "明天", 2: "后天"}
    return near.get(days, f"还有 {days} 天" if days > 0 else f"已逾期 {-days} 天")
