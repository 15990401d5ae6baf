"""Reads one sheet out of an Excel or CSV file, after looking at what the file really is."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from nanhua_emergency.registers.sheets.columns import Column
from nanhua_emergency.registers.sheets.delimited import read_delimited
from nanhua_emergency.registers.sheets.mapping import score_table
from nanhua_emergency.registers.sheets.old_excel import OldExcel
from nanhua_emergency.registers.sheets.refusals import AS_XLSX, SheetRefused, SheetUnclear
from nanhua_emergency.registers.sheets.table import Table
from nanhua_emergency.registers.sheets.workbook import Workbook

MOST_ROWS = 20_000
MOST_BYTES = 20 * 2**20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN = {".xlsx": "Excel 工作簿", ".xls": "Excel 97-2003 工作簿", ".csv": "CSV"}
# Files people send by mistake, by how they begin.
_OTHERS = (
    (b"%PDF", "PDF 文件"), (b"\xff\xd8\xff", "照片"), (b"\x89PNG", "图片"), (b"GIF8", "图片"),
    (b"Rar!", "压缩包"), (b"7z\xbc\xaf", "压缩包"), (b"{\\rtf", "Word 文件"),
)  # fmt: skip


class _TextBook:
    """A CSV file: one sheet, called as the file is."""

    def __init__(self, data: bytes, filename: str) -> None:
        self._data = data
        self._name = PurePath(filename).stem[:31] or "表"

    def sheets(self) -> list[str]:
        return [self._name]

    def table(self, _sheet: str, *, most_rows: int) -> Table:
        rows = read_delimited(self._data, most_rows=most_rows)
        return Table(self._name, [list(row) for row in rows])


Book = Workbook | OldExcel | _TextBook


def list_sheets(data: bytes, filename: str) -> list[str]:
    """The names of the sheets that a person can see, in their order."""
    return _open(data, filename, MOST_ROWS).sheets()


def read_table(
    data: bytes, filename: str, *, most_rows: int = MOST_ROWS, sheet: str = "",
    columns: Sequence[Column] = (), remembered: Mapping[str, str] | None = None,
) -> Table:  # fmt: skip
    """The sheet named, or the only one with content, or the one whose headings fit best.

    Refuses with SheetRefused what cannot be read, with SheetUnclear where several sheets fit.
    """
    book = _open(data, filename, most_rows)
    names = book.sheets()
    if sheet and sheet not in names:
        raise SheetRefused("文件里没有叫“%(sheet)s”的表", sheet=sheet)
    tables = [book.table(name, most_rows=most_rows) for name in ([sheet] if sheet else names)]
    filled = [table for table in tables if table.rows]
    if not filled:
        raise SheetRefused("文件里没有内容。请填好再导入，或下载模板来填。")
    return filled[0] if len(filled) == 1 else _choose(filled, columns, remembered or {})


def _choose(tables: list[Table], columns: Sequence[Column], remembered: Mapping[str, str]) -> Table:
    scores = [score_table(table, columns, remembered) for table in tables]
    best = max(scores)
    if not best or scores.count(best) > 1:
        raise SheetUnclear([table.sheet for table in tables])
    return tables[scores.index(best)]


def _open(data: bytes, filename: str, most_rows: int) -> Book:
    ending = PurePath(filename).suffix.lower()
    _refuse_by_name(data, ending)
    if data.startswith(_ZIP):
        _expect(ending, ".xlsx", "Excel 工作簿")
        return Workbook(data)
    if data.startswith(_OLE):
        book = OldExcel(data, most_rows=most_rows)
        _expect(ending, ".xls", "Excel 97-2003 工作簿")
        return book
    _refuse_other(data, ending)
    _expect(ending, ".csv", "文本")
    return _TextBook(data, filename)


def _refuse_by_name(data: bytes, ending: str) -> None:
    if not data:
        raise SheetRefused("这个文件是空的。请重新选择文件。")
    if len(data) > MOST_BYTES:
        raise SheetRefused("文件太大，最多 20 MB。请删掉图片，或分成几个文件再导入。")
    if ending in (".xlsm", ".xltm", ".xlam"):
        raise SheetRefused(f"文件含有宏，不能导入。{AS_XLSX}。")
    if ending not in (*_KNOWN, ".txt"):
        raise SheetRefused(f"只能导入 .xlsx、.xls 和 .csv 文件。{AS_XLSX}。")


def _refuse_other(data: bytes, ending: str) -> None:
    kind = next((kind for begin, kind in _OTHERS if data.startswith(begin)), "")
    if not kind and data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(
        (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"mime-version")
    ):
        kind = "网页"
    if kind:
        raise SheetRefused(f"文件名是 {ending}，内容却是%(kind)s。{AS_XLSX}。", kind=kind)


def _expect(ending: str, right: str, kind: str) -> None:
    if ending != right and not (ending == ".txt" and right == ".csv"):
        raise SheetRefused(
            f"文件名是 {ending}，内容却是%(kind)s，可能改过文件名。{AS_XLSX}。", kind=kind
        )
