"""What pages ask begins with the place asked about, in SQLite among fourteen hundred towns."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from conftest import Browse
from factories import Cast, statements
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from test_every_page import WHO, addresses, keys, people

__all__ = ["keys"]

# What refresh_statistics tells SQLite of the database of bench/build_province.py: in each index, how
# many rows there are, how many of them share the first column, the first two, and so on.
STATISTICS = Path(__file__).parent / "province_statistics.csv"
# More than a town has of anything that a page lists.
MANY = 2000
STEP = re.compile(r"(?:SCAN|SEARCH) (\w+?)(?:_\d+)?(?: USING .*INDEX (\w+)(?: \((.*)\))?)?$")
# Reads that stop at the first rows, and what is due: little of it, wherever it is.
BOUNDED = ("FROM place \nWHERE place.kind = ?", "FROM activity_entry ORDER BY activity_entry.id\n")
NOTHING = "WHERE 0 = 1"
DUE = "ix_finding_due (state=? AND due_on<?)"


@pytest.fixture(scope="module")
def told() -> list[dict[str, str]]:
    """The rows of sqlite_stat1."""
    with STATISTICS.open(encoding="utf-8") as file:
        return [*csv.DictReader(file)]


@pytest.fixture
def province(app: Flask, told: list[dict[str, str]]) -> Iterator[Flask]:
    """The site, which takes its database for that of a province."""
    db.session.execute(text("ANALYZE"))
    _tell(told)
    yield app
    _tell([])


def _tell(rows: list[dict[str, str]]) -> None:
    db.session.execute(text("DELETE FROM sqlite_stat1"))
    if rows:
        db.session.execute(text("INSERT INTO sqlite_stat1 VALUES (:tbl, :idx, :stat)"), rows)
    db.session.commit()
    db.engine.dispose()  # a connection reads it when it is opened


def steps_of(asked: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each statement, and each step that SQLite takes for it."""
    with db.engine.connect() as connection:
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            yield from ((statement, row[3]) for row in plan)


def count_read(step: str, spread: dict[str, list[int]]) -> int:
    """About how many rows of all places a step reads; 0 where it begins with places."""
    found = STEP.match(step)
    if found is None:
        return 0
    table, index, said = found.groups()
    if index is None:
        return spread.get(table, [0])[0] if step.startswith("SCAN") else 0
    conditions = (said or "").split(" AND ")
    alike = next((n for n, one in enumerate(conditions) if "=?" not in one), len(conditions))
    if conditions[alike : alike + 1] and conditions[alike].startswith(("place_code>", "code>")):
        return 0
    counts = spread.get(index, [0])
    return counts[min(alike, len(counts) - 1)]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)  # PostgreSQL looks at its rows itself
@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.VILLAGE, Role.ADMIN, Role.LEGAL])
def test_it_reads_the_rows_of_its_place(
    province: Flask, cast: Cast, browse: Browse, keys: dict[str, object], role: Role,
    told: list[dict[str, str]],
) -> None:  # fmt: skip
    spread = {one["idx"]: [*map(int, one["stat"].split())] for one in told}
    spread |= {one["tbl"]: [int(one["stat"].split()[0])] for one in told}
    with statements() as asked:
        for endpoint, method, address in addresses(province, keys):
            if method == "GET" and role in WHO[endpoint]:
                browse(people(cast)[role]).get(address, expect_errors=True)
    selects = [one for one in asked if one[0].startswith("SELECT") and NOTHING not in one[0]]
    assert len(selects) > 50
    wide = {
        (step, statement)
        for statement, step in steps_of(selects)
        if count_read(step, spread) > MANY and DUE not in step
        and not any(one in statement for one in BOUNDED)
    }  # fmt: skip
    assert not wide
