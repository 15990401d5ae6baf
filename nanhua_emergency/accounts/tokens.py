"""The secret that a browser shows to stay signed in, and the hash under which we know it."""

import hashlib
import secrets


def make_token() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored instead of the secret, so that a stolen database signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()
