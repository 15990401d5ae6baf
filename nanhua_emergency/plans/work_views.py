"""Pages on which a plan is worked on as a whole: where it stands, its editions and texts."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db
from nanhua_emergency.forms import asked_page
from nanhua_emergency.languages import _
from nanhua_emergency.plans import checking, demands, lifecycle, queries, services, steps
from nanhua_emergency.plans.compare import Comparison, compare
from nanhua_emergency.plans.filled import fill_edition
from nanhua_emergency.plans.forms import (
    AddPlanForm,
    BeginEditionForm,
    ChangePlanForm,
    CompareRevisionsForm,
    FindPlansForm,
)
from nanhua_emergency.plans.models import Edition, Plan, Revision
from nanhua_emergency.plans.registered import print_of
from nanhua_emergency.plans.rendering import Rendered, render_once
from nanhua_emergency.plans.views import bp
from nanhua_emergency.plans.words import Category, Trigger

WORKERS = (Role.OFFICE, Role.LEGAL, Role.LEADER)
PAGES = {
    lifecycle.Verb.SAVE: "plans.save_draft",
    lifecycle.Verb.SUBMIT: "plans.submit_edition",
    lifecycle.Verb.CLEAR: "plans.clear_edition",
    lifecycle.Verb.RETURN: "plans.return_edition",
    lifecycle.Verb.PUBLISH: "plans.publish_edition",
    lifecycle.Verb.PUBLISH_URGENTLY: "plans.publish_urgently",
    lifecycle.Verb.APPROVE: "plans.approve_edition",
    lifecycle.Verb.WITHDRAW: "plans.withdraw_edition",
    lifecycle.Verb.ABANDON: "plans.abandon_edition",
}
# What moves an edition on; shown as the main buttons.
FORWARD = (
    lifecycle.Verb.SAVE,
    lifecycle.Verb.SUBMIT,
    lifecycle.Verb.CLEAR,
    lifecycle.Verb.PUBLISH,
    lifecycle.Verb.APPROVE,
)


@bp.get("/work/")
@allow(*WORKERS)
def list_work() -> ResponseReturnValue:
    """Every plan of the person's place, with what is in force and under way."""
    form = FindPlansForm(request.args)
    page = asked_page()
    words = form.words.data if form.validate() else ""
    lines = queries.list_plan_lines(current_person().place, words=words or "", page=page)
    return render_template(
        "plans/list_work.html",
        form=form,
        lines=lines[: queries.PAGE],
        page=page,
        has_more=len(lines) > queries.PAGE,
    )


@bp.route("/work/plans/add", methods=["GET", "POST"])
@allow(Role.OFFICE)
def add_plan() -> ResponseReturnValue:
    """Register a plan that has no text yet."""
    person, form = current_person(), AddPlanForm()
    if form.submitted():
        with form.refusals():
            answers = form.answers() | {"category": Category(form.category.data)}
            plan = Plan(place=person.place, place_code=person.place_code, **answers)
            services.add_plan(plan, by=person, now=clock.now())
            db.session.commit()
            flash(_("已登记。现在可以开始编写第一版。"))
            return redirect(url_for("plans.show_plan", plan_id=plan.id))
    return render_template("plans/add_plan.html", form=form), form.status


@bp.get("/work/plans/<int:plan_id>")
@allow(*WORKERS)
def show_plan(plan_id: int) -> ResponseReturnValue:
    """Where a plan stands, what is due, and every edition of it."""
    plan = queries.get_work_plan(plan_id, seen_by=current_person())
    published, under_way = queries.find_published(plan), queries.find_open(plan)
    filings = queries.list_filings(published) if published else []
    review, today, page = queries.find_unclosed_review(plan), clock.today(), asked_page()
    editions = queries.list_editions(plan, page=page)
    duties = steps.list_duty_steps(published, filings, review, today=today) if published else []
    return render_template(
        "plans/show_plan.html",
        plan=plan,
        published=published,
        under_way=under_way,
        filings=filings,
        review=review,
        reviews=queries.list_reviews(plan),
        today=today,
        work_steps=steps.list_work_steps(under_way) if under_way else [],
        duty_steps=duties,
        buttons=list_buttons(published) if published else [],
        editions=editions[: queries.PAGE],
        page=page,
        has_more=len(editions) > queries.PAGE,
    )


@bp.route("/work/plans/<int:plan_id>/change", methods=["GET", "POST"])
@allow(Role.OFFICE)
def change_plan(plan_id: int) -> ResponseReturnValue:
    """Change what is registered of a plan."""
    plan = queries.get_work_plan(plan_id, seen_by=current_person())
    form = ChangePlanForm(obj=plan, based_on=print_of(plan))
    if form.submitted():
        with form.refusals():
            services.change_plan(plan, by=current_person(), now=clock.now(), **form.answers())
            db.session.commit()
            flash(_("已保存。"))
            return redirect(url_for("plans.show_plan", plan_id=plan.id))
        form.based_on.data = print_of(plan)  # whoever saves once more has read what it is
    return render_template("plans/change_plan.html", form=form, plan=plan), form.status


@bp.route("/work/plans/<int:plan_id>/begin", methods=["GET", "POST"])
@allow(Role.OFFICE)
def begin_edition(plan_id: int) -> ResponseReturnValue:
    """Begin a new edition, for a reason of Article 35."""
    plan = queries.get_work_plan(plan_id, seen_by=current_person())
    form = BeginEditionForm()
    if not queries.has_been_published(plan):
        form.offer_first()
    if form.submitted():
        with form.refusals():
            edition = services.begin_edition(
                plan,
                trigger=Trigger(form.trigger.data),
                reason=form.reason.data,
                is_major=form.is_major.data == "yes",
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            return redirect(url_for("plans.save_draft", edition_id=edition.id))
    return render_template("plans/begin_edition.html", form=form, plan=plan), form.status


@bp.get("/work/editions/<int:edition_id>")
@allow(*WORKERS)
def show_edition(edition_id: int) -> ResponseReturnValue:
    """An edition as it now reads, with what this person may do with it."""
    edition = queries.get_edition(edition_id, seen_by=current_person())
    page = asked_page()
    revisions = queries.list_revisions(edition, page=page)
    return render_template(
        "plans/show_edition.html",
        edition=edition,
        plan=edition.plan,
        rendered=render_head(edition),
        buttons=list_buttons(edition),
        problems=checking.check_edition(edition) if edition.is_open else [],
        answers=demands.list_answers(edition) if edition.is_open else [],
        opinions=queries.list_opinions(edition),
        points=services.REVIEW_POINTS,
        attachments=queries.list_attachments(edition),
        revisions=revisions[: queries.PAGE],
        page=page,
        has_more=len(revisions) > queries.PAGE,
        entries=activity.list_entries_of(edition),
        work_steps=steps.list_work_steps(edition) if edition.is_open else [],
    )


@bp.get("/work/revisions/<int:revision_id>")
@allow(*WORKERS)
def show_revision(revision_id: int) -> ResponseReturnValue:
    """One saved text, as it was."""
    revision = queries.get_revision(revision_id, seen_by=current_person())
    return render_template(
        "plans/show_revision.html",
        revision=revision,
        rendered=render_once(revision.body, revision.sha256),
        edition=revision.edition,
        plan=revision.edition.plan,
    )


@bp.get("/work/revisions/compare")
@allow(*WORKERS)
def compare_revisions() -> ResponseReturnValue:
    """What changed between two saved texts, of the same plan or not."""
    form = CompareRevisionsForm(request.args)
    old = queries.get_revision(form.old.data or 0, seen_by=current_person())
    new = queries.get_revision(form.new.data or 0, seen_by=current_person())
    return render_template(
        "plans/compare_revisions.html",
        old=old,
        new=new,
        form=form,
        plan=new.edition.plan,
        edition=new.edition,
        comparison=compare(old.body, new.body),
    )


def edition_for(edition_id: int, verb: lifecycle.Verb) -> Edition:
    """The edition, if the table lets this person do that with it now.

    What is sent is judged by the service instead, so that a refusal keeps what was typed.
    """
    edition = queries.get_edition(edition_id, seen_by=current_person())
    if request.method == "GET":
        lifecycle.get_move(edition.state, verb, current_person().role)
    return edition


def list_buttons(edition: Edition) -> list[tuple[str, str, bool]]:
    """Name, address and weight of what this person may do with the edition now."""
    verbs = services.list_offered_verbs(edition, current_person())
    return [
        (
            _(lifecycle.VERB_NAMES[verb]),
            url_for(PAGES[verb], edition_id=edition.id),
            verb in FORWARD,
        )
        for verb in verbs
    ]


def render_head(edition: Edition) -> Rendered:
    """The text of an edition as it now stands, with what its references stand for."""
    rendered = render_once(edition.body, edition.head.sha256 if edition.head else "")
    filled = fill_edition(edition, rendered, person=current_person(), today=clock.today())
    return replace(rendered, html=filled.html)


def compare_with_origin(edition: Edition) -> tuple[Revision | None, Comparison | None]:
    """What an edition changes of the text it began from; nothing where it is the first."""
    origin = queries.find_origin(edition)
    return origin, compare(origin.body, edition.body) if origin else None
