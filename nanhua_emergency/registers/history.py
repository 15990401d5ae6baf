"""The history of each entry: what was changed, and what has changed since a version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, insert, literal, select
from sqlalchemy.orm import aliased

from nanhua_emergency.access import Person
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import Base, db
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.declaring import Register, to_plain
from nanhua_emergency.registers.models import Entry, EntryChange
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.words import ChangeKind

# How each change is called in the record of who did what.
ACTIONS = {
    ChangeKind.ADDED: "register.added",
    ChangeKind.CHANGED: "register.changed",
    ChangeKind.CONFIRMED: "register.confirmed",
    ChangeKind.MOVED: "register.moved",
    ChangeKind.REPORTED: "register.reported",
    ChangeKind.RETIRED: "register.retired",
    ChangeKind.RESTORED: "register.restored",
    ChangeKind.FORGOTTEN: "register.forgotten",
}
SHOWN = 100
# What somebody is called who opened the link in a mail to the holder of a post.
HOLDER_NAME = "岗位本人（邮件链接）"
# What answers a report of the holder: from then on the entry was looked at.
ANSWERS = (
    ChangeKind.CHANGED, ChangeKind.CONFIRMED, ChangeKind.RETIRED, ChangeKind.RESTORED,
)  # fmt: skip


def record_change(
    register: Register, entry: Entry, kind: ChangeKind, *, before: dict[str, Any],
    after: dict[str, Any], by: Person, now: datetime, note: str = "",
) -> EntryChange:  # fmt: skip
    """Add one line to the history of an entry, and one to the record of who did what."""
    change = make_change(register, entry, kind, before=before, after=after, by=by, now=now,
                         note=note)  # fmt: skip
    keep_change(register, entry, change, by=by, now=now)
    return change


def keep_change(
    register: Register, entry: Entry, change: EntryChange, *, by: Person, now: datetime
) -> None:
    """Store a line that `make_change` made, and the one in the record of who did what."""
    db.session.add(change)
    db.session.flush()
    # The chain can never forget, so it holds the names of fields and no value.
    record_activity(register, entry, ACTIONS[change.kind], by=by, now=now,
                    summary=change.kind.value, fields=sorted(change.after))  # fmt: skip


def make_change(
    register: Register, entry: Entry, kind: ChangeKind, *, before: dict[str, Any],
    after: dict[str, Any], by: Person, now: datetime, note: str = "",
) -> EntryChange:  # fmt: skip
    """A line of history that is not stored yet."""
    return EntryChange(
        register=register.slug, entry_id=entry.id, place_code=entry.place_code,
        version=entry.version, kind=kind, note=note, at=now, by_id=by.id,
        before={name: to_plain(value) for name, value in before.items()},
        after={name: to_plain(value) for name, value in after.items()},
    )  # fmt: skip


def keep_many(rows: Sequence[Base]) -> None:
    """Store many new rows of one kind at once; their keys are not read back."""
    for kind in {type(row) for row in rows}:
        db.session.execute(insert(kind), [_values(row) for row in rows if type(row) is kind])


def _values(row: Base) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def record_activity(
    register: Register, entry: Entry, action: str, *, by: Person, now: datetime, summary: str,
    **details: object,
) -> None:  # fmt: skip
    """Add to the record of who did what; a person's name is not in it."""
    activity.record(
        action, entry, place_code=entry.place_code, by=by, now=now,
        summary=f"{register.name}（{label_of(register, entry)}）：{summary}", **details,
    )  # fmt: skip


def label_of(register: Register, entry: Entry) -> str:
    """What an entry is called where nobody's name may stand."""
    is_named = not register.title.is_personal
    return str(getattr(entry, register.title_field)) if is_named else f"第 {entry.id} 号"


def list_history(register: Register, entry: Entry) -> list[EntryChange]:
    """The latest changes of an entry, newest first."""
    query = (
        select(EntryChange)
        .where(EntryChange.register == register.slug, EntryChange.entry_id == entry.id)
        .order_by(EntryChange.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def is_open_report(register: Register, entry_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether a line of history is a report of that entry which nobody has answered yet."""
    later = aliased(EntryChange)
    answer = select(later.id).where(
        later.register == register.slug, later.entry_id == EntryChange.entry_id,
        later.kind.in_(ANSWERS), later.id > EntryChange.id,
    )  # fmt: skip
    return (
        (EntryChange.register == register.slug)
        & (EntryChange.entry_id == entry_id)
        & (EntryChange.kind == ChangeKind.REPORTED)
        & ~answer.exists()
    )


def list_open_reports(post: Post) -> list[EntryChange]:
    """What the holder of a post has reported and nobody has answered, in order."""
    query = select(EntryChange).where(is_open_report(POSTS, literal(post.id)))
    return list(db.session.scalars(query.order_by(EntryChange.id).limit(SHOWN)))


def values_before(register: Register, entry: Entry, version: int) -> dict[str, Any]:
    """What the fields that have changed since a version held then, as history keeps values."""
    query = (
        select(EntryChange)
        .where(EntryChange.register == register.slug, EntryChange.entry_id == entry.id)
        .where(EntryChange.version > version)
        .order_by(EntryChange.id.desc())
    )
    held: dict[str, Any] = {}
    for change in db.session.scalars(query):
        held |= change.before
    return held
