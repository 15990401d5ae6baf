"""An .xls workbook of Excel 97-2003: looked over like an .xlsx, then read by calamine."""

from python_calamine import SheetTypeEnum, SheetVisibleEnum

from nanhua_emergency.registers.sheets.grid import fill_merged, grid_of, open_book, open_sheet
from nanhua_emergency.registers.sheets.ole import OleFile, make_ole
from nanhua_emergency.registers.sheets.records import judge_records
from nanhua_emergency.registers.sheets.refusals import AS_XLSX, LOCKED, SheetRefused
from nanhua_emergency.registers.sheets.table import Table

# The first record of a workbook since Excel 97: its kind, and at 4 the version.
_BEGIN, _BIFF8 = b"\x09\x08", b"\x00\x06"


class OldExcel:
    """A workbook that has passed; formulas are read as the results that the file holds."""

    def __init__(self, data: bytes, *, most_rows: int) -> None:
        stream = _find_cells(OleFile(data))
        judge_records(stream, most_rows=most_rows)
        # Only the stream that was looked over is passed on.
        self._book = open_book(make_ole(stream))
        names = self.sheets()
        if len({name.strip().casefold() for name in names}) != len(names):
            raise SheetRefused("文件里有两张表同名。请改成不同的名字再导入。")

    def sheets(self) -> list[str]:
        """The names of the visible sheets, in their order."""
        return [
            one.name
            for one in self._book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
        ]

    def table(self, sheet: str, *, most_rows: int) -> Table:
        """The cells of a sheet; how many lines it has was judged for the whole file."""
        found = open_sheet(self._book, sheet)
        merged = [(*begin, *end) for begin, end in found.merged_cell_ranges or []]
        table = Table(sheet, grid_of(self._book, sheet), merged=merged)
        fill_merged(table)
        return table


def _find_cells(file: OleFile) -> bytes:
    if file.has("EncryptedPackage"):
        raise SheetRefused(LOCKED)
    if file.has("_VBA_PROJECT_CUR"):
        raise SheetRefused(f"文件含有宏，不能导入。{AS_XLSX}。")
    stream = file.stream("Workbook") if file.has("Workbook") else b""
    if stream[:2] == _BEGIN and stream[4:6] == _BIFF8:
        return stream
    if stream or file.has("Book"):
        raise SheetRefused(f"这是 Excel 95 或更早的文件，不能导入。{AS_XLSX}。")
    raise SheetRefused(f"文件名是 .xls，内容却不是 Excel 表格。{AS_XLSX}。")
