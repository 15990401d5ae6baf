"""Pages on which everybody reads the plans: lists, texts, history, search, comparison."""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, allow, current_person
from nanhua_emergency.config import VERSION, current_setting
from nanhua_emergency.errors import RuleBroken, error_page
from nanhua_emergency.forms import asked_page
from nanhua_emergency.languages import _
from nanhua_emergency.page_cache import kept_for_visitors
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans import lifecycle, outline, queries, search
from nanhua_emergency.plans.compare import compare
from nanhua_emergency.plans.compare.figures import FIGURE_LABELS
from nanhua_emergency.plans.compare.runs import HEADING_LABELS, list_runs
from nanhua_emergency.plans.filled import fill_edition
from nanhua_emergency.plans.forms import CompareEditionsForm, SearchPlansForm
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.rendering import RENDERING, render_once
from nanhua_emergency.plans.words import Category

bp = Blueprint("plans", __name__)

# The parts that a reader in a hurry jumps to, and the words of their headings.
JUMPS = (
    ("第一小时", ("第一小时",)),
    ("转移安置", ("转移", "疏散")),
    ("响应分级", ("响应分级",)),
    ("报告", ("信息收集", "信息报告")),
)


def find_place() -> Place:
    """The place whose plans are read: the one asked for, or the one the site opens on."""
    return places.get_home(request.args.get("place") or current_setting("PLACE"))


@bp.context_processor
def offer_comparison() -> dict[str, object]:
    """What the shared piece of a page that shows a comparison needs."""
    return {
        "list_runs": list_runs,
        "figure_labels": FIGURE_LABELS,
        "heading_labels": HEADING_LABELS,
        "is_side": request.args.get("view") == "side",
    }


@bp.get("/plans/")
@allow(*EVERYONE)
@kept_for_visitors
def list_plans() -> ResponseReturnValue:
    """The plans in force at a place, by category."""
    place = find_place()
    lines = queries.list_published(place)
    groups = [(c, [line for line in lines if line.plan.category is c]) for c in Category]
    return render_template(
        "plans/list_plans.html", place=place, groups=groups, lines=lines, form=SearchPlansForm()
    )


@bp.get("/plans/<slug>")
@allow(*EVERYONE)
@kept_for_visitors
def read_plan(slug: str) -> ResponseReturnValue:
    """The text in force, as a duty officer or a villager reads it."""
    plan = queries.get_plan(slug, find_place().code)
    edition = queries.find_published(plan)
    if edition is None:
        return error_page(410, _("《%(title)s》目前没有现行文本。", title=plan.title))
    return _reading_page(edition)


@bp.get("/plans/<slug>/history")
@allow(*EVERYONE)
@kept_for_visitors
def list_editions(slug: str) -> ResponseReturnValue:
    """The editions that are or were in force."""
    plan = queries.get_plan(slug, find_place().code)
    editions = queries.list_public_editions(plan)
    return render_template("plans/list_editions.html", plan=plan, editions=editions)


@bp.get("/plans/<slug>/editions/<int:number>")
@allow(*EVERYONE)
@kept_for_visitors
def read_edition(slug: str, number: int) -> ResponseReturnValue:
    """A text that was in force once, or still is."""
    plan = queries.get_plan(slug, find_place().code)
    return _reading_page(queries.get_public_edition(plan, number))


@bp.get("/plans/<slug>/compare")
@allow(*EVERYONE)
def compare_editions(slug: str) -> ResponseReturnValue:
    """What changed between two editions that are or were in force."""
    plan = queries.get_plan(slug, find_place().code)
    form = CompareEditionsForm(request.args)
    old, new = _two_editions(plan, form)
    return render_template(
        "plans/compare_editions.html",
        plan=plan,
        old=old,
        new=new,
        form=form,
        editions=[one for one in queries.list_public_editions(plan) if one.is_public],
        comparison=compare(old.body, new.body),
    )


def _two_editions(plan: Plan, form: CompareEditionsForm) -> tuple[Edition, Edition]:
    """Those asked for; the one in force and the one before it where none are."""
    public = [one for one in queries.list_public_editions(plan) if one.is_public]
    newest = public[0].number if public else 1
    new, old = form.new.data, form.old.data
    if new is None:
        new = newest
    if old is None:
        old = next((one.number for one in public if one.number < new), new)
    return queries.get_public_edition(plan, old), queries.get_public_edition(plan, new)


@bp.get("/search")
@allow(*EVERYONE)
def search_plans() -> ResponseReturnValue:
    """The sections of a place's plans in which words stand."""
    form = SearchPlansForm(request.args)
    place, status = find_place(), 200
    page = asked_page()
    found: list[search.PlanHits] = []
    has_more, words = False, form.words.data or ""
    if words:
        try:
            found, has_more = search.find_in_plans(
                place, search.read_words(words), is_history=form.is_history.data, page=page
            )
        except RuleBroken as refusal:
            form.reject(refusal)
            status = refusal.status
    return render_template("plans/search_plans.html", form=form, place=place, found=found,
                           page=page, has_more=has_more, words=words), status  # fmt: skip


def _reading_page(edition: Edition) -> Response:
    rendered = render_once(edition.body, edition.published_sha256)
    filled = fill_edition(edition, rendered, person=current_person(), today=clock.today())
    page = make_response(
        render_template(
            "plans/read_plan.html",
            edition=edition,
            plan=edition.plan,
            rendered=rendered,
            filled=filled,
            levels=outline.list_levels(edition.body),
            jumps=list_jumps(edition.body),
            is_in_force=edition.state is lifecycle.State.PUBLISHED,
        )
    )
    tag = f"{edition.published_sha256}-{edition.id}-{edition.state}-{VERSION}-{RENDERING}"
    page.set_etag(f"{tag}-{filled.tag}")
    page.headers.setdefault("Cache-Control", "no-cache")
    return page


def list_jumps(body: str) -> list[tuple[str, str]]:
    """Where people want to be at once, and the anchor of each, as far as the text has them."""
    found = [(_(name), outline.find_section(body, words)) for name, words in JUMPS]
    return [(name, section.anchor) for name, section in found if section]
