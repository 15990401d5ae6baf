"""Everything the app does by itself: the timetable (APScheduler)."""

import logging
import signal
import time
from collections.abc import Callable
from datetime import datetime

from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from nanhua_emergency import clock
from nanhua_emergency.activity.demo_mark import is_demo
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db, refresh_statistics
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.plans.references import forget_phones
from nanhua_emergency.registers.forgetting import forget_entries
from nanhua_emergency.registers.import_files import forget_imports
from nanhua_emergency.reminders import services as reminders
from nanhua_emergency.reminders.forgetting import forget_addresses
from nanhua_emergency.reminders.rounds import send_reminders

log = logging.getLogger(__name__)
# How long a scheduler that is told to stop may sleep on.
GLANCE_SECONDS = 0.2


class Jobs(MemoryJobStore):  # type: ignore[misc]
    """The jobs and when each is next due; a clock that is put back does not make them wait.

    Otherwise a machine that began with a clock days ahead would do nothing for as many days.
    """

    def get_due_jobs(self, now: datetime) -> list[Job]:
        """What is due, and what would wait for longer than its interval."""
        for job in self.get_all_jobs():
            if job.next_run_time > now + job.trigger.interval:
                job._modify(next_run_time=now)
                self.update_job(job)
        return list(super().get_due_jobs(now))


def make_timetable() -> BackgroundScheduler:
    """A timetable without jobs, at China time."""
    return BackgroundScheduler(
        timezone=clock.CHINA, jobstores={"default": Jobs()},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )  # fmt: skip


def start(app: Flask) -> BackgroundScheduler:
    """Start the timetable in a thread of this process; several processes may each run one."""
    timetable = make_timetable()
    # Each at every start as well: an office machine is switched off at night.
    for job, interval in (
        (beat, {"minutes": 1}), (remind, {"minutes": 1}),
        (forget, {"days": 1}), (refresh_statistics, {"days": 1}),
    ):  # fmt: skip
        timetable.add_job(
            _in_app(app, job), "interval", id=job.__name__, next_run_time=clock.now(), **interval
        )
    timetable.start()
    return timetable


def run(app: Flask, say_started: Callable[[], None]) -> None:
    """Run the timetable until the process is told to stop; a round under way is finished."""
    told: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: told.append(number))
    timetable = start(app)
    say_started()  # from here on it may be told to stop
    # A signal that comes at the edge of a wait does not end it, whatever it waits for, and an
    # Event's lock would stop its handler for good: hence short sleeps and a plain list.
    while not told:
        time.sleep(GLANCE_SECONDS)
    timetable.shutdown(wait=True)


def beat() -> None:
    """Write the heartbeat."""
    reminders.record_heartbeat(now=clock.now())


def remind() -> None:
    """Collect what is due and deliver it; what a missed minute left is caught up by the next.

    A demo shows mails in every state, so nothing moves them on by itself.
    """
    if not is_demo():
        send_reminders()


def forget() -> None:
    """Remove personal data whose time has passed, batch by batch, until none is left."""
    days, now = current_setting("FORGET_DAYS"), clock.now()
    for forget_some in (forget_entries, forget_phones, forget_addresses):
        while forget_some(days=days, now=now):
            db.session.commit()
    forget_imports(uploads_folder(), now=now)


def _in_app(app: Flask, job: Callable[[], None]) -> Callable[[], None]:
    """A job with the site's database; a failure is logged and the next minute tries again."""

    def run() -> None:
        with app.app_context():
            try:
                job()
                db.session.commit()
            except Exception:
                db.session.rollback()
                log.exception("job %s failed", job.__name__)

    return run
