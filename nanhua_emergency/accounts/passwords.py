"""Passwords: how they are kept, checked, made up and judged."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nanhua_emergency.errors import RuleBroken

# Argon2id, 19 MiB and two passes: the least that OWASP's Password Storage Cheat Sheet allows,
# chosen because township machines are small and several people sign in at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))

SHORTEST = 10
LONGEST = 200
# Easy to read out on the telephone: no 0/o, 1/l/i.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_TOO_COMMON = ("12345", "password", "qwerty", "abc123", "nanhua", "888888", "666666", "111111")


def hash_password(password: str) -> str:
    """The Argon2id hash under which a password is kept."""
    return _HASHER.hash(password)


def is_right_password(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one kept; takes as long when there is no such account."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def make_password() -> str:
    """A first password of three groups of four, about 59 bits, easy to read out."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def check_password(password: str, *, sign_in: str) -> None:
    """Refuse a password that is short, common, or the sign-in itself."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise RuleBroken("密码应为 %(least)s 至 %(most)s 位", least=SHORTEST, most=LONGEST,
                         field="new_password")  # fmt: skip
    plain = password.lower()
    if sign_in.lower() in plain or plain in sign_in.lower():
        raise RuleBroken("密码里不要含有登录名", field="new_password")
    if len(set(plain)) < 5 or any(word in plain for word in _TOO_COMMON):
        raise RuleBroken("这个密码太常见，容易被猜到，请换一个", field="new_password")
