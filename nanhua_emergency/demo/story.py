"""A year as a line of happenings, each done at its own moment by the services people use."""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.checklists import Checklist
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.models import Plan

# The same seed on the same day makes the same demo.
SEED = 20260101

# The village whose head stands on the buttons of the demo.
SHOWN_VILLAGE = "620724102212"

Act = Callable[[datetime], None]


@dataclass
class Cast:
    """Who does everything in the demo."""

    office: Account
    other_office: Account
    legal: Account
    leader: Account
    other_leader: Account
    admin: Account
    heads: dict[str, Account]

    def of_role(self, role: Role, place_code: str) -> Account:
        """The one who stands for a role on the buttons of the demo."""
        chosen = {
            Role.OFFICE: self.office, Role.LEGAL: self.legal, Role.LEADER: self.leader,
            Role.ADMIN: self.admin,
        }  # fmt: skip
        return chosen.get(role) or self.heads[place_code]


@dataclass
class Story:
    """What happens when, from years ago until now; it knows the places, people and plans."""

    now: datetime
    town: Place
    villages: list[Place]
    checklists: dict[str, Checklist]
    folder: Path
    cast: Cast
    seasons: dict[str, str] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    # S311 is for secrets; nothing here is one: the point of it is to be the same again.
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    _coming: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _phones: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def today(self) -> date:
        """The day in China on which the demo is filled."""
        return clock.day_of(self.now)

    def moment(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment so many days from today (before it: negative), by the clock in China."""
        day = self.today + timedelta(days=days)
        return clock.moment_of(day, time(hour, minute))

    def at(self, moment: datetime, act: Act) -> None:
        """Let something happen at a moment; what still lies ahead does not happen."""
        if moment < self.now:
            heapq.heappush(self._coming, (moment, next(self._numbers), act))

    def on(self, days: int, act: Act, *, hour: int = 9, minute: int = 0) -> None:
        """Let something happen so many days from today."""
        self.at(self.moment(days, hour, minute), act)

    def play(self) -> Iterator[date]:
        """Do everything in order, one transaction a day; gives each month's first day done."""
        day = None
        while self._coming:
            moment, _, act = heapq.heappop(self._coming)
            if clock.day_of(moment) != day:
                db.session.commit()
                if day is None or clock.day_of(moment).replace(day=1) != day.replace(day=1):
                    yield clock.day_of(moment)
                day = clock.day_of(moment)
            act(moment)
        db.session.commit()

    def season(self, slug: str) -> str:
        """When a plan is best drilled, in words, as its file says before it is in the register."""
        return self.seasons.get(slug, "")

    def phone(self) -> str:
        """A number that rings nowhere: 138-0000-0001 and on."""
        number = next(self._phones)
        return f"138{number // 10000:04}{number % 10000:04}"

    def workday(self, days: int) -> int:
        """The nearest weekday from that day on, as days from today."""
        while (self.today + timedelta(days=days)).weekday() > 4:
            days += 1
        return days

    @property
    def shown_village(self) -> Place:
        """The village whose head stands on the buttons; the first one where that is missing."""
        shown = [one for one in self.villages if one.code == SHOWN_VILLAGE]
        return (shown or self.villages)[0]

    def head(self, village: Place) -> Account:
        """The head of a village."""
        return self.cast.heads[village.code]


_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def name_of(number: int) -> str:
    """A name that nobody bears: 示例甲子, 示例甲丑, …"""
    return f"示例{_STEMS[number // 12 % 10]}{_BRANCHES[number % 12]}"
