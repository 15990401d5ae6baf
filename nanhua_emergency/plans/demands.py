"""Clauses that the next edition must change, or say why not, before it is submitted."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from nanhua_emergency.access import Person
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.plans.demand_models import Demand
from nanhua_emergency.plans.lifecycle import Verb, get_move
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import Section, list_sections, list_subsections

_NUMBER = re.compile(r"^[\d.]+\s+")


class DemandsOpen(RuleBroken):
    """The edition leaves demands unanswered; `demands` are those."""

    def __init__(self, demands: Sequence[Demand]) -> None:
        super().__init__(
            "演练等发现的 %(count)s 处问题还没有回应：请修改对应的条款，或写明不改的理由",
            count=len(demands),
        )
        self.demands = demands


@dataclass(frozen=True)
class Answer:
    """A demand as an edition under way answers it."""

    demand: Demand
    is_changed: bool

    @property
    def is_answered(self) -> bool:
        """The clause has changed, or somebody said why it stays."""
        return self.is_changed or bool(self.demand.kept_reason)


def make_demand(edition: Edition, *, heading: str, text: str, now: datetime) -> Demand:
    """Ask the next edition of a plan to change a clause of this one; NotFound without the heading."""
    clauses = list_clauses(edition.body, heading)
    if not clauses:
        raise NotFound("预案里没有“%(heading)s”这一节", heading=heading)
    demand = Demand(
        plan_id=edition.plan_id,
        edition_id=edition.id,
        heading=heading[:200],
        section_sha256=_hash(clauses[0]),
        text=text,
        made_at=now,
    )
    db.session.add(demand)
    db.session.flush()
    return demand


def list_clauses(body: str, heading: str) -> list[str]:
    """The text under each heading of that title with its subsections; the very heading first.

    A heading is found by its title without the number, for numbers move when sections come and go.
    """
    sections = list_sections(body)
    found = [n for n, section in enumerate(sections) if _plain(section.title) == _plain(heading)]
    found.sort(key=lambda n: sections[n].title != heading)
    return [_join(list(list_subsections(sections, n))) for n in found]


def list_demands(edition: Edition) -> list[Demand]:
    """The demands that an edition under way must answer, oldest first."""
    query = select(Demand).where(
        Demand.plan_id == edition.plan_id,
        Demand.answered_edition_id.is_(None),
        Demand.is_withdrawn.is_(False),
    )
    return list(db.session.scalars(query.order_by(Demand.id).limit(200)))


def list_answers(edition: Edition) -> list[Answer]:
    """Every open demand of the plan, and whether the text as it now stands answers it."""
    return [Answer(demand, _is_changed(edition.body, demand)) for demand in list_demands(edition)]


def get_demand(edition: Edition, demand_id: int) -> Demand:
    """One of the demands that an edition must answer; NotFound for any other."""
    for demand in list_demands(edition):
        if demand.id == demand_id:
            return demand
    raise NotFound("没有这个问题，或者已经有版本回应过")


def check_demands(edition: Edition) -> None:
    """Refuse an edition that leaves a demand unanswered."""
    missing = [answer.demand for answer in list_answers(edition) if not answer.is_answered]
    if missing:
        raise DemandsOpen(missing)


def keep_clause(
    edition: Edition, demand: Demand, *, reason: str, by: Person, now: datetime
) -> None:
    """Say why the clause stays as it is, in a text that is not yet submitted."""
    get_move(edition.state, Verb.SUBMIT, by.role)
    if not reason.strip():
        raise RuleBroken("请写明不改的理由", field="reason")
    demand.kept_reason, demand.kept_by_id = reason.strip(), by.id
    db.session.flush()
    activity.record(
        "demand.kept", demand, place_code=edition.plan.place_code, by=by, now=now,
        summary=f"《{edition.plan.title}》“{demand.heading}”不改：{demand.kept_reason[:60]}",
        reason=demand.kept_reason,
    )  # fmt: skip


def settle_demands(edition: Edition) -> None:
    """An edition that comes into force has answered the demands that stood when it was submitted."""
    for answer in list_answers(edition):
        if answer.is_answered:
            answer.demand.answered_edition_id = edition.id
    db.session.flush()


def _is_changed(body: str, demand: Demand) -> bool:
    # Two headings may have one title: while the clause stands somewhere as it was, nothing changed.
    clauses = list_clauses(body, demand.heading)
    return demand.section_sha256 not in [_hash(clause) for clause in clauses]


def _plain(title: str) -> str:
    return _NUMBER.sub("", title).strip()


def _join(sections: Sequence[Section]) -> str:
    return "\n".join(f"{_plain(section.title)}\n{section.text.strip()}" for section in sections)


def _hash(text: str) -> str:
    # Blanks and blank lines say nothing: whoever only adds one has not changed the clause.
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()
