"""What the records say about a criterion on one day, in a form that can be kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from nanhua_emergency.places.models import Place


@dataclass(frozen=True)
class Link:
    """Where the rows that a statement counts can be looked at."""

    text: str
    endpoint: str
    args: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """For which place, on which day and against which figure the records are asked."""

    place: Place
    today: date
    figure: int = 1


@dataclass(frozen=True)
class Statement:
    """One sentence with its count; `is_met` is None where the records cannot say yes or no."""

    text: str
    is_met: bool | None
    count: int
    total: int
    links: tuple[Link, ...] = ()


def nothing(text: str, *links: Link) -> Statement:
    """The register is empty: it says so, and never 有."""
    return Statement(text, None, 0, 0, links)


def tally(text: str, count: int, total: int, *links: Link) -> Statement:
    """So many of so many: met where none is missing."""
    return Statement(text, count >= total, count, total, links)


def pack_statement(statement: Statement | None, on: date) -> dict[str, Any]:
    """A statement as it is kept with an answer; without a query, only that there is none."""
    if statement is None:
        return {}
    return {
        "text": statement.text, "is_met": statement.is_met, "count": statement.count,
        "total": statement.total, "on": on.isoformat(),
        "links": [vars(link).copy() for link in statement.links],
    }  # fmt: skip
