"""Which plans in force name which posts and registers; written by the plans, read by the registers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.models import Entry, Use
from nanhua_emergency.registers.privacy import say_value


@dataclass(frozen=True)
class UsingPlan:
    """One plan whose text in force names an entry, and under which headings."""

    title: str
    slug: str
    place_code: str
    headings: tuple[str, ...]


def replace_uses(place: Place, plan_id: int, uses: Sequence[Use]) -> None:
    """Keep what the text in force of a plan names; nothing, where no text is in force."""
    db.session.execute(delete(Use).where(Use.place_code == place.code, Use.plan_id == plan_id))
    db.session.add_all(uses)
    db.session.flush()


def list_uses(register: Register, entry: Entry) -> list[Use]:
    """The places in plans that an entry fills: of its own place, and of the town above it."""
    query = select(Use).where(
        Use.place_code.in_([entry.place_code, entry.place.town_code]), Use.register == register.slug
    )
    if register is POSTS:
        query = query.where(or_(Use.name == getattr(entry, "title", ""), Use.name == ""))
    found = db.session.scalars(query.order_by(Use.plan_id, Use.id).limit(500))
    return [use for use in found if _fits(register, entry, use)]


def list_using_plans(uses: Iterable[Use]) -> list[UsingPlan]:
    """The same by plan, each heading once: a plan may name a post in ten places."""
    headings: dict[tuple[str, str, str], list[str]] = {}
    for use in uses:
        plan = (use.plan_title, use.plan_slug, use.place_code)
        headings.setdefault(plan, []).append(use.heading)
    return [
        UsingPlan(*plan, tuple(dict.fromkeys(filter(None, found))))
        for plan, found in headings.items()
    ]


def _fits(register: Register, entry: Entry, use: Use) -> bool:
    """Whether the entry is among those that the reference asks for."""
    if not use.field:
        return True
    field = register.by_name.get(use.field)
    return field is not None and say_value(field, getattr(entry, field.name)) == use.value
