"""Deliver a message: to a server that takes it, refuses it, drops the line, or never answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from reminders.smtp_server import Manner, Server, serve_mail

from drill_factories import a_drill, at_once, details, in_china
from factories import OTHER_VILLAGE, VILLAGE, Cast, a_plan, an_account, stored
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.reminders import services
from nanhua_emergency.reminders.carriers import Carrier, FileCarrier, open_carrier
from nanhua_emergency.reminders.claiming import BACKOFF, LEASE
from nanhua_emergency.reminders.collecting import CHANNEL, collect_messages
from nanhua_emergency.reminders.delivery import (
    PATIENCE,
    Send,
    count_attempts,
    deliver_message,
    deliver_messages,
)
from nanhua_emergency.reminders.gathering import gather_mails
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.models import Mail, MailState, MessageState
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from nanhua_emergency.reminders.rounds import HANDING_OVER, Counter
from reminder_factories import LetterBox, a_desk, all_mails, all_messages, pause_lists

PLANNED = in_china(2026, 5, 21, 9, 30)
NOW = in_china(2026, 5, 18, 8, 0)
HEAD, OTHER = "mingshui@example.com", "second@example.com"
BUSY = Reply(ReplyKind.LATER, 451, "4.3.0 Try again later")
GONE = Reply(ReplyKind.BROKEN, None, "连不上邮件服务器")
UNSURE = Reply(ReplyKind.UNSURE, None, "邮件服务器中断了连接")
REFUSED = Reply(ReplyKind.REFUSED, 550, "5.1.1 No such user here")


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A drill in three days, of which the head of one village has not been told."""
    pause_lists(cast.village, cast.other_village)
    cast.office.email = cast.other_office.email = ""  # no weekly overview
    drill = a_drill(a_plan(), by=cast.office, planned_at=PLANNED, now=in_china(2026, 4, 1))
    db.session.commit()
    return drill


@pytest.fixture
def second(drill: Drill) -> Account:
    """A second person of the village, at an address of their own."""
    account = an_account("second", Role.VILLAGE, place=VILLAGE)
    pause_lists(account)
    db.session.commit()
    return account


@contextmanager
def open_line(server: Server, *, login: str = "") -> Iterator[Carrier]:
    url = f"smtp://{login}127.0.0.1:{server.port}?from=office@example.org&timeout=1"
    carrier = open_carrier(url, outbox=Path("unused"))
    try:
        yield carrier
    finally:
        carrier.close()


def collect(now: datetime = NOW) -> None:
    collect_messages(now)
    db.session.commit()


def deliver(send: Send, now: datetime = NOW) -> list[str]:
    """Deliver all that is due; gives the addresses in their order."""
    done = []
    while (mail := deliver_message(now, send, a_desk())) is not None:
        done.append(mail.address)
        assert len(done) < 50
    return done


def deliver_by(server: Server, now: datetime = NOW, *, login: str = "") -> list[str]:
    with open_line(server, login=login) as carrier:
        return deliver(carrier.send, now)


def the_mail(address: str = HEAD) -> Mail:
    [mail] = [one for one in all_mails() if one.address == address]
    return mail


def ids_of(server: Server) -> list[str]:
    return [str(parsed(one.data)["Message-ID"]) for one in server.received]


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)  # type: ignore[return-value]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


# What the server says


def test_it_keeps_the_words_of_a_server_that_took_the_mail(drill: Drill) -> None:
    collect()
    with serve_mail() as server:
        assert deliver_by(server) == [HEAD]
    mail = the_mail()
    assert (mail.state, mail.ended_at, mail.claim) == (MailState.SENT, NOW, "")
    assert [m.state for m in mail.messages] == [MessageState.SENT]
    assert [(a.kind, a.code, a.reply) for a in mail.attempts] == [
        (ReplyKind.SENT, 250, "2.0.0 Ok: queued")
    ]
    assert ids_of(server) == [mail.message_id]
    assert mail.subject == parsed(server.received[0].data)["Subject"]


def test_it_gives_up_at_once_on_an_address_that_does_not_exist(drill: Drill, cast: Cast) -> None:
    collect()
    with serve_mail({HEAD: Manner.NO_SUCH_USER}) as server:
        assert deliver_by(server) == [HEAD]
        assert deliver_by(server, NOW + timedelta(days=1)) == []
    mail = the_mail()
    assert (mail.state, mail.messages[0].state) == (MailState.GIVEN_UP, MessageState.GIVEN_UP)
    assert "No such user" in stored(Account.email_refusal, cast.village.id)


def test_it_forgets_a_refusal_once_the_address_takes_mail(drill: Drill, cast: Cast) -> None:
    collect()
    deliver(LetterBox(REFUSED).send)
    assert stored(Account.email_refusal, cast.village.id) == REFUSED.text
    later = NOW + timedelta(days=2)  # the level of one day
    collect(later)
    assert deliver(LetterBox().send, later) == [HEAD]
    assert stored(Account.email_refusal, cast.village.id) == ""


def test_it_waits_longer_after_each_refusal_for_now_and_then_gives_up(drill: Drill) -> None:
    drill.planned_at = NOW + timedelta(days=3, hours=10)
    collect()
    box, now = LetterBox(BUSY), NOW
    for wait in BACKOFF:
        assert deliver(box.send, now) == [HEAD]
        assert (the_mail().state, the_mail().next_try_at) == (MailState.WAITING, now + wait)
        assert deliver(box.send, now + wait - timedelta(seconds=1)) == []
        now += wait
    assert deliver(box.send, now) == [HEAD]
    mail = the_mail()
    assert (mail.state, mail.messages[0].state) == (MailState.GIVEN_UP, MessageState.GIVEN_UP)
    assert [a.reply for a in mail.attempts] == [BUSY.text] * (len(BACKOFF) + 1)
    assert len({one.message_id for one in box.mails}) == 1
    assert not mail.is_maybe_double


@pytest.mark.parametrize("manner", [Manner.DROP_AT_DATA, Manner.DROP_DURING_TEXT])
def test_it_tries_again_when_the_line_dropped_before_the_final_dot(
    drill: Drill, manner: Manner
) -> None:
    collect()
    manners = {HEAD: manner}
    with serve_mail(manners) as server:
        deliver_by(server)
        assert the_mail().state is MailState.WAITING
        manners[HEAD] = Manner.ACCEPT
        deliver_by(server, NOW + BACKOFF[0])
    assert ids_of(server) == [the_mail().message_id]
    if manner is Manner.DROP_AT_DATA:  # of a text that was under way nobody knows how far it came
        assert "可能重复" not in text_of(parsed(server.received[0].data))


def test_it_marks_what_goes_again_when_the_line_dropped_after_the_final_dot(drill: Drill) -> None:
    collect()
    manners = {HEAD: Manner.DROP_AFTER_DOT}
    with serve_mail(manners) as server:
        deliver_by(server)
        mail = the_mail()
        assert (mail.state, mail.is_maybe_double, mail.messages[0].is_maybe_told) == (
            MailState.WAITING, True, True,
        )  # fmt: skip
        manners[HEAD] = Manner.ACCEPT
        deliver_by(server, NOW + BACKOFF[0])
    assert ids_of(server) == [the_mail().message_id] * 2
    marks = ["可能重复" in text_of(parsed(one.data)) for one in server.received]
    assert marks == [False, True]
    assert the_mail().state is MailState.SENT


@pytest.mark.parametrize("manner", [Manner.SILENT, Manner.SILENT_AFTER_DOT])
def test_it_goes_on_when_a_server_never_answers_for_one_address(
    second: Account, manner: Manner
) -> None:
    collect()
    with serve_mail({HEAD: manner}) as server:
        assert deliver_by(server) == [HEAD, OTHER]
    assert the_mail(OTHER).state is MailState.SENT
    assert the_mail().state is MailState.WAITING
    assert "没有回应" in the_mail().attempts[0].reply


def test_it_loses_nothing_while_the_password_is_wrong(drill: Drill, cast: Cast) -> None:
    collect()
    with serve_mail(login=("office", "right")) as server:
        deliver_by(server, login="office:wrong@")
        mail = the_mail()
        assert mail.state is MailState.WAITING
        assert "授权码不对" in mail.attempts[0].reply
        assert stored(Account.email_refusal, cast.village.id) == ""  # not the person's fault
        deliver_by(server, NOW + BACKOFF[0], login="office:right@")
    assert ids_of(server) == [the_mail().message_id]
    assert the_mail().state is MailState.SENT


def test_it_sends_several_mails_over_one_line(second: Account) -> None:
    collect()
    with serve_mail() as server:
        assert deliver_by(server) == [HEAD, OTHER]
    assert (server.lines, [one.line for one in server.received]) == (1, [1, 1])


# A server that is not there


def test_it_tries_hourly_while_there_is_no_server_and_refuses_nothing(drill: Drill) -> None:
    drill.planned_at = NOW + timedelta(days=3, hours=10)
    collect()
    now, waits = NOW, []
    for _ in range(8):
        deliver(LetterBox(GONE).send, now)
        waits.append(the_mail().next_try_at - now)
        now += waits[-1]
    assert [wait.seconds // 60 for wait in waits] == [1, 5, 15, 60, 60, 60, 60, 60]
    deliver(LetterBox(BUSY).send, now)  # it is back, and asks to wait: that was the first try
    assert (the_mail().state, the_mail().next_try_at) == (MailState.WAITING, now + BACKOFF[0])


def test_it_gives_up_when_there_was_no_server_for_days(drill: Drill) -> None:
    drill.planned_at = NOW + PATIENCE + timedelta(hours=9)
    collect()
    deliver(LetterBox(GONE).send)
    deliver(LetterBox(GONE).send, NOW + PATIENCE + timedelta(minutes=1))
    assert the_mail().state is MailState.GIVEN_UP


# Senders


def test_it_goes_back_in_time_when_the_server_is_slow(second: Account, tmp_path: Path) -> None:
    collect()
    counter = Counter(FileCarrier(tmp_path), (), until=clock.now() - timedelta(seconds=1))
    assert deliver_messages(NOW, counter.send, a_desk(), most=10) == []
    assert list(tmp_path.iterdir()) == []
    assert [(mail.state, mail.attempt_count) for mail in all_mails()] == [
        (MailState.WAITING, 0)
    ] * 2
    counter.until = clock.now() + HANDING_OVER
    assert len(deliver_messages(NOW, counter.send, a_desk(), most=10)) == 2


def test_it_is_sent_by_one_of_several_senders(app: Flask, second: Account) -> None:
    collect()
    box = LetterBox()
    at_once(app, *[lambda: deliver(box.send)] * 4)
    assert sorted(to for to, _subject in box.subjects) == [HEAD, OTHER]
    assert [mail.state for mail in all_mails()] == [MailState.SENT] * 2


def test_it_is_gathered_into_one_mail_by_several_senders(app: Flask, second: Account) -> None:
    collect()

    def gather() -> None:
        gather_mails(NOW)
        db.session.commit()

    at_once(app, *[gather] * 4)
    assert sorted(mail.address for mail in all_mails()) == [HEAD, OTHER]
    assert all(message.mail_id is not None for message in all_messages())


class Killed(BaseException):
    """The sender's process is gone."""


def die(_mail: Letter) -> Reply:
    raise Killed


def die_while_sending(now: datetime = NOW) -> None:
    with pytest.raises(Killed):
        deliver_message(now, die, a_desk())
    db.session.rollback()


def test_it_leaves_a_mail_to_the_sender_whose_lease_still_runs(drill: Drill) -> None:
    collect()
    die_while_sending()
    assert deliver(LetterBox().send, NOW + LEASE - timedelta(seconds=1)) == []
    assert the_mail().state is MailState.SENDING


def test_it_sends_again_marked_what_a_dead_sender_left(drill: Drill) -> None:
    collect()
    die_while_sending()
    box = LetterBox()
    assert deliver(box.send, NOW + LEASE) == [HEAD]
    assert box.mails[0].message_id == the_mail().message_id
    assert "可能重复" in box.mails[0].text
    assert (the_mail().state, the_mail().attempt_count) == (MailState.SENT, 2)


def test_what_kills_its_senders_is_given_up_and_takes_no_other_along(
    drill: Drill, second: Account
) -> None:
    collect()
    box, now = LetterBox(), NOW

    def send(mail: Letter) -> Reply:
        box.mails.append(mail)
        if mail.to == OTHER:
            raise Killed
        return box.reply

    for _ in range(20):
        try:
            deliver_messages(now, send, a_desk(), most=10)
        except Killed:
            db.session.rollback()
        now += LEASE
    assert [mail.to for mail in box.mails] == [HEAD, OTHER, HEAD, *[OTHER] * len(BACKOFF)]
    assert the_mail().state is MailState.SENT
    deadly = the_mail(OTHER)
    assert (deadly.state, deadly.attempts[-1].reply) == (
        MailState.GIVEN_UP, "试到最后一次，发送时程序还是中断，不再发送",
    )  # fmt: skip


def test_it_corrects_what_a_dead_sender_may_have_told(drill: Drill, cast: Cast) -> None:
    collect()
    die_while_sending()
    drills.cancel_drill(drill, reason="下雨", by=cast.office, now=NOW)
    box = LetterBox()
    for now in (NOW + LEASE, NOW + LEASE + timedelta(minutes=1)):
        collect(now)
        deliver(box.send, now)
    assert [subject[:6] for _to, subject in box.subjects] == ["【演练】取消"]


def test_it_keeps_what_a_slow_sender_says_after_another_took_over(drill: Drill) -> None:
    collect()
    later, box = NOW + LEASE, LetterBox(BUSY)

    def send_slowly(mail: Letter) -> Reply:
        deliver(box.send, later)  # meanwhile
        return LetterBox().send(mail)

    deliver_message(NOW, send_slowly, a_desk())
    assert [m.state for m in all_messages()] == [MessageState.SENT]
    assert deliver(LetterBox().send, later + BACKOFF[-1]) == [HEAD]  # nothing left to tell
    assert (len(box.mails), the_mail().state) == (1, MailState.SENT)


def test_it_survives_a_fault_on_the_way_to_the_server(second: Account) -> None:
    collect()

    def fail(mail: Letter) -> Reply:
        if mail.to == HEAD:
            raise KeyError("示例")
        return LetterBox().send(mail)

    assert deliver(fail) == [HEAD, OTHER]
    assert (the_mail().state, the_mail().is_maybe_double) == (MailState.WAITING, True)
    assert "KeyError" in the_mail().attempts[0].reply


# Clocks


def test_it_waits_no_longer_than_the_hour_that_the_clock_was_put_back(drill: Drill) -> None:
    collect()
    deliver(LetterBox(BUSY).send)
    back = NOW - timedelta(hours=1)
    assert deliver(LetterBox().send, back) == []
    assert deliver(LetterBox().send, NOW + BACKOFF[0]) == [HEAD]


def test_it_does_not_wait_for_a_moment_set_before_the_clock_was_put_back_days(
    drill: Drill,
) -> None:
    drill.planned_at = NOW + timedelta(days=7)
    collect()
    deliver(LetterBox(BUSY).send)
    assert deliver(LetterBox().send, NOW - timedelta(days=1)) == [HEAD]


def test_it_counts_no_haste_from_before_the_clock_was_put_back(second: Account) -> None:
    collect()
    deliver(LetterBox().send)
    minute = timedelta(minutes=1)
    assert count_attempts(since=NOW - minute, until=NOW) == 2
    assert count_attempts(since=NOW - timedelta(hours=1), until=NOW - minute) == 0


# Letters that cannot be written


@pytest.mark.parametrize(
    "address",
    ["a@example.com\nBcc: x@example.com", "a@b@example.com", "村长@example.com", "a@", "nobody"],
)
def test_it_refuses_a_stored_address_that_is_none_and_goes_on(
    second: Account, cast: Cast, address: str
) -> None:
    cast.village.email = address
    collect()
    with serve_mail() as server:
        assert sorted(deliver_by(server)) == sorted([address, OTHER])
    mail = the_mail(address)
    assert (mail.state, mail.attempts[0].code) == (MailState.GIVEN_UP, None)
    assert mail.attempts[0].reply == stored(Account.email_refusal, cast.village.id) != ""
    assert [one.recipients for one in server.received] == [[OTHER]]


def test_it_goes_on_when_a_letter_cannot_be_written(second: Account) -> None:
    collect()
    seen: list[str] = []

    def address(endpoint: str, **values: object) -> str:
        # Written with others first, and then by itself.
        if endpoint == "reminders.record_by_link" and len(seen) < 2:
            seen.append(endpoint)
            # What the database refuses spoils a whole transaction, if it is let.
            db.session.execute(db.insert(Mail).values(address=None))
        return "http://site.example/"

    box, desk = LetterBox(), replace(a_desk(), address=address)
    while deliver_message(NOW, box.send, desk) is not None:
        pass
    assert [to for to, _subject in box.subjects] == [OTHER]
    mail = the_mail()
    assert (mail.state, mail.next_try_at) == (MailState.WAITING, NOW + BACKOFF[0])
    assert mail.attempts[0].reply == "写信时出错：IntegrityError"
    assert deliver(box.send, NOW + BACKOFF[0]) == [HEAD]
    assert not the_mail().is_maybe_double


# Together and again


def another_drill(cast: Cast) -> None:
    drills.schedule_drills(
        db.session.scalars(db.select(Drill)).one().plan, [cast.village.place],
        details(title="示例第二次演练"), planned_at=PLANNED + timedelta(hours=4), by=cast.office,
        now=NOW,
    )  # fmt: skip


def test_it_takes_along_what_comes_while_a_mail_waits_and_lets_it_wait_no_longer(
    drill: Drill, cast: Cast
) -> None:
    collect()
    now, box = NOW, LetterBox(BUSY)
    for wait in BACKOFF[:5]:
        deliver(box.send, now)
        now += wait
    assert the_mail().next_try_at - BACKOFF[4] < now <= the_mail().next_try_at
    another_drill(cast)
    now -= timedelta(hours=2)
    collect(now)
    assert deliver(box.send, now) == [HEAD]  # at once, and with all its tries before it
    assert (the_mail().attempt_count, len(the_mail().messages)) == (1, 2)
    assert deliver(LetterBox().send, now + BACKOFF[0]) == [HEAD]
    assert {m.state for m in all_messages()} == {MessageState.SENT}


def test_it_puts_what_is_new_into_a_mail_of_its_own_beside_one_that_may_have_arrived(
    drill: Drill, cast: Cast
) -> None:
    collect()
    deliver(LetterBox(UNSURE).send)
    another_drill(cast)
    collect()
    box = LetterBox()
    assert deliver(box.send) == [HEAD]
    assert "可能重复" not in box.mails[0].text
    assert len({mail.message_id for mail in all_mails()}) == 2


def test_it_resends_what_was_given_up(drill: Drill, cast: Cast) -> None:
    collect()
    deliver(LetterBox(REFUSED).send)
    services.resend_mail(the_mail(), by=cast.office, now=NOW)
    db.session.commit()
    box = LetterBox()
    assert deliver(box.send) == [HEAD]
    assert box.mails[0].message_id == the_mail().message_id
    assert (the_mail().state, the_mail().messages[0].state) == (MailState.SENT, MessageState.SENT)
    assert stored(Account.email_refusal, cast.village.id) == ""
    actions = db.session.scalars(db.select(ActivityEntry.action)).all()
    assert "mail.resent" in actions


def test_it_refuses_to_resend_what_is_on_its_way_or_has_arrived(drill: Drill, cast: Cast) -> None:
    collect()
    die_while_sending()
    with pytest.raises(services.NotWaiting):
        services.resend_mail(the_mail(), by=cast.office, now=NOW)
    deliver(LetterBox().send, NOW + LEASE)
    with pytest.raises(services.NotWaiting):
        services.resend_mail(the_mail(), by=cast.office, now=NOW)


def test_it_drops_a_resent_mail_of_a_drill_that_has_begun(drill: Drill, cast: Cast) -> None:
    collect()
    deliver(LetterBox(REFUSED).send)
    services.resend_mail(the_mail(), by=cast.office, now=PLANNED)
    box = LetterBox()
    deliver(box.send, PLANNED + timedelta(minutes=1))
    assert (box.mails, the_mail().state) == ([], MailState.DROPPED)


def test_it_writes_to_the_group_chat_without_any_person(drill: Drill) -> None:
    collect_messages(NOW, has_channel=True)
    box = LetterBox()
    deliver(box.send)
    [mail] = [one for one in box.mails if one.to == CHANNEL]
    assert the_mail(CHANNEL).account_id is None
    assert "record_by_link" not in mail.text


def test_it_writes_to_two_villages_apart(drill: Drill, cast: Cast) -> None:
    a_drill(drill.plan, by=cast.office, place=OTHER_VILLAGE, planned_at=PLANNED)
    collect()
    assert sorted(deliver(LetterBox().send)) == [HEAD, "nancha@example.com"]
