"""What is stored around texts: what is not saved yet, attachments, and sections to search."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base
from nanhua_emergency.plans.models import Edition, Plan


class KeptText(Base):
    """What one person has typed into one edition and not saved yet, and when they were last there.

    `body` is empty where nothing is unsaved; the row then only says that somebody has it open.
    """

    __tablename__ = "kept_text"
    __table_args__ = (UniqueConstraint("edition_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    body: Mapped[str] = mapped_column(Text, default="")
    kept_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=UNNESTED)


class Attachment(Base):
    """A file set beside an edition, such as a picture of an imported Word file."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("edition_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    name: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    edition: Mapped[Edition] = relationship(lazy="joined", innerjoin=UNNESTED)


class PlanSection(Base):
    """The visible text under one heading of an edition that is or was in force, to be searched.

    `folded` is `heading` and `text` as searching compares them, character for character.
    """

    __tablename__ = "plan_section"
    __table_args__ = (
        UniqueConstraint("edition_id", "position"),
        Index("ix_plan_section_place", "place_code", "is_current", "plan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    is_current: Mapped[bool]
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(Text)
    anchor: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=UNNESTED)
    edition: Mapped[Edition] = relationship(lazy="joined", innerjoin=UNNESTED)
