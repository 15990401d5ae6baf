"""Count a year of a place, and list the rows that a figure counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, select

from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound
from nanhua_emergency.places.models import Place
from nanhua_emergency.reports.drill_figures import (
    DRILL_FIGURES,
    DrillCell,
    list_drill_cells,
    tally,
)
from nanhua_emergency.reports.figures import Figure
from nanhua_emergency.reports.finding_figures import FINDING_FIGURES
from nanhua_emergency.reports.have_figures import HAVE_FIGURES
from nanhua_emergency.reports.plan_figures import PLAN_FIGURES
from nanhua_emergency.reports.register_figures import FORCE_FIGURES, TRAINING_FIGURES
from nanhua_emergency.reports.year import FIRST_YEAR, Year

PAGE = 50
# The groups in which a year is shown and written into the year book.
GROUPS: tuple[tuple[str, tuple[Figure, ...]], ...] = (
    ("预案", PLAN_FIGURES),
    ("演练", DRILL_FIGURES),
    ("培训", TRAINING_FIGURES),
    ("问题整改", FINDING_FIGURES),
    ("队伍和岗位", FORCE_FIGURES),
    ("七有五有", HAVE_FIGURES),
)
FIGURES = {figure.slug: figure for _name, figures in GROUPS for figure in figures}
# How many rows of one figure the year book holds; a town has some 500 drills a year.
MOST_ROWS = 20_000
# How many places one level below are named; a county of China has at most some 50 towns.
MOST_PLACES = 1000


@dataclass(frozen=True)
class YearFigures:
    """All that was counted of a year: a number for each figure, and the drills by their kinds."""

    year: Year
    counts: dict[str, int]
    cells: tuple[DrillCell, ...]
    places: tuple[Place, ...]

    def __getitem__(self, slug: str) -> int:
        return self.counts[slug]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of the year."""
        return not any(self.counts.values())

    @property
    def groups(self) -> list[tuple[str, list[Figure]]]:
        """The groups with what can be said of the place: of a village nothing that towns have."""
        return [(name, [one for one in members if self._tells(one)]) for name, members in GROUPS]

    def _tells(self, figure: Figure) -> bool:
        is_elsewhere = figure.is_of_town and self.year.place.is_village
        return bool(self[figure.slug]) or not is_elsewhere

    @cached_property
    def hazards(self) -> list[tuple[str, int]]:
        """The hazards that were drilled, the most frequent first, with their drills."""
        found = tally(self.cells, lambda cell: cell.hazard)
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))

    @cached_property
    def drilled_places(self) -> list[tuple[Place, int]]:
        """The villages (of a county: the towns) in which drills were held, by code."""
        found = tally(self.cells, lambda cell: cell.code)
        return [(place, found[place.code]) for place in self.places if found[place.code]]

    def count_drills(self, **wanted: object) -> int:
        """How many drills there are of a code, hazard, month or state."""
        return sum(
            cell.drills
            for cell in self.cells
            if all(getattr(cell, name) == value for name, value in wanted.items())
        )


def count_year(year: Year) -> YearFigures:
    """Count a year of a place: one statement for all figures, two for drills and places."""
    statement = select(*(figure.count(year).label(slug) for slug, figure in FIGURES.items()))
    [row] = db.session.execute(statement).mappings()
    counts = {slug: int(row[slug] or 0) for slug in FIGURES}
    cells = tuple(list_drill_cells(year)) if counts["drills-held"] else ()
    return YearFigures(year, counts, cells, tuple(list_places_below(year)))


def count_drills(year: Year) -> YearFigures:
    """The drills of a year alone, in one statement: enough for its months and its chart."""
    return YearFigures(year, {}, tuple(list_drill_cells(year)), ())


def list_places_below(year: Year) -> list[Place]:
    """The place itself and what lies one level below it, by code."""
    zeros = "0" * (12 - year.digits_below)
    is_below = func.substr(Place.code, year.digits_below + 1) == zeros
    query = select(Place).where(year.place.covers(Place.code))
    if zeros:
        query = query.where(is_below)
    return list(db.session.scalars(query.order_by(Place.code).limit(MOST_PLACES)))


def get_figure(slug: str) -> Figure:
    """The figure of that name; NotFound where there is none."""
    if slug not in FIGURES:
        raise NotFound("没有这项统计")
    return FIGURES[slug]


def list_counted(figure: Figure, year: Year, *, page: int = 1) -> list[Any]:
    """One page, and one more, of the rows that a figure counts."""
    query = _in_order(figure, year)
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def list_all_counted(figure: Figure, year: Year) -> Sequence[Any]:
    """Every row that a figure counts, for the year book; cut at `MOST_ROWS`."""
    return db.session.scalars(_in_order(figure, year).limit(MOST_ROWS)).all()


def _in_order(figure: Figure, year: Year) -> Select[Any]:
    # By their keys, or SQLite would begin with an index of that order, and every place's rows.
    keys = figure.rows(year).with_only_columns(figure.key)
    return figure.rows(year).where(figure.key.in_(keys)).order_by(*figure.order)


def count_one(figure: Figure, year: Year) -> int:
    """One figure alone."""
    return int(db.session.scalar(select(figure.count(year))) or 0)


def list_years(year: Year) -> Iterator[int]:
    """The year before and, unless it lies ahead, the year after."""
    if year.number > FIRST_YEAR:
        yield year.number - 1
    if year.number < year.today.year:
        yield year.number + 1
