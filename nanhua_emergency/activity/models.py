"""What is stored of who did what: entries, and the end of each chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from nanhua_emergency.database import PLACE_CODE, Base


class ActivityEntry(Base):
    """One thing that somebody did; it holds the hash of the entry before it in its chain."""

    __tablename__ = "activity_entry"
    __table_args__ = (
        Index("ix_activity_entry_thing", "thing_kind", "thing_id", "id"),
        Index("ix_activity_entry_place", "place_code", "id"),
        Index("uq_activity_entry_position", "chain", "position", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(PLACE_CODE)
    position: Mapped[int]
    place_code: Mapped[str] = mapped_column(PLACE_CODE)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(index=True)
    by_name: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    thing_kind: Mapped[str] = mapped_column(String(30))
    thing_id: Mapped[int]
    summary: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ActivityChain(Base):
    """The end of one town's chain; its row is locked while an entry is added."""

    __tablename__ = "activity_chain"

    chain: Mapped[str] = mapped_column(PLACE_CODE, primary_key=True)
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
