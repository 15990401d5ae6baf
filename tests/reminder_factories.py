"""Reminders for tests: a desk to write at, and a letter box that keeps what it is given."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.reminders.collecting import collect_messages
from nanhua_emergency.reminders.delivery import deliver_message
from nanhua_emergency.reminders.desk import Desk
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.models import Attempt, Mail, MailState, Message, MessageState
from nanhua_emergency.reminders.record_links import make_link, sign_link
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from nanhua_emergency.reminders.services import pause_kinds

TAKEN = Reply(ReplyKind.SENT, 250, "OK")
SECRET = "a-secret-for-tests-only"


def a_desk(*, secret: str = SECRET) -> Desk:
    """From where letters are written in tests."""
    return Desk(
        site_name="南华镇应急预案与演练登记", sender="应急办 <yingji@example.com>", secret=secret,
        address=lambda endpoint, **values: f"http://site.example/{endpoint}/{values}",
    )  # fmt: skip


@dataclass
class LetterBox:
    """Takes every mail and keeps it; `reply` is what it answers to the next ones."""

    reply: Reply = TAKEN
    mails: list[Letter] = field(default_factory=list)

    def send(self, mail: Letter) -> Reply:
        """Keep a mail, as a server that answers `reply`."""
        self.mails.append(mail)
        return self.reply

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """To whom went what."""
        return [(mail.to, mail.subject) for mail in self.mails]


def tick(box: LetterBox, now: datetime) -> list[tuple[str, str]]:
    """One round of the timetable at a moment; gives to whom went what."""
    collect_messages(now)
    db.session.commit()
    before = len(box.mails)
    while deliver_message(now, box.send, a_desk()) is not None:
        pass
    return box.subjects[before:]


def all_messages() -> list[Message]:
    """Every message, in order."""
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def all_mails() -> list[Mail]:
    """Every mail, in order."""
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def a_mail(reader: Account, **columns: Any) -> Mail:
    """A mail to somebody that was sent, with one message about a drill and one attempt."""
    state = columns.pop("state", MailState.SENT)
    reply = columns.pop("reply", TAKEN)
    now = columns.pop("at", clock.now())
    columns = {
        "subject": "【演练】示例", "message_id": f"<{secrets.token_hex(8)}@example.com>",
        "next_try_at": now, "created_at": now, "attempt_count": 1,
        "ended_at": None if state in (MailState.WAITING, MailState.SENDING) else now,
    } | columns  # fmt: skip
    mail = Mail(address=reader.email, account_id=reader.id, place_code=reader.place_code,
                state=state, **columns)  # fmt: skip
    db.session.add(mail)
    db.session.flush()
    ended = {MailState.SENT: MessageState.SENT, MailState.GIVEN_UP: MessageState.GIVEN_UP}
    db.session.add(Message(
        kind=Kind.FINDING_DUE, thing_id=mail.id, date_version=1, days_before=7,
        address=reader.email, account_id=reader.id, place_code=reader.place_code,
        about_on=clock.day_of(now), created_at=now, mail_id=mail.id,
        state=ended.get(state, MessageState.WAITING),
    ))  # fmt: skip
    if reply is not None:
        db.session.add(Attempt(
            mail_id=mail.id, at=now, kind=reply.kind, code=reply.code, reply=reply.text
        ))  # fmt: skip
    db.session.flush()
    return mail


def a_token(drill: Drill, account: Account, *, now: datetime | None = None) -> str:
    """What stands in the address of a person's link to a drill."""
    link = make_link(drill, account, now=now or clock.now())
    return sign_link(link, secret=SECRET)


def pause_lists(*people: Account) -> None:
    """Nobody of these is sent the month's list of their registers."""
    for person in people:
        pause_kinds(person, [Kind.REGISTER_ATTENTION], now=clock.now())
