"""A register as a sheet has it: its columns, its rows going out, and its rows coming in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.places.services import find_place, list_places
from nanhua_emergency.registers.declaring import Field, Kind, Register
from nanhua_emergency.registers.importing import Row
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.naming import Names
from nanhua_emergency.registers.privacy import mask_value
from nanhua_emergency.registers.reading import read_value
from nanhua_emergency.registers.sheets import cells
from nanhua_emergency.registers.sheets.columns import Column, Value
from nanhua_emergency.registers.sheets.columns import Kind as SheetKind
from nanhua_emergency.registers.sheets.table import Problem
from nanhua_emergency.registers.sheets.wording import half_width

PLACE = "place_code"
PLACE_ALIASES = (
    "村", "村（社区）", "村社区", "村名", "村名称", "村社区名称", "所属村", "所属村社区", "所在村", "行政村",
    "地方代码", "区划代码", "所属地方",
)  # fmt: skip
KINDS = {
    Kind.TEXT: SheetKind.TEXT, Kind.LONG_TEXT: SheetKind.LONG, Kind.WHOLE_NUMBER: SheetKind.WHOLE,
    Kind.DECIMAL: SheetKind.DECIMAL, Kind.DAY: SheetKind.DAY, Kind.YES_NO: SheetKind.YES_NO,
    Kind.CHOICE: SheetKind.CHOICE, Kind.PHONE: SheetKind.PHONE, Kind.EMAIL: SheetKind.TEXT,
    Kind.ENTRY: SheetKind.TEXT, Kind.ACCOUNT: SheetKind.TEXT,
}  # fmt: skip
NAMED = (Kind.ENTRY, Kind.ACCOUNT)
# Of each row that cannot be taken: where, and why not.
Refusals = dict[str, RuleBroken]


def columns_of(register: Register, place: Place) -> list[Column]:
    """The columns of a register's sheet, for whoever is at `place`; the first says where."""
    where = Column(PLACE, "地方", aliases=PLACE_ALIASES, most=120, example=place.name)
    return [where, *(_column(field) for field in register.fields)]


def _column(field: Field) -> Column:
    figures = (Kind.WHOLE_NUMBER, Kind.DECIMAL)
    low, high = (int(field.low), int(field.high)) if field.kind in figures else (None, None)
    return Column(
        field.name, field.heading, KINDS[field.kind], is_required=field.is_required,
        choices=field.options, aliases=field.aliases, low=low, high=high,
        most=field.longest or 120, example=_example(field), is_private=field.is_private,
    )  # fmt: skip


def _example(field: Field) -> Value:
    if field.kind in NAMED or not field.example:
        return field.example or None
    return _plain(field, read_value(field, field.example))


def _plain(field: Field, value: Any) -> Value:
    """A stored value as a cell holds it."""
    if field.kind is Kind.DECIMAL and value is not None:
        return Decimal(repr(value))
    if field.kind is Kind.CHOICE and value is not None:
        return str(value)
    plain: Value = value
    return plain


def write_rows(
    register: Register, entries: Sequence[Entry], *, place: Place, is_plain: bool
) -> list[dict[str, Value]]:
    """The entries as rows of a sheet that can be imported again; masked unless `is_plain`."""
    names = Names(register, place)
    return [_write_row(register, entry, names, is_plain=is_plain) for entry in entries]


def _write_row(
    register: Register, entry: Entry, names: Names, *, is_plain: bool
) -> dict[str, Value]:  # fmt: skip
    row: dict[str, Value] = {PLACE: entry.place.name}
    for field in register.fields:
        row[field.name] = _out(field, entry, names, is_plain=is_plain)
    return row


def _out(field: Field, entry: Entry, names: Names, *, is_plain: bool) -> Value:
    value = getattr(entry, field.name)
    if field.is_private and not is_plain:
        return mask_value(field, value)
    return names.say(field, value) if field.kind in NAMED else _plain(field, value)


class PlaceNames:
    """The places that a sheet may name, by code or name; those around, so that one can be refused."""

    def __init__(self, within: Place) -> None:
        self._within = within
        county = find_place(within.county_code) or within
        self._found: dict[str, list[Place]] = {}
        for place in list_places(county if county.contains(within.code) else within):
            for name in {place.code, place.name, place.official_name, _short(place)}:
                self._found.setdefault(half_width(name), []).append(place)

    def get(self, said: str) -> Place:
        """The place of that name; one within the person's own is meant before any other."""
        places = self._found.get(half_width(said), [])
        own = [place for place in places if self._within.contains(place.code)]
        if len(own) > 1:
            raise RuleBroken("有几个地方都叫“%(said)s”，请写 12 位代码", said=said)
        if not places:
            raise RuleBroken("没有叫“%(said)s”的地方，请写村名或 12 位代码", said=said)
        if not own:
            raise RuleBroken("%(said)s不在您的范围内", said=said)
        return own[0]


def _short(place: Place) -> str:
    """明水 for 明水村, as the column 村 of a town's own sheet often has it."""
    return place.name.removesuffix("村").removesuffix("社区") if place.is_village else place.name


@dataclass(frozen=True)
class Incoming:
    """One line of a sheet on its way in: `row` is None where its place cannot be told."""

    line: cells.Row
    row: Row | None
    problems: list[Problem]


def take_in(
    lines: Iterable[cells.Row], places: PlaceNames, default: Place, *, has_place: bool
) -> list[Incoming]:
    """The lines of a sheet with their places; `default` holds where the sheet has no such column."""
    return [_take_in(line, places, default, has_place=has_place) for line in lines]


def _take_in(
    line: cells.Row, places: PlaceNames, default: Place, *, has_place: bool
) -> Incoming:  # fmt: skip
    problems = list(line.problems)
    said = line.values.get(PLACE)
    try:
        if has_place and said is None and not default.is_village:
            raise RuleBroken("请写明是哪个村（社区）或镇")
        place = default if said is None else places.get(str(said))
    except RuleBroken as wrong:
        return Incoming(line, None, [*problems, Problem(line.cells[PLACE], f"地方：{wrong}")])
    values = {name: value for name, value in line.values.items() if name != PLACE}
    return Incoming(line, Row(line.number, place, values), problems)
