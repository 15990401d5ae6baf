"""What the office does with an audit that was handed in: agree, differ, or send it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.answering import AnsweredMeanwhile
from nanhua_emergency.audits.models import Answer, Audit, AuditState
from nanhua_emergency.audits.services import (
    AlreadyDone,
    lock_audit,
    may_verify,
    record_audit_activity,
)
from nanhua_emergency.audits.verdicts import JUDGED, Verdict
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import FindingState, Source


@dataclass(frozen=True)
class Decision:
    """What the office says of one criterion, and the version of the answer that it saw."""

    verdict: Verdict
    reason: str
    based_on: int


@dataclass(frozen=True)
class Task:
    """Who puts right what an item lacks, and by when; nobody named: the place's own account."""

    owner: Account | None = None
    due_on: date | None = None


class OwnAnswer(RuleBroken):
    """Nobody verifies what they judged themselves."""

    status = 403


def verify_item(
    audit: Audit, code: str, decisions: Mapping[str, Decision], *, task: Task, by: Account,
    now: datetime,
) -> None:  # fmt: skip
    """Agree with the answers of one item, or differ with a reason; 部分 and 无 raise findings."""
    if not may_verify(audit, by):
        raise NotFound("没有这份核查表")
    lock_audit(audit)
    if not audit.is_verifiable:
        raise AlreadyDone("还没有交上来，或者已经退回，不能核实")
    if task.due_on is not None:
        findings.refuse_past_day(task.due_on, now=now)
    item = queries.get_item(audit, code)
    answers = queries.list_item_answers(audit, item)
    for answer in answers:
        if answer.criterion in decisions:
            verify_answer(answer, decisions[answer.criterion], audit=audit, task=task, by=by,
                          now=now)  # fmt: skip
    is_whole = all(one.office_verdict is not None for one in queries.list_answers(audit))
    audit.state = AuditState.VERIFIED if is_whole else AuditState.SUBMITTED
    record_audit_activity(audit, "audit.verified", by=by, now=now,
                          summary=f"核实 {item.code} {item.name}",
                          criteria=sorted(decisions))  # fmt: skip


def verify_answer(
    answer: Answer, decision: Decision, *, audit: Audit, task: Task, by: Account, now: datetime
) -> None:
    """The office's word on one criterion beside the place's; both are kept."""
    is_same = answer.office_verdict is decision.verdict
    if is_same and answer.office_reason == decision.reason.strip():
        return  # sent twice, or two agree
    _check_decision(answer, decision, by=by)
    answer.office_verdict, answer.office_reason = decision.verdict, decision.reason.strip()
    answer.verified_at, answer.verified_by_id = now, by.id
    answer.version += 1
    _settle_finding(answer, audit=audit, task=task, by=by, now=now)
    db.session.flush()


def _check_decision(answer: Answer, decision: Decision, *, by: Account) -> None:
    if answer.judged_by_id == by.id:
        raise OwnAnswer("%(code)s 是您自己填的，请另一位来核实", code=answer.criterion)
    if decision.based_on != answer.version:
        raise AnsweredMeanwhile(answer)
    if decision.verdict not in JUDGED:
        raise RuleBroken("请选有、部分或无", field=f"verdict_{answer.criterion}")
    if decision.verdict is not answer.verdict and not decision.reason.strip():
        raise RuleBroken(
            "%(code)s 与自评不同，请写明理由", code=answer.criterion,
            field=f"reason_{answer.criterion}",
        )  # fmt: skip


def _settle_finding(
    answer: Answer, *, audit: Audit, task: Task, by: Account, now: datetime
) -> None:
    """One finding for each criterion that is lacking; none for one that is not."""
    known = answer.finding if answer.finding_id else None
    if known is not None and known.state is FindingState.DROPPED:
        known = None
    if answer.is_lacking and known is None:
        answer.finding_id = _raise(answer, audit=audit, task=task, by=by, now=now)
    elif not answer.is_lacking and known is not None and known.is_open:
        findings.drop_findings([known], by=by, now=now)
        answer.finding_id = None


def _raise(answer: Answer, *, audit: Audit, task: Task, by: Account, now: datetime) -> int:
    criterion = next(one for one in audit.round.checklist.criteria if one.code == answer.criterion)
    said = answer.office_reason or answer.note
    finding = findings.raise_finding(
        place=audit.place, source=Source.AUDIT, source_id=audit.id,
        text=f"{answer.criterion} {criterion.text}：{answer.final_name}。{said}",
        owner=task.owner or queries.find_usual_owner(audit.place), due_on=task.due_on,
        by=by, now=now,
    )  # fmt: skip
    return finding.id


def return_audit(audit: Audit, *, reason: str, by: Account, now: datetime) -> None:
    """Send the answers back to the place with the reason; what was said stays."""
    if not may_verify(audit, by):
        raise NotFound("没有这份核查表")
    lock_audit(audit)
    if not audit.is_verifiable:
        raise AlreadyDone("还没有交上来，或者已经退回")
    if not reason.strip():
        raise RuleBroken("请写明退回的原因，让村里知道补什么", field="reason")
    audit.state, audit.return_reason = AuditState.JUDGING, reason.strip()
    audit.submitted_at = audit.submitted_by_id = None
    record_audit_activity(audit, "audit.returned", by=by, now=now, summary="退回自评",
                          reason=audit.return_reason)  # fmt: skip
