"""_(): text for people, in their language; Chinese is what the code is written in."""

from flask_babel import gettext


def _(message: str, **values: object) -> str:
    """The message in the reader's language, with its values put in."""
    return str(gettext(message, **values))
