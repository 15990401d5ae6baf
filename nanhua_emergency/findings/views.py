"""Pages of the one list of what must be put right."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.accounts import queries as accounts
from nanhua_emergency.database import db
from nanhua_emergency.findings import services
from nanhua_emergency.findings.forms import (
    AssignFindingForm,
    FindFindingsForm,
    FixFindingForm,
)
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.forms import Confirmation, ReasonForm, asked_page, choices
from nanhua_emergency.languages import _

bp = Blueprint("findings", __name__)

READERS = (Role.OFFICE, Role.LEADER, Role.VILLAGE)


@bp.get("/findings/")
@allow(*READERS)
def list_findings() -> ResponseReturnValue:
    """What must be put right within the person's place, first due first."""
    person, form, page = current_person(), FindFindingsForm(request.args), asked_page()
    words = (form.words.data or "") if form.validate() else ""
    found = services.list_findings(
        person.place,
        is_open=not form.is_done.data,
        owner=person if form.is_mine.data else None,
        words=words,
        page=page,
    )
    return render_template(
        "findings/list_findings.html",
        form=form,
        findings=found[: services.PAGE],
        page=page,
        has_more=len(found) > services.PAGE,
        today=clock.today(),
    )


@bp.get("/findings/<int:finding_id>")
@allow(*READERS)
def show_finding(finding_id: int) -> ResponseReturnValue:
    """One finding: where it comes from, whose it is, what was done."""
    person = current_person()
    finding = services.get_finding(finding_id, seen_by=person)
    return render_template(
        "findings/show_finding.html",
        finding=finding,
        today=clock.today(),
        may_fix=services.may_fix(finding, person),
        may_close=finding.fixed_by_id != person.id,
        confirmation=Confirmation(),
    )


@bp.route("/findings/<int:finding_id>/assign", methods=["GET", "POST"])
@allow(Role.OFFICE)
def assign_finding(finding_id: int) -> ResponseReturnValue:
    """Say who puts it right by when."""
    person = current_person()
    finding = services.get_finding(finding_id, seen_by=person)
    form = AssignFindingForm(obj=finding)
    owners = {one.id: one for one in accounts.list_accounts(person) if one.is_active}
    names = ((str(key), f"{one.name}（{one.place.name}）") for key, one in owners.items())
    form.owner_id.choices = choices([("0", _("未定")), *names])
    if form.submitted():
        with form.refusals():
            services.assign_finding(
                finding,
                owner=owners.get(form.owner_id.data),
                due_on=form.due_on.data,
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已交办。"))
            return _to_finding(finding)
    return render_template("findings/assign_finding.html", form=form, finding=finding), form.status


@bp.route("/findings/<int:finding_id>/fix", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.VILLAGE)
def fix_finding(finding_id: int) -> ResponseReturnValue:
    """Say that it has been put right."""
    person = current_person()
    finding = services.get_finding(finding_id, seen_by=person)
    form = FixFindingForm()
    if form.submitted():
        with form.refusals():
            services.fix_finding(finding, evidence=form.evidence.data, by=person, now=clock.now())
            db.session.commit()
            flash(_("已登记，等别人核对销号。"))
            return _to_finding(finding)
    return render_template("findings/fix_finding.html", form=form, finding=finding), form.status


@bp.post("/findings/<int:finding_id>/close")
@allow(Role.OFFICE, Role.LEADER)
def close_finding(finding_id: int) -> ResponseReturnValue:
    """Close what somebody else has fixed."""
    finding = services.get_finding(finding_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.close_finding(finding, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已销号。"))
            return _to_finding(finding)
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/findings/<int:finding_id>/reopen", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.LEADER)
def reopen_finding(finding_id: int) -> ResponseReturnValue:
    """Send it back to be put right."""
    finding = services.get_finding(finding_id, seen_by=current_person())
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            services.reopen_finding(
                finding, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已退回整改。"))
            return _to_finding(finding)
    return render_template("findings/reopen_finding.html", form=form, finding=finding), form.status


def _to_finding(finding: Finding) -> ResponseReturnValue:
    return redirect(url_for("findings.show_finding", finding_id=finding.id))
