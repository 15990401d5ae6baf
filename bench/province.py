"""Pages of one town alone, and inside the database of a province: time, ratio, statements."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from _model_town import HOME
from build_province import YEARS, build, open_site
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from nanhua_emergency import clock, create_app
from nanhua_emergency.accounts.models import Account, SignInSession
from nanhua_emergency.accounts.tokens import hash_token, make_token
from nanhua_emergency.audits.models import Round
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill

# Enough to see a page whose work grows with the database; the province itself takes minutes to build.
FEW_TOWNS = 60
WARM, ROUNDS = 3, 15
GOAL_MS, GOAL_RATIO = 100.0, 2.0
# Below this, a ratio says more of the machine than of the page.
LEAST_MS = 10.0
VILLAGE = "620724102200"
PAGES = (
    ("front page, office", "office", "/"),
    ("front page, leader", "leader", "/"),
    ("front page, village", f"village-{VILLAGE}", "/"),
    ("rounds", "office", "/audits/"),
    ("round matrix", "office", "/audits/rounds/{round}"),
    ("one place over its rounds", "office", f"/audits/places/{VILLAGE}"),
    ("year", "office", "/reports/{year}"),
    ("year, village", f"village-{VILLAGE}", "/reports/{year}"),
    ("rows of a figure", "office", "/reports/{year}/rows/drills-held"),
    (
        "items of a round",
        "office",
        "/reports/{year}/readiness/village-five?period={period}&last_on={last_on}",
    ),
    ("chart of readiness", "office", "/reports/{year}/readiness-village-five.svg"),
    ("drills", "office", "/drills/"),
    ("one drill", "office", "/drills/{drill}"),
    ("drills of a year", "office", "/drills/year"),
    ("coverage", "office", "/drills/coverage"),
    ("findings", "office", "/findings/"),
    ("registers", "office", "/registers/"),
    ("what needs attention", "office", "/registers/attention"),
    ("posts", "office", "/registers/posts/"),
    ("wake-up lists", "office", "/registers/wake-ups/"),
    ("mails", "office", "/reminders/"),
    ("activity", "office", "/activity/"),
    ("accounts", "admin", "/accounts/"),
    ("handover", "admin", "/handover/accounts/{head}"),
    ("search", "office", "/search?words=转移"),
    ("plans", "office", "/plans/"),
)


@dataclass
class Site:
    """A site on one database, and a browser for each of its people."""

    app: Flask
    keys: dict[str, object]
    clients: dict[str, FlaskClient]

    def open(self, name: str, address: str) -> float:
        """Milliseconds on the server for one opening of a page."""
        client, path = self.clients[name], address.format(**self.keys)
        began = time.perf_counter()
        answer = client.get(path)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}")
        return took

    def count_statements(self, name: str, address: str) -> int:
        """How many statements one opening asks."""
        with self.app.app_context():
            engine = db.engine
        with counting(engine) as seen:
            self.open(name, address)
        return len(seen)


@contextmanager
def counting(engine: object) -> Iterator[list[str]]:
    """Collect the statements of an engine until the block ends."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def prepare(app: Flask) -> Site:
    """Sign everybody in, and find the things that pages are asked for."""
    with app.app_context():
        rounds = select(Round).where(
            Round.place_code == HOME, Round.checklist_slug == "village-five"
        )
        held = db.session.scalars(rounds.where(Round.closed_at.is_(None))).one()
        locked = rounds.where(Round.closed_at.is_not(None)).order_by(Round.last_on.desc())
        last = db.session.scalars(locked.limit(1)).one()
        drill = db.session.scalars(select(Drill.id).where(Drill.uid == "drill-100")).one()
        heads = select(Account.id).where(Account.sign_in == f"village-{VILLAGE}")
        keys: dict[str, object] = {
            "round": held.id, "drill": drill, "year": clock.today().year,
            "period": last.period, "last_on": last.last_on,
            "head": db.session.scalars(heads).one(),
        }  # fmt: skip
        clients = {name: sign_in(app, name) for name in sorted({name for _, name, _ in PAGES})}
        db.session.commit()
        db.session.remove()
    return Site(app, keys, clients)


def sign_in(app: Flask, name: str) -> FlaskClient:
    """A browser in which somebody of the model town has signed in."""
    now, token = clock.now(), make_token()
    person = db.session.scalars(select(Account).where(Account.sign_in == name)).one()
    db.session.add(SignInSession(
        account_id=person.id, token_hash=hash_token(token), began_at=now,
        expires_at=now + timedelta(days=1), address="127.0.0.1", device="示例",
    ))  # fmt: skip
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"], session.permanent = token, True
    return client


def measure(alone: Site, among: Site) -> None:
    """Every page in turn on both databases.

    The fastest of many counts: what else the machine does adds to the others, and to both sides.
    """
    for name, person, address in PAGES:
        times: dict[str, list[float]] = {"alone": [], "among": []}
        for _ in range(WARM + ROUNDS):
            times["alone"].append(alone.open(person, address))
            times["among"].append(among.open(person, address))
        one, many = (min(found[WARM:]) for found in times.values())
        report(f"{name}, town alone", one, "ms", "< 100", holds=one < GOAL_MS)
        report(f"{name}, town in the province", many, "ms", "< 100", holds=many < GOAL_MS)
        report(f"{name}, ratio", many / one, "ratio", "≤ 2", holds=is_held(one, many))
        report(f"{name}, statements", among.count_statements(person, address), "statements")


def is_held(alone: float, among: float) -> bool:
    """Whether the others cost at most as much again."""
    return among <= GOAL_RATIO * max(alone, LEAST_MS)


def main() -> None:
    """Two databases that were built before, or a small province built for the purpose."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--towns", type=int, default=FEW_TOWNS)
    reader.add_argument("--years", type=int, default=YEARS)
    reader.add_argument("--alone", default="", help="database of one town, by build_province.py")
    reader.add_argument("--among", default="", help="database of many towns, the same way")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        sites = []
        for url, folder, towns in ((asked.alone, one, 1), (asked.among, many, asked.towns)):
            if url:
                app = create_app({"INSTANCE": folder, "DATABASE_URL": url, "PLACE": HOME})
            else:
                app = open_site("", folder)
                build(app, towns, asked.years)
            sites.append(prepare(app))
        measure(sites[0], sites[1])
        for site in sites:
            with site.app.app_context():
                db.engine.dispose()


if __name__ == "__main__":
    main()
