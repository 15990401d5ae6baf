"""Bring a sheet into a register in two steps: look at what it would do, then do all of it or nothing."""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import importing
from nanhua_emergency.registers.catalogue import get_register
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.dry_run import Plan, dry_run, map_headings
from nanhua_emergency.registers.exchange import columns_of
from nanhua_emergency.registers.import_files import keep_file, read_file
from nanhua_emergency.registers.import_models import HeadingMemory, Import, ImportState
from nanhua_emergency.registers.import_progress import is_alive
from nanhua_emergency.registers.importing import Tell
from nanhua_emergency.registers.queries import refuse_stranger
from nanhua_emergency.registers.sheets.mapping import HeadingMap, remember
from nanhua_emergency.registers.sheets.marking import mark_problems
from nanhua_emergency.registers.sheets.reading import list_sheets, read_table
from nanhua_emergency.registers.sheets.refusals import SheetUnclear
from nanhua_emergency.registers.sheets.table import Table
from nanhua_emergency.registers.sheets.wording import normal_heading, one_line

# Of each of these the page keeps so many; the marked file names every problem.
MOST_PROBLEMS, MOST_LINES = 200, 1000
CHANGED_SINCE = "核对以后，名册有了改动。下面是重新核对的结果，请看过再导入。一行也没有写入。"
FAILED = "导入没有成功，一行也没有写入。请再点一次“全部导入”；仍不行请告诉管理员。"


class NotNow(RuleBroken):
    """The import is under way or done, or is no longer what the person was shown."""

    status = 409


def begin_import(
    register: Register, *, data: bytes, filename: str, default: Place, folder: Path, by: Account,
    now: datetime,
) -> Import:  # fmt: skip
    """Take a file in and look at what it would do; a file that cannot be read is refused."""
    refuse_stranger(default.code, by)
    known = _recall(register, by.place_code)
    columns = columns_of(register, by.place)
    one = Import(
        register=register.slug, place_code=by.place_code, default=default,
        default_code=default.code, by=by, by_id=by.id, at=now,
        file_name=PurePath(one_line(filename).replace("\\", "/")).name[-200:], headings={},
        sha256=hashlib.sha256(data).hexdigest(), state=ImportState.WAITING,
        result={"sheets": list_sheets(data, filename)},
    )  # fmt: skip
    # Where several sheets could be meant, nothing is looked at before the person has chosen.
    with suppress(SheetUnclear):
        table = read_table(data, filename, columns=columns, remembered=known)
        _look(one, table, known, by=by, now=now)
    keep_file(folder, one.sha256, data)
    db.session.add(one)
    db.session.flush()
    return one


def match_headings(
    one: Import, *, sheet: str, answers: Mapping[str, str], folder: Path, by: Account, now: datetime
) -> None:
    """Choose the sheet, say what its headings mean, and look again; both are remembered."""
    lock(one)
    _refuse_busy(one)
    register = get_register(one.register)
    _refuse_doubles(register, answers, by)
    if sheet and sheet != one.sheet:
        answers = {}  # they were said of another sheet
    one.headings = remember(one.headings, answers)
    _memorise(register, one.place_code, answers)
    table = read_file(folder, one, sheet=sheet or one.sheet)
    _look(one, table, _recall(register, one.place_code) | one.headings, by=by, now=now)
    db.session.flush()


def claim_import(one: Import, *, digest: str, folder: Path, by: Account, now: datetime) -> str:
    """Begin to write what the person was shown; gives the word by which the run knows itself."""
    lock(one)
    _refuse_busy(one, folder, now)
    if not one.may_go_ahead:
        raise NotNow("还有问题没有改好，不能导入")
    if digest != one.digest:
        raise NotNow("这份表格已经重新核对过，请看过新的结果再导入")
    one.state, one.started_at, one.note = ImportState.RUNNING, now, ""
    one.by_id, one.claim = by.id, secrets.token_hex(16)
    db.session.flush()
    return one.claim


def carry_out(one: Import, *, claim: str, folder: Path, by: Account, now: datetime,
              tell: Tell) -> bool:  # fmt: skip
    """Write all rows in this transaction; False where the register has changed since the dry run.

    Then nothing is written but the new dry run. A run that was taken for dead and overtaken by
    another one (its claim is no longer there) does nothing.
    """
    table = read_file(folder, one, sheet=one.sheet)
    lock(one)
    if one.claim != claim or not one.is_running:
        raise NotNow("这份表格正由另一次操作导入")
    register = get_register(one.register)
    known = _recall(register, one.place_code) | one.headings
    plan = dry_run(
        register, table, map_headings(register, table, known, by.place), default=one.default, by=by,
        today=clock.day_of(now), is_locked=True, tell=tell,
    )  # fmt: skip
    if plan.digest != one.digest or not plan.may_go_ahead:
        _show(one, plan, plan.mapping)
        one.state, one.note = ImportState.WAITING, CHANGED_SINCE
        db.session.flush()
        return False
    importing.write_rows(register, plan.verdicts, by=by, now=now)
    _finish(one, register, plan, by=by, now=now)
    return True


def _finish(one: Import, register: Register, plan: Plan, *, by: Account, now: datetime) -> None:
    counts = plan.counts
    one.added, one.changed, one.same = (counts[name] for name in ("added", "changed", "same"))
    one.state, one.done_at = ImportState.DONE, now
    activity.record(
        "register.imported", one, place_code=one.place_code, by=by, now=now,
        summary=f"{register.name}：{importing.sum_up(counts)}", sha256=one.sha256, **counts,
    )  # fmt: skip


def release_import(one: Import, *, claim: str, note: str) -> None:
    """After a run that came to nothing: it may be tried again."""
    lock(one)
    if one.is_running and one.claim == claim:
        one.state, one.note = ImportState.WAITING, note
        db.session.flush()


def mark_import(one: Import, *, folder: Path, by: Account, now: datetime) -> bytes:
    """The same sheet with the problems marked in its cells, as they are now."""
    register = get_register(one.register)
    table = read_file(folder, one, sheet=one.sheet)
    known = _recall(register, one.place_code) | one.headings
    mapping = map_headings(register, table, known, by.place)
    plan = dry_run(register, table, mapping, default=one.default, by=by, today=clock.day_of(now))
    return mark_problems(table, plan.problems, mapping, at=now)


def _look(
    one: Import, table: Table, known: Mapping[str, str], *, by: Account, now: datetime
) -> None:
    register = get_register(one.register)
    one.sheet, one.note = table.sheet, ""
    mapping = map_headings(register, table, known, by.place)
    if any(column.key == register.title_field for column in mapping.missing):
        _show(one, None, mapping)
        return
    plan = dry_run(
        register, table, mapping, default=one.default, by=by, today=clock.day_of(now)
    )  # fmt: skip
    _show(one, plan, mapping)


def _show(one: Import, plan: Plan | None, mapping: HeadingMap) -> None:
    """Keep a dry run as its page shows it."""
    one.digest = plan.digest if plan else ""
    one.result = {
        "sheets": one.result.get("sheets", []),
        "headings": [[head, mapping.keys.get(at, "")] for at, head in mapping.headings.items()],
        "unmapped": list(mapping.unmapped),
        "missing": [column.heading for column in mapping.missing],
        **(_tell_plan(plan) if plan else {}),
    }


def _tell_plan(plan: Plan) -> dict[str, Any]:
    return {
        "may_go_ahead": plan.may_go_ahead,
        "rows": plan.rows,
        "counts": plan.counts,
        "problems": [[problem.cell, problem.message] for problem in plan.problems[:MOST_PROBLEMS]],
        "problem_count": len(plan.problems),
        "notes": plan.notes,
        "lines": [[line.number, line.outcome.value, line.place, line.title, line.changes]
                  for line in plan.lines(MOST_LINES)],
    }  # fmt: skip


def _refuse_doubles(register: Register, answers: Mapping[str, str], by: Account) -> None:
    headings = {column.key: column.heading for column in columns_of(register, by.place)}
    chosen = [key for key in answers.values() if key]
    for key in chosen:
        if key not in headings:
            raise RuleBroken("没有这一列")
        if chosen.count(key) > 1:
            raise RuleBroken("“%(heading)s”选了两次，每一列只能对应一个表头", heading=headings[key])


def _refuse_busy(one: Import, folder: Path | None = None, now: datetime | None = None) -> None:
    if one.is_done:
        raise NotNow("这份表格已经导入过了")
    if one.is_forgotten:
        raise NotNow("文件已经清除，请重新上传")
    is_cut_off = folder is not None and now is not None and not is_alive(folder, one, now=now)
    if one.is_running and not is_cut_off:
        raise NotNow("正在导入，请稍等")


def _recall(register: Register, place_code: str) -> dict[str, str]:
    query = select(HeadingMemory.heading, HeadingMemory.key).where(
        HeadingMemory.place_code == place_code, HeadingMemory.register == register.slug
    )
    return {heading: key for heading, key in db.session.execute(query)}


def _memorise(register: Register, place_code: str, answers: Mapping[str, str]) -> None:
    query = select(HeadingMemory).where(
        HeadingMemory.place_code == place_code, HeadingMemory.register == register.slug
    )
    there = {memory.heading: memory for memory in db.session.scalars(query)}
    for said, key in answers.items():
        heading = normal_heading(said)[:200]
        if heading in there:
            there[heading].key = key
        else:
            there[heading] = HeadingMemory(
                place_code=place_code, register=register.slug, heading=heading, key=key
            )
            db.session.add(there[heading])
