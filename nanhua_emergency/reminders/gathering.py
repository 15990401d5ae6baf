"""Gathers what waits into one mail for each address, however many processes do so at once."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select, update

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.reminders.models import Mail, MailState, Message, MessageState

MOST = 200


def gather_mails(now: datetime) -> int:
    """Put what waits into one mail for each address; gives how many messages found their mail."""
    waiting = _list_unassigned()
    if not waiting:
        return 0
    mails = _find_open_mails({one.address for one in waiting})
    for message in waiting:
        mail = mails.get(message.address)
        if mail is None:
            mail = mails[message.address] = _begin_mail(message, now)
        elif mail.next_try_at > now:
            # What is new may not wait hours for a try that the old earned; it has tries of its own.
            mail.next_try_at, mail.attempt_count = now, 0
    db.session.flush()
    found = [{"id": one.id, "mail_id": mails[one.address].id} for one in waiting]
    db.session.execute(update(Message), found)
    return len(found)


def _list_unassigned() -> Sequence[Row[int, str, int | None, str]]:
    """Locked: what another process is gathering just now is left to it."""
    addresses = select(Message.address).where(_is_unassigned()).distinct()
    query = select(
        Message.id, Message.address, Message.account_id,
        func.coalesce(Account.place_code, Message.place_code).label("place_code"),
    ).outerjoin(Account, Account.id == Message.account_id)  # fmt: skip
    query = query.where(
        _is_unassigned(), Message.address.in_(addresses.order_by(Message.address).limit(MOST))
    )
    query = query.order_by(Message.id).with_for_update(of=Message, skip_locked=True)
    return db.session.execute(query).all()


def _is_unassigned() -> ColumnElement[bool]:
    return Message.mail_id.is_(None) & (Message.state == MessageState.WAITING)


def _find_open_mails(addresses: Collection[str]) -> dict[str, Mail]:
    """Mails that still wait take more; locked, so that nobody claims them before they have them."""
    query = select(Mail).where(
        Mail.address.in_(addresses), Mail.state == MailState.WAITING, ~Mail.is_maybe_double
    )
    query = query.order_by(Mail.id.desc()).with_for_update(of=Mail)
    found = db.session.scalars(query, execution_options={"populate_existing": True})
    return {mail.address: mail for mail in found}


def _begin_mail(first: Row[int, str, int | None, str], now: datetime) -> Mail:
    mail = Mail(
        address=first.address, account_id=first.account_id, place_code=first.place_code,
        message_id=f"<{secrets.token_hex(16)}@nanhua-emergency>", created_at=now,
        next_try_at=now, attempt_count=0, is_maybe_double=False, state=MailState.WAITING,
    )  # fmt: skip
    db.session.add(mail)
    return mail
