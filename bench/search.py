"""Searching the plans of one town: alone, and inside a database of a province's 23,800 plans."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from sqlalchemy import func, insert, select

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.database import Base, db, refresh_statistics
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import importing
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.search import find_in_plans, read_words

TOWNS, WARM, ROUNDS = 1_400, 3, 40
GOAL_MS, GOAL_RATIO = 20.0, 2.0
WORDS = {
    "one character in every plan": "镇",
    "a word": "转移",
    "three words": "防汛 转移 安置点",
    "a phrase that is nowhere": "“没有人写过的一句话”",
    "a word with history": "转移",
}
PLACE = Base.metadata.tables["place"]
HOME = "620724102000"
COPIED = ("plan", "edition", "plan_section")


def prepare() -> None:
    """A site with the town's plans."""
    migrating.migrate()
    places.load_places(ROOT / "data" / "places.csv")
    files = importing.read_plan_files(ROOT / "plans")
    list(importing.import_plans(files, places.get_home(HOME), now=clock.now()))
    db.session.commit()


def add_towns() -> int:
    """The same plans for so many towns more, row by row past the services; gives their number."""
    tables = [Base.metadata.tables[name] for name in COPIED]
    with db.engine.begin() as connection:
        home = connection.execute(select(PLACE).where(PLACE.c.code == HOME)).mappings().one()
        own = [(t, [dict(r) for r in connection.execute(select(t)).mappings()]) for t in tables]
        for town in range(1, TOWNS):
            # Keys are moved by as much for each town, so that its rows stay together.
            code, step = f"{630_000_000 + town}000", town * 10_000
            connection.execute(insert(PLACE), {**home, "code": code})
            for table, rows in own:
                connection.execute(insert(table), [_move(row, code, step) for row in rows])
    refresh_statistics()
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(Plan)) or 0


def _move(row: dict[str, object], place_code: str, step: int) -> dict[str, object]:
    keys = {name: row[name] + step for name in ("id", "plan_id", "edition_id") if name in row}  # type: ignore[operator]
    # Texts are not searched: only their sections are, so all towns share the one revision.
    return {**row, **keys, **({"place_code": place_code} if "place_code" in row else {})}


def measure(action: Callable[[], object]) -> float:
    """Milliseconds of one search: the middle of many."""
    times = []
    for _ in range(WARM + ROUNDS):
        began = time.perf_counter()
        action()
        db.session.rollback()  # as each request has a session of its own
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[WARM:])


def measure_all() -> dict[str, float]:
    """What each search takes now."""
    figures = {}
    for name, asked in WORDS.items():
        is_history = "history" in name
        figures[name] = measure(
            lambda asked=asked, is_history=is_history: find_in_plans(  # type: ignore[misc]
                places.get_home(HOME), read_words(asked), is_history=is_history
            )
        )
    return figures


def main() -> None:
    """Measure alone, then with the others beside it."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": folder, "DATABASE_URL": ""})
        with app.app_context():
            prepare()
            alone = measure_all()
            count = add_towns()
            among = measure_all()
            for name, value in alone.items():
                _report(f"{name}, 17 plans alone", value)
                _report(f"{name}, 17 of {count:,} plans", among[name])
                ratio = among[name] / value
                goal = f"≤ {GOAL_RATIO:g}"
                report(f"{name}, ratio", ratio, "ratio", goal, holds=ratio <= GOAL_RATIO)
            db.session.remove()
            db.engine.dispose()


def _report(name: str, value: float) -> None:
    report(f"search for {name}", value, "ms", f"< {GOAL_MS:g}", holds=value < GOAL_MS)


if __name__ == "__main__":
    main()
