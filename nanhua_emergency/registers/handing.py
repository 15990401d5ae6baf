"""Which entries name a person, and putting another person in their place."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import catalogue
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.services import write_change


@dataclass(frozen=True)
class Named:
    """A person as the registers of a place name them; `account_id` where they have an account."""

    name: str
    phone: str
    place: Place
    email: str = ""
    account_id: int | None = None


@dataclass(frozen=True)
class Duty:
    """One way in which an entry names a person: by these two columns.

    `own` are columns that are about the person too, and do not pass to the next one.
    """

    slug: str
    name: str
    register: Register
    name_field: str
    phone_field: str
    own: tuple[str, ...] = ()


DUTIES = (
    Duty("post", "岗位", catalogue.POSTS, "holder", "phone",
         ("term_from", "term_until", "trained_on")),
    Duty("leader", "救援队队长", catalogue.TEAMS, "leader", "leader_phone"),
    Duty("deputy", "救援队副队长", catalogue.TEAMS, "deputy", "deputy_phone"),
    Duty("member", "救援队队员", catalogue.MEMBERS, "name", "phone",
         ("gender", "birth_year", "skill", "kind", "insured_until")),
    Duty("waker", "叫醒人", catalogue.WAKE_UPS, "waker", "waker_phone"),
    Duty("substitute", "叫醒替补人", catalogue.WAKE_UPS, "substitute", "substitute_phone"),
    Duty("supply", "物资保管人", catalogue.SUPPLIES, "keeper", "keeper_phone"),
    Duty("shelter", "避难场所管护人", catalogue.SHELTERS, "keeper", "keeper_phone"),
    Duty("risk", "风险点责任人", catalogue.RISKS, "owner", "owner_phone"),
)  # fmt: skip


def is_named(duty: Duty, person: Named) -> ColumnElement[bool]:
    """Whether an entry in use names a person: the same name, and no other phone number.

    Two people of one place may share a name. A number that is missing on either side does not tell
    them apart; the page shows each entry, and the person at it decides.
    """
    model = duty.register.model
    phone = getattr(model, duty.phone_field)
    is_theirs: ColumnElement[bool] = getattr(model, duty.name_field) == person.name
    if person.phone:
        is_theirs &= phone.in_([person.phone, ""])
    if duty.register is catalogue.POSTS and person.account_id is not None:
        is_theirs = or_(is_theirs, model.account_id == person.account_id)
    in_use: ColumnElement[bool] = model.retired_at.is_(None)
    return in_use & person.place.covers(model.place_code) & is_theirs


def may_hand(place_code: str, person: Account) -> bool:
    """The office and the admin, each within their own place."""
    return person.role in (Role.OFFICE, Role.ADMIN) and person.place.contains(place_code)


def hand_entry(duty: Duty, entry: Entry, *, to: Named, by: Account, now: datetime) -> None:
    """Put another person into an entry; who it was stays in its history."""
    if not may_hand(entry.place_code, by):
        raise RuleBroken("这个地方不在您的范围内")
    values: dict[str, object] = {duty.name_field: to.name, duty.phone_field: to.phone}
    values |= {name: "" for name in duty.own}
    if duty.register is catalogue.POSTS:
        values |= {"email": to.email, "account_id": to.account_id}
    write_change(duty.register, entry, values, based_on=entry.version, by=by, now=now)
