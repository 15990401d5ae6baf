"""What a proposed year and the coverage of a county cost: one figure a line, median of five.

Villages, plans and ten years of drills are made here, the same every time.
"""

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from _measure import ROOT, report

# Run as a script, Python looks for modules beside it and not in the project.
sys.path.insert(0, str(ROOT))

from nanhua_emergency.drills.needs import choose_by
from nanhua_emergency.drills.planner import propose_year
from nanhua_emergency.drills.schedule import Coming, Held, PlanRule, cover

ROUNDS = 5
TODAY = date(2026, 11, 24)
TOWN, COUNTY = 16, 139
PLANS = (
    ("综合", "全年", 12),
    ("洪涝", "5月—6月", 12),
    ("干旱", "3月—4月", 24),
    ("地震", "4月—5月", 12),
    ("沙尘暴", "3月—5月", 12),
    ("气象灾害", "4月—7月", 12),
    ("森林草原火灾", "10月—4月", 12),
    ("灾害救助", "5月—9月", 24),
    ("生产安全事故", "6月—7月", 24),
    ("火灾", "10月—2月", 12),
    ("危化品事故", "4月—10月", 24),
    ("道路交通事故", "全年", 24),
    ("突发环境事件", "4月—10月", 24),
    ("公共卫生", "11月—2月", 24),
    ("食品安全", "8月—10月", 24),
    ("动物疫情", "3月—5月", 24),
    ("群体性事件", "全年", 36),
)


def measure(run: Callable[[], object]) -> float:
    """Milliseconds of the middle round."""
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        run()
        times.append(perf_counter() - began)
    return median(times) * 1000


def make_rules() -> list[PlanRule]:
    """The seventeen plans of a town."""
    return [
        PlanRule(
            number, hazard, f"{hazard}预案", months, season, 100 + number, date(2026, 3, 1),
            choose_by(hazard),
        )
        for number, (hazard, season, months) in enumerate(PLANS)
    ]  # fmt: skip


def make_villages(count: int) -> list[str]:
    """Codes of so many villages."""
    return [f"620724{number:06}" for number in range(count)]


def make_drills(villages: list[str], rules: list[PlanRule]) -> tuple[list[Held], list[Coming]]:
    """Ten years in which every village drilled every plan every year, and some that are coming."""
    dice = random.Random(5)
    held = [
        Held(
            village, rule.plan_id, TODAY - timedelta(days=365 * year + dice.randrange(365)),
            dice.choice((100 + rule.plan_id, 99)), dice.random() < 0.95, dice.randrange(10**9),
        )
        for year in range(10) for village in villages for rule in rules
    ]  # fmt: skip
    coming = [
        Coming(village, rule.plan_id, TODAY + timedelta(days=dice.randrange(30)), 10**9 + number)
        for number, village in enumerate(villages)
        for rule in dice.sample(rules, 2)
    ]
    return held, coming


def main() -> None:
    """The planner for a county that starts from nothing and with ten years; coverage of both."""
    rules = make_rules()
    villages = make_villages(COUNTY)
    held, coming = make_drills(villages, rules)
    for name, known in (("no drill yet", []), ("ten years", held)):
        for most in (3, 10):
            took = measure(
                lambda known=known, most=most: propose_year(  # type: ignore[misc]
                    2027, villages, rules, known, [], today=TODAY, town="620724102000",
                    most_per_day=most,
                )
            )  # fmt: skip
            label = f"planner {COUNTY} villages, {name}, {most} a day"
            report(label, took, "ms", "< 2000", holds=took < 2000)
    for count in (TOWN, COUNTY):
        some = make_villages(count)
        shown = set(some)
        its = [drill for drill in held if drill.village in shown]
        took = measure(lambda some=some, its=its: cover(some, rules, its, coming, TODAY))  # type: ignore[misc]
        label = f"coverage {count} villages, {len(its)} drills"
        report(label, took, "ms", "< 100", holds=took < 100)


if __name__ == "__main__":
    main()
