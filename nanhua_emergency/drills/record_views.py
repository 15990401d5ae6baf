"""Pages on which a drill is recorded, corrected, confirmed or returned."""

import uuid
from datetime import timedelta
from typing import Any

from flask import (
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.drills import photos, queries, recording
from nanhua_emergency.drills.forms import PROBLEMS, RecordDrillForm, offer_headings
from nanhua_emergency.drills.gaps import list_gaps
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.record_models import (
    EVALUATION_ITEMS,
    GROUP_NAMES,
    SCORE_NAMES,
    Conclusion,
    DrillRecord,
    Group,
    HalfRecord,
)
from nanhua_emergency.drills.schedule_views import moment_of
from nanhua_emergency.drills.views import READERS, bp
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.forms import Confirmation, ReasonForm
from nanhua_emergency.languages import _
from nanhua_emergency.plans.outline import MOMENT_LABELS, Moment, list_sections, list_targets

USUAL_LENGTH = timedelta(hours=1)


@bp.route("/drills/<int:drill_id>/record", methods=["GET", "POST"])
@allow(Role.VILLAGE, Role.OFFICE)
def record_drill(drill_id: int) -> ResponseReturnValue:
    """Say what happened at a drill; made for a phone."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    form = _record_form(drill)
    if form.submitted():
        with form.refusals():
            receipt = recording.record_drill(
                drill,
                _happened(form),
                client_id=form.client_id.data,
                folder=uploads_folder(),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            return _receipt(receipt)
    return _record_page(drill, form)


@bp.route("/drills/records/<int:record_id>/correct", methods=["GET", "POST"])
@allow(Role.VILLAGE, Role.OFFICE)
def correct_record(record_id: int) -> ResponseReturnValue:
    """Replace a record by a corrected one."""
    record = queries.get_record(record_id, seen_by=current_person())
    form = _record_form(record.drill, record)
    if form.submitted():
        with form.refusals():
            receipt = recording.correct_record(
                record,
                _happened(form),
                client_id=form.client_id.data,
                folder=uploads_folder(),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            return _receipt(receipt)
    return _record_page(record.drill, form, record)


def _receipt(receipt: recording.Receipt) -> ResponseReturnValue:
    drill_id = receipt.record.drill_id
    if request.accept_mimetypes.best == "application/json":
        return jsonify(record=receipt.record.id, is_new=receipt.is_new)
    flash(_("已记下，等应急办确认。回执号 %(number)s。", number=receipt.record.id))
    return redirect(url_for("drills.show_drill", drill_id=drill_id))


def _record_form(drill: Drill, record: DrillRecord | None = None) -> RecordDrillForm:
    half, mark = _find_half(drill, record), {"client_id": str(uuid.uuid4())}
    base = record or queries.find_returned_record(drill)
    form = RecordDrillForm(data=_planned(drill) | (_recorded(base) if base else {}) | mark)
    if half is not None and not form.is_submitted():
        form.process(formdata=MultiDict(half.answers | mark))
    edition = recording.find_exercised(drill, record)
    offer_headings(form, [s.title for s in list_sections(edition.body)] if edition else [])
    return form


def _find_half(drill: Drill, record: DrillRecord | None) -> HalfRecord | None:
    """What the person left of this very form: a half record is no half correction."""
    half = queries.find_half_record(drill, current_person())
    is_same = half is not None and half.answers.get("corrects", "") == _mark_of(record)
    return half if is_same else None


def _mark_of(record: DrillRecord | None) -> str:
    return str(record.id) if record else ""


def _planned(drill: Drill) -> dict[str, Any]:
    at = drill.planned_at.astimezone(clock.CHINA)
    return {
        "began_on": at.date(),
        "began_time": at.time(),
        "ended_time": (at + USUAL_LENGTH).time(),
        f"count_{Group.VILLAGERS}": drill.expected_count or None,
        "summary": _(
            "按方案进行，%(place)s，%(form)s。", place=drill.place.name, form=drill.form_name
        ),
    }


def _recorded(record: DrillRecord) -> dict[str, Any]:
    began, ended = (at.astimezone(clock.CHINA) for at in (record.began_at, record.ended_at))
    found = findings.list_findings_of(Source.DRILL, record.id)[:PROBLEMS]
    return {
        "began_on": began.date(),
        "began_time": began.time(),
        "ended_time": ended.time(),
        "conclusion": record.conclusion.value,
        "summary": record.summary,
        "no_problem": record.no_problem,
        "paper_by": record.paper_by,
        **{f"count_{count.group}": count.people for count in record.counts},
        **{f"minutes_{moment.moment}": moment.minutes for moment in record.moments},
        **{f"score_{score.item}": str(score.score) for score in record.scores},
        **{f"problem_{n}": finding.text for n, finding in enumerate(found, start=1)},
        **{
            f"heading_{n}": finding.demand.heading if finding.demand else ""
            for n, finding in enumerate(found, start=1)
        },
    }


def _happened(form: RecordDrillForm) -> recording.Happened:
    began_at = moment_of(form.began_on.data, form.began_time.data)
    ended_at = moment_of(form.began_on.data, form.ended_time.data)
    if ended_at < began_at and form.began_time.data.hour >= 18 and form.ended_time.data.hour < 12:
        ended_at += timedelta(days=1)  # a night drill that ended after midnight
    numbers = range(1, PROBLEMS + 1)
    return recording.Happened(
        began_at=began_at,
        ended_at=ended_at,
        counts={group: form[f"count_{group}"].data or 0 for group in Group},
        minutes={
            moment: form[f"minutes_{moment}"].data
            for moment in Moment
            if form[f"minutes_{moment}"].data is not None
        },
        scores={n: int(form[f"score_{n}"].data) for n in range(1, len(EVALUATION_ITEMS) + 1)},
        conclusion=Conclusion(form.conclusion.data),
        summary=form.summary.data,
        problems=[
            recording.Problem(form[f"problem_{n}"].data, form[f"heading_{n}"].data or "")
            for n in numbers
            if (form[f"problem_{n}"].data or "").strip()
        ],
        no_problem=form.no_problem.data or "",
        paper_by=form.paper_by.data or "",
        photos=_shrink(form),
    )


def _shrink(form: RecordDrillForm) -> list[photos.ShrunkPhoto]:
    files = [file for file in form.photos.data or [] if getattr(file, "filename", "")]
    if len(files) > photos.MOST_PHOTOS:
        raise photos.PhotoRefused("一次最多传 %(most)s 张照片", most=photos.MOST_PHOTOS)
    return [photos.shrink_photo(file.read(), file.filename) for file in files]


def _record_page(
    drill: Drill, form: RecordDrillForm, record: DrillRecord | None = None
) -> ResponseReturnValue:
    edition = recording.find_exercised(drill, record)
    half = _find_half(drill, record)
    return render_template(
        "drills/record_drill.html",
        form=form,
        drill=drill,
        record=record,
        groups=list(Group),
        moments=list(Moment),
        targets=list_targets(edition.body) if edition else {},
        items=range(1, len(EVALUATION_ITEMS) + 1),
        problems=range(1, PROBLEMS + 1),
        kept_at=half.kept_at if half else None,
    ), form.status


@bp.post("/drills/<int:drill_id>/keep")
@allow(Role.VILLAGE, Role.OFFICE)
def keep_record(drill_id: int) -> ResponseReturnValue:
    """Keep a half-filled form (called by the page's script)."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    form = Confirmation()
    if not form.submitted():
        return jsonify(message=_("没有自动保存")), form.status
    left_out = ("csrf_token", "photos", "client_id")
    answers = {n: v[:4000] for n, v in request.form.items() if n not in left_out}
    answers = dict(list(answers.items())[:80]) | {"corrects": request.args.get("corrects", "")[:20]}
    recording.keep_half_record(drill, answers, by=current_person(), now=clock.now())
    db.session.commit()
    return jsonify(kept_at=clock.now().astimezone(clock.CHINA).strftime("%H:%M"))


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
