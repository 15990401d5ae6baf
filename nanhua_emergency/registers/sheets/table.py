"""A sheet as it was found in a file, with the addresses people know: `物资!D17`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nanhua_emergency.registers.sheets.columns import Raw

# First row, first column, last row, last column, from 0.
Range = tuple[int, int, int, int]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one cell, said so that its owner can mend it."""

    cell: str
    message: str

    def __str__(self) -> str:
        return f"{self.cell}：{self.message}"


@dataclass
class Table:
    """The cells of one sheet, `rows[0]` being its line 1; rows may differ in length.

    `formulas` says of each cell with a formula whether the file holds its result;
    `errors` holds what Excel shows where a formula failed (#N/A).
    """

    sheet: str
    rows: list[list[Raw]]
    formulas: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)

    def cell(self, row: int, column: int) -> Raw:
        """What stands there; "" outside of what is filled."""
        line = self.rows[row] if row < len(self.rows) else []
        return line[column] if column < len(line) else ""

    def address(self, row: int, column: int) -> str:
        """The name of a cell as Excel shows it, with its sheet."""
        return f"{self.sheet}!{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def parse_address(name: str) -> tuple[int, int] | None:
    """Row and column, from 0, of a name like D17; None where it is not one."""
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3 and digits):
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return (int(digits[:8]) - 1, column - 1) if int(digits[:8]) else None
