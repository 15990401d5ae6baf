"""What is stored of audits: rounds, the audits of each place, answers and their files."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.checklists import Checklist, unpack
from nanhua_emergency.audits.verdicts import LACKING, VERDICT_NAMES, Verdict
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.places.models import Place

UNCLOSED = text("state <> 'closed'")


class AuditState(StrEnum):
    """How far the audit of a place is."""

    NOT_STARTED = "not_started"
    JUDGING = "judging"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    CLOSED = "closed"


AUDIT_STATE_NAMES = {
    AuditState.NOT_STARTED: "未开始",
    AuditState.JUDGING: "正在自评",
    AuditState.SUBMITTED: "待核实",
    AuditState.VERIFIED: "已核实",
    AuditState.CLOSED: "已锁定",
}

ROUND_STATE_NAMES = {False: "进行中", True: "已结束"}


class Round(Base):
    """One run of a checklist over places and a period, with the wording it is held under."""

    __tablename__ = "audit_round"
    __table_args__ = (
        Index("ix_audit_round_place", "place_code", "opened_at"),
        CheckConstraint("last_on >= first_on", name="last_on"),
        CheckConstraint(
            "(closed_at IS NULL) = (content_sha256 = '')", name="closed_with_hash"
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    checklist_slug: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(40))
    first_on: Mapped[date]
    last_on: Mapped[date]
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    close_reason: Mapped[str] = mapped_column(Text, default="")
    content_sha256: Mapped[str] = mapped_column(String(64), default="")

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)
    opened_by: Mapped[Account] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Account | None] = relationship(foreign_keys=[closed_by_id])

    @property
    def checklist(self) -> Checklist:
        """The list as it was worded when the round was opened."""
        return unpack(self.content)

    @property
    def title(self) -> str:
        """What it is called: period and list."""
        return f"{self.period}{self.content['title']}"

    @property
    def is_closed(self) -> bool:
        """Whether it is locked."""
        return self.closed_at is not None

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return ROUND_STATE_NAMES[self.is_closed]

    def is_late(self, today: date) -> bool:
        """Whether it should have been closed by now."""
        return not self.is_closed and self.due_on < today


class Audit(Base):
    """The readiness check of one place within a round."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("round_id", "place_code"),
        Index("ix_audit_place", "place_code", "checklist_slug", "state"),
        # A place answers one round of a list at a time, so that "last round" is never in doubt.
        Index(
            "uq_audit_unclosed", "place_code", "checklist_slug", unique=True,
            sqlite_where=UNCLOSED, postgresql_where=UNCLOSED,
        ),
        CheckConstraint("(state = 'closed') = (content_sha256 <> '')", name="closed_with_hash"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("audit_round.id"))
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    checklist_slug: Mapped[str] = mapped_column(String(40))
    state: Mapped[AuditState] = mapped_column(Word(AuditState), default=AuditState.NOT_STARTED)
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    return_reason: Mapped[str] = mapped_column(Text, default="")
    content_sha256: Mapped[str] = mapped_column(String(64), default="")

    round: Mapped[Round] = relationship(lazy="joined", innerjoin=UNNESTED)
    place: Mapped[Place] = relationship(lazy="joined", innerjoin=UNNESTED)
    submitted_by: Mapped[Account | None] = relationship()

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return AUDIT_STATE_NAMES[self.state]

    @property
    def title(self) -> str:
        """Whose audit of which round it is."""
        return f"{self.place.name}{self.round.title}"

    @property
    def is_answerable(self) -> bool:
        """Whether the place may still change its answers."""
        return self.state in (AuditState.NOT_STARTED, AuditState.JUDGING)

    @property
    def is_verifiable(self) -> bool:
        """Whether the office may decide on its answers."""
        return self.state in (AuditState.SUBMITTED, AuditState.VERIFIED)


class Answer(Base):
    """What is said of one criterion at one place: by the records, by the place, by the office."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("audit_id", "criterion"),
        CheckConstraint(
            "office_verdict IS NULL OR office_verdict = verdict OR office_reason <> ''",
            name="differs_with_reason",
        ),
        CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> judged_by_id", name="other_eyes"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    criterion: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(default=1)
    evidence: Mapped[dict[str, Any]]
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict), default=Verdict.UNCHECKED)
    note: Mapped[str] = mapped_column(Text, default="")
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    office_verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    office_reason: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))

    audit: Mapped[Audit] = relationship()
    judged_by: Mapped[Account | None] = relationship(foreign_keys=[judged_by_id])
    verified_by: Mapped[Account | None] = relationship(foreign_keys=[verified_by_id])
    finding: Mapped[Finding | None] = relationship()
    files: Mapped[list["AnswerFile"]] = relationship(order_by="AnswerFile.id", lazy="selectin")

    @property
    def verdict_name(self) -> str:
        """What the place says, in Chinese."""
        return VERDICT_NAMES[self.verdict]

    @property
    def office_verdict_name(self) -> str:
        """What the office says, in Chinese."""
        return VERDICT_NAMES[self.office_verdict] if self.office_verdict else ""

    @property
    def final(self) -> Verdict:
        """What counts: the office's word where it has given one, else the place's."""
        return self.office_verdict or self.verdict

    @property
    def final_name(self) -> str:
        """What counts, in Chinese."""
        return VERDICT_NAMES[self.final]

    @property
    def is_lacking(self) -> bool:
        """Whether something must be put right."""
        return self.final in LACKING

    @property
    def differs(self) -> bool:
        """Whether the office says something else than the place."""
        return self.office_verdict is not None and self.office_verdict is not self.verdict

    @property
    def kept_files(self) -> list["AnswerFile"]:
        """The files that were not taken back."""
        return [file for file in self.files if not file.is_dropped]


class AnswerFile(Base):
    """One photo or document that a place sets beside an answer; taken back, it stays on record."""

    __tablename__ = "answer_file"
    __table_args__ = (UniqueConstraint("answer_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    name: Mapped[str] = mapped_column(String(120))
    extension: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    is_dropped: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    answer: Mapped[Answer] = relationship(back_populates="files")

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as a picture."""
        return self.extension == "jpg"
