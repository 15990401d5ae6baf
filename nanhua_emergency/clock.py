"""now() and today(): the only place that asks the time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, in UTC with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in China."""
    return day_of(now())


def moment_of(day: date, at: time = time()) -> datetime:
    """The moment of a day and an hour by the clock in China; the beginning of the day without one."""
    return datetime.combine(day, at, tzinfo=CHINA).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in China on which a moment falls."""
    return moment.astimezone(CHINA).date()
