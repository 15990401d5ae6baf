"""Pages of reminders: the mails by state, the proof sheet of a drill, and what one does not want."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import SIGNED_IN, Role, allow, current_person
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db
from nanhua_emergency.drills import queries as drills
from nanhua_emergency.forms import Confirmation, asked_page
from nanhua_emergency.languages import _
from nanhua_emergency.reminders import queries, record_links, services
from nanhua_emergency.reminders.collecting import CHANNEL
from nanhua_emergency.reminders.forms import FindMailsForm, PauseKindsForm
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import MAIL_STATE_NAMES
from nanhua_emergency.reminders.proof import prove
from nanhua_emergency.reminders.short_texts import find_short_text

bp = Blueprint("reminders", __name__)

SENDERS = (Role.OFFICE, Role.ADMIN)
READERS = (*SENDERS, Role.LEADER)
PROOF_READERS = (Role.OFFICE, Role.LEADER, Role.VILLAGE)


@bp.get("/reminders/")
@allow(*READERS)
def list_mails() -> ResponseReturnValue:
    """The mails to people within the person's place, by state, newest first."""
    place, form, page = current_person().place, FindMailsForm(request.args), asked_page()
    words = (form.words.data or "").strip() if form.validate() else ""
    state = request.args.get("state", "")
    since = clock.now() - queries.LATELY if form.is_lately.data else None
    found = queries.list_mails(place, state=state, words=words, since=since, page=page)
    return render_template(
        "reminders/list_mails.html",
        form=form,
        state=state,
        states=MAIL_STATE_NAMES,
        counts=queries.count_mails(place, since=since),
        narrowing={"words": form.words.data or None, "is_lately": "y" if since else None},
        mails=found[: queries.PAGE],
        page=page,
        has_more=len(found) > queries.PAGE,
        channel=CHANNEL,
        has_server=bool(current_setting("MAIL_URL")),
    )


@bp.get("/reminders/mails/<int:mail_id>")
@allow(*READERS)
def show_mail(mail_id: int) -> ResponseReturnValue:
    """One mail: what it tells, and every try to send it."""
    mail = queries.get_mail(mail_id, seen_by=current_person())
    return render_template(
        "reminders/show_mail.html", mail=mail, channel=CHANNEL, confirmation=Confirmation()
    )


@bp.post("/reminders/mails/<int:mail_id>/resend")
@allow(*SENDERS)
def resend_mail(mail_id: int) -> ResponseReturnValue:
    """Send again what was given up, or what waits for its next try."""
    mail = queries.get_mail(mail_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.resend_mail(mail, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已排上，下一轮就发。"))
            return redirect(url_for("reminders.show_mail", mail_id=mail.id))
    return render_template("errors/resend.html", form=form), form.status


@bp.get("/drills/<int:drill_id>/reminders")
@allow(*PROOF_READERS)
def show_proof(drill_id: int) -> ResponseReturnValue:
    """Who was told of a drill, when and with what reply; ready to print."""
    person, now = current_person(), clock.now()
    drill = drills.get_drill(drill_id, seen_by=person)
    links = record_links.list_links(drill) if person.role is Role.OFFICE else []
    return render_template(
        "reminders/show_proof.html",
        drill=drill,
        proof=prove(drill, seen_by=person, now=now),
        short_text=find_short_text(drill, today=clock.day_of(now)),
        links=[(link, link.state_name(now)) for link in links],
        has_open_link=any(link.is_open(now) for link in links),
        now=now,
        confirmation=Confirmation(),
    )


@bp.post("/drills/<int:drill_id>/reminders/revoke-links")
@allow(Role.OFFICE)
def revoke_links(drill_id: int) -> ResponseReturnValue:
    """End every link that opens the drill's record form without signing in."""
    drill = drills.get_drill(drill_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            record_links.revoke_links(drill, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("免登录链接已收回，记录演练要先登录。"))
            return redirect(url_for("reminders.show_proof", drill_id=drill.id))
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/reminders/mine", methods=["GET", "POST"])
@allow(*SIGNED_IN)
def pause_kinds() -> ResponseReturnValue:
    """Choose which kinds of reminders one does not want."""
    person = current_person()
    form = PauseKindsForm(kinds=[kind.value for kind in services.list_paused(person)])
    if form.submitted():
        with form.refusals():
            kinds = [Kind(kind) for kind in form.kinds.data]
            services.pause_kinds(person, kinds, now=clock.now())
            db.session.commit()
            flash(_("已保存。"))
            return redirect(url_for("reminders.pause_kinds"))
    return render_template("reminders/pause_kinds.html", form=form, person=person), form.status
