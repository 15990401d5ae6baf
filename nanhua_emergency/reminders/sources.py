"""What is due: for each kind of reminder, which things, counted from which day, and whose they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.models import Audit, AuditState, Round
from nanhua_emergency.audits.queries import UNANSWERED
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.drills.queries import has_record
from nanhua_emergency.drills.record_models import DrillRecord, RecordState
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Filing, Plan, Review
from nanhua_emergency.plans.queries import saves_of
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.reminders.kinds import DATES, Kind
from nanhua_emergency.workdays import add_workdays

# Whoever a message is for; the thing may be an account too.
Reader = aliased(Account, name="reader")

# A reminder for a day goes out in the morning of it, China time.
MORNING = timedelta(hours=7)
# Days before a drill, the morning of the day itself included (design.md); settable for a town.
DRILL_DAYS = (7, 3, 1, 0)
# What happened longer ago than this is for the front page and the weekly digest, not for a mail.
OLDEST = timedelta(days=21)

Where = Callable[[datetime], ColumnElement[bool]]


@dataclass(frozen=True)
class Source:
    """One kind of reminder.

    `due` is the day or moment that `days` count from: 7 is a week before, -1 the day after. A thing
    is at the smallest number that has come; `people` say whose it is, by conditions on Reader.
    """

    kind: Kind
    thing: type[Any]
    due: InstrumentedAttribute[Any]
    place_code: InstrumentedAttribute[str]
    is_open: Where
    days: tuple[int, ...]
    people: tuple[ColumnElement[bool], ...]
    joins: tuple[Any, ...] = ()
    counts_workdays: bool = False
    told_by: tuple[Kind, ...] = ()

    @property
    def is_day(self) -> bool:
        """Whether `due` is a day, and not a moment."""
        return isinstance(self.due.type, Date)

    def things(self, *columns: Any) -> Select[Any]:
        """The things, with their places, from which a query begins."""
        query = select(self.thing.id, self.due, self.place_code, *columns).select_from(self.thing)
        for target in self.joins:
            query = query.join(target)
        return query

    def window(self, days: int, now: datetime) -> ColumnElement[bool]:
        """The things that are at this number now, and at no smaller one."""
        nearer = [one for one in self.days if one < days]
        last = self._reach(days, now)
        first = self._reach(max(nearer), now) if nearer else clock.day_of(now - OLDEST)
        if self.is_day:
            return (self.due <= last) & (self.due > first)
        return (self.due < _start_after(last)) & (self.due >= _start_after(first))

    def _reach(self, days: int, now: datetime) -> date:
        today = clock.day_of(now - MORNING)
        if self.counts_workdays:
            return add_workdays(today, days).on
        return today + timedelta(days=days)


def _start_after(day: date) -> datetime:
    return clock.moment_of(day + timedelta(days=1))


def town_of(place_code: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The code of the town in which a place lies."""
    return func.substr(place_code, 1, 9) + "000"


def _in_town(role: Role, place_code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return (Reader.role == role) & Reader.place_code.in_([town_of(place_code), place_code])


def _in_village(place_code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return (Reader.role == Role.VILLAGE) & (Reader.place_code == place_code)


def _is_ahead(now: datetime) -> ColumnElement[bool]:
    is_ahead = (Drill.state == DrillState.SCHEDULED) & (Drill.planned_at > now)
    return is_ahead & ~has_record()


def _is_unrecorded(now: datetime) -> ColumnElement[bool]:
    has_begun = (Drill.state == DrillState.SCHEDULED) & (Drill.planned_at <= now)
    return has_begun & ~has_record()


def _is_expiring(now: datetime) -> ColumnElement[bool]:
    """What has expired already is in the monthly list."""
    is_ahead = Supply.expires_on >= clock.day_of(now)
    return Supply.retired_at.is_(None) & (Supply.quantity > 0) & is_ahead


def _keeps(role: Role, place_code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whoever keeps what belongs to exactly that place."""
    return (Reader.role == role) & (Reader.place_code == place_code)


_IS_UNANSWERED = Audit.state.in_(UNANSWERED)
_IS_OF_TOWN = Audit.place_code == town_of(Audit.place_code)

_OWN_DRILL = (
    _in_village(Drill.place_code),
    # Said in so many words, SQLite looks up no record of a drill that nobody organises.
    Drill.organiser_id.is_not(None) & (Reader.id == Drill.organiser_id),
)

DRILLS = Source(
    Kind.DRILL_COMING, Drill, Drill.planned_at, Drill.place_code, _is_ahead, DRILL_DAYS,
    _OWN_DRILL, told_by=DATES,
)  # fmt: skip

SOURCES = (
    DRILLS,
    Source(
        Kind.DRILL_UNRECORDED, Drill, Drill.planned_at, Drill.place_code, _is_unrecorded,
        (-1, -3, -7), _OWN_DRILL,
    ),
    Source(
        Kind.RECORD_UNCONFIRMED, DrillRecord, DrillRecord.recorded_at, Drill.place_code,
        lambda _now: DrillRecord.state == RecordState.RECORDED, (-1, -3, -7),
        (
            _in_town(Role.OFFICE, Drill.place_code)
            & Reader.id.is_distinct_from(DrillRecord.recorded_by_id),
        ),
        joins=(DrillRecord.drill,),
    ),
    Source(
        Kind.FILING_DUE, Filing, Filing.due_on, Plan.place_code,
        lambda _now: Filing.filed_on.is_(None) & (Edition.state == State.PUBLISHED), (10, 5, 1),
        (_in_town(Role.OFFICE, Plan.place_code),),
        joins=(Filing.edition, Edition.plan), counts_workdays=True,
    ),
    Source(
        Kind.ANNOUNCEMENT_DUE, Edition, Edition.announcement_due_on, Plan.place_code,
        lambda _now: Edition.announced_on.is_(None) & (Edition.state == State.PUBLISHED),
        (10, 5, 1), (_in_town(Role.OFFICE, Plan.place_code),),
        joins=(Edition.plan,), counts_workdays=True,
    ),
    Source(
        Kind.REVIEW_DUE, Review, Review.due_on, Plan.place_code,
        lambda _now: Review.closed_on.is_(None), (90, 30, 7),
        (_in_town(Role.OFFICE, Plan.place_code),), joins=(Review.plan,),
    ),
    Source(
        Kind.URGENT_UNAPPROVED, Edition, Edition.approval_due_on, Plan.place_code,
        lambda _now: Edition.approved_at.is_(None) & (Edition.state == State.PUBLISHED),
        (3, 1, 0, -1),
        (
            _in_town(Role.LEADER, Plan.place_code)
            & Reader.id.is_distinct_from(Edition.published_by_id)
            # Whoever wrote a part of it may not approve it either.
            & ~saves_of(Edition, Reader).exists(),
        ),
        joins=(Edition.plan,),
    ),
    Source(
        Kind.FINDING_DUE, Finding, Finding.due_on, Finding.place_code,
        lambda _now: Finding.state == FindingState.RAISED, (7, 1, -1, -7),
        (
            Reader.id == Finding.owner_id,
            Finding.owner_id.is_(None) & _in_village(Finding.place_code),
            Finding.owner_id.is_(None) & _in_town(Role.OFFICE, Finding.place_code),
        ),
    ),
    Source(
        Kind.SUPPLY_EXPIRING, Supply, Supply.expires_on, Supply.place_code, _is_expiring,
        (90, 30, 7),
        (_keeps(Role.VILLAGE, Supply.place_code), _keeps(Role.OFFICE, Supply.place_code)),
    ),
    Source(
        Kind.SIGN_IN_UNUSED, Account, Account.created_at, Account.place_code,
        lambda _now: Account.first_signed_in_at.is_(None), (-3, -7), (Reader.id == Account.id,),
    ),
    # Who has not answered yet; once handed in, the office that did not answer it itself.
    Source(
        Kind.AUDIT_DUE, Audit, Round.due_on, Audit.place_code,
        lambda _now: _IS_UNANSWERED | (Audit.state == AuditState.SUBMITTED), (7, 3, 0, -1, -7),
        (
            _in_village(Audit.place_code) & _IS_UNANSWERED,
            _in_town(Role.OFFICE, Audit.place_code) & _IS_UNANSWERED & _IS_OF_TOWN,
            _in_town(Role.OFFICE, Audit.place_code) & (Audit.state == AuditState.SUBMITTED)
            & Reader.id.is_distinct_from(Audit.submitted_by_id),
        ),
        joins=(Audit.round,),
    ),
)  # fmt: skip

BY_KIND = {source.kind: source for source in SOURCES}
