"""What was typed or stands in a cell becomes a value, or a message that says what is wrong."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.columns import FIRST_DAY, LAST_DAY
from nanhua_emergency.registers.declaring import NO, YES, Field, Kind
from nanhua_emergency.registers.sheets.phones import read_phone
from nanhua_emergency.registers.sheets.wording import tidy_text

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0{1,2}:00(?::00)?)?")
_WHOLE = re.compile(r"[+-]?\d{1,15}(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,12})?")
_PHONE = re.compile(r"[+(]?[0-9](?:[0-9 ()-]*[0-9])?")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")
_YES = {YES, "有", "y", "yes", "true", "1", "√"}
_NO = {NO, "无", "没有", "n", "no", "false", "0", "×"}


class Unreadable(RuleBroken):
    """What was typed does not say what the field asks for; the text says what it should be."""


def read_value(field: Field, raw: Any) -> Any:
    """The value of a field out of text, or of a cell; Unreadable with a message.

    Entries and accounts are not looked up here: their names or keys come back as they are.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if field.is_required:
            raise Unreadable("请填%(heading)s", heading=field.heading)
        return field.nothing
    return _READERS[field.kind](field, raw)


def _plain(raw: Any) -> str:
    """Text without spaces around it and with half-width digits, as keyboards and sheets vary."""
    return unicodedata.normalize("NFKC", _as_text(raw)).strip()


def _as_text(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))  # a sheet keeps 13900000000 as a number
    return raw.date().isoformat() if isinstance(raw, datetime) else str(raw)


def _read_text(field: Field, raw: Any) -> str:
    _refuse_broken(_as_text(raw))
    said = tidy_text(_as_text(raw))  # as a sheet brings it back, or each import would change it
    if field.kind is Kind.TEXT:
        said = " ".join(said.split())
    if len(said) > field.longest:
        raise Unreadable(
            "最多 %(most)s 个字，现有 %(count)s 个", most=field.longest, count=len(said)
        )
    return said


def _refuse_broken(said: str) -> None:
    """Refuse bytes that were no UTF-8, and control characters such as NUL."""
    if "\ufffd" in said or any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in said):
        raise Unreadable("有无法识别的字符，请重新输入")


def _read_whole(field: Field, raw: Any) -> int:
    said = _plain(raw)
    if not _WHOLE.fullmatch(said) or not field.low <= int(float(said)) <= field.high:
        raise Unreadable("应为 %(low)s 至 %(high)s 的整数", low=field.low, high=field.high)
    return int(float(said))


def _read_decimal(field: Field, raw: Any) -> float:
    said = _plain(raw)
    if not _DECIMAL.fullmatch(said) or not field.low <= float(said) <= field.high:
        raise Unreadable("应为 %(low)s 至 %(high)s 的数", low=field.low, high=field.high)
    return float(said)


def _read_day(_field: Field, raw: Any) -> date:
    if isinstance(raw, date):
        found = raw.date() if isinstance(raw, datetime) else raw
    else:
        match = _DAY.fullmatch(_plain(raw))
        try:
            found = date(*(int(part) for part in match.groups())) if match else date.min
        except ValueError:
            raise Unreadable("没有这一天，请核对月和日") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Unreadable("请填日期，例如 2026-05-12")
    return found


def _read_yes_no(_field: Field, raw: Any) -> bool:
    said = _plain(raw).lower()
    if said in _YES or said in _NO:
        return said in _YES
    raise Unreadable("请填“是”或“否”")


def _read_choice(field: Field, raw: Any) -> Any:
    said = _plain(raw)
    assert field.words is not None
    close = [word for word in field.words if word.value == said]
    # 镇 for 镇级, A for A角: as towns write it in their own sheets.
    close = close or [word for word in field.words if word.value.startswith(said)]
    if len(close) != 1:
        raise Unreadable("应为：%(words)s", words="、".join(field.options))
    return close[0]


def _read_phone(_field: Field, raw: Any) -> str:
    said = re.sub(r"[‐‑–—－]", "-", _plain(raw))
    digits = re.sub(r"\D", "", said)
    if not _PHONE.fullmatch(said) or not 3 <= len(digits) <= 16:
        raise Unreadable("电话只填一个号码，只用数字，例如 13900000000 或 0936-0000000")
    if re.fullmatch(r"1[3-9]\d*", digits) and len(digits) != 11:
        raise Unreadable("手机号应为 11 位，现有 %(count)s 位", count=len(digits))
    number = read_phone(said)
    if number is None:
        raise Unreadable("这不是电话号码，请填手机号，或“区号-号码”，例如 0936-6000000")
    return number


def _read_email(field: Field, raw: Any) -> str:
    said = _plain(raw)
    if len(said) > field.longest or not _EMAIL.fullmatch(said):
        raise Unreadable("邮箱写得不对，例如 name@example.com")
    return said


def _read_name(_field: Field, raw: Any) -> Any:
    said = raw if isinstance(raw, int) else str(raw).strip()
    _refuse_broken(str(said))
    return said


_READERS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.WHOLE_NUMBER: _read_whole,
    Kind.DECIMAL: _read_decimal,
    Kind.DAY: _read_day,
    Kind.YES_NO: _read_yes_no,
    Kind.CHOICE: _read_choice,
    Kind.PHONE: _read_phone,
    Kind.EMAIL: _read_email,
    Kind.ENTRY: _read_name,
    Kind.ACCOUNT: _read_name,
}
