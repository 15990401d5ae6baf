"""What waits for a person: due, late and missing, worst first, at most ten lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.drills import queries as drills
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.languages import _
from nanhua_emergency.plans import queries
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.registers import freshness

MOST = 10
REVIEW_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Task:
    """One line: what it is about, the next step, where to do it, and by when."""

    title: str
    step: str
    endpoint: str
    key: dict[str, int | str]
    due_on: date | None = None
    note: str = ""

    def days_left(self, today: date) -> int | None:
        """Days until it is due; negative when late."""
        return (self.due_on - today).days if self.due_on else None


def list_tasks(person: Account, *, today: date) -> list[Task]:
    """What this person should do next, the first due first, then what has no day."""
    tasks = [task for source in _SOURCES[person.role] for task in source(person, today)]
    return sorted(tasks, key=lambda task: task.due_on or date.max)[:MOST]


def _waiting(person: Account, state: State, step: str) -> Iterator[Task]:
    for edition in queries.list_waiting(person.place, [state]):
        is_mine = queries.has_edited(edition, person)
        if state is State.DRAFTED or not is_mine:
            yield _edition_task(edition, step, "plans.show_edition", note=edition.return_reason)


def _edition_task(
    edition: Edition, step: str, endpoint: str, *, due_on: date | None = None, note: str = ""
) -> Task:
    key: dict[str, int | str] = {"edition_id": edition.id}
    return Task(edition.plan.title, step, endpoint, key, due_on, note)


def _drafts(person: Account, _today: date) -> Iterator[Task]:
    for task in _waiting(person, State.DRAFTED, _("接着编写，写完送审")):
        yield (
            task
            if not task.note
            else Task(
                task.title, _("被退回，请修改后再送审"), task.endpoint, task.key, None, task.note
            )
        )


def _to_clear(person: Account, _today: date) -> Iterator[Task]:
    yield from _waiting(person, State.SUBMITTED, _("合法性审核"))


def _to_publish(person: Account, _today: date) -> Iterator[Task]:
    yield from _waiting(person, State.CLEARED, _("签发"))


def _to_approve(person: Account, _today: date) -> Iterator[Task]:
    for edition in queries.list_unapproved(person.place):
        yield _edition_task(edition, _("补签紧急签发的文本"), "plans.show_edition",
                            due_on=edition.approval_due_on)  # fmt: skip


def _to_file(person: Account, _today: date) -> Iterator[Task]:
    for filing in queries.list_unfiled(person.place):
        yield Task(filing.edition.plan.title, _("备案：%(name)s", name=filing.recipient), "plans.file_edition",
                   {"filing_id": filing.id}, filing.due_on)  # fmt: skip


def _to_announce(person: Account, _today: date) -> Iterator[Task]:
    for edition in queries.list_unannounced(person.place):
        yield _edition_task(edition, _("登记向社会公布"), "plans.announce_edition",
                            due_on=edition.announcement_due_on)  # fmt: skip


def _to_review(person: Account, today: date) -> Iterator[Task]:
    for review in queries.list_reviews_due(person.place, until=today + REVIEW_AHEAD):
        yield Task(review.plan.title, _("定期评估"), "plans.close_review",
                   {"review_id": review.id}, review.due_on)  # fmt: skip


def _to_record(person: Account, today: date) -> Iterator[Task]:
    for drill in drills.list_unrecorded(person.place, now=clock.now()):
        yield Task(drill.title, _("记录演练"), "drills.record_drill", {"drill_id": drill.id},
                   drill.planned_on)  # fmt: skip


def _to_confirm(person: Account, _today: date) -> Iterator[Task]:
    for record in drills.list_unconfirmed(person.place, not_by=person):
        yield Task(record.drill.title, _("确认演练记录"), "drills.show_record",
                   {"record_id": record.id}, record.drill.planned_on)  # fmt: skip


def _to_accept(person: Account, _today: date) -> Iterator[Task]:
    for drill in drills.list_proposed(person.place):
        yield Task(drill.title, _("村里提议的演练"), "drills.show_drill", {"drill_id": drill.id},
                   drill.planned_on)  # fmt: skip


def _to_hold(person: Account, _today: date) -> Iterator[Task]:
    for drill in drills.list_coming(person.place, now=clock.now()):
        yield Task(drill.title, _("准备演练"), "drills.show_drill", {"drill_id": drill.id},
                   drill.planned_on)  # fmt: skip


def _to_check(person: Account, today: date) -> Iterator[Task]:
    reported = freshness.BY_SLUG["reported"]
    for one in freshness.list_attention(reported, person.place, today=today, size=MOST):
        yield Task(f"{one.place.name} {one.entry.title}", "核对本人报告的变动",
                   "registers.show_entry",
                   {"register_slug": one.register.slug, "entry_id": one.entry.id})  # fmt: skip


def _to_fix(person: Account, _today: date) -> Iterator[Task]:
    for finding in findings.list_waiting(person.place, FindingState.RAISED):
        yield _finding_task(finding, _("整改问题"))


def _to_close(person: Account, _today: date) -> Iterator[Task]:
    for finding in findings.list_waiting(person.place, FindingState.FIXED, not_fixed_by=person):
        yield _finding_task(finding, _("核对整改，销号"))


def _finding_task(finding: Finding, step: str) -> Task:
    key: dict[str, int | str] = {"finding_id": finding.id}
    return Task(finding.text[:40], step, "findings.show_finding", key, finding.due_on)


_SOURCES: dict[Role, tuple[Callable[[Account, date], Iterator[Task]], ...]] = {
    Role.OFFICE: (
        _to_file,
        _to_announce,
        _to_review,
        _drafts,
        _to_accept,
        _to_confirm,
        _to_fix,
        _to_close,
        _to_check,
    ),
    Role.LEGAL: (_to_clear,),
    Role.LEADER: (_to_approve, _to_publish),
    Role.VILLAGE: (_to_record, _to_fix, _to_hold, _to_check),
    Role.ADMIN: (),
}
