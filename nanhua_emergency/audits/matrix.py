"""Places and items side by side, and one place over its rounds; in code order, never ranked."""

from collections.abc import Sequence
from dataclasses import dataclass

from nanhua_emergency.audits import queries
from nanhua_emergency.audits.checklists import Checklist, Item
from nanhua_emergency.audits.models import Answer, Audit
from nanhua_emergency.audits.verdicts import JUDGED, VERDICT_NAMES, Verdict, judge_item


@dataclass(frozen=True)
class Cell:
    """One item at one place: what follows from its criteria, and how much of it is done."""

    item: Item
    verdict: Verdict
    judged: int
    is_verified: bool

    @property
    def name(self) -> str:
        """The verdict in Chinese."""
        return VERDICT_NAMES[self.verdict]

    @property
    def total(self) -> int:
        """How many criteria the item has."""
        return len(self.item.criteria)

    @property
    def is_half(self) -> bool:
        """Whether some of its criteria are judged and some not."""
        return 0 < self.judged < self.total


@dataclass(frozen=True)
class Row:
    """One place of a round, or one round of a place."""

    audit: Audit
    cells: tuple[Cell, ...]

    @property
    def judged(self) -> int:
        """How many criteria are judged."""
        return sum(cell.judged for cell in self.cells)

    @property
    def total(self) -> int:
        """How many criteria there are."""
        return sum(cell.total for cell in self.cells)


def lay_out(audits: Sequence[Audit]) -> list[Row]:
    """The rows of a matrix, in the order of the audits, from one query for all answers."""
    answers: dict[int, dict[str, Answer]] = {audit.id: {} for audit in audits}
    for answer in queries.list_answers_of(audits):
        answers[answer.audit_id][answer.criterion] = answer
    lists = {audit.round_id: audit.round.checklist for audit in audits}
    return [Row(one, _cells(lists[one.round_id], answers[one.id])) for one in audits]


def lay_out_one(audit: Audit, answers: Sequence[Answer]) -> Row:
    """The cells of one audit, from answers already at hand."""
    return Row(audit, _cells(audit.round.checklist, {one.criterion: one for one in answers}))


def _cells(checklist: Checklist, answers: dict[str, Answer]) -> tuple[Cell, ...]:
    return tuple(_cell(item, answers) for item in checklist.items)


def _cell(item: Item, answers: dict[str, Answer]) -> Cell:
    own = [answers[criterion.code] for criterion in item.criteria]
    return Cell(
        item,
        judge_item(answer.final for answer in own),
        sum(answer.verdict in JUDGED for answer in own),
        all(answer.office_verdict is not None for answer in own),
    )
