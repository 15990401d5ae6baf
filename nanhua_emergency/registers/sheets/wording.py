"""Text of a cell without what cannot be seen, and the forms in which it is compared."""

import re
import unicodedata
from functools import lru_cache

from nanhua_emergency.registers.sheets.columns import Raw

# Zero-width spaces, marks of direction, soft hyphens: they come with pasting and are never meant.
# The zero-width joiner stays, for emojis are made of it.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# What neither XML nor a database keeps.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = "[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_SPACE = re.compile(_SPACES)
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
# Text of these signs only is tidy already; nearly all is, and looking costs less than mending.
_TIDY = re.compile("[ -~\n\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e×]*")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def tidy_text(text: str) -> str:
    """The text with plain spaces and line ends, without unseen characters or outer blanks."""
    if _TIDY.fullmatch(text):
        return text.strip()
    text = _SPACE.sub(" ", _LINE_END.sub("\n", text))
    return _CONTROL.sub("", _UNSEEN.sub("", text)).strip()


def one_line(text: str) -> str:
    """The tidied text with its line breaks made spaces."""
    return re.sub(r" *\n+ *", " ", tidy_text(text))


def as_text(raw: Raw) -> str:
    """A cell as its reader sees it: 12 for 12.0, 是 for a ticked TRUE."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return plain_number(raw)
    return str(raw)


def plain_number(number: float) -> str:
    """The figure as Excel keeps it: at most 15 digits, never with an exponent."""
    if number.is_integer():
        return str(int(number))
    text = f"{number:.15g}"
    return f"{number:.15f}".rstrip("0") if "e" in text else text


@lru_cache(maxsize=4096)
def half_width(text: str) -> str:
    """The tidied text with full-width digits and letters made plain, without any space."""
    tidy = tidy_text(text)
    folded = tidy if tidy.isascii() else unicodedata.normalize("NFKC", tidy)
    return "".join(folded.split())


def normal_heading(text: str) -> str:
    """A heading as it is compared: without spaces, line breaks, stars, colons and case."""
    return half_width(text).strip("*:：、.").lower()


def bare_heading(text: str) -> str:
    """The compared heading without what stands in brackets: its unit, a hint."""
    normal = normal_heading(text)
    return _BRACKETS.sub("", normal).strip("*:：、.") or normal
