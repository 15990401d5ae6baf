"""What is stored of reminders: messages about what is due, the mails that carry them, heartbeats."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import PLACE_CODE, UNNESTED, Base, Word
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.languages import _
from nanhua_emergency.reminders.kinds import KIND_NAMES, TOLD, Kind
from nanhua_emergency.reminders.replies import ReplyKind


class MessageState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


MAIL_STATE_NAMES = {
    MailState.WAITING: "等待发送",
    MailState.SENDING: "正在发送",
    MailState.SENT: "已发出",
    MailState.DROPPED: "不用再发",
    MailState.GIVEN_UP: "没有送达",
}


FILED = "只存成文件"

MESSAGE_STATE_NAMES = {
    MessageState.WAITING: "等待告知",
    MessageState.SENT: "已告知",
    MessageState.DROPPED: "不用再告知",
    MessageState.GIVEN_UP: "没有送达",
}


class Mail(Base):
    """One mail to one address: all that was due for it when it was put together."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_due", "state", "next_try_at"),
        Index("ix_mail_place", "place_code", "state", "id"),
        Index("ix_mail_address", "address", "id"),
        CheckConstraint("attempt_count >= 0", name="attempt_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    # None for the town's group chat, and for holders of posts who have no account.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    # Known before the row is: by it SQLite tells apart rows that are added together.
    message_id: Mapped[str] = mapped_column(String(120), unique=True, insert_sentinel=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[MailState] = mapped_column(Word(MailState), default=MailState.WAITING)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempt_count: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str] = mapped_column(String(32), default="")
    is_maybe_double: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(lazy="joined")
    messages: Mapped[list["Message"]] = relationship(back_populates="mail", order_by="Message.id")
    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.id")

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return FILED if self.is_filed else MAIL_STATE_NAMES[self.state]

    @property
    def last_attempt(self) -> "Attempt | None":
        """The latest try, if there was one."""
        return self.attempts[-1] if self.attempts else None

    @property
    def is_filed(self) -> bool:
        """Whether it went into a file and to nobody, because no mail server was set."""
        return bool(self.last_attempt and self.last_attempt.is_filed)

    @property
    def may_resend(self) -> bool:
        """Whether it can be sent again as soon as possible: it waits, or was given up."""
        return self.state in (MailState.WAITING, MailState.GIVEN_UP)


class Message(Base):
    """One reason to write to one address: a thing, the day it is due, and how long before."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("kind", "thing_id", "date_version", "address", "days_before",
                         name="uq_message_once"),
        Index("ix_message_unassigned", "mail_id", "state", "address"),
        Index("ix_message_told", "kind", "about_at"),
        Index("ix_message_thing", "kind", "thing_id", "address"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    thing_id: Mapped[int]
    date_version: Mapped[int]
    address: Mapped[str] = mapped_column(String(254))
    days_before: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"))
    # The day it is about, as it was told; for a drill also the moment.
    about_on: Mapped[date]
    about_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(Word(MessageState), default=MessageState.WAITING)
    # The line was cut after the last byte, or the sender died: the person may have read it.
    is_maybe_told: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(120), default="")
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))

    account: Mapped[Account | None] = relationship(lazy="joined")
    mail: Mapped[Mail | None] = relationship(back_populates="messages")

    @property
    def kind_name(self) -> str:
        """What it is about, in Chinese."""
        return KIND_NAMES[self.kind]

    @property
    def state_name(self) -> str:
        """What became of it, in Chinese."""
        return MESSAGE_STATE_NAMES[self.state]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be told."""
        return self.state is MessageState.WAITING

    @property
    def is_about_drill(self) -> bool:
        """Whether the thing it is about is a drill."""
        return self.kind in (*TOLD, Kind.DRILL_UNRECORDED)


REPLY_KIND_NAMES = {
    ReplyKind.SENT: "服务器已收下",
    ReplyKind.LATER: "服务器要求稍后再试",
    ReplyKind.REFUSED: "服务器拒收",
    ReplyKind.BROKEN: "没有连上或中断",
    ReplyKind.UNSURE: "可能已送达",
}


class Attempt(Base):
    """One try to send a mail, and what the server said to it."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[ReplyKind] = mapped_column(Word(ReplyKind))
    code: Mapped[int | None]
    reply: Mapped[str] = mapped_column(Text, default="")

    @property
    def kind_name(self) -> str:
        """How it ended, in Chinese."""
        return FILED if self.is_filed else REPLY_KIND_NAMES[self.kind]

    @property
    def is_filed(self) -> bool:
        """Whether the mail was kept as a file: every server that takes one says a number."""
        return self.kind is ReplyKind.SENT and self.code is None


class Pause(Base):
    """A kind of reminder that one person does not want."""

    __tablename__ = "pause"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind), primary_key=True)
    paused_at: Mapped[datetime]


class ReminderRule(Base):
    """What a town has of its own: the days before a drill, and the words for its group chat."""

    __tablename__ = "reminder_rule"

    place_code: Mapped[str] = mapped_column(PLACE_CODE, ForeignKey("place.code"), primary_key=True)
    days: Mapped[str] = mapped_column(String(60))
    short_text: Mapped[str] = mapped_column(String(500), default="")
    set_at: Mapped[datetime]


# Who records drills, signed in or by a link.
RECORDERS = (Role.VILLAGE, Role.OFFICE)


class RecordLink(Base):
    """A person's key to the record form of one drill, without signing in."""

    __tablename__ = "record_link"
    __table_args__ = (UniqueConstraint("drill_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    drill: Mapped[Drill] = relationship(lazy="joined", innerjoin=UNNESTED)
    account: Mapped[Account] = relationship(lazy="joined", innerjoin=UNNESTED)

    def is_open(self, now: datetime) -> bool:
        """Whether it still opens the form: it gives nobody a right that their role has not."""
        is_recorder = self.account.is_active and self.account.role in RECORDERS
        return is_recorder and self.revoked_at is None and now < self.expires_at

    def state_name(self, now: datetime) -> str:
        """Whether it still opens the form, and why not, in Chinese."""
        if self.revoked_at is not None:
            return _("已收回")
        if not self.account.is_active:
            return _("账号已停用")
        if self.account.role not in RECORDERS:
            return _("已换岗，不再记录演练")
        return _("可以用") if now < self.expires_at else _("已过期")


class Heartbeat(Base):
    """The last moment at which a part of the timetable was alive."""

    __tablename__ = "heartbeat"

    part: Mapped[str] = mapped_column(String(30), primary_key=True)
    at: Mapped[datetime]
