"""Addresses of holders of posts, who have no account, are removed from old mails; the fact is kept."""

from datetime import datetime, timedelta

from sqlalchemy import select

from nanhua_emergency.database import db
from nanhua_emergency.registers.privacy import FORGOTTEN
from nanhua_emergency.reminders.collecting import CHANNEL
from nanhua_emergency.reminders.models import Mail, Message, MessageState

# Rows looked at in one call; what is left comes with the next.
BATCH = 500


def forget_addresses(*, days: int, now: datetime) -> int:
    """Remove from what was sent or dropped `days` ago where it went, if to somebody without account.

    Gives the number of mails and messages; call again until it is 0.
    """
    until = now - timedelta(days=days)
    return _forget_mails(until) + _forget_messages(until)


def _forget_mails(until: datetime) -> int:
    query = select(Mail).where(
        Mail.account_id.is_(None), Mail.address.not_in([CHANNEL, FORGOTTEN]), Mail.ended_at <= until
    )
    mails = list(db.session.scalars(query.order_by(Mail.id).limit(BATCH)))
    for mail in mails:
        for attempt in mail.attempts:  # a server that refuses says whom
            attempt.reply = attempt.reply.replace(mail.address, FORGOTTEN)
        mail.address = FORGOTTEN
    db.session.flush()
    return len(mails)


def _forget_messages(until: datetime) -> int:
    query = select(Message).where(
        Message.account_id.is_(None), Message.address != CHANNEL,
        ~Message.address.startswith(FORGOTTEN), Message.created_at <= until,
        Message.state != MessageState.WAITING,
    )  # fmt: skip
    messages = list(db.session.scalars(query.order_by(Message.id).limit(BATCH)))
    for message in messages:
        message.address = f"{FORGOTTEN}{message.id}"  # no two of one thing and day are alike
    db.session.flush()
    return len(messages)
