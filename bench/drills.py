"""The coverage page of a town and of a county, and the list of drills in a large database."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import SignInSession
from nanhua_emergency.accounts.services import add_account
from nanhua_emergency.accounts.tokens import hash_token, make_token
from nanhua_emergency.database import db, refresh_statistics
from nanhua_emergency.drills.models import Drill, DrillState, Form, Purpose, Scope
from nanhua_emergency.drills.needs import REQUIRED_OF_VILLAGES
from nanhua_emergency.drills.record_models import Conclusion, DrillRecord, RecordState
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.plans import importing, queries
from nanhua_emergency.plans.models import Plan

ROUNDS, WARM, YEARS = 15, 3, 10
COUNTY, VILLAGES = "620724000000", 139
FEW, MANY = 500, 500_000


class _System:
    id, name, role, place_code = None, "示例", Role.ADMIN, "000000000000"


def fill_county() -> None:
    """Nine towns with the same seventeen plans, and 139 villages in all."""
    places.load_places(ROOT / "data" / "places.csv")
    home = places.get_home()
    missing = VILLAGES - sum(one.is_village for one in places.list_places(home))
    towns = [home, *_add_towns(missing)]
    files = importing.read_plan_files(ROOT / "plans")
    for town in towns:
        list(importing.import_plans(files, town, now=clock.now()))
    db.session.commit()


def _add_towns(villages: int) -> list[Place]:
    towns = []
    for n in range(8):
        town = _add_place(f"620724{110 + n}000", PlaceKind.TOWN)
        towns.append(town)
        for village in range(villages * n // 8, villages * (n + 1) // 8):
            _add_place(f"620724{110 + n}{200 + village}", PlaceKind.VILLAGE)
    return towns


def _add_place(code: str, kind: PlaceKind) -> Place:
    place = Place(code=code, name=f"示例{code[6:]}", official_name=f"示例{code[6:]}", kind=kind)
    db.session.add(place)
    db.session.flush()
    return place


def drill_row(key: int, place: str, plan: Plan, at: datetime) -> dict[str, object]:
    """The columns of one drill."""
    return {
        "id": key, "uid": f"bench-{key}", "place_code": place, "plan_id": plan.id,
        "state": DrillState.SCHEDULED, "title": "示例演练", "form": Form.LIVE,
        "scope": Scope.SINGLE, "purpose": Purpose.TEST, "is_time_unannounced": False,
        "is_scenario_unannounced": False, "is_night": False, "planned_at": at,
        "date_version": 1, "location": "", "organiser": "", "scenario": "",
        "expected_count": 0, "cancel_reason": "", "scheduled_at": at,
    }  # fmt: skip


def record_row(drill: dict[str, object], edition_id: int) -> dict[str, object]:
    """The columns of its confirmed record."""
    at = drill["planned_at"]
    return {
        "drill_id": drill["id"], "client_id": drill["uid"], "edition_id": edition_id,
        "state": RecordState.CONFIRMED, "began_at": at, "ended_at": at, "recorded_at": at,
        "conclusion": Conclusion.GOOD, "summary": "示例", "no_problem": "示例", "paper_by": "",
        "return_reason": "",
    }  # fmt: skip


def fill_ten_years() -> int:
    """Each village of the county drills, every year, each hazard that villages drill."""
    rows, records = [], []
    now = clock.now()
    for place in places.list_places(db.session.get_one(Place, COUNTY)):
        if not place.is_village:
            continue
        for line in queries.list_published(places.get_place(place.town_code)):
            if line.plan.hazard in REQUIRED_OF_VILLAGES:
                for year in range(YEARS):
                    at = now - timedelta(days=365 * year + 1 + len(rows) % 300)
                    rows.append(drill_row(len(rows) + 1, place.code, line.plan, at))
                    records.append(record_row(rows[-1], line.published.id))
    db.session.execute(insert(Drill), rows)
    db.session.execute(insert(DrillRecord), records)
    db.session.commit()
    return len(rows)


def fill_list(count: int, place_codes: list[str], first_key: int) -> None:
    """So many drills, spread over places and ten years."""
    plan = queries.get_plan("flood-control", places.get_home().code)
    began = datetime(clock.today().year - YEARS + 1, 1, 2, tzinfo=UTC)
    for rows in _in_parts(count, place_codes, first_key, plan, began):
        db.session.execute(insert(Drill), rows)
        db.session.commit()
    refresh_statistics()
    db.session.commit()


def _in_parts(
    count: int, codes: list[str], first_key: int, plan: Plan, began: datetime
) -> Iterator[list[dict[str, object]]]:
    for start in range(0, count, 20_000):
        yield [
            drill_row(first_key + n, codes[n % len(codes)], plan,
                      began + timedelta(hours=n * 7919 % (24 * 3650)))
            for n in range(start, min(start + 20_000, count))
        ]  # fmt: skip


def sign_in(app: Flask, name: str, role: Role, place: Place) -> FlaskClient:
    """A browser of a new person of that place."""
    now, token = clock.now(), make_token()
    person = add_account(sign_in=name, name="示例", role=role, place=place,
                         password="示例-口令-2026", by=_System(), now=now)  # fmt: skip
    person.must_change_password = False
    db.session.add(SignInSession(
        account_id=person.id, token_hash=hash_token(token), began_at=now,
        expires_at=now + timedelta(days=1), address="127.0.0.1", device="示例",
    ))  # fmt: skip
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"], session.permanent = token, True
    return client


def opening(client: FlaskClient, address: str) -> float:
    """Milliseconds on the server for one opening of a page, the middle of many."""
    times = []
    for _ in range(WARM + ROUNDS):
        began = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
    return statistics.median(times[WARM:])


def measure_coverage(folder: str) -> None:
    """The coverage page of the town of 16 villages and of the county of 139."""
    app = create_app({"INSTANCE": folder, "DATABASE_URL": ""})
    with app.app_context():
        migrating.migrate()
        fill_county()
        drills = fill_ten_years()
        town = sign_in(app, "town", Role.OFFICE, places.get_home())
        county = sign_in(app, "county", Role.LEADER, db.session.get_one(Place, COUNTY))
    for name, client in (("16 villages", town), (f"{VILLAGES} villages, {drills} drills", county)):
        took = opening(client, "/drills/coverage")
        report(f"coverage page, {name}", took, "ms", "< 100", holds=took < 100)


def measure_list(folder: str) -> None:
    """The list of a town's year, with 500 drills in the database and with 500,000."""
    app = create_app({"INSTANCE": folder, "DATABASE_URL": ""})
    with app.app_context():
        migrating.migrate()
        places.load_places(ROOT / "data" / "places.csv")
        home = places.get_home()
        files = importing.read_plan_files(ROOT / "plans")
        list(importing.import_plans(files, home, now=clock.now()))
        fill_list(FEW, [one.code for one in places.list_places(home) if one.is_village], 1)
        office = sign_in(app, "office", Role.OFFICE, home)
    few = opening(office, "/drills/")
    with app.app_context():
        others = [
            f"{prefix:09}{200 + n}" for prefix in range(630000100, 630000150) for n in range(20)
        ]
        for code in others:
            _add_place(code, PlaceKind.VILLAGE)
        fill_list(MANY - FEW, others, FEW + 1)
    many = opening(office, "/drills/")
    report(f"list page, {FEW} drills", few, "ms")
    report(f"list page, {MANY} drills", many, "ms")
    report("list page, ratio", many / few, "ratio", "≤ 2", holds=many / few <= 2)


def main() -> None:
    """Each in a temporary folder of its own."""
    for measure in (measure_coverage, measure_list):
        with tempfile.TemporaryDirectory() as folder:
            measure(folder)


if __name__ == "__main__":
    main()
