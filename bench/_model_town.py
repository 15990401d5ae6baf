"""One town of 16 villages with so many years of work: the rows that a province is copied from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from _measure import ROOT
from sqlalchemy import func, insert, select, update

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.models import ActivityChain, ActivityEntry
from nanhua_emergency.audits.checklists import Checklist, Level, pack, read_checklists
from nanhua_emergency.audits.evidence import EVIDENCE
from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import Base, db
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.drills.record_models import (
    Conclusion,
    DrillRecord,
    Group,
    HeadCount,
    MomentTaken,
    RecordState,
    Score,
)
from nanhua_emergency.findings.models import Finding, FindingState, Source
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import importing, queries
from nanhua_emergency.plans.demand_models import Demand
from nanhua_emergency.plans.models import Edition, Filing
from nanhua_emergency.plans.outline import Moment
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.people_models import Member, Post, Team, Training, WakeUp
from nanhua_emergency.registers.site_models import RiskPoint, Shelter, Supply
from nanhua_emergency.registers.words import ChangeKind
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import Attempt, Mail, MailState, Message, MessageState
from nanhua_emergency.reminders.replies import ReplyKind

HOME = "620724102000"
# A village of a real town drills some two or three times a year, the town itself a few times more.
DRILLS_A_YEAR = 40
# How many of the latest drills have no record yet, and of their records are not confirmed yet.
UNRECORDED, UNCONFIRMED, AHEAD_DAYS = 3, 5, 30
OPEN_FINDINGS, PARTLY_EVERY = 24, 17
TEXT = "示例：叫应时有两户无人应答，转移路线的指示牌被挡，安置点的灯不够。"
NAMES = ("第一", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九", "第十")


@dataclass
class Town:
    """What the rows of one town are made of."""

    years: int
    now: datetime
    code: str = HOME
    villages: list[str] = field(default_factory=list)
    plans: list[tuple[int, int]] = field(default_factory=list)
    office: int = 0
    second_office: int = 0
    heads: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day on which the last of it happened."""
        return clock.day_of(self.now)


def add(model: type[Base], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Store rows under keys that follow each other, past the services; gives them with their keys."""
    last = db.session.scalar(select(func.max(model.id))) or 0  # type: ignore[attr-defined]
    kept = [{"id": last + n, **row} for n, row in enumerate(rows, start=1)]
    if kept:
        db.session.execute(insert(model), kept)
    return kept


def fill_town(years: int) -> None:
    """Places, plans, people and all that they did in so many years, into an empty database."""
    town = Town(years, clock.now())
    places.load_places(ROOT / "data" / "places.csv")
    home = places.get_place(HOME)
    list(importing.import_plans(importing.read_plan_files(ROOT / "plans"), home, now=town.now))
    town.villages = [one.code for one in places.list_villages(home)]
    town.plans = [(line.plan.id, line.published.id) for line in queries.list_published(home)]
    fill_filings(town)
    fill_people(town)
    db.session.execute(update(Edition).values(began_by_id=town.office))
    drills = fill_drills(town)
    records = fill_records(town, drills)
    fill_drill_findings(town, records)
    fill_rounds(town)
    fill_mails(town, drills)
    fill_registers(town)
    fill_activity(town, drills, records)
    db.session.commit()


def fill_filings(town: Town) -> None:
    """Every plan is filed with two recipients; two of all those copies still wait for a receipt."""
    add(Filing, (
        {"edition_id": edition, "recipient": recipient, "due_on": town.today + timedelta(days=9),
         "filed_on": None if n < 2 and recipient == "县应急局" else town.today}
        for n, (_plan, edition) in enumerate(town.plans) for recipient in ("县政府", "县应急局")
    ))  # fmt: skip


def fill_people(town: Town) -> None:
    """The office, the leaders and the reviewer of the town, and the head of each village."""
    staff = [("office", Role.OFFICE), ("office-2", Role.OFFICE), ("leader", Role.LEADER),
             ("legal", Role.LEGAL), ("admin", Role.ADMIN)]  # fmt: skip
    people = [(name, role, town.code) for name, role in staff]
    people += [(f"village-{code}", Role.VILLAGE, code) for code in town.villages]
    rows = add(Account, (
        {"sign_in": name, "name": f"示例{name}", "role": role, "place_code": code,
         "email": f"{name}@example.org", "password_hash": "", "must_change_password": False,
         "created_at": town.now, "first_signed_in_at": town.now}
        for name, role, code in people
    ))  # fmt: skip
    town.office, town.second_office = rows[0]["id"], rows[1]["id"]
    town.heads = {row["place_code"]: row["id"] for row in rows[len(staff) :]}


def fill_drills(town: Town) -> list[dict[str, Any]]:
    """Forty a year, evenly spread over the years up to a month ahead, latest last."""
    total = DRILLS_A_YEAR * town.years
    step = timedelta(days=365 * town.years) / total
    last = town.now + timedelta(days=AHEAD_DAYS)
    return add(Drill, (
        {"uid": f"drill-{n}", "place_code": town.villages[n % len(town.villages)],
         "plan_id": town.plans[n * 7 % len(town.plans)][0], "title": f"示例演练{n}",
         "state": DrillState.CANCELLED if n % 25 == 24 else DrillState.SCHEDULED,
         "planned_at": last - step * (total - n - 1), "organiser": "示例应急办",
         "organiser_id": town.office, "location": "示例文化广场", "scenario": TEXT,
         "expected_count": 60, "scheduled_at": last - step * (total - n - 1) - timedelta(days=40),
         "scheduled_by_id": town.office}
        for n in range(total)
    ))  # fmt: skip


def fill_records(town: Town, drills: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What happened at every drill that was held, with head-counts, moments and scores."""
    edition_of = dict(town.plans)
    held = [one for one in drills
            if one["state"] is DrillState.SCHEDULED and one["planned_at"] < town.now]  # fmt: skip
    recorded = held[:-UNRECORDED]
    records = add(DrillRecord, (
        {"drill_id": drill["id"], "client_id": f"record-{drill['id']}",
         "edition_id": edition_of[drill["plan_id"]],
         "state": (RecordState.RECORDED if n >= len(recorded) - UNCONFIRMED
                   else RecordState.CONFIRMED),
         "began_at": drill["planned_at"], "ended_at": drill["planned_at"] + timedelta(hours=1),
         "conclusion": Conclusion.GOOD, "summary": TEXT * 3,
         "recorded_at": drill["planned_at"] + timedelta(hours=2),
         "recorded_by_id": town.heads[drill["place_code"]]}
        for n, drill in enumerate(recorded)
    ))  # fmt: skip
    keys = [record["id"] for record in records]
    groups = (Group.VILLAGERS, Group.CADRES)
    add(HeadCount, ({"record_id": key, "group": group, "people": 30 + key % 40}
                    for key in keys for group in groups))  # fmt: skip
    add(MomentTaken, ({"record_id": key, "moment": moment, "minutes": 5 + key % 20,
                       "target_minutes": 15} for key in keys for moment in Moment))  # fmt: skip
    add(Score, ({"record_id": key, "item": item, "score": 5 if key % 3 else 3}
                for key in keys for item in range(1, 7)))  # fmt: skip
    by_id = {drill["id"]: drill for drill in drills}
    return [{**record, "place_code": by_id[record["drill_id"]]["place_code"]} for record in records]


def finding_row(
    town: Town, place: str, source: Source, source_id: int, at: datetime, is_open: bool
) -> dict[str, Any]:
    """One problem: closed two weeks later, or still to be put right."""
    ended = None if is_open else at + timedelta(days=14)
    return {
        "place_code": place, "source": source, "source_id": source_id, "text": TEXT,
        "owner_id": town.heads.get(place, town.office), "due_on": clock.day_of(at) + timedelta(30),
        "state": FindingState.RAISED if is_open else FindingState.CLOSED, "raised_at": at,
        "raised_by_id": town.office, "evidence": "" if is_open else TEXT, "fixed_at": ended,
        "closed_at": ended, "closed_by_id": None if is_open else town.office,
    }  # fmt: skip


def fill_drill_findings(town: Town, records: list[dict[str, Any]]) -> None:
    """One problem found at each drill, pinned to a clause; the latest are open."""
    plan_of = {edition: plan for plan, edition in town.plans}
    demands = add(Demand, (
        {"plan_id": plan_of[one["edition_id"]], "edition_id": one["edition_id"], "text": TEXT,
         "heading": "预警", "section_sha256": "0" * 64, "made_at": one["recorded_at"],
         "answered_edition_id": one["edition_id"] if n < len(records) - OPEN_FINDINGS else None}
        for n, one in enumerate(records)
    ))  # fmt: skip
    add(Finding, (
        {**finding_row(town, one["place_code"], Source.DRILL, one["id"], one["recorded_at"],
                       n >= len(records) - OPEN_FINDINGS), "demand_id": demands[n]["id"]}
        for n, one in enumerate(records)
    ))  # fmt: skip


def fill_rounds(town: Town) -> None:
    """Two rounds of each checklist a year; the latest two are open, one of them half verified."""
    checklists = read_checklists(ROOT / "data" / "checklists", EVIDENCE)
    for half in range(town.years * 2, 0, -1):
        first = town.today - timedelta(days=182 * half)
        for checklist in checklists.values():
            fill_round(town, checklist, first, is_closed=half > 1)


def fill_round(town: Town, checklist: Checklist, first: date, *, is_closed: bool) -> None:
    """One round: the town, or each village, answers every criterion."""
    seal = "0" * 64 if is_closed else ""
    opened = town.now - (town.today - first)
    [held] = add(Round, [
        {"place_code": town.code, "checklist_slug": checklist.slug, "content": pack(checklist),
         "sha256": "0" * 64, "period": f"示例{first.year}年{first.month}月", "first_on": first,
         "last_on": first + timedelta(days=90), "due_on": first + timedelta(days=200),
         "opened_at": opened, "opened_by_id": town.office, "content_sha256": seal,
         "closed_at": opened + timedelta(days=100) if is_closed else None}
    ])  # fmt: skip
    codes = [town.code] if checklist.level is Level.TOWN else town.villages
    open_state = AuditState.SUBMITTED
    audits = add(Audit, (
        {"round_id": held["id"], "place_code": code, "checklist_slug": checklist.slug,
         "state": AuditState.CLOSED if is_closed else open_state, "content_sha256": seal,
         "submitted_at": opened + timedelta(days=20)}
        for code in codes
    ))  # fmt: skip
    fill_answers(town, checklist, audits, opened)


def fill_answers(
    town: Town, checklist: Checklist, audits: list[dict[str, Any]], at: datetime
) -> None:
    """What each place said of each criterion; one in so many is partly met and raised a finding."""
    statement = {"text": TEXT, "is_met": True, "count": 12, "total": 12, "links": [],
                 "on": clock.day_of(at).isoformat()}  # fmt: skip
    number = count()
    cells = [(audit, one.code, next(number) % PARTLY_EVERY == 0)
             for audit in audits for one in checklist.criteria]  # fmt: skip
    is_open = audits[0]["state"] is not AuditState.CLOSED
    raised = iter(add(Finding, (
        finding_row(town, audit["place_code"], Source.AUDIT, audit["id"], at, is_open)
        for audit, _code, is_partly in cells if is_partly
    )))  # fmt: skip
    add(Answer, (
        {"audit_id": audit["id"], "criterion": code, "evidence": statement,
         "verdict": Verdict.PARTLY if is_partly else Verdict.MET, "note": "示例：已看过现场。",
         "judged_at": at, "judged_by_id": town.heads.get(audit["place_code"], town.second_office),
         "office_verdict": None if is_open else (Verdict.PARTLY if is_partly else Verdict.MET),
         "verified_at": None if is_open else at, "verified_by_id": None if is_open else town.office,
         "finding_id": next(raised)["id"] if is_partly else None}
        for audit, code, is_partly in cells
    ))  # fmt: skip


def fill_mails(town: Town, drills: list[dict[str, Any]]) -> None:
    """Two reminders of each drill, each in a mail of its own; a few were given up or still wait."""
    people = [(drill, days) for drill in drills for days in (7, 1)]
    mails = add(Mail, (
        {"address": f"village-{drill['place_code']}@example.org",
         "account_id": town.heads[drill["place_code"]], "place_code": drill["place_code"],
         "message_id": f"<mail-{n}@example.org>", "subject": f"【演练】示例演练{n}",
         "state": mail_state(n, len(people)), "created_at": drill["planned_at"] - timedelta(days),
         "next_try_at": drill["planned_at"] - timedelta(days), "attempt_count": 1}
        for n, (drill, days) in enumerate(people)
    ))  # fmt: skip
    add(Attempt, ({"mail_id": mail["id"], "at": mail["created_at"], "kind": ReplyKind.SENT,
                   "code": 250, "reply": "250 OK"} for mail in mails))  # fmt: skip
    add(Message, (
        {"kind": Kind.DRILL_COMING, "thing_id": drill["id"], "date_version": 1,
         "address": mail["address"], "days_before": days, "account_id": mail["account_id"],
         "place_code": drill["place_code"], "about_on": clock.day_of(drill["planned_at"]),
         "about_at": drill["planned_at"], "created_at": mail["created_at"],
         "state": MessageState.SENT, "mail_id": mail["id"]}
        for mail, (drill, days) in zip(mails, people, strict=True)
    ))  # fmt: skip


def mail_state(number: int, total: int) -> MailState:
    """The last two wait, three before them were given up."""
    left = total - number
    if left <= 2:
        return MailState.WAITING
    return MailState.GIVEN_UP if left <= 5 else MailState.SENT


def fill_registers(town: Town) -> None:
    """Posts, teams, wake-up lists, trainings, supplies, shelters and risk points of every place."""
    teams = _enter(town, Team, 1, lambda n: {"name": f"示例队{n}", "leader": "示例甲",
                                             "leader_phone": "13800000001"})  # fmt: skip
    titles = (
        "网格长",
        "监管员",
        "宣传员",
        "信息员",
        "地震观测员",
        "防汛指挥长",
        "村主任",
        "民兵连长",
    )
    _enter(town, Post, len(titles), lambda n: {"title": titles[n], "holder": "示例甲",
                                               "phone": "13800000001"})  # fmt: skip
    add(Member, (
        {**_entry(town, team["place_code"]), "team_id": team["id"], "name": f"示例{name}",
         "phone": "13800000001"}
        for team in teams for name in NAMES
    ))  # fmt: skip
    _enter(town, WakeUp, 25, lambda n: {"household": f"示例户{n}", "address": f"一组{n}号",
                                        "people": 3, "waker": "示例甲",
                                        "waker_phone": "13800000001"})  # fmt: skip
    _enter(town, Training, 2 * town.years, lambda n: {
        "held_on": town.today - timedelta(days=180 * n + 5), "topic": "示例：防汛叫应",
        "people": 40})  # fmt: skip
    _enter(town, Supply, 8, lambda n: {"name": f"示例物资{n}", "unit": "条", "quantity": 100 + n,
                                       "minimum": 50,
                                       "expires_on": town.today + timedelta(days=400 + n)})  # fmt: skip
    _enter(town, Shelter, 2, lambda n: {"name": f"示例广场{n}", "capacity": 400})
    _enter(town, RiskPoint, 2, lambda n: {"name": f"示例沟口{n}", "people": 40})


def _entry(town: Town, code: str) -> dict[str, Any]:
    return {"place_code": code, "added_at": town.now - timedelta(days=300),
            "confirmed_on": town.today - timedelta(days=60)}  # fmt: skip


def _enter(town: Town, model: type[Base], each: int, columns: Any) -> list[dict[str, Any]]:
    codes = [town.code, *town.villages]
    rows = add(model, ({**_entry(town, code), **columns(n)} for code in codes for n in range(each)))
    add(EntryChange, (
        {"register": model.__tablename__ + "s", "entry_id": row["id"], "version": 1,
         "place_code": row["place_code"], "kind": ChangeKind.ADDED, "before": {},
         "after": {"name": "示例"}, "at": row["added_at"], "by_id": town.office}
        for row in rows
    ))  # fmt: skip
    return rows


def fill_activity(town: Town, drills: list[dict[str, Any]], records: list[dict[str, Any]]) -> None:
    """A link of the town's chain for each drill scheduled and each record made and confirmed."""
    chain = db.session.get_one(ActivityChain, town.code)
    done = list(_moves(town, drills, records))
    add(ActivityEntry, (
        {"chain": town.code, "position": chain.position + n, "place_code": place, "at": at,
         "by_id": town.office, "by_name": "示例应急办", "action": action, "thing_kind": kind,
         "thing_id": key, "summary": "示例：记录演练", "details": {}, "previous_hash": "0" * 64,
         "hash": "0" * 64}
        for n, (place, at, action, kind, key) in enumerate(sorted(done, key=lambda one: one[1]), 1)
    ))  # fmt: skip
    chain.position += len(done)


def _moves(
    town: Town, drills: list[dict[str, Any]], records: list[dict[str, Any]]
) -> Iterator[tuple[str, datetime, str, str, int]]:
    for one in drills:
        yield one["place_code"], one["scheduled_at"], "drill.scheduled", "drill", one["id"]
    for one in records:
        yield one["place_code"], one["recorded_at"], "record.recorded", "record", one["id"]
        at = one["recorded_at"] + timedelta(days=1)
        yield one["place_code"], at, "record.confirmed", "record", one["id"]
