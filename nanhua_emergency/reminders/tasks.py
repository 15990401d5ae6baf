"""What waits for a person: due, late and missing, worst first, at most ten lines."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import queries as audits
from nanhua_emergency.audits.queries import UNANSWERED
from nanhua_emergency.drills import queries as drills
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.languages import _
from nanhua_emergency.plans import deadlines, queries
from nanhua_emergency.plans.lifecycle import State, Verb
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.services import list_offered_verbs
from nanhua_emergency.registers import freshness

MOST = 10
REVIEW_AHEAD = AUDIT_AHEAD = timedelta(days=90)
# What is due within a week comes before what has no day, and that before what is due later.
SOON = 7
# So many kinds of entries have a line of their own; the others share one.
MOST_REASONS = 4


@dataclass(frozen=True)
class Task:
    """One line: what it is about, the next step, where to do it, and by when.

    `is_counted` says that the title is in our own words (a count), and not somebody's.
    """

    title: str
    step: str
    endpoint: str
    key: Mapping[str, int | str]
    due_on: date | None = None
    note: str = ""
    is_counted: bool = False

    def days_left(self, today: date) -> int | None:
        """Days until it is due; negative when late."""
        return (self.due_on - today).days if self.due_on else None

    def urgency(self, today: date) -> tuple[int, date]:
        """What sorts the worst first: late, due within a week, without a day, due later."""
        left, due_on = self.days_left(today), self.due_on or date.max
        if left is None:
            return 1, due_on
        return (0 if left <= SOON else 2), due_on


def list_tasks(person: Account, *, today: date, most: int = MOST) -> list[Task]:
    """What this person should do next, the worst first."""
    tasks = [task for source in _SOURCES[person.role] for task in source(person, today)]
    return sorted(tasks, key=lambda task: task.urgency(today))[:most]


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
    for edition in deadlines.list_unapproved(person.place):
        if Verb.APPROVE in list_offered_verbs(edition, person):  # another than who signed it
            yield _edition_task(edition, _("补签紧急签发的文本"), "plans.show_edition",
                                due_on=edition.approval_due_on)  # fmt: skip


def _to_file(person: Account, _today: date) -> Iterator[Task]:
    for filing in deadlines.list_unfiled(person.place):
        yield Task(filing.edition.plan.title, _("备案：%(name)s", name=filing.recipient), "plans.file_edition",
                   {"filing_id": filing.id}, filing.due_on)  # fmt: skip


def _to_announce(person: Account, _today: date) -> Iterator[Task]:
    for edition in deadlines.list_unannounced(person.place):
        yield _edition_task(edition, _("登记向社会公布"), "plans.announce_edition",
                            due_on=edition.announcement_due_on)  # fmt: skip


def _to_review(person: Account, today: date) -> Iterator[Task]:
    for review in deadlines.list_reviews_due(person.place, until=today + REVIEW_AHEAD):
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
        yield _finding_task(finding, _("整改问题"), person)


def _to_close(person: Account, _today: date) -> Iterator[Task]:
    for finding in findings.list_waiting(person.place, FindingState.FIXED, not_fixed_by=person):
        yield _finding_task(finding, _("核对整改，销号"), person)


def _to_judge(person: Account, today: date) -> Iterator[Task]:
    """The audits of the person's own place; villages under an office answer theirs themselves."""
    until = today + AUDIT_AHEAD
    for audit in audits.list_audits_due(person.place, UNANSWERED, until=until):
        yield Task(audit.title, _("自评，填完交应急办"), "audits.show_audit", {"audit_id": audit.id},
                   audit.round.due_on, audit.return_reason)  # fmt: skip


def _to_verify(person: Account, today: date) -> Iterator[Task]:
    for due in audits.list_rounds_due(person.place, not_by=person, until=today + AUDIT_AHEAD):
        if due.to_verify:
            yield _round_task(due, _("核实交上来的核查表（%(count)s 份）", count=due.to_verify))


def _to_run(person: Account, today: date) -> Iterator[Task]:
    """A round with its own office: to verify, to press for what is missing, at last to close."""
    for due in audits.list_rounds_due(person.place, not_by=person, until=today + AUDIT_AHEAD):
        if due.to_verify:
            yield _round_task(due, _("核实交上来的核查表（%(count)s 份）", count=due.to_verify))
        elif due.unanswered:
            yield _round_task(due, _("催交核查表（还差 %(count)s 份）", count=due.unanswered))
        elif not due.unverified and person.place.contains(due.round.place_code):
            yield _round_task(due, _("都核实了，结束这一轮"))


def _round_task(due: audits.RoundDue, step: str) -> Task:
    key = {"round_id": due.round.id}
    return Task(due.round.title, step, "audits.show_round", key, due.round.due_on)


def _to_freshen(person: Account, today: date) -> Iterator[Task]:
    """What the registers ask for: a line for each of the worst reasons, and one for the rest."""
    counts = list(freshness.count_all_attention(person, today=today).items())
    # One reason more needs no line that says "and one more".
    own = counts if len(counts) <= MOST_REASONS + 1 else counts[:MOST_REASONS]
    for reason, count in own:
        title = _("%(register)s：%(reason)s，%(count)s 条", register=_(reason.register.name),
                  reason=_(reason.name), count=count)  # fmt: skip
        yield Task(title, _(reason.advice), "registers.list_attention", {"reason": reason.slug},
                   is_counted=True)  # fmt: skip
    rest = counts[len(own) :]
    if rest:
        title = _("名册里还有 %(kinds)s 类，共 %(count)s 条", kinds=len(rest),
                  count=sum(count for _reason, count in rest))  # fmt: skip
        yield Task(title, _("逐类核实"), "registers.list_attention", {}, is_counted=True)


def _finding_task(finding: Finding, step: str, person: Account) -> Task:
    key, text = {"finding_id": finding.id}, finding.text[:40]
    # Whoever looks after many places must know which one it is.
    title = text if finding.place_code == person.place_code else f"{finding.place.name}：{text}"
    return Task(title, step, "findings.show_finding", key, finding.due_on)


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
        _to_judge,
        _to_run,
        _to_freshen,
    ),
    Role.LEGAL: (_to_clear,),
    Role.LEADER: (_to_approve, _to_publish, _to_verify),
    Role.VILLAGE: (_to_record, _to_fix, _to_judge, _to_hold, _to_check, _to_freshen),
    Role.ADMIN: (),
}
