"""What the registers ask of holders by mail: to confirm their posts.

Supplies that expire are an ordinary source (sources.py). Holders are not: most have no account, so
they are written to at the address in the register.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, or_, select

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.registers.freshness import CONFIRM_DAYS
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.reminders.dues import Due
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import Message, MessageState
from nanhua_emergency.reminders.sources import MORNING

# A holder who does not answer is asked again when the link of the last mail has ended.
ASKED_AGAIN = timedelta(days=30)
# To whom a post's mail goes: the address in the register, or else that of the linked account.
ADDRESS = case((Post.email != "", Post.email), (Account.is_active, Account.email), else_="")


def list_unconfirmed(now: datetime) -> list[Due]:
    """Posts whose holders were not asked yet."""
    today = clock.day_of(now - MORNING)
    query = _posts(now).where(~_was_asked(now, today))
    return [
        Due(Kind.POST_UNCONFIRMED, post_id, today.toordinal(), 0, place_code, today, None, address,
            account_id if address == email and is_active else None)
        for post_id, place_code, address, account_id, email, is_active in db.session.execute(query)
    ]  # fmt: skip


def _posts(now: datetime) -> Select[Any]:
    """The posts in use whose holder did not confirm for a quarter or never, and can be written to."""
    last = clock.day_of(now - MORNING) - timedelta(days=CONFIRM_DAYS)
    query = select(
        Post.id, Post.place_code, ADDRESS, Account.id, Account.email, Account.is_active
    ).outerjoin(Account, Account.id == Post.account_id)
    return query.where(
        Post.retired_at.is_(None), Post.holder != "", ADDRESS != "",
        or_(Post.confirmed_on.is_(None), Post.confirmed_on <= last),
    ).order_by(Post.id)  # fmt: skip


def _was_asked(now: datetime, today: date) -> ColumnElement[bool]:
    """Asked at this address within the last weeks; a mail that was dropped asked nobody."""
    is_late = Message.created_at > now - ASKED_AGAIN
    return (
        select(Message.id)
        .where(
            Message.kind == Kind.POST_UNCONFIRMED, Message.thing_id == Post.id,
            Message.address == ADDRESS,
            or_(
                is_late & (Message.state != MessageState.DROPPED),
                Message.date_version == today.toordinal(),  # its key is taken
            ),
        )
        .correlate(Post, Account)
        .exists()
    )  # fmt: skip


def is_unconfirmed_still(message: Message, now: datetime) -> bool:
    """Whether the post still waits for its holder, at the address to which the mail would go."""
    query = _posts(now).where(Post.id == message.thing_id, ADDRESS.in_([message.address]))
    return db.session.execute(query).first() is not None
