"""now() and today(): the only place that asks the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, in UTC with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in China."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The calendar day in China on which a moment falls."""
    return moment.astimezone(CHINA).date()
