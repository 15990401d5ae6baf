"""The files of imports: kept by their content, read again, removed after a set time."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.registers.import_models import Import, ImportState
from nanhua_emergency.registers.queries import get_visible_register, may_keep
from nanhua_emergency.registers.sheets.reading import read_table
from nanhua_emergency.registers.sheets.table import Table

KEPT_DAYS = 30
# Rows looked at in one call; what is left comes with the next.
BATCH = 500
SHOWN = 10


class FileGone(RuleBroken):
    """The file of an import is no longer there."""

    status = 410


def keep_file(folder: Path, sha256: str, data: bytes) -> None:
    """Write a file to its place; the same file is kept once."""
    path = file_path(folder, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def file_path(folder: Path, sha256: str) -> Path:
    """Where a file is kept, within the folder of uploads."""
    return folder / "imports" / sha256


def read_file(folder: Path, one: Import, *, sheet: str) -> Table:
    """One sheet of the file of an import."""
    try:
        data = file_path(folder, one.sha256).read_bytes()
    except FileNotFoundError as error:
        raise FileGone("文件已经清除，请重新上传") from error
    return read_table(data, one.file_name, sheet=sheet)


def get_import(import_id: int, *, seen_by: Account) -> Import:
    """An import of the person's own place or one below it; NotFound for any other."""
    one = db.session.get(Import, import_id)
    if one is None or not may_keep(one.place_code, seen_by):
        raise NotFound("没有这次导入")
    get_visible_register(one.register, seen_by=seen_by)
    return one


def list_imports(slug: str, *, seen_by: Account) -> list[Import]:
    """The latest imports of a register by the people of the person's own place."""
    query = select(Import).where(
        Import.place_code == seen_by.place_code, Import.register == slug
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Import.id.desc()).limit(SHOWN)))


def forget_imports(folder: Path, *, now: datetime) -> int:
    """Remove the files of imports that are 30 days old, and what their dry runs say of people.

    Gives how many; that there was an import, by whom and of how many rows, stays.
    """
    query = (
        select(Import)
        .where(Import.is_forgotten.is_(False), Import.at <= now - timedelta(days=KEPT_DAYS))
        .where(Import.state != ImportState.RUNNING)
        .order_by(Import.id)
        .limit(BATCH)
        .with_for_update(of=Import)
    )
    old = list(db.session.scalars(query))
    for one in old:
        one.is_forgotten, one.result, one.headings = True, {}, {}
    db.session.flush()
    _remove_unused(folder, {one.sha256 for one in old})
    return len(old)


def _remove_unused(folder: Path, hashes: set[str]) -> None:
    """Remove the files that no import still to be carried out needs."""
    query = select(Import.sha256).where(Import.sha256.in_(hashes), Import.is_forgotten.is_(False))
    for sha256 in hashes - set(db.session.scalars(query)):
        file_path(folder, sha256).unlink(missing_ok=True)
