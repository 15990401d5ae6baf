"""Says why a drill is proposed for a day, and which rule had to give way for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nanhua_emergency.drills.drill_days import DrillDay, Preferred
from nanhua_emergency.drills.needs import Need
from nanhua_emergency.drills.schedule import WHOLE_YEAR
from nanhua_emergency.languages import _, say_day, say_month


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
        parts.append(_("两项合练"))
    parts += _say_fit(grounds)
    parts += [_say_way(rule, grounds) for rule in grounds.gave_way]
    return _("；").join(parts)


def _say_need(need: Need, grounds: Grounds, is_joint: bool) -> str:
    prefix = _("%(hazard)s：", hazard=need.rule.hazard) if is_joint else ""
    last = _("上次 %(day)s", day=say_day(need.last_on)) if need.last_on else _("从未演练")
    if need.is_extra:
        extra = _("；每村每年至少 %(times)s 次，补足", times=grounds.per_village)
        return f"{prefix}{last}{extra}"
    if need.due_on is None:
        return f"{prefix}{last}"
    is_over = need.due_on <= grounds.day.on
    until = _("已到") if is_over else _("，%(day)s到期", day=say_day(need.due_on))
    period = _("，周期 %(months)s 个月", months=need.rule.drill_months)
    return f"{prefix}{last}{period}{until}"


def _say_fit(grounds: Grounds) -> Iterable[str]:
    day = grounds.day.on
    is_whole_year = all(need.rule.season == WHOLE_YEAR for need in grounds.unit)
    if not is_whole_year and GaveWay.SEASON not in grounds.gave_way:
        yield _("%(month)s宜练", month=say_month(day.month))
    for need in grounds.unit:
        days = grounds.preferred.get(need.rule.hazard)
        if days and days.has(day):
            yield _("逢%(name)s", name=_(days.name))
    if grounds.is_night:
        yield _("今年轮到夜间演练")


def _say_way(rule: GaveWay, grounds: Grounds) -> str:
    if rule is GaveWay.SEASON:
        return _say_season(grounds.unit, grounds)
    if rule is GaveWay.MOST_PER_DAY:
        return _("排不下，当天超过 %(most)s 场", most=grounds.most_per_day)
    return _("排不下，避不开农忙（%(name)s）", name=_(grounds.day.farm_peak or ""))


def _say_season(unit: Sequence[Need], grounds: Grounds) -> str:
    season = _("、").join(dict.fromkeys(need.rule.season for need in unit))
    months = {month for need in unit for month in need.rule.months}
    is_over = all(month < grounds.first_on.month for month in months)
    month = say_month(grounds.day.on.month)
    if is_over:
        return _("宜练月份（%(season)s）已过，改在%(month)s", season=season, month=month)
    return _("宜练月份（%(season)s）排不下，改在%(month)s", season=season, month=month)
