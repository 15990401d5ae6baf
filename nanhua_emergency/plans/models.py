"""What is stored of plans: plans, editions, revisions, opinions, filings and reviews."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import OPEN_STATES, PUBLIC_STATES, STATE_NAMES, State
from nanhua_emergency.plans.words import OUTCOME_NAMES, TRIGGER_NAMES, Category, Outcome, Trigger

OPEN = text("state IN ('drafted', 'submitted', 'cleared')")
PUBLISHED = text("state = 'published'")
UNCLOSED = text("closed_on IS NULL")


class Plan(Base):
    """One contingency plan of a place; its texts are editions."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("place_code", "number"),
        UniqueConstraint("place_code", "slug"),
        CheckConstraint("review_months BETWEEN 1 AND 36", name="review_months"),
        CheckConstraint("drill_months BETWEEN 1 AND 36", name="drill_months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[Category] = mapped_column(Word(Category))
    hazard: Mapped[str] = mapped_column(String(20))
    lead_department: Mapped[str] = mapped_column(String(120))
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    season: Mapped[str] = mapped_column(String(20), default="全年")
    review_months: Mapped[int] = mapped_column(default=36)
    drill_months: Mapped[int] = mapped_column(default=36)

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)

    @property
    def is_general(self) -> bool:
        """Whether it is the general plan, of which Article 8 asks more."""
        return self.category is Category.GENERAL


class Edition(Base):
    """One run of the workflow of a plan: from the first draft to its publication or end."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        Index("uq_edition_open", "plan_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index(
            "uq_edition_published", "plan_id", unique=True,
            sqlite_where=PUBLISHED, postgresql_where=PUBLISHED,
        ),
        Index("ix_edition_state", "plan_id", "state"),
        Index("ix_edition_began_by", "began_by_id", "state"),
        Index("ix_edition_announcement_due", "announcement_due_on"),
        Index("ix_edition_approval_due", "approval_due_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    state: Mapped[State] = mapped_column(Word(State), default=State.DRAFTED)
    trigger: Mapped[Trigger] = mapped_column(Word(Trigger))
    trigger_reason: Mapped[str] = mapped_column(Text, default="")
    is_major: Mapped[bool] = mapped_column(default=True)
    change_note: Mapped[str] = mapped_column(Text, default="")
    return_reason: Mapped[str] = mapped_column(Text, default="")
    head_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "revision.id",
            use_alter=True,
            name="fk_edition_head_id",
            deferrable=True,
            initially="IMMEDIATE",  # so that a backup can be brought back
        )
    )
    began_at: Mapped[datetime]
    began_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    cleared_sha256: Mapped[str] = mapped_column(String(64), default="")
    cleared_at: Mapped[datetime | None]
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    issue_number: Mapped[str] = mapped_column(String(60), default="")
    effective_on: Mapped[date | None]
    # What the references of the text said on the day of its publication; None before it.
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    are_phones_kept: Mapped[bool] = mapped_column(default=False, server_default=false())
    published_sha256: Mapped[str] = mapped_column(String(64), default="")
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]

    is_urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(Text, default="")
    approval_due_on: Mapped[date | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    announcement_due_on: Mapped[date | None]
    announced_on: Mapped[date | None]
    announced_where: Mapped[str] = mapped_column(String(200), default="")

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=UNNESTED)
    head: Mapped["Revision | None"] = relationship(foreign_keys=[head_id], post_update=True)
    began_by: Mapped[Account | None] = relationship(foreign_keys=[began_by_id])
    cleared_by: Mapped[Account | None] = relationship(foreign_keys=[cleared_by_id])
    published_by: Mapped[Account | None] = relationship(foreign_keys=[published_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def is_open(self) -> bool:
        """Whether the workflow still runs."""
        return self.state in OPEN_STATES

    @property
    def is_public(self) -> bool:
        """Whether visitors may read it: the published text, and those it replaced."""
        return self.state in PUBLIC_STATES

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATE_NAMES[self.state]

    @property
    def trigger_name(self) -> str:
        """Why it was begun, in Chinese."""
        return TRIGGER_NAMES[self.trigger]

    @property
    def body(self) -> str:
        """The text as it now stands."""
        return self.head.body if self.head else ""

    @property
    def awaits_approval(self) -> bool:
        """Published urgently, and nobody else has signed yet."""
        return self.is_urgent and self.approved_at is None and self.state is State.PUBLISHED

    def void_clearance(self) -> None:
        """Forget a clearance: it was given to another text."""
        self.cleared_sha256, self.cleared_at, self.cleared_by_id = "", None, None


class Revision(Base):
    """One saved text of an edition; it is never changed."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    edition: Mapped[Edition] = relationship(foreign_keys=[edition_id])
    saved_by: Mapped[Account | None] = relationship(lazy="joined")

    @property
    def author(self) -> str:
        """Who saved it."""
        return self.saved_by.name if self.saved_by else "系统"


def hash_body(body: str) -> str:
    """SHA-256 of a text, in UTF-8: what clearances and signatures are bound to."""
    return hashlib.sha256(body.encode()).hexdigest()


class Opinion(Base):
    """The legal reviewer's answer to one of the six points of Article 24, on one revision."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("revision_id", "point", "given_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    point: Mapped[int]
    is_met: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Filing(Base):
    """One copy of a published edition that must be filed with one recipient (备案)."""

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("edition_id", "recipient"),
        Index("ix_filing_due_on", "due_on", "filed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    recipient: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    is_due_exact: Mapped[bool] = mapped_column(default=True)
    filed_on: Mapped[date | None]
    receipt_number: Mapped[str] = mapped_column(String(60), default="")

    edition: Mapped[Edition] = relationship(lazy="joined", innerjoin=UNNESTED)


class Review(Base):
    """One periodic evaluation of a plan (评估): when it is due, and how it ended."""

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_unclosed", "plan_id", unique=True,
            sqlite_where=UNCLOSED, postgresql_where=UNCLOSED,
        ),
        Index("ix_review_due_on", "due_on", "closed_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    reasons: Mapped[str] = mapped_column(Text, default="")
    checked: Mapped[str] = mapped_column(Text, default="")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=UNNESTED)
    closed_by: Mapped[Account | None] = relationship()

    @property
    def outcome_name(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_NAMES[self.outcome] if self.outcome else ""
