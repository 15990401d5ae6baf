"""Gathers what waits into one mail for each address, however many processes do so at once."""

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from nanhua_emergency.database import db
from nanhua_emergency.reminders.models import Mail, MailState, Message, MessageState

MOST = 200


def gather_mails(now: datetime) -> int:
    """Put what waits into one mail for each address; gives how many messages found their mail."""
    count = 0
    query = select(Message.address).where(_is_unassigned()).distinct().order_by(Message.address)
    for address in db.session.scalars(query.limit(MOST)).all():
        count += _gather(address, now)
    return count


def _is_unassigned() -> ColumnElement[bool]:
    return Message.mail_id.is_(None) & (Message.state == MessageState.WAITING)


def _gather(address: str, now: datetime) -> int:
    mail = _find_open_mail(address) or _begin_mail(address, now)
    if mail is None:
        return 0
    # Conditional, for another process may have given them to a mail of its own meanwhile.
    taken = update(Message).where(_is_unassigned(), Message.address == address)
    count = int(db.session.execute(taken.values(mail_id=mail.id)).rowcount)  # type: ignore[attr-defined]
    if count == 0 and mail.attempt_count == 0 and not mail.messages:
        db.session.delete(mail)
    if count and mail.next_try_at > now:
        # What is new may not wait hours for a try that the old earned; it has tries of its own.
        mail.next_try_at, mail.attempt_count = now, 0
    db.session.flush()
    return count


def _find_open_mail(address: str) -> Mail | None:
    """A mail that still waits takes more; locked, so that nobody claims it before it has them."""
    query = select(Mail.id).where(
        Mail.address == address, Mail.state == MailState.WAITING, ~Mail.is_maybe_double
    )
    mail_id = db.session.scalar(query.order_by(Mail.id).limit(1).with_for_update())
    mail = db.session.get(Mail, mail_id, populate_existing=True) if mail_id else None
    return mail if mail and mail.state is MailState.WAITING else None


def _begin_mail(address: str, now: datetime) -> Mail | None:
    query = select(Message).where(_is_unassigned(), Message.address == address)
    first = db.session.scalars(query.order_by(Message.id).limit(1)).first()
    if first is None:  # another process was quicker
        return None
    mail = Mail(
        address=address, account_id=first.account_id,
        place_code=first.account.place_code if first.account else first.place_code,
        message_id=f"<{secrets.token_hex(16)}@nanhua-emergency>", created_at=now,
        next_try_at=now, attempt_count=0, is_maybe_double=False, state=MailState.WAITING,
    )  # fmt: skip
    db.session.add(mail)
    db.session.flush()
    return mail
