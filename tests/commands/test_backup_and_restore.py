"""Keep a copy of everything and bring it back: flask backup, flask restore."""

import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text
from webtest import TestApp

from conftest import OwnContext
from factories import (
    NOW,
    PASSWORD,
    TOWN,
    UPLOADS,
    Cast,
    a_draft,
    a_plan,
    all_rows,
    an_account,
    command,
    fill_site,
    form_of,
    refusal_of,
    uploads_of,
)
from nanhua_emergency import migrating
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account, SignInAttempt, SignInSession
from nanhua_emergency.activity import services as activity
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.plans.models import Revision


@pytest.fixture
def full(app: Flask, cast: Cast) -> Flask:
    """A site that holds everything."""
    fill_site(app, cast)
    return app


@pytest.fixture
def copy(full: Flask, tmp_path: Path) -> Path:
    """A backup of that site."""
    path = tmp_path / "copy.zip"
    done = command(full, "backup", str(path))
    assert (done.exit_code, done.stderr) == (0, "")
    return path


def test_it_brings_back_every_row_on_either_database(
    full: Flask, copy: Path, new_site: Flask
) -> None:
    expected = all_rows()
    assert all(
        expected[name] for name in ("plan", "edition", "revision", "activity_entry", "review")
    )
    with new_site.app_context():
        done = command(new_site, "restore", str(copy))
        assert (done.exit_code, done.stderr) == (0, "")
        assert f"已恢复 {sum(map(len, expected.values()))} 行" in done.stdout
        assert all_rows() == expected
        assert migrating.read_state().is_current
        assert command(new_site, "verify-activity").exit_code == 0


def test_it_brings_back_the_uploads(full: Flask, copy: Path, new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "restore", str(copy))
        assert uploads_of(new_site) == UPLOADS


def test_it_counts_keys_on_after_the_highest(full: Flask, copy: Path, new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "restore", str(copy))
        highest = {
            m: db.session.scalar(select(func.max(m.id))) for m in (Account, ActivityEntry, Revision)
        }
        account = an_account("newcomer", Role.OFFICE)
        entry = activity.record("plan.added", account, place_code=TOWN, by=account, now=NOW,
                                summary="示例")  # fmt: skip
        edition = a_draft(a_plan(number=3, slug="x"), by=account)
        db.session.commit()
        assert account.id == highest[Account] + 1
        assert entry.id == highest[ActivityEntry] + 1
        assert edition.head_id == highest[Revision] + 1
        assert command(new_site, "verify-activity").exit_code == 0


def test_it_lets_people_sign_in_afterwards(full: Flask, copy: Path, new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "restore", str(copy))
        browser = TestApp(OwnContext(new_site))
        form = form_of(browser.get("/sign-in"))
        form["sign_in"], form["password"] = "office", PASSWORD
        assert form.submit().status_code == 302
        assert "别处" not in browser.get("/").text


def test_it_leaves_sign_ins_out(full: Flask, copy: Path, new_site: Flask) -> None:
    hashes = db.session.scalars(select(SignInSession.token_hash)).all()
    assert hashes
    with zipfile.ZipFile(copy) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert all(one.encode() not in whole for one in hashes)
    with new_site.app_context():
        command(new_site, "restore", str(copy))
        assert db.session.query(SignInSession).count() == 0
        assert db.session.query(SignInAttempt).count() == 0


def test_it_replaces_data_only_when_told_so(full: Flask, copy: Path, holding: Flask) -> None:
    before, kept = all_rows(without=()), uploads_of(holding)
    told = refusal_of(command(holding, "restore", str(copy)))
    assert "数据库里已有数据。确定要用备份替换，请加 --replace" in told
    assert (all_rows(without=()), uploads_of(holding)) == (before, kept)
    assert command(holding, "restore", str(copy), "--replace").exit_code == 0
    restored = all_rows()
    assert "别处的人" not in str(restored["account"])
    assert set(UPLOADS) <= set(uploads_of(holding))
    with full.app_context():
        assert all_rows() == restored


def test_it_can_be_done_twice(full: Flask, copy: Path, new_site: Flask) -> None:
    with new_site.app_context():
        command(new_site, "restore", str(copy))
        before = all_rows()
        assert command(new_site, "restore", str(copy), "--replace").exit_code == 0
        assert all_rows() == before


def test_it_replaces_a_database_of_a_later_version(full: Flask, copy: Path, holding: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    refusal_of(command(holding, "restore", str(copy)))
    assert migrating.read_state().current == "9999"
    assert command(holding, "restore", str(copy), "--replace").exit_code == 0
    assert migrating.read_state().is_current


def test_it_is_made_while_somebody_is_writing(full: Flask, tmp_path: Path) -> None:
    names = db.session.scalar(select(func.count()).select_from(Account))
    db.session.commit()
    row = {
        c.name: getattr(db.session.get_one(Account, 1), c.name) for c in Account.__table__.columns
    }
    db.session.commit()
    with db.engine.connect() as writer:
        writer.execute(insert(Account).values(row | {"id": 999, "sign_in": "unfinished"}))
        done = command(full, "backup", str(tmp_path / "copy.zip"))
        assert done.exit_code == 0, done
        writer.rollback()
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        people = archive.read("tables/account.jsonl").decode().splitlines()
    assert len(people) == names
    assert "unfinished" not in str(people)


def test_it_puts_backups_beside_the_data_unless_told(full: Flask) -> None:
    folder = Path(full.instance_path, "backups")
    assert command(full, "backup").exit_code == 0
    made = list(folder.iterdir())
    assert [path.suffix for path in made] == [".zip"]


def test_it_never_overwrites_a_file(copy: Path, full: Flask) -> None:
    before = copy.read_bytes()
    assert "已经存在" in refusal_of(command(full, "backup", str(copy)))
    assert copy.read_bytes() == before
    assert [path.name for path in copy.parent.glob("*.unfinished")] == []


def test_it_says_so_when_the_file_cannot_be_written(full: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("这里是一个文件")
    done = command(full, "backup", str(tmp_path / "file" / "copy.zip"))
    assert "文件不能读写" in refusal_of(done)


def test_it_says_so_before_the_database_is_made(new_site: Flask, tmp_path: Path) -> None:
    with new_site.app_context():
        told = refusal_of(command(new_site, "backup", str(tmp_path / "copy.zip")))
    assert "请先运行 flask init" in told
    assert not (tmp_path / "copy.zip").exists()


def test_it_refuses_a_file_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    done = command(app, "restore", str(tmp_path / "nowhere.zip"))
    assert done.exit_code == 2
    assert "nowhere.zip" in done.stderr.strip().splitlines()[-1]
