"""What is stored of demands: clauses that the next edition must change, or say why not."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.database import UNNESTED, Base
from nanhua_emergency.plans.models import Edition, Plan


class Demand(Base):
    """One clause of a plan that somebody found wanting; the next edition must answer it.

    `section_sha256` is the hash of the clause as it stood when the demand was made: an edition
    whose clause has another hash has answered by changing it.
    """

    __tablename__ = "demand"
    __table_args__ = (Index("ix_demand_plan", "plan_id", "answered_edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    heading: Mapped[str] = mapped_column(String(200))
    section_sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    kept_reason: Mapped[str] = mapped_column(Text, default="")
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=UNNESTED)
    edition: Mapped[Edition] = relationship(foreign_keys=[edition_id])
    answered_edition: Mapped[Edition | None] = relationship(foreign_keys=[answered_edition_id])
