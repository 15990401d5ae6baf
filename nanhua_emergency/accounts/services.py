"""What people can do with accounts: sign in and out, add, change, reset, close."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from nanhua_emergency.access import Person, Role
from nanhua_emergency.accounts import passwords
from nanhua_emergency.accounts.models import Account, SignInAttempt, SignInSession
from nanhua_emergency.accounts.queries import count_attempts, find_account
from nanhua_emergency.accounts.tokens import hash_token, make_token
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken, TooOften
from nanhua_emergency.mail_address import check_address
from nanhua_emergency.places.models import Place

WINDOW = timedelta(minutes=15)
# Tries within the window: one device at one account, an account from anywhere, one address.
LIMIT_BOTH, LIMIT_ACCOUNT, LIMIT_ADDRESS = 5, 30, 60


@dataclass(frozen=True)
class SignedIn:
    """A new sign-in, and the token that its browser keeps."""

    session: SignInSession
    token: str


class WrongPassword(RuleBroken):
    """The sign-in or the password is wrong; which of the two is not said."""


def find_throttle(sign_in: str, *, address: str, now: datetime) -> TooOften | None:
    """Why nobody may try this account, or from this address, just now."""
    since, name = now - WINDOW, sign_in.strip().lower()[:40]
    is_too_often = (
        count_attempts(since=since, sign_in=name, address=address) >= LIMIT_BOTH
        or count_attempts(since=since, sign_in=name) >= LIMIT_ACCOUNT
        or count_attempts(since=since, address=address) >= LIMIT_ADDRESS
    )
    message = "密码错了多次，请 %(minutes)s 分钟后再试；忘了密码请找管理员重设"
    return TooOften(message, minutes=WINDOW.seconds // 60) if is_too_often else None


def record_attempt(sign_in: str, *, address: str, now: datetime) -> None:
    """Count a try before its password is looked at, so that no failure goes uncounted."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - 10 * WINDOW))
    name = sign_in.strip().lower()[:40]
    db.session.add(SignInAttempt(sign_in=name, address=address, at=now))
    db.session.flush()


def sign_in(
    name: str, password: str, *, address: str, device: str, now: datetime, days: int
) -> SignedIn:
    """Begin a sign-in that lasts `days`; WrongPassword when name and password do not go together."""
    account = find_account(name)
    kept = account.password_hash if account and account.is_active else None
    if not passwords.is_right_password(kept, password) or account is None:
        raise WrongPassword("登录名或密码不对")
    db.session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.sign_in == account.sign_in, SignInAttempt.address == address
        )
    )
    account.first_signed_in_at = account.first_signed_in_at or now
    return begin_session(account, address=address, device=device, now=now, days=days)


def begin_session(
    account: Account, *, address: str, device: str, now: datetime, days: int
) -> SignedIn:
    """Let somebody in who has proved otherwise, or need not prove, who they are."""
    token = make_token()
    session = SignInSession(
        account=account,
        token_hash=hash_token(token),
        began_at=now,
        expires_at=now + timedelta(days=days),
        address=address,
        device=device[:200],
    )
    db.session.add(session)
    db.session.flush()
    _record("session.began", account, by=account, now=now, summary="登录")
    return SignedIn(session, token)


def end_session(session: SignInSession, *, by: Person, now: datetime) -> None:
    """Sign a device out."""
    session.ended_at = now
    _record("session.ended", session.account, by=by, now=now, summary="退出登录")


def end_all_sessions(account: Account, *, now: datetime, but: SignInSession | None = None) -> None:
    """Sign a person out everywhere, except on one device."""
    query = update(SignInSession).where(
        SignInSession.account_id == account.id, SignInSession.ended_at.is_(None)
    )
    if but is not None:
        query = query.where(SignInSession.id != but.id)
    db.session.execute(query.values(ended_at=now))


def change_password(
    account: Account, *, old_password: str, new_password: str, now: datetime,
    session: SignInSession | None = None,
) -> None:  # fmt: skip
    """Set one's own password; other devices are signed out."""
    if not passwords.is_right_password(account.password_hash, old_password):
        raise RuleBroken("现用密码不对", field="old_password")
    if old_password == new_password:
        raise RuleBroken("新密码不能和现用密码相同", field="new_password")
    passwords.check_password(new_password, sign_in=account.sign_in)
    account.password_hash = passwords.hash_password(new_password)
    account.must_change_password = False
    end_all_sessions(account, now=now, but=session)
    _record("account.password_changed", account, by=account, now=now, summary="修改密码")


def add_account(
    *, sign_in: str, name: str, role: Role, place: Place, password: str, by: Person, now: datetime,
    email: str = "", phone: str = "",
) -> Account:  # fmt: skip
    """Add a person; the password given must be changed at the first sign-in."""
    sign_in = sign_in.strip().lower()
    if find_account(sign_in) is not None:
        raise RuleBroken("登录名“%(sign_in)s”已有人用", sign_in=sign_in, field="sign_in")
    _check_place(role, place)
    _check_email(email)
    account = Account(
        sign_in=sign_in, name=name.strip(), role=role, place=place, place_code=place.code,
        email=email, phone=phone, password_hash=passwords.hash_password(password),
        must_change_password=True, is_active=True, created_at=now,
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    summary = f"新增账号 {account.name}（{account.role_name}，{place.name}）"
    _record("account.added", account, by=by, now=now, summary=summary)
    return account


def change_account(
    account: Account, *, name: str, role: Role, place: Place, email: str, phone: str,
    by: Account, now: datetime,
) -> None:  # fmt: skip
    """Change what is known of a person; nobody takes the admin's role from themselves."""
    _check_place(role, place)
    _check_email(email)
    if account.id == by.id and role != account.role:
        raise RuleBroken("不能改自己的角色，请另一位管理员来改", field="role")
    before = {"name": account.name, "role": account.role, "place": account.place_code}
    account.name, account.role, account.place = name.strip(), role, place
    if email != account.email:
        account.email_refusal = ""
    account.email, account.phone = email, phone
    db.session.flush()
    summary = f"修改账号 {account.name}（{account.role_name}，{place.name}）"
    _record("account.changed", account, by=by, now=now, summary=summary, before=before)


def reset_password(account: Account, *, by: Person, now: datetime) -> str:
    """Give a new first password, to be changed at once, and sign the person out everywhere."""
    password = passwords.make_password()
    account.password_hash = passwords.hash_password(password)
    account.must_change_password = True
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.sign_in == account.sign_in))
    end_all_sessions(account, now=now)
    summary = f"重设 {account.name} 的密码"
    _record("account.password_reset", account, by=by, now=now, summary=summary)
    return password


def close_account(account: Account, *, by: Person, now: datetime) -> None:
    """Stop a person from signing in; what they did stays under their name."""
    if account.id == by.id:
        raise RuleBroken("不能停用自己的账号，请另一位管理员来停用")
    account.is_active = False
    end_all_sessions(account, now=now)
    _record("account.closed", account, by=by, now=now, summary=f"停用账号 {account.name}")


def reopen_account(account: Account, *, by: Person, now: datetime) -> None:
    """Let a person sign in again."""
    account.is_active = True
    _record("account.reopened", account, by=by, now=now, summary=f"恢复账号 {account.name}")


def note_refusal(address: str, *, reply: str) -> None:
    """Keep beside the people of an address that a mail server refused it for good, in its words."""
    refused = update(Account).where(Account.email == address)
    db.session.execute(refused.values(email_refusal=reply or "?"))


def forget_refusals(addresses: Collection[str]) -> None:
    """These addresses take mail again."""
    known = update(Account).where(Account.email.in_(addresses), Account.email_refusal != "")
    db.session.execute(known.values(email_refusal=""))


def _check_email(email: str) -> None:
    if email:
        check_address(email)


def _check_place(role: Role, place: Place) -> None:
    if role is Role.VISITOR:
        raise RuleBroken("请选择角色", field="role")
    if (role is Role.VILLAGE) != place.is_village:
        raise RuleBroken("村（社区）账号要选一个村（社区），其他角色要选镇或县", field="place_code")


def _record(action: str, account: Account, *, by: Person, now: datetime, summary: str,
            **details: object) -> None:  # fmt: skip
    activity.record(
        action, account, place_code=account.place_code, by=by, now=now, summary=summary, **details
    )
