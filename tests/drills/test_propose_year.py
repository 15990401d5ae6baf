"""Propose a year of drills: everything owed, on days that suit, each with its reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanhua_emergency.drills.drill_days import DEFAULT_FARM_PEAKS, FarmPeak, list_drill_days
from nanhua_emergency.drills.needs import choose_by
from nanhua_emergency.drills.planner import (
    DAYS_APART,
    LEAD_DAYS,
    Proposal,
    list_missing,
    propose_year,
)
from nanhua_emergency.drills.reasons import GaveWay
from nanhua_emergency.drills.schedule import By, Coming, Held, PlanRule, find_due_day
from nanhua_emergency.workdays import is_workday

TOWN = "南华镇"
VILLAGES = [f"村{number:02}" for number in range(1, 17)]
NEW_YEAR = date(2025, 12, 20)


def a_rule(
    plan_id: int, hazard: str, season: str, drill_months: int = 12, by: By | None = None
) -> PlanRule:
    by = by or choose_by(hazard)
    return PlanRule(
        plan_id, hazard, f"{hazard}预案", drill_months, season, 100 + plan_id, date(2024, 1, 1), by
    )


FLOOD = a_rule(1, "洪涝", "5月—6月")
DROUGHT = a_rule(2, "干旱", "3月—4月", 24)
QUAKE = a_rule(3, "地震", "4月—5月")
WEATHER = a_rule(5, "气象灾害", "4月—7月")
SAFETY = a_rule(8, "生产安全事故", "6月—7月", 24)
FIRE = a_rule(9, "火灾", "10月—2月")
RULES = [FLOOD, DROUGHT, QUAKE, WEATHER, SAFETY, FIRE]


def a_held(rule: PlanRule, on: date, village: str = "村01", drill_id: int = 1) -> Held:
    return Held(village, rule.plan_id, on, rule.edition_id, True, drill_id)


def propose(
    rules: Sequence[PlanRule],
    villages: Sequence[str] = ("村01",),
    *,
    held: Sequence[Held] = (),
    coming: Sequence[Coming] = (),
    today: date = NEW_YEAR,
    year: int = 2026,
    per_village: int = 0,
    most_per_day: int = 3,
    nights: int = 0,
    farm_peaks: Sequence[FarmPeak] = DEFAULT_FARM_PEAKS,
) -> list[Proposal]:
    return propose_year(
        year, villages, rules, held, coming, today=today, town=TOWN, per_village=per_village,
        most_per_day=most_per_day, nights=nights, farm_peaks=farm_peaks,
    )  # fmt: skip


def accept(proposals: Sequence[Proposal]) -> list[Coming]:
    return [
        Coming(proposal.village, plan_id, proposal.on, 10_000 + number)
        for number, proposal in enumerate(proposals)
        for plan_id in proposal.plan_ids
    ]


def test_it_gives_every_village_what_is_required_and_the_town_the_rest() -> None:
    proposals = propose(RULES, VILLAGES)
    drilled = {(p.village, plan_id) for p in proposals for plan_id in p.plan_ids}
    ours = {(village, plan_id) for village in VILLAGES for plan_id in (1, 3, 5, 9)}
    assert drilled == ours | {(TOWN, 2), (TOWN, 8)}
    assert not any(p.gave_way for p in proposals)


def test_it_says_when_it_was_last_drilled_and_why_the_month() -> None:
    (proposal,) = propose([FLOOD], held=[a_held(FLOOD, date(2023, 5, 12))])
    assert proposal.reason == "上次 2023年5月12日，周期 12 个月已到；5月宜练"


def test_it_says_when_the_period_ends_where_it_has_not_ended_yet() -> None:
    (proposal,) = propose([FLOOD], held=[a_held(FLOOD, date(2025, 6, 25))])
    assert "周期 12 个月，2026年6月25日到期" in proposal.reason


def test_it_asks_nothing_of_a_plan_whose_period_ends_in_a_later_year() -> None:
    rule = a_rule(7, "洪涝", "5月—6月", 24)
    assert propose([rule], held=[a_held(rule, date(2025, 1, 1))]) == []
    assert len(propose([rule], held=[a_held(rule, date(2024, 12, 31))])) == 1


def test_it_comes_again_within_the_year_where_the_period_is_short() -> None:
    days = [p.on for p in propose([a_rule(7, "洪涝", "全年", 3)])]
    assert len(days) >= 4
    assert all(later - day <= timedelta(days=123) for day, later in pairwise(days))


def test_it_puts_earthquake_drills_in_the_week_of_may_12_and_the_rest_beside_it() -> None:
    proposals = propose([QUAKE], VILLAGES)
    week = [p for p in proposals if date(2026, 5, 11) <= p.on <= date(2026, 5, 15)]
    assert len(week) == 15
    assert all("5·12" in p.reason for p in week)
    (other,) = [p for p in proposals if p not in week]
    assert date(2026, 5, 6) <= other.on <= date(2026, 5, 22)


def test_it_puts_fire_in_the_week_of_november_9_and_work_safety_in_june() -> None:
    fire, safety = propose([FIRE])[0], propose([SAFETY])[0]
    assert date(2026, 11, 9) <= fire.on <= date(2026, 11, 13)
    assert safety.on.month == 6
    assert "安全生产月" in safety.reason


def test_it_lets_villages_drill_live_and_the_town_at_a_table() -> None:
    forms = {p.plan_ids: p.form for p in propose([FIRE, WEATHER, DROUGHT])}
    assert forms == {(9,): "live", (5,): "tabletop", (2,): "tabletop"}


def test_it_drills_flood_and_weather_together_where_their_seasons_meet() -> None:
    (proposal,) = propose([FLOOD, WEATHER])
    assert proposal.plan_ids == (1, 5)
    assert proposal.on.month in (5, 6)
    assert proposal.form == "live"
    assert "两项合练" in proposal.reason


def test_it_keeps_hazards_apart_whose_seasons_do_not_meet() -> None:
    assert [p.plan_ids for p in propose([QUAKE, FIRE])] == [(3,), (9,)]


def test_it_keeps_hazards_apart_that_are_not_in_the_table() -> None:
    assert len(propose([FLOOD, a_rule(4, "沙尘暴", "5月—6月")])) == 2


def test_it_does_not_combine_a_village_below_its_number_of_drills() -> None:
    assert [p.plan_ids for p in propose([FLOOD, WEATHER], per_village=2)] in (
        [(1,), (5,)], [(5,), (1,)],
    )  # fmt: skip


def test_it_drills_alone_what_would_have_to_break_a_rule_together() -> None:
    # June is the one month that suits both, and in June everybody is in the fields.
    rules = [FLOOD, a_rule(5, "气象灾害", "6月—7月")]
    proposals = propose(rules, farm_peaks=[FarmPeak("夏收", (6, 1), (6, 30))])
    assert [(p.plan_ids, p.on.month) for p in proposals] == [((1,), 5), ((5,), 7)]


def test_it_gives_a_village_more_drills_where_the_year_asks_for_more() -> None:
    proposals = propose([FLOOD, FIRE], per_village=3)
    assert len(proposals) == 3
    assert sum("每村每年至少 3 次" in p.reason for p in proposals) == 1


def test_it_takes_the_plan_drilled_longest_ago_for_the_drill_more() -> None:
    held = [a_held(FLOOD, date(2025, 12, 1)), a_held(FIRE, date(2025, 6, 1), drill_id=2)]
    rules = [replace_months(FLOOD, 36), replace_months(FIRE, 36)]
    (proposal,) = propose(rules, held=held, per_village=1)
    assert proposal.plan_ids == (FIRE.plan_id,)


def replace_months(rule: PlanRule, months: int) -> PlanRule:
    return a_rule(rule.plan_id, rule.hazard, rule.season, months)


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_it_counts_what_was_held_in_the_year(is_confirmed: bool) -> None:
    held = Held("村01", 1, date(2026, 1, 15), 101, is_confirmed, 1)
    assert propose([FLOOD], held=[held], today=date(2026, 2, 1), per_village=1) == []


def test_it_counts_what_is_coming_even_if_its_day_has_just_passed() -> None:
    coming = [Coming("村01", 1, date(2026, 5, 20), 1)]
    for today in (date(2026, 1, 1), date(2026, 5, 20), date(2026, 5, 21)):
        assert propose([FLOOD], coming=coming, today=today, per_village=1) == []


def test_it_forgets_a_planned_drill_of_another_year_that_was_never_recorded() -> None:
    rule = replace_months(FLOOD, 36)
    assert len(propose([rule], coming=[Coming("村01", 1, date(2025, 12, 10), 1)])) == 1
    assert propose([rule], coming=[Coming("村01", 1, date(2025, 12, 30), 1)]) == []


def test_it_keeps_its_distance_from_drills_of_the_year_before() -> None:
    held = [a_held(FLOOD, date(2025, 12, 30))]
    year_round = a_rule(4, "沙尘暴", "1月—1月")
    (proposal,) = [p for p in propose([year_round], held=held) if p.plan_ids == (4,)]
    assert proposal.on >= date(2026, 1, 13)


def test_it_prefers_the_middle_of_the_week() -> None:
    proposals = propose([a_rule(4, "沙尘暴", "6月—6月")], VILLAGES[:12])
    assert {p.on.weekday() for p in proposals} == {1, 2, 3}


def test_it_keeps_a_period_rather_than_wait_for_the_better_week() -> None:
    (proposal,) = propose([FIRE], held=[a_held(FIRE, date(2025, 1, 20))])
    assert proposal.on.month in (1, 2)


def test_it_catches_up_after_the_season_and_says_so() -> None:
    (proposal,) = propose([FLOOD], today=date(2026, 8, 3))
    assert proposal.on.month == 8
    assert proposal.gave_way == (GaveWay.SEASON,)
    assert proposal.reason == "从未演练；宜练月份（5月—6月）已过，改在8月"


def test_it_leaves_the_season_before_it_crowds_a_day() -> None:
    rule = a_rule(7, "洪涝", "6月—6月")
    proposals = propose([rule], [f"村{n:03}" for n in range(30)], most_per_day=1)
    assert max(Counter(p.on for p in proposals).values()) == 1
    moved = [p for p in proposals if p.on.month != 6]
    assert moved
    assert all(p.on.month in (5, 7) and "排不下，改在" in p.reason for p in moved)


def test_it_crowds_a_day_when_none_is_left_and_says_so() -> None:
    proposals = propose([FIRE], VILLAGES, today=date(2026, 12, 15), most_per_day=1)
    assert len(proposals) == 16
    crowding = [p for p in proposals if GaveWay.MOST_PER_DAY in p.gave_way]
    assert len(crowding) == 16 - len({p.on for p in proposals})
    assert all("当天超过 1 场" in p.reason for p in crowding)


def test_it_uses_a_farm_peak_only_where_nothing_else_is_left_and_names_it() -> None:
    peaks = [FarmPeak("秋收", (12, 1), (1, 31))]
    (proposal,) = propose([FIRE], today=date(2026, 12, 1), farm_peaks=peaks)
    assert proposal.gave_way == (GaveWay.FARM_PEAK,)
    assert "避不开农忙（秋收）" in proposal.reason


def test_it_proposes_nothing_where_no_day_is_left_and_lists_what_is_missing() -> None:
    today = date(2026, 12, 28)
    assert propose([FIRE], today=today) == []
    (need,) = list_missing(2026, ["村01"], [FIRE], [], [], today=today)
    assert (need.village, need.rule, need.due_on) == ("村01", FIRE, None)


def test_it_proposes_nothing_for_a_year_that_is_over() -> None:
    assert propose(RULES, VILLAGES, today=date(2027, 1, 1)) == []


def test_it_leaves_the_plans_of_the_town_out_where_no_town_is_given() -> None:
    assert propose_year(2026, ["村01"], [DROUGHT], [], [], today=NEW_YEAR, per_village=0) == []


def test_it_lets_villages_take_turns_at_night() -> None:
    nights = []
    for year in range(2026, 2030):
        proposals = propose(
            [FLOOD, FIRE], VILLAGES[:4], year=year, today=date(year - 1, 12, 1), nights=1
        )
        (night,) = [p for p in proposals if p.is_night]
        assert (night.at, night.plan_ids) == (time(20), (1,))
        assert "夜间" in night.reason
        nights.append(night.village)
    assert sorted(nights) == VILLAGES[:4]


def test_it_starts_drills_of_one_day_at_different_hours() -> None:
    by_day: dict[date, list[time]] = {}
    for proposal in propose([QUAKE], VILLAGES):
        by_day.setdefault(proposal.on, []).append(proposal.at)
    assert any(len(hours) == 3 for hours in by_day.values())
    assert all(len(set(hours)) == len(hours) for hours in by_day.values())


def test_it_refuses_settings_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="场次"):
        propose([FLOOD], most_per_day=0)
    with pytest.raises(ValueError, match="次数"):
        propose([FLOOD], per_village=-1)


@pytest.mark.parametrize("year", [2027, 2028, 2031, 2040])
def test_it_avoids_the_great_holidays_before_the_notice_is_out(year: int) -> None:
    days = {day.on for day in list_drill_days(year, date(year, 1, 1), ())}
    sure = [(1, 1), (4, 5), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 7)]
    assert days.isdisjoint(date(year, *day) for day in sure)
    assert len(days) > 220


def test_it_avoids_spring_festival_and_dragon_boat_before_the_notice_is_out() -> None:
    days = {day.on for day in list_drill_days(2027, date(2027, 1, 1), ())}
    assert days.isdisjoint(date(2027, 2, day) for day in range(5, 13))
    assert date(2027, 6, 9) not in days
    assert date(2027, 2, 3) in days


def test_it_leaves_out_weekends_that_are_made_up_as_working_days() -> None:
    days = {day.on for day in list_drill_days(2026, date(2026, 1, 1), ())}
    assert is_workday(date(2026, 10, 10))  # a Saturday made a working day
    assert date(2026, 10, 10) not in days
    assert date(2026, 10, 9) in days


@dataclass(frozen=True)
class Case:
    """A town as the planner may meet it."""

    year: int
    today: date
    villages: list[str]
    rules: list[PlanRule]
    held: list[Held]
    coming: list[Coming]
    per_village: int
    most_per_day: int

    def propose(self, coming: Sequence[Coming]) -> list[Proposal]:
        return propose_year(
            self.year, self.villages, self.rules, self.held, coming, today=self.today, town=TOWN,
            per_village=self.per_village, most_per_day=self.most_per_day,
        )  # fmt: skip


HAZARDS = ("洪涝", "地震", "火灾", "气象灾害", "沙尘暴", "干旱", "生产安全事故", "综合")
SEASONS = ("5月—6月", "4月—7月", "10月—2月", "10月—4月", "4月—4月", "9月—10月", "全年")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    year = draw(st.integers(2025, 2028))
    today = date(year, 1, 1) + timedelta(days=draw(st.integers(-60, 350)))
    villages = VILLAGES[: draw(st.integers(1, 6))]
    hazards = draw(st.lists(st.sampled_from(HAZARDS), min_size=1, max_size=6, unique=True))
    rules = [
        a_rule(
            number,
            hazard,
            draw(st.sampled_from(SEASONS)),
            draw(st.sampled_from([4, 12, 12, 24, 36])),
        )
        for number, hazard in enumerate(hazards)
    ]
    drills = st.tuples(
        st.sampled_from([*villages, TOWN]), st.sampled_from(rules), st.integers(1, 1200)
    )
    held = [
        Held(village, rule.plan_id, today - timedelta(days=days), 1, True, number)
        for number, (village, rule, days) in enumerate(draw(st.lists(drills, max_size=12)))
    ]
    coming = [
        Coming(village, rule.plan_id, today + timedelta(days=days % 300), 1000 + number)
        for number, (village, rule, days) in enumerate(draw(st.lists(drills, max_size=4)))
    ]
    return Case(
        year, today, villages, rules, held, coming,
        draw(st.integers(0, 3)), draw(st.integers(1, 3)),
    )  # fmt: skip


def drills_of(*drills: Held | Coming) -> tuple[Held | Coming, ...]:
    return drills


CASES = cases()
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(CASES)
def test_it_keeps_to_working_days_with_a_week_of_notice(case: Case) -> None:
    for proposal in case.propose(case.coming):
        assert proposal.on.year == case.year
        assert proposal.on >= case.today + timedelta(days=LEAD_DAYS)
        assert proposal.on.weekday() < 5
        assert is_workday(proposal.on)


@FEW
@given(CASES)
def test_it_names_every_rule_that_gave_way_and_no_other(case: Case) -> None:
    seasons = {rule.plan_id: rule.months for rule in case.rules}
    words = {
        GaveWay.SEASON: "宜练月份（",
        GaveWay.MOST_PER_DAY: "当天超过",
        GaveWay.FARM_PEAK: "避不开农忙",
    }
    for proposal in case.propose(case.coming):
        is_off = any(proposal.on.month not in seasons[plan_id] for plan_id in proposal.plan_ids)
        is_peak = any(peak.has(proposal.on) for peak in DEFAULT_FARM_PEAKS)
        assert (GaveWay.SEASON in proposal.gave_way) == is_off
        assert (GaveWay.FARM_PEAK in proposal.gave_way) == is_peak
        for rule, word in words.items():
            assert (rule in proposal.gave_way) == (word in proposal.reason)


@FEW
@given(CASES)
def test_it_fills_no_day_beyond_its_limit_unless_it_says_so(case: Case) -> None:
    before = Counter(drill.on for drill in case.coming)
    crowding: Counter[date] = Counter()
    proposed: Counter[date] = Counter()
    for proposal in case.propose(case.coming):
        proposed[proposal.on] += 1
        crowding[proposal.on] += GaveWay.MOST_PER_DAY in proposal.gave_way
    for day, count in proposed.items():
        free = max(0, case.most_per_day - before[day])
        assert crowding[day] == max(0, count - free)


@FEW
@given(CASES)
def test_it_keeps_a_village_free_for_fourteen_days_around_each_drill(case: Case) -> None:
    standing: dict[str, list[date]] = {}
    for drill in drills_of(*case.held, *case.coming):
        standing.setdefault(drill.village, []).append(drill.on)
    for proposal in case.propose(case.coming):
        days = standing.setdefault(proposal.village, [])
        assert all(abs((proposal.on - day).days) >= DAYS_APART for day in days)
        days.append(proposal.on)


@FEW
@given(CASES)
def test_it_proposes_nothing_more_once_all_is_accepted(case: Case) -> None:
    accepted = accept(case.propose(case.coming))
    assert case.propose([*case.coming, *accepted]) == []


@FEW
@given(CASES)
def test_it_meets_every_need_of_the_year_for_which_a_day_is_left(case: Case) -> None:
    coming = [*case.coming, *accept(case.propose(case.coming))]
    taken: dict[str, list[date]] = {}
    last: dict[tuple[str, int], date] = {}
    for drill in drills_of(*case.held, *coming):
        taken.setdefault(drill.village, []).append(drill.on)
        if drill.on.year <= case.year:
            cell = drill.village, drill.plan_id
            last[cell] = max(last.get(cell, drill.on), drill.on)
    first = case.today + timedelta(days=LEAD_DAYS)
    days = [day.on for day in list_drill_days(case.year, first, ())]
    for village, by in [*((v, By.VILLAGE) for v in case.villages), (TOWN, By.TOWN)]:
        free = [
            d for d in days if all(abs((d - t).days) >= DAYS_APART for t in taken.get(village, []))
        ]
        for rule in (rule for rule in case.rules if rule.by is by):
            last_on = last.get((village, rule.plan_id))
            due_on = find_due_day(rule, last_on) if last_on else None
            if due_on and due_on.year > case.year:
                continue
            soonest = last_on + timedelta(days=15 * rule.drill_months) if last_on else date.min
            assert not [day for day in free if day >= soonest], (village, rule)


@FEW
@given(CASES)
def test_it_gives_every_village_its_number_of_drills_while_days_are_left(case: Case) -> None:
    if not any(rule.by is By.VILLAGE for rule in case.rules):
        return
    coming = [*case.coming, *accept(case.propose(case.coming))]
    taken: dict[str, set[tuple[int, date]]] = {village: set() for village in case.villages}
    for drill in drills_of(*case.held, *coming):
        if drill.village in taken:
            taken[drill.village].add((drill.drill_id, drill.on))
    first = case.today + timedelta(days=LEAD_DAYS)
    days = [day.on for day in list_drill_days(case.year, first, ())]
    for drills in taken.values():
        count = sum(on.year == case.year for _, on in drills)
        free = [d for d in days if all(abs((d - on).days) >= DAYS_APART for _, on in drills)]
        assert count >= case.per_village or not free


@FEW
@given(CASES, st.randoms(use_true_random=False))
def test_it_answers_the_same_in_whatever_order_drills_are_given(case: Case, random: Random) -> None:
    held, coming = list(case.held), list(case.coming)
    random.shuffle(held)
    random.shuffle(coming)
    shuffled = Case(
        case.year, case.today, case.villages, case.rules, held, coming,
        case.per_village, case.most_per_day,
    )  # fmt: skip
    assert shuffled.propose(coming) == case.propose(case.coming)
