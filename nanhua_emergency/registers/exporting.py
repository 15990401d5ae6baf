"""Write a register as a file, whole for whoever needs phones and masked for others."""

from collections.abc import Mapping
from datetime import datetime

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import queries
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.exchange import columns_of, write_rows
from nanhua_emergency.registers.privacy import sees_plainly
from nanhua_emergency.registers.sheets.reading import MOST_ROWS
from nanhua_emergency.registers.sheets.writing import write_csv, write_sheet, write_template

MASKED_NOTE = "电话等已遮住一部分"


def export_entries(
    register: Register, *, words: str, filters: Mapping[str, str], is_csv: bool, by: Account,
    now: datetime,
) -> bytes:  # fmt: skip
    """The entries in use of the person's own place that the list shows, as a sheet.

    What a village is only shown of the town's is left out: it could not be imported again.
    """
    is_plain = sees_plainly(by)
    entries = queries.list_entries(
        register, by.place, words=words, filters=filters, is_private_searched=is_plain,
        size=MOST_ROWS,
    )  # fmt: skip
    if len(entries) > MOST_ROWS:
        raise RuleBroken("一次最多导出 %(most)s 条，请先按地方筛选", most=MOST_ROWS)
    rows = write_rows(register, entries, place=by.place, is_plain=is_plain)
    activity.record(
        "register.exported", by, place_code=by.place_code, by=by, now=now,
        summary=f"{register.name}：导出 {len(rows)} 条{'' if is_plain else '（遮住电话）'}",
        register=register.slug, count=len(rows), is_masked=not is_plain,
    )  # fmt: skip
    columns = columns_of(register, by.place)
    if is_csv:
        return write_csv(columns, rows)
    return write_sheet(
        columns, rows, sheet=register.name, at=now, title=f"{by.place.name}{register.name}",
        note="" if is_plain else MASKED_NOTE,
    )  # fmt: skip


def write_template_of(register: Register, *, place: Place, now: datetime) -> bytes:
    """The sheet to fill in, with its headings, hints and an example row."""
    return write_template(columns_of(register, place), sheet=register.name, at=now)
