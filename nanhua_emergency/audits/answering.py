"""What a place does with its audit: answer criterion by criterion, and hand it in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.answer_files import MOST_FILES, SentFile, keep_file
from nanhua_emergency.audits.models import Answer, AnswerFile, Audit, AuditState
from nanhua_emergency.audits.services import (
    AlreadyDone,
    lock_audit,
    may_answer,
    record_audit_activity,
)
from nanhua_emergency.audits.verdicts import LACKING, Verdict
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken


@dataclass(frozen=True)
class Given:
    """What somebody says of one criterion, and the mark of the answer that they saw before."""

    verdict: Verdict
    note: str
    based_on: str
    files: Sequence[SentFile] = ()
    dropped: frozenset[int] = field(default=frozenset())


class AnsweredMeanwhile(RuleBroken):
    """Somebody else has answered, or verified, the same criterion since the page was opened."""

    status = 409

    def __init__(self, answer: Answer) -> None:
        who, said, note = answer.judged_by, answer.verdict_name, answer.note
        if answer.office_verdict is not None:  # then the office spoke last
            who, said, note = answer.verified_by, answer.office_verdict_name, answer.office_reason
        super().__init__(
            "%(code)s 刚刚由 %(name)s 改为“%(verdict)s”%(note)s。您填的还在，核对后再交一次，以您的为准",
            code=answer.criterion, name=who.name if who else "别人", verdict=said,
            note=f"（{note}）" if note else "",
        )  # fmt: skip
        self.criterion = answer.criterion


def mark_of(answer: Answer) -> str:
    """What travels with the form: the answer's version, and what it said."""
    return f"{answer.version}-{_print_of(answer.verdict, answer.note)}"


def _print_of(verdict: Verdict, note: str) -> str:
    text = f"{verdict}\n{_tidy(note)}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tidy(note: str) -> str:
    return note.replace("\r\n", "\n").strip()


def answer_item(
    audit: Audit, code: str, given: Mapping[str, Given], *, folder: Path, by: Account,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what is said of one item, half done or whole; what was left as it was stays untouched."""
    if not may_answer(audit, by):
        raise NotFound("没有这份核查表")
    lock_audit(audit)
    _check_answerable(audit)
    item = queries.get_item(audit, code)
    changed = [
        answer.criterion
        for answer in queries.list_item_answers(audit, item)
        if answer.criterion in given
        and answer_criterion(answer, given[answer.criterion], folder=folder, by=by, now=now)
    ]
    if not changed:
        return
    audit.state = AuditState.JUDGING
    record_audit_activity(audit, "audit.answered", by=by, now=now,
                          summary=f"自评 {item.code} {item.name}", criteria=changed)  # fmt: skip


def _check_answerable(audit: Audit) -> None:
    if not audit.is_answerable:
        raise AlreadyDone("已经交上去了，要改请应急办退回")


def answer_criterion(
    answer: Answer, given: Given, *, folder: Path, by: Account, now: datetime
) -> bool:
    """Keep what is said of one criterion; gives whether anything changed."""
    db.session.refresh(answer)
    version, _, seen = given.based_on.partition("-")
    is_touched = _print_of(given.verdict, given.note) != seen
    is_same = _print_of(given.verdict, given.note) == _print_of(answer.verdict, answer.note)
    if is_touched and not is_same:
        if version != str(answer.version):
            raise AnsweredMeanwhile(answer)
        _judge(answer, given)
    is_filed = _add_files(answer, given.files, folder=folder, by=by, now=now)
    is_dropped = _drop_files(answer, given.dropped)
    if not (is_touched and not is_same) and not is_filed and not is_dropped:
        return False
    answer.version += 1
    answer.judged_at, answer.judged_by_id = now, by.id
    _forget_verification(answer)
    db.session.flush()
    return True


def _judge(answer: Answer, given: Given) -> None:
    if given.verdict in LACKING and not given.note.strip():
        raise RuleBroken(
            "%(code)s 选了部分或无，请写一句差在哪里", code=answer.criterion,
            field=f"note_{answer.criterion}",
        )  # fmt: skip
    answer.verdict, answer.note = given.verdict, _tidy(given.note)


def _forget_verification(answer: Answer) -> None:
    """The office decided on another answer."""
    answer.office_verdict, answer.office_reason = None, ""
    answer.verified_at = answer.verified_by_id = None


def _add_files(
    answer: Answer, files: Sequence[SentFile], *, folder: Path, by: Account, now: datetime
) -> bool:
    known = {file.sha256: file for file in answer.files}
    fresh = {file.sha256: file for file in files if file.sha256 not in known}
    if len(answer.kept_files) + len(fresh) > MOST_FILES:
        raise RuleBroken("%(code)s 最多放 %(most)s 个文件", code=answer.criterion, most=MOST_FILES)
    for file in fresh.values():
        keep_file(file, folder)
        answer.files.append(
            AnswerFile(
                name=file.name, extension=file.extension, sha256=file.sha256,
                size=len(file.data), is_dropped=False, added_at=now, added_by_id=by.id,
            )
        )  # fmt: skip
    for file in files:
        if file.sha256 in known:
            known[file.sha256].is_dropped = False  # sent again: wanted after all
    return bool(files)


def _drop_files(answer: Answer, dropped: frozenset[int]) -> bool:
    is_changed = False
    for file in answer.files:
        if file.id is not None and file.is_dropped != (file.id in dropped):
            file.is_dropped = file.id in dropped
            is_changed = True
    return is_changed


def list_unanswered(audit: Audit) -> list[Answer]:
    """The criteria of which nothing has been said yet."""
    return [one for one in queries.list_answers(audit) if one.verdict is Verdict.UNCHECKED]


def submit_audit(audit: Audit, *, by: Account, now: datetime) -> None:
    """Hand the answers to the office; each criterion that is still open is named."""
    if not may_answer(audit, by):
        raise NotFound("没有这份核查表")
    lock_audit(audit)
    _check_answerable(audit)
    codes = [answer.criterion for answer in list_unanswered(audit)]
    if codes:
        raise RuleBroken(
            "还有 %(count)s 条没有核查：%(codes)s", count=len(codes), codes="、".join(codes)
        )
    audit.state, audit.return_reason = AuditState.SUBMITTED, ""
    audit.submitted_at, audit.submitted_by_id = now, by.id
    record_audit_activity(audit, "audit.submitted", by=by, now=now, summary="自评交应急办核实")
