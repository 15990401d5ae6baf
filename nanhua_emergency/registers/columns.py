"""Columns that carry their field: one line of a model declares column, form field and sheet column."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Float, ForeignKey, String, Text
from sqlalchemy.orm import MappedColumn, mapped_column

from nanhua_emergency.database import Word
from nanhua_emergency.registers.declaring import Field, Kind

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2100, 12, 31)
MOST_PEOPLE = 100_000
MOST_PIECES = 999_999


def text(heading: str, longest: int = 60, **said: Any) -> MappedColumn[Any]:
    """A line of text."""
    field = Field(heading, Kind.TEXT, longest=longest, **said)
    return mapped_column(String(longest), default="", info={"field": field})


def long_text(heading: str, longest: int = 2000, **said: Any) -> MappedColumn[Any]:
    """Text of several lines."""
    field = Field(heading, Kind.LONG_TEXT, longest=longest, **said)
    return mapped_column(Text, default="", info={"field": field})


def phone(heading: str = "电话", **said: Any) -> MappedColumn[Any]:
    """A phone number of a person."""
    usual: dict[str, Any] = {"is_personal": True, "is_private": True, "example": "13900000000"}
    field = Field(heading, Kind.PHONE, longest=30, **(usual | said))
    return mapped_column(String(30), default="", info={"field": field})


def person(heading: str, **said: Any) -> MappedColumn[Any]:
    """The name of a person."""
    field = Field(heading, Kind.TEXT, longest=60, **({"is_personal": True} | said))
    return mapped_column(String(60), default="", info={"field": field})


def email(heading: str = "邮箱", **said: Any) -> MappedColumn[Any]:
    """An address for mails to a person."""
    said = {"is_personal": True, "is_private": True} | said
    field = Field(heading, Kind.EMAIL, longest=254, **said)
    return mapped_column(String(254), default="", info={"field": field})


def whole_number(
    heading: str, high: int = MOST_PEOPLE, *, low: int = 0, **said: Any
) -> MappedColumn[Any]:
    """A whole number between two limits, or not said."""
    field = Field(heading, Kind.WHOLE_NUMBER, low=low, high=high, **said)
    return mapped_column(
        default=field.default, nullable=field.default is None, info={"field": field}
    )


def decimal(heading: str, *, low: float, high: float, **said: Any) -> MappedColumn[Any]:
    """A number with decimals, such as a position."""
    field = Field(heading, Kind.DECIMAL, low=low, high=high, **said)
    return mapped_column(Float, nullable=True, info={"field": field})


def day(heading: str, **said: Any) -> MappedColumn[Any]:
    """A day, or not said."""
    field = Field(heading, Kind.DAY, **said)
    return mapped_column(Date, nullable=not field.is_required, info={"field": field})


def yes_no(heading: str, **said: Any) -> MappedColumn[Any]:
    """Yes, no, or not said."""
    return mapped_column(nullable=True, info={"field": Field(heading, Kind.YES_NO, **said)})


def choice(heading: str, words: type[StrEnum], **said: Any) -> MappedColumn[Any]:
    """One of the words of an enumeration; stored, shown and imported as the same Chinese word."""
    field = Field(heading, Kind.CHOICE, words=words, **said)
    return mapped_column(
        Word(words), default=field.default, nullable=field.default is None, info={"field": field}
    )


def entry_of(heading: str, of: str, table: str, **said: Any) -> MappedColumn[Any]:
    """An entry of another register, in sheets by its name."""
    field = Field(heading, Kind.ENTRY, of=of, **said)
    return mapped_column(
        ForeignKey(f"{table}.id"), index=True, nullable=not field.is_required, info={"field": field}
    )


def account(heading: str, **said: Any) -> MappedColumn[Any]:
    """The account of a person, in sheets by its sign-in name."""
    field = Field(heading, Kind.ACCOUNT, **({"is_personal": True} | said))
    return mapped_column(ForeignKey("account.id"), index=True, nullable=True, info={"field": field})
