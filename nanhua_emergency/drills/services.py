"""What people do with drills until they are held: schedule, propose, accept, move, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.access import Person, Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.drills.models import Drill, DrillState, Feed, Form, Purpose, Scope
from nanhua_emergency.drills.queries import find_half_record, find_valid_record
from nanhua_emergency.drills.record_models import HalfRecord
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.languages import _
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.workdays import is_workday

# A drill farther ahead than this is a slip of the pen.
FARTHEST = timedelta(days=800)


@dataclass(frozen=True)
class Details:
    """What is said of a drill when it is scheduled, the same for every village."""

    title: str
    form: Form
    scope: Scope
    purpose: Purpose
    location: str
    organiser: str
    scenario: str
    expected_count: int
    is_time_unannounced: bool = False
    is_scenario_unannounced: bool = False
    is_night: bool = False
    second_plan: Plan | None = None
    organiser_account: Account | None = None


class DrillClosed(RuleBroken):
    """The drill is cancelled, or has its record: it is not moved or cancelled any more."""

    status = 409


class AlreadyScheduled(RuleBroken):
    """The same village drills the same plan at that moment already: the form was sent twice."""

    status = 409


def schedule_drills(
    plan: Plan, villages: Sequence[Place], details: Details, *, planned_at: datetime, by: Account,
    now: datetime, may_repeat: bool = False,
) -> list[Drill]:  # fmt: skip
    """Put one drill for each village into the plan of the year.

    A village's own head proposes; the office then accepts. Two drills of one village and plan at
    one moment are a form sent twice (AlreadyScheduled), unless `may_repeat`.
    """
    if not villages:
        raise RuleBroken("请至少选一个村（社区）", field="villages")
    check_planned_at(planned_at, now=now)
    for village in villages:
        if not may_drill_at(by, village):
            raise RuleBroken("“%(village)s”不在您的范围内", village=village.name, field="villages")
    if not may_repeat:
        _refuse_twice(plan, villages, planned_at)
    return [_add(plan, one, details, planned_at=planned_at, by=by, now=now) for one in villages]


def _refuse_twice(plan: Plan, villages: Sequence[Place], planned_at: datetime) -> None:
    # Held until the end: a form that is sent twice at once comes one after the other.
    lock(plan)
    query = select(Drill).where(
        Drill.plan_id == plan.id, Drill.planned_at == planned_at,
        Drill.place_code.in_([village.code for village in villages]),
        Drill.state != DrillState.CANCELLED,
    )  # fmt: skip
    known = db.session.scalar(query.order_by(Drill.id).limit(1))
    if known is not None:
        raise AlreadyScheduled(
            "“%(drill)s”在这个时间已经排了，没有再排一次", drill=known.title, field="planned_on"
        )


def may_drill_at(person: Account, place: Place) -> bool:
    """Whether a person may plan or record drills of a place."""
    return person.place.contains(place.code)


def check_planned_at(planned_at: datetime, *, now: datetime) -> None:
    """Refuse a moment that has passed, or lies years ahead."""
    if planned_at <= now:
        raise RuleBroken("演练时间已经过去，请改成以后的时间", field="planned_on")
    if planned_at > now + FARTHEST:
        raise RuleBroken("演练时间太远，请核对年份", field="planned_on")


def _add(
    plan: Plan, village: Place, details: Details, *, planned_at: datetime, by: Account,
    now: datetime,
) -> Drill:  # fmt: skip
    is_office = by.role is Role.OFFICE
    account = details.organiser_account
    drill = Drill(
        place=village, place_code=village.code, plan=plan, planned_at=planned_at,
        second_plan_id=_key_of_second(plan, details),
        state=DrillState.SCHEDULED if is_office else DrillState.PROPOSED,
        title=details.title or name_drill(village, plan), form=details.form,
        scope=details.scope, purpose=details.purpose, location=details.location,
        organiser=details.organiser, organiser_id=account.id if account else None,
        scenario=details.scenario, expected_count=details.expected_count,
        is_time_unannounced=details.is_time_unannounced,
        is_scenario_unannounced=details.is_scenario_unannounced, is_night=details.is_night,
        scheduled_at=now, scheduled_by_id=by.id,
    )  # fmt: skip
    db.session.add(drill)
    db.session.flush()
    action = "drill.scheduled" if is_office else "drill.proposed"
    record_drill_activity(drill, action, by=by, now=now,
                          summary="排定" if is_office else "提议", planned_at=planned_at)  # fmt: skip
    return drill


def name_drill(village: Place, plan: Plan) -> str:
    """What a drill is called where nobody says otherwise."""
    return f"{village.name}{plan.hazard}演练"


def _key_of_second(plan: Plan, details: Details) -> int | None:
    second = details.second_plan
    return second.id if second and second.id != plan.id else None


def list_warnings(planned_at: datetime, *, is_night: bool) -> list[str]:
    """What is unusual about a moment, to be said and not refused."""
    day, hour = clock.day_of(planned_at), planned_at.astimezone(clock.CHINA).hour
    warnings = []
    if not is_workday(day):
        warnings.append(_("这一天是休息日或节假日，请确认能召集到人"))
    if (hour >= 20 or hour < 6) and not is_night:
        warnings.append(_("时间在夜间，但没有勾“夜间演练”"))
    return warnings


def change_drill(drill: Drill, details: Details, *, plan: Plan, by: Account, now: datetime) -> None:
    """Change what is said of a drill; its date has a verb of its own."""
    _begin_change(drill)
    drill.plan_id, drill.second_plan_id = plan.id, _key_of_second(plan, details)
    drill.title = details.title or name_drill(drill.place, plan)
    drill.form, drill.scope = details.form, details.scope
    drill.purpose, drill.location, drill.organiser = (
        details.purpose, details.location, details.organiser,
    )  # fmt: skip
    drill.scenario, drill.expected_count = details.scenario, details.expected_count
    drill.is_time_unannounced = details.is_time_unannounced
    drill.is_scenario_unannounced = details.is_scenario_unannounced
    drill.is_night = details.is_night
    db.session.flush()
    record_drill_activity(drill, "drill.changed", by=by, now=now, summary="修改内容")


def move_drill(
    drill: Drill, *, planned_at: datetime, reason: str, by: Account, now: datetime
) -> None:
    """Give a drill another date; whoever was told of the old one is told again."""
    _begin_change(drill)
    check_planned_at(planned_at, now=now)
    if planned_at == drill.planned_at:
        raise RuleBroken("新的时间和原来一样", field="planned_on")
    old = drill.planned_at
    drill.planned_at, drill.date_version = planned_at, drill.date_version + 1
    db.session.flush()
    record_drill_activity(drill, "drill.moved", by=by, now=now, summary="改期", old=old,
                          planned_at=planned_at, reason=reason.strip())  # fmt: skip


def accept_drill(drill: Drill, *, by: Account, now: datetime) -> None:
    """Put a village's proposal into the plan of the year."""
    lock(drill)
    if drill.state is not DrillState.PROPOSED:
        raise DrillClosed("这项演练不是待接受的提议")
    drill.state = DrillState.SCHEDULED
    record_drill_activity(drill, "drill.accepted", by=by, now=now, summary="接受提议")


def give_drill(drill: Drill, *, organiser: Account, by: Account, now: datetime) -> None:
    """Let another person organise a drill; whoever it is given to is reminded from then on."""
    _begin_change(drill)
    before = drill.organiser_id
    drill.organiser, drill.organiser_id = organiser.name, organiser.id
    db.session.flush()
    record_drill_activity(drill, "drill.given", by=by, now=now,
                          summary=f"组织人改为{organiser.name}", before=before)  # fmt: skip


def cancel_drill(drill: Drill, *, reason: str, by: Account, now: datetime) -> None:
    """Take a drill out of the plan of the year, with the reason; it stays readable."""
    _begin_change(drill)
    if not reason.strip():
        raise RuleBroken("请写明取消的原因", field="reason")
    drill.state, drill.cancel_reason = DrillState.CANCELLED, reason.strip()
    drill.date_version += 1
    record_drill_activity(drill, "drill.cancelled", by=by, now=now, summary="取消",
                          reason=drill.cancel_reason)  # fmt: skip


def give_half_record(half: HalfRecord, to: Account) -> None:
    """Pass a half-filled form on to another person; refused where that one has begun as well."""
    drill = db.session.get_one(Drill, half.drill_id)
    if find_half_record(drill, to) is not None:
        raise RuleBroken("接手人也在填“%(title)s”的记录，请先填完一份", title=drill.title)
    half.account_id = to.id
    db.session.flush()


def _begin_change(drill: Drill) -> None:
    lock(drill)
    if drill.state is DrillState.CANCELLED:
        raise DrillClosed("这项演练已经取消")
    if find_valid_record(drill) is not None:
        raise DrillClosed("这项演练已经有记录，不能再改。记录有误请更正记录")


def renew_feed(place: Place, *, by: Account, now: datetime) -> Feed:
    """Give a place another secret address; the old one ends at once."""
    old = db.session.get(Feed, place.code)
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    feed = Feed(place=place, place_code=place.code, renewed_at=now)
    db.session.add(feed)
    db.session.flush()
    activity.record("feed.renewed", by, place_code=place.code, by=by, now=now,
                    summary=f"更换{place.name}的日历地址")  # fmt: skip
    return feed


def record_drill_activity(drill: Drill, action: str, *, by: Person, now: datetime, summary: str,
                          **details: object) -> None:  # fmt: skip
    """Enter what was done with a drill."""
    activity.record(
        action, drill, place_code=drill.place_code, by=by, now=now,
        summary=f"{drill.title}：{summary}", **details,
    )  # fmt: skip
