"""Reads and writes what CSV cells are: the encoding, the separator, and cells that look like formulas."""

import codecs
import csv
import io
import re

from nanhua_emergency.registers.sheets.refusals import SheetRefused
from nanhua_emergency.registers.sheets.scanning import (
    MOST_COLUMNS,
    ROWS_AROUND,
    TOO_MANY_ROWS,
    TOO_WIDE,
)
from nanhua_emergency.registers.sheets.table import column_name

# An Excel cell holds no more.
MOST_CHARACTERS = 32_767
# What a spreadsheet program takes for a formula at the start of a CSV cell; an apostrophe before
# it makes it text. Those that are there already get one more, so that reading can take one away.
_RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
_SEPARATORS = ",\t;，"


def guard(text: str) -> str:
    """The text so that no spreadsheet program reads it as a formula."""
    return "'" + text if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def read_delimited(data: bytes, *, most_rows: int) -> list[list[str]]:
    """The rows of a CSV file, empty ones at the end dropped."""
    text = _decode(data)
    lines = text[:100_000].splitlines()[:30]
    separator = max(
        _SEPARATORS, key=lambda one: max((line.count(one) for line in lines), default=0)
    )
    rows: list[list[str]] = []
    empty = 0
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            cells = [unguard(cell) for cell in line]
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                empty += 1
                continue
            rows.extend([] for _ in range(_judge(cells, len(rows) + empty, most_rows) - len(rows)))
            rows.append(cells)
            empty = 0
    except csv.Error as error:
        raise SheetRefused(
            "这个 CSV 文件的引号或换行乱了。请用 Excel 打开，另存为 .xlsx 再导入。"
        ) from error
    return rows


def _judge(cells: list[str], row: int, most_rows: int) -> int:
    if row >= most_rows + ROWS_AROUND:
        raise SheetRefused(TOO_MANY_ROWS, most=most_rows, row=row + 1)
    if len(cells) > MOST_COLUMNS:
        cell = f"{column_name(len(cells) - 1)}{row + 1}"
        raise SheetRefused(TOO_WIDE, cell=cell, most=MOST_COLUMNS)
    if any(len(cell) > MOST_CHARACTERS for cell in cells):
        raise SheetRefused(
            "第 %(row)s 行有一格太长，像是引号没有配对。请用 Excel 打开检查。", row=row + 1
        )
    return row


def _decode(data: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _try(data, encoding) or ""
    for encoding in ("utf-8-sig", "gb18030"):
        text = _try(data, encoding)
        if text is not None and "\0" not in text:
            return text
    raise SheetRefused("读不出这个文件里的文字。请用 Excel 打开，另存为 .xlsx 再导入。")


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
