"""Pages of the review: submit, clear, return, abandon."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.forms import ReasonForm
from nanhua_emergency.languages import _
from nanhua_emergency.plans import checking, demands, lifecycle, services
from nanhua_emergency.plans.forms import ClearEditionForm, SubmitEditionForm
from nanhua_emergency.plans.views import bp
from nanhua_emergency.plans.work_views import compare_with_origin, edition_for, render_head


@bp.route("/work/editions/<int:edition_id>/submit", methods=["GET", "POST"])
@allow(Role.OFFICE)
def submit_edition(edition_id: int) -> ResponseReturnValue:
    """Hand the text to the legal reviewer."""
    edition = edition_for(edition_id, lifecycle.Verb.SUBMIT)
    form = SubmitEditionForm(change_note=edition.change_note)
    if form.submitted():
        with form.refusals():
            services.submit_edition(
                edition, change_note=form.change_note.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已送司法所审核。"))
            return redirect(url_for("plans.show_plan", plan_id=edition.plan_id))
    return render_template(
        "plans/submit_edition.html",
        form=form,
        edition=edition,
        plan=edition.plan,
        problems=checking.check_edition(edition),
        answers=demands.list_answers(edition),
    ), form.status


@bp.route("/work/editions/<int:edition_id>/demands/<int:demand_id>", methods=["GET", "POST"])
@allow(Role.OFFICE)
def keep_clause(edition_id: int, demand_id: int) -> ResponseReturnValue:
    """Say why a clause that was found wanting stays as it is."""
    edition = edition_for(edition_id, lifecycle.Verb.SUBMIT)
    demand = demands.get_demand(edition, demand_id)
    form = ReasonForm(reason=demand.kept_reason)
    if form.submitted():
        with form.refusals():
            demands.keep_clause(
                edition, demand, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已写明不改的理由。"))
            return redirect(url_for("plans.show_edition", edition_id=edition.id))
    return render_template(
        "plans/keep_clause.html", form=form, edition=edition, plan=edition.plan, demand=demand
    ), form.status


@bp.route("/work/editions/<int:edition_id>/clear", methods=["GET", "POST"])
@allow(Role.LEGAL)
def clear_edition(edition_id: int) -> ResponseReturnValue:
    """Answer the six points of Article 24 for the text on the page."""
    edition = edition_for(edition_id, lifecycle.Verb.CLEAR)
    form = ClearEditionForm(sha256=edition.head.sha256 if edition.head else "")
    if form.submitted():
        with form.refusals():
            services.clear_edition(
                edition,
                sha256=form.sha256.data,
                points=_points(form),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            flash(_("审核通过，已送镇领导签发。"))
            return redirect(url_for("plans.show_plan", plan_id=edition.plan_id))
    origin, comparison = compare_with_origin(edition)
    return render_template(
        "plans/clear_edition.html",
        origin=origin,
        comparison=comparison,
        form=form,
        edition=edition,
        plan=edition.plan,
        numbers=range(1, len(services.REVIEW_POINTS) + 1),
        rendered=render_head(edition),
    ), form.status


def _points(form: ClearEditionForm) -> dict[int, tuple[bool, str]]:
    return {
        n: (form[f"point_{n}"].data == "yes", form[f"note_{n}"].data or "")
        for n in range(1, len(services.REVIEW_POINTS) + 1)
    }


@bp.route("/work/editions/<int:edition_id>/return", methods=["GET", "POST"])
@allow(Role.LEGAL, Role.LEADER)
def return_edition(edition_id: int) -> ResponseReturnValue:
    """Send the text back to its author, with the reason."""
    edition = edition_for(edition_id, lifecycle.Verb.RETURN)
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            services.return_edition(
                edition, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已退回应急办修改。"))
            return redirect(url_for("plans.show_plan", plan_id=edition.plan_id))
    return render_template(
        "plans/return_edition.html", form=form, edition=edition, plan=edition.plan
    ), form.status


@bp.route("/work/editions/<int:edition_id>/abandon", methods=["GET", "POST"])
@allow(Role.OFFICE)
def abandon_edition(edition_id: int) -> ResponseReturnValue:
    """Give up a draft."""
    edition = edition_for(edition_id, lifecycle.Verb.ABANDON)
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            services.abandon_edition(
                edition, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已放弃这一稿。现行文本没有变。"))
            return redirect(url_for("plans.show_plan", plan_id=edition.plan_id))
    return render_template(
        "plans/abandon_edition.html", form=form, edition=edition, plan=edition.plan
    ), form.status
