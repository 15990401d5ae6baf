"""Find accounts and sign-ins."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account, SignInAttempt, SignInSession
from nanhua_emergency.accounts.tokens import hash_token
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound

PAGE = 50


def get_account(account_id: int, *, seen_by: Account) -> Account:
    """An account within the person's place; NotFound for any other."""
    account = db.session.get(Account, account_id)
    if account is None or not seen_by.place.contains(account.place_code):
        raise NotFound("没有这个账号")
    return account


def find_account(sign_in: str) -> Account | None:
    """The account with that sign-in, in whatever case it was typed."""
    return db.session.scalar(select(Account).where(Account.sign_in == sign_in.strip().lower()))


def is_account(key: int | None) -> ColumnElement[bool]:
    """The account of a key; none where there is no key, for which SQLite would read every account."""
    return Account.id == (key or 0)


def list_accounts(
    seen_by: Account, *, role: str = "", words: str = "", page: int = 1
) -> list[Account]:
    """One page, and one more, of the accounts within the person's place, active ones first."""
    query = select(Account).where(seen_by.place.covers(Account.place_code))
    query = _narrowed(query, role, words)
    query = query.order_by(Account.is_active.desc(), Account.place_code, Account.name, Account.id)
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))


def _narrowed(query: Select[Account], role: str, words: str) -> Select[Account]:
    if role:
        query = query.where(Account.role == Role(role))
    if words:
        query = query.where(
            Account.name.contains(words, autoescape=True)
            | Account.sign_in.contains(words.lower(), autoescape=True)
        )
    return query


def has_accounts() -> bool:
    """Whether anybody can sign in at all."""
    return db.session.scalar(select(Account.id).limit(1)) is not None


def find_session(token: str, *, now: datetime) -> SignInSession | None:
    """The open sign-in that a token stands for."""
    query = select(SignInSession).where(SignInSession.token_hash == hash_token(token))
    session = db.session.scalar(query)
    return session if session is not None and session.is_open(now) else None


def list_sessions(account: Account, *, now: datetime) -> list[SignInSession]:
    """Where a person is signed in now, latest first."""
    query = (
        select(SignInSession)
        .where(
            SignInSession.account_id == account.id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(SignInSession.id.desc())
        .limit(100)
    )
    return list(db.session.scalars(query))


def count_attempts(
    *, since: datetime, sign_in: str | None = None, address: str | None = None
) -> int:
    """Failed tries since a moment, by sign-in, by address, or by both."""
    query = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.at > since)
    if sign_in is not None:
        query = query.where(SignInAttempt.sign_in == sign_in)
    if address is not None:
        query = query.where(SignInAttempt.address == address)
    return db.session.scalar(query) or 0
