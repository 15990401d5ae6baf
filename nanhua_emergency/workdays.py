"""Working days by the State Council's holiday calendar, make-up days included."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from dateutil.relativedelta import relativedelta

_KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


@dataclass(frozen=True)
class Deadline:
    """A day reached by counting working days; not exact where no holiday notice is known yet."""

    on: date
    is_exact: bool


def is_known_year(day: date) -> bool:
    """Whether the library holds the holiday notice for that day's year."""
    return day.year in _KNOWN_YEARS


def is_workday(day: date) -> bool:
    """Whether offices work that day; Monday to Friday where the year's notice is not known."""
    if is_known_year(day):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def add_workdays(start: date, count: int) -> Deadline:
    """The day `count` working days after `start`, which itself is not counted."""
    day, is_exact = start, True
    while count > 0:
        day += timedelta(days=1)
        is_exact = is_exact and is_known_year(day)
        count -= is_workday(day)
    return Deadline(day, is_exact)


def count_workdays(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` has passed."""
    if end < start:
        return -count_workdays(end, start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    return day + relativedelta(months=months)
