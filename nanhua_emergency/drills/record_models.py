"""What is stored of what happened: records, head-counts, moments, evaluation and photos."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import UNNESTED, Base, Word
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import Moment

VALID = text("state IN ('recorded', 'confirmed')")


class RecordState(StrEnum):
    """How far a record is."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


RECORD_STATE_NAMES = {
    RecordState.RECORDED: "已记录，待确认",
    RecordState.CONFIRMED: "已确认",
    RecordState.RETURNED: "已退回",
    RecordState.SUPERSEDED: "已更正",
}


class Conclusion(StrEnum):
    """How the drill went as a whole (AQ/T 9009-2015)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


CONCLUSION_NAMES = {
    Conclusion.EXCELLENT: "优",
    Conclusion.GOOD: "良",
    Conclusion.FAIR: "中",
    Conclusion.POOR: "差",
}


class Group(StrEnum):
    """Who took part."""

    VILLAGERS = "villagers"
    RESCUERS = "rescuers"
    CADRES = "cadres"
    MILITIA = "militia"
    PUPILS = "pupils"
    OTHERS = "others"


GROUP_NAMES = {
    Group.VILLAGERS: "村民",
    Group.RESCUERS: "救援队员",
    Group.CADRES: "干部、网格员",
    Group.MILITIA: "民兵",
    Group.PUPILS: "学生",
    Group.OTHERS: "其他",
}

# What an evaluation covers: Article 33 of 国办发〔2024〕5号.
EVALUATION_ITEMS = (
    "演练执行情况",
    "预案是否实用、能不能照着做",
    "指挥协调和应急联动",
    "应急人员处置",
    "装备物资是否合用",
    "对预案、准备、机制和措施的意见建议",
)
# AQ/T 9009-2015: 0 missing, 1 poor, 3 fair, 5 excellent.
SCORE_NAMES = {5: "优秀", 3: "一般", 1: "较差", 0: "缺项"}


class DrillRecord(Base):
    """What happened at one drill; a correction is another record, and this one stays as it was."""

    __tablename__ = "drill_record"
    __table_args__ = (
        Index(
            "uq_drill_record_valid", "drill_id", unique=True,
            sqlite_where=VALID, postgresql_where=VALID,
        ),
        # Not by state first: few states over many towns tempt SQLite to read all towns' records.
        Index("ix_drill_record_drill", "drill_id", "state"),
        Index("ix_drill_record_edition", "edition_id", "state"),
        Index("ix_drill_record_recorded", "recorded_at", "state"),
        CheckConstraint("ended_at >= began_at", name="ended_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id"))
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("drill_record.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    state: Mapped[RecordState] = mapped_column(Word(RecordState), default=RecordState.RECORDED)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    conclusion: Mapped[Conclusion] = mapped_column(Word(Conclusion))
    summary: Mapped[str] = mapped_column(Text)
    no_problem: Mapped[str] = mapped_column(Text, default="")
    paper_by: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    return_reason: Mapped[str] = mapped_column(Text, default="")

    drill: Mapped[Drill] = relationship(lazy="joined", innerjoin=UNNESTED)
    edition: Mapped[Edition | None] = relationship()
    recorded_by: Mapped[Account | None] = relationship(foreign_keys=[recorded_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
    counts: Mapped[list["HeadCount"]] = relationship(order_by="HeadCount.id", lazy="selectin")
    moments: Mapped[list["MomentTaken"]] = relationship(order_by="MomentTaken.id", lazy="selectin")
    scores: Mapped[list["Score"]] = relationship(order_by="Score.item", lazy="selectin")
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.id", lazy="selectin")

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return RECORD_STATE_NAMES[self.state]

    @property
    def conclusion_name(self) -> str:
        """The conclusion in Chinese."""
        return CONCLUSION_NAMES[self.conclusion]

    @property
    def head_count(self) -> int:
        """All who took part."""
        return sum(count.people for count in self.counts)

    @property
    def is_valid(self) -> bool:
        """Whether figures count it: neither returned nor corrected."""
        return self.state in (RecordState.RECORDED, RecordState.CONFIRMED)


class HeadCount(Base):
    """How many people of one group took part."""

    __tablename__ = "head_count"
    __table_args__ = (
        UniqueConstraint("record_id", "group"),
        CheckConstraint("people BETWEEN 0 AND 100000", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("drill_record.id"))
    group: Mapped[Group] = mapped_column(Word(Group))
    people: Mapped[int]


class MomentTaken(Base):
    """How many minutes one of the five moments took, against the plan's target of that day."""

    __tablename__ = "moment_taken"
    __table_args__ = (
        UniqueConstraint("record_id", "moment"),
        CheckConstraint("minutes BETWEEN 0 AND 2880", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("drill_record.id"))
    moment: Mapped[Moment] = mapped_column(Word(Moment))
    minutes: Mapped[int]
    target_minutes: Mapped[int | None]

    @property
    def is_met(self) -> bool | None:
        """Whether the target was kept; None where the plan sets none."""
        return None if self.target_minutes is None else self.minutes <= self.target_minutes


class Score(Base):
    """The score of one of the six evaluation items, counted from 1."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("record_id", "item"),
        CheckConstraint("score IN (0, 1, 3, 5)", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("drill_record.id"))
    item: Mapped[int]
    score: Mapped[int]


class Photo(Base):
    """A picture of the drill, shrunk and without what the camera wrote into it."""

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("record_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("drill_record.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]


class HalfRecord(Base):
    """What one person has filled in of a record and not sent yet."""

    __tablename__ = "half_record"
    __table_args__ = (UniqueConstraint("drill_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    answers: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]
