"""A form that waits while its person signs in again, and where one goes after signing in."""

import re
from urllib.parse import urlsplit

from flask import request, url_for

# The fields of a form that waits carry this before their names.
KEPT = "kept:"
# What is never carried: tokens, and passwords under whatever name ("repeated" is a password again).
SECRETS = ("csrf_token", "old_password", "new_password", "repeated", "password")

Fields = list[tuple[str, str]]


def list_sent() -> Fields:
    """The fields of the form that was sent without a session, as far as they may be carried."""
    return _leave_out_secrets(list(request.form.items(multi=True)))


def list_kept() -> Fields | None:
    """The fields that the sign-in page carries; None where no form waits."""
    if "resume" not in request.form or not is_from_here():
        return None
    items = request.form.items(multi=True)
    return _leave_out_secrets(
        [(name.removeprefix(KEPT), value) for name, value in items if name.startswith(KEPT)]
    )


def _leave_out_secrets(fields: Fields) -> Fields:
    return [(name, value) for name, value in fields if name not in SECRETS]


def is_from_here() -> bool:
    """Whether a form was sent by a page of this site.

    A form of another site arrives without the session, as from a visitor; it must not be sent on
    in the name of whoever signs in next. Browsers say where a form comes from; what says nothing
    is no browser into which somebody could be lured.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def safe_next(target: str | None) -> str:
    """Only an address of this site, so that a link cannot lead people elsewhere after signing in."""
    is_ours = target and re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f\x7f]*", target)
    return target if target and is_ours else url_for("home.front_page")
