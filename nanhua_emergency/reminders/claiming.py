"""Claims mails, so that one process alone sends each: for a time, after which its sender is dead."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, case, select, update

from nanhua_emergency.database import db
from nanhua_emergency.reminders.models import Mail, MailState

# Longer than any try to send may take; after it the sender is taken for dead.
LEASE = timedelta(minutes=10)
# How long to wait after each try that failed; after the last one the mail is given up.
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))


@dataclass(frozen=True)
class Claimed:
    """A mail that this process alone may send now; `was_maybe_double` is what it was before."""

    mail_id: int
    claim: str
    was_maybe_double: bool


def claim_mails(now: datetime, most: int) -> list[Claimed]:
    """Claim the next mails that are due; the caller commits before any of them goes out.

    What a dead sender left is claimed alone: if it was that mail it died of, it takes no other along.
    """
    query = select(Mail.id, Mail.is_maybe_double, Mail.state).where(_is_due(now))
    query = query.order_by(Mail.next_try_at, Mail.id).limit(most)
    found = db.session.execute(query.with_for_update(skip_locked=True)).all()
    due = [row for row in found if row.state is MailState.SENDING][:1] or found
    claim = secrets.token_hex(16)
    # The one statement that keeps two processes apart: only one of them changes a row.
    taken = (
        update(Mail)
        .where(Mail.id.in_([mail_id for mail_id, _was, _state in due]), _is_due(now))
        .values(
            state=MailState.SENDING, claim=claim, next_try_at=now + LEASE,
            attempt_count=Mail.attempt_count + 1,
            is_maybe_double=case(
                (Mail.state == MailState.SENDING, True), else_=Mail.is_maybe_double
            ),
        )
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    ours = set(db.session.scalars(taken)) if due else set()
    return [
        Claimed(mail_id, claim, was_double)
        for mail_id, was_double, _state in due
        if mail_id in ours
    ]


def put_back(claimed: Claimed, now: datetime) -> None:
    """A claimed mail that was not handed over waits as it did before."""
    db.session.execute(still_ours([claimed]).values(
        state=MailState.WAITING, next_try_at=now, claim="", attempt_count=Mail.attempt_count - 1,
        is_maybe_double=claimed.was_maybe_double,
    ))  # fmt: skip


def end(claims: Collection[Claimed], state: MailState, now: datetime) -> None:
    """Close mails, but for those whose claim has passed to somebody else."""
    db.session.execute(still_ours(claims).values(state=state, ended_at=now, claim=""))


def still_ours(claims: Collection[Claimed]) -> Update:
    """A change of these mails, but for those whose claim has passed to somebody else."""
    return update(Mail).where(
        Mail.id.in_([one.mail_id for one in claims]), Mail.claim.in_({one.claim for one in claims})
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A moment farther ahead than any wait was set before the clock was put back.
    is_beyond = Mail.next_try_at > now + BACKOFF[-1]
    is_open = Mail.state.in_((MailState.WAITING, MailState.SENDING))
    return is_open & ((Mail.next_try_at <= now) | is_beyond)
