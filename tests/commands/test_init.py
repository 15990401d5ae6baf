"""Prepare a machine: flask init."""

import os
import re
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from conftest import Machine
from factories import TOWN, Done, a_changed_body, a_draft, command, refusal_of
from nanhua_emergency import migrating
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.passwords import is_right_password
from nanhua_emergency.activity.services import find_breaks
from nanhua_emergency.database import Base, db
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan, Review


def counts() -> dict[str, int]:
    """The rows of every table."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def password_in(done: Done) -> str:
    found = re.search(r"密\s*码：(\S+)", done.stdout)
    assert found, done
    return found[1]


def test_it_makes_everything_on_a_fresh_machine(new_site: Flask) -> None:
    with new_site.app_context():
        done = command(new_site, "init")
        assert (done.exit_code, done.stderr) == (0, "")
        assert migrating.read_state().is_current
        assert db.session.query(Place).count() == 18
        assert db.session.query(Plan).count() == 17
        assert db.session.query(Edition).filter_by(state="published").count() == 17
        assert db.session.query(Review).count() == 17
        assert list(find_breaks()) == []


def test_it_makes_a_first_sign_in_that_must_be_changed(new_site: Flask) -> None:
    with new_site.app_context():
        done = command(new_site, "init")
        account = db.session.scalars(select(Account)).one()
        assert (account.sign_in, account.role, account.place_code) == ("admin", Role.ADMIN, TOWN)
        assert account.must_change_password
        assert is_right_password(account.password_hash, password_in(done))
        assert "须立即改密码" in done.stdout


def test_it_changes_nothing_the_second_time(new_site: Flask) -> None:
    with new_site.app_context():
        password = password_in(command(new_site, "init"))
        before = counts()
        done = command(new_site, "init")
        assert done.exit_code == 0
        assert "密" not in done.stdout.replace("预案", "")
        assert password not in done.stdout
        assert counts() == before


def test_it_leaves_alone_what_people_have_done_since(new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "init")
        office = db.session.scalars(select(Account)).one()
        office.role = Role.OFFICE
        flood, drought = (
            db.session.scalars(select(Plan).where(Plan.number == number)).one() for number in (1, 2)
        )
        draft = a_draft(flood, by=office, body=a_changed_body())
        withdrawn = db.session.scalars(select(Edition).where(Edition.plan_id == drought.id)).one()
        withdrawn.state = State.WITHDRAWN
        flood.title = "南华镇防汛抗洪应急预案"
        db.session.commit()
        before = counts()
        done = command(new_site, "init")
        assert done.exit_code == 0
        assert counts() == before
        assert draft.body == a_changed_body()
        assert flood.title == "南华镇防汛抗洪应急预案"
        assert withdrawn.state is State.WITHDRAWN


def test_it_adds_a_plan_that_is_missing(new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "init")
        for table in ("activity_entry", "activity_chain", "review"):
            db.session.execute(text(f"DELETE FROM {table}"))
        flood = db.session.scalars(select(Plan).where(Plan.number == 1)).one()
        flood.slug, flood.number = "older-flood", 90
        done = command(new_site, "init")
        assert "新增 1，原有 16" in done.stdout
        assert db.session.query(Plan).count() == 18


def test_it_refuses_a_place_that_nobody_loaded(machine: Machine) -> None:
    done = machine.flask("init", PLACE="620724103000")
    assert "没有代码为“620724103000”的地方" in refusal_of(done)


def test_it_refuses_a_database_of_a_later_version(new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "init")
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        before = counts()
        told = refusal_of(command(new_site, "init"))
        assert "数据库比程序新（9999）" in told
        assert counts() == before
        db.session.rollback()
        assert migrating.read_state().current == "9999"


def test_it_refuses_what_is_no_database(machine: Machine) -> None:
    machine.instance.mkdir()
    path = machine.instance / "nanhua.db"
    path.write_bytes("这不是数据库。".encode() * 500)
    before = path.read_bytes()
    told = refusal_of(machine.flask("init"))
    assert "数据库" in told
    assert path.read_bytes() == before


def test_it_says_so_when_nothing_answers_at_the_address(machine: Machine) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nowhere?connect_timeout=3"
    told = refusal_of(machine.flask("init", DATABASE_URL=url))
    assert "数据库不能用" in told


only_linux = pytest.mark.skipif(not Path("/proc").exists(), reason="file permissions of Linux")


@only_linux
def test_it_says_so_when_the_folder_is_read_only(machine: Machine) -> None:
    machine.instance.mkdir(mode=0o555)
    done = machine.flask("init", is_plain=True)
    assert done.exit_code == 2
    assert "设置 INSTANCE 有误" in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(machine.instance) == []


@only_linux
def test_it_says_so_when_the_folder_cannot_be_made(machine: Machine) -> None:
    machine.instance.mkdir(mode=0o555)
    deeper = str(machine.instance / "deeper")
    done = machine.flask("init", is_plain=True, INSTANCE=deeper, SECRET_KEY="a-secret-for-tests")
    assert done.exit_code == 2
    assert "设置 INSTANCE 有误" in done.stderr
    assert "Traceback" not in done.stderr


@only_linux
def test_it_says_so_when_the_database_is_read_only(machine: Machine) -> None:
    machine.instance.mkdir()
    path = machine.instance / "nanhua.db"
    sqlite3.connect(path).close()
    path.touch()
    path.chmod(0o444)
    told = refusal_of(machine.flask("init", is_plain=True))
    assert "数据库不能用" in told
    assert path.read_bytes() == b""


@only_linux
def test_it_says_so_when_a_full_database_is_read_only(machine: Machine) -> None:
    assert machine.flask("init").exit_code == 0
    path = machine.instance / "nanhua.db"
    before = path.read_bytes()
    path.chmod(0o444)
    told = refusal_of(machine.flask("add-user", "newcomer", "--name", "示例", "--role", "office",
                                    "--place", TOWN, is_plain=True))  # fmt: skip
    assert "数据库不能用" in told
    assert path.read_bytes() == before


def test_it_keeps_the_secret_to_its_owner(machine: Machine) -> None:
    assert machine.flask("init").exit_code == 0
    path = machine.instance / "secret_key"
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_text()
    machine.flask("init")
    assert path.read_text() == before


def test_it_makes_the_tables_that_the_code_knows(new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "init")
        assert set(inspect(db.engine).get_table_names()) == {
            *(table.name for table in Base.metadata.sorted_tables), "alembic_version",
        }  # fmt: skip
