"""What an entry may say: the same rules for forms, commands and imports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.queries import find_account
from nanhua_emergency.database import GREATEST_KEY, db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import catalogue
from nanhua_emergency.registers.declaring import Field, Kind, Register
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.naming import Names, is_near
from nanhua_emergency.registers.reading import Unreadable, read_value


@dataclass(frozen=True)
class Checked:
    """Clean values, and a message for each field that cannot be taken."""

    values: dict[str, Any]
    refusals: dict[str, RuleBroken]


def check_values(
    register: Register, values: Mapping[str, Any], *, place: Place, today: date,
    entry: Entry | None = None,
) -> Checked:  # fmt: skip
    """Read and check what is said of an entry, new or (`entry`) already there.

    Fields left out keep what they hold, or nothing. All that is wrong is found at once.
    """
    checked = check_alone(register, values, place=place, today=today, entry=entry)
    if not any(field.name in checked.refusals for field in register.key_fields):
        same = find_same(register, checked.values, place)
        if same is not None and (entry is None or same.id != entry.id):
            checked.refusals[register.title_field] = refuse_double(register, place)
    return checked


def check_alone(
    register: Register, values: Mapping[str, Any], *, place: Place, today: date,
    entry: Entry | None = None, names: Names | None = None,
) -> Checked:  # fmt: skip
    """The same without asking whether it is there already; imports know that of all rows at once.

    `names` knows what names stand for, so that ten thousand rows do not ask as many times.
    """
    clean: dict[str, Any] = {}
    refusals: dict[str, RuleBroken] = {}
    for field in register.fields:
        try:
            clean[field.name] = _read(
                field, values, place=place, today=today, entry=entry, names=names
            )
        except Unreadable as wrong:
            refusals[field.name] = wrong
    _check_across(register, clean, refusals)
    return Checked(clean, refusals)


def _read(
    field: Field, values: Mapping[str, Any], *, place: Place, today: date, entry: Entry | None,
    names: Names | None,
) -> Any:  # fmt: skip
    if field.name not in values and entry is not None:
        return getattr(entry, field.name)
    value = read_value(field, values.get(field.name))
    if field.is_past and value is not None and value > today:
        raise Unreadable("这一天还没有到")
    if isinstance(value, int) and value > GREATEST_KEY:
        value = 0  # no row has this key, and PostgreSQL would not take the number
    if field.kind in LOOK_UPS and value is not None:
        return _look_up(field, value, place, names)
    if field.is_set_once and entry is not None and value != getattr(entry, field.name):
        raise Unreadable("%(heading)s不能直接改，请登记入库、出库或盘点", heading=field.heading)
    return value


def _look_up(field: Field, value: Any, place: Place, names: Names | None) -> int:
    found = LOOK_UPS[field.kind](field, value, place) if names is None else names.find(
        field, value, place)  # fmt: skip
    if found is not None:
        return found
    if field.kind is Kind.ACCOUNT:
        raise Unreadable("没有这个账号")
    name = catalogue.get_register(field.of).entry_name
    raise Unreadable("%(place)s没有这个%(name)s，请先登记", place=place.name, name=name)


def _find_entry(field: Field, value: Any, place: Place) -> int | None:
    """The key of an entry in use of the same place, by its key or its name."""
    other = catalogue.get_register(field.of)
    model = other.model
    asked = model.id == value if isinstance(value, int) else getattr(
        model, other.title_field) == value  # fmt: skip
    found: int | None = db.session.scalars(
        select(model.id)
        .where(model.place_code == place.code, model.retired_at.is_(None), asked)
        .order_by(model.id)
        .limit(1)
    ).first()
    return found


def _find_account(_field: Field, value: Any, place: Place) -> int | None:
    """The key of an account near the place, by its key or its sign-in."""
    found = db.session.get(Account, value) if isinstance(value, int) else find_account(value)
    return found.id if found is not None and is_near(found, place) else None


LOOK_UPS: dict[Kind, Callable[[Field, Any, Place], int | None]] = {
    Kind.ENTRY: _find_entry,
    Kind.ACCOUNT: _find_account,
}


def _check_across(
    register: Register, clean: Mapping[str, Any], refusals: dict[str, RuleBroken]
) -> None:
    for check in register.checks:
        for name, message in check(clean):
            refusals.setdefault(name, RuleBroken(message))


def refuse_double(register: Register, place: Place) -> RuleBroken:
    """What is said where the same thing stands in the register already."""
    parts = "、".join(field.heading for field in register.key_fields)
    return RuleBroken(
        "%(place)s已经登记过相同的%(name)s（按%(parts)s认），请改那一条",
        place=place.name, name=register.entry_name, parts=parts,
    )  # fmt: skip


def find_same(register: Register, values: Mapping[str, Any], place: Place) -> Entry | None:
    """The entry in use of that place that these values speak of, by the register's key."""
    model = register.model
    query = select(model).where(model.place_code == place.code, model.retired_at.is_(None))
    for field in register.key_fields:
        query = query.where(getattr(model, field.name) == values[field.name])
    found: Entry | None = db.session.scalar(query)
    return found
