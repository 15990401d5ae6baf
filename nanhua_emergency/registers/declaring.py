"""How a register is declared: its fields, who sees it, and the rules across its fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any


class Kind(StrEnum):
    """What a field holds; forms, checks and sheets each know what to do with each kind."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    WHOLE_NUMBER = "whole_number"
    DECIMAL = "decimal"
    DAY = "day"
    YES_NO = "yes_no"
    CHOICE = "choice"
    PHONE = "phone"
    EMAIL = "email"
    ENTRY = "entry"
    ACCOUNT = "account"


YES = "是"
NO = "否"
NUMBERS = (Kind.WHOLE_NUMBER, Kind.DECIMAL)


@dataclass(frozen=True)
class Field:
    """One thing that an entry says: its column, form field, list column and sheet column at once.

    `is_key`: part of what makes two rows the same entry of a place. `is_personal`: about a person,
    removed some time after the entry was retired. `is_private`: masked besides for whoever does not
    need it. `is_set_once`: asked when the entry is added; later it changes only in its own way.
    `is_past`: a day that cannot lie ahead.
    """

    heading: str
    kind: Kind
    name: str = ""
    is_required: bool = False
    is_key: bool = False
    is_personal: bool = False
    is_private: bool = False
    is_filter: bool = False
    is_set_once: bool = False
    is_past: bool = False
    in_list: bool = False
    longest: int = 0
    low: float = 0
    high: float = 0
    words: type[StrEnum] | None = None
    default: Any = None
    of: str = ""  # the slug of the register whose entry is named here
    suggests: str = ""  # a list in data/references.yaml from which a name may be taken
    hint: str = ""
    example: str = ""
    # What towns call this column in their own sheets.
    aliases: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """The words that may be chosen."""
        return tuple(word.value for word in self.words) if self.words else ()

    @property
    def is_text(self) -> bool:
        """Whether nothing is stored as an empty text, not as None."""
        return self.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.PHONE, Kind.EMAIL)

    @property
    def nothing(self) -> Any:
        """What is stored where nothing is said."""
        return "" if self.is_text else self.default


def to_plain(value: Any) -> Any:
    """A value as history keeps it, in JSON: days as 2026-05-12, words as their text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


class Audience(StrEnum):
    """Who may see the entries of a register."""

    PUBLIC = "public"  # what visitors need too: where the shelter is
    SIGNED_IN = "signed_in"  # office, leaders and villages within their place
    HOUSEHOLDS = "households"  # only the village itself and the office


# Values that are clean in; (field, message) out for each rule that is broken.
Check = Callable[[Mapping[str, Any]], list[tuple[str, str]]]


@dataclass(frozen=True)
class Register:
    """One kind of list that a place keeps, and all that pages and sheets must know of it."""

    slug: str
    name: str
    entry_name: str
    model: type[Any]
    title_field: str
    audience: Audience = Audience.SIGNED_IN
    # A village sees the town's entries too, which it does not keep itself.
    is_shown_below: bool = False
    # One sentence that says what is in it.
    note: str = ""
    checks: tuple[Check, ...] = ()
    # A new value here asks for a new confirmation by whoever is meant.
    confirmed_anew: tuple[str, ...] = ()
    # How people order the list; ends with the key by itself.
    order: tuple[str, ...] = ()
    # What is needed at once where an entry asks for somebody: whom to call, how much there is.
    needed: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields, in the order in which the model names them."""
        columns = self.model.__table__.columns
        return tuple(
            replace(column.info["field"], name=column.key)
            for column in columns
            if "field" in column.info
        )

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names in the code."""
        return {field.name: field for field in self.fields}

    @property
    def title(self) -> Field:
        """The field by which an entry is called."""
        return self.by_name[self.title_field]

    @property
    def key_fields(self) -> tuple[Field, ...]:
        """What two rows of one place must not share."""
        return tuple(field for field in self.fields if field.is_key)

    @property
    def list_fields(self) -> tuple[Field, ...]:
        """The columns of the list."""
        return tuple(field for field in self.fields if field.in_list)

    @property
    def needed_fields(self) -> tuple[Field, ...]:
        """What stands beside an entry that asks for somebody."""
        return tuple(self.by_name[name] for name in self.needed)

    @property
    def filters(self) -> tuple[Field, ...]:
        """What the list can be narrowed by."""
        return tuple(field for field in self.fields if field.is_filter)

    def __hash__(self) -> int:
        return hash(self.slug)
