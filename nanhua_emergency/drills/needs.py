"""Which drills a year still asks for, after those that were held and those that are coming."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from nanhua_emergency.drills.schedule import By, Coming, Held, PlanRule, find_due_day

TABLETOP, LIVE = "tabletop", "live"

# What a village drills by itself, and how (Article 32 of 国办发〔2024〕5号 asks for drills aimed at
# what the area is prone to); the choice of hazards is this town's own. The town drills the rest.
REQUIRED_OF_VILLAGES: Mapping[str, str] = {
    "洪涝": LIVE,
    "地震": LIVE,
    "火灾": LIVE,
    "气象灾害": TABLETOP,
    "沙尘暴": TABLETOP,
}
# Hazards that one drill can exercise together, where their seasons meet.
COMBINABLE: tuple[tuple[str, str], ...] = (("地震", "火灾"), ("洪涝", "气象灾害"))


def choose_by(hazard: str, required: Mapping[str, str] = REQUIRED_OF_VILLAGES) -> By:
    """Who drills the plan of a hazard: the villages what is required of them, the town the rest."""
    return By.VILLAGE if hazard in required else By.TOWN


@dataclass(frozen=True, slots=True)
class Need:
    """One drill that a place owes by one plan; `due_on` is None where it was never drilled."""

    village: str
    rule: PlanRule
    last_on: date | None
    due_on: date | None
    is_extra: bool = False

    @property
    def earliest_on(self) -> date:
        """No sooner than half the plan's period after the last one."""
        if self.last_on is None or self.is_extra:
            return date.min
        return self.last_on + timedelta(days=15 * self.rule.drill_months)


@dataclass
class Known:
    """What stands already, held or coming, up to the end of the year."""

    last_on: dict[tuple[str, int], date] = field(default_factory=dict)
    days: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    per_day: Counter[date] = field(default_factory=Counter)
    per_village: Counter[str] = field(default_factory=Counter)


def list_known(year: int, held: Iterable[Held], coming: Iterable[Coming], today: date) -> Known:
    """Drills that count for the year: every record, confirmed or waiting, and every planned one.

    A planned drill of this year whose day has passed counts until it is recorded or cancelled, so
    that nobody is asked twice; one of an earlier year does not.
    """
    known, seen = Known(), set()
    standing = [drill for drill in coming if drill.on >= today or drill.on.year == year]
    drills: list[Held | Coming] = [*held, *standing]
    for drill in drills:
        cell = drill.village, drill.plan_id
        if drill.on.year <= year:
            known.last_on[cell] = max(known.last_on.get(cell, date.min), drill.on)
        if (drill.drill_id, drill.village) not in seen:
            seen.add((drill.drill_id, drill.village))
            known.days[drill.village].add(drill.on)
            known.per_day[drill.on] += 1
            known.per_village[drill.village] += drill.on.year == year
    return known


def find_next_need(year: int, village: str, rule: PlanRule, last_on: date | None) -> Need | None:
    """The drill that falls due by the end of the year; None where the last one still counts then."""
    if last_on is None:
        return Need(village, rule, None, None)
    due_on = find_due_day(rule, last_on)
    if due_on is None or due_on > date(year, 12, 31):
        return None
    return Need(village, rule, last_on, due_on)


def list_needs(
    year: int, villages: Sequence[str], rules: Sequence[PlanRule], known: Known, town: str | None
) -> list[Need]:
    """The next drill of each village and plan, and of the town and its plans, that the year owes."""
    places = [(village, By.VILLAGE) for village in villages]
    if town is not None:
        places.append((town, By.TOWN))
    needs = (
        find_next_need(year, place, rule, known.last_on.get((place, rule.plan_id)))
        for place, by in places
        for rule in rules
        if rule.by is by
    )
    return [need for need in needs if need is not None]


def combine(
    needs: Sequence[Need],
    known: Known,
    per_village: int,
    combinable: Sequence[tuple[str, str]],
) -> list[tuple[Need, ...]]:
    """The needs, in ones and twos: two where one drill can serve both in a month that suits both.

    A village is left with at least `per_village` drills in the year, where it has as many needs.
    """
    by_village: dict[str, list[Need]] = defaultdict(list)
    for need in needs:
        by_village[need.village].append(need)
    units: list[tuple[Need, ...]] = []
    for village, its in by_village.items():
        spare = len(its) + known.per_village[village] - per_village
        units += _pair(its, spare, {frozenset(pair) for pair in combinable})
    return units


def _pair(needs: list[Need], spare: int, combinable: set[frozenset[str]]) -> list[tuple[Need, ...]]:
    units: list[tuple[Need, ...]] = []
    left = list(needs)
    while left:
        need = left.pop(0)
        mate = next((other for other in left if _may_combine(need, other, combinable)), None)
        if mate is None or spare <= 0:
            units.append((need,))
            continue
        left.remove(mate)
        spare -= 1
        units.append((need, mate))
    return units


def _may_combine(one: Need, other: Need, combinable: set[frozenset[str]]) -> bool:
    hazards = frozenset((one.rule.hazard, other.rule.hazard))
    return hazards in combinable and not set(one.rule.months).isdisjoint(other.rule.months)


def list_least_drilled(
    village: str, rules: Sequence[PlanRule], last_on: Mapping[tuple[str, int], date]
) -> list[Need]:
    """A drill more by each plan of a village, the one drilled longest ago first."""
    its = [rule for rule in rules if rule.by is By.VILLAGE]
    its.sort(key=lambda rule: last_on.get((village, rule.plan_id), date.min))
    extras = []
    for rule in its:
        last = last_on.get((village, rule.plan_id))
        extras.append(Need(village, rule, last, find_due_day(rule, last) if last else None, True))
    return extras
