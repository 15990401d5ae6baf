"""Forget addresses: what was written to a holder without an account loses the address in time."""

from datetime import timedelta

from flask import Flask

from drill_factories import in_china
from factories import Cast
from nanhua_emergency import scheduler
from nanhua_emergency.database import db
from nanhua_emergency.reminders.forgetting import forget_addresses
from nanhua_emergency.reminders.models import Attempt, Mail, MailState, Message, ReplyKind
from register_factories import an_entry
from reminder_factories import LetterBox, tick

HOLDER = "holder@example.com"
MORNING = in_china(2026, 5, 12, 8, 0)
YEAR = timedelta(days=366)


def everything_kept(cast: Cast) -> str:
    """All that is stored of mails, messages and replies, in one text."""
    db.session.expire_all()
    rows = [*db.session.query(Mail), *db.session.query(Message), *db.session.query(Attempt)]
    return repr([[str(getattr(row, "address", "")), getattr(row, "reply", "")] for row in rows])


def test_it_forgets_where_old_mails_went_and_keeps_that_they_did(app: Flask, cast: Cast) -> None:
    an_entry("posts", cast, email=HOLDER)
    an_entry("posts", cast, email=HOLDER, grid_code="G02")
    an_entry("supplies", cast, expires_on="2026-06-11")
    tick(LetterBox(), MORNING)
    [mail] = db.session.query(Mail).filter_by(address=HOLDER)
    db.session.add(Attempt(mail_id=mail.id, at=MORNING, kind=ReplyKind.REFUSED, code=550,
                           reply=f"550 <{HOLDER}> unknown"))  # fmt: skip
    db.session.commit()
    assert forget_addresses(days=365, now=MORNING + timedelta(days=364)) == 0
    assert forget_addresses(days=365, now=MORNING + YEAR) == 3
    assert forget_addresses(days=365, now=MORNING + YEAR) == 0
    db.session.commit()
    assert HOLDER not in everything_kept(cast)
    assert cast.village.email in everything_kept(cast)
    assert mail.state is MailState.SENT
    assert len(mail.messages) == 2


def test_the_timetable_forgets_addresses(app: Flask, cast: Cast) -> None:
    an_entry("posts", cast, email=HOLDER)
    db.session.commit()
    tick(LetterBox(), MORNING - 2 * YEAR)
    assert HOLDER in everything_kept(cast)
    scheduler.forget()
    db.session.commit()
    assert HOLDER not in everything_kept(cast)
