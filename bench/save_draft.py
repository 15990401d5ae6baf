"""One save of a plan's text: the service and its commit, beside a bare INSERT of the same bytes."""

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _measure import ROOT, memory_mb, report

sys.path.insert(0, str(ROOT))

from flask import Flask

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.services import add_account
from nanhua_emergency.database import BUSY_SECONDS, db
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import drafting, importing, queries, services
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.words import Trigger

SAVES, WARM = 150, 10
BYTES = 25_000


def a_text(like: str, number: int) -> str:
    """A text of 25 KB that differs from the last in one line."""
    text = like
    while len(text.encode()) < BYTES:
        text += "\n" + like
    return text.encode()[:BYTES].decode(errors="ignore") + f"\n\n第 {number} 次修改。\n"


def prepare() -> tuple[Edition, object]:
    """A site with the town's plans and a draft of one."""
    migrating.migrate()
    places.load_places(ROOT / "data" / "places.csv")
    place = places.get_home()
    now = clock.now()
    list(importing.import_plans(importing.read_plan_files(ROOT / "plans"), place, now=now))
    office = add_account(sign_in="office", name="示例", role=Role.OFFICE, place=place,
                         password="示例-口令-2026", by=_System(), now=now)  # fmt: skip
    plan = queries.get_plan("flood-control", place.code)
    edition = services.begin_edition(plan, trigger=Trigger.PRACTICE, reason="示例", is_major=True,
                                     by=office, now=now)  # fmt: skip
    db.session.commit()
    return edition, office


class _System:
    id, name, role, place_code = None, "示例", Role.ADMIN, "000000000000"


def timed(*actions: Callable[[int], None]) -> list[list[float]]:
    """Milliseconds of many calls of each action, in turn, after a few to warm up."""
    times: list[list[float]] = [[] for _ in actions]
    for number in range(WARM + SAVES):
        for action, kept in zip(actions, times, strict=True):
            began = time.perf_counter()
            action(number)
            kept.append((time.perf_counter() - began) * 1000)
    return [kept[WARM:] for kept in times]


def bare_connection(path: Path) -> sqlite3.Connection:
    """SQLite as the site sets it, and a table for a text."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return connection


def measure(app: Flask, folder: Path) -> None:
    """Save and insert the same texts, and print what each took."""
    with app.app_context():
        edition, office = prepare()
        edition_id, like = edition.id, edition.body
    bare = bare_connection(folder / "bare.db")

    def save(number: int) -> None:
        with app.app_context():  # as a request does: a new session each time
            edition = db.session.get_one(Edition, edition_id)
            drafting.save_draft(edition, body=a_text(like, number), based_on_id=edition.head_id,
                                note="", by=db.session.merge(office), now=clock.now())  # fmt: skip
            db.session.commit()

    def insert(number: int) -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO bare (body) VALUES (?)", (a_text(like, number),))
        bare.execute("COMMIT")

    _report(*timed(save, insert))
    bare.close()


def _report(saves: list[float], inserts: list[float]) -> None:
    ratio = statistics.median(saves) / statistics.median(inserts)
    report("save, ratio to a bare INSERT", ratio, "ratio", "≤ 20", holds=ratio <= 20)
    report("save, median", statistics.median(saves), "ms")
    report("save, p99", sorted(saves)[int(len(saves) * 0.99)], "ms")
    report("bare INSERT, median", statistics.median(inserts), "ms")
    if Path("/proc/self/status").exists():
        held = memory_mb(os.getpid())
        report("memory after the saves", held, "MB", "< 150", holds=held < 150)


def main() -> None:
    """Measure in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(create_app({"INSTANCE": str(folder), "DATABASE_URL": ""}), folder)


if __name__ == "__main__":
    main()
