"""What a closed audit is bound to: its content in one canonical spelling, and its hash."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from nanhua_emergency.audits.checklists import hash_content
from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.database import db


def content_of(audit: Audit, answers: Sequence[Answer]) -> dict[str, Any]:
    """All that a closed audit says, as plain data."""
    held = audit.round
    return {
        "checklist": held.sha256, "period": held.period,
        "first_on": held.first_on.isoformat(), "last_on": held.last_on.isoformat(),
        "place": audit.place_code, "submitted_at": _moment(audit.submitted_at),
        "submitted_by": audit.submitted_by_id,
        "answers": [_answer(one) for one in sorted(answers, key=lambda one: one.criterion)],
    }  # fmt: skip


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "criterion": answer.criterion, "evidence": answer.evidence,
        "verdict": answer.verdict.value, "note": answer.note,
        "judged_at": _moment(answer.judged_at), "judged_by": answer.judged_by_id,
        "office_verdict": answer.office_verdict.value if answer.office_verdict else None,
        "office_reason": answer.office_reason,
        "verified_at": _moment(answer.verified_at), "verified_by": answer.verified_by_id,
        "finding": answer.finding_id,
        "files": [[one.name, one.sha256, one.size, one.is_dropped] for one in answer.files],
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def hash_audit(audit: Audit, answers: Sequence[Answer]) -> str:
    """SHA-256 over what a closed audit says."""
    return hash_content(content_of(audit, answers))


def hash_round(held: Round, hashes: Sequence[str]) -> str:
    """SHA-256 over the wording of a round and the hashes of its audits, in order of their places."""
    return hash_content([held.sha256, held.close_reason, *hashes])


def find_changed_audits() -> Iterator[Audit]:
    """Closed audits that no longer say what they said when they were locked."""
    query = select(Audit).where(Audit.state == AuditState.CLOSED).order_by(Audit.id)
    for audit in db.session.scalars(query.execution_options(yield_per=100)):
        answers = list(db.session.scalars(select(Answer).where(Answer.audit_id == audit.id)))
        if hash_audit(audit, answers) != audit.content_sha256 or _is_reworded(audit.round):
            yield audit


def _is_reworded(held: Round) -> bool:
    return hash_content(held.content) != held.sha256
