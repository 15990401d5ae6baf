"""Pages on which the office verifies what a place has answered, or sends it back."""

from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import queries, verifying
from nanhua_emergency.audits.answer_views import to_audit, to_next
from nanhua_emergency.audits.answering import AnsweredMeanwhile
from nanhua_emergency.audits.checklists import Item
from nanhua_emergency.audits.forms import make_verify_form
from nanhua_emergency.audits.models import Answer, Audit
from nanhua_emergency.audits.verdicts import JUDGED, Verdict
from nanhua_emergency.audits.verifying import Decision, Task
from nanhua_emergency.audits.views import bp
from nanhua_emergency.database import db
from nanhua_emergency.forms import BaseForm, ReasonForm, choices
from nanhua_emergency.languages import _


@bp.route("/audits/<int:audit_id>/items/<code>/verify", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.LEADER)
def verify_item(audit_id: int, code: str) -> ResponseReturnValue:
    """Agree with the answers of one item, or differ with a reason."""
    audit = queries.get_audit(audit_id, seen_by=current_person())
    item = queries.get_item(audit, code)
    answers = queries.list_item_answers(audit, item)
    owners = {one.id: one for one in queries.list_owners(audit.place)}
    form = _verify_form(item, answers, audit, owners)
    if form.submitted():
        with form.refusals():
            verifying.verify_item(
                audit,
                code,
                {one.code: _decision(form, one.code) for one in item.criteria},
                task=Task(owners.get(form["owner_id"].data), form["due_on"].data),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            flash(_("%(code)s 已核实。", code=item.code))
            return to_next(audit, item, "audits.verify_item")
        answers = queries.list_item_answers(audit, item)
        _renew_version(form, answers)
    return _verify_page(audit, item, answers, form)


def _verify_form(
    item: Item, answers: list[Answer], audit: Audit, owners: dict[int, Account]
) -> BaseForm:
    usual = queries.find_usual_owner(audit.place)
    data: dict[str, Any] = {"owner_id": usual.id if usual else 0}
    for one in answers:
        said = one.final
        data |= {
            f"verdict_{one.criterion}": said.value if said in JUDGED else None,
            f"reason_{one.criterion}": one.office_reason,
            f"based_on_{one.criterion}": one.version,
        }
    form = make_verify_form(item)(data=data)
    names = ((str(key), f"{one.name}（{one.place.name}）") for key, one in owners.items())
    form["owner_id"].choices = choices([("0", "未定"), *names])
    return form


def _decision(form: BaseForm, code: str) -> Decision:
    return Decision(
        verdict=Verdict(form[f"verdict_{code}"].data),
        reason=form[f"reason_{code}"].data or "",
        based_on=form[f"based_on_{code}"].data,
    )


def _renew_version(form: BaseForm, answers: list[Answer]) -> None:
    clash = form.refusal
    if isinstance(clash, AnsweredMeanwhile):
        for one in answers:
            if one.criterion == clash.criterion:
                form[f"based_on_{one.criterion}"].process_data(one.version)


def _verify_page(
    audit: Audit, item: Item, answers: list[Answer], form: BaseForm
) -> ResponseReturnValue:
    person = current_person()
    return render_template(
        "audits/verify_item.html",
        audit=audit,
        item=item,
        items=audit.round.checklist.items,
        answers={one.criterion: one for one in answers},
        own=[one.criterion for one in answers if one.judged_by_id == person.id],
        form=form,
    ), form.status


@bp.route("/audits/<int:audit_id>/return", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.LEADER)
def return_audit(audit_id: int) -> ResponseReturnValue:
    """Send the answers back to the place, with the reason."""
    audit = queries.get_audit(audit_id, seen_by=current_person())
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            verifying.return_audit(
                audit, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已退回，可以接着改。"))
            return to_audit(audit)
    return render_template("audits/return_audit.html", form=form, audit=audit), form.status
