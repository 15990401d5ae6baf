"""Builds Excel and CSV files for tests, the nasty ones by hand."""

import io
import struct
import threading
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from webtest import TestApp, TestResponse, Upload
from webtest.forms import Form
from xlsxwriter import Workbook

from factories import form_of
from nanhua_emergency.registers.sheets.columns import Column, Kind
from nanhua_emergency.registers.sheets.ole import make_ole

AT = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
SUPPLIES = (
    Column("name", "名称", is_required=True, most=60, example="编织袋"),
    Column(
        "kind", "类别", Kind.CHOICE, is_required=True, choices=("防汛", "抗旱", "防火", "生活"),
        example="防汛",
    ),
    Column("amount", "数量", Kind.WHOLE, is_required=True, high=1_000_000, example=500,
           aliases=("库存数量", "现有数量")),
    Column("weight", "重量", Kind.DECIMAL, high=10_000, example=Decimal("12.5")),
    Column("keeper", "保管人", aliases=("负责人姓名",), most=20, example="示例王某"),
    Column("phone", "电话", Kind.PHONE, aliases=("联系电话", "负责人电话"), example="13800000001"),
    Column("expires_on", "有效期", Kind.DAY, aliases=("到期日期",), example=date(2027, 5, 12)),
    Column("is_checked", "已盘点", Kind.YES_NO, example=True),
    Column("note", "备注", Kind.LONG, most=500),
)  # fmt: skip
HEADINGS = [column.heading for column in SUPPLIES]


def excel(
    rows: Sequence[Sequence[object]], *, sheet: str = "物资", merged: Sequence[str] = (),
    more: Mapping[str, Sequence[Sequence[object]]] | None = None,
) -> bytes:  # fmt: skip
    """An .xlsx of one sheet or more; a text that begins with = is a formula without a result."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for name, lines in {sheet: rows, **(more or {})}.items():
        page = book.add_worksheet(name)
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, str) and value.startswith("="):
                    page.write_formula(row, column, value, None, "")
                elif isinstance(value, date):
                    page.write_datetime(row, column, value, day)
                else:
                    page.write(row, column, value)
        if name == sheet:
            for cells in merged:
                page.merge_range(cells, "")
                first = cells.partition(":")[0]
                row, column = int(first[1:]) - 1, ord(first[0]) - 65
                page.write(row, column, rows[row][column])
    book.close()
    return out.getvalue()


def repacked(data: bytes, **changes: bytes) -> bytes:
    """The zip with parts replaced or added: `sheet1`, `workbook`, or a name with __ for /."""
    known = {
        "sheet1": "xl/worksheets/sheet1.xml", "workbook": "xl/workbook.xml",
        "vba": "xl/vbaProject.bin", "strings": "xl/sharedStrings.xml",
    }  # fmt: skip
    named = {known.get(name, name): part for name, part in changes.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {name: old.read(name) for name in old.namelist()} | named
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def part_of(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """One part of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def old_excel(
    rows: Sequence[Sequence[object]], sheet: str = "物资", *, shared: Sequence[str] = (),
    is_locked: bool = False,
) -> bytes:  # fmt: skip
    """An .xls: BIFF8 records in an OLE file; a cell `("shared", n)` names the n-th shared text."""
    name = sheet.encode("utf-16-le")
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    begin += _record(0x2F, b"\0" * 6) if is_locked else b""
    strings = _shared_strings(shared) if shared else b""
    size = len(begin) + 4 + 8 + len(name) + len(strings) + 4
    place = struct.pack("<IHBB", size, 0, len(sheet), 1) + name
    stream = begin + _record(0x85, place) + strings + _record(0x0A, b"")
    stream += _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for row, line in enumerate(rows):
        for column, value in enumerate(line):
            stream += _old_cell(row, column, value)
    return make_ole(stream + _record(0x0A, b""))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _shared_strings(texts: Sequence[str]) -> bytes:
    """The shared texts, each cut after its third character into a record that goes on with it."""
    parts = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        parts[-1] += struct.pack("<HB", len(text), 1) + text[:3].encode("utf-16-le")
        for at in range(3, len(text), 4000):
            parts.append(b"\x01" + text[at : at + 4000].encode("utf-16-le"))
    return _record(0xFC, parts[0]) + b"".join(_record(0x3C, part) for part in parts[1:])


def _old_cell(row: int, column: int, value: object) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, (int, float)):
        return _record(0x203, place + struct.pack("<d", value))
    if isinstance(value, tuple):
        return _record(0xFD, place + struct.pack("<I", value[1]))
    text = str(value)
    return _record(0x204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def old_office(*streams: str) -> bytes:
    """An OLE file whose directory names these streams."""
    return make_ole(b"", streams[0]) if len(streams) == 1 else _two_streams(*streams)


def _two_streams(one: str, other: str) -> bytes:
    """The second entry of the directory is free in what `make_ole` writes; it is filled here."""
    data = make_ole(b"", one)
    folder = data.index("Root Entry".encode("utf-16-le"))
    entry = data[folder + 128 : folder + 256]
    wide = other.encode("utf-16-le") + b"\0\0"
    entry = wide.ljust(64, b"\0") + struct.pack("<H", len(wide)) + entry[66:]
    return data[: folder + 256] + entry + data[folder + 384 :]


def bring(
    browser: TestApp, slug: str, data: bytes, name: str = "物资.xlsx", *, status: int | None = None,
    **said: str,
) -> TestResponse:  # fmt: skip
    """Upload a file to a register; the page of the import, or of what refuses it (`status`)."""
    form = form_of(browser.get(f"/registers/{slug}/import"))
    form["file"] = Upload(name, data)
    for field, value in said.items():
        form[field] = value
    answer = form.submit(status=status)
    return answer.follow() if answer.status_code == 302 else answer


def carry_out(page: TestResponse) -> TestResponse:
    """Press 全部导入 and wait for the end of the run; the page of the import afterwards."""
    answer = page.forms[_number_of(page, "carry-out")].submit()
    address = answer.location
    for thread in threading.enumerate():
        if thread.name == f"import-{address.rsplit('/', 1)[1]}":
            thread.join()
    return answer.follow()


def match_form(page: TestResponse) -> Form:
    """The form in which headings are matched."""
    return page.forms[_number_of(page, "match")]


def _number_of(page: TestResponse, ending: str) -> int:
    return next(
        number for number, form in page.forms.items()
        if isinstance(number, int) and form.action.endswith(f"/{ending}")
    )  # fmt: skip


def said(page: TestResponse) -> str:
    """The words of a page, without its marks."""
    return str(page.html.select_one("main").get_text(" ", strip=True))
