"""Says in Chinese why a drill is proposed for a day, and which rule had to give way for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nanhua_emergency.drills.drill_days import DrillDay, Preferred
from nanhua_emergency.drills.needs import Need
from nanhua_emergency.drills.schedule import WHOLE_YEAR


class GaveWay(StrEnum):
    """A rule that had to give way because no day keeps all of them."""

    SEASON = "season"
    MOST_PER_DAY = "most_per_day"
    FARM_PEAK = "farm_peak"


@dataclass(frozen=True)
class Grounds:
    """What is known of a proposal when it is made; `first_on` is the first day still open."""

    unit: tuple[Need, ...]
    day: DrillDay
    first_on: date
    is_night: bool
    per_village: int
    most_per_day: int
    gave_way: tuple[GaveWay, ...]
    preferred: Mapping[str, Preferred]


def explain(grounds: Grounds) -> str:
    """The reason, as in “上次 2023年5月12日，周期 12 个月已到；5月宜练”."""
    is_joint = len(grounds.unit) > 1
    parts = [_say_need(need, grounds, is_joint) for need in grounds.unit]
    if is_joint:
        parts.append("两项合练")
    parts += _say_fit(grounds)
    parts += [_say_way(rule, grounds) for rule in grounds.gave_way]
    return "；".join(parts)


def say_day(day: date) -> str:
    """The day as people write it: 2023年9月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _say_need(need: Need, grounds: Grounds, is_joint: bool) -> str:
    prefix = f"{need.rule.hazard}：" if is_joint else ""
    last = f"上次 {say_day(need.last_on)}" if need.last_on else "从未演练"
    if need.is_extra:
        return f"{prefix}{last}；每村每年至少 {grounds.per_village} 次，补足"
    if need.due_on is None:
        return f"{prefix}{last}"
    is_over = need.due_on <= grounds.day.on
    until = "已到" if is_over else f"，{say_day(need.due_on)}到期"
    return f"{prefix}{last}，周期 {need.rule.drill_months} 个月{until}"


def _say_fit(grounds: Grounds) -> Iterable[str]:
    day = grounds.day.on
    is_whole_year = all(need.rule.season == WHOLE_YEAR for need in grounds.unit)
    if not is_whole_year and GaveWay.SEASON not in grounds.gave_way:
        yield f"{day.month}月宜练"
    for need in grounds.unit:
        days = grounds.preferred.get(need.rule.hazard)
        if days and days.has(day):
            yield f"逢{days.name}"
    if grounds.is_night:
        yield "今年轮到夜间演练"


def _say_way(rule: GaveWay, grounds: Grounds) -> str:
    if rule is GaveWay.SEASON:
        return _say_season(grounds.unit, grounds)
    if rule is GaveWay.MOST_PER_DAY:
        return f"排不下，当天超过 {grounds.most_per_day} 场"
    return f"排不下，避不开农忙（{grounds.day.farm_peak}）"


def _say_season(unit: Sequence[Need], grounds: Grounds) -> str:
    season = "、".join(dict.fromkeys(need.rule.season for need in unit))
    months = {month for need in unit for month in need.rule.months}
    is_over = all(month < grounds.first_on.month for month in months)
    if is_over:
        return f"宜练月份（{season}）已过，改在{grounds.day.on.month}月"
    return f"宜练月份（{season}）排不下，改在{grounds.day.on.month}月"
