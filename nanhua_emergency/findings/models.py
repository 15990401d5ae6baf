"""What is stored of findings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.demand_models import Demand


class FindingState(StrEnum):
    """How far a finding is."""

    RAISED = "raised"
    FIXED = "fixed"
    CLOSED = "closed"
    DROPPED = "dropped"


FINDING_STATE_NAMES = {
    FindingState.RAISED: "待整改",
    FindingState.FIXED: "待销号",
    FindingState.CLOSED: "已销号",
    FindingState.DROPPED: "已作废",
}


class Source(StrEnum):
    """Who raised it."""

    DRILL = "drill"
    AUDIT = "audit"
    REVIEW = "review"


SOURCE_NAMES = {Source.DRILL: "演练", Source.AUDIT: "核查", Source.REVIEW: "评估"}


class Finding(Base):
    """One thing that must be put right, where, by whom and by when."""

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_place", "place_code", "state", "due_on"),
        Index("ix_finding_due", "state", "due_on"),
        Index("ix_finding_source", "source", "source_id"),
        Index("ix_finding_owner", "owner_id", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    source: Mapped[Source] = mapped_column(Word(Source))
    source_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date]
    state: Mapped[FindingState] = mapped_column(Word(FindingState), default=FindingState.RAISED)
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    evidence: Mapped[str] = mapped_column(Text, default="")
    fixed_at: Mapped[datetime | None]
    fixed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reopen_reason: Mapped[str] = mapped_column(Text, default="")

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)
    demand: Mapped[Demand | None] = relationship(lazy="joined")
    owner: Mapped[Account | None] = relationship(foreign_keys=[owner_id])
    fixed_by: Mapped[Account | None] = relationship(foreign_keys=[fixed_by_id])
    closed_by: Mapped[Account | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return FINDING_STATE_NAMES[self.state]

    @property
    def source_name(self) -> str:
        """Who raised it, in Chinese."""
        return SOURCE_NAMES[self.source]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (FindingState.RAISED, FindingState.FIXED)

    def is_late(self, today: date) -> bool:
        """Whether it should have been fixed by now."""
        return self.state is FindingState.RAISED and self.due_on < today
