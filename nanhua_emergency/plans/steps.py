"""Where a plan stands, as a line of steps with the days left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nanhua_emergency.clock import day_of
from nanhua_emergency.languages import _
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Filing, Review


class Progress(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    LATE = "late"
    AHEAD = "ahead"
    LATER = "later"


PROGRESS_NAMES = {
    Progress.DONE: "已完成",
    Progress.NOW: "进行中",
    Progress.LATE: "已逾期",
    Progress.AHEAD: "未开始",
    Progress.LATER: "未到期",
}


# A duty due in more days than this needs nobody's attention yet.
SOON = 90


@dataclass(frozen=True)
class Step:
    """One step: its name, how far it is, and the day it was done or is due."""

    name: str
    progress: Progress
    on: date | None = None
    days_left: int | None = None
    note: str = ""

    @property
    def progress_name(self) -> str:
        """How far it is, in the reader's language."""
        return _(PROGRESS_NAMES[self.progress])


_ORDER = (State.DRAFTED, State.SUBMITTED, State.CLEARED)
_WORK_NAMES = {State.DRAFTED: "起草", State.SUBMITTED: "合法性审核", State.CLEARED: "签发"}


def list_work_steps(edition: Edition) -> list[Step]:
    """The steps of an edition under way: drafting, review, signature."""
    at = _ORDER.index(edition.state)
    return [
        Step(_(_WORK_NAMES[state]), _progress_of(position, at))
        for position, state in enumerate(_ORDER)
    ]


def _progress_of(position: int, at: int) -> Progress:
    if position == at:
        return Progress.NOW
    return Progress.DONE if position < at else Progress.AHEAD


def list_duty_steps(
    edition: Edition, filings: Sequence[Filing], review: Review | None, *, today: date
) -> list[Step]:
    """The steps after publication: approval where urgent, filing, announcement, review."""
    steps = (
        [Step(_("签发"), Progress.DONE, day_of(edition.published_at))]
        if edition.published_at
        else []
    )
    if edition.is_urgent:
        approved_on = day_of(edition.approved_at) if edition.approved_at else None
        steps.append(_duty(_("补签"), approved_on, edition.approval_due_on, today))
    if filings:
        steps.append(_filing_step(filings, today))
    if edition.announcement_due_on:
        steps.append(_duty(_("公布"), edition.announced_on, edition.announcement_due_on, today))
    if review is not None:
        steps.append(_duty(_("定期评估"), None, review.due_on, today))
    return steps


def _duty(
    name: str, done_on: date | None, due_on: date | None, today: date, note: str = ""
) -> Step:
    if done_on is not None:
        return Step(name, Progress.DONE, done_on, note=note)
    left = (due_on - today).days if due_on else None
    return Step(name, _progress_due_in(left), due_on, left, note)


def _progress_due_in(days: int | None) -> Progress:
    if days is None or 0 <= days <= SOON:
        return Progress.NOW
    return Progress.LATE if days < 0 else Progress.LATER


def _filing_step(filings: Sequence[Filing], today: date) -> Step:
    missing = [filing for filing in filings if filing.filed_on is None]
    answered = f"{len(filings) - len(missing)}/{len(filings)}"
    note = _("%(answered)s 个单位已回执", answered=answered)
    if not missing:
        last = max(filing.filed_on for filing in filings if filing.filed_on)
        return Step(_("备案"), Progress.DONE, last, note=note)
    return _duty(_("备案"), None, min(filing.due_on for filing in missing), today, note)
