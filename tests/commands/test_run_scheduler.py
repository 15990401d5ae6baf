"""Run the timetable: its jobs go on whatever happens to the clock."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import text

from factories import Cast, count_rows
from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db, refresh_statistics
from nanhua_emergency.reminders.services import is_scheduler_late
from nanhua_emergency.scheduler import Jobs, make_timetable


@pytest.fixture
def timetable() -> Iterator[BackgroundScheduler]:
    """A timetable that stands still, with a job of each minute and one of each day."""
    timetable = make_timetable()
    timetable.start(paused=True)
    timetable.add_job(print, "interval", minutes=1, id="minute", coalesce=True)
    timetable.add_job(print, "interval", days=1, id="day", coalesce=True)
    yield timetable
    timetable.shutdown()


def due(timetable: BackgroundScheduler, after: timedelta) -> list[str]:
    """What is due at a moment so long after now."""
    jobs = timetable._jobstores["default"]
    assert isinstance(jobs, Jobs)
    return sorted(job.id for job in jobs.get_due_jobs(clock.now() + after))


def test_it_runs_each_job_at_its_interval(timetable: BackgroundScheduler) -> None:
    assert due(timetable, timedelta(seconds=30)) == []
    assert due(timetable, timedelta(minutes=2)) == ["minute"]
    assert due(timetable, timedelta(days=2)) == ["day", "minute"]


def test_it_goes_on_when_the_clock_is_put_back(timetable: BackgroundScheduler) -> None:
    assert due(timetable, timedelta(hours=-1)) == ["day", "minute"]
    assert due(timetable, timedelta(days=-9)) == ["day", "minute"]


def test_it_tells_sqlite_how_its_rows_are_spread(app: Flask, cast: Cast) -> None:
    refresh_statistics()
    if db.engine.dialect.name == "sqlite":
        rows = db.session.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'account'"))
        accounts = {stat.split()[0] for stat in rows.scalars()}
        assert accounts == {str(count_rows(Account)["account"])}


@pytest.mark.parametrize(
    ("age", "is_late"), [(None, True), (0, False), (-60, False), (301, True), (-3600, True)]
)
def test_it_is_late_on_either_side_of_the_clock(age: int | None, is_late: bool) -> None:
    assert is_scheduler_late(age) is is_late
