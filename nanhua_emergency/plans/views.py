"""Pages on which plans are read and worked on until they are published."""

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, Role, allow, current_person
from nanhua_emergency.activity import services as activity
from nanhua_emergency.config import VERSION, current_setting
from nanhua_emergency.database import db
from nanhua_emergency.errors import error_page
from nanhua_emergency.forms import asked_page
from nanhua_emergency.languages import _
from nanhua_emergency.page_cache import kept_for_visitors
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans import checking, lifecycle, limits, outline, queries, services, steps
from nanhua_emergency.plans.forms import (
    AddPlanForm,
    BeginEditionForm,
    ClearEditionForm,
    FindPlansForm,
    PlanForm,
    ReasonForm,
    SaveDraftForm,
    SubmitEditionForm,
)
from nanhua_emergency.plans.models import Category, Edition, Plan, Trigger
from nanhua_emergency.plans.rendering import RENDERING, render, render_once

bp = Blueprint("plans", __name__)

LONGEST_KEY = 18
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
# The parts that a reader in a hurry jumps to, and the words of their headings.
JUMPS = (
    ("第一小时", ("第一小时",)),
    ("转移安置", ("转移", "疏散")),
    ("响应分级", ("响应分级",)),
    ("报告", ("信息收集", "信息报告")),
)
# What moves an edition on; shown as the main buttons.
FORWARD = (lifecycle.Verb.SAVE, lifecycle.Verb.SUBMIT, lifecycle.Verb.CLEAR,
           lifecycle.Verb.PUBLISH, lifecycle.Verb.APPROVE)  # fmt: skip


def _place() -> Place:
    """The place whose plans are read: the one asked for, or the one the site opens on."""
    return places.get_home(request.args.get("place") or current_setting("PLACE"))


@bp.get("/plans/")
@allow(*EVERYONE)
@kept_for_visitors
def list_plans() -> ResponseReturnValue:
    """The plans in force at a place, by category."""
    place = _place()
    lines = queries.list_published(place)
    groups = [(c, [line for line in lines if line.plan.category is c]) for c in Category]
    return render_template("plans/list_plans.html", place=place, groups=groups, lines=lines)


@bp.get("/plans/<slug>")
@allow(*EVERYONE)
@kept_for_visitors
def read_plan(slug: str) -> ResponseReturnValue:
    """The text in force, as a duty officer or a villager reads it."""
    plan = queries.get_plan(slug, _place().code)
    edition = queries.find_published(plan)
    if edition is None:
        return error_page(410, _("《%(title)s》目前没有现行文本。", title=plan.title))
    return _reading_page(edition)


@bp.get("/plans/<slug>/history")
@allow(*EVERYONE)
@kept_for_visitors
def list_editions(slug: str) -> ResponseReturnValue:
    """The editions that are or were in force."""
    plan = queries.get_plan(slug, _place().code)
    editions = queries.list_public_editions(plan)
    return render_template("plans/list_editions.html", plan=plan, editions=editions)


@bp.get("/plans/<slug>/editions/<int:number>")
@allow(*EVERYONE)
@kept_for_visitors
def read_edition(slug: str, number: int) -> ResponseReturnValue:
    """A text that was in force once, or still is."""
    plan = queries.get_plan(slug, _place().code)
    return _reading_page(queries.get_public_edition(plan, number))


def _reading_page(edition: Edition) -> Response:
    page = make_response(
        render_template(
            "plans/read_plan.html",
            edition=edition,
            plan=edition.plan,
            rendered=render_once(edition.body, edition.published_sha256),
            levels=outline.list_levels(edition.body),
            jumps=list_jumps(edition.body),
            is_in_force=edition.state is lifecycle.State.PUBLISHED,
        )
    )
    tag = f"{edition.published_sha256}-{edition.id}-{edition.state}-{VERSION}-{RENDERING}"
    page.set_etag(tag)
    page.headers.setdefault("Cache-Control", "no-cache")
    return page


def list_jumps(body: str) -> list[tuple[str, str]]:
    """Where people want to be at once, and the anchor of each, as far as the text has them."""
    found = [(name, outline.find_section(body, words)) for name, words in JUMPS]
    return [(name, section.anchor) for name, section in found if section]


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
    review, today = queries.find_unclosed_review(plan), clock.today()
    page = asked_page()
    editions = queries.list_editions(plan, page=page)
    return render_template(
        "plans/show_plan.html", plan=plan, published=published, under_way=under_way, page=page,
        filings=filings, review=review, reviews=queries.list_reviews(plan), today=today,
        work_steps=steps.list_work_steps(under_way) if under_way else [],
        duty_steps=steps.list_duty_steps(published, filings, review, today=today) if published else [],
        buttons=_list_buttons(published) if published else [],
        editions=editions[: queries.PAGE], has_more=len(editions) > queries.PAGE,
    )  # fmt: skip


@bp.route("/work/plans/<int:plan_id>/change", methods=["GET", "POST"])
@allow(Role.OFFICE)
def change_plan(plan_id: int) -> ResponseReturnValue:
    """Change what is registered of a plan."""
    plan = queries.get_work_plan(plan_id, seen_by=current_person())
    form = PlanForm(obj=plan)
    if form.submitted():
        with form.refusals():
            services.change_plan(plan, by=current_person(), now=clock.now(), **form.answers())
            db.session.commit()
            flash(_("已保存。"))
            return redirect(url_for("plans.show_plan", plan_id=plan.id))
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
                plan, trigger=Trigger(form.trigger.data), reason=form.reason.data,
                is_major=form.is_major.data == "yes", by=current_person(), now=clock.now(),
            )  # fmt: skip
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
        "plans/show_edition.html", edition=edition, plan=edition.plan, rendered=_rendered(edition),
        buttons=_list_buttons(edition), page=page,
        problems=checking.check_edition(edition) if edition.is_open else [],
        opinions=queries.list_opinions(edition), points=services.REVIEW_POINTS,
        revisions=revisions[: queries.PAGE], has_more=len(revisions) > queries.PAGE,
        entries=activity.list_entries_of(edition),
        work_steps=steps.list_work_steps(edition) if edition.is_open else [],
    )  # fmt: skip


@bp.get("/work/revisions/<int:revision_id>")
@allow(*WORKERS)
def show_revision(revision_id: int) -> ResponseReturnValue:
    """One saved text, as it was."""
    revision = queries.get_revision(revision_id, seen_by=current_person())
    rendered = render_once(revision.body, revision.sha256)
    return render_template(
        "plans/show_revision.html",
        revision=revision,
        rendered=rendered,
        edition=revision.edition,
        plan=revision.edition.plan,
    )


@bp.route("/work/editions/<int:edition_id>/edit", methods=["GET", "POST"])
@allow(Role.OFFICE)
def save_draft(edition_id: int) -> ResponseReturnValue:
    """Edit the text: preview it, or save it as a new revision."""
    edition = _edition_for(edition_id, lifecycle.Verb.SAVE)
    form = SaveDraftForm(body=edition.body, based_on_id=edition.head_id or "")
    theirs = preview = None
    if form.submitted():
        is_preview = "preview" in request.form
        with form.refusals():
            limits.check_body_limits(form.body.data or "")
            if is_preview:
                preview = render(limits.tidy_body(form.body.data))
            else:
                return _save_draft(edition, form)
        theirs = getattr(form.refusal, "theirs", None)
    return render_template(
        "plans/save_draft.html",
        form=form,
        edition=edition,
        plan=edition.plan,
        theirs=theirs,
        preview=preview,
    ), form.status


def _save_draft(edition: Edition, form: SaveDraftForm) -> ResponseReturnValue:
    based_on = form.based_on_id.data or ""
    is_key = based_on.isdecimal() and len(based_on) < LONGEST_KEY
    services.save_draft(
        edition, body=form.body.data, based_on_id=int(based_on) if is_key else None,
        note=form.note.data or "", by=current_person(), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    flash(_("已保存。"))
    return redirect(url_for("plans.show_edition", edition_id=edition.id))


@bp.route("/work/editions/<int:edition_id>/submit", methods=["GET", "POST"])
@allow(Role.OFFICE)
def submit_edition(edition_id: int) -> ResponseReturnValue:
    """Hand the text to the legal reviewer."""
    edition = _edition_for(edition_id, lifecycle.Verb.SUBMIT)
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
    ), form.status


@bp.route("/work/editions/<int:edition_id>/clear", methods=["GET", "POST"])
@allow(Role.LEGAL)
def clear_edition(edition_id: int) -> ResponseReturnValue:
    """Answer the six points of Article 24 for the text on the page."""
    edition = _edition_for(edition_id, lifecycle.Verb.CLEAR)
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
    return render_template(
        "plans/clear_edition.html",
        form=form,
        edition=edition,
        plan=edition.plan,
        numbers=range(1, len(services.REVIEW_POINTS) + 1),
        rendered=_rendered(edition),
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
    edition = _edition_for(edition_id, lifecycle.Verb.RETURN)
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
    edition = _edition_for(edition_id, lifecycle.Verb.ABANDON)
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


def _edition_for(edition_id: int, verb: lifecycle.Verb) -> Edition:
    """The edition, if the table lets this person do that with it now.

    What is sent is judged by the service instead, so that a refusal keeps what was typed.
    """
    edition = queries.get_edition(edition_id, seen_by=current_person())
    if request.method == "GET":
        lifecycle.get_move(edition.state, verb, current_person().role)
    return edition


def _list_buttons(edition: Edition) -> list[tuple[str, str, bool]]:
    """Name, address and weight of what this person may do with the edition now."""
    verbs = services.list_offered_verbs(edition, current_person())
    return [
        (lifecycle.VERB_NAMES[verb], url_for(PAGES[verb], edition_id=edition.id), verb in FORWARD)
        for verb in verbs
    ]


def _rendered(edition: Edition) -> object:
    return render_once(edition.body, edition.head.sha256 if edition.head else "")
