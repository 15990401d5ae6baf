"""What is stored of sheets that people bring: each import, and what their headings mean."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, Base, Word
from nanhua_emergency.places.models import Place


class ImportState(StrEnum):
    """How far an import is."""

    WAITING = "待导入"
    RUNNING = "正在导入"
    DONE = "已导入"


class Import(Base):
    """One sheet that somebody brought for a register, and what came or would come of it.

    `place_code` is the place of who brought it; rows that name no place go to `default_code`.
    `headings` is what the person said of them, `result` the dry run as its page shows it, and
    `digest` tells whether it is still the same. `claim` names the one run that may write.
    """

    __tablename__ = "register_import"
    __table_args__ = (
        Index("ix_register_import_place", "place_code", "register", "id"),
        Index("ix_register_import_forgetting", "is_forgotten", "at"),
        CheckConstraint("added >= 0 AND changed >= 0 AND same >= 0", "counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(20))
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    default_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sheet: Mapped[str] = mapped_column(Text, default="")
    headings: Mapped[dict[str, Any]]
    state: Mapped[ImportState] = mapped_column(Word(ImportState), default=ImportState.WAITING)
    result: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    claim: Mapped[str] = mapped_column(String(32), default="")
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    is_forgotten: Mapped[bool] = mapped_column(default=False)

    by: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    default: Mapped[Place] = relationship(
        foreign_keys=[default_code], lazy="joined", innerjoin=True
    )

    @property
    def is_running(self) -> bool:
        """Whether a run has begun; it may have been cut off since."""
        return self.state is ImportState.RUNNING

    @property
    def is_done(self) -> bool:
        """Whether everything in it was written."""
        return self.state is ImportState.DONE

    @property
    def may_go_ahead(self) -> bool:
        """Whether the dry run found nothing that stands in the way."""
        return bool(self.result.get("may_go_ahead"))


class HeadingMemory(Base):
    """What a place's people said a heading of their sheets means; "" is not to be read."""

    __tablename__ = "heading_memory"
    __table_args__ = (UniqueConstraint("place_code", "register", "heading"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    register: Mapped[str] = mapped_column(String(20))
    heading: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(40))
