"""Many rows at once, as sheets bring them: judged first, then written all or not at all."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from nanhua_emergency.registers.catalogue import SUPPLIES
from nanhua_emergency.registers.checking import check_alone
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.history import keep_many, make_change, record_activity
from nanhua_emergency.registers.models import Entry, EntryChange
from nanhua_emergency.registers.naming import Names
from nanhua_emergency.registers.queries import map_keys, may_keep
from nanhua_emergency.registers.words import ChangeKind

REASON = "表格导入"
# Rows between two words about how far it is.
STEP = 500


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


Tell = Callable[[int], None]
Key = tuple[Any, ...]


def tell_nobody(_done: int) -> None:
    """For whoever does not want to know how far it is."""


def judge_rows(
    register: Register, rows: Iterable[Row], *, by: Account, today: date, is_locked: bool = False,
    tell: Tell = tell_nobody,
) -> list[Verdict]:  # fmt: skip
    """Say of each row whether it would be added, changed, left as it is, or refused.

    Nothing is written. A row is known again by the register's key within its place, so the same
    sheet brought twice changes nothing the second time. With `is_locked` nobody else can change
    what is there until the transaction ends. `tell` hears how many rows have been looked at.
    """
    judge = _Judge(register, by=by, today=today, is_locked=is_locked)
    verdicts: list[Verdict] = []
    for row in rows:
        if len(verdicts) % STEP == 0:
            tell(len(verdicts))
        verdicts.append(judge.judge(row))
    return verdicts


def import_rows(
    register: Register, rows: Iterable[Row], *, by: Account, now: datetime
) -> list[Verdict]:
    """Write all rows, or none (RowsRefused); gives what became of each."""
    verdicts = judge_rows(register, rows, by=by, today=clock.day_of(now), is_locked=True)
    write_rows(register, verdicts, by=by, now=now)
    touched = [one for one in verdicts if one.outcome in (Outcome.ADDED, Outcome.CHANGED)]
    if touched:
        counts = count_outcomes(verdicts)
        record_activity(register, touched[0].entry, "register.imported", by=by, now=now,
                        summary=sum_up(counts), **counts)  # fmt: skip
    return verdicts


def write_rows(
    register: Register, verdicts: Sequence[Verdict], *, by: Account, now: datetime
) -> None:
    """Write what `judge_rows` has found under lock; the line of activity is the caller's."""
    if any(one.outcome is Outcome.REFUSED for one in verdicts):
        raise RowsRefused(verdicts)
    added = [one for one in verdicts if one.outcome is Outcome.ADDED]
    changed = [one for one in verdicts if one.outcome is Outcome.CHANGED]
    _add_all(register, added, by=by, now=now)
    _change_all(register, changed, by=by, now=now)


def count_outcomes(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many rows come to what, by the name of the outcome."""
    counts = Counter(one.outcome.value for one in verdicts)
    return {outcome.value: counts[outcome.value] for outcome in Outcome}


def sum_up(counts: Mapping[str, int]) -> str:
    """What an import did, in one line."""
    return f"{REASON}：登记 {counts['added']} 条，修改 {counts['changed']} 条"


class _Judge:
    """Judges row after row, with all that is there already read once."""

    def __init__(
        self, register: Register, *, by: Account, today: date, is_locked: bool
    ) -> None:  # fmt: skip
        self._register, self._by, self._today = register, by, today
        self._there = _map_entries(register, by.place, is_locked=is_locked)
        self._retired = _list_retired_keys(register, by.place)
        self._names = Names(register, by.place)
        self._seen: dict[Key, int] = {}

    def judge(self, row: Row) -> Verdict:
        verdict = self._compare_with_there(row)
        self._refuse_twice(verdict)
        return verdict

    def _compare_with_there(self, row: Row) -> Verdict:
        register = self._register
        if not may_keep(row.place.code, self._by):
            refusal = RuleBroken("%(place)s不在您的范围内", place=row.place.name)
            return Verdict(row, Outcome.REFUSED, refusals={"place_code": refusal})
        checked = check_alone(
            register, row.values, place=row.place, today=self._today, names=self._names
        )
        entry, refusals, key = None, dict(checked.refusals), None
        if not any(one.name in refusals for one in register.key_fields):
            key = _key(register, row.place.code, checked.values)
            entry = self._there.get(key)
        if entry is not None:  # a column that is not in the sheet is not missing
            refusals = {name: one for name, one in refusals.items() if name in row.values}
        elif key in self._retired:
            refusals[register.title_field] = RuleBroken("这一条已经停用，请先恢复再导入")
        if refusals:
            return Verdict(row, Outcome.REFUSED, refusals=refusals, values=checked.values)
        if entry is None:
            return Verdict(row, Outcome.ADDED, values=checked.values)
        return _compare(register, row, entry, checked.values)

    def _refuse_twice(self, verdict: Verdict) -> None:
        if verdict.outcome is Outcome.REFUSED:
            return
        key = _key(self._register, verdict.row.place.code, verdict.values)
        first = self._seen.setdefault(key, verdict.row.number)
        if first != verdict.row.number:
            verdict.outcome = Outcome.REFUSED
            verdict.refusals[self._register.title_field] = RuleBroken(
                "和第 %(number)s 行是同一条", number=first
            )


def _map_entries(register: Register, place: Place, *, is_locked: bool) -> dict[Key, Entry]:
    """Every entry in use within a place, by its key."""
    model = register.model
    query = select(model).where(place.covers(model.place_code), model.retired_at.is_(None))
    if is_locked:
        # As they stand now and held, or a change in between would be overwritten unseen.
        query = query.execution_options(populate_existing=True).order_by(model.id)
        query = query.with_for_update(of=model)
    return {
        _key(register, entry.place_code, values_of(register, entry)): entry
        for entry in db.session.scalars(query)
    }


def _list_retired_keys(register: Register, place: Place) -> set[Key]:
    """The keys of what was retired within a place and could still be restored."""
    model = register.model
    columns = [getattr(model, one.name) for one in register.key_fields]
    query = select(model.place_code, *columns).where(
        place.covers(model.place_code), model.retired_at.is_not(None), model.is_forgotten.is_(False)
    )
    return {tuple(row) for row in db.session.execute(query)}


def values_of(register: Register, entry: Entry) -> dict[str, Any]:
    """What an entry holds in each of its fields."""
    return {one.name: getattr(entry, one.name) for one in register.fields}


def _key(register: Register, place_code: str, values: Mapping[str, Any]) -> Key:
    return (place_code, *(values[one.name] for one in register.key_fields))


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


def _add_all(
    register: Register, verdicts: Sequence[Verdict], *, by: Account, now: datetime
) -> None:
    for one in verdicts:
        one.entry = register.model(
            place_code=one.row.place.code, added_at=now, version=1, is_forgotten=False,
            retired_reason="", **one.values,
        )  # fmt: skip
    keep_many([one.entry for one in verdicts])
    keys = map_keys(register, by.place)
    for one in verdicts:
        one.entry.id = keys[_key(register, one.row.place.code, one.values)]
    keep_many([_addition(register, one, by=by, now=now) for one in verdicts])
    if register is SUPPLIES:
        stock.record_openings([one.entry for one in verdicts], by=by, now=now)


def _addition(
    register: Register, verdict: Verdict, *, by: Account, now: datetime
) -> EntryChange:  # fmt: skip
    said = {n: v for n, v in verdict.values.items() if v != register.by_name[n].nothing}
    return make_change(register, verdict.entry, ChangeKind.ADDED, before={}, after=said, by=by,
                       now=now, note=REASON)  # fmt: skip


def _change_all(
    register: Register, verdicts: Sequence[Verdict], *, by: Account, now: datetime
) -> None:
    counted = [one for one in verdicts if "quantity" in one.changed and register is SUPPLIES]
    # A sheet that says another quantity is what somebody counted; the day may be in the sheet.
    stock.take_stocks(
        [(one.entry, one.values["quantity"], "counted_on" in one.row.values) for one in counted],
        reason=REASON, by=by, now=now,
    )  # fmt: skip
    changes = []
    for one in verdicts:
        plain = [name for name in one.changed if not register.by_name[name].is_set_once]
        if plain:
            changes.append(_change(register, one, plain, by=by, now=now))
    db.session.flush()
    keep_many(changes)


def _change(
    register: Register, verdict: Verdict, names: Sequence[str], *, by: Account, now: datetime
) -> EntryChange:
    entry = verdict.entry
    before = {name: getattr(entry, name) for name in names}
    for name in names:
        setattr(entry, name, verdict.values[name])
    if set(names) & set(register.confirmed_anew):
        entry.confirmed_on = None
    entry.version += 1
    after = {name: verdict.values[name] for name in names}
    return make_change(register, entry, ChangeKind.CHANGED, before=before, after=after, by=by,
                       now=now, note=REASON)  # fmt: skip
