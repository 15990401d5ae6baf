"""Pages on which drills are read: the year, the month, one drill, and the calendar feed."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.drills import queries, services, year
from nanhua_emergency.drills.calendar import write_calendar
from nanhua_emergency.drills.models import DrillState
from nanhua_emergency.errors import NotFound
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.forms import Confirmation, asked_page, storable
from nanhua_emergency.languages import _
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import queries as plans

bp = Blueprint("drills", __name__)

READERS = (Role.OFFICE, Role.LEADER, Role.VILLAGE)


def asked_year() -> int:
    """The year that the address asks for; this year where it makes no sense."""
    asked = request.args.get("year", 0, type=int)
    return asked if 2000 <= asked <= 2100 else clock.today().year


def asked_plan() -> int | None:
    """The plan that a list is narrowed to; a number that no key can have finds nothing."""
    return storable(request.args.get("plan", None, type=int))


@bp.get("/drills/")
@allow(*READERS)
def list_drills() -> ResponseReturnValue:
    """The drills of a year within the person's place, as a list with filters."""
    person, chosen = current_person(), asked_year()
    month = request.args.get("month", 0, type=int)
    first, last = year.month_range(chosen, month) if 1 <= month <= 12 else year.year_range(chosen)
    page = asked_page()
    drills = queries.list_drills(
        person.place,
        first=first,
        last=last,
        now=clock.now(),
        plan_id=asked_plan(),
        state=request.args.get("state", ""),
        page=page,
    )
    shown = drills[: queries.PAGE]
    return render_template(
        "drills/list_drills.html",
        year=chosen,
        month=month,
        drills=shown,
        records=queries.map_records(shown),
        page=page,
        has_more=len(drills) > queries.PAGE,
        plans=plans.list_published(places.get_place(person.place.town_code)),
        now=clock.now(),
    )


@bp.get("/drills/month")
@allow(*READERS)
def show_month() -> ResponseReturnValue:
    """One month as a calendar sheet."""
    chosen = asked_year()
    month = min(max(1, request.args.get("month", clock.today().month, type=int)), 12)
    first, last = year.month_range(chosen, month)
    drills = queries.list_all_drills(current_person().place, first=first, last=last)
    return render_template(
        "drills/show_month.html",
        first=first,
        weeks=year.list_weeks(chosen, month, drills),
        previous=year.month_before(first),
        following=year.month_after(first),
        today=clock.today(),
    )


@bp.get("/drills/year")
@allow(*READERS)
def show_year() -> ResponseReturnValue:
    """The plan of the year (年度演练计划): every village by month, ready to print."""
    chosen, place = asked_year(), current_person().place
    first, last = year.year_range(chosen)
    drills = queries.list_all_drills(place, first=first, last=last)
    scheduled = [drill for drill in drills if drill.is_scheduled]
    return render_template(
        "drills/show_year.html",
        year=chosen,
        place=place,
        rows=year.list_rows(places.list_places(place), scheduled),
        drills=scheduled,
        records=queries.map_records(drills),
    )


@bp.get("/drills/<int:drill_id>")
@allow(*READERS)
def show_drill(drill_id: int) -> ResponseReturnValue:
    """One drill: what is planned, what happened, what came of it, what to do next."""
    person, now = current_person(), clock.now()
    drill = queries.get_drill(drill_id, seen_by=person)
    records = queries.list_records(drill)
    found = {one.id: findings.list_findings_of(Source.DRILL, one.id) for one in records}
    return render_template(
        "drills/show_drill.html",
        drill=drill,
        records=records,
        found=found,
        has_begun=drill.has_begun(now),
        has_record=any(record.is_valid for record in records),
        half=queries.find_half_record(drill, person),
        warnings=services.list_warnings(drill.planned_at, is_night=drill.is_night),
    )


@bp.get("/drills/calendar/<address>.ics")
@allow(*EVERYONE)
def read_feed(address: str) -> ResponseReturnValue:
    """The drills of a place for a calendar program, at a secret address."""
    feed = queries.find_feed(address)
    if feed is None:
        raise NotFound("这个日历地址已经更换，请向应急办要新的地址")
    first, last = date(clock.today().year - 1, 1, 1), date(clock.today().year + 2, 12, 31)
    drills = queries.list_all_drills(feed.place, first=first, last=last)
    events = [
        year.event_of(d, url_for("drills.show_drill", drill_id=d.id, _external=True))
        for d in drills
        if d.state is not DrillState.PROPOSED
    ]
    body = write_calendar(f"{feed.place.name}演练", events, clock.now())
    return Response(body, mimetype="text/calendar", headers={"Cache-Control": "no-cache"})


@bp.get("/drills/feed")
@allow(*READERS)
def show_feed() -> ResponseReturnValue:
    """The secret address of one's own place, and how to use it."""
    feed = queries.find_feed_of(current_person().place)
    return render_template("drills/show_feed.html", feed=feed, form=Confirmation())


@bp.post("/drills/feed")
@allow(*READERS)
def renew_feed() -> ResponseReturnValue:
    """Make a new secret address; whoever has the old one sees nothing more."""
    form, person = Confirmation(), current_person()
    if form.submitted():
        services.renew_feed(person.place, by=person, now=clock.now())
        db.session.commit()
        flash(_("新的日历地址已经生成，旧地址不能再用。"))
        return redirect(url_for("drills.show_feed"))
    return render_template("errors/resend.html", form=form), form.status
