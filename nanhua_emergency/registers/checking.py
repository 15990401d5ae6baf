"""What an entry may say: the same rules for forms, commands and imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.queries import find_account
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import catalogue
from nanhua_emergency.registers.declaring import Field, Kind, Register
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.reading import Unreadable, read_value

LARGEST_KEY = 2**31 - 1


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
    clean: dict[str, Any] = {}
    refusals: dict[str, RuleBroken] = {}
    for field in register.fields:
        try:
            clean[field.name] = _read(field, values, place=place, today=today, entry=entry)
        except Unreadable as wrong:
            refusals[field.name] = wrong
    _check_across(register, clean, refusals)
    if not any(field.name in refusals for field in register.key_fields):
        _check_once(register, clean, refusals, place=place, entry=entry)
    return Checked(clean, refusals)


def _read(
    field: Field, values: Mapping[str, Any], *, place: Place, today: date, entry: Entry | None
) -> Any:
    if field.name not in values and entry is not None:
        return getattr(entry, field.name)
    value = read_value(field, values.get(field.name))
    if field.is_past and value is not None and value > today:
        raise Unreadable("这一天还没有到")
    if isinstance(value, int) and value > LARGEST_KEY:
        value = 0  # no row has this key, and PostgreSQL would not take the number
    if field.kind is Kind.ENTRY and value is not None:
        return _find_entry(field, value, place)
    if field.kind is Kind.ACCOUNT and value is not None:
        return _find_account(value, place)
    if field.is_set_once and entry is not None and value != getattr(entry, field.name):
        raise Unreadable("%(heading)s不能直接改，请登记入库、出库或盘点", heading=field.heading)
    return value


def _find_entry(field: Field, value: Any, place: Place) -> int:
    """The key of an entry in use of the same place, by its key or its name."""
    other = catalogue.get_register(field.of)
    model = other.model
    asked = model.id == value if isinstance(value, int) else getattr(
        model, other.title_field) == value  # fmt: skip
    found = db.session.scalars(
        select(model.id)
        .where(model.place_code == place.code, model.retired_at.is_(None), asked)
        .order_by(model.id)
        .limit(1)
    ).first()
    if found is None:
        raise Unreadable(
            "%(place)s没有这个%(name)s，请先登记", place=place.name, name=other.entry_name
        )
    return int(found)


def _find_account(value: Any, place: Place) -> int:
    """The key of an account of the place or of a place above it, by its key or its sign-in."""
    found = db.session.get(Account, value) if isinstance(value, int) else find_account(value)
    if found is None or not (found.place.contains(place.code) or place.contains(found.place_code)):
        raise Unreadable("没有这个账号")
    return found.id


def _check_across(
    register: Register, clean: Mapping[str, Any], refusals: dict[str, RuleBroken]
) -> None:
    for check in register.checks:
        for name, message in check(clean):
            refusals.setdefault(name, RuleBroken(message))


def _check_once(
    register: Register, clean: Mapping[str, Any], refusals: dict[str, RuleBroken], *, place: Place,
    entry: Entry | None,
) -> None:  # fmt: skip
    same = find_same(register, clean, place)
    if same is not None and (entry is None or same.id != entry.id):
        parts = "、".join(field.heading for field in register.key_fields)
        refusals[register.title_field] = RuleBroken(
            "%(place)s已经登记过相同的%(name)s（%(parts)s都相同），请改那一条",
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
