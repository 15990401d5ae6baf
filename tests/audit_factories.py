"""Rounds and their answers for tests, made with defaults."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from factories import NOW, TODAY, VILLAGE, Cast
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import answering, queries, services, verifying
from nanhua_emergency.audits.answering import Given, mark_of
from nanhua_emergency.audits.checklists import Checklist
from nanhua_emergency.audits.models import Answer, Audit, Round
from nanhua_emergency.audits.services import Period
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.audits.verifying import Decision, Task
from nanhua_emergency.places.services import get_place

FIVE, SEVEN = "village-five", "town-seven"
LACKS = "示例：少两样"


def a_checklist(slug: str = FIVE) -> Checklist:
    """One of the town's two lists."""
    found: Checklist = current_app.extensions["checklists"][slug]
    return found


def a_period(**said: Any) -> Period:
    """The first half of 2026, due in June."""
    said = {
        "name": "2026年上半年", "first_on": date(2026, 1, 1), "last_on": date(2026, 6, 30),
        "due_on": TODAY + timedelta(days=20),
    } | said  # fmt: skip
    return Period(**said)


def a_round(
    cast: Cast, *, slug: str = FIVE, places: Sequence[str] = (VILLAGE,), now: datetime = NOW,
    by: Account | None = None, **said: Any,
) -> Round:  # fmt: skip
    """A round of 明水村 alone, just begun."""
    return services.open_round(
        a_checklist(slug), [get_place(code) for code in places], period=a_period(**said),
        by=by or cast.office, now=now,
    )  # fmt: skip


def an_audit(cast: Cast, **columns: Any) -> Audit:
    """The audit of 明水村 in a round just begun."""
    return queries.list_all_audits(a_round(cast, **columns))[0]


def answer_of(audit: Audit, code: str) -> Answer:
    """One answer of an audit."""
    return next(one for one in queries.list_answers(audit) if one.criterion == code)


def give(
    audit: Audit, code: str, verdict: Verdict, *, by: Account, note: str = "", based_on: str = "",
    now: datetime = NOW, **said: Any,
) -> None:  # fmt: skip
    """Say something of one criterion."""
    note = note or ("" if verdict in (Verdict.MET, Verdict.UNCHECKED) else LACKS)
    given = Given(verdict, note, based_on or mark_of(answer_of(audit, code)), **said)
    answering.answer_item(
        audit, code.split(".")[0], {code: given}, by=by, now=now,
        folder=Path(current_app.instance_path) / "uploads",
    )  # fmt: skip


def give_all(audit: Audit, *, by: Account, now: datetime = NOW, **other: Verdict) -> None:
    """Say 有 of every criterion, but for those named (V1_2=Verdict.UNMET)."""
    for criterion in audit.round.checklist.criteria:
        verdict = other.get(criterion.code.replace(".", "_"), Verdict.MET)
        give(audit, criterion.code, verdict, by=by, now=now)


def a_submitted_audit(
    cast: Cast, *, by: Account | None = None, slug: str = FIVE, places: Sequence[str] = (VILLAGE,),
    **other: Verdict,
) -> Audit:  # fmt: skip
    """An audit with every criterion answered, handed in."""
    audit = an_audit(cast, slug=slug, places=places)
    by = by or (cast.village if slug == FIVE else cast.office)
    give_all(audit, by=by, **other)
    answering.submit_audit(audit, by=by, now=NOW)
    return audit


def agree(audit: Audit, *, by: Account, now: datetime = NOW, task: Task | None = None) -> None:
    """Verify every answer as the place gave it."""
    for item in audit.round.checklist.items:
        answers = queries.list_item_answers(audit, item)
        decisions = {one.criterion: Decision(one.verdict, "", one.version) for one in answers}
        verifying.verify_item(audit, item.code, decisions, task=task or Task(), by=by, now=now)


def differ(
    audit: Audit, code: str, verdict: Verdict, *, by: Account, reason: str = "示例：现场没有看到",
    task: Task | None = None, now: datetime = NOW,
) -> None:  # fmt: skip
    """Say of one criterion something else than the place did."""
    decision = Decision(verdict, reason, answer_of(audit, code).version)
    verifying.verify_item(
        audit, code.split(".")[0], {code: decision}, task=task or Task(), by=by, now=now
    )


def a_closed_round(cast: Cast, *, now: datetime = NOW, **other: Verdict) -> Round:
    """A round in which everything was answered, verified and locked."""
    audit = a_submitted_audit(cast, **other)
    agree(audit, by=cast.office)
    services.close_round(audit.round, reason="", by=cast.office, now=now)
    return audit.round
