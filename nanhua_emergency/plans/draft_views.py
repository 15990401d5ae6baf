"""Pages of the editor: write, preview, keep, save, and settle what two people both changed."""

from collections.abc import Mapping

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.forms import Confirmation, storable
from nanhua_emergency.languages import _
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans import (
    checking,
    demands,
    drafting,
    limits,
    outline,
    queries,
    references,
)
from nanhua_emergency.plans.filled import fill_text
from nanhua_emergency.plans.forms import KeepTextForm, SaveDraftForm, SettleClashForm
from nanhua_emergency.plans.lifecycle import Verb
from nanhua_emergency.plans.merge import Clash, Merge
from nanhua_emergency.plans.models import Edition, Revision
from nanhua_emergency.plans.views import bp
from nanhua_emergency.plans.work_views import edition_for


@bp.route("/work/editions/<int:edition_id>/edit", methods=["GET", "POST"])
@allow(Role.OFFICE)
def save_draft(edition_id: int) -> ResponseReturnValue:
    """Edit the text: preview it, or save it as a new revision."""
    edition = edition_for(edition_id, Verb.SAVE)
    form, preview = _draft_form(edition), None
    if form.submitted():
        with form.refusals():
            limits.check_body_limits(form.body.data or "")
            if "preview" not in request.form:
                return _save(edition, form)
            preview = fill_text(limits.tidy_body(form.body.data), edition.plan.place)
    if isinstance(form.refusal, drafting.Clashing):
        return _clash_page(edition, form.refusal, form.body.data, form.note.data or "")
    return _editor_page(edition, form, preview=preview), form.status


def _draft_form(edition: Edition) -> SaveDraftForm:
    """The text as it stands, or the unsaved one where its author asked for it."""
    offer = drafting.find_offer(edition, current_person())
    if offer is not None and request.method == "GET" and "kept" in request.args:
        return SaveDraftForm(body=offer.body, based_on_id=offer.based_on_id or "")
    return SaveDraftForm(body=edition.body, based_on_id=edition.head_id or "")


def _editor_page(edition: Edition, form: SaveDraftForm, *, preview: object) -> str:
    person = current_person()
    offer = drafting.find_offer(edition, person)
    posts, registers = checking.known_references()
    own = references.list_post_titles(edition.plan.place)
    return render_template(
        "plans/save_draft.html",
        form=form,
        edition=edition,
        plan=edition.plan,
        preview=preview,
        offer=offer if request.method == "GET" and "kept" not in request.args else None,
        others=drafting.list_others(edition, person, now=clock.now()),
        sections=outline.list_sections(form.body.data or ""),
        posts=posts | set(own),
        registers=references.list_offers(registers),
        answers=demands.list_answers(edition),
    )


def _save(edition: Edition, form: SaveDraftForm) -> ResponseReturnValue:
    revision = drafting.save_draft(
        edition,
        body=form.body.data,
        based_on_id=_key(form.based_on_id.data),
        note=form.note.data or "",
        by=current_person(),
        now=clock.now(),
    )
    db.session.commit()
    is_merged = revision.body != limits.tidy_body(form.body.data)
    flash(_("已保存，并与别人刚保存的文本合到了一起。") if is_merged else _("已保存。"))
    return redirect(url_for("plans.show_edition", edition_id=edition.id))


def _key(value: object) -> int | None:
    """The key that was sent; what only stood in the page, a number, was not sent at all."""
    is_key = isinstance(value, str) and value.isdecimal() and len(value) < 10
    return int(str(value)) if is_key else None


def _clash_page(
    edition: Edition, clashing: drafting.Clashing, body: str, note: str
) -> ResponseReturnValue:
    form = SettleClashForm(
        formdata=None,
        body=body,
        note=note,
        based_on_id=clashing.base.id,
        their_id=clashing.theirs.id,
    )
    form.reject(clashing)
    return _settling_page(edition, form, clashing.merged, clashing.theirs), clashing.status


def _settling_page(
    edition: Edition, form: SettleClashForm, merged: Merge, theirs: Revision, *,
    asked: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Every clash with both texts; `asked` are the picks made so far, if any for this merge."""
    return render_template(
        "plans/settle_clash.html",
        form=form,
        edition=edition,
        plan=edition.plan,
        theirs=theirs,
        parts=[(part, isinstance(part, Clash)) for part in merged.parts],
        picks=drafting.PICK_NAMES,
        asked=asked or {},
    )


@bp.post("/work/editions/<int:edition_id>/settle")
@allow(Role.OFFICE)
def settle_clash(edition_id: int) -> ResponseReturnValue:
    """Save a text in which a person has decided every clash."""
    edition = queries.get_edition(edition_id, seen_by=current_person())
    form = SettleClashForm()
    try:
        merged, theirs = drafting.merge_again(
            edition,
            body=form.body.data or "",
            based_on_id=_key(form.based_on_id.data),
            their_id=_key(form.their_id.data),
        )
    except RuleBroken as refusal:
        return _back_to_editor(edition, form, refusal)
    if form.submitted():
        with form.refusals():
            drafting.settle_clash(
                edition,
                merged=merged,
                theirs=theirs,
                choices=_choices(merged),
                note=form.note.data or "",
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已保存。您选定的地方已经写入。"))
            return redirect(url_for("plans.show_edition", edition_id=edition.id))
    if isinstance(form.refusal, drafting.Clashing):
        return _clash_page(edition, form.refusal, form.refusal.body, form.note.data or "")
    return _settling_page(edition, form, merged, theirs, asked=request.form), form.status


def _back_to_editor(
    edition: Edition, form: SettleClashForm, refusal: RuleBroken
) -> ResponseReturnValue:
    """There is nothing to settle: the text goes back into the editor, with the reason."""
    again = SaveDraftForm(
        formdata=None,
        body=form.body.data,
        note=form.note.data,
        based_on_id=form.based_on_id.data,
    )
    if form.submitted():
        again.reject(refusal)
    else:
        again.notices, again.status = form.notices, form.status
    return _editor_page(edition, again, preview=None), again.status


def _choices(merged: Merge) -> list[drafting.Choice]:
    return [
        drafting.Choice(request.form.get(f"pick_{n}", ""), request.form.get(f"own_{n}", ""))
        for n in range(len(merged.clashes))
    ]


@bp.post("/work/editions/<int:edition_id>/keep")
@allow(Role.OFFICE)
def keep_text(edition_id: int) -> ResponseReturnValue:
    """Keep what is typed and not saved (called by the editor's script); says who else is there."""
    edition, form = queries.get_edition(edition_id, seen_by=current_person()), KeepTextForm()
    if not form.submitted():
        return _ask_again(form)
    person, now = current_person(), clock.now()
    try:
        kept = drafting.keep_text(
            edition, body=form.body.data or "", based_on_id=_key(form.based_on_id.data),
            by=person, now=now,
        )  # fmt: skip
    except RuleBroken as refusal:
        db.session.rollback()
        return jsonify(message=refusal.text()), refusal.status
    db.session.commit()
    head = edition.head
    return jsonify(
        kept_at=kept.kept_at and kept.kept_at.astimezone(clock.CHINA).strftime("%H:%M:%S"),
        others=drafting.list_others(edition, person, now=now),
        head_id=edition.head_id,
        head_by=head.author if head else "",
    )


def _ask_again(form: KeepTextForm) -> ResponseReturnValue:
    """A fresh token for a script whose own has gone with an earlier sign-in."""
    return jsonify(message="".join(form.notices), csrf_token=generate_csrf()), form.status


@bp.post("/work/editions/<int:edition_id>/forget")
@allow(Role.OFFICE)
def forget_kept_text(edition_id: int) -> ResponseReturnValue:
    """Throw away what was left unsaved, because its author does not want it."""
    edition, form = queries.get_edition(edition_id, seen_by=current_person()), Confirmation()
    if form.submitted():
        drafting.forget_kept_text(edition, by=current_person())
        db.session.commit()
        flash(_("没保存的那份已经丢掉。"))
        return redirect(url_for("plans.save_draft", edition_id=edition.id))
    return render_template("errors/resend.html", form=form), form.status


@bp.post("/work/preview")
@allow(Role.OFFICE)
def preview_text() -> ResponseReturnValue:
    """The published rendering of a text that is not saved (called by the editor's script)."""
    form = KeepTextForm()
    if not form.submitted():
        return _ask_again(form)
    try:
        limits.check_body_limits(form.body.data or "")
    except RuleBroken as refusal:
        return jsonify(message=refusal.text()), refusal.status
    return jsonify(html=fill_text(limits.tidy_body(form.body.data), _place_of_preview()))


def _place_of_preview() -> Place:
    """The place whose registers fill the preview: the plan's, or the person's own."""
    asked = storable(request.args.get("edition", None, type=int))
    if asked:
        return queries.get_edition(asked, seen_by=current_person()).plan.place
    place: Place = current_person().place
    return place
