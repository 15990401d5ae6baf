"""The record form as a page: filled in for one person, read, shown, answered with a receipt."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills import photos, queries, recording
from nanhua_emergency.drills.forms import PROBLEMS, RecordDrillForm, offer_headings
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.record_models import (
    EVALUATION_ITEMS,
    Conclusion,
    DrillRecord,
    Group,
    HalfRecord,
)
from nanhua_emergency.drills.schedule_views import moment_of
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.forms import Confirmation
from nanhua_emergency.languages import _
from nanhua_emergency.plans.outline import Moment, list_sections, list_targets

USUAL_LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class RecordPage:
    """One record form: of which drill, for whom, in which template, and where it keeps its half.

    `record` is the one that it corrects, if it does.
    """

    drill: Drill
    person: Account
    keep_address: str
    template: str = "drills/record_drill.html"
    record: DrillRecord | None = None


def fill_record_form(page: RecordPage) -> RecordDrillForm:
    """The form with what is planned, what was returned, or what the person left half filled in."""
    drill, record = page.drill, page.record
    half, mark = _find_half(page), {"client_id": str(uuid.uuid4())}
    base = record or queries.find_returned_record(drill)
    form = RecordDrillForm(data=_planned(drill) | (_recorded(base) if base else {}) | mark)
    if half is not None and not form.is_submitted():
        form.process(formdata=MultiDict(half.answers | mark))
    edition = recording.find_exercised(drill, record)
    offer_headings(form, [s.title for s in list_sections(edition.body)] if edition else [])
    return form


def _find_half(page: RecordPage) -> HalfRecord | None:
    """What the person left of this very form: a half record is no half correction."""
    half = queries.find_half_record(page.drill, page.person)
    is_same = half is not None and half.answers.get("corrects", "") == _mark_of(page.record)
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


def read_happened(form: RecordDrillForm) -> recording.Happened:
    """What the filled-in form says happened."""
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


def show_record_form(page: RecordPage, form: RecordDrillForm) -> ResponseReturnValue:
    """The form as a page, with what was typed and what is missing."""
    edition = recording.find_exercised(page.drill, page.record)
    half = _find_half(page)
    return render_template(
        page.template,
        form=form,
        drill=page.drill,
        record=page.record,
        keep_address=page.keep_address,
        groups=list(Group),
        moments=list(Moment),
        targets=list_targets(edition.body) if edition else {},
        items=range(1, len(EVALUATION_ITEMS) + 1),
        problems=range(1, PROBLEMS + 1),
        kept_at=half.kept_at if half else None,
    ), form.status


def send_record(page: RecordPage, form: RecordDrillForm) -> recording.Receipt | None:
    """Record what the form says and commit; None where it was not sent, or says why not."""
    if not form.submitted():
        return None
    with form.refusals():
        receipt = recording.record_drill(
            page.drill,
            read_happened(form),
            client_id=form.client_id.data,
            folder=uploads_folder(),
            by=page.person,
            now=clock.now(),
        )
        db.session.commit()
        return receipt
    return None


def give_receipt(receipt: recording.Receipt, address: str) -> ResponseReturnValue:
    """Say that the record was taken: as JSON to a script, by the page at `address` to a person."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(record=receipt.record.id, is_new=receipt.is_new)
    return redirect(address)


def keep_half(drill: Drill, person: Account) -> ResponseReturnValue:
    """Keep what the page's script sends of a half-filled form, commit, and say when."""
    form = Confirmation()
    if not form.submitted():
        return jsonify(message=_("没有自动保存")), form.status
    left_out = ("csrf_token", "photos", "client_id")
    answers = {n: v[:4000] for n, v in request.form.items() if n not in left_out}
    answers = dict(list(answers.items())[:80]) | {"corrects": request.args.get("corrects", "")[:20]}
    recording.keep_half_record(drill, answers, by=person, now=clock.now())
    db.session.commit()
    return jsonify(kept_at=clock.now().astimezone(clock.CHINA).strftime("%H:%M"))
