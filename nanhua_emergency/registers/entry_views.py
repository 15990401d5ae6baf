"""Pages of one entry: show, add, change, confirm, retire, restore, reveal; supplies in and out."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import allow, current_person
from nanhua_emergency.accounts import queries as accounts
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.forms import Confirmation
from nanhua_emergency.languages import _
from nanhua_emergency.places.services import get_place, list_places
from nanhua_emergency.registers import freshness, history, queries, services, stock
from nanhua_emergency.registers.catalogue import SUPPLIES
from nanhua_emergency.registers.declaring import Kind, Register
from nanhua_emergency.registers.forms import (
    EntryForm,
    RecordMovementForm,
    RetireEntryForm,
    TakeStockForm,
    make_entry_form,
    typed_values,
)
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.privacy import (
    say_value,
    sees_plainly,
    show_change,
    show_values,
    title_of,
)
from nanhua_emergency.registers.references import list_titles
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.uses import list_uses, list_using_plans
from nanhua_emergency.registers.views import KEEPERS, READERS, bp, name_teams
from nanhua_emergency.registers.words import MovementKind


@bp.get("/registers/<register_slug>/<int:entry_id>")
@allow(*READERS)
def show_entry(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """One entry: what it says, what it needs, what was done to it."""
    register, entry = _find(register_slug, entry_id)
    return _entry_page(register, entry, is_plain=sees_plainly(current_person()))


@bp.post("/registers/<register_slug>/<int:entry_id>/reveal")
@allow(*READERS)
def reveal_entry(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """Show what is masked in one entry; that it was asked for is written down."""
    register, entry = _find(register_slug, entry_id)
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.reveal_entry(register, entry, by=current_person(), now=clock.now())
            db.session.commit()
            return _entry_page(register, entry, is_plain=True)
    return render_template("errors/resend.html", form=form), form.status


def _entry_page(register: Register, entry: Any, *, is_plain: bool) -> ResponseReturnValue:
    person = current_person()
    values = show_values(register, entry, is_plain=is_plain)
    changes = history.list_history(register, entry)
    return render_template(
        "registers/show_entry.html",
        register=register,
        entry=entry,
        title=title_of(register, entry, is_plain=is_plain),
        values=[shown for shown in values if shown.text],
        has_masked=any(shown.is_masked for shown in values),
        attention=freshness.list_entry_reasons(register, entry, today=clock.today()),
        changes=[(one, show_change(register, one, is_plain=is_plain)) for one in changes],
        movements=stock.list_movements(entry) if register is SUPPLIES else [],
        may_keep=queries.may_keep(entry.place_code, person),
        is_supply=register is SUPPLIES,
        is_plain=is_plain,
        confirmation=Confirmation(),
        plans=list_using_plans(list_uses(register, entry)),
    )


@bp.route("/registers/<register_slug>/add", methods=["GET", "POST"])
@allow(*KEEPERS)
def add_entry(register_slug: str) -> ResponseReturnValue:
    """Enter something new."""
    person = current_person()
    register = queries.get_visible_register(register_slug, seen_by=person)
    form = _entry_form(register, person)
    if form.submitted():
        with form.refusals():
            entry = services.add_entry(
                register,
                form.said(register),
                place=get_place(form.place_code.data),
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已登记。"))
            return _to_entry(register, entry)
    return render_template(
        "registers/add_entry.html", form=form, register=register, titles=list_titles(person.place)
    ), form.status


@bp.route("/registers/<register_slug>/<int:entry_id>/change", methods=["GET", "POST"])
@allow(*KEEPERS)
def change_entry(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """Change what is said of an entry."""
    person = current_person()
    register, entry = _find_kept(register_slug, entry_id)
    form = _entry_form(register, person, entry)
    clashes: list[tuple[str, str]] = []
    if form.submitted():
        with form.refusals():
            changed = services.change_entry(
                register,
                entry,
                form.said(register),
                based_on=form.version(),
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已保存。") if changed else _("没有改动。"))
            return _to_entry(register, entry)
        clashes = _show_theirs(register, entry, form)
    return render_template(
        "registers/change_entry.html",
        form=form,
        register=register,
        entry=entry,
        title=title_of(register, entry, is_plain=True),
        clashes=clashes,
        titles=list_titles(entry.place),
    ), form.status


def _show_theirs(register: Register, entry: Entry, form: EntryForm) -> list[tuple[str, str]]:
    """After a clash: what the other person wrote, and the form based on the newest version."""
    clash = form.refusal
    if not isinstance(clash, services.EntryChanged):
        return []
    now = typed_values(register, entry)
    for name in ("based_on", *clash.kept):
        form[name].data = now[name]
    fields = [register.by_name[name] for name in clash.clashes]
    return [(field.heading, say_value(field, getattr(entry, field.name))) for field in fields]


def _entry_form(register: Register, person: Account, entry: Entry | None = None) -> EntryForm:
    keys = {}
    for field in register.fields:
        if field.kind is Kind.ENTRY:
            keys[field.name] = name_teams(person)
        elif field.kind is Kind.ACCOUNT:
            keys[field.name] = [
                (str(one.id), f"{one.name}（{one.place.name}）")
                for one in accounts.list_accounts(person)
                if one.is_active
            ]
    return make_entry_form(register, list_places(person.place), keys, entry)


@bp.post("/registers/<register_slug>/<int:entry_id>/confirm")
@allow(*KEEPERS)
def confirm_entry(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """Say that an entry is still right."""
    register, entry = _find_kept(register_slug, entry_id)
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.confirm_entry(register, entry, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已核实，记在今天。"))
            return _to_entry(register, entry)
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/registers/<register_slug>/<int:entry_id>/retire", methods=["GET", "POST"])
@allow(*KEEPERS)
def retire_entry(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """Take an entry out of use, with the reason."""
    register, entry = _find_kept(register_slug, entry_id)
    form = RetireEntryForm()
    if form.submitted():
        with form.refusals():
            services.retire_entry(
                register,
                entry,
                reason=form.reason.data,
                by=current_person(),
                now=clock.now(),
                is_use_known=form.is_use_known.data,
            )
            db.session.commit()
            flash(_("已停用。登记的内容还在，可以恢复。"))
            return _to_entry(register, entry)
    uses = list_uses(register, entry)
    return render_template(
        "registers/retire_entry.html",
        form=form,
        register=register,
        entry=entry,
        title=title_of(register, entry, is_plain=True),
        plans=list_using_plans(uses),
        is_named=any(use.name for use in uses),
    ), form.status


@bp.post("/registers/<register_slug>/<int:entry_id>/restore")
@allow(*KEEPERS)
def restore_entry(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """Take a retired entry back into use."""
    register, entry = _find_kept(register_slug, entry_id)
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.restore_entry(register, entry, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已恢复。"))
            return _to_entry(register, entry)
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/registers/supplies/<int:supply_id>/move", methods=["GET", "POST"])
@allow(*KEEPERS)
def record_movement(supply_id: int) -> ResponseReturnValue:
    """Put a supply in, or take some out."""
    supply: Supply = queries.get_entry(SUPPLIES, supply_id, seen_by=current_person())
    form = RecordMovementForm(based_on=supply.version)
    if form.submitted():
        with form.refusals():
            movement = stock.record_movement(
                supply,
                kind=MovementKind(form.kind.data),
                amount=form.amount.data,
                reason=form.reason.data,
                by=current_person(),
                now=clock.now(),
                based_on=form.shown_version(),
            )
            db.session.commit()
            flash(_("已登记，现有 %(left)s。", left=movement.quantity_after))
            return _to_entry(SUPPLIES, supply)
        form.based_on.data = str(supply.version)  # whoever was told, and sends again, means it
    return render_template("registers/record_movement.html", form=form, supply=supply), form.status


@bp.route("/registers/supplies/<int:supply_id>/count", methods=["GET", "POST"])
@allow(*KEEPERS)
def take_stock(supply_id: int) -> ResponseReturnValue:
    """Enter what was counted."""
    supply: Supply = queries.get_entry(SUPPLIES, supply_id, seen_by=current_person())
    form = TakeStockForm(based_on=supply.version)
    if form.submitted():
        with form.refusals():
            stock.take_stock(
                supply,
                counted=form.counted.data,
                reason=form.reason.data or "",
                by=current_person(),
                now=clock.now(),
                based_on=form.shown_version(),
            )
            db.session.commit()
            flash(_("已盘点。"))
            return _to_entry(SUPPLIES, supply)
        form.based_on.data = str(supply.version)  # whoever was told, and sends again, means it
    return render_template("registers/take_stock.html", form=form, supply=supply), form.status


def _find(register_slug: str, entry_id: int) -> tuple[Register, Any]:
    person = current_person()
    register = queries.get_visible_register(register_slug, seen_by=person)
    return register, queries.get_entry(register, entry_id, seen_by=person)


def _find_kept(register_slug: str, entry_id: int) -> tuple[Register, Any]:
    person = current_person()
    register = queries.get_visible_register(register_slug, seen_by=person)
    return register, queries.get_kept_entry(register, entry_id, kept_by=person)


def _to_entry(register: Register, entry: Entry) -> ResponseReturnValue:
    return redirect(url_for("registers.show_entry", register_slug=register.slug, entry_id=entry.id))
