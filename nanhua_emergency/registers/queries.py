"""Find the entries of a register within a place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers.catalogue import REGISTERS, get_register
from nanhua_emergency.registers.declaring import Audience, Field, Kind, Register
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.people_models import Member, Post, Team, Training
from nanhua_emergency.registers.words import Seat

PAGE = 50
MOST = 5000


def may_see(register: Register, person: Account) -> bool:
    """Whether a register is for this person's eyes at all."""
    if register.audience is Audience.HOUSEHOLDS:
        return person.role in (Role.OFFICE, Role.VILLAGE)
    return person.role in (Role.OFFICE, Role.VILLAGE, Role.LEADER)


def may_keep(place_code: str, person: Account) -> bool:
    """The office and the village, each for what lies within its own place."""
    return person.role in (Role.OFFICE, Role.VILLAGE) and person.place.contains(place_code)


def refuse_stranger(place_code: str, person: Account) -> None:
    """Refuse whoever does not keep the registers of a place."""
    if not may_keep(place_code, person):
        raise RuleBroken("这个地方不在您的范围内", field="place_code")


def list_visible_registers(person: Account) -> list[Register]:
    """The registers that a person may see, in their order."""
    return [register for register in REGISTERS if may_see(register, person)]


def get_visible_register(slug: str, *, seen_by: Account) -> Register:
    """A register that the person may see; NotFound for any other."""
    register = get_register(slug)
    if not may_see(register, seen_by):
        raise NotFound("没有这本名册")
    return register


def get_entry(register: Register, entry_id: int, *, seen_by: Account) -> Any:
    """An entry within the person's place, or shown to the villages; NotFound for any other."""
    entry = db.session.get(register.model, entry_id)
    if entry is None or not (may_see(register, seen_by) and _is_within(register, entry, seen_by)):
        raise NotFound("没有这一条")
    return entry


def _is_within(register: Register, entry: Entry, person: Account) -> bool:
    is_above = register.is_shown_below and entry.place_code == person.place.town_code
    return person.place.contains(entry.place_code) or (is_above and not entry.is_retired)


def get_kept_entry(register: Register, entry_id: int, *, kept_by: Account) -> Any:
    """An entry that the person keeps; NotFound for any other, even if it is shown to them."""
    entry = get_entry(register, entry_id, seen_by=kept_by)
    if not may_keep(entry.place_code, kept_by):
        raise NotFound("这一条不归您登记")
    return entry


def list_entries(
    register: Register, place: Place, *, words: str = "", filters: Mapping[str, str] | None = None,
    include_retired: bool = False, page: int = 1, is_above_shown: bool = False,
    is_private_searched: bool = False, size: int = PAGE,
) -> list[Any]:  # fmt: skip
    """One page, and one more, of the entries within a place, in the register's own order.

    `filters` holds text for fields that can be filtered by, and `place_code`. With
    `is_above_shown` a village sees the town's entries of the registers meant for it.
    """
    model = register.model
    query = select(model).where(_where(register, place, is_above_shown, include_retired))
    for condition in _filtered(register, filters or {}):
        query = query.where(condition)
    if words:
        query = query.where(_has_words(register, words, is_private_searched))
    if is_above_shown and place.is_village:
        query = query.order_by(model.place_code != place.code)  # the own ones first
    query = query.order_by(model.retired_at.is_not(None), *_order(register))
    return list(db.session.scalars(query.offset((page - 1) * size).limit(size + 1)))


def _where(
    register: Register, place: Place, is_above_shown: bool, include_retired: bool
) -> ColumnElement[bool]:
    model = register.model
    within: ColumnElement[bool] = place.covers(model.place_code)
    if is_above_shown and register.is_shown_below and place.is_village:
        # What the town has retired is no business of a village's.
        within |= (model.place_code == place.town_code) & model.retired_at.is_(None)
    return within if include_retired else within & model.retired_at.is_(None)


def _filtered(register: Register, filters: Mapping[str, str]) -> Iterable[ColumnElement[bool]]:
    code = filters.get("place_code")
    if code:
        yield register.model.place_code == code
    for field in register.filters:
        asked = filters.get(field.name)
        if asked:
            yield _is_asked(register, field, asked)


def _is_asked(register: Register, field: Field, asked: str) -> ColumnElement[bool]:
    column: ColumnElement[Any] = getattr(register.model, field.name)
    if field.kind is Kind.CHOICE:
        words = field.words
        known = words is not None and asked in field.options
        return column == words(asked) if words and known else column.is_(None) & column.is_not(None)
    if field.kind is Kind.YES_NO:
        return column.is_(asked == "是")
    if field.kind is Kind.ENTRY:
        return _is_entry(get_register(field.of), column, asked)
    return column == asked


def _is_entry(other: Register, column: ColumnElement[Any], asked: str) -> ColumnElement[bool]:
    """By its key, as a list asks, or by its name, as a plan does."""
    if asked.isascii() and asked.isdecimal():
        return column == (int(asked) if len(asked) < 10 else 0)
    named = select(other.model.id).where(getattr(other.model, other.title_field) == asked)
    return column.in_(named)


def _has_words(register: Register, words: str, is_private_searched: bool) -> ColumnElement[bool]:
    texts = [
        getattr(register.model, field.name)
        for field in register.fields
        if field.is_text and (is_private_searched or not field.is_private)
    ]
    return or_(*(column.contains(words, autoescape=True) for column in texts))


def _order(register: Register) -> list[Any]:
    """The columns of the register's order, ended by the key; a leading - means last first."""
    columns: list[Any] = []
    for name in register.order:
        column = getattr(register.model, name.removeprefix("-"))
        columns.append(column.desc() if name.startswith("-") else column)
    return [*columns, register.model.id]


def count_entries(
    register: Register, place: Place, *, filters: Mapping[str, str] | None = None
) -> int:
    """How many entries in use a place has in a register, all below it included."""
    model = register.model
    query = select(func.count()).select_from(model)
    query = query.where(place.covers(model.place_code), model.retired_at.is_(None))
    return db.session.scalar(query.where(*_filtered(register, filters or {}))) or 0


def count_registers(registers: Sequence[Register], place: Place) -> dict[Register, int]:
    """The same for several registers, in one statement."""
    columns = [
        select(func.count())
        .select_from(one.model)
        .where(place.covers(one.model.place_code), one.model.retired_at.is_(None))
        .scalar_subquery()
        for one in registers
    ]
    return dict(zip(registers, db.session.execute(select(*columns)).one(), strict=True))


def list_values(register: Register, field: Field, place: Place) -> list[str]:
    """The different texts that stand in a field within a place, for a filter to offer."""
    column = getattr(register.model, field.name)
    query = select(column).where(
        place.covers(register.model.place_code), register.model.retired_at.is_(None), column != ""
    )
    return list(db.session.scalars(query.distinct().order_by(column).limit(200)))


def count_by_place(register: Register, place: Place) -> dict[str, int]:
    """How many entries in use each place within a place has; places without any are left out."""
    model = register.model
    query = (
        select(model.place_code, func.count())
        .where(place.covers(model.place_code), model.retired_at.is_(None))
        .group_by(model.place_code)
    )
    return {code: count for code, count in db.session.execute(query)}


def map_keys(register: Register, place: Place) -> dict[tuple[Any, ...], int]:
    """The key of each entry in use within a place, by place code and the register's own key.

    For imports, which must know ten thousand rows again without asking for each.
    """
    model = register.model
    names = ["place_code", *(field.name for field in register.key_fields)]
    columns = [getattr(model, name) for name in names]
    query = select(model.id, *columns).where(
        place.covers(model.place_code), model.retired_at.is_(None)
    )
    return {tuple(row[1:]): row[0] for row in db.session.execute(query)}


def list_teams(place: Place) -> list[Team]:
    """The teams in use within a place."""
    query = select(Team).where(place.covers(Team.place_code), Team.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Team.place_code, Team.name).limit(MOST)))


def count_posts(place: Place, title: str, *, seat: Seat = Seat.FIRST) -> int:
    """How many seats of a post are filled within a place."""
    query = select(func.count()).select_from(Post)
    return db.session.scalar(query.where(
        place.covers(Post.place_code), Post.retired_at.is_(None), Post.title == title,
        Post.seat == seat, Post.holder != "",
    )) or 0  # fmt: skip


def list_posts(place: Place, title: str) -> list[Post]:
    """The seats of a post at exactly that place, first holders first."""
    query = select(Post).where(
        Post.place_code == place.code, Post.title == title, Post.retired_at.is_(None)
    )
    order = (Post.grid_code, Post.alias, Post.seat, Post.id)
    return list(db.session.scalars(query.order_by(*order).limit(MOST)))


def count_members(place: Place) -> int:
    """How many people are in the rescue teams within a place."""
    query = select(func.count()).select_from(Member)
    return db.session.scalar(
        query.where(place.covers(Member.place_code), Member.retired_at.is_(None))
    ) or 0  # fmt: skip


def count_trainings(place: Place, first: date, last: date) -> int:
    """How many trainings were held within a place between two days."""
    query = select(func.count()).select_from(Training)
    return db.session.scalar(query.where(
        place.covers(Training.place_code), Training.retired_at.is_(None),
        Training.held_on.between(first, last),
    )) or 0  # fmt: skip
