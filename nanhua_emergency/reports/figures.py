"""What a figure of the year is: the rows it counts, how many they are, and how they are shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from nanhua_emergency.reports.year import Year

Cell = str | int | date | datetime | None
# The page on which one counted row stands, and the keys of its address.
Link = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """One column of the list of counted rows: its heading, and what stands in it.

    `is_word` says that it is a word of ours and no content, so that a page may translate it.
    """

    name: str
    read: Callable[[Any], Cell]
    is_word: bool = False


@dataclass(frozen=True)
class Figure:
    """One number of the year, defined by the rows it counts, so that the two cannot differ.

    `rows` selects the counted things of one model; `key` is that model's key; `order` makes the
    list of them unique in its order. Where a figure is a sum (people), `amount` is the number
    that each row adds, and `total` the same in the database. `is_of_town` marks what a village
    has none of.
    """

    slug: str
    name: str
    unit: str
    rows: Callable[[Year], Select[Any]]
    key: Any
    order: tuple[Any, ...]
    columns: tuple[Column, ...]
    link: Callable[[Any], Link | None] = lambda _row: None
    amount: Callable[[Any], int] | None = None
    total: Callable[[Year], Select[int]] | None = None
    note: str = ""
    by_hazard: bool = field(default=False)
    is_of_town: bool = False

    def count(self, year: Year) -> Any:
        """The number, as one value inside a larger statement."""
        if self.total is not None:
            return self.total(year).scalar_subquery()
        keys = self.rows(year).with_only_columns(self.key).order_by(None).subquery()
        return select(func.count()).select_from(keys).scalar_subquery()


def place_name(row: Any) -> Cell:
    """The place of a row that has one."""
    return str(row.place.name)


PLACE = Column("地方", place_name)
