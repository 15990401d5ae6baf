"""A figure out of what people put into cells: 12, “12 件”, “1,200”."""

import re
from datetime import date
from decimal import Decimal

from nanhua_emergency.registers.sheets.columns import HIGHEST, Column, Kind, Raw
from nanhua_emergency.registers.sheets.wording import as_text, half_width

_FIGURE = re.compile(r"([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\D{0,6}|k?m[23])$")
# A unit is a word; 万 and 亿 would change the figure, signs would make it another statement.
_UNIT = re.compile(r"[㐀-鿿a-z]*[23]?$", re.IGNORECASE)
_MULTIPLE = re.compile(r"[十百千万亿]")
# 1985-03, 1985.3, 1985年3月, 198503, with a day or without: of a birthday only the year is kept.
_DAY_OF_YEAR = re.compile(r"(\d{4})(?:[-/.年]\d{1,2}月?(?:[-/.]?\d{1,2}日?)?|\d{2}|\d{4})$")
# More digits than this are lost in Excel.
_DIGITS = 15


def read_amount(column: Column, raw: Raw) -> int | Decimal | str:
    """The figure, or what is wrong with it."""
    if isinstance(raw, bool):
        return "要填数字，例如 12"
    number = _parse(_year_of(raw) if _asks_for_year(column) else half_width(as_text(raw)))
    if isinstance(number, str):
        return number
    if column.kind is Kind.WHOLE and number != number.to_integral_value():
        return f"“{number}”不是整数，请填整数"
    wrong = _outside(column, number)
    if wrong:
        return wrong
    return int(number) if column.kind is Kind.WHOLE else number


def _asks_for_year(column: Column) -> bool:
    return column.kind is Kind.WHOLE and (column.low or 0) >= 1900 and (column.high or 0) <= 2200


def _year_of(raw: Raw) -> str:
    if isinstance(raw, date):
        return str(raw.year)
    text = half_width(as_text(raw))
    found = _DAY_OF_YEAR.match(text)
    return found[1] if found else text


def has_unit(raw: Raw) -> bool:
    """Whether a word after the figure was passed over."""
    found = isinstance(raw, str) and _FIGURE.match(half_width(raw))
    return bool(found and found[4])


def _parse(text: str) -> Decimal | str:
    found = _FIGURE.match(text)
    if not found or not _UNIT.match(found[4]):
        return f"“{text[:20]}”不是数字，请只填数字，例如 12"
    if _MULTIPLE.match(found[4]):
        return f"“{text[:20]}”请写成完整的数字，例如 1.2 万写成 12000"
    sign, whole, part = (
        found[1],
        found[2].replace(",", ""),
        (found[3] or "").rstrip("0").rstrip("."),
    )
    if len((whole + part).replace(".", "").lstrip("0")) > _DIGITS:
        return f"“{text[:20]}”的位数太多，请核对"
    return Decimal(sign + whole + part)


def _outside(column: Column, number: Decimal) -> str:
    low = 0 if column.low is None else column.low
    high = HIGHEST if column.high is None else column.high
    if number < low:
        return f"“{number:f}”太小，不能小于 {low}"
    if number > high:
        return f"“{number:f}”太大，不能大于 {high}，请核对"
    return ""
