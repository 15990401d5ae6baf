"""Writes the paragraph for the annual report: section 依法预防处置重大突发事件."""

from nanhua_emergency.reports.services import YearFigures

SECTION = "依法预防处置重大突发事件"
# With more places than this the paragraph gives their number and not their names.
MOST_NAMED = 4


def write_paragraph(figures: YearFigures) -> str:
    """The paragraph in official Chinese; what is zero is left out.

    Recorded and confirmed drills are told apart; a year of which nothing is known says so.
    """
    parts = (
        _write_plans(figures),
        _write_drills(figures),
        _write_trainings(figures),
        _write_findings(figures),
        _write_haves(figures),
        _write_people(figures),
    )
    said = "".join(part for part in parts if part)
    opening = f"{figures.year.number}年，{figures.year.place.name}"
    if not said:
        return f"{opening}没有登记预案、演练、培训、整改和队伍等情况，不能据此写出本节。"
    return f"{SECTION}。{opening}{said}"


def _write_plans(figures: YearFigures) -> str:
    revised = figures["plans-revised"]
    in_force = _join(
        (figures["general-plans"], "总体预案{}个"),
        (figures["special-plans"], "专项预案{}个"),
        (figures["village-plans"], "村级预案{}个"),
    )
    begun = f"修订印发应急预案{revised}个" if revised else ""
    held = f"现有{in_force}" if in_force else ""
    return _sentence("健全应急预案体系", begun, held) if begun or held else ""


def _write_drills(figures: YearFigures) -> str:
    held = figures["drills-held"]
    if not held:
        return ""
    by_hazard = "、".join(f"{hazard}{count}场次" for hazard, count in figures.hazards)
    people = figures["drill-people"]
    return _sentence(
        f"{_who_drilled(figures)}开展应急演练{held}场次（{_write_states(figures)}）",
        f"其中{by_hazard}" if len(figures.hazards) > 1 else f"均为{figures.hazards[0][0]}演练",
        _name_places(figures),
        f"参加{people}人次" if people else "",
    )


def _who_drilled(figures: YearFigures) -> str:
    below = {4: "各县（区）", 6: "各县（区）", 9: "各乡镇", 12: "各村（社区）"}
    return "" if figures.year.place.is_village else f"组织{below[figures.year.digits_below]}"


def _write_states(figures: YearFigures) -> str:
    confirmed, waiting = figures["drills-confirmed"], figures["drills-unconfirmed"]
    if not waiting:
        return "均已确认"
    return f"已确认{confirmed}场次、已记录待确认{waiting}场次" if confirmed else "均已记录待确认"


def _name_places(figures: YearFigures) -> str:
    year = figures.year
    drilled = [(one, n) for one, n in figures.drilled_places if one.code != year.place.code]
    if not drilled:
        return ""
    if len(drilled) <= MOST_NAMED:
        return "、".join(f"{place.name}{count}场次" for place, count in drilled)
    kind = (
        "个村（社区）"
        if year.digits_below == 12
        else "个乡镇"
        if year.digits_below == 9
        else "个地方"
    )
    total = sum(1 for place in figures.places if place.code != year.place.code)
    return f"覆盖全部{total}{kind}" if len(drilled) == total else f"覆盖{len(drilled)}{kind}"


def _write_trainings(figures: YearFigures) -> str:
    held, people = figures["trainings"], figures["training-people"]
    if not held:
        return ""
    return _sentence(f"举办应急培训{held}期", f"培训{people}人次" if people else "")


def _write_findings(figures: YearFigures) -> str:
    raised, closed = figures["findings-raised"], figures["findings-closed"]
    return _sentence(
        f"演练、核查和评估发现问题{raised}个" if raised else "",
        f"全年整改销号{closed}个" if closed else "",
    )


def _write_haves(figures: YearFigures) -> str:
    town = _write_items(figures, "town", "镇级“七有”")
    village = _write_items(figures, "village", "村级“五有”")
    said = "，".join(one for one in (town, village) if one)
    return f"对照标准核查，{said}。" if said else ""


def _write_items(figures: YearFigures, level: str, name: str) -> str:
    checked, met = figures[f"{level}-items"], figures[f"{level}-haves"]
    if not met:
        return ""
    return f"{name}{checked}项全部达到" if met == checked else f"{name}{checked}项中达到{met}项"


def _write_people(figures: YearFigures) -> str:
    teams = _join(
        (figures["town-teams"], "镇级应急救援队伍{}支"),
        (figures["village-teams"], "村级应急救援队伍{}支"),
    )
    posts = _join(
        (figures["grid-posts"], "网格长{}名"),
        (figures["observers"], "地震观测员{}名"),
    )
    return _sentence(f"建有{teams}" if teams else "", f"落实{posts}" if posts else "")


def _join(*counted: tuple[int, str]) -> str:
    return "、".join(words.format(count) for count, words in counted if count)


def _sentence(*clauses: str) -> str:
    said = [clause for clause in clauses if clause]
    return "，".join(said) + "。" if said else ""
