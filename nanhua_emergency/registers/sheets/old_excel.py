"""An .xls workbook of Excel 97-2003: refused with macros or a password, else read by calamine."""

from python_calamine import SheetTypeEnum, SheetVisibleEnum

from nanhua_emergency.registers.sheets.grid import fill_merged, grid_of, open_book, open_sheet
from nanhua_emergency.registers.sheets.refusals import AS_XLSX, SheetRefused
from nanhua_emergency.registers.sheets.scanning import (
    MOST_COLUMNS,
    ROWS_AROUND,
    TOO_MANY_ROWS,
    TOO_WIDE,
)
from nanhua_emergency.registers.sheets.table import Table, column_name


def _wide(name: str) -> bytes:
    """A name as the directory of an OLE file holds it."""
    return name.encode("utf-16-le")


class OldExcel:
    """A workbook that has passed; formulas cannot be told from figures in this format."""

    def __init__(self, data: bytes) -> None:
        if _wide("EncryptedPackage") in data:
            raise SheetRefused("文件设了打开密码。请去掉密码，另存一份再导入。")
        if _wide("_VBA_PROJECT_CUR") in data:
            raise SheetRefused(f"文件含有宏，不能导入。{AS_XLSX}。")
        if _wide("Workbook") not in data and _wide("Book") not in data:
            raise SheetRefused(f"文件名是 .xls，内容却不是 Excel 表格。{AS_XLSX}。")
        self._book = open_book(data)
        names = self.sheets()
        if len({name.strip().casefold() for name in names}) != len(names):
            raise SheetRefused("文件里有两张表同名。请改成不同的名字再导入。")

    def sheets(self) -> list[str]:
        """The names of the visible sheets, in their order."""
        return [
            one.name for one in self._book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
        ]  # fmt: skip

    def table(self, sheet: str, *, most_rows: int) -> Table:
        """The cells of a sheet; it has at most 65,536 lines and 256 columns by its format."""
        found = open_sheet(self._book, sheet)
        row, column = found.end or (0, 0)
        if row >= most_rows + ROWS_AROUND:
            raise SheetRefused(TOO_MANY_ROWS, most=most_rows, row=row + 1)
        if column >= MOST_COLUMNS:
            cell = f"{column_name(column)}{row + 1}"
            raise SheetRefused(TOO_WIDE, cell=cell, most=MOST_COLUMNS)
        merged = [(*begin, *end) for begin, end in found.merged_cell_ranges or []]
        table = Table(sheet, grid_of(self._book, sheet), merged=merged)
        fill_merged(table)
        return table
