"""Pages of the rounds: the list, the matrix, opening and closing, the trend of a place."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person, may_open
from nanhua_emergency.audits import queries, services
from nanhua_emergency.audits.checklists import Checklist
from nanhua_emergency.audits.forms import CloseRoundForm, OpenRoundForm
from nanhua_emergency.audits.item_verdicts import count_items
from nanhua_emergency.audits.matrix import lay_out
from nanhua_emergency.audits.models import Round
from nanhua_emergency.audits.services import Period
from nanhua_emergency.audits.verdicts import VERDICT_NAMES
from nanhua_emergency.audits.workbook import write_workbook
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound
from nanhua_emergency.files import XLSX, download
from nanhua_emergency.forms import asked_page, choices
from nanhua_emergency.languages import _
from nanhua_emergency.registers.queries import list_visible_registers

bp = Blueprint("audits", __name__)

READERS = (Role.OFFICE, Role.LEADER, Role.VILLAGE)
DUE_IN = timedelta(days=30)


def checklists() -> dict[str, Checklist]:
    """The checklists of this site, read when it started."""
    found: dict[str, Checklist] = current_app.extensions["checklists"]
    return found


@bp.app_template_global()
def evidence_links(kept: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and addresses of a kept statement's links that this person may open today."""
    found = []
    for link in kept.get("links", ()):
        try:
            if _may_follow(link):
                found.append((link["text"], url_for(link["endpoint"], **link["args"])))
        except (BuildError, KeyError):
            continue  # a page of an older version that is no longer there
    return found


def _may_follow(link: dict[str, Any]) -> bool:
    visible = {register.slug for register in list_visible_registers(current_person())}
    slug = link["args"].get("register_slug")
    return may_open(link["endpoint"]) and (slug is None or slug in visible)


@bp.app_template_filter()
def day_said(kept: dict[str, Any]) -> date | None:
    """The day on which a kept statement was made."""
    return date.fromisoformat(kept["on"]) if kept else None


@bp.get("/audits/")
@allow(*READERS)
def list_rounds() -> ResponseReturnValue:
    """The rounds of the person's place, newest first."""
    person, page = current_person(), asked_page()
    found = queries.list_rounds(person.place, page=page)
    return render_template(
        "audits/list_rounds.html",
        rounds=found[: queries.PAGE],
        page=page,
        has_more=len(found) > queries.PAGE,
        checklists=checklists().values(),
        place=person.place,
        today=clock.today(),
    )


@bp.route("/audits/open/<checklist_slug>", methods=["GET", "POST"])
@allow(Role.OFFICE)
def open_round(checklist_slug: str) -> ResponseReturnValue:
    """Begin a round of a checklist for a period and for places."""
    person, checklist = current_person(), checklists().get(checklist_slug)
    if checklist is None:
        raise NotFound("没有这张核查表")
    places = {one.code: one for one in queries.list_places_for(checklist, person.place)}
    form = OpenRoundForm(data=_usual_period(clock.today()) | {"places": list(places)})
    form.places.choices = choices((code, one.name) for code, one in places.items())
    if form.submitted():
        with form.refusals():
            held = services.open_round(
                checklist,
                [places[code] for code in form.places.data if code in places],
                period=Period(
                    form.period.data, form.first_on.data, form.last_on.data, form.due_on.data
                ),
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已开始，每一条都从“未核查”起，登记里的情况已经取好。"))
            return to_round(held)
    return render_template("audits/open_round.html", form=form, checklist=checklist), form.status


def _usual_period(today: date) -> dict[str, object]:
    first_half = today.month <= 6
    return {
        "period": f"{today.year}年{'上' if first_half else '下'}半年",
        "first_on": date(today.year, 1 if first_half else 7, 1),
        "last_on": date(today.year, 6, 30) if first_half else date(today.year, 12, 31),
        "due_on": today + DUE_IN,
    }


@bp.get("/audits/rounds/<int:round_id>")
@allow(*READERS)
def show_round(round_id: int) -> ResponseReturnValue:
    """The matrix of a round: places and items, in words as well as colour."""
    person, page = current_person(), asked_page()
    held = queries.get_round(round_id, seen_by=person)
    audits = queries.list_audits(held, within=person.place, page=page)
    rows = lay_out(audits[: queries.PAGE])
    return render_template(
        "audits/show_round.html",
        held=held,
        checklist=held.checklist,
        rows=rows,
        counts=count_items(held, within=person.place),
        names=VERDICT_NAMES,
        may_close=services.may_close(held, person),
        page=page,
        has_more=len(audits) > queries.PAGE,
        today=clock.today(),
    )


@bp.get("/audits/rounds/<int:round_id>.xlsx")
@allow(*READERS)
def download_round(round_id: int) -> ResponseReturnValue:
    """The same as an Excel file, with every answer."""
    person = current_person()
    held = queries.get_round(round_id, seen_by=person)
    audits = [a for a in queries.list_all_audits(held) if person.place.contains(a.place_code)]
    data = write_workbook(held, lay_out(audits))
    return download(data, f"{held.title}.xlsx", XLSX, plain=f"round-{held.id}.xlsx")


@bp.route("/audits/rounds/<int:round_id>/close", methods=["GET", "POST"])
@allow(Role.OFFICE)
def close_round(round_id: int) -> ResponseReturnValue:
    """Lock a round; whoever has not finished is named first."""
    held = queries.get_round(round_id, seen_by=current_person())
    if not services.may_close(held, current_person()):
        raise NotFound("没有这一轮核查")
    form = CloseRoundForm()
    if form.submitted():
        with form.refusals():
            services.close_round(
                held, reason=form.reason.data or "", by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已结束，每份核查表都锁定了。"))
            return to_round(held)
    return render_template(
        "audits/close_round.html",
        form=form,
        held=held,
        unfinished=[] if held.is_closed else services.list_unfinished(held),
    ), form.status


@bp.get("/audits/places/<place_code>")
@allow(*READERS)
def show_trend(place_code: str) -> ResponseReturnValue:
    """One place over the rounds, list by list; beside no other place."""
    place = queries.get_place_seen(place_code, seen_by=current_person())
    trends = [
        (checklist, lay_out(queries.list_audits_of_place(place, slug)))
        for slug, checklist in checklists().items()
    ]
    return render_template(
        "audits/show_trend.html",
        place=place,
        trends=[(checklist, rows) for checklist, rows in trends if rows],
    )


def to_round(held: Round) -> ResponseReturnValue:
    """Back to the matrix."""
    return redirect(url_for("audits.show_round", round_id=held.id))
