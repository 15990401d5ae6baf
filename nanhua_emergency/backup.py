"""One consistent copy of everything in a zip file, and back again, on either database."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Date, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.types import DateTime

from nanhua_emergency import migrating
from nanhua_emergency.config import VERSION
from nanhua_emergency.database import Base, db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.files import UPLOADS

MANIFEST = "manifest.json"
BATCH = 500
# Sign-ins do not come back: a stolen backup must not open the site.
LEFT_OUT = ("sign_in_session", "sign_in_attempt", "heartbeat")


# What reading a file raises that is no backup, or was damaged, or holds what no table takes.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, KeyError, TypeError, AttributeError, ValueError, EOFError,
    RuntimeError, StatementError,
)  # fmt: skip


class BackupRefused(RuleBroken):
    """The backup cannot be made or brought back; nothing was changed."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds: the rows of all tables."""

    rows: int


def write_backup(path: Path, *, now: datetime) -> Backup:
    """Write all tables and uploads as they were at one moment; the site may go on meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
    os.close(handle)
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest: dict[str, Any] = {
                "version": VERSION, "migration": migrating.find_head(),
                "at": now.isoformat(), "tables": _write_tables(archive),
                "files": _write_uploads(archive),
            }  # fmt: skip
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        os.replace(unfinished, path)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    return Backup(sum(table["rows"] for table in manifest["tables"].values()))


def _write_tables(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Every table from one snapshot: SQLite's WAL keeps one, PostgreSQL is asked for one."""
    with db.engine.connect() as plain:
        is_sqlite = db.engine.dialect.name == "sqlite"
        level = "SERIALIZABLE" if is_sqlite else "REPEATABLE READ"
        # Without is_reading SQLite's write lock would keep the site waiting until the end.
        connection = plain.execution_options(isolation_level=level, is_reading=True)
        return {
            table.name: _write_table(archive, connection, table)
            for table in Base.metadata.sorted_tables
            if table.name not in LEFT_OUT
        }


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in connection.execute(query).mappings():
            line = json.dumps(dict(row), ensure_ascii=False, default=_as_text).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _as_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _write_uploads(archive: zipfile.ZipFile) -> dict[str, str]:
    folder = Path(current_app.instance_path) / UPLOADS
    digests = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = f"{UPLOADS}/{path.relative_to(folder).as_posix()}"
        digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        archive.write(path, name)
    return digests


def restore_backup(path: Path, *, replace: bool) -> int:
    """Bring back a backup; gives the number of rows.

    The file is checked whole, and its uploads unpacked, before anything is touched. A database
    that holds accounts is replaced only with `replace`. All rows come in one transaction.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            _check_whole(archive, manifest)
            with _unpacked(archive, manifest) as uploads:
                rows = _restore_tables(archive, manifest, replace=replace)
                _put_in_place(uploads)
    except OperationalError:
        raise  # the database's own trouble: the backup may be sound
    except UNREADABLE as error:
        raise BackupRefused("%(path)s 不是本系统的备份，或者已经损坏", path=path) from error
    return rows


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["migration"] not in migrating.list_known():
        raise BackupRefused(
            "备份来自更新的版本（%(version)s），请用那个版本恢复", version=manifest["version"]
        )
    return manifest


def _check_whole(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    expected = {f"tables/{name}.jsonl": one["sha256"] for name, one in manifest["tables"].items()}
    for name, sha256 in (expected | manifest["files"]).items():
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        if digest.hexdigest() != sha256:
            raise BackupRefused("备份里的 %(name)s 已经损坏", name=name)


def _restore_tables(archive: zipfile.ZipFile, manifest: dict[str, Any], *, replace: bool) -> int:
    db.session.remove()
    with db.engine.begin() as connection:
        if not replace and _holds_data(connection):
            raise BackupRefused("数据库里已有数据。确定要用备份替换，请加 --replace")
        _empty(connection)
        migrating.migrate_on(connection, manifest["migration"])
        stored = MetaData()
        stored.reflect(connection)
        # Tables refer to each other in a ring (edition and revision): checked at the end instead.
        _defer_checks(connection)
        rows = sum(
            _restore_table(archive, connection, stored.tables[name])
            for name in _in_order(stored, manifest["tables"])
        )
        _check_references(connection)
        migrating.migrate_on(connection, "head")
        _reset_sequences(connection, stored)
    return rows


def _holds_data(connection: Connection) -> bool:
    stored = MetaData()
    stored.reflect(connection)
    account = stored.tables.get("account")
    return account is not None and bool(
        connection.scalar(select(func.count()).select_from(account))
    )


def _empty(connection: Connection) -> None:
    quote = connection.dialect.identifier_preparer.quote
    names = [quote(name) for name in inspect(connection).get_table_names()]
    if connection.dialect.name == "sqlite":
        _defer_checks(connection)
        for name in names:  # names come from the database's own catalogue
            connection.execute(text(f"DROP TABLE {name}"))
    elif names:
        connection.execute(text(f"DROP TABLE {', '.join(names)} CASCADE"))


def _in_order(stored: MetaData, tables: dict[str, Any]) -> list[str]:
    """Tables after those they refer to, as far as the code knows them; then what it forgot."""
    known = [table.name for table in Base.metadata.sorted_tables]
    return [n for n in known if n in tables] + sorted(set(tables) - set(known))


def _defer_checks(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise BackupRefused("备份里的表对不上，没有恢复")
    else:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def _restore_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> int:
    count = 0
    for rows in _batches(archive, table):
        connection.execute(insert(table), rows)
        count += len(rows)
    return count


def _batches(archive: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as file:
        for line in file:
            rows.append(_read_row(table, json.loads(line)))
            if len(rows) == BATCH:
                yield rows
                rows = []
    if rows:
        yield rows


def _read_row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for name, value in row.items():
        kind = table.c[name].type
        if isinstance(value, str) and isinstance(kind, DateTime):
            moment = datetime.fromisoformat(value)
            row[name] = moment if kind.timezone else moment.replace(tzinfo=None)
        elif isinstance(value, str) and isinstance(kind, Date):
            row[name] = date.fromisoformat(value)
    return row


def _reset_sequences(connection: Connection, stored: MetaData) -> None:
    """PostgreSQL counts on from where its own counter stands, not from the highest key."""
    if connection.dialect.name != "postgresql":
        return
    for table in stored.tables.values():
        if "id" in table.c and table.c["id"].autoincrement:
            counter = func.pg_get_serial_sequence(table.name, "id")
            highest = select(func.coalesce(func.max(table.c.id), 1)).scalar_subquery()
            connection.execute(select(func.setval(counter, highest)))


@contextmanager
def _unpacked(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> Iterator[Path]:
    """The uploads of a backup in a folder beside their place, gone when the block ends."""
    instance = Path(current_app.instance_path).resolve()
    folder = Path(tempfile.mkdtemp(dir=instance, suffix=".unfinished"))
    try:
        for name in manifest["files"]:
            target = (folder / name).resolve()
            if folder / UPLOADS not in target.parents:
                raise BackupRefused("备份里有不该有的文件名 %(name)s", name=name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
        yield folder
    finally:
        shutil.rmtree(folder)


def _put_in_place(folder: Path) -> None:
    instance = Path(current_app.instance_path)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        target = instance / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
