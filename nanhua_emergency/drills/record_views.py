"""Pages on which a drill is recorded, corrected, confirmed or returned."""

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.drills import photos, queries, recording
from nanhua_emergency.drills.gaps import list_gaps
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.record_models import (
    EVALUATION_ITEMS,
    GROUP_NAMES,
    SCORE_NAMES,
    DrillRecord,
)
from nanhua_emergency.drills.record_page import (
    RecordPage,
    fill_record_form,
    give_receipt,
    keep_half,
    read_happened,
    send_record,
    show_record_form,
)
from nanhua_emergency.drills.views import READERS, bp
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.forms import Confirmation, ReasonForm
from nanhua_emergency.languages import _
from nanhua_emergency.plans.outline import MOMENT_LABELS


@bp.route("/drills/<int:drill_id>/record", methods=["GET", "POST"])
@allow(Role.VILLAGE, Role.OFFICE)
def record_drill(drill_id: int) -> ResponseReturnValue:
    """Say what happened at a drill; made for a phone."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    page = _page(drill)
    form = fill_record_form(page)
    receipt = send_record(page, form)
    return _receipt(receipt) if receipt else show_record_form(page, form)


@bp.route("/drills/records/<int:record_id>/correct", methods=["GET", "POST"])
@allow(Role.VILLAGE, Role.OFFICE)
def correct_record(record_id: int) -> ResponseReturnValue:
    """Replace a record by a corrected one."""
    record = queries.get_record(record_id, seen_by=current_person())
    page = _page(record.drill, record)
    form = fill_record_form(page)
    if form.submitted():
        with form.refusals():
            receipt = recording.correct_record(
                record,
                read_happened(form),
                client_id=form.client_id.data,
                folder=uploads_folder(),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            return _receipt(receipt)
    return show_record_form(page, form)


def _page(drill: Drill, record: DrillRecord | None = None) -> RecordPage:
    corrects = record.id if record else None
    keep = url_for("drills.keep_record", drill_id=drill.id, corrects=corrects)
    return RecordPage(drill, current_person(), keep, record=record)


def _receipt(receipt: recording.Receipt) -> ResponseReturnValue:
    if request.accept_mimetypes.best != "application/json":
        flash(_("已记下，等应急办确认。回执号 %(number)s。", number=receipt.record.id))
    return give_receipt(receipt, url_for("drills.show_drill", drill_id=receipt.record.drill_id))


@bp.post("/drills/<int:drill_id>/keep")
@allow(Role.VILLAGE, Role.OFFICE)
def keep_record(drill_id: int) -> ResponseReturnValue:
    """Keep a half-filled form (called by the page's script)."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    return keep_half(drill, current_person())


@bp.get("/drills/records/<int:record_id>")
@allow(*READERS)
def show_record(record_id: int) -> ResponseReturnValue:
    """What happened at a drill, and what the office may want to ask."""
    record = queries.get_record(record_id, seen_by=current_person())
    return render_template(
        "drills/show_record.html",
        record=record,
        drill=record.drill,
        gaps=list_gaps(record),
        findings=findings.list_findings_of(Source.DRILL, record.id),
        items=EVALUATION_ITEMS,
        group_names=GROUP_NAMES,
        moment_labels=MOMENT_LABELS,
        score_names=SCORE_NAMES,
        confirmation=Confirmation(),
    )


@bp.post("/drills/records/<int:record_id>/confirm")
@allow(Role.OFFICE)
def confirm_record(record_id: int) -> ResponseReturnValue:
    """Take a record into the figures as confirmed."""
    record = queries.get_record(record_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            recording.confirm_record(record, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已确认。"))
            return redirect(url_for("drills.show_drill", drill_id=record.drill_id))
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/drills/records/<int:record_id>/return", methods=["GET", "POST"])
@allow(Role.OFFICE)
def return_record(record_id: int) -> ResponseReturnValue:
    """Send a record back to the village, with the reason."""
    record = queries.get_record(record_id, seen_by=current_person())
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            recording.return_record(
                record, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已退回，村里可以重新记录。"))
            return redirect(url_for("drills.show_drill", drill_id=record.drill_id))
    return render_template(
        "drills/return_record.html", form=form, record=record, drill=record.drill
    ), form.status


@bp.get("/drills/photos/<int:photo_id>.jpg")
@allow(*READERS)
def show_photo(photo_id: int) -> ResponseReturnValue:
    """One picture of a drill."""
    photo = queries.get_photo(photo_id, seen_by=current_person())
    return send_file(photos.photo_path(uploads_folder(), photo.sha256), mimetype="image/jpeg")
