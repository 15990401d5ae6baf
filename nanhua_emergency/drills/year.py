"""A year and its months as people look at them: ranges, weeks, and villages by month."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nanhua_emergency.drills.calendar import Event
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.places.models import Place

# How long a drill takes in a calendar where nobody said otherwise.
USUAL_MINUTES = 120


@dataclass(frozen=True)
class Day:
    """One day of a month's sheet; days of the months beside it are shown pale."""

    on: date
    is_in_month: bool
    drills: tuple[Drill, ...]


@dataclass(frozen=True)
class Row:
    """A village and its drills, by month from 1 to 12."""

    place: Place
    months: tuple[tuple[Drill, ...], ...]


def year_range(year: int) -> tuple[date, date]:
    """The first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def month_range(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def month_before(first: date) -> date:
    """A day of the month before."""
    return first - timedelta(days=1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def list_weeks(year: int, month: int, drills: Sequence[Drill]) -> list[list[Day]]:
    """The sheet of a month: weeks from Monday to Sunday."""
    by_day: dict[date, list[Drill]] = defaultdict(list)
    for drill in drills:
        by_day[drill.planned_on].append(drill)
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(year, month)
    return [[Day(on, on.month == month, tuple(by_day[on])) for on in week] for week in weeks]


def list_rows(places: Sequence[Place], drills: Sequence[Drill]) -> list[Row]:
    """Every place that has drills or is a village, with its drills by month, cancelled ones left out."""
    by_place: dict[str, list[Drill]] = defaultdict(list)
    for drill in drills:
        if drill.state is not DrillState.CANCELLED:
            by_place[drill.place_code].append(drill)
    return [
        Row(place, tuple(_in_month(by_place[place.code], month) for month in range(1, 13)))
        for place in places
        if place.is_village or by_place[place.code]
    ]


def _in_month(drills: Sequence[Drill], month: int) -> tuple[Drill, ...]:
    return tuple(drill for drill in drills if drill.planned_on.month == month)


def event_of(drill: Drill, url: str) -> Event:
    """A drill as an entry of a calendar; cancelled ones are kept and say so."""
    return Event(
        uid=drill.uid,
        sequence=drill.date_version,
        is_cancelled=drill.state is DrillState.CANCELLED,
        starts_at=drill.planned_at,
        minutes=USUAL_MINUTES,
        summary=f"【演练】{drill.place.name} {drill.hazards}（{drill.form_name}）",
        location=drill.location or drill.place.name,
        description=drill.scenario,
        url=url,
    )
