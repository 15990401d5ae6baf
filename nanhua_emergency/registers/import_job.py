"""The run that writes an import: a thread of its own, so that the page may be closed meanwhile."""

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from flask import Flask

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.import_models import Import
from nanhua_emergency.registers.import_progress import end_progress, tell_progress
from nanhua_emergency.registers.import_services import FAILED, carry_out, release_import

log = logging.getLogger(__name__)
# Most imports are over by then, and their page shows the end at once.
PATIENCE = 2.0


@dataclass(frozen=True)
class Run:
    """One run: of which import, under which claim, by whom, with the files in which folder."""

    import_id: int
    claim: str
    by_id: int
    rows: int
    folder: Path

    def tell(self, done: int) -> None:
        """Say how many rows have been looked at."""
        tell_progress(self.folder, self.import_id, done, self.rows)


def start_run(app: Flask, run: Run) -> None:
    """Start a claimed import, whose claim is committed, and wait a moment for its end.

    The thread is no daemon: a server that is told to stop finishes it. Where it is killed nothing
    was written, and the silence of its progress tells so.
    """
    thread = Thread(target=_run, args=(app, run), name=f"import-{run.import_id}")
    thread.start()
    thread.join(PATIENCE)


def _run(app: Flask, run: Run) -> None:
    with app.app_context():
        try:
            _write(run)
        except RuleBroken as refusal:
            _give_up(run, str(refusal))
        except Exception:
            log.exception("import %s failed", run.import_id)
            _give_up(run, FAILED)
        finally:
            db.session.remove()
            end_progress(run.folder, run.import_id)


def _write(run: Run) -> None:
    one = db.session.get_one(Import, run.import_id)
    by = db.session.get_one(Account, run.by_id)
    run.tell(0)
    carry_out(
        one, claim=run.claim, folder=run.folder, by=by, now=clock.now(), tell=run.tell
    )  # fmt: skip
    db.session.commit()


def _give_up(run: Run, note: str) -> None:
    db.session.rollback()
    release_import(db.session.get_one(Import, run.import_id), claim=run.claim, note=note)
    db.session.commit()
