"""How ready a place was from round to round: items by verdict, as a table and as a chart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from nanhua_emergency.audits.checklists import Item, unpack
from nanhua_emergency.audits.item_verdicts import ITEM, closed_in, verdict_of_item
from nanhua_emergency.audits.models import Answer, Audit, Round
from nanhua_emergency.audits.verdicts import VERDICT_NAMES, Verdict
from nanhua_emergency.database import db
from nanhua_emergency.languages import _, translated
from nanhua_emergency.reports.charts import Series, bar_chart
from nanhua_emergency.reports.year import Year

# A trend looks back over so many years before the one that is shown.
YEARS_BACK = 2
PAGE = 50
# Of a group of the query: item, verdict and how many places stand there.
Counted = tuple[str, Verdict, int]
# Key of the audit, key of the round, list, period, last day, item, verdict.
Items = Select[int, int, str, str, date, str, str]


@dataclass(frozen=True)
class RoundLine:
    """One period of one checklist, and how many items of the place stood at each verdict."""

    period: str
    last_on: date
    counted: tuple[Counted, ...]
    round_id: int

    @property
    def counts(self) -> tuple[int, ...]:
        """The items at each verdict."""
        return _by_verdict(self.counted)

    @property
    def total(self) -> int:
        """All items of all places that were audited."""
        return sum(self.counts)

    def count_item(self, code: str) -> tuple[int, ...]:
        """The places at which one item stood at each verdict."""
        return _by_verdict([one for one in self.counted if one[0] == code])


@dataclass(frozen=True)
class Readiness:
    """The rounds of one checklist at one place, oldest first, and the items as last worded."""

    slug: str
    title: str
    items: tuple[Item, ...]
    lines: tuple[RoundLine, ...]


@dataclass(frozen=True)
class Part:
    """Which items of a checklist are meant: those of a period, perhaps of one code or verdict."""

    slug: str
    period: str
    last_on: date
    code: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True)
class ItemLine:
    """One item at one place, as its audit was locked."""

    audit: Audit
    item: Item
    verdict: Verdict

    @property
    def verdict_name(self) -> str:
        """The verdict in Chinese."""
        return VERDICT_NAMES[self.verdict]


def list_readiness(year: Year) -> list[Readiness]:
    """The locked rounds of the year and of those before it, for each checklist; never a ranking."""
    items = _items(year).subquery()
    one = items.c
    of_line = (one.slug, one.last_on, one.period)
    query = (
        select(*of_line, one.code, one.verdict, func.count(), func.max(one.round_id))
        .group_by(*of_line, one.code, one.verdict)
        .order_by(*of_line, one.code, one.verdict)
    )
    return _gather(db.session.execute(query).all())


def count_items(year: Year, part: Part) -> int:
    """How many items there are of a part."""
    query = select(func.count()).select_from(_of_part(year, part).subquery())
    return int(db.session.scalar(query) or 0)


def list_items(year: Year, part: Part, *, page: int = 1) -> list[ItemLine]:
    """One page, and one more, of the items of a part, by item and place."""
    one = _of_part(year, part).subquery().c
    query = (
        select(Audit, one.code, one.verdict)
        .join(Audit, Audit.id == one.audit_id)
        .order_by(one.code, Audit.place_code, Audit.id)
    )
    found = db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    lists = {audit.round_id: audit.round.checklist for audit, _code, _said in found}
    return [
        ItemLine(audit, item, Verdict(said))
        for audit, code, said in found
        if (item := lists[audit.round_id].get_item(code.rstrip(".")))
    ]


def _of_part(year: Year, part: Part) -> Items:
    query = _items(year).where(
        Round.checklist_slug == part.slug,
        Round.period == part.period,
        Round.last_on == part.last_on,
    )
    if part.code:
        query = query.where(ITEM.in_([f"{part.code}."]))
    return query if part.verdict is None else query.having(verdict_of_item() == part.verdict.value)


def _items(year: Year) -> Items:
    """Each item of each locked audit of the place, with what follows from its criteria."""
    first = date(year.number - YEARS_BACK, 1, 1)
    # Named by their keys, or SQLite would begin with the rounds of every place.
    audits = select(Audit.id).where(
        year.covers(Audit.place_code), closed_in(Audit, first, year.days[1])
    )
    return (
        select(
            Audit.id.label("audit_id"),
            Round.id.label("round_id"),
            Round.checklist_slug.label("slug"),
            Round.period.label("period"),
            Round.last_on.label("last_on"),
            ITEM.label("code"),
            verdict_of_item().label("verdict"),
        )
        .join(Audit, Audit.round_id == Round.id)
        .join(Answer, Answer.audit_id == Audit.id)
        .where(Audit.id.in_(audits))
        .group_by(Round.id, Round.checklist_slug, Round.period, Round.last_on, Audit.id, ITEM)
    )


def _by_verdict(counted: Sequence[Counted]) -> tuple[int, ...]:
    found: Counter[Verdict] = Counter()
    for _code, verdict, count in counted:
        found[verdict] += count
    return tuple(found[verdict] for verdict in Verdict)


def _gather(rows: Sequence[Any]) -> list[Readiness]:
    found: dict[str, dict[tuple[date, str], RoundLine]] = {}
    for slug, last_on, period, code, verdict, count, round_id in rows:
        lines = found.setdefault(slug, {})
        line = lines.get((last_on, period), RoundLine(period, last_on, (), 0))
        counted = (*line.counted, (code.rstrip("."), Verdict(verdict), count))
        last = max(line.round_id, round_id)
        lines[last_on, period] = RoundLine(period, last_on, counted, last)
    kept = {slug: tuple(lines.values()) for slug, lines in found.items()}
    query = select(Round.id, Round.content).where(
        Round.id.in_([lines[-1].round_id for lines in kept.values()])
    )
    contents = {key: unpack(content) for key, content in db.session.execute(query)}
    worded = {slug: contents[lines[-1].round_id] for slug, lines in kept.items()}
    return [
        Readiness(slug, worded[slug].title, worded[slug].items, lines)
        for slug, lines in kept.items()
    ]


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
