"""db, table conventions, UTC times, what SQLite and PostgreSQL are told at every connection."""

import json
import os
import sqlite3
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, String, event, select, text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
PLACE_CODE = String(12)
# No key of a row is greater: an integer of four bytes.
GREATEST_KEY = 2**31 - 1
# How long one waits for what another is writing.
BUSY_SECONDS = 10
# For `innerjoin` of what is loaded along: where it comes behind an outer join, one outer join after
# the other. Nested, SQLite would read the whole table first. (SQLAlchemy's types know only bool.)
UNNESTED: Any = "unnested"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; comes back with its zone, which SQLite alone would lose."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


E = TypeVar("E", bound=StrEnum)


class Word(TypeDecorator[E]):
    """A StrEnum stored as its text, the same on every database."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """The base of all models."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON}


def _chinese_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


db = SQLAlchemy(
    metadata=Base.metadata,
    engine_options={"json_serializer": _chinese_json, "pool_pre_ping": False},
)
migrate = Migrate(render_as_batch=True, compare_type=True)


def lock(row: Any) -> None:
    """Hold a stored row until the end of the transaction, as it now stands.

    Two people's changes come one after the other, and the second sees what the first has done.
    """
    # The key alone: PostgreSQL locks no row that is joined to one which may be missing.
    kind = type(row)
    db.session.execute(select(kind.id).where(kind.id == row.id).with_for_update())
    db.session.refresh(row)


def init_app(app: Flask) -> None:
    """Bind the site to its database."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(app.root_path) / "migrations"))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            _prepare_postgresql(db.engine)


def _prepare_postgresql(engine: Engine) -> None:
    """PostgreSQL as SQLite is: who waits too long for another's lock is told so."""

    @event.listens_for(engine, "connect")
    def set_patience(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        connection.commit()


def refresh_statistics() -> None:
    """Tell SQLite how its rows are spread, so that it begins with the rarest; PostgreSQL looks itself.

    At most 100,000 rows of each index are looked at, a second for eight gigabytes; of a thousand it
    takes the commonest state for rare. Takes effect in connections opened later.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA analysis_limit = 100000"))
        db.session.execute(text("ANALYZE"))


def _prepare_sqlite(engine: Engine) -> None:
    """SQLite as we need it: real foreign keys, readers beside one writer, nothing lost on a crash."""

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        if not _is_read_only(connection):
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that reads first and writes later fails at once when another wrote in
        # between; taking the write lock at the start makes it wait its turn instead.
        is_reading = connection.get_execution_options().get("is_reading") or _is_reading_page()
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _is_read_only(connection: sqlite3.Connection) -> bool:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    return bool(path) and Path(path).exists() and not _is_writable(Path(path))


def _is_writable(path: Path) -> bool:
    # Asked, not tried: closing any handle of a SQLite file drops every lock that this process holds
    # on it, and the next program to close the database would then take away the log in use.
    return os.access(path, os.W_OK)


def _is_reading_page() -> bool:
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
