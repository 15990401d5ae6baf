"""Drills and their records for tests, made with defaults."""

import io
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from PIL import Image

from factories import NOW, VILLAGE, Cast, a_plan, a_published
from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.clock import CHINA
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording, services
from nanhua_emergency.drills.models import Drill, Form, Purpose, Scope
from nanhua_emergency.drills.record_models import Conclusion, DrillRecord, Group
from nanhua_emergency.drills.recording import Happened, Problem
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Finding, Source
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.outline import Moment

# Ten days after NOW, half past nine in China: a Thursday on which people work.
PLANNED_AT = datetime(2026, 5, 21, 1, 30, tzinfo=UTC)
HELD_BY = PLANNED_AT + timedelta(hours=2)


def in_china(year: int, month: int, day: int, hour: int = 9, minute: int = 30) -> datetime:
    """A moment as people in China write it."""
    return datetime(year, month, day, hour, minute, tzinfo=CHINA).astimezone(UTC)


def details(**columns: Any) -> services.Details:
    """What is said of a drill when it is scheduled."""
    columns = {
        "title": "", "form": Form.LIVE, "scope": Scope.SINGLE, "purpose": Purpose.TEST,
        "location": "示例广场", "organiser": "示例", "scenario": "", "expected_count": 60,
    } | columns  # fmt: skip
    return services.Details(**columns)


def a_drill(
    plan: Plan, *, by: Account, place: str = VILLAGE, planned_at: datetime = PLANNED_AT,
    now: datetime | None = None, **columns: Any,
) -> Drill:  # fmt: skip
    """A drill of one village, scheduled a day or more before; a village head's is a proposal."""
    now = now or min(NOW, planned_at - timedelta(days=1))
    [drill] = services.schedule_drills(
        plan,
        [get_place(place)],
        details(**columns),
        planned_at=planned_at,
        may_repeat=True,
        by=by,
        now=now,
    )
    return drill


def happened(drill: Drill, **columns: Any) -> Happened:
    """A drill that went to plan and took an hour."""
    columns = {
        "began_at": drill.planned_at,
        "ended_at": drill.planned_at + timedelta(hours=1),
        "counts": {Group.VILLAGERS: 40, Group.CADRES: 5},
        "minutes": dict.fromkeys(Moment, 5),
        "scores": dict.fromkeys(range(1, 7), 5),
        "conclusion": Conclusion.GOOD,
        "summary": "按方案进行。",
        "no_problem": "逐户核对过，没有漏人。",
    } | columns
    return Happened(**columns)


def a_record(
    drill: Drill, *, by: Account, now: datetime | None = None, problems: Sequence[Problem] = (),
    client_id: str = "", folder: Path | None = None, **columns: Any,
) -> DrillRecord:  # fmt: skip
    """What a village says happened at a drill, two hours after its planned moment."""
    return recording.record_drill(
        drill, happened(drill, problems=problems, **columns),
        client_id=client_id or str(uuid.uuid4()),
        folder=folder or Path(current_app.instance_path) / "uploads",
        by=by, now=now or drill.planned_at + timedelta(hours=2),
    ).record  # fmt: skip


def a_confirmed_record(drill: Drill, cast: Cast, **columns: Any) -> DrillRecord:
    """The same, confirmed by the office."""
    record = a_record(drill, by=cast.village, **columns)
    recording.confirm_record(record, by=cast.office, now=record.recorded_at + timedelta(hours=1))
    return record


def yesterday_at(hour: int = 9, minute: int = 30) -> datetime:
    """A moment of yesterday in China: the pages ask the real clock."""
    at = (clock.now() - timedelta(days=1)).astimezone(CHINA)
    return at.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def a_held_drill(cast: Cast, **columns: Any) -> Drill:
    """A flood drill of 明水村 that was planned for yesterday morning, by the text in force."""
    plan = a_plan()
    a_published(plan, cast)
    columns = {"planned_at": yesterday_at(), "by": cast.office} | columns
    return a_drill(plan, **columns)


FILLED = {
    "count_villagers": "40", "count_cadres": "5", "conclusion": "good", "summary": "按方案进行。",
    "no_problem": "逐户核对过，没有漏人。",
    **{f"minutes_{moment}": "5" for moment in Moment},
    **{f"score_{n}": "5" for n in range(1, 7)},
}  # fmt: skip


def open_record_form(browser: Any, drill_id: int, **answers: str | None) -> Any:
    """The record form of a drill, filled in as one that went to plan but for these answers."""
    form = browser.get(f"/drills/{drill_id}/record").forms["record-form"]
    for name, value in (FILLED | answers).items():
        if value is not None:
            form[name] = value
    return form


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment, each in a thread and a context of its own; what each gave."""
    db.session.remove()
    # Where one of them never comes, the others are told so and nobody waits for good.
    start = threading.Barrier(len(acts), timeout=60)

    def act(one: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def a_finding(cast: Cast, *, place: str = VILLAGE, **columns: Any) -> Finding:
    """Something that a drill of a village found and nobody has put right yet."""
    columns = {
        "source": Source.DRILL, "source_id": 1, "text": "示例：喇叭坏了", "by": cast.office,
        "now": clock.now(),
    } | columns  # fmt: skip
    return findings.raise_finding(place=get_place(place), **columns)


def a_fixed_finding(cast: Cast, *, by: Account | None = None, **columns: Any) -> Finding:
    """The same, put right by the village."""
    finding = a_finding(cast, **columns)
    findings.fix_finding(finding, evidence="已换新的", by=by or cast.village, now=clock.now())
    return finding


def a_picture(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (640, 480),
              **options: Any) -> bytes:  # fmt: skip
    """A picture as a camera or a program writes it."""
    out = io.BytesIO()
    Image.new(mode, size, 128).save(out, kind, **options)
    return out.getvalue()
