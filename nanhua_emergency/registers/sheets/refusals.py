"""Why a file is not read at all, and what its owner can do about it."""

from nanhua_emergency.errors import RuleBroken

AS_XLSX = "请用 Excel 或 WPS 打开，“另存为”Excel 工作簿（.xlsx），再导入"

LOCKED = "文件设了打开密码。请去掉密码，另存一份再导入。"


class SheetRefused(RuleBroken):
    """A file that is not read, with the reason."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, field="file", **values)


class SheetUnclear(RuleBroken):
    """Several sheets could be meant; the person picks one of `sheets`."""

    def __init__(self, sheets: list[str]) -> None:
        self.sheets = sheets
        named = "、".join(sheets[:10])
        super().__init__(
            "文件里有几张表：%(named)s。请选要导入哪一张。", field="sheet", named=named
        )
