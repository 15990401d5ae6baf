"""Pages behind the link in the quarterly mail: the holder confirms a post, or says what changed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, allow
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db
from nanhua_emergency.headers import closed
from nanhua_emergency.languages import _
from nanhua_emergency.registers import holders
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.declaring import Kind
from nanhua_emergency.registers.history import list_open_reports
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.privacy import Shown, show_values
from nanhua_emergency.reminders.confirm_forms import ConfirmPostForm, ReportChangeForm
from nanhua_emergency.reminders.confirm_links import open_confirm_link
from nanhua_emergency.reminders.record_links import LinkEnded

bp = Blueprint("confirming", __name__)


@bp.route("/confirm/<seal>", methods=["GET", "POST"])
@allow(*EVERYONE)
def confirm_post(seal: str) -> ResponseReturnValue:
    """What the register says of the holder, and the button for “all is right”.

    Opening the page confirms nothing: programs that check mails open every link.
    """
    post = _find_post(seal)
    form = ConfirmPostForm(version=post.version)
    if form.submitted():
        with form.refusals():
            holders.confirm_post(
                post, version=form.version.data, by=holders.HOLDER, now=clock.now()
            )
            db.session.commit()
            flash(_("谢谢，已经记下。这一页可以关上了。"))
            return closed(redirect(url_for("confirming.confirm_post", seal=seal)))
        form.version.data = post.version
    page = render_template(
        "reminders/confirm_post.html",
        form=form,
        post=post,
        values=_list_shown(post),
        reports=list_open_reports(post),
        is_confirmed=post.confirmed_on == clock.today(),
        seal=seal,
    )
    return closed((page, form.status))


@bp.route("/confirm/<seal>/change", methods=["GET", "POST"])
@allow(*EVERYONE)
def report_change(seal: str) -> ResponseReturnValue:
    """Say what has changed; the office and the village look at it."""
    post = _find_post(seal)
    form = ReportChangeForm()
    if form.submitted():
        with form.refusals():
            holders.report_change(post, text=form.text.data, by=holders.HOLDER, now=clock.now())
            db.session.commit()
            flash(_("已经告诉应急办和村里，核对后会改过来。"))
            return closed(redirect(url_for("confirming.confirm_post", seal=seal)))
    page = render_template("reminders/report_change.html", form=form, post=post, seal=seal)
    return closed((page, form.status))


@bp.errorhandler(LinkEnded)
def show_ended_link(ended: LinkEnded) -> ResponseReturnValue:
    """Why a link opens nothing, and the way on."""
    page = render_template("reminders/confirm_ended.html", text=ended.text())
    return closed((page, ended.status))


def _find_post(seal: str) -> Post:
    return open_confirm_link(seal, secret=current_setting("SECRET_KEY"), now=clock.now())


def _list_shown(post: Post) -> list[Shown]:
    """The lines that are about the holder, phone and address masked: a mail may be forwarded."""
    shown = show_values(POSTS, post, is_plain=False)
    return [one for one in shown if one.text and one.field.kind is not Kind.ACCOUNT]
