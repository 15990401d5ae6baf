"""Rows that the figures of a year count, made with defaults."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from drill_factories import a_drill, a_fixed_finding, a_record, in_china
from factories import COUNTY, NOW, ROOT, TOWN, VILLAGE, Cast, a_plan, an_account
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.checklists import pack, read_checklists
from nanhua_emergency.audits.evidence import EVIDENCE
from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.findings import services as findings
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.words import Category, Trigger
from nanhua_emergency.registers.people_models import Post, Team, Training
from nanhua_emergency.registers.words import Seat
from nanhua_emergency.reports import services
from nanhua_emergency.reports.services import YearFigures
from nanhua_emergency.reports.year import Year

NEIGHBOUR_TOWN = "620724103000"
NEIGHBOUR_VILLAGE = "620724103200"
# A day on which every year of these tests has ended or has just begun.
TODAY = date(2026, 12, 31)


def a_year(number: int = 2026, *, place: str = TOWN, today: date = TODAY, **columns: Any) -> Year:
    """A year of a place."""
    return Year(get_place(place), number, today, **columns)


def figures_of(number: int = 2026, *, place: str = TOWN, **columns: Any) -> YearFigures:
    """The figures of a year of a place."""
    return services.count_year(a_year(number, place=place, **columns))


def neighbours() -> Account:
    """Another town of the same county, with one village; gives the county's own office."""
    for code, name, kind in (
        (NEIGHBOUR_TOWN, "示例邻镇", PlaceKind.TOWN), (NEIGHBOUR_VILLAGE, "示例邻村", PlaceKind.VILLAGE),
    ):  # fmt: skip
        db.session.add(Place(code=code, name=name, official_name=name, kind=kind))
    db.session.flush()
    return an_account("county", Role.OFFICE, place=COUNTY)


def _an_entry(model: Any, place: str, columns: dict[str, Any]) -> Any:
    entry = model(place=get_place(place), place_code=place, **({"added_at": NOW} | columns))
    db.session.add(entry)
    db.session.flush()
    return entry


def a_signed(plan: Plan, *, now: datetime, **columns: Any) -> Edition:
    """An edition of any kind of plan as it lies signed in the database, whatever its text."""
    columns = {"number": 1, "state": State.PUBLISHED, "trigger": Trigger.PRACTICE} | columns
    edition = Edition(plan=plan, began_at=now, published_at=now, **columns)
    db.session.add(edition)
    db.session.flush()
    return edition


def a_training(held_on: date = date(2026, 5, 12), *, place: str = TOWN, **columns: Any) -> Training:
    """A training of forty people."""
    columns = {"topic": "示例：防汛叫应", "audience": "网格员", "people": 40} | columns
    training: Training = _an_entry(Training, place, columns | {"held_on": held_on})
    return training


def a_post(title: str = "地震观测员", *, place: str = VILLAGE, **columns: Any) -> Post:
    """A post of a village and its first holder."""
    columns = {"seat": Seat.FIRST, "holder": "示例甲", "phone": "138-0000-0001"} | columns
    post: Post = _an_entry(Post, place, columns | {"title": title})
    return post


def a_team(*, place: str = VILLAGE, **columns: Any) -> Team:
    """A rescue team whose level only its place tells."""
    columns = {"name": "示例救援队", "leader": "示例甲", "leader_phone": "138-0000-0001"} | columns
    team: Team = _an_entry(Team, place, columns)
    return team


def at(year: int, month: int, day: int) -> datetime:
    """Noon of a day in China."""
    return datetime(year, month, day, 4, tzinfo=UTC)


def a_locked_audit(
    by: Account, *, place: str = VILLAGE, last_on: date = date(2026, 6, 30), period: str = "示例上半年",
    verdicts: dict[str, Verdict] | None = None, is_closed: bool = True,
) -> Audit:  # fmt: skip
    """A locked audit of a place by its list; every item is met but for those that are named.

    A code such as "V1" is the verdict of all its criteria, "V1.2" that of one.
    """
    given = verdicts or {}
    slug = "village-five" if place[9:] != "000" else "town-seven"
    checklist = read_checklists(ROOT / "data" / "checklists", EVIDENCE)[slug]
    seal = "0" * 64 if is_closed else ""
    held = Round(
        place=get_place(TOWN), place_code=TOWN, checklist_slug=slug, content=pack(checklist),
        sha256="0" * 64, period=period, first_on=last_on.replace(day=1), last_on=last_on,
        due_on=last_on, opened_at=NOW, opened_by_id=by.id, content_sha256=seal,
        closed_at=NOW if is_closed else None,
    )  # fmt: skip
    db.session.add(held)
    db.session.flush()
    audit = Audit(
        round=held, place=get_place(place), place_code=place, checklist_slug=slug,
        state=AuditState.CLOSED if is_closed else AuditState.VERIFIED, content_sha256=seal,
    )  # fmt: skip
    for item in checklist.items:
        for one in item.criteria:
            verdict = given.get(one.code, given.get(item.code, Verdict.MET))
            db.session.add(Answer(audit=audit, criterion=one.code, evidence={}, verdict=verdict))
    db.session.flush()
    return audit


def a_held(
    plan: Plan, cast: Cast, *, is_confirmed: bool = False, by: Account | None = None, **columns: Any
) -> Drill:  # fmt: skip
    """A drill of 明水村, or of another village, and its record: 45 people came."""
    drill = a_drill(plan, by=by or cast.office, **columns)
    record = a_record(drill, by=by or cast.village)
    if is_confirmed:
        recording.confirm_record(record, by=cast.office, now=drill.planned_at + timedelta(hours=3))
    return drill


def fill(
    cast: Cast, *, town: str = TOWN, village: str = VILLAGE, number: int = 1,
    by: Account | None = None,
) -> None:  # fmt: skip
    """Something for every figure of the year 2026, at a town and at a village of it."""
    for n, (place, slug, category) in enumerate((
        (town, "general", Category.GENERAL), (town, "flood", Category.NATURAL),
        (village, "village", Category.NATURAL),
    )):  # fmt: skip
        plan = a_plan(place=place, number=number + n, slug=f"{slug}-{number}", category=category)
        a_signed(plan, now=at(2026, 3, 1))
    a_held(plan, cast, place=village, by=by)
    a_held(plan, cast, place=village, by=by, is_confirmed=True, planned_at=in_china(2026, 6, 3))
    finding = a_fixed_finding(cast, place=village, now=at(2026, 4, 1))
    findings.close_finding(finding, by=cast.leader, now=at(2026, 5, 1))
    a_training(place=town)
    a_team(place=town)
    a_team(place=village)
    a_post("网格长", place=village)
    a_post(place=village)
    a_locked_audit(cast.office, place=town)
    a_locked_audit(
        cast.office, place=village, verdicts={"V1": Verdict.UNMET, "V2.1": Verdict.PARTLY}
    )
