"""Builds the database of a province: one model town, copied inside the database for every other."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _measure import ROOT

sys.path.insert(0, str(ROOT))

from _model_town import HOME, fill_town
from flask import Flask
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)

from nanhua_emergency import create_app, migrating
from nanhua_emergency.database import PLACE_CODE, Base, db, refresh_statistics
from nanhua_emergency.places.models import prefix_of

TOWNS, YEARS = 1_400, 10
PREFIX = prefix_of(HOME)
# How many towns a county has: Gansu has 1,356 towns in 86 counties.
TOWNS_PER_COUNTY = 16
# Which town it is (0 is the model itself), and the nine digits of its code.
NUMBERS = MetaData()
TOWN = Table(
    "bench_town", NUMBERS, Column("n", Integer, primary_key=True), Column("prefix", PLACE_CODE)
)
# Keys that name a row of a table that another column names.
FREE_KEYS = {"thing_id", "source_id", "entry_id", "by_id"}
CODES = {"code", "place_code", "chain"}
# Texts that are another person's in another town.
OWN_TEXTS = {("account", "email"), ("mail", "address"), ("message", "address")}
# The same seventeen texts stand in every town.
SHARED = {"revision"}
LEFT_OUT = {"sign_in_session", *SHARED}


def open_site(url: str, folder: str) -> Flask:
    """The site on an empty database, migrated."""
    app = create_app({"INSTANCE": folder, "DATABASE_URL": url, "PLACE": HOME})
    with app.app_context():
        migrating.migrate()
    return app


def build(app: Flask, towns: int, years: int) -> None:
    """Fill an empty database with so many towns; their rows lie among each other, as over years."""
    with tempfile.TemporaryDirectory() as folder:
        model = open_site("", folder)
        with model.app_context():
            fill_town(years)
            rows = dict(read_rows(towns))
            db.session.remove()
            db.engine.dispose()
    with app.app_context():
        store(rows, towns)
        db.session.remove()


def read_rows(towns: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every row of the model town by table, its keys so far apart that all towns fit between."""
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            keys = [column.name for column in table.columns if is_key(column)]
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            for row in rows:
                row.update({name: row[name] * towns for name in keys if row[name] is not None})
            yield table.name, rows


def is_key(column: Column[Any]) -> bool:
    """Whether a column holds the key of a row, its own or another's."""
    is_named = column.primary_key or column.foreign_keys or column.name in FREE_KEYS
    return bool(is_named) and isinstance(column.type, Integer)


def store(rows: dict[str, list[dict[str, Any]]], towns: int) -> None:
    """The model town row by row, then all others by one statement for each table."""
    indexes = [index for table in Base.metadata.sorted_tables for index in table.indexes]
    with db.engine.connect() as connection:
        make_fast(connection)
        with connection.begin():
            for index in indexes:
                index.drop(connection)
            NUMBERS.create_all(connection)
            connection.execute(insert(TOWN), [{"n": n, "prefix": prefix(n)} for n in range(towns)])
            for table in Base.metadata.sorted_tables:
                fill_table(connection, table, rows[table.name], towns)
            NUMBERS.drop_all(connection)
            for index in indexes:
                index.create(connection)
        connection.invalidate()  # so that nobody goes on with it unchecked
    tidy()


def fill_table(
    connection: Connection, table: Table, rows: list[dict[str, Any]], towns: int
) -> None:
    """The model's rows of one table, and those of every other town."""
    began = time.perf_counter()
    if rows:
        connection.execute(insert(table), rows)
        if table.name not in LEFT_OUT and towns > 1:
            copy_table(connection, table)
        seconds = time.perf_counter() - began
        print(
            f"{table.name}: {len(rows)} rows a town, {seconds:.1f} s", file=sys.stderr, flush=True
        )


def prefix(number: int) -> str:
    """The first nine digits of a town's code: half of them before the model town, half after."""
    if number == 0:
        return PREFIX
    province = 61 if number % 2 else 63
    county, town = divmod(number // 2, TOWNS_PER_COUNTY)
    return f"{province}{1001 + county:04}{101 + town:03}"


def copy_table(connection: Connection, table: Table) -> None:
    """The same rows for every other town, in the order of the model's."""
    source = table.alias("model")
    columns = [moved(table.c[column.name], column) for column in source.columns]
    query = select(*columns).select_from(source.join(TOWN, TOWN.c.n > 0))
    if table.name == "place":
        query = query.where(source.c.code.like(f"{PREFIX}%"))
    first = next(iter(table.primary_key.columns)).name
    # The model's rows alone are read: a key that a copy has is no multiple of their number.
    query = query.order_by(source.c[first], TOWN.c.n)
    connection.execute(insert(table).from_select([c.name for c in table.columns], query))


def moved(column: Column[Any], value: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a column holds in the copy of another town."""
    shared = any(key.column.table.name in SHARED for key in column.foreign_keys)
    if is_key(column) and not shared:
        return value + TOWN.c.n
    if column.name in CODES and isinstance(column.type, String):
        is_own = value.like(f"{PREFIX}%")
        return case((is_own, TOWN.c.prefix + func.substr(value, 10)), else_=value)
    if is_unique_text(column) or (column.table.name, column.name) in OWN_TEXTS:
        return cast(TOWN.c.n, String(4)) + literal("-") + value
    return value


def is_unique_text(column: Column[Any]) -> bool:
    """Whether no two rows may share this text."""
    return bool(column.unique) and isinstance(column.type, String)


def make_fast(connection: Connection) -> None:
    """Foreign keys go unchecked, because the copies keep those of the model; before any transaction."""
    raw = connection.connection.driver_connection
    assert raw is not None
    if connection.dialect.name == "sqlite":
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("PRAGMA cache_size = -1000000")
    else:
        raw.execute("SET session_replication_role = replica")
        raw.execute("SET maintenance_work_mem = '512MB'")
        raw.commit()


def tidy() -> None:
    """Counters of keys behind the last one, and what the planner knows of the tables."""
    if db.engine.dialect.name == "sqlite":
        refresh_statistics()
        db.session.commit()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns:
                top = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
                name = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(name, top, False)))
        connection.exec_driver_sql("VACUUM ANALYZE")


def main() -> None:
    """Read what is asked for, and build it."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--towns", type=int, default=TOWNS)
    reader.add_argument("--years", type=int, default=YEARS)
    reader.add_argument("--database", required=True, help="sqlite:///FILE or postgresql://…; empty")
    asked = reader.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        build(open_site(asked.database, folder), asked.towns, asked.years)
    path = Path(asked.database.removeprefix("sqlite:///"))
    size = f", {path.stat().st_size / 2**30:.1f} GB" if path.is_file() else ""
    print(f"{asked.towns} towns, {asked.years} years in {time.perf_counter() - began:.0f} s{size}")


if __name__ == "__main__":
    main()
