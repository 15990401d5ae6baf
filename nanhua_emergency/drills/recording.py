"""What people do once a drill was held: record, confirm, return, correct."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db, lock
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.photos import ShrunkPhoto, keep_photo
from nanhua_emergency.drills.queries import (
    find_half_record,
    find_in_force_at,
    find_record_by_client,
    find_valid_record,
)
from nanhua_emergency.drills.record_models import (
    EVALUATION_ITEMS,
    Conclusion,
    DrillRecord,
    Group,
    HalfRecord,
    HeadCount,
    MomentTaken,
    Photo,
    RecordState,
    Score,
)
from nanhua_emergency.drills.services import record_drill_activity
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import MOMENT_LABELS, Moment, list_targets

MOST_PEOPLE = 100_000
LONGEST = timedelta(hours=48)
# A record of a drill that began a little before its planned hour is no mistake.
EARLY = timedelta(hours=12)


@dataclass(frozen=True)
class Problem:
    """A problem found in a drill, and the clause of the plan it concerns, if one."""

    text: str
    heading: str = ""


@dataclass(frozen=True)
class Happened:
    """What a village says happened."""

    began_at: datetime
    ended_at: datetime
    counts: Mapping[Group, int]
    minutes: Mapping[Moment, int]
    scores: Mapping[int, int]
    conclusion: Conclusion
    summary: str
    problems: Sequence[Problem] = ()
    no_problem: str = ""
    paper_by: str = ""
    photos: Sequence[ShrunkPhoto] = field(default=())


@dataclass(frozen=True)
class Receipt:
    """What the phone is told: the record, and whether it was new."""

    record: DrillRecord
    is_new: bool


class AlreadyRecorded(RuleBroken):
    """Another phone has recorded this drill."""

    status = 409


def record_drill(
    drill: Drill, happened: Happened, *, client_id: str, folder: Path, by: Account, now: datetime
) -> Receipt:
    """Keep what happened; the same record sent again is one row and the same receipt."""
    lock(drill)
    known = find_record_by_client(client_id)
    if known is not None:
        if known.drill_id != drill.id:
            raise AlreadyRecorded("这份记录已经用在另一项演练上，请重新打开页面再填")
        if known.state is RecordState.RETURNED:
            raise AlreadyRecorded("这份记录已经退回，请从演练的页面重新打开再填")
        return Receipt(known, is_new=False)
    previous = find_valid_record(drill)
    if previous is not None:
        raise AlreadyRecorded(
            "%(name)s 已经记录了这项演练。要改请打开那份记录点“更正”",
            name=previous.recorded_by.name if previous.recorded_by else "别人",
        )
    check_happened(drill, happened, now=now)
    record = _add(drill, happened, client_id=client_id, folder=folder, by=by, now=now)
    record_drill_activity(drill, "drill.recorded", by=by, now=now, summary="记录演练",
                          record=record.id, head_count=record.head_count)  # fmt: skip
    return Receipt(record, is_new=True)


def correct_record(
    record: DrillRecord, happened: Happened, *, client_id: str, folder: Path, by: Account,
    now: datetime,
) -> Receipt:  # fmt: skip
    """Replace a record by a corrected one; the first stays readable, its findings are dropped."""
    lock(record.drill)
    db.session.refresh(record)
    known = find_record_by_client(client_id)
    if known is not None:
        if known.supersedes_id != record.id:
            raise AlreadyRecorded("这份记录已经用在别处，请重新打开页面再填")
        return Receipt(known, is_new=False)
    if not record.is_valid:
        raise AlreadyRecorded("这份记录已经退回或更正过")
    if record.state is RecordState.CONFIRMED and by.role is not Role.OFFICE:
        raise RuleBroken("已经确认的记录，请应急办来更正")
    check_happened(record.drill, happened, now=now)
    record.state = RecordState.SUPERSEDED
    db.session.flush()
    old = findings.list_findings_of(Source.DRILL, record.id)
    findings.drop_findings(old, by=by, now=now)
    fresh = _add(record.drill, happened, client_id=client_id, folder=folder, by=by, now=now,
                 corrects=record)  # fmt: skip
    _carry_photos(record, fresh)
    record_drill_activity(record.drill, "drill.corrected", by=by, now=now, summary="更正记录",
                          record=fresh.id)  # fmt: skip
    return Receipt(fresh, is_new=True)


def _add(
    drill: Drill, happened: Happened, *, client_id: str, folder: Path, by: Account, now: datetime,
    corrects: DrillRecord | None = None,
) -> DrillRecord:  # fmt: skip
    edition = find_exercised(drill, corrects)
    record = DrillRecord(
        drill=drill, client_id=client_id, edition_id=edition.id if edition else None,
        supersedes_id=corrects.id if corrects else None,
        state=RecordState.RECORDED, began_at=happened.began_at, ended_at=happened.ended_at,
        conclusion=happened.conclusion, summary=happened.summary.strip(),
        no_problem=happened.no_problem.strip(), paper_by=happened.paper_by.strip(),
        recorded_at=now, recorded_by_id=by.id,
        counts=[HeadCount(group=g, people=n) for g, n in happened.counts.items() if n],
        moments=_list_moments(edition, happened.minutes),
        scores=[Score(item=item, score=score) for item, score in sorted(happened.scores.items())],
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    _add_photos(record, happened.photos, folder)
    for problem in happened.problems:
        findings.raise_finding(
            place=drill.place, source=Source.DRILL, source_id=record.id, text=problem.text,
            edition=edition, heading=problem.heading, by=by, now=now,
        )  # fmt: skip
    forget_half_record(drill, by=by)
    return record


def find_exercised(drill: Drill, corrects: DrillRecord | None = None) -> Edition | None:
    """The text that a drill exercised: in force at its hour; a correction keeps its record's."""
    return corrects.edition if corrects else find_in_force_at(drill.plan, drill.planned_at)


def _list_moments(edition: Edition | None, minutes: Mapping[Moment, int]) -> list[MomentTaken]:
    targets = list_targets(edition.body) if edition else {}
    return [
        MomentTaken(
            moment=moment, minutes=minutes[moment],
            target_minutes=targets[moment].minutes if moment in targets else None,
        )
        for moment in Moment
        if moment in minutes
    ]  # fmt: skip


def _add_photos(record: DrillRecord, photos: Sequence[ShrunkPhoto], folder: Path) -> None:
    for photo in {photo.sha256: photo for photo in photos}.values():
        keep_photo(photo, folder)
        db.session.add(Photo(record_id=record.id, sha256=photo.sha256, size=len(photo.data)))
    db.session.flush()
    db.session.refresh(record)


def _carry_photos(old: DrillRecord, fresh: DrillRecord) -> None:
    """The pictures of the first record stay with the drill; nobody has to send them twice."""
    known = {photo.sha256 for photo in fresh.photos}
    for photo in old.photos:
        if photo.sha256 not in known:
            db.session.add(Photo(record_id=fresh.id, sha256=photo.sha256, size=photo.size))
    db.session.flush()
    db.session.refresh(fresh)


def check_happened(drill: Drill, happened: Happened, *, now: datetime) -> None:
    """Refuse what cannot have happened, and what says too little."""
    if not drill.is_scheduled:
        raise RuleBroken("这项演练没有排定或已经取消，不能记录")
    _check_times(drill, happened, now=now)
    _check_numbers(happened)
    if not happened.summary.strip():
        raise RuleBroken("请写一句演练情况", field="summary")
    if not happened.problems and len(happened.no_problem.strip()) < 4:
        raise RuleBroken("没有发现问题的，请写一句怎么看出来的", field="no_problem")


def _check_times(drill: Drill, happened: Happened, *, now: datetime) -> None:
    if happened.began_at > now or happened.ended_at > now:
        raise RuleBroken("演练还没有举行，不能先记录", field="began_at")
    if happened.began_at < drill.planned_at - EARLY:
        raise RuleBroken(
            "开始时间比排定的早半天以上，请核对日期；改了日子的请先改期", field="began_at"
        )
    if happened.ended_at < happened.began_at:
        raise RuleBroken("结束时间早于开始时间，请核对", field="ended_at")
    if happened.ended_at - happened.began_at > LONGEST:
        raise RuleBroken("演练时间超过两天，请核对日期", field="ended_at")


def _check_numbers(happened: Happened) -> None:
    if not any(happened.counts.values()):
        raise RuleBroken("请填参加人数", field="counts")
    if any(not 0 <= people <= MOST_PEOPLE for people in happened.counts.values()):
        raise RuleBroken("人数应为 0 至 %(most)s 的整数", most=MOST_PEOPLE, field="counts")
    length = (happened.ended_at - happened.began_at).total_seconds() / 60
    for moment, minutes in happened.minutes.items():
        if not 0 <= minutes <= length + 1:
            raise RuleBroken(
                "“%(moment)s”填了 %(minutes)s 分钟，比整个演练还长，请核对",
                moment=MOMENT_LABELS[moment], minutes=minutes, field=f"minutes_{moment}",
            )  # fmt: skip
    missing = [n for n in range(1, len(EVALUATION_ITEMS) + 1) if n not in happened.scores]
    if missing:
        raise RuleBroken("评估第 %(n)s 项还没有打分", n=missing[0], field=f"score_{missing[0]}")


def confirm_record(record: DrillRecord, *, by: Account, now: datetime) -> None:
    """Take a record into the figures as confirmed; whoever recorded it does not confirm it."""
    _begin_decision(record, by, now)
    record.state = RecordState.CONFIRMED
    record_drill_activity(record.drill, "drill.confirmed", by=by, now=now, summary="确认记录",
                          record=record.id)  # fmt: skip


def return_record(record: DrillRecord, *, reason: str, by: Account, now: datetime) -> None:
    """Send a record back with the reason; the village records the drill anew."""
    _begin_decision(record, by, now)
    if not reason.strip():
        raise RuleBroken("请写明退回的原因，让村里知道补什么", field="reason")
    record.state, record.return_reason = RecordState.RETURNED, reason.strip()
    findings.drop_findings(findings.list_findings_of(Source.DRILL, record.id), by=by, now=now)
    record_drill_activity(record.drill, "drill.returned", by=by, now=now, summary="退回记录",
                          reason=record.return_reason)  # fmt: skip


def _begin_decision(record: DrillRecord, by: Account, now: datetime) -> None:
    lock(record.drill)
    db.session.refresh(record)
    if record.state is not RecordState.RECORDED:
        raise AlreadyRecorded("这份记录已经办过了")
    if record.recorded_by_id == by.id:
        raise RuleBroken("自己记的演练不能自己确认，请另一位来办")
    record.decided_by_id, record.decided_at = by.id, now


def keep_half_record(drill: Drill, answers: dict[str, Any], *, by: Account, now: datetime) -> None:
    """Keep a half-filled form on the server, so that it comes back on any device."""
    half = find_half_record(drill, by)
    if half is None:
        half = HalfRecord(drill_id=drill.id, account_id=by.id)
        db.session.add(half)
    half.answers, half.kept_at = answers, now
    db.session.flush()


def forget_half_record(drill: Drill, *, by: Account) -> None:
    """The form was sent."""
    half = find_half_record(drill, by)
    if half is not None:
        db.session.delete(half)
        db.session.flush()
