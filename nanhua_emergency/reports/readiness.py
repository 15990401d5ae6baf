"""How ready a place was from round to round: items by verdict, as a table and as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select

from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.audits.verdicts import VERDICT_NAMES, Verdict
from nanhua_emergency.database import db
from nanhua_emergency.languages import _, translated
from nanhua_emergency.reports.charts import Series, bar_chart
from nanhua_emergency.reports.have_figures import FINAL, ITEM, count_where
from nanhua_emergency.reports.year import Year

# A trend looks back over so many years before the one that is shown.
YEARS_BACK = 2


@dataclass(frozen=True)
class RoundLine:
    """One period of one checklist, and how many items of the place stood at each verdict."""

    period: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All items of all places that were audited."""
        return sum(self.counts)


@dataclass(frozen=True)
class Readiness:
    """The rounds of one checklist at one place, oldest first."""

    slug: str
    title: str
    lines: tuple[RoundLine, ...]


def list_readiness(year: Year) -> list[Readiness]:
    """The locked rounds of the year and of those before it, for each checklist; never a ranking."""
    first = date(year.number - YEARS_BACK, 1, 1)
    items = (
        select(
            Round.id.label("round_id"),
            Round.checklist_slug.label("slug"),
            Round.period.label("period"),
            Round.last_on.label("last_on"),
            _verdict().label("verdict"),
        )
        .join(Audit, Audit.round_id == Round.id)
        .join(Answer, Answer.audit_id == Audit.id)
        .where(year.covers(Audit.place_code), Audit.state == AuditState.CLOSED)
        .where(Round.last_on.between(first, year.days[1]))
        .group_by(Round.id, Round.checklist_slug, Round.period, Round.last_on, Audit.id, ITEM)
        .subquery()
    )
    one = items.c
    query = (
        select(one.slug, one.last_on, one.period, one.verdict, func.count(), func.max(one.round_id))
        .group_by(one.slug, one.last_on, one.period, one.verdict)
        .order_by(one.slug, one.last_on, one.period)
    )
    return _gather(db.session.execute(query).all())


def _verdict() -> ColumnElement[str]:
    """The same rule as `verdicts.judge_item`, in the database."""
    unchecked, count = count_where(FINAL == Verdict.UNCHECKED), func.count()
    return case(
        (unchecked > 0, Verdict.UNCHECKED.value),
        (count_where(FINAL == Verdict.MET) == count, Verdict.MET.value),
        (count_where(FINAL == Verdict.UNMET) == count, Verdict.UNMET.value),
        else_=Verdict.PARTLY.value,
    )


def _gather(rows: Sequence[tuple[str, date, str, str, int, int]]) -> list[Readiness]:
    found: dict[str, dict[tuple[date, str], dict[str, int]]] = {}
    latest: dict[str, int] = {}
    for slug, last_on, period, verdict, count, round_id in rows:
        found.setdefault(slug, {}).setdefault((last_on, period), {})[verdict] = count
        latest[slug] = max(round_id, latest.get(slug, 0))
    query = select(Round.id, Round.content).where(Round.id.in_(latest.values()))
    titles = {key: str(content["title"]) for key, content in db.session.execute(query)}
    return [
        Readiness(slug, titles[latest[slug]], tuple(
            RoundLine(period, tuple(counts.get(verdict, 0) for verdict in Verdict))
            for (_last_on, period), counts in rounds.items()
        ))
        for slug, rounds in found.items()
    ]  # fmt: skip


def draw_readiness(readiness: Readiness, *, place: str) -> str:
    """The chart of one checklist: a bar a round, each made of its verdicts."""
    series = [
        Series(
            translated(VERDICT_NAMES[verdict]), tuple(line.counts[n] for line in readiness.lines)
        )
        for n, verdict in enumerate(Verdict)
    ]
    labels = [line.period for line in readiness.lines]
    title = _("%(title)s各轮结果", title=f"{place}{readiness.title}")
    return bar_chart(title, labels, series, unit=_("项"))
