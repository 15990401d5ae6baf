"""What is stored of registers: what every entry has, the history, and movements of stock."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers.words import ChangeKind, MovementKind

IN_USE = "retired_at IS NULL"


def in_use_once(table: str, *columns: str) -> tuple[Index, ...]:
    """No two entries in use of one place share these columns: they would be the same thing."""
    condition = text(IN_USE)
    return (
        Index(
            f"uq_{table}_in_use", "place_code", *columns, unique=True,
            sqlite_where=condition, postgresql_where=condition,
        ),
    )  # fmt: skip


class Entry(Base):
    """One entry of a register of a place; retired at last, never deleted."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime]
    confirmed_on: Mapped[date | None]
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str] = mapped_column(Text, default="")
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_forgotten: Mapped[bool] = mapped_column(default=False)

    @declared_attr
    def place(cls) -> Mapped[Place]:  # noqa: N805  declared_attr hands over the class
        return relationship(Place, lazy="joined", innerjoin=UNNESTED)

    @property
    def is_retired(self) -> bool:
        """Whether it is no longer in use."""
        return self.retired_at is not None


class EntryChange(Base):
    """One change of one entry: which fields, from what to what, by whom."""

    __tablename__ = "entry_change"
    __table_args__ = (
        Index("ix_entry_change_entry", "register", "entry_id", "id"),
        Index("ix_entry_change_forgetting", "is_forgotten", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(20))
    entry_id: Mapped[int]
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"), index=True)
    version: Mapped[int]
    kind: Mapped[ChangeKind] = mapped_column(Word(ChangeKind))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    is_forgotten: Mapped[bool] = mapped_column(default=False)

    by: Mapped[Account | None] = relationship(lazy="joined")

    @property
    def author(self) -> str:
        """Who did it; only the holder of a post confirms and reports without an account."""
        if self.by is not None:
            return self.by.name
        by_holder = (ChangeKind.CONFIRMED, ChangeKind.REPORTED)
        return "岗位本人" if self.kind in by_holder else "系统"

    @property
    def is_report(self) -> bool:
        """Whether the holder of a post says in it, in their own words, what has changed."""
        return self.kind is ChangeKind.REPORTED


class StockMovement(Base):
    """One movement of a supply: so many in, out, or counted; only ever added."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        Index("ix_stock_movement_supply", "supply_id", "id"),
        CheckConstraint("amount BETWEEN 0 AND 999999", "amount"),
        CheckConstraint("quantity_after BETWEEN 0 AND 999999", "quantity_after"),
        CheckConstraint("quantity_after = book_quantity + difference", "difference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supply_id: Mapped[int] = mapped_column(ForeignKey("supply.id"))
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"), index=True)
    kind: Mapped[MovementKind] = mapped_column(Word(MovementKind))
    amount: Mapped[int]
    book_quantity: Mapped[int]
    difference: Mapped[int]
    quantity_after: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account | None] = relationship(lazy="joined")


class Use(Base):
    """One reference in the text in force of a plan: which post or register it names, and where."""

    __tablename__ = "register_use"
    __table_args__ = (Index("ix_register_use_name", "place_code", "register", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    register: Mapped[str] = mapped_column(String(20))
    # The title of a post; empty where the whole register is meant.
    name: Mapped[str] = mapped_column(String(60), default="")
    # By what the register is narrowed: the name of a field, and its value.
    field: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[str] = mapped_column(String(60), default="")
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    plan_slug: Mapped[str] = mapped_column(String(60))
    plan_title: Mapped[str] = mapped_column(String(120))
    heading: Mapped[str] = mapped_column(String(200), default="")
