"""What is stored of drills: the drills themselves, in which state they are, and the feeds."""

import secrets
import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.models import Plan


class Form(StrEnum):
    """How a drill is held (AQ/T 9007-2019 §3): at a table, or live."""

    TABLETOP = "tabletop"
    LIVE = "live"


class Scope(StrEnum):
    """What a drill covers (AQ/T 9007-2019 §3): one function, or several."""

    SINGLE = "single"
    COMBINED = "combined"


class Purpose(StrEnum):
    """What a drill is for (AQ/T 9007-2019 §4.2)."""

    TEST = "test"
    SHOW = "show"
    STUDY = "study"


class DrillState(StrEnum):
    """Whether a drill stands in the plan of the year; whether it was held is in its records."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


FORM_NAMES = {Form.TABLETOP: "桌面推演", Form.LIVE: "实战演练"}
SURPRISE_NAMES = ("不预告时间", "不预告情景", "夜间")
WHOLE_FORM_NAMES = {
    (Scope.SINGLE, Form.TABLETOP): "单项桌面推演",
    (Scope.SINGLE, Form.LIVE): "单项实战演练",
    (Scope.COMBINED, Form.TABLETOP): "综合桌面推演",
    (Scope.COMBINED, Form.LIVE): "综合实战演练",
}
SCOPE_NAMES = {Scope.SINGLE: "单项", Scope.COMBINED: "综合"}
PURPOSE_NAMES = {Purpose.TEST: "检验性", Purpose.SHOW: "示范性", Purpose.STUDY: "研究性"}
DRILL_STATE_NAMES = {
    DrillState.PROPOSED: "村里提议",
    DrillState.SCHEDULED: "已排定",
    DrillState.CANCELLED: "已取消",
}


# Only few drills ever move or are cancelled; what asks for them says so in these very words.
MOVED = text("date_version > 1")


def _new_uid() -> str:
    return str(uuid.uuid4())


class Drill(Base):
    """One planned exercise of a village, by one plan or by two at once."""

    __tablename__ = "drill"
    __table_args__ = (
        Index("ix_drill_place", "place_code", "planned_at"),
        Index("ix_drill_plan", "plan_id", "planned_at"),
        Index("ix_drill_second_plan", "second_plan_id", "planned_at"),
        Index("ix_drill_organiser", "organiser_id", "planned_at"),
        Index("ix_drill_due", "planned_at", "state"),
        Index("ix_drill_moved", "planned_at", sqlite_where=MOVED, postgresql_where=MOVED),
        CheckConstraint("date_version >= 1", name="date_version"),
        CheckConstraint("expected_count BETWEEN 0 AND 100000", name="expected_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=_new_uid)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    second_plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    state: Mapped[DrillState] = mapped_column(Word(DrillState), default=DrillState.SCHEDULED)
    title: Mapped[str] = mapped_column(String(120))
    form: Mapped[Form] = mapped_column(Word(Form), default=Form.LIVE)
    scope: Mapped[Scope] = mapped_column(Word(Scope), default=Scope.SINGLE)
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose), default=Purpose.TEST)
    is_time_unannounced: Mapped[bool] = mapped_column(default=False)
    is_scenario_unannounced: Mapped[bool] = mapped_column(default=False)
    is_night: Mapped[bool] = mapped_column(default=False)
    planned_at: Mapped[datetime]
    date_version: Mapped[int] = mapped_column(default=1)
    location: Mapped[str] = mapped_column(String(120), default="")
    organiser: Mapped[str] = mapped_column(String(60), default="")
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    scenario: Mapped[str] = mapped_column(Text, default="")
    expected_count: Mapped[int] = mapped_column(default=0)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    scheduled_at: Mapped[datetime]
    scheduled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)
    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys=[plan_id])
    second_plan: Mapped[Plan | None] = relationship(foreign_keys=[second_plan_id])
    organiser_account: Mapped[Account | None] = relationship(foreign_keys=[organiser_id])

    @property
    def plans(self) -> list[Plan]:
        """The plans it exercises: one, or two."""
        return [plan for plan in (self.plan, self.second_plan) if plan is not None]

    @property
    def hazards(self) -> str:
        """The hazards it exercises, for people."""
        return "、".join(plan.hazard for plan in self.plans)

    @property
    def planned_on(self) -> date:
        """The day in China."""
        return clock.day_of(self.planned_at)

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return DRILL_STATE_NAMES[self.state]

    @property
    def form_name(self) -> str:
        """How it is held, in Chinese."""
        return WHOLE_FORM_NAMES[self.scope, self.form]

    @property
    def surprises(self) -> list[str]:
        """What is not announced, in Chinese, one by one."""
        marks = (self.is_time_unannounced, self.is_scenario_unannounced, self.is_night)
        return [name for name, is_so in zip(SURPRISE_NAMES, marks, strict=True) if is_so]

    @property
    def surprise(self) -> str:
        """The same in one line; empty where all is announced."""
        return "、".join(self.surprises)

    @property
    def is_scheduled(self) -> bool:
        """Whether it stands in the plan of the year."""
        return self.state is DrillState.SCHEDULED

    def has_begun(self, now: datetime) -> bool:
        """Whether its planned moment has come."""
        return now >= self.planned_at


def _new_address() -> str:
    return secrets.token_urlsafe(24)


class Feed(Base):
    """The secret address of a place's calendar; renewing it ends the old one."""

    __tablename__ = "feed"

    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"), primary_key=True)
    address: Mapped[str] = mapped_column(String(40), unique=True, default=_new_address)
    renewed_at: Mapped[datetime]

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)
