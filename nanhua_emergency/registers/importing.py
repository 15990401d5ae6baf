"""Many rows at once, as sheets bring them: judged first, then written all or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import stock
from nanhua_emergency.registers.checking import Known, check_alone
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.history import make_change, record_activity
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.queries import may_keep
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import ChangeKind

REASON = "表格导入"


class Outcome(StrEnum):
    """What would become of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number there, where it belongs, and what it says, field by field."""

    number: int
    place: Place
    values: Mapping[str, Any]


@dataclass
class Verdict:
    """What would become of one row, and why not; `refusals` are by the names of fields."""

    row: Row
    outcome: Outcome
    values: dict[str, Any] = field(default_factory=dict)
    refusals: dict[str, RuleBroken] = field(default_factory=dict)
    entry: Any = None
    changed: list[str] = field(default_factory=list)


class RowsRefused(RuleBroken):
    """Some rows cannot be taken, so none was; `verdicts` says which and why."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        self.verdicts = [one for one in verdicts if one.outcome is Outcome.REFUSED]
        super().__init__("有 %(count)s 行不能登记，一行也没有写入", count=len(self.verdicts))


def judge_rows(
    register: Register, rows: Iterable[Row], *, by: Account, today: date
) -> list[Verdict]:
    """Say of each row whether it would be added, changed, left as it is, or refused.

    Nothing is written. A row is known again by the register's key within its place, so the same
    sheet brought twice changes nothing the second time.
    """
    there = _map_entries(register, by.place, is_locked=False)
    return _judge_all(register, rows, there, by=by, today=today)


def _judge_all(
    register: Register, rows: Iterable[Row], there: Mapping[tuple[Any, ...], Entry], *,
    by: Account, today: date,
) -> list[Verdict]:  # fmt: skip
    known: Known = {}
    seen: dict[tuple[Any, ...], int] = {}
    verdicts = []
    for row in rows:
        verdict = _judge(register, row, there, known, by=by, today=today)
        _refuse_twice(register, verdict, seen)
        verdicts.append(verdict)
    return verdicts


def import_rows(
    register: Register, rows: Iterable[Row], *, by: Account, now: datetime
) -> list[Verdict]:
    """Write all rows, or none (RowsRefused); gives what became of each."""
    there = _map_entries(register, by.place, is_locked=True)
    verdicts = _judge_all(register, rows, there, by=by, today=clock.day_of(now))
    if any(one.outcome is Outcome.REFUSED for one in verdicts):
        raise RowsRefused(verdicts)
    added = [one for one in verdicts if one.outcome is Outcome.ADDED]
    changed = [one for one in verdicts if one.outcome is Outcome.CHANGED]
    _add_all(register, added, by=by, now=now)
    _change_all(register, changed, by=by, now=now)
    touched = [*added, *changed]
    if touched:
        summary = f"{REASON}：登记 {len(added)} 条，修改 {len(changed)} 条"
        record_activity(register, touched[0].entry, "register.imported", by=by, now=now,
                        summary=summary, added=len(added), changed=len(changed))  # fmt: skip
    return verdicts


def _map_entries(
    register: Register, place: Place, *, is_locked: bool
) -> dict[tuple[Any, ...], Entry]:
    """Every entry in use within a place, by its key."""
    model = register.model
    query = select(model).where(place.covers(model.place_code), model.retired_at.is_(None))
    if is_locked:
        # As they stand now and held, or a change in between would be overwritten unseen.
        query = query.execution_options(populate_existing=True).with_for_update(of=model)
    return {
        _key(register, entry.place_code, values_of(register, entry)): entry
        for entry in db.session.scalars(query)
    }


def values_of(register: Register, entry: Entry) -> dict[str, Any]:
    """What an entry holds in each of its fields."""
    return {one.name: getattr(entry, one.name) for one in register.fields}


def _key(register: Register, place_code: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return (place_code, *(values[one.name] for one in register.key_fields))


def _judge(
    register: Register, row: Row, there: Mapping[tuple[Any, ...], Entry], known: Known, *,
    by: Account, today: date,
) -> Verdict:  # fmt: skip
    if not may_keep(row.place.code, by):
        refusal = RuleBroken("%(place)s不在您的范围内", place=row.place.name)
        return Verdict(row, Outcome.REFUSED, refusals={"place_code": refusal})
    checked = check_alone(register, row.values, place=row.place, today=today, known=known)
    entry, refusals = None, checked.refusals
    if not any(one.name in refusals for one in register.key_fields):
        entry = there.get(_key(register, row.place.code, checked.values))
    if entry is not None:  # a column that is not in the sheet is not missing
        refusals = {name: one for name, one in refusals.items() if name in row.values}
    if refusals:
        return Verdict(row, Outcome.REFUSED, refusals=refusals, values=checked.values)
    if entry is None:
        return Verdict(row, Outcome.ADDED, values=checked.values)
    return _compare(register, row, entry, checked.values)


def _compare(register: Register, row: Row, entry: Entry, values: dict[str, Any]) -> Verdict:
    """Columns that the sheet does not have stay as they are."""
    changed = [name for name, value in values.items()
               if name in row.values and value != getattr(entry, name)]  # fmt: skip
    whole = values_of(register, entry) | {name: values[name] for name in changed}
    refusals = {
        name: RuleBroken(message) for check in register.checks for name, message in check(whole)
    }
    outcome = Outcome.CHANGED if changed else Outcome.SAME
    return Verdict(
        row, Outcome.REFUSED if refusals and changed else outcome, values, refusals, entry, changed
    )


def _refuse_twice(register: Register, verdict: Verdict, seen: dict[tuple[Any, ...], int]) -> None:
    if verdict.outcome is Outcome.REFUSED:
        return
    key = _key(register, verdict.row.place.code, verdict.values)
    first = seen.setdefault(key, verdict.row.number)
    if first != verdict.row.number:
        verdict.outcome = Outcome.REFUSED
        verdict.refusals[register.title_field] = RuleBroken(
            "和第 %(number)s 行是同一条", number=first
        )


def _add_all(
    register: Register, verdicts: Sequence[Verdict], *, by: Account, now: datetime
) -> None:
    for one in verdicts:
        one.entry = register.model(
            place_code=one.row.place.code, added_at=now, version=1, is_forgotten=False,
            retired_reason="", **one.values,
        )  # fmt: skip
    db.session.add_all([one.entry for one in verdicts])
    db.session.flush()
    for one in verdicts:
        said = {n: v for n, v in one.values.items() if v != register.by_name[n].nothing}
        db.session.add(make_change(register, one.entry, ChangeKind.ADDED, before={}, after=said,
                                   by=by, now=now, note=REASON))  # fmt: skip
        if isinstance(one.entry, Supply):
            stock.record_opening(one.entry, by=by, now=now)
    db.session.flush()


def _change_all(
    register: Register, verdicts: Sequence[Verdict], *, by: Account, now: datetime
) -> None:
    for one in verdicts:
        moved = [name for name in one.changed if register.by_name[name].is_set_once]
        plain = [name for name in one.changed if name not in moved]
        if plain:
            _change(register, one, plain, by=by, now=now)
        if "quantity" in moved:
            # A sheet that says another quantity is what somebody counted.
            stock.take_stock(one.entry, counted=one.values["quantity"], reason=REASON, by=by,
                             now=now)  # fmt: skip
    db.session.flush()


def _change(
    register: Register, verdict: Verdict, names: Sequence[str], *, by: Account, now: datetime
) -> None:
    entry = verdict.entry
    before = {name: getattr(entry, name) for name in names}
    for name in names:
        setattr(entry, name, verdict.values[name])
    if set(names) & set(register.confirmed_anew):
        entry.confirmed_on = None
    entry.version += 1
    after = {name: verdict.values[name] for name in names}
    db.session.add(make_change(register, entry, ChangeKind.CHANGED, before=before, after=after,
                               by=by, now=now, note=REASON))  # fmt: skip
