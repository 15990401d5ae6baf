"""Pages behind a signed link: one drill's record form, for somebody who has not signed in."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, allow
from nanhua_emergency.config import current_setting
from nanhua_emergency.drills.queries import find_valid_record
from nanhua_emergency.drills.record_page import (
    RecordPage,
    fill_record_form,
    give_receipt,
    keep_half,
    send_record,
    show_record_form,
)
from nanhua_emergency.errors import error_page
from nanhua_emergency.headers import closed
from nanhua_emergency.reminders import record_links
from nanhua_emergency.reminders.models import RecordLink
from nanhua_emergency.reminders.record_links import LinkEnded
from nanhua_emergency.reminders.views import bp


@bp.route("/reminders/record/<token>", methods=["GET", "POST"])
@allow(*EVERYONE)
def record_by_link(token: str) -> ResponseReturnValue:
    """Say what happened at the drill of a link; the record is made by the link's person."""
    link = _open_link(token)
    if request.method == "GET":
        record_links.check_unrecorded(link)
    page = _page(link, token)
    form = fill_record_form(page)
    receipt = send_record(page, form)
    if receipt is not None:
        return closed(give_receipt(receipt, url_for("reminders.show_receipt", token=token)))
    return closed(show_record_form(page, form))


def _open_link(token: str) -> RecordLink:
    return record_links.open_link(token, secret=current_setting("SECRET_KEY"), now=clock.now())


def _page(link: RecordLink, token: str) -> RecordPage:
    keep = url_for("reminders.keep_by_link", token=token)
    return RecordPage(link.drill, link.account, keep, "reminders/record_by_link.html")


@bp.post("/reminders/record/<token>/keep")
@allow(*EVERYONE)
def keep_by_link(token: str) -> ResponseReturnValue:
    """Keep a half-filled form (called by the page's script)."""
    link = _open_link(token)
    record_links.check_unrecorded(link)
    return closed(keep_half(link.drill, link.account))


@bp.get("/reminders/record/<token>/receipt")
@allow(*EVERYONE)
def show_receipt(token: str) -> ResponseReturnValue:
    """The number under which the record was taken, and what comes next."""
    link = _open_link(token)
    record = find_valid_record(link.drill)
    if record is None:
        raise LinkEnded("这次演练还没有记录。请从邮件里的链接打开，再填一次")
    page = render_template("reminders/show_receipt.html", drill=link.drill, record=record)
    return closed(page)


@bp.errorhandler(LinkEnded)
def show_ended_link(ended: LinkEnded) -> ResponseReturnValue:
    """Why a link opens nothing, and the way on."""
    if request.accept_mimetypes.best == "application/json":
        return closed(error_page(ended.status, ended.text()))
    page = render_template(
        "reminders/link_ended.html", text=ended.text(), drill_id=ended.values.get("drill_id")
    )
    return closed((page, ended.status))
