"""What the office and the leaders watch over: what is late, the month's drills, the last rounds."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ScalarSelect, and_, func, select

from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.drills.queries import UNRECORDED, day_range
from nanhua_emergency.drills.year import month_range
from nanhua_emergency.places.models import Place
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.sources import BY_KIND, Source

# What is late of each kind, and where all of it is listed; what needs a signature comes first.
LATE_KINDS = {
    Kind.URGENT_UNAPPROVED: "紧急签发还没有补签",
    Kind.FILING_DUE: "预案还没有备案",
    Kind.ANNOUNCEMENT_DUE: "预案还没有公布",
    Kind.REVIEW_DUE: "预案还没有评估",
    Kind.DRILL_UNRECORDED: "演练还没有记录",
    Kind.FINDING_DUE: "问题还没有整改",
    Kind.AUDIT_DUE: "核查表还没有办完",
}
PAGES = {
    Kind.DRILL_UNRECORDED: "drills.list_drills",
    Kind.FINDING_DUE: "findings.list_findings",
    Kind.AUDIT_DUE: "audits.list_rounds",
}


@dataclass(frozen=True)
class Late:
    """How much of one kind is late within a place, and since when the oldest of it."""

    kind: Kind
    count: int
    due_on: date

    @property
    def name(self) -> str:
        """What has not been done, in Chinese."""
        return LATE_KINDS[self.kind]

    @property
    def endpoint(self) -> str:
        """The list in which it stands."""
        return PAGES.get(self.kind, "plans.list_work")

    @property
    def key(self) -> dict[str, object]:
        """What narrows that list, so that the oldest of it stands first."""
        if self.kind is not Kind.DRILL_UNRECORDED:
            return {}
        return {"year": self.due_on.year, "state": UNRECORDED}


def list_late(place: Place, *, now: datetime) -> list[Late]:
    """What is late within a place, by the same rules as its reminders, the oldest first."""
    kinds = list(LATE_KINDS)
    columns = [column for kind in kinds for column in _late_columns(BY_KIND[kind], place, now)]
    row = list(db.session.execute(select(*columns)).one())
    found = [
        Late(kind, count, clock.day_of(first) if isinstance(first, datetime) else first)
        for kind, count, first in zip(kinds, row[::2], row[1::2], strict=True)
        if count
    ]
    return sorted(found, key=lambda late: late.due_on)


def _late_columns(source: Source, place: Place, now: datetime) -> list[ScalarSelect[object]]:
    today = clock.day_of(now)
    is_late = source.due < (today if source.is_day else day_range(today, today)[0])
    query = source.things().where(place.covers(source.place_code), source.is_open(now), is_late)
    return [
        query.with_only_columns(figure).scalar_subquery()
        for figure in (func.count(), func.min(source.due))
    ]


@dataclass(frozen=True)
class MonthOfDrills:
    """The drills that stand in the calendar of one month, and how many of them are still ahead."""

    scheduled: int
    ahead: int


def count_month(place: Place, *, now: datetime) -> MonthOfDrills:
    """The drills of this month within a place."""
    today = clock.day_of(now)
    start, end = day_range(*month_range(today.year, today.month))
    query = select(func.count(), func.count().filter(Drill.planned_at > now)).where(
        and_(place.covers(Drill.place_code), Drill.state == DrillState.SCHEDULED,
             Drill.planned_at >= start, Drill.planned_at < end)
    )  # fmt: skip
    scheduled, ahead = db.session.execute(query).one()
    return MonthOfDrills(scheduled, ahead)
