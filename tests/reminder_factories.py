"""Reminders for tests: a desk to write at, and a letter box that keeps what it is given."""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from nanhua_emergency.database import db
from nanhua_emergency.reminders.collecting import collect_messages
from nanhua_emergency.reminders.delivery import deliver_message
from nanhua_emergency.reminders.letters import Desk
from nanhua_emergency.reminders.models import Mail, Message
from nanhua_emergency.reminders.replies import Reply, ReplyKind

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
    mails: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: EmailMessage) -> Reply:
        """Keep a mail, as a server that answers `reply`."""
        self.mails.append(mail)
        return self.reply

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """To whom went what."""
        return [(str(mail["To"]), str(mail["Subject"])) for mail in self.mails]


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
