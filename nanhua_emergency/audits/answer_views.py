"""Pages on which a place answers: its overview, one item a screen, handing in."""

from typing import Any

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.audits import answering, queries, services
from nanhua_emergency.audits.answer_files import CONTENT_TYPES, file_path, read_file
from nanhua_emergency.audits.answering import Given
from nanhua_emergency.audits.checklists import Item
from nanhua_emergency.audits.forms import make_answer_form
from nanhua_emergency.audits.matrix import lay_out_one
from nanhua_emergency.audits.models import Answer, Audit
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.audits.views import READERS, bp
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.forms import BaseForm, Confirmation
from nanhua_emergency.languages import _


@bp.get("/audits/<int:audit_id>")
@allow(*READERS)
def show_audit(audit_id: int) -> ResponseReturnValue:
    """The audit of one place: where each item stands, and what comes next."""
    audit = queries.get_audit(audit_id, seen_by=current_person())
    return _audit_page(audit, Confirmation())


def _audit_page(audit: Audit, form: BaseForm) -> ResponseReturnValue:
    person, answers = current_person(), queries.list_answers(audit)
    last = queries.find_last_audit(audit)
    return render_template(
        "audits/show_audit.html",
        audit=audit,
        row=lay_out_one(audit, answers),
        answers={answer.criterion: answer for answer in answers},
        last=lay_out_one(last, queries.list_answers(last)) if last else None,
        findings=findings.list_findings_of(Source.AUDIT, audit.id),
        may_answer=services.may_answer(audit, person),
        may_verify=services.may_verify(audit, person),
        form=form,
        today=clock.today(),
    ), form.status


@bp.route("/audits/<int:audit_id>/items/<code>", methods=["GET", "POST"])
@allow(Role.VILLAGE, Role.OFFICE)
def answer_item(audit_id: int, code: str) -> ResponseReturnValue:
    """Answer one item, half or whole; made for a phone."""
    audit = queries.get_audit(audit_id, seen_by=current_person())
    item = queries.get_item(audit, code)
    answers = queries.list_item_answers(audit, item)
    form = _answer_form(item, answers)
    if form.submitted():
        with form.refusals():
            answering.answer_item(
                audit,
                code,
                {one.code: _given(form, one.code) for one in item.criteria},
                folder=uploads_folder(),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            flash(_("%(code)s 已存下。", code=item.code))
            return to_next(audit, item, "audits.answer_item")
        answers = queries.list_item_answers(audit, item)
        _renew_mark(form, answers)
    return _item_page(audit, item, answers, form)


def _answer_form(item: Item, answers: list[Answer]) -> BaseForm:
    data: dict[str, Any] = {}
    for one in answers:
        data |= {
            f"verdict_{one.criterion}": one.verdict.value,
            f"note_{one.criterion}": one.note,
            f"based_on_{one.criterion}": answering.mark_of(one),
            f"dropped_{one.criterion}": [str(f.id) for f in one.files if f.is_dropped],
        }
    return make_answer_form(item)(data=data)


def _given(form: BaseForm, code: str) -> Given:
    files = [f for f in form[f"files_{code}"].data or [] if getattr(f, "filename", "")]
    dropped = form[f"dropped_{code}"].data or []
    return Given(
        verdict=Verdict(form[f"verdict_{code}"].data),
        note=form[f"note_{code}"].data or "",
        based_on=form[f"based_on_{code}"].data or "",
        files=[read_file(file.read(), file.filename) for file in files],
        dropped=frozenset(int(key) for key in dropped if key.isdecimal() and len(key) < 10),
    )


def _renew_mark(form: BaseForm, answers: list[Answer]) -> None:
    """Whoever was told what another has said, and sends again, means it."""
    clash = form.refusal
    if isinstance(clash, answering.AnsweredMeanwhile):
        for one in answers:
            if one.criterion == clash.criterion:
                form[f"based_on_{one.criterion}"].data = answering.mark_of(one)


def _item_page(
    audit: Audit, item: Item, answers: list[Answer], form: BaseForm
) -> ResponseReturnValue:
    last = queries.find_last_audit(audit)
    last_answers = queries.list_answers(last) if last else []
    return render_template(
        "audits/answer_item.html",
        audit=audit,
        item=item,
        items=audit.round.checklist.items,
        answers={one.criterion: one for one in answers},
        last=last,
        last_answers={one.criterion: one for one in last_answers},
        form=form,
        may_answer=services.may_answer(audit, current_person()) and audit.is_answerable,
    ), form.status


@bp.post("/audits/<int:audit_id>/submit")
@allow(Role.VILLAGE, Role.OFFICE)
def submit_audit(audit_id: int) -> ResponseReturnValue:
    """Hand the answers to the office."""
    audit = queries.get_audit(audit_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            answering.submit_audit(audit, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已交应急办核实。"))
            return to_audit(audit)
    return _audit_page(audit, form)


@bp.post("/audits/<int:audit_id>/refresh")
@allow(Role.VILLAGE, Role.OFFICE)
def refresh_evidence(audit_id: int) -> ResponseReturnValue:
    """Ask the records again, now that they have been put in order."""
    audit = queries.get_audit(audit_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.refresh_evidence(audit, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("登记里的情况已经重新取过。"))
            return to_audit(audit)
    return _audit_page(audit, form)


@bp.get("/audits/files/<int:file_id>")
@allow(*READERS)
def show_file(file_id: int) -> ResponseReturnValue:
    """One photo or document beside an answer."""
    file = queries.get_file(file_id, seen_by=current_person())
    path = file_path(uploads_folder(), file.sha256, file.extension)
    if not path.exists():
        raise NotFound("“%(name)s”的文件不在了，请管理员从备份里找回", name=file.name)
    return send_file(
        path,
        mimetype=CONTENT_TYPES[file.extension],
        as_attachment=not file.is_picture,
        download_name=file.name,
    )


def to_next(audit: Audit, item: Item, endpoint: str) -> ResponseReturnValue:
    """On to the same page of the next item; after the last one, back to the overview."""
    codes = [one.code for one in audit.round.checklist.items]
    here = codes.index(item.code)
    if here + 1 == len(codes):
        return to_audit(audit)
    return redirect(url_for(endpoint, audit_id=audit.id, code=codes[here + 1]))


def to_audit(audit: Audit) -> ResponseReturnValue:
    """Back to the overview of a place."""
    return redirect(url_for("audits.show_audit", audit_id=audit.id))
