"""A phone number out of what people put into cells, a number Excel made of it included."""

import re

from nanhua_emergency.registers.sheets.columns import Raw
from nanhua_emergency.registers.sheets.wording import as_text, half_width

_LETTERS = re.compile(r"[a-z㐀-鿿]", re.IGNORECASE)
# 138****0001, ＊＊＊, and w***@example.com.
_MASKED = re.compile(r"[\d-]*\*{2,}\d*$|[^@]\*{3}@[^@]+$")
_DASHES = re.compile("[‐‑‒–—―−]")
_MOBILE = re.compile(r"1[3-9]\d{9}$")
# Area code and number, with an extension; 400 and 800; short numbers such as 110 and 12345.
_LANDLINE = re.compile(
    r"(?:0\d{2,3}-?\d|[2-9])\d{6,7}(?:-\d{1,6})?$|[48]00-?\d{3}-?\d{4}$|[19]\d{2,5}$"
)


def read_phone(raw: Raw) -> str | None:
    """The number with plain dashes, without +86 and blanks; None where it is not one."""
    text = half_width(as_text(raw))
    text = _DASHES.sub("-", text).replace("(", "").replace(")", "-")
    text = re.sub(r"^(\+|00)86-?", "", text)
    if re.match(r"1[3-9][\d-]+$", text):
        text = text.replace("-", "")
    return text if _MOBILE.match(text) or _LANDLINE.match(text) else None


def is_masked(raw: Raw) -> bool:
    """Whether this is a number or an address that was partly hidden when it was exported."""
    return bool(_MASKED.match(half_width(as_text(raw))))


def judge_phone(raw: Raw) -> str:
    """Why this is not a phone number."""
    text = half_width(as_text(raw))
    if _LETTERS.search(text):
        return f"“{text[:20]}”里有字母或汉字，电话只填号码"
    if re.search(r"[/、,;]", text):
        return f"“{text[:30]}”是几个号码，请只填一个"
    digits = re.sub(r"\D", "", text)
    if digits.startswith("1") and len(digits) > 6:
        return f"“{text[:20]}”是 {len(digits)} 位，手机号应是 11 位"
    return f"“{text[:20]}”不是电话号码，请填手机号，或“区号-号码”"
