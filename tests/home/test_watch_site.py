"""Watch the site from the front page: its timetable, its mails and its last backup."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from conftest import Browse
from factories import TOWN, Cast, command
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.home.site_state import SiteState, find_last_backup, find_site_state
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders import services as reminders

WARNING = "请管理员在服务器上运行 flask backup。"


def a_backup(folder: Path, name: str, *, at: datetime) -> Path:
    """A file as if it had been written at a moment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"PK")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_it_finds_the_newest_backup(tmp_path: Path) -> None:
    now = clock.now().replace(microsecond=0)
    assert find_last_backup(tmp_path / "none") is None
    assert find_last_backup(tmp_path) is None
    a_backup(tmp_path, "20990101-000000.zip", at=now - timedelta(days=9))
    a_backup(tmp_path, "20200101-000000.zip", at=now - timedelta(days=2))
    a_backup(tmp_path, "half.unfinished", at=now)
    (tmp_path / "folder.zip").mkdir()
    assert find_last_backup(tmp_path) == now - timedelta(days=2)


def test_it_calls_a_backup_old_after_seven_days() -> None:
    now = clock.now()
    for age, is_old in ((timedelta(days=7), False), (timedelta(days=7, seconds=1), True)):
        assert SiteState(0, 0, now - age, now).is_backup_old is is_old
    assert SiteState(0, 0, None, now).is_backup_old


def test_it_warns_the_watchers_until_a_backup_is_made(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    folder = Path(app.instance_path, "backups")
    assert not folder.exists()
    for person in (cast.office, cast.admin):
        page = browse(person).get("/")
        assert WARNING in page.text
        assert "还没有备份过。" in page.text
    for other in (cast.leader, cast.legal, cast.village, None):
        assert "备份" not in browse(other).get("/").text
    a_backup(folder, "old.zip", at=clock.now() - timedelta(days=8))
    assert "已超过 7 天" in browse(cast.office).get("/").text
    assert command(app, "backup").exit_code == 0
    page = browse(cast.admin).get("/")
    assert WARNING not in page.text
    assert "上次备份" in page.text


def test_it_says_when_the_timetable_ran_last(app: Flask, cast: Cast, browse: Browse) -> None:
    assert "没有运行过" in browse(cast.office).get("/").text
    now = clock.now()
    reminders.record_heartbeat(now=now - timedelta(minutes=2))
    db.session.commit()
    page = browse(cast.office).get("/")
    assert "最近一次运行" in page.text
    assert "定时任务没有在运行" not in page.text
    state = find_site_state(get_place(TOWN), Path(app.instance_path), now=now)
    assert state.heartbeat_at is not None
    assert abs(state.heartbeat_at - (now - timedelta(minutes=2))) < timedelta(seconds=2)
