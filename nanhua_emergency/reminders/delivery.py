"""Delivers what waits: claims one mail, sends it outside the transaction, keeps the server's reply."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select, update

from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.database import db
from nanhua_emergency.mail_address import AddressWrong
from nanhua_emergency.reminders.collecting import is_still_due
from nanhua_emergency.reminders.desk import Desk
from nanhua_emergency.reminders.gathering import gather_mails
from nanhua_emergency.reminders.letters import write_letter
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.models import (
    Attempt,
    Mail,
    MailState,
    Message,
    MessageState,
)
from nanhua_emergency.reminders.replies import Reply, ReplyKind

# Longer than any try to send may take; after it the sender is taken for dead.
LEASE = timedelta(minutes=10)
# How long to wait after each try that failed; after the last one the mail is given up.
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
# A server that cannot be reached is tried after the first four of these waits, then hourly,
MOST_BROKEN = 4
# for as long as this after the newest thing to tell.
PATIENCE = timedelta(days=3)

log = logging.getLogger(__name__)

Send = Callable[[Letter], Reply]


class Stopped(Exception):  # noqa: N818  a request, not an error
    """Said by whoever sends: it is no use to hand over more for now."""


@dataclass(frozen=True)
class Claimed:
    """A mail that this process alone may send now; `was_maybe_double` is what it was before."""

    mail_id: int
    claim: str
    was_maybe_double: bool


def deliver_message(now: datetime, send: Send, desk: Desk) -> Mail | None:
    """Send the next mail that is due and keep the server's reply; None when none is due.

    Commits: the claim before the mail goes out, the reply after it. Whoever dies between the two
    leaves a claim that ends by itself; the mail then goes again under the same Message-ID, marked.
    """
    return next(iter(deliver_messages(now, send, desk, most=1)), None)


def deliver_messages(now: datetime, send: Send, desk: Desk, *, most: int) -> list[Mail]:
    """The same for several mails with two commits for all; gives those that were due.

    Whoever dies meanwhile leaves all of these claims. Where `send` says Stopped, what was not handed
    over goes back, as if it had not been claimed.
    """
    gather_mails(now)
    letters = [_prepare(claimed, now, desk) for claimed in _claim(now, most)]
    db.session.commit()  # the claims are kept, and nothing is locked while the server is talked to
    waiting = [letter for letter in letters if letter.words is not None]
    replies = _send_all(waiting, send)
    for letter, reply in zip(waiting, replies, strict=True):
        if reply is None:
            _put_back(letter.claimed, now)
        else:
            _keep_reply(letter.claimed, letter.told, reply, now)
    db.session.commit()
    handed = {letter.mail.id for letter, reply in zip(waiting, replies, strict=True) if reply}
    return [one.mail for one in letters if one.words is None or one.mail.id in handed]


@dataclass(frozen=True)
class _Letter:
    """A claimed mail and what is to be said in it: words, a reply of our own, or nothing."""

    claimed: Claimed
    mail: Mail
    told: list[int]
    words: Letter | Reply | None


def _prepare(claimed: Claimed, now: datetime, desk: Desk) -> _Letter:
    mail = db.session.get_one(Mail, claimed.mail_id, populate_existing=True)
    told = _drop_what_passed(mail, now)
    words = _write(mail, told, now, desk)
    if isinstance(words, Letter):
        mail.subject = words.subject
    keys = [message.id for message in told]
    if words is None:
        _drop(claimed, mail, keys, now)
    return _Letter(claimed, mail, keys, words)


def _send_all(letters: Sequence[_Letter], send: Send) -> list[Reply | None]:
    replies: list[Reply | None] = []
    try:
        for letter in letters:
            assert letter.words is not None
            replies.append(_send(letter.words, send))
    except Stopped:
        log.warning("the mail server is not there; %s mails wait", len(letters) - len(replies))
    return [*replies, *[None] * (len(letters) - len(replies))]


def _write(mail: Mail, told: list[Message], now: datetime, desk: Desk) -> Letter | Reply | None:
    """The letter; where it cannot be written, a reply of our own, so that it is seen and kept."""
    try:
        # A savepoint: what the database refused while writing may not undo the claim.
        with db.session.begin_nested():
            return write_letter(mail, told, now=now, desk=desk) if told else None
    except AddressWrong as wrong:
        return Reply(ReplyKind.REFUSED, None, str(wrong))
    except Exception as error:
        log.exception("mail %s could not be written", mail.id)
        return Reply(ReplyKind.BROKEN, None, f"写信时出错：{type(error).__name__}")


def _send(letter: Letter | Reply, send: Send) -> Reply:
    """The server's reply; a fault of our own on the way leaves open how far the mail came."""
    if isinstance(letter, Reply):
        return letter
    try:
        return send(letter)
    except Stopped:
        raise
    except Exception as error:
        log.exception("mail %s broke off", letter.message_id)
        return Reply(ReplyKind.UNSURE, None, f"发送时出错：{type(error).__name__}")


def _drop(claimed: Claimed, mail: Mail, told: Sequence[int], now: datetime) -> None:
    """End a mail in which nothing is left to tell, perhaps because a slow sender told it after all."""
    _set_messages(told, MessageState.DROPPED)
    is_told = any(message.state is MessageState.SENT for message in mail.messages)
    _end(claimed, MailState.SENT if is_told else MailState.DROPPED, now)


def _claim(now: datetime, most: int) -> Iterator[Claimed]:
    query = select(Mail.id, Mail.is_maybe_double).where(_is_due(now))
    due = db.session.execute(query.order_by(Mail.next_try_at, Mail.id).limit(most + 9)).all()
    count = 0
    for mail_id, was_double in due:
        claim = secrets.token_hex(16)
        # The one line that keeps two processes apart: only one of them changes the row.
        taken = (
            update(Mail)
            .where(Mail.id == mail_id, _is_due(now))
            .values(
                state=MailState.SENDING, claim=claim, next_try_at=now + LEASE,
                attempt_count=Mail.attempt_count + 1,
                is_maybe_double=case(
                    (Mail.state == MailState.SENDING, True), else_=Mail.is_maybe_double
                ),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if db.session.execute(taken).rowcount == 1:  # type: ignore[attr-defined]
            yield Claimed(mail_id, claim, was_double)
            count += 1
        if count == most:
            return


def _put_back(claimed: Claimed, now: datetime) -> None:
    """A claimed mail that was not handed over waits as it did before."""
    back = update(Mail).where(Mail.id == claimed.mail_id, Mail.claim == claimed.claim)
    db.session.execute(back.values(
        state=MailState.WAITING, next_try_at=now, claim="", attempt_count=Mail.attempt_count - 1,
        is_maybe_double=claimed.was_maybe_double,
    ))  # fmt: skip


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A moment farther ahead than any wait was set before the clock was put back.
    is_beyond = Mail.next_try_at > now + BACKOFF[-1]
    is_waiting = (Mail.state == MailState.WAITING) & ((Mail.next_try_at <= now) | is_beyond)
    is_left = (Mail.state == MailState.SENDING) & ((Mail.next_try_at <= now) | is_beyond)
    return is_waiting | is_left


def _drop_what_passed(mail: Mail, now: datetime) -> list[Message]:
    """The messages that still hold; the others are dropped, with the reason."""
    told = []
    for message in mail.messages:
        message.is_maybe_told = message.is_maybe_told or mail.is_maybe_double
        if message.state is not MessageState.WAITING:
            continue
        if is_still_due(message, now):
            told.append(message)
        else:
            message.state, message.reason = MessageState.DROPPED, "事情已办、改期、取消或已过"
    db.session.flush()
    return told


def _keep_reply(claimed: Claimed, told: Sequence[int], reply: Reply, now: datetime) -> None:
    db.session.add(
        Attempt(mail_id=claimed.mail_id, at=now, kind=reply.kind, code=reply.code, reply=reply.text)
    )
    mail = db.session.get_one(Mail, claimed.mail_id, populate_existing=True)
    if reply.kind is ReplyKind.SENT:
        _set_messages(told, MessageState.SENT)
        _end(claimed, MailState.SENT, now)
        accounts.forget_refusal(mail.address)
    elif reply.kind is ReplyKind.REFUSED:
        _give_up(claimed, told, now)
        accounts.note_refusal(mail.address, reply=reply.text)
    elif _is_enough(mail, reply, now):
        _give_up(claimed, told, now)
    else:
        _try_again(claimed, mail, reply, now)
    if reply.kind is ReplyKind.UNSURE:
        maybe = update(Message).where(Message.id.in_(told)).values(is_maybe_told=True)
        db.session.execute(maybe)


def _set_messages(keys: Sequence[int], state: MessageState) -> None:
    changed = update(Message).where(Message.id.in_(keys))
    if state is not MessageState.SENT:  # whoever was told stays told
        changed = changed.where(Message.state == MessageState.WAITING)
    db.session.execute(changed.values(state=state))


def _give_up(claimed: Claimed, told: Sequence[int], now: datetime) -> None:
    _set_messages(told, MessageState.GIVEN_UP)
    _end(claimed, MailState.GIVEN_UP, now)


def _end(claimed: Claimed, state: MailState, now: datetime) -> None:
    """Close the mail, unless the claim has passed to somebody else."""
    ended = update(Mail).where(Mail.id == claimed.mail_id, Mail.claim == claimed.claim)
    db.session.execute(ended.values(state=state, ended_at=now, claim=""))


def _is_enough(mail: Mail, reply: Reply, now: datetime) -> bool:
    if reply.kind is ReplyKind.BROKEN:
        newest = max((one.created_at for one in mail.messages), default=mail.created_at)
        return now - newest > PATIENCE
    return mail.attempt_count > len(BACKOFF)


def _try_again(claimed: Claimed, mail: Mail, reply: Reply, now: datetime) -> None:
    is_broken = reply.kind is ReplyKind.BROKEN
    tries = _count_broken(mail) if is_broken else mail.attempt_count
    again = update(Mail).where(Mail.id == claimed.mail_id, Mail.claim == claimed.claim)
    db.session.execute(again.values(
        state=MailState.WAITING, next_try_at=now + BACKOFF[min(tries, len(BACKOFF)) - 1], claim="",
        # A server that was not reached has refused nothing: that is no try of the mail.
        attempt_count=Mail.attempt_count - int(is_broken),
        is_maybe_double=Mail.is_maybe_double | (reply.kind is ReplyKind.UNSURE),
    ))  # fmt: skip


def _count_broken(mail: Mail) -> int:
    """How many tries in a row found no server, as many as there are waits up to an hour."""
    query = select(Attempt.kind).where(Attempt.mail_id == mail.id).order_by(Attempt.id.desc())
    kinds = db.session.scalars(query.limit(MOST_BROKEN)).all()
    return next((n for n, kind in enumerate(kinds) if kind is not ReplyKind.BROKEN), len(kinds))


def count_attempts(*, since: datetime, until: datetime) -> int:
    """How many tries were made in a time; small mail providers count them too.

    The end matters when the clock is put back: what it says was tried later than now is no haste.
    """
    query = select(func.count()).select_from(Attempt).where(Attempt.at > since, Attempt.at <= until)
    return db.session.scalar(query) or 0
