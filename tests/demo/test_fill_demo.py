"""Fill an empty database with a year of made-up data."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from conftest import Machine
from factories import all_rows, command, refusal_of
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.audits.models import Answer, Audit, Round
from nanhua_emergency.database import Word, db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.record_models import DrillRecord, MomentTaken, Photo
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.models import Edition, Filing, Plan, Review
from nanhua_emergency.registers.models import EntryChange, StockMovement
from nanhua_emergency.registers.people_models import Member, Post, Team, Training, WakeUp
from nanhua_emergency.registers.site_models import RiskPoint, Shelter, Supply
from nanhua_emergency.reminders.models import Attempt, Mail, Message

# Every word of these columns stands in at least one row, but for those that no row can hold here.
COLUMNS = (
    Drill.state, Drill.form, Drill.scope, Drill.purpose, DrillRecord.state, DrillRecord.conclusion,
    MomentTaken.moment, Finding.state, Finding.source, Edition.state, Review.outcome, Audit.state,
    Answer.verdict, Mail.state, Message.state, Message.kind, Attempt.kind, Post.seat,
    StockMovement.kind, EntryChange.kind, RiskPoint.level, WakeUp.means, Team.level, Account.role,
    Shelter.kind, Plan.category,
)  # fmt: skip
NOWHERE: set[StrEnum] = {Role.VISITOR}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_it_shows_every_word_of_a_column(demo: Flask, column: object) -> None:
    assert isinstance(column.type, Word)  # type: ignore[attr-defined]
    found = set(db.session.scalars(select(column).distinct()))  # type: ignore[call-overload]
    assert set(column.type.words) - found - NOWHERE == set()  # type: ignore[attr-defined]


def test_it_fills_the_registers_of_sixteen_villages(demo: Flask) -> None:
    villages = {row for row in db.session.scalars(select(Place.code)) if row[9:] != "000"}
    assert len(villages) == 16
    for model in (Post, Team, Supply, Shelter, RiskPoint, WakeUp, Drill, Audit):
        assert villages <= set(db.session.scalars(select(model.place_code))), model
    recorded = select(Drill.place_code).join(DrillRecord, DrillRecord.drill_id == Drill.id)
    assert villages <= set(db.session.scalars(recorded))
    assert count(Training) == 12
    assert count(Round) == 4
    assert count(Photo) > 20
    # The town's seventeen, and the plan of one village.
    assert db.session.scalar(select(func.count()).where(Edition.state == "published")) == 18
    assert db.session.scalar(select(func.count()).where(Filing.filed_on.is_(None))) > 0


def test_it_names_only_examples(demo: Flask) -> None:
    people = [*db.session.scalars(select(Member.name)), *db.session.scalars(select(Account.name)),
              *db.session.scalars(select(Post.holder).where(Post.holder != ""))]  # fmt: skip
    assert {name for name in people if not name.startswith("示例")} == set()
    phones = [*db.session.scalars(select(Post.phone).where(Post.phone != "")),
              *db.session.scalars(select(Member.phone))]  # fmt: skip
    assert {phone for phone in phones if not phone.startswith("1380")} == set()
    addresses = set(db.session.scalars(select(Account.email)))
    assert {one for one in addresses if not one.endswith("@example.com")} == set()


def test_it_does_nothing_ahead_of_its_day(demo: Flask) -> None:
    now = datetime.now(UTC)
    assert db.session.scalar(select(func.max(ActivityEntry.at))) < now
    assert db.session.scalar(select(func.max(DrillRecord.ended_at))) < now
    assert db.session.scalar(select(func.max(Drill.planned_at))) > now


def test_it_keeps_an_unbroken_record_of_activity(demo: Flask) -> None:
    done = command(demo, "verify-activity")
    assert (done.exit_code, done.stderr) == (0, "")


def test_it_leaves_a_filled_demo_alone(demo: Flask) -> None:
    before = count(ActivityEntry)
    assert "已在" in command(demo, "fill-demo").stdout
    assert count(ActivityEntry) == before


def test_it_keeps_a_backup_of_itself(demo: Flask) -> None:
    assert len(list(Path(demo.instance_path, "backups").glob("*.zip"))) == 1


def test_it_refuses_a_database_with_data_of_its_own(holding: Flask) -> None:
    before = all_rows()
    assert "INSTANCE=demo-instance" in refusal_of(command(holding, "fill-demo"))
    assert all_rows() == before


def test_it_refuses_to_write_to_anybody(machine: Machine) -> None:
    writing = {
        "MAIL_URL": "smtp://127.0.0.1?from=示例<yingji@example.com>",
        "NOTIFY_URLS": "json://127.0.0.1/x",
    }
    for name, value in writing.items():
        done = machine.flask("fill-demo", **{name: value})
        assert (done.exit_code, name in done.stderr) == (1, True)


def test_it_sends_no_mail_even_where_a_server_is_set(demo: Flask) -> None:
    demo.config["MAIL_URL"] = "smtp://mail.invalid"
    try:
        assert demo.test_cli_runner().invoke(args=["send-reminders"]).exit_code == 0
    finally:
        demo.config["MAIL_URL"] = ""
    assert list(Path(demo.instance_path, "outbox").glob("*.eml"))


FILLED: dict[str, list[object]] = {}


def test_it_is_the_same_on_the_same_day(demo: Flask) -> None:
    """The two kinds of databases are filled one after the other, by the same seed."""
    rows = [
        list(db.session.execute(select(*columns)))
        for columns in (
            (Drill.title, Drill.planned_at, Drill.state), (Finding.text, Finding.due_on),
            (Member.name, Member.phone, Member.birth_year), (DrillRecord.summary, DrillRecord.began_at),
            (Answer.audit_id, Answer.criterion, Answer.verdict), (Photo.sha256,),
        )
    ]  # fmt: skip
    FILLED[db.engine.dialect.name] = rows
    assert [sorted(map(str, one)) for one in rows] == [
        sorted(map(str, one)) for one in next(iter(FILLED.values()))
    ]
