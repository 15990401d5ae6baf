"""Proposes a year of drills: what is still owed, each on the day that suits it best, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from nanhua_emergency.drills.drill_days import (
    DEFAULT_FARM_PEAKS,
    DEFAULT_PREFERRED,
    DrillDay,
    FarmPeak,
    Preferred,
    list_drill_days,
)
from nanhua_emergency.drills.needs import (
    COMBINABLE,
    LIVE,
    REQUIRED_OF_VILLAGES,
    TABLETOP,
    Known,
    Need,
    combine,
    find_next_need,
    list_known,
    list_least_drilled,
    list_needs,
)
from nanhua_emergency.drills.reasons import GaveWay, Grounds, explain
from nanhua_emergency.drills.schedule import By, Coming, Held, PlanRule

# A proposal for tomorrow helps nobody: the first reminder goes out a week before.
LEAD_DAYS = 7
DAYS_APART = 14
# Hours after the first start of the day, so that the office can be at more than one.
_LATER_STARTS = (0, 6, 2)
NIGHT_START = time(20)
NIGHT_HAZARDS = frozenset({"洪涝"})
# How far from the due day a drill may stray before a better season or week is given up for it.
_LATE, _EARLY = timedelta(days=31), timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A drill to be accepted by the office; `village` is the town's code for the town's plans.

    `form` is a word of `drills.models.Form`; `reason` is Chinese, for people.
    """

    village: str
    plan_ids: tuple[int, ...]
    on: date
    at: time
    form: str
    is_night: bool
    reason: str
    gave_way: tuple[GaveWay, ...] = ()


@dataclass(frozen=True)
class _Rules:
    """What the office has set for the year."""

    year: int
    days: list[DrillDay]
    most_per_day: int
    start_hour: int
    per_village: int
    required: Mapping[str, str]
    preferred: Mapping[str, Preferred]
    night_villages: frozenset[str]


@dataclass
class _Year:
    """The year as it fills up."""

    rules: _Rules
    per_day: Counter[date]
    per_village: Counter[str]
    last_on: dict[tuple[str, int], date]
    blocked: dict[str, set[date]]
    proposals: list[Proposal] = field(default_factory=list)

    def block(self, village: str, on: date) -> None:
        """Keep the days around a drill of a village free of another one."""
        around = range(1 - DAYS_APART, DAYS_APART)
        self.blocked[village].update(on + timedelta(days=n) for n in around)


def propose_year(
    year: int,
    villages: Sequence[str],
    rules: Sequence[PlanRule],
    held: Iterable[Held],
    coming: Iterable[Coming],
    *,
    today: date,
    town: str | None = None,
    per_village: int = 1,
    farm_peaks: Sequence[FarmPeak] = DEFAULT_FARM_PEAKS,
    most_per_day: int = 3,
    start_hour: int = 9,
    nights: int = 1,
    required: Mapping[str, str] = REQUIRED_OF_VILLAGES,
    combinable: Sequence[tuple[str, str]] = COMBINABLE,
    preferred: Mapping[str, Preferred] = DEFAULT_PREFERRED,
) -> list[Proposal]:
    """The drills that the year still asks for, by day; the same answer for the same question.

    Each plan is drilled at its own period (a plan is due when its period ends within the year), by
    every village or by the `town` as its rule says; without a town, the town's plans are left
    out. Every village has at least `per_village` drills in the year (a local rule, once a year).

    Always kept: working days outside weekends, `LEAD_DAYS` after `today` at the soonest, and two
    drills of one village at least `DAYS_APART` days apart. Kept where a day can be found, giving
    way in this order, named in the reason: the plan's season, at most `most_per_day` drills on one
    day, and farm peaks. The farm peaks are the town's own default (3月25日—4月15日 sowing and
    9月20日—10月15日 harvest), no official dates. `nights` villages a year, in turn, drill floods
    at night. What finds no day at all is not proposed: `list_missing` still names it.
    """
    if most_per_day < 1 or per_village < 0:
        raise ValueError("每天最多场次至少为 1，每村每年次数不能为负。")
    villages = list(dict.fromkeys(villages))
    first = today + timedelta(days=LEAD_DAYS)
    days = list_drill_days(year, first, farm_peaks)
    asked = _Rules(
        year, days, most_per_day, start_hour, per_village, required, preferred,
        _choose_night_villages(year, villages, nights),
    )  # fmt: skip
    known = list_known(year, held, coming, today)
    state = _begin(asked, known)
    needs = list_needs(year, villages, rules, known, town)
    units = combine(needs, known, per_village, combinable)
    _place_all(state, sorted(units, key=lambda unit: _hardest_first(unit, preferred)))
    _place_extras(state, villages, rules)
    return sorted(state.proposals, key=lambda each: (each.on, each.at, each.village))


def list_missing(
    year: int,
    villages: Sequence[str],
    rules: Sequence[PlanRule],
    held: Iterable[Held],
    coming: Iterable[Coming],
    *,
    today: date,
    town: str | None = None,
) -> list[Need]:
    """What the year still owes by the plans' periods, counting what was held and what is coming."""
    return list_needs(year, villages, rules, list_known(year, held, coming, today), town)


def _choose_night_villages(year: int, villages: Sequence[str], nights: int) -> frozenset[str]:
    order = sorted(set(villages))
    return frozenset(order[(year * nights + n) % len(order)] for n in range(nights) if order)


def _begin(rules: _Rules, known: Known) -> _Year:
    state = _Year(
        rules, known.per_day.copy(), known.per_village.copy(), dict(known.last_on),
        defaultdict(set),
    )  # fmt: skip
    first, last = date(rules.year, 1, 1), date(rules.year, 12, 31)
    margin = timedelta(days=DAYS_APART)
    for village, days in known.days.items():
        for on in days:
            if first - margin < on < last + margin:
                state.block(village, on)
    return state


def _hardest_first(unit: tuple[Need, ...], preferred: Mapping[str, Preferred]) -> tuple[int, int]:
    has_days = any(need.rule.hazard in preferred for need in unit)
    return (0 if has_days else 1, len(_common_months(unit)))


def _common_months(unit: tuple[Need, ...]) -> tuple[int, ...]:
    others = [need.rule.months for need in unit[1:]]
    return tuple(m for m in unit[0].rule.months if all(m in months for months in others))


def _place_all(state: _Year, units: Iterable[tuple[Need, ...]]) -> None:
    waiting = list(units)
    for unit in waiting:
        day = _find_day(state, unit)
        if len(unit) == 2 and (day is None or _list_gave_way(state, unit, day)):
            # Two hazards in one drill are a convenience, for which no rule gives way.
            waiting += [(need,) for need in unit]
        elif day is not None:
            _propose(state, unit, day)
            waiting += _list_followers(state, unit, day.on)


def _list_followers(state: _Year, unit: tuple[Need, ...], on: date) -> list[tuple[Need, ...]]:
    """Plans with a period so short that they fall due again within the year."""
    nexts = (find_next_need(state.rules.year, need.village, need.rule, on) for need in unit)
    return [(need,) for need in nexts if need is not None]


def _place_extras(state: _Year, villages: Iterable[str], rules: Sequence[PlanRule]) -> None:
    for village in villages:
        for _ in range(state.rules.per_village - state.per_village[village]):
            for need in list_least_drilled(village, rules, state.last_on):
                if day := _find_day(state, (need,)):
                    _propose(state, (need,), day)
                    break


def _find_day(state: _Year, unit: tuple[Need, ...]) -> DrillDay | None:
    """The best day that breaks no rule that is always kept; None where there is none."""
    blocked = state.blocked[unit[0].village]
    earliest = max(need.earliest_on for need in unit)
    free = [day for day in state.rules.days if day.on >= earliest and day.on not in blocked]
    if not free:
        return None
    distances = _months_from_season(_common_months(unit))
    due_on = min((need.due_on for need in unit if need.due_on), default=None)
    if due_on is not None and due_on < free[0].on:
        due_on = None
    wanted = [p for need in unit if (p := state.rules.preferred.get(need.rule.hazard))]
    return min(free, key=lambda day: _rate(state, day, distances[day.on.month], due_on, wanted))


def _rate(
    state: _Year, day: DrillDay, distance: int, due_on: date | None, wanted: list[Preferred]
) -> tuple[bool, bool, int, bool, int, bool, int, date]:
    """Lower is better: first the rules that give way last."""
    load = state.per_day[day.on]
    is_untimely = due_on is not None and not due_on - _EARLY <= day.on <= due_on + _LATE
    weeks_away = min((days.weeks_away(day.on) for days in wanted), default=0)
    is_full = load >= state.rules.most_per_day
    return (
        bool(day.farm_peak), is_full, distance, is_untimely,
        weeks_away, not day.is_midweek, load, day.on,
    )  # fmt: skip


def _months_from_season(months: Sequence[int]) -> list[int]:
    """For months 1 … 12 (0 is unused), how many months they lie from the season."""

    def apart(one: int, other: int) -> int:
        return min((one - other) % 12, (other - one) % 12)

    return [min(apart(month, each) for each in months) for month in range(13)]


def _list_gave_way(state: _Year, unit: tuple[Need, ...], day: DrillDay) -> tuple[GaveWay, ...]:
    broken = (
        (day.on.month not in _common_months(unit), GaveWay.SEASON),
        (state.per_day[day.on] >= state.rules.most_per_day, GaveWay.MOST_PER_DAY),
        (bool(day.farm_peak), GaveWay.FARM_PEAK),
    )
    return tuple(rule for is_broken, rule in broken if is_broken)


def _propose(state: _Year, unit: tuple[Need, ...], day: DrillDay) -> None:
    village, rules = unit[0].village, state.rules
    form = _choose_form(unit, rules.required)
    is_night = form == LIVE and village in rules.night_villages and any(
        need.rule.hazard in NIGHT_HAZARDS for need in unit
    )  # fmt: skip
    gave_way = _list_gave_way(state, unit, day)
    grounds = Grounds(
        unit, day, rules.days[0].on, is_night, rules.per_village, rules.most_per_day, gave_way,
        rules.preferred,
    )  # fmt: skip
    at = NIGHT_START if is_night else _choose_start(state, day.on)
    plan_ids = tuple(need.rule.plan_id for need in unit)
    state.proposals.append(
        Proposal(village, plan_ids, day.on, at, form, is_night, explain(grounds), gave_way)
    )
    _take_up(state, unit, day.on)


def _choose_form(unit: tuple[Need, ...], required: Mapping[str, str]) -> str:
    """Live where any of the plans is drilled live; the town drills its plans at the table."""
    forms = {
        required.get(need.rule.hazard, TABLETOP) for need in unit if need.rule.by is By.VILLAGE
    }
    return LIVE if LIVE in forms else TABLETOP


def _choose_start(state: _Year, on: date) -> time:
    later = _LATER_STARTS[state.per_day[on] % len(_LATER_STARTS)]
    return time((state.rules.start_hour + later) % 24)


def _take_up(state: _Year, unit: tuple[Need, ...], on: date) -> None:
    village = unit[0].village
    state.per_day[on] += 1
    state.per_village[village] += 1
    state.block(village, on)
    for need in unit:
        state.last_on[village, need.rule.plan_id] = on
