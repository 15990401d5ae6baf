"""Add, change, confirm, retire, restore and reveal the entries of a register."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from nanhua_emergency import clock
from nanhua_emergency.access import Person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import stock
from nanhua_emergency.registers.catalogue import REGISTERS
from nanhua_emergency.registers.checking import Checked, check_values
from nanhua_emergency.registers.declaring import Kind, Register, to_plain
from nanhua_emergency.registers.history import record_activity, record_change, values_before
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.queries import may_keep, refuse_stranger
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.uses import list_uses
from nanhua_emergency.registers.words import ChangeKind


class EntryRefused(RuleBroken):
    """What was said of an entry cannot be taken; `refusals` has a message for each field."""

    def __init__(self, refusals: Mapping[str, RuleBroken]) -> None:
        field, first = next(iter(refusals.items()))
        super().__init__(first.message, field=field, **first.values)
        self.refusals = dict(refusals)


class EntryChanged(RuleBroken):
    """Somebody else changed the same fields meanwhile; nothing of either is lost.

    `clashes` are the fields that both changed; `kept` those that only the other one did.
    """

    status = 409

    def __init__(self, *, clashes: list[str], kept: list[str]) -> None:
        super().__init__(
            "别人刚刚改过这一条，和您填的不一样。请对照下面两种写法，改好再点一次保存。"
        )
        self.clashes = clashes
        self.kept = kept


class AlreadyDone(RuleBroken):
    """Somebody else has just done this."""

    status = 409


def add_entry(
    register: Register, values: Mapping[str, Any], *, place: Place, by: Account, now: datetime
) -> Entry:
    """Enter something new into a register of a place."""
    refuse_stranger(place.code, by)
    checked = check_values(register, values, place=place, today=clock.day_of(now))
    _refuse(checked)
    entry: Entry = register.model(
        place=place, place_code=place.code, added_at=now, version=1, is_forgotten=False,
        retired_reason="", **checked.values,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    said = {n: v for n, v in checked.values.items() if v != register.by_name[n].nothing}
    record_change(register, entry, ChangeKind.ADDED, before={}, after=said, by=by, now=now)
    if isinstance(entry, Supply):
        stock.record_opening(entry, by=by, now=now)
    return entry


def change_entry(
    register: Register, entry: Entry, values: Mapping[str, Any], *, based_on: int, by: Account,
    now: datetime,
) -> list[str]:  # fmt: skip
    """Change what is said of an entry; gives the names of the fields that changed.

    `based_on` is the version that the person was shown. What others changed since stays where this
    person left the field alone; where both changed the same field, EntryChanged (409).
    """
    refuse_stranger(entry.place_code, by)
    return write_change(register, entry, values, based_on=based_on, by=by, now=now)


def write_change(
    register: Register, entry: Entry, values: Mapping[str, Any], *, based_on: int, by: Person,
    now: datetime,
) -> list[str]:  # fmt: skip
    """The same for callers who have asked themselves whether the person may: a handover."""
    lock(entry)
    _refuse_retired(entry)
    checked = check_values(
        register, values, place=entry.place, today=clock.day_of(now), entry=entry
    )
    _refuse(checked)
    wanted = {name: checked.values[name] for name in values if name in checked.values}
    wanted = _settled(register, entry, wanted, based_on)
    changed = [name for name, value in wanted.items() if value != getattr(entry, name)]
    if not changed:
        return []
    before = {name: getattr(entry, name) for name in changed}
    for name in changed:
        setattr(entry, name, wanted[name])
    if set(changed) & set(register.confirmed_anew):
        entry.confirmed_on = None
    entry.version += 1
    record_change(register, entry, ChangeKind.CHANGED, before=before,
                  after={name: wanted[name] for name in changed}, by=by, now=now)  # fmt: skip
    return changed


def _settled(
    register: Register, entry: Entry, wanted: dict[str, Any], based_on: int
) -> dict[str, Any]:
    """What this person really changed, or EntryChanged where another changed it differently."""
    if based_on == entry.version:
        return wanted
    held = values_before(register, entry, based_on)
    both = [name for name in wanted if name in held]
    kept = [name for name in both if to_plain(wanted[name]) == held[name]]
    clashes = [n for n in both if n not in kept and wanted[n] != getattr(entry, n)]
    if clashes:
        raise EntryChanged(clashes=clashes, kept=kept)
    return {name: value for name, value in wanted.items() if name not in kept}


def confirm_entry(register: Register, entry: Entry, *, by: Account, now: datetime) -> None:
    """Say that everything in it is still right today."""
    lock(entry)
    _refuse_retired(entry)
    if not may_keep(entry.place_code, by) and getattr(entry, "account_id", None) != by.id:
        raise RuleBroken("这一条不归您核实")
    entry.confirmed_on = clock.day_of(now)
    record_change(register, entry, ChangeKind.CONFIRMED, before={}, after={}, by=by, now=now)


def retire_entry(
    register: Register, entry: Entry, *, reason: str, by: Account, now: datetime,
    is_use_known: bool = False,
) -> None:  # fmt: skip
    """Take an entry out of use, with the reason; it stays in the register as retired.

    Refused while the text in force of a plan names it, unless the person knows (`is_use_known`).
    """
    refuse_stranger(entry.place_code, by)
    lock(entry)
    if entry.is_retired:
        raise AlreadyDone("这一条已经停用了")
    if not reason.strip():
        raise RuleBroken("请写明原因", field="reason")
    _refuse_named(register, entry)
    if not is_use_known:
        _refuse_used(register, entry)
    entry.retired_at, entry.retired_by_id = now, by.id
    entry.retired_reason = reason.strip()
    entry.version += 1
    record_change(register, entry, ChangeKind.RETIRED, before={}, after={}, by=by, now=now,
                  note=entry.retired_reason)  # fmt: skip


def _refuse_named(register: Register, entry: Entry) -> None:
    """Refuse while entries in use of another register name this one."""
    for other in REGISTERS:
        for field in other.fields:
            if field.of == register.slug:
                model = other.model
                query = select(func.count()).select_from(model)
                asked = getattr(model, field.name) == entry.id
                count = db.session.scalar(query.where(asked, model.retired_at.is_(None)))
                if count:
                    raise RuleBroken(
                        "还有 %(count)s 名%(name)s在这里，请先停用或调走",
                        count=count, name=other.entry_name,
                    )  # fmt: skip


def _refuse_used(register: Register, entry: Entry) -> None:
    """Name the plans that name a post; a whole register stays what it is without one entry."""
    titles = dict.fromkeys(use.plan_title for use in list_uses(register, entry) if use.name)
    if titles:
        raise RuleBroken(
            "这些预案写着这个岗位：%(plans)s。确实要停用，请勾选下面的“我知道”",
            plans="、".join(f"《{title}》" for title in titles), field="is_use_known",
        )  # fmt: skip


def restore_entry(register: Register, entry: Entry, *, by: Account, now: datetime) -> None:
    """Take a retired entry back into use."""
    refuse_stranger(entry.place_code, by)
    lock(entry)
    if not entry.is_retired:
        raise AlreadyDone("这一条正在使用")
    if entry.is_forgotten:
        raise RuleBroken("个人信息已经清除，不能恢复，请重新登记")
    named = [field.name for field in register.fields if field.kind is Kind.ENTRY]
    _refuse(check_values(
        register, {name: getattr(entry, name) for name in named}, place=entry.place,
        today=clock.day_of(now), entry=entry,
    ))  # fmt: skip
    entry.retired_at = entry.retired_by_id = None
    entry.retired_reason = ""
    entry.version += 1
    record_change(register, entry, ChangeKind.RESTORED, before={}, after={}, by=by, now=now)


def reveal_entry(register: Register, entry: Entry, *, by: Account, now: datetime) -> None:
    """Write down that a person asked for what is masked in an entry."""
    names = [field.heading for field in register.fields if field.is_private]
    record_activity(register, entry, "register.revealed", by=by, now=now, summary="查看完整信息",
                    fields=names)  # fmt: skip


def _refuse(checked: Checked) -> None:
    if checked.refusals:
        raise EntryRefused(checked.refusals)


def _refuse_retired(entry: Entry) -> None:
    if entry.is_retired:
        raise AlreadyDone("这一条已经停用，要改请先恢复")
