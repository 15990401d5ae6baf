"""Collecting in a small and in a large database, mails a second, and the memory of the scheduler.

`bench/reminders.py --plans` also prints how the database answers each question of a collect.
With BENCH_DATABASE_URL, the address of an empty database, collecting is measured there.
"""

import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from _measure import ROOT, environment, free_port, memory_mb, report

sys.path.insert(0, str(ROOT))

from flask import Flask
from sqlalchemy import event, insert, select, text

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db, refresh_statistics
from nanhua_emergency.drills.models import Drill, DrillState, Form, Purpose, Scope
from nanhua_emergency.drills.record_models import Conclusion, DrillRecord, RecordState
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.words import Category
from nanhua_emergency.reminders.carriers import open_carrier
from nanhua_emergency.reminders.collecting import collect_messages
from nanhua_emergency.reminders.delivery import deliver_messages
from nanhua_emergency.reminders.desk import Desk
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.models import Attempt, Heartbeat, Message, MessageState
from nanhua_emergency.reminders.replies import Reply
from nanhua_emergency.reminders.rounds import TOGETHER

TOWNS, VILLAGES, YEARS = 1400, 12, 10
FEW, MANY, DUE = 500, 500_000, 100
ROUNDS, MAILS, PART = 7, 300, 20_000
# In the morning of a day; nothing here asks what time it truly is.
NOW = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)


def insert_many(model: type, rows: Iterator[dict[str, object]]) -> None:
    """Insert rows in parts, each in a transaction of its own."""
    part: list[dict[str, object]] = []
    for row in rows:
        part.append(row)
        if len(part) == PART:
            db.session.execute(insert(model), part)
            db.session.commit()
            part = []
    if part:
        db.session.execute(insert(model), part)
        db.session.commit()


def village_code(n: int) -> str:
    """The code of the nth village of the province."""
    return f"{630000000 + n // VILLAGES + 1:09}{200 + n % VILLAGES}"


def town_code(n: int) -> str:
    """The code of the nth town."""
    return f"{630000000 + n + 1:09}000"


def place_rows() -> Iterator[dict[str, object]]:
    """Every town and village of a province."""
    for n in range(TOWNS):
        yield {"code": town_code(n), "name": f"示例镇{n}", "official_name": f"示例镇{n}",
               "kind": PlaceKind.TOWN}  # fmt: skip
    for n in range(TOWNS * VILLAGES):
        yield {"code": village_code(n), "name": f"示例村{n}", "official_name": f"示例村{n}",
               "kind": PlaceKind.VILLAGE}  # fmt: skip


def account_rows() -> Iterator[dict[str, object]]:
    """An office for each town, and a head for each village."""
    at = NOW - timedelta(days=400)
    for n in range(TOWNS + TOWNS * VILLAGES):
        is_office = n < TOWNS
        yield {
            "sign_in": f"bench{n}", "name": f"示例{n}",
            "role": Role.OFFICE if is_office else Role.VILLAGE,
            "place_code": town_code(n) if is_office else village_code(n - TOWNS),
            "email": f"bench{n}@example.com", "email_refusal": "", "phone": "",
            "password_hash": "-", "must_change_password": False, "is_active": True,
            "created_at": at, "first_signed_in_at": at,
        }  # fmt: skip


def planned_at(n: int, count: int) -> datetime:
    """The first are due now; the others lie over ten years, but for the days that are due."""
    if n < DUE:
        return NOW + timedelta(days=3, minutes=n)
    hours = n * 7919 % (24 * 365 * (YEARS - 2))
    if n % YEARS < YEARS - 2:
        return NOW - timedelta(hours=hours + 1)
    return NOW + timedelta(days=9, hours=hours % (24 * 365 * 2))


def drill_rows(count: int, plan_id: int) -> Iterator[dict[str, object]]:
    """So many planned drills."""
    for n in range(count):
        at = planned_at(n, count)
        yield {
            "id": n + 1, "uid": f"bench-{n}", "plan_id": plan_id,
            "place_code": village_code(n * 31 % (TOWNS * VILLAGES)),
            "state": DrillState.SCHEDULED, "title": "示例演练", "form": Form.LIVE,
            "scope": Scope.SINGLE, "purpose": Purpose.TEST, "is_time_unannounced": False,
            "is_scenario_unannounced": False, "is_night": False, "planned_at": at,
            "date_version": 1, "location": "", "organiser": "", "scenario": "",
            "expected_count": 0, "cancel_reason": "", "scheduled_at": NOW,
        }  # fmt: skip


def record_rows(count: int) -> Iterator[dict[str, object]]:
    """The confirmed records of those that were held."""
    for n in range(count):
        at = planned_at(n, count)
        if at < NOW:
            yield {
                "drill_id": n + 1, "client_id": f"bench-{n}", "state": RecordState.CONFIRMED,
                "began_at": at, "ended_at": at, "recorded_at": at, "conclusion": Conclusion.GOOD,
                "summary": "示例", "no_problem": "示例", "paper_by": "", "return_reason": "",
            }  # fmt: skip


def message_rows(count: int) -> Iterator[dict[str, object]]:
    """What was told of the drills of the last two months."""
    for n in range(count):
        at = planned_at(n, count)
        if NOW - timedelta(days=60) < at < NOW:
            place = n * 31 % (TOWNS * VILLAGES)
            for days in (7, 3, 1, 0):
                yield {
                    "kind": Kind.DRILL_COMING, "thing_id": n + 1, "date_version": 1,
                    "address": f"bench{TOWNS + place}@example.com", "days_before": days,
                    "account_id": TOWNS + place + 1, "place_code": village_code(place),
                    "about_on": at.date(), "about_at": at, "created_at": at,
                    "state": MessageState.SENT, "is_maybe_told": False, "reason": "",
                }  # fmt: skip


def fill(count: int) -> None:
    """A province with so many planned drills."""
    insert_many(Place, place_rows())
    insert_many(Account, account_rows())
    plan = Plan(
        place_code=town_code(0), number=1, slug="flood-control", title="示例预案", hazard="洪涝",
        category=Category.NATURAL, lead_department="示例", season="", legal_basis="",
        review_months=36, drill_months=12,
    )  # fmt: skip
    db.session.add(plan)
    db.session.commit()
    insert_many(Drill, drill_rows(count, plan.id))
    insert_many(DrillRecord, record_rows(count))
    insert_many(Message, message_rows(count))
    refresh_statistics()
    db.session.commit()


def empty() -> None:
    """Make room for the next filling."""
    for model in (Message, DrillRecord, Drill, Plan, Account, Place, Heartbeat):
        db.session.execute(model.__table__.delete())
    db.session.commit()


def collecting(*, expected: int, is_kept: bool) -> float:
    """Milliseconds of one collect, the middle of several."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = collect_messages(NOW)
        if not is_kept:
            times.append((time.perf_counter() - began) * 1000)
            db.session.rollback()
        else:
            db.session.commit()
            times.append((time.perf_counter() - began) * 1000)
        if found != expected:
            raise SystemExit(f"{found} found due, not {expected}")
        db.session.remove()
    return statistics.median(times)


def measure_collect(folder: str) -> None:
    """One collect with few and with many drills planned, when much is due and when nothing is."""
    site = {"INSTANCE": folder, "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", "")}
    app, took = create_app(site), {}
    with app.app_context():
        migrating.migrate()
        for count in (FEW, MANY):
            empty()
            fill(count)
            collect_messages(NOW - timedelta(days=1))  # the weekly overviews are not the question
            db.session.commit()
            took["due", count] = collecting(expected=DUE, is_kept=False)
            if "--plans" in sys.argv:
                print_plans()
            collect_messages(NOW)
            db.session.commit()
            took["idle", count] = collecting(expected=0, is_kept=True)
    for name, words in (("due", f"{DUE} due"), ("idle", "nothing due")):
        few, many = took[name, FEW], took[name, MANY]
        report(f"collect, {words}, {FEW} drills planned", few, "ms")
        report(f"collect, {words}, {MANY} drills planned", many, "ms")
        report(f"collect, {words}, ratio", many / few, "ratio", "≤ 2", holds=many / few <= 2)


def print_plans() -> None:
    """How the database answers each question, with the milliseconds of it."""
    asked: list[tuple[str, object]] = []

    def keep(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", keep)
    collect_messages(NOW)
    db.session.rollback()
    event.remove(db.engine, "before_cursor_execute", keep)
    word = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN ANALYZE "
    for statement, values in asked:
        if statement.startswith("SELECT"):
            began = time.perf_counter()
            db.session.connection().exec_driver_sql(statement, values).all()
            print(
                f"-- {(time.perf_counter() - began) * 1000:.1f} ms",
                statement.replace("\n", " ")[:900],
            )
            for row in db.session.connection().exec_driver_sql(word + statement, values):
                print("   ", row[-1])
    db.session.rollback()


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server in a process of its own; gives its port."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "bench" / "_mail_server.py")], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()


def a_desk() -> Desk:
    """From where the letters of the benchmark are written."""
    return Desk("示例登记", "应急办 <office@example.org>", "bench",
                lambda endpoint, **values: f"https://site.example/{endpoint}/{values}")  # fmt: skip


def measure_delivery(folder: str) -> None:
    """Mails a second by our delivery, and by a bare loop that sends the same bytes."""
    app = create_app({"INSTANCE": folder, "DATABASE_URL": ""})
    ours, bare = [], []
    with app.app_context(), mail_server() as port:
        migrating.migrate()
        places.load_places(ROOT / "data" / "places.csv")
        prepare_mails()
        for n in range(3):
            began = time.perf_counter()
            sent = deliver_all(port, NOW + timedelta(days=n))
            ours.append(len(sent) / (time.perf_counter() - began))
            bare.append(len(sent) / send_bare(port, [mail.data for mail in sent]))
    ratio = statistics.median(ours) / statistics.median(bare)
    report("delivery, ratio to bare smtplib", ratio, "ratio", "≥ 0.5", holds=ratio >= 0.5)
    report("delivery, mails a second", statistics.median(ours), "mails/s")
    report("bare smtplib, mails a second", statistics.median(bare), "mails/s")


def prepare_mails() -> None:
    """Three drills on three days in a row; each of so many people is told of all three by one mail."""
    home = places.get_home()
    village = next(one for one in places.list_places(home) if one.is_village)
    plan = Plan(
        place=home, place_code=home.code, number=1, slug="flood-control", title="示例预案",
        hazard="洪涝", category=Category.NATURAL, lead_department="示例", season="",
        legal_basis="", review_months=36, drill_months=12,
    )  # fmt: skip
    db.session.add(plan)
    db.session.flush()
    rows = [row | {"place_code": village.code, "role": Role.VILLAGE} for row in account_rows()]
    db.session.execute(insert(Account), rows[:MAILS])
    [drill] = drill_rows(1, plan.id)
    db.session.execute(insert(Drill), [
        drill | {"id": n + 1, "uid": f"bench-{n}", "place_code": village.code,
                 "planned_at": NOW + timedelta(days=n, hours=9)}
        for n in range(3)
    ])  # fmt: skip
    db.session.commit()


def deliver_all(port: int, now: datetime) -> list[Letter]:
    """Collect, then time nothing but the delivery; gives what was sent."""
    collect_messages(now)
    db.session.commit()
    carrier = open_carrier(
        f"smtp://127.0.0.1:{port}?from=office@example.org", outbox=Path("unused")
    )
    sent: list[Letter] = []

    def send(mail: Letter) -> Reply:
        sent.append(mail)
        return carrier.send(mail)

    desk = a_desk()
    while deliver_messages(now, send, desk, most=TOGETHER):
        now += timedelta(seconds=1)
    carrier.close()
    if len(sent) != MAILS:
        raise SystemExit(f"{len(sent)} mails were sent, not {MAILS}")
    return sent


def send_bare(port: int, mails: list[bytes]) -> float:
    """Seconds of sending the same bytes over one line."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "[127.0.0.1]") as line:
        for mail in mails:
            line.sendmail("office@example.org", ["head@example.org"], mail)
    return time.perf_counter() - began


def measure_memory(folder: str) -> None:
    """What `flask run-scheduler` holds after its first round, without and with robots."""
    app = create_app({"INSTANCE": folder, "DATABASE_URL": ""})
    with app.app_context():
        migrating.migrate()
        places.load_places(ROOT / "data" / "places.csv")
        prepare_mails()
        now = clock.now()
        for n, drill in enumerate(db.session.scalars(select(Drill))):
            drill.planned_at = now + timedelta(days=n, hours=9)
        db.session.commit()
        db.engine.dispose()
    for words, robots in (("", ""), (" with robots", f"json://127.0.0.1:{free_port()}")):
        used = scheduler_memory(Path(folder), app, robots)
        report(f"memory of the scheduler{words}", used, "MB", "< 150", holds=used < 150)


def scheduler_memory(folder: Path, app: Flask, robots: str) -> float:
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "run-scheduler"], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(folder) | {"NOTIFY_URLS": robots, "MAILS_PER_MINUTE": "600", "MAIL_URL": ""},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        process.stdout.readline()
        with app.app_context():
            wait_for_a_round(MAILS + bool(robots))
        used = memory_mb(process.pid)
    finally:
        process.terminate()
        process.communicate()
    with app.app_context():
        for table in ("attempt", "message", "mail"):  # all is due again
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.commit()
        db.session.remove()
    return used


def wait_for_a_round(tries: int) -> None:
    """Until the scheduler has tried so many mails."""
    for _ in range(1800):
        count = db.session.scalar(select(db.func.count()).select_from(Attempt))
        db.session.rollback()
        if count and count >= tries:
            return
        time.sleep(0.1)
    raise SystemExit("the scheduler tried nothing")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as one:
        measure_collect(one)
    with tempfile.TemporaryDirectory() as one:
        measure_delivery(one)
    with tempfile.TemporaryDirectory() as one:
        measure_memory(one)
