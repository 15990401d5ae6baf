"""A calendar day out of what people put into cells."""

import re
from datetime import date, datetime, timedelta

from nanhua_emergency.registers.sheets.columns import Raw
from nanhua_emergency.registers.sheets.wording import as_text, half_width

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
# Excel counts days from here (it believes in 29 February 1900, hence not the 31st).
_ZERO = date(1899, 12, 30)
_WHOLE_DAY = re.compile(
    r"(\d{4})([-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_ONLY_MONTH = re.compile(r"\d{4}([-/.年])\d{1,2}月?$")
_NO_YEAR = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?$")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?$")

HOW = "请写成 2026-05-12 这样"


def read_day(raw: Raw) -> date | str:
    """The day, or what is wrong with it."""
    if isinstance(raw, datetime):
        return _within(raw.date())
    if isinstance(raw, date):
        return _within(raw)
    text = half_width(as_text(raw))
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and 1 <= raw < 110_000:
        return _within(_ZERO + timedelta(days=int(raw)))
    return _read_text(text)


def _read_text(text: str) -> date | str:
    found = _WHOLE_DAY.match(text)
    if found:
        return _make(found[1], found[3], found[4], text)
    found = _DIGITS.match(text)
    if found:
        return _make(found[1], found[2], found[3], text)
    if _ONLY_MONTH.match(text):
        return f"“{text}”只写到月，请写到日，例如 2026-05-12"
    if _NO_YEAR.match(text):
        return f"“{text}”没有写年份，{HOW}"
    if _SHORT_YEAR.match(text):
        return f"“{text}”的年份请写四位，例如 2026-05-12"
    return f"“{text[:20]}”不是日期，{HOW}"


def _make(year: str, month: str, day: str, text: str) -> date | str:
    try:
        return _within(date(int(year), int(month), int(day)))
    except ValueError:
        return f"“{text[:20]}”这一天不存在，请核对月份和日子"


def _within(day: date) -> date | str:
    if FIRST <= day <= LAST:
        return day
    return f"“{day.isoformat()}”的年份不对，请核对"
