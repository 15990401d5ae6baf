"""Show a mail with every attempt, and resend it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conftest import Browse
from factories import Cast, count_rows, form_of, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.reminders.models import Attempt, Mail, MailState, Message, MessageState
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from reminder_factories import a_mail

BUSY = Reply(ReplyKind.LATER, 451, "4.3.0 Try <b>again</b> later")


def a_failed_mail(cast: Cast, state: MailState = MailState.GIVEN_UP) -> int:
    """A mail that the server refused twice; gives its key."""
    mail = a_mail(cast.village, state=state, reply=BUSY, attempt_count=7,
                  next_try_at=clock.now() + timedelta(hours=3))  # fmt: skip
    db.session.add(Attempt(mail_id=mail.id, at=clock.now(), kind=ReplyKind.BROKEN, code=None,
                           reply="找不到邮件服务器"))  # fmt: skip
    db.session.commit()
    return mail.id


def test_it_shows_every_attempt_in_the_servers_words(cast: Cast, browse: Browse) -> None:
    page = browse(cast.leader).get(f"/reminders/mails/{a_failed_mail(cast)}")
    rows = [row.get_text(" ", strip=True) for row in page.html.select("table")[1].select("tr")[1:]]
    assert "服务器要求稍后再试 451 4.3.0 Try <b>again</b> later" in rows[0]
    assert "没有连上或中断 — 找不到邮件服务器" in rows[1]
    assert "整改到期" in page.text
    assert "马上重发" not in page.text


def test_it_shows_what_was_dropped_and_why(cast: Cast, browse: Browse) -> None:
    mail = a_mail(cast.village)
    told = db.session.scalars(select(Message)).one()
    told.state, told.reason = MessageState.DROPPED, "事情已办、改期、取消或已过"
    db.session.commit()
    page = browse(cast.office).get(f"/reminders/mails/{mail.id}")
    assert "不用再告知：事情已办、改期、取消或已过" in page.text


def test_it_is_sent_again_as_soon_as_possible(cast: Cast, browse: Browse) -> None:
    mail_id = a_failed_mail(cast)
    page = form_of(browse(cast.office).get(f"/reminders/mails/{mail_id}")).submit(status=302)
    assert "已排上，下一轮就发" in page.follow().text
    assert stored(Mail.state, mail_id) is MailState.WAITING
    assert stored(Mail.attempt_count, mail_id) == 0
    assert stored(Mail.next_try_at, mail_id) <= clock.now()
    db.session.rollback()
    assert db.session.scalars(select(Message.state)).one() is MessageState.WAITING
    assert "mail.resent" in set(db.session.scalars(select(ActivityEntry.action)))


def test_it_does_not_wait_for_the_next_try(cast: Cast, browse: Browse) -> None:
    mail_id = a_failed_mail(cast, MailState.WAITING)
    page = browse(cast.admin).get(f"/reminders/mails/{mail_id}")
    assert "不等了，马上发" in page.text
    form_of(page).submit(status=302)
    assert stored(Mail.next_try_at, mail_id) <= clock.now()


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SENDING, MailState.DROPPED])
def test_it_refuses_what_has_arrived_or_is_on_its_way(
    state: MailState, cast: Cast, browse: Browse
) -> None:
    mail_id = a_failed_mail(cast)
    form = form_of(browse(cast.office).get(f"/reminders/mails/{mail_id}"))
    db.session.get_one(Mail, mail_id).state = state
    db.session.commit()
    assert "不用重发" in form.submit(status=409).text
    assert stored(Mail.state, mail_id) is state
    assert count_rows(ActivityEntry) == {"activity_entry": 0}
    assert "resend" not in browse(cast.office).get(f"/reminders/mails/{mail_id}").text


def test_it_is_not_for_leaders_nor_villages(cast: Cast, browse: Browse) -> None:
    mail_id = a_failed_mail(cast)
    for person in (cast.leader, cast.village, cast.legal):
        browse(person).post(f"/reminders/mails/{mail_id}/resend", status=403)
    assert stored(Mail.state, mail_id) is MailState.GIVEN_UP
