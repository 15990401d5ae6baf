"""Pages on which drills are planned: schedule, propose, accept, change, move, cancel."""

from datetime import date, datetime, time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.drills import queries, services
from nanhua_emergency.drills.forms import DrillForm, MoveDrillForm, ScheduleDrillsForm
from nanhua_emergency.drills.models import Drill, Form, Purpose, Scope
from nanhua_emergency.drills.views import bp
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.forms import Confirmation, ReasonForm, choices
from nanhua_emergency.languages import _
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans import queries as plans
from nanhua_emergency.plans.models import Plan


def _list_plans() -> list[Plan]:
    """The plans that one's own villages may drill: the town's and the village's in force."""
    place = current_person().place
    own = plans.list_published(place)
    town = plans.list_published(places.get_place(place.town_code)) if place.is_village else []
    return [line.plan for line in [*town, *own]]


def _offer(form: DrillForm) -> list[Plan]:
    offered = _list_plans()
    names = [(str(plan.id), f"{plan.hazard}　{plan.title}") for plan in offered]
    form.plan_id.choices = choices(names)
    form.second_plan_id.choices = choices([("0", _("不同时演练")), *names])
    return offered


def _details(form: DrillForm, offered: list[Plan]) -> services.Details:
    by_id = {plan.id: plan for plan in offered}
    return services.Details(
        title=form.title.data or "",
        form=Form(form.form.data),
        scope=Scope(form.scope.data),
        purpose=Purpose(form.purpose.data),
        location=form.location.data or "",
        organiser=form.organiser.data or current_person().name,
        scenario=form.scenario.data or "",
        expected_count=form.expected_count.data,
        is_time_unannounced=form.is_time_unannounced.data,
        is_scenario_unannounced=form.is_scenario_unannounced.data,
        is_night=form.is_night.data,
        second_plan=by_id.get(form.second_plan_id.data),
        organiser_account=current_person(),
    )


def moment_of(day: date, at: time) -> datetime:
    """A day and a time as people in China write them, as a moment."""
    try:
        return clock.moment_of(day, at)
    except OverflowError as wrong:  # the first day of the year 1
        raise RuleBroken("日期不对，请核对年份", field="planned_on") from wrong


@bp.route("/drills/schedule", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.VILLAGE)
def schedule_drills() -> ResponseReturnValue:
    """Schedule one drill for one or many villages; a village head proposes one."""
    person = current_person()
    is_linked = request.method == "GET" and request.args
    form = ScheduleDrillsForm(request.args) if is_linked else ScheduleDrillsForm()
    offered, within = _offer(form), places.list_places(person.place)
    form.villages.choices = choices((place.code, place.name) for place in within)
    if person.place.is_village and not form.is_submitted():
        form.villages.data = [person.place_code]
    if form.submitted():
        with form.refusals():
            return _schedule(form, offered, within)
    return render_template(
        "drills/schedule_drills.html", form=form, is_proposal=person.role is Role.VILLAGE
    ), form.status


def _schedule(
    form: ScheduleDrillsForm, offered: list[Plan], within: list[Place]
) -> ResponseReturnValue:
    person = current_person()
    planned_at = moment_of(form.planned_on.data, form.planned_time.data)
    drills = services.schedule_drills(
        next(plan for plan in offered if plan.id == form.plan_id.data),
        [place for place in within if place.code in (form.villages.data or [])],
        _details(form, offered),
        planned_at=planned_at,
        by=person,
        now=clock.now(),
    )
    db.session.commit()
    done = _("已提议，等应急办接受。") if person.role is Role.VILLAGE else _("已排定。")
    flash(" ".join([done, *services.list_warnings(planned_at, is_night=form.is_night.data)]))
    if len(drills) == 1:
        return redirect(url_for("drills.show_drill", drill_id=drills[0].id))
    return redirect(url_for("drills.list_drills", year=form.planned_on.data.year))


@bp.route("/drills/<int:drill_id>/change", methods=["GET", "POST"])
@allow(Role.OFFICE)
def change_drill(drill_id: int) -> ResponseReturnValue:
    """Change what is said of a drill."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    form = DrillForm(obj=drill)
    offered = _offer(form)
    if form.submitted():
        with form.refusals():
            services.change_drill(
                drill,
                _details(form, offered),
                plan=next(plan for plan in offered if plan.id == form.plan_id.data),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已保存。"))
            return _to_drill(drill)
    return render_template("drills/change_drill.html", form=form, drill=drill), form.status


@bp.route("/drills/<int:drill_id>/move", methods=["GET", "POST"])
@allow(Role.OFFICE)
def move_drill(drill_id: int) -> ResponseReturnValue:
    """Give a drill another date."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    at = drill.planned_at.astimezone(clock.CHINA)
    form = MoveDrillForm(planned_on=at.date(), planned_time=at.time())
    if form.submitted():
        with form.refusals():
            planned_at = moment_of(form.planned_on.data, form.planned_time.data)
            services.move_drill(
                drill,
                planned_at=planned_at,
                reason=form.reason.data or "",
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            warnings = services.list_warnings(planned_at, is_night=drill.is_night)
            flash(" ".join([_("已改期。"), *warnings]))
            return _to_drill(drill)
    return render_template("drills/move_drill.html", form=form, drill=drill), form.status


@bp.post("/drills/<int:drill_id>/accept")
@allow(Role.OFFICE)
def accept_drill(drill_id: int) -> ResponseReturnValue:
    """Put a village's proposal into the plan of the year."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.accept_drill(drill, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已接受，列入年度计划。"))
            return _to_drill(drill)
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/drills/<int:drill_id>/cancel", methods=["GET", "POST"])
@allow(Role.OFFICE)
def cancel_drill(drill_id: int) -> ResponseReturnValue:
    """Take a drill out of the plan of the year."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            services.cancel_drill(
                drill, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已取消，记录保留。"))
            return _to_drill(drill)
    return render_template("drills/cancel_drill.html", form=form, drill=drill), form.status


def _to_drill(drill: Drill) -> ResponseReturnValue:
    return redirect(url_for("drills.show_drill", drill_id=drill.id))
