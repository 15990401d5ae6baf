"""Which days of a year suit a drill: working days outside farm peaks, and days that fit a hazard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nanhua_emergency.workdays import is_known_year, is_workday

# Month and day, as in (3, 25).
MonthDay = tuple[int, int]


def _is_between(day: date, first: MonthDay, last: MonthDay) -> bool:
    place = (day.month, day.day)
    if first <= last:
        return first <= place <= last
    return place >= first or place <= last


@dataclass(frozen=True)
class FarmPeak:
    """Days, first and last included, on which villagers are in the fields; may cross New Year."""

    name: str
    first: MonthDay
    last: MonthDay

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return _is_between(day, self.first, self.last)


# Nothing official: this town's own default, which the office sets to its own year.
DEFAULT_FARM_PEAKS = (
    FarmPeak("春播", (3, 25), (4, 15)),
    FarmPeak("秋收", (9, 20), (10, 15)),
)


@dataclass(frozen=True)
class Preferred:
    """Days of a year on which a hazard is in everyone's mind; a single day means its whole week."""

    name: str
    first: MonthDay
    last: MonthDay

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.weeks_away(day) == 0

    def weeks_away(self, day: date) -> int:
        """How many weeks, begun ones counted, the day lies from them within its year."""
        first, last = date(day.year, *self.first), date(day.year, *self.last)
        if first == last:
            first -= timedelta(days=first.weekday())
            last = first + timedelta(days=6)
        days = max((first - day).days, (day - last).days, 0)
        return (days + 6) // 7


DEFAULT_PREFERRED: Mapping[str, Preferred] = {
    "地震": Preferred("5·12 防灾减灾周", (5, 12), (5, 12)),
    "火灾": Preferred("11·9 消防周", (11, 9), (11, 9)),
    "生产安全事故": Preferred("安全生产月", (6, 1), (6, 30)),
}

# By the calendar, for years whose holiday notice is not out: month and day of 春节, 端午 and 中秋.
_LUNAR: Mapping[int, tuple[MonthDay, MonthDay, MonthDay]] = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
}
# First day and number of days: 元旦, 清明, 劳动节, 国庆节, wide enough for any arrangement.
_FIXED = (((1, 1), 3), ((4, 4), 3), ((5, 1), 5), ((10, 1), 8))


@dataclass(frozen=True, slots=True)
class DrillDay:
    """A working day, and what else matters for a drill on it."""

    on: date
    is_midweek: bool
    farm_peak: str


def list_drill_days(year: int, first: date, farm_peaks: Sequence[FarmPeak]) -> list[DrillDay]:
    """The year's days on which a drill can be held, from `first` on, farm peaks marked.

    Working days from Monday to Friday: neither public holidays nor make-up days at a weekend. For
    a year whose holiday notice is not out yet, the days that are holidays in any case are left out.
    """
    start = max(first, date(year, 1, 1))
    days = (start + timedelta(days=n) for n in range((date(year, 12, 31) - start).days + 1))
    holidays = _likely_holidays(year)
    return [
        DrillDay(day, day.weekday() in (1, 2, 3), _name_peak(day, farm_peaks))
        for day in days
        if day.weekday() < 5 and is_workday(day) and day not in holidays
    ]


def _name_peak(day: date, farm_peaks: Sequence[FarmPeak]) -> str:
    return next((peak.name for peak in farm_peaks if peak.has(day)), "")


def _likely_holidays(year: int) -> frozenset[date]:
    if is_known_year(date(year, 1, 1)):
        return frozenset()
    spans = [(date(year, *start), days) for start, days in _FIXED]
    if year in _LUNAR:
        spring, dragon_boat, mid_autumn = (date(year, *day) for day in _LUNAR[year])
        spans.append((spring - timedelta(days=1), 9))
        spans += [(day - timedelta(days=1), 3) for day in (dragon_boat, mid_autumn)]
    return frozenset(start + timedelta(days=n) for start, days in spans for n in range(days))
