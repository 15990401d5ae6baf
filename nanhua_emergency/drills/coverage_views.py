"""Pages of coverage and of the year that is proposed from it."""

import re
from datetime import date, time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.drills import coverage, queries, schedule
from nanhua_emergency.drills.models import Form
from nanhua_emergency.drills.schedule_views import moment_of
from nanhua_emergency.drills.views import READERS, asked_year, bp
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.forms import Confirmation
from nanhua_emergency.languages import _
from nanhua_emergency.registers import queries as registers
from nanhua_emergency.registers.privacy import sees_plainly, title_of
from nanhua_emergency.registers.uses import list_uses
from nanhua_emergency.workdays import is_known_year


@bp.get("/drills/coverage")
@allow(*READERS)
def show_coverage() -> ResponseReturnValue:
    """Villages by hazards: when last drilled and on which edition, what is missing or overdue."""
    place, today = current_person().place, clock.today()
    found = coverage.read_coverage(place, today=today)
    return render_template(
        "drills/show_coverage.html",
        place=place,
        found=found,
        counts=found.coverage.counts(),
        names=schedule.CELL_STATUS_NAMES,
        undrilled=coverage.list_undrilled_plans(place),
    )


@bp.route("/drills/propose", methods=["GET", "POST"])
@allow(Role.OFFICE)
def propose_year() -> ResponseReturnValue:
    """The drills that the year still asks for; edit them and accept them in one step."""
    person, year = current_person(), asked_year()
    suggestions = coverage.propose(person.place, year, today=clock.today())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            lines = [_accepted(n, suggestions) for n in _list_picked()]
            if not lines:
                raise RuleBroken(_("请至少勾选一项"))
            drills = coverage.accept_year(lines, by=person, now=clock.now())
            db.session.commit()
            flash(_("已排定 %(count)s 项演练。", count=len(drills)))
            return redirect(url_for("drills.show_year", year=year))
    return render_template(
        "drills/propose_year.html",
        form=form,
        year=year,
        suggestions=suggestions,
        is_known=is_known_year(date(year, 1, 1)),
        asked=request.form,
    ), form.status


def _list_picked() -> list[int]:
    numbers = (name.removeprefix("pick_") for name in request.form if name.startswith("pick_"))
    return sorted({int(number) for number in numbers if re.fullmatch("[0-9]{1,6}", number)})


def _accepted(n: int, suggestions: list[coverage.Suggestion]) -> coverage.Accepted:
    """A line as the office sent it: the planner's plans and place, the office's day and hour."""
    if n >= len(suggestions) or request.form.get(f"key_{n}") != key_of(suggestions[n]):
        raise RuleBroken(_("您打开之后排定的演练有变化，下面是现在还缺的，请再看一遍"))
    suggestion = suggestions[n]
    try:
        day = date.fromisoformat(request.form.get(f"on_{n}", ""))
        at = time.fromisoformat(request.form.get(f"at_{n}", ""))
        planned_at = moment_of(day, at)
    except (ValueError, RuleBroken) as wrong:
        place = suggestion.place.name
        raise RuleBroken("%(place)s那一行的日期或时间写得不对，请核对", place=place) from wrong
    return coverage.Accepted(
        place=suggestion.place,
        plans=suggestion.plans,
        planned_at=planned_at,
        form=Form(suggestion.proposal.form),
        is_night=suggestion.proposal.is_night,
    )


@bp.app_template_global("proposal_key")
def key_of(suggestion: coverage.Suggestion) -> str:
    """What a line is about; a line that has moved meanwhile is not taken for another."""
    return f"{suggestion.place.code}-{'-'.join(str(plan.id) for plan in suggestion.plans)}"


@bp.get("/registers/<register_slug>/<int:entry_id>/drills")
@allow(*READERS)
def list_touched(register_slug: str, entry_id: int) -> ResponseReturnValue:
    """The drills to come that an entry of a register matters to, by the plans that name it."""
    person = current_person()
    register = registers.get_visible_register(register_slug, seen_by=person)
    entry = registers.get_entry(register, entry_id, seen_by=person)
    uses = list_uses(register, entry)
    plan_ids = {use.plan_id for use in uses}
    return render_template(
        "drills/list_touched.html",
        register=register,
        entry=entry,
        title=title_of(register, entry, is_plain=sees_plainly(person)),
        uses=uses,
        drills=queries.list_touched(entry.place, plan_ids, now=clock.now()),
    )
