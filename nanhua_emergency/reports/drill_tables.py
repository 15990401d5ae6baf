"""The drills of a year as tables and as a chart: by month and hazard, by place and hazard."""

from collections.abc import Mapping
from dataclasses import dataclass

from nanhua_emergency.languages import _, say_month
from nanhua_emergency.reports.charts import Series, bar_chart, gather_small
from nanhua_emergency.reports.services import YearFigures

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Line:
    """One line of a table of drills: what narrows the year to it, and its numbers by hazard."""

    name: str
    narrowing: Mapping[str, object]
    counts: tuple[int, ...]
    confirmed: int

    @property
    def total(self) -> int:
        """The drills of all hazards."""
        return sum(self.counts)


def list_by_month(figures: YearFigures) -> list[Line]:
    """The twelve months, also those without drills."""
    return [_line(figures, f"{month}月", {"month": month}, month=month) for month in MONTHS]


def list_by_place(figures: YearFigures) -> list[Line]:
    """The villages (of a county: the towns), also those without drills; its own level if it had any."""
    own = figures.year.place
    lines = []
    for place in figures.places:
        is_own = place.code == own.code
        narrowing: dict[str, object] = {"place": place.code}
        if is_own and not own.is_village:
            narrowing["level"] = "own"
        name = place.name if not is_own or own.is_village else f"{place.name}本级"
        line = _line(figures, name, narrowing, code=place.code)
        if line.total or not is_own:
            lines.append(line)
    return lines


def _line(
    figures: YearFigures, name: str, narrowing: Mapping[str, object], **wanted: object
) -> Line:
    counts = tuple(
        figures.count_drills(hazard=hazard, **wanted) for hazard, _total in figures.hazards
    )
    confirmed = figures.count_drills(is_confirmed=True, **wanted)
    return Line(name, narrowing, counts, confirmed)


def draw_drills(figures: YearFigures) -> str:
    """The chart of drills by month, each bar made of its hazards."""
    lines = list_by_month(figures)
    series = [
        Series(hazard, tuple(line.counts[n] for line in lines))
        for n, (hazard, _total) in enumerate(figures.hazards)
    ]
    title = _(
        "%(place)s%(year)s年各月演练（按灾种）",
        place=figures.year.place.name, year=figures.year.number,
    )  # fmt: skip
    return bar_chart(
        title, [say_month(month) for month in MONTHS],
        gather_small(series, name=_("其他")), unit=_("场次"),
    )  # fmt: skip
