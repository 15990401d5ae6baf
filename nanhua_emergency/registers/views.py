"""Pages of the registers: the overview, what needs attention, and the list of each."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.forms import Confirmation, asked_page
from nanhua_emergency.places.services import list_places
from nanhua_emergency.registers import freshness, queries
from nanhua_emergency.registers.declaring import Field, Kind, Register
from nanhua_emergency.registers.forms import FindEntriesForm, make_finding_form
from nanhua_emergency.registers.privacy import sees_plainly, show_value, show_values, title_of

bp = Blueprint("registers", __name__)

READERS = (Role.OFFICE, Role.LEADER, Role.VILLAGE)
KEEPERS = (Role.OFFICE, Role.VILLAGE)
# Lines of each reason on the page of all; the rest is one click away.
FIRST_LINES = 5


@bp.get("/registers/")
@allow(*READERS)
def list_registers() -> ResponseReturnValue:
    """Every register with its count, and what in it asks for somebody."""
    person = current_person()
    registers = queries.list_visible_registers(person)
    return render_template(
        "registers/list_registers.html",
        counts=queries.count_registers(registers, person.place),
        attention=freshness.count_all_attention(person, today=clock.today()),
    )


@bp.get("/registers/attention")
@allow(*READERS)
def list_attention() -> ResponseReturnValue:
    """What is unconfirmed, expired, too little or without a substitute within the person's place."""
    person, today, page = current_person(), clock.today(), asked_page()
    counts = freshness.count_all_attention(person, today=today)
    slug = request.args.get("reason", "")
    chosen = freshness.get_reason(slug, seen_by=person) if slug else None
    size = queries.PAGE if chosen else FIRST_LINES
    groups = {
        reason: freshness.list_attention(
            reason, person.place, today=today, page=page if chosen else 1, size=size
        )
        for reason in counts
        if chosen in (None, reason)
    }
    return render_template(
        "registers/list_attention.html",
        groups={reason: found[:size] for reason, found in groups.items()},
        show_value=show_value,
        counts=counts,
        chosen=chosen,
        page=page,
        has_more=bool(chosen) and any(len(found) > size for found in groups.values()),
        today=today,
        title_of=title_of,
        is_plain=sees_plainly(person),
    )


@bp.get("/registers/<register_slug>/")
@allow(*READERS)
def list_entries(register_slug: str) -> ResponseReturnValue:
    """One page of a register, narrowed as asked."""
    person, page = current_person(), asked_page()
    register = queries.get_visible_register(register_slug, seen_by=person)
    form = _finding_form(register, person, request.args)
    is_plain, is_whole = sees_plainly(person), form.validate()
    asked = _asked(form, register)
    entries = queries.list_entries(
        register,
        person.place,
        words=(form.words.data or "").strip() if is_whole else "",
        filters=asked,
        include_retired=form.include_retired.data,
        page=page,
        is_above_shown=True,
        is_private_searched=is_plain,
    )
    lines = [
        (entry, show_values(register, entry, is_plain=is_plain, in_list=True))
        for entry in entries[: queries.PAGE]
    ]
    return render_template(
        "registers/list_entries.html",
        register=register,
        form=form,
        lines=lines,
        page=page,
        has_more=len(entries) > queries.PAGE,
        kept={name: value for name, value in request.args.items() if name in form and value},
        may_keep=queries.may_keep(person.place_code, person),
        confirmation=Confirmation(),
        are_places_shown=not person.place.is_village or register.is_shown_below,
        columns=len(register.list_fields),
    )


def read_filter(
    register: Register, person: Account, asked: Any
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """The words and values by which a list is narrowed; words that cannot be read find all."""
    form = _finding_form(register, person, asked)
    words = (form.words.data or "").strip() if form.validate() else ""
    return words, _asked(form, register)


def _finding_form(register: Register, person: Account, asked: Any) -> FindEntriesForm:
    offered = {field.name: _offer(register, field, person) for field in register.filters}
    places = [] if person.place.is_village else list_places(person.place)
    return make_finding_form(register, places, offered, asked)


def _offer(register: Register, field: Field, person: Account) -> list[tuple[str, str]]:
    """The values by which a list can be narrowed."""
    if field.kind is Kind.CHOICE:
        return [(word, word) for word in field.options]
    if field.kind is Kind.YES_NO:
        return [("是", "是"), ("否", "否")]
    if field.kind is Kind.ENTRY:
        return name_teams(person)
    return [(word, word) for word in queries.list_values(register, field, person.place)]


def name_teams(person: Account) -> list[tuple[str, str]]:
    """The teams within a person's place, with the place where there are several."""
    is_one = person.place.is_village
    return [
        (str(team.id), team.name if is_one else f"{team.name}（{team.place.name}）")
        for team in queries.list_teams(person.place)
    ]


def _asked(form: FindEntriesForm, register: Register) -> dict[str, Any]:
    asked = {field.name: form[f"by_{field.name}"].data or "" for field in register.filters}
    return asked | {"place_code": form.place_code.data or ""}
