"""What a column of a register's sheet is: its heading, its kind and what it allows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

# What a cell holds once it has been read and found right; None where it is empty.
Value = str | int | Decimal | date | bool | None
# What a cell of a file may hold before that.
Raw = str | int | float | bool | date | datetime | object | None

# Figures without a limit of their own still have to fit into an integer column.
HIGHEST = 2**31 - 1
TEXT_MOST = 200
LONG_MOST = 4000


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DAY = "day"
    YES_NO = "yes_no"
    CHOICE = "choice"
    PHONE = "phone"


@dataclass(frozen=True)
class Column:
    """One column: `low` and `high` bound a figure, `most` the characters of a text.

    `choices` are the Chinese words as they stand in the sheet; the reader gets such a word back.
    `is_private` is what an export masks for some; a masked cell says nothing about what is stored.
    """

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    is_required: bool = False
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    most: int = 0
    example: Value = None
    width: int = 0
    is_private: bool = False

    @property
    def most_characters(self) -> int:
        """How long a text may be, its own limit or that of its kind."""
        return self.most or (LONG_MOST if self.kind is Kind.LONG else TEXT_MOST)

    @property
    def is_text(self) -> bool:
        """Whether Excel must keep what is typed as it is: leading zeros, = and all."""
        return self.kind in (Kind.TEXT, Kind.LONG, Kind.PHONE, Kind.CHOICE)
