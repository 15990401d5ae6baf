"""Find mails, count what did not arrive, and list who was told of a drill."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.queries import is_account
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.errors import NotFound
from nanhua_emergency.places.models import Place
from nanhua_emergency.reminders.kinds import TOLD
from nanhua_emergency.reminders.models import Mail, MailState, Message

PAGE = 50
# How long a mail that was given up stays on the front page, and what the list calls late.
LATELY = timedelta(days=14)
# A drill has a handful of readers and at most six reminders for each date.
MOST_TOLD = 500


def get_mail(mail_id: int, *, seen_by: Account) -> Mail:
    """A mail to somebody within the person's place; NotFound for any other."""
    mail = db.session.get(Mail, mail_id)
    if mail is None or not seen_by.place.contains(mail.place_code):
        raise NotFound("没有这封邮件")
    return mail


def list_mails(
    place: Place, *, state: str = "", words: str = "", since: datetime | None = None, page: int = 1
) -> list[Mail]:
    """One page, and one more, of the mails to people within a place, newest first."""
    query = select(Mail).where(*_is_of(place, since))
    if state in set(MailState):
        query = query.where(Mail.state == MailState(state))
    if words:
        query = query.where(
            Mail.address.contains(words, autoescape=True)
            | Mail.subject.contains(words, autoescape=True)
            | Mail.account.has(Account.name.contains(words, autoescape=True))
        )
    query = query.options(selectinload(Mail.attempts)).order_by(Mail.id.desc())
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def count_mails(place: Place, *, since: datetime | None = None) -> dict[MailState, int]:
    """How many mails of a place stand in each state."""
    query = select(Mail.state, func.count()).where(*_is_of(place, since)).group_by(Mail.state)
    counts = {state: count for state, count in db.session.execute(query)}
    return {state: counts.get(state, 0) for state in MailState}


def count_undelivered(place: Place, *, now: datetime) -> int:
    """Mails of the last fortnight that were given up."""
    given_up = Mail.state == MailState.GIVEN_UP
    query = select(func.count()).where(*_is_of(place, now - LATELY), given_up)
    return db.session.scalar(query) or 0


def _is_of(place: Place, since: datetime | None) -> list[ColumnElement[bool]]:
    is_within = place.covers(Mail.place_code)
    return [is_within] if since is None else [is_within, Mail.created_at > since]


def list_told(drill: Drill) -> list[Message]:
    """What was or will be told of a drill's date, with its mails and their replies, in order."""
    query = (
        select(Message)
        .where(Message.kind.in_(TOLD), Message.thing_id == drill.id)
        .options(joinedload(Message.mail).selectinload(Mail.attempts))
        .order_by(Message.id)
    )
    return list(db.session.scalars(query.limit(MOST_TOLD)))


def list_readers(drill: Drill) -> list[Account]:
    """Whom reminders of a drill are for: the head of its village and its organiser."""
    is_head = (Account.role == Role.VILLAGE) & (Account.place_code == drill.place_code)
    query = select(Account).where(Account.is_active, or_(is_head, is_account(drill.organiser_id)))
    return list(db.session.scalars(query.order_by(Account.name, Account.id).limit(MOST_TOLD)))
