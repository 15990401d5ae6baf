"""Who sees what of a person: masking phones and names, and saying values in words."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.registers import catalogue
from nanhua_emergency.registers.declaring import NO, YES, Field, Kind, Register
from nanhua_emergency.registers.models import Entry, EntryChange

HIDDEN = "＊＊＊"
FORGOTTEN = "（已清除）"


def sees_plainly(person: Account) -> bool:
    """Whether a person needs whole phone numbers to do their work.

    The office and villages call people; what they may see at all is already limited to their own
    place, and to the town's posts and teams. Leaders read, and may reveal one entry.
    """
    return person.role in (Role.OFFICE, Role.VILLAGE)


def mask_phone(number: str) -> str:
    """138****0001; of short numbers only the last two digits stay."""
    if len(number) < 8:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_value(field: Field, value: Any) -> str:
    """What stands in the place of a private value; nothing stays nothing."""
    if value in (None, ""):
        return ""
    if field.kind is Kind.PHONE:
        return mask_phone(str(value))
    if field.kind is Kind.EMAIL:
        return re.sub(r"^(.).*(@.*)$", r"\1***\2", str(value))
    return HIDDEN


@dataclass(frozen=True)
class Shown:
    """One value as a person reads it."""

    field: Field
    text: str
    is_masked: bool = False
    on: date | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is one of the words to choose from, and no content."""
        return self.field.kind in (Kind.CHOICE, Kind.YES_NO) and not self.is_masked

    @property
    def is_callable(self) -> bool:
        """Whether a phone can be dialled from it."""
        return self.field.kind is Kind.PHONE and bool(self.text) and not self.is_masked


def show_value(field: Field, value: Any, *, is_plain: bool) -> Shown:
    """A stored value, or one out of history, in words; masked unless `is_plain`."""
    is_masked = field.is_private and not is_plain and value not in (None, "")
    text = mask_value(field, value) if is_masked else say_value(field, value)
    return Shown(field, text, is_masked, _find_day(field, value))


def show_values(
    register: Register, entry: Entry, *, is_plain: bool, in_list: bool = False
) -> list[Shown]:
    """All values of an entry, or those of its line in the list."""
    fields = register.list_fields if in_list else register.fields
    return [show_value(field, getattr(entry, field.name), is_plain=is_plain) for field in fields]


def say_value(field: Field, value: Any) -> str:
    """A value in words, as pages and sheets show it; nothing is an empty text."""
    if value is None:
        return ""
    if field.kind is Kind.YES_NO:
        return YES if value else NO
    if field.kind is Kind.ENTRY:
        return _name_of(catalogue.get_register(field.of), value)
    if field.kind is Kind.ACCOUNT:
        account = db.session.get(Account, value)
        return account.name if account else ""
    if field.kind is Kind.DAY:
        day = _read_day(value)
        return f"{day.year}年{day.month}月{day.day}日"
    if field.kind is Kind.DECIMAL:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def _read_day(value: date | str) -> date:
    """A day as it is stored, or as text, as history keeps it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _find_day(field: Field, value: Any) -> date | None:
    """The day to be said in the reader's language; a private one is masked and only text."""
    if field.kind is not Kind.DAY or field.is_private or not value:
        return None
    return _read_day(value)


def _name_of(register: Register, key: int) -> str:
    entry = db.session.get(register.model, key)
    return str(getattr(entry, register.title_field)) if entry else ""


def show_change(
    register: Register, change: EntryChange, *, is_plain: bool
) -> list[tuple[str, str, str]]:
    """Heading, before and after of each field that a change touched."""
    lines = []
    for field in register.fields:
        if field.name in change.after:
            before, after = (
                FORGOTTEN if change.is_forgotten and field.is_personal
                else show_value(field, values.get(field.name), is_plain=is_plain).text
                for values in (change.before, change.after)
            )  # fmt: skip
            lines.append((field.heading, before, after))
    return lines


def title_of(register: Register, entry: Entry, *, is_plain: bool) -> str:
    """What an entry is called on a page."""
    title = show_value(register.title, getattr(entry, register.title_field), is_plain=is_plain)
    return title.text or f"第 {entry.id} 号"
