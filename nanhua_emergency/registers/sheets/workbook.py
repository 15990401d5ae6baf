"""An .xlsx workbook: what is in it is looked over first, then its cells are read by calamine."""

from nanhua_emergency.registers.sheets.container import (
    BROKEN,
    MOST_KEPT,
    TOO_LARGE,
    Container,
    repack,
)
from nanhua_emergency.registers.sheets.grid import fill_merged, read_grid
from nanhua_emergency.registers.sheets.marks import list_marks
from nanhua_emergency.registers.sheets.refusals import AS_XLSX, SheetRefused
from nanhua_emergency.registers.sheets.scanning import Scan, measure_strings, scan_sheet
from nanhua_emergency.registers.sheets.table import Table

_TYPES, _BOOK, _LINKS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"
_ROOT = (
    b'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/'
    b'package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    b'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_MOST_SHEETS = 50
# Of workbook.xml and its like, which are a few KB.
_SMALL = 2 * 2**20
_FOREIGN = {
    "word/document.xml": "Word 文件", "ppt/presentation.xml": "PPT 文件",
    "xl/workbook.bin": "二进制的 Excel 文件（.xlsb）", "content.xml": "ODF 文件",
}  # fmt: skip


class Workbook:
    """A workbook that has passed: no macros, no lies about sizes, one name for each sheet."""

    def __init__(self, data: bytes) -> None:
        self._container = Container(data)
        if any(name.endswith("vbaproject.bin") for name in self._container.names()):
            raise SheetRefused(f"文件含有宏，不能导入。{AS_XLSX}。")
        for part, kind in _FOREIGN.items():
            if self._container.has(part):
                raise SheetRefused(f"文件名是 .xlsx，内容却是%(kind)s。{AS_XLSX}。", kind=kind)
        if not all(self._container.has(part) for part in (_TYPES, _BOOK, _LINKS)):
            raise SheetRefused(f"文件名是 .xlsx，内容却不是 Excel 工作簿。{AS_XLSX}。")
        self._lengths: list[int] | None = None
        self._parts = self._find_sheets()

    def sheets(self) -> list[str]:
        """The names of the visible sheets, in their order."""
        return list(self._parts)

    def table(self, sheet: str, *, most_rows: int) -> Table:
        """The cells of a sheet, as far as it has content."""
        part = self._parts[sheet]
        scan = scan_sheet(
            self._container.stream(part), lengths=self._shared_lengths(), most_rows=most_rows
        )
        if scan.last_row < 0:
            return Table(sheet, [])
        rows = read_grid(self._repack(part, scan), sheet)
        table = Table(sheet, rows, scan.formulas, scan.errors, scan.merged)
        fill_merged(table)
        return table

    def _shared_lengths(self) -> list[int]:
        if self._lengths is None:
            name = self._strings_part()
            self._lengths = measure_strings(self._container.stream(name)) if name else []
        return self._lengths

    def _find_sheets(self) -> dict[str, str]:
        links = {
            one.get("Id", ""): one
            for mark, one in list_marks([self._small(_LINKS)]) if mark == "Relationship"
        }  # fmt: skip
        marks = list_marks([self._small(_BOOK)])
        sheets = [one for mark, one in marks if mark == "sheet" and "name" in one]
        folded = [one["name"].strip().casefold() for one in sheets]
        twice = next(
            (one["name"] for one in sheets if folded.count(one["name"].strip().casefold()) > 1), ""
        )
        if twice:
            raise SheetRefused("文件里有两张表都叫“%(name)s”。请改成不同的名字再导入。", name=twice)
        if not sheets or len(sheets) > _MOST_SHEETS:
            raise SheetRefused("文件里没有表，或者表太多。请只留下要导入的表。")
        return self._visible(sheets, links)

    def _visible(
        self, sheets: list[dict[str, str]], links: dict[str, dict[str, str]]
    ) -> dict[str, str]:
        parts: dict[str, str] = {}
        for sheet in sheets:
            link = links.get(sheet.get("id", ""), {})
            part = _resolve(link.get("Target", ""))
            if (
                link.get("Type", "").endswith("/worksheet")
                and sheet.get("state", "visible") == "visible"
            ):
                if not self._container.has(part):
                    raise SheetRefused(BROKEN)
                parts[sheet["name"]] = part
        if not parts:
            raise SheetRefused("文件里没有看得见的表。请取消隐藏再导入。")
        return parts

    def _small(self, name: str) -> bytes:
        data = self._container.read(name)
        if len(data) > _SMALL:
            raise SheetRefused(BROKEN)
        return data

    def _strings_part(self) -> str:
        for mark, one in list_marks([self._small(_LINKS)]):
            if mark == "Relationship" and one.get("Type", "").endswith("/sharedStrings"):
                part = _resolve(one.get("Target", ""))
                return part if self._container.has(part) else ""
        return ""

    def _repack(self, part: str, scan: Scan) -> bytes:
        """A workbook of this sheet only, cut behind its last content."""
        if scan.kept > MOST_KEPT:
            raise SheetRefused(TOO_LARGE)
        kept = {"_rels/.rels": _ROOT}
        kept |= {name: self._small(name) for name in (_TYPES, _BOOK, _LINKS)}
        # calamine looks for these two where Excel puts them, wherever the links lead.
        for name, found in ((_STYLES, _STYLES), (_STRINGS, self._strings_part())):
            if found and self._container.has(found):
                kept[name] = self._container.read(found)
        kept[part] = self._container.read(part, scan.kept) + scan.tail
        return repack(kept)


def _resolve(target: str) -> str:
    """The name of a part from a link in xl/."""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
