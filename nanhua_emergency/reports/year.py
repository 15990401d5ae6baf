"""A year of a place, or a part of it: which days, which rows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from nanhua_emergency.drills.queries import day_range
from nanhua_emergency.drills.year import month_range, year_range
from nanhua_emergency.places.models import Place, prefix_of

FIRST_YEAR, LAST_YEAR = 2000, 2100
# How many digits name what lies one level below a place, by the digits of the place itself.
_DIGITS_BELOW = {2: 4, 4: 6, 6: 9, 9: 12, 12: 12}


@dataclass(frozen=True)
class Year:
    """What a figure counts: a place and a year, perhaps one month, one hazard, one level of it."""

    place: Place
    number: int
    today: date
    month: int = 0
    hazard: str = ""
    is_own_level: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day in China."""
        return month_range(self.number, self.month) if self.month else year_range(self.number)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The moment at which it begins, and the first after it."""
        return day_range(*self.days)

    @property
    def reached_on(self) -> date:
        """The day on which what lasts is counted: its last one, or today where that lies ahead."""
        return min(self.days[1], self.today)

    @property
    def reached_at(self) -> datetime:
        """The end of that day."""
        return day_range(self.reached_on, self.reached_on)[1]

    @property
    def digits_below(self) -> int:
        """How many digits of a code name the town, village … that figures are split by."""
        return _DIGITS_BELOW[len(prefix_of(self.place.code))]

    def covers(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """Rows within the place, by one range; or those of its own level alone."""
        return column == self.place.code if self.is_own_level else self.place.covers(column)

    def holds(self, column: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """Rows whose moment falls into it."""
        start, end = self.moments
        return (column >= start) & (column < end)
