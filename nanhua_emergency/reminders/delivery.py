"""Delivers what waits: claims one mail, sends it outside the transaction, keeps the server's reply."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.database import db
from nanhua_emergency.mail_address import AddressWrong
from nanhua_emergency.reminders.claiming import (
    BACKOFF,
    Claimed,
    claim_mails,
    end,
    put_back,
    still_ours,
)
from nanhua_emergency.reminders.desk import Desk
from nanhua_emergency.reminders.drill_letters import find_links
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
from nanhua_emergency.reminders.still_due import StillDue, find_still_due

# A server that cannot be reached is tried after the first four of these waits, then hourly,
MOST_BROKEN = 4
# for as long as this after the newest thing to tell.
PATIENCE = timedelta(days=3)

# Of a mail whose sender died at the last of as many tries as it has.
DEADLY = Reply(ReplyKind.UNSURE, None, "试到最后一次，发送时程序还是中断，不再发送")

log = logging.getLogger(__name__)

Send = Callable[[Letter], Reply]


class Stopped(Exception):  # noqa: N818  a request, not an error
    """Said by whoever sends: it is no use to hand over more for now."""


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
    letters = _prepare(claim_mails(now, most), now, desk)
    db.session.commit()  # the claims are kept, and nothing is locked while the server is talked to
    waiting = [letter for letter in letters if letter.words is not None]
    replies = list(zip(waiting, _send_all(waiting, send), strict=True))
    if done := [(letter, reply) for letter, reply in replies if reply is not None]:
        _keep_replies(done, now)
    back = [letter for letter, reply in replies if reply is None]
    for letter in back:
        put_back(letter.claimed, now)
    db.session.commit()
    return _list_mails([letter for letter in letters if letter not in back])


@dataclass(frozen=True)
class _Letter:
    """A claimed mail and what is to be said in it: words, a reply of our own, or nothing."""

    claimed: Claimed
    told: list[int]
    words: Letter | Reply | None


def _prepare(claims: Sequence[Claimed], now: datetime, desk: Desk) -> list[_Letter]:
    """What is to be said in each mail; what can be asked once for all of them is asked once."""
    mails = {mail.id: mail for mail in _read_mails(claims, selectinload(Mail.messages))}
    waiting = [one for mail in mails.values() for one in mail.messages if one.is_waiting]
    due = find_still_due(waiting, now)
    desk = replace(desk, links=find_links((one for one in waiting if one.id in due), now=now))
    told = {one.mail_id: _drop_what_passed(mails[one.mail_id], due) for one in claims}
    writable = [(mails[key], some) for key, some in told.items() if not _is_deadly(mails[key])]
    words = dict.fromkeys(told, DEADLY) | _write_all(writable, now, desk)
    letters = [
        _Letter(one, [message.id for message in told[one.mail_id]], words[one.mail_id])
        for one in claims
    ]
    for letter in letters:
        mail = mails[letter.claimed.mail_id]
        if isinstance(letter.words, Letter):
            mail.subject = letter.words.subject[:200]
        elif letter.words is None:
            _drop(letter, mail, now)
    return letters


def _is_deadly(mail: Mail) -> bool:
    # The claim now made is counted; a server's reply would have ended it at the one before.
    return mail.attempt_count > len(BACKOFF) + 1


def _read_mails(claims: Iterable[Claimed], *along: ExecutableOption) -> Sequence[Mail]:
    query = select(Mail).where(Mail.id.in_([one.mail_id for one in claims]))
    query = query.options(*along).order_by(Mail.id)
    return db.session.scalars(query, execution_options={"populate_existing": True}).all()


def _list_mails(letters: Sequence[_Letter]) -> list[Mail]:
    """The mails as they stand now, in the order of the letters."""
    found = {mail.id: mail for mail in _read_mails([letter.claimed for letter in letters])}
    return [found[letter.claimed.mail_id] for letter in letters]


def _send_all(letters: Sequence[_Letter], send: Send) -> list[Reply | None]:
    replies: list[Reply | None] = []
    try:
        for letter in letters:
            assert letter.words is not None
            replies.append(_send(letter.words, send))
    except Stopped:
        log.warning("the mail server is not there; %s mails wait", len(letters) - len(replies))
    return [*replies, *[None] * (len(letters) - len(replies))]


def _write_all(
    mails: Sequence[tuple[Mail, list[Message]]], now: datetime, desk: Desk
) -> dict[int, Letter | Reply | None]:
    """The letters by the keys of their mails; where one cannot be written, each by itself."""
    try:
        with db.session.begin_nested():
            return {mail.id: write_letter(mail, told, now=now, desk=desk) for mail, told in mails}
    except Exception:
        log.info("%s mails are written one by one", len(mails))
    return {mail.id: _write(mail, told, now, desk) for mail, told in mails}


def _write(mail: Mail, told: list[Message], now: datetime, desk: Desk) -> Letter | Reply | None:
    """The letter; where it cannot be written, a reply of our own, so that it is seen and kept."""
    try:
        # A savepoint: what the database refused while writing may not undo the claim.
        with db.session.begin_nested():
            return write_letter(mail, told, now=now, desk=desk)
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


def _drop(letter: _Letter, mail: Mail, now: datetime) -> None:
    """End a mail in which nothing is left to tell, perhaps because a slow sender told it after all."""
    _set_messages(letter.told, MessageState.DROPPED)
    is_told = any(message.state is MessageState.SENT for message in mail.messages)
    end([letter.claimed], MailState.SENT if is_told else MailState.DROPPED, now)


def _drop_what_passed(mail: Mail, due: StillDue) -> list[Message]:
    """The messages that still hold; the others are dropped, with the reason."""
    told = []
    for message in mail.messages:
        message.is_maybe_told = message.is_maybe_told or mail.is_maybe_double
        if message.id in due:
            told.append(message)
        elif message.is_waiting:
            message.state, message.reason = MessageState.DROPPED, "事情已办、改期、取消或已过"
    return told


def _keep_replies(done: Sequence[tuple[_Letter, Reply]], now: datetime) -> None:
    """Keep what the server said to each mail; those that it took are closed together."""
    db.session.execute(insert(Attempt), [
        {"mail_id": letter.claimed.mail_id, "at": now, "kind": reply.kind, "code": reply.code,
         "reply": reply.text}
        for letter, reply in done
    ])  # fmt: skip
    taken = [letter for letter, reply in done if reply.kind is ReplyKind.SENT]
    if taken:
        _set_messages([key for letter in taken for key in letter.told], MessageState.SENT)
        end([letter.claimed for letter in taken], MailState.SENT, now)
        accounts.forget_refusals([one.words.to for one in taken if isinstance(one.words, Letter)])
    for letter, reply in done:
        if reply.kind is not ReplyKind.SENT:
            _keep_failure(letter.claimed, letter.told, reply, now)


def _keep_failure(claimed: Claimed, told: Sequence[int], reply: Reply, now: datetime) -> None:
    mail = db.session.get_one(Mail, claimed.mail_id, populate_existing=True)
    if reply.kind is ReplyKind.REFUSED:
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
    end([claimed], MailState.GIVEN_UP, now)


def _is_enough(mail: Mail, reply: Reply, now: datetime) -> bool:
    if reply.kind is ReplyKind.BROKEN:
        newest = max((one.created_at for one in mail.messages), default=mail.created_at)
        return now - newest > PATIENCE
    return mail.attempt_count > len(BACKOFF)


def _try_again(claimed: Claimed, mail: Mail, reply: Reply, now: datetime) -> None:
    is_broken = reply.kind is ReplyKind.BROKEN
    tries = _count_broken(mail) if is_broken else mail.attempt_count
    db.session.execute(still_ours([claimed]).values(
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
