"""How long a sheet of 10,000 rows takes to read and check, and what it holds in memory."""

import io
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from nanhua_emergency.registers.sheets.cells import Read, read_rows
from nanhua_emergency.registers.sheets.columns import Column, Kind, Value
from nanhua_emergency.registers.sheets.mapping import guess_mapping
from nanhua_emergency.registers.sheets.marking import mark_problems
from nanhua_emergency.registers.sheets.reading import read_table
from nanhua_emergency.registers.sheets.writing import write_csv, write_sheet

ROWS = 10_000
RUNS = 3
AT = datetime(2026, 5, 12, tzinfo=UTC)
KINDS = ("防汛", "抗旱", "地震", "防火", "生活", "通信", "医疗", "通用")
COLUMNS = (
    Column("code", "编码", is_required=True),
    Column("name", "名称", is_required=True),
    Column("kind", "类别", Kind.CHOICE, is_required=True, choices=KINDS),
    Column("size", "规格型号"),
    Column("amount", "数量", Kind.WHOLE, is_required=True, high=1_000_000),
    Column("weight", "重量", Kind.DECIMAL),
    Column("place", "存放点", is_required=True),
    Column("keeper", "保管人"),
    Column("phone", "电话", Kind.PHONE),
    Column("bought_on", "入库日期", Kind.DAY),
    Column("is_checked", "已盘点", Kind.YES_NO),
    Column("note", "备注", Kind.LONG),
)


def make_row(number: int) -> dict[str, Value]:
    """A row of a register, different from all others; every hundredth lacks its name."""
    return {
        "code": f"{number:06d}",
        "name": f"示例物资{number}" if number % 100 else None,
        "kind": KINDS[number % 8],
        "size": f"{number % 90}×{number % 60} 厘米",
        "amount": number * 7 % 5000,
        "weight": Decimal(number) / 8,
        "place": f"示例村第{number % 16 + 1}库房",
        "keeper": f"示例保管人{number % 40}",
        "phone": f"138{number:08d}",
        "bought_on": date(2020, 1, 1) + timedelta(days=number % 2000),
        "is_checked": number % 3 == 0,
        "note": f"靠墙第{number % 12}排，离地 30 厘米，雨季前翻晒一次",
    }


def read_all(data: bytes, filename: str) -> Read:
    """Read a file and check all of its cells."""
    table = read_table(data, filename, columns=COLUMNS)
    return read_rows(table, guess_mapping(table, COLUMNS), COLUMNS)


def mark_all(data: bytes) -> bytes:
    """Give the file back with its problems marked."""
    table = read_table(data, "a.xlsx", columns=COLUMNS)
    mapping = guess_mapping(table, COLUMNS)
    return mark_problems(table, read_rows(table, mapping, COLUMNS).problems, mapping, at=AT)


def make_empty_lines(data: bytes, lines: int) -> bytes:
    """The same workbook with so many empty lines below its last one."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                empty = b"".join(b'<row r="%d"></row>' % at for at in range(20, lines + 20))
                part = part.replace(b"</sheetData>", empty + b"</sheetData>")
            new.writestr(name, part)
    return out.getvalue()


def measure(action: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def memory_of(data: bytes, filename: str) -> float:
    """MB by which a process of its own grows at most while it reads and checks (Linux)."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_grow, (data, filename))


def _grow(data: bytes, filename: str) -> float:
    read_all(write_csv(COLUMNS, [make_row(1)]), "a.csv")
    before = _peak()
    read_all(data, filename)
    return _peak() - before


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Measure what issue 7 names of the import, but for the database."""
    rows = [make_row(number) for number in range(1, ROWS + 1)]
    book = write_sheet(COLUMNS, rows, sheet="物资", at=AT)
    text = write_csv(COLUMNS, rows)
    found = read_all(book, "物资.xlsx")
    assert (len(found.rows), len(found.problems)) == (ROWS, ROWS // 100)
    seconds = measure(lambda: read_all(book, "物资.xlsx"))
    report("reading and checking 10,000 rows of .xlsx", seconds, "s", "< 5", holds=seconds < 5)
    report(
        "reading and checking 10,000 rows of .csv", measure(lambda: read_all(text, "a.csv")), "s"
    )
    memory = memory_of(book, "物资.xlsx")
    report("memory for 10,000 rows of .xlsx", memory, "MB", "< 100", holds=memory < 100)
    report(
        "writing 10,000 rows of .xlsx",
        measure(lambda: write_sheet(COLUMNS, rows, sheet="物资", at=AT)),
        "s",
    )
    report("marking 100 problems in 10,000 rows", measure(lambda: mark_all(book)), "s")
    empty = make_empty_lines(write_sheet(COLUMNS, rows[:10], sheet="物资", at=AT), 2_000_000)
    seconds = measure(lambda: read_all(empty, "物资.xlsx"))
    report("two million empty lines of .xlsx", seconds, "s", "< 5", holds=seconds < 5)
    memory = memory_of(empty, "物资.xlsx")
    report("memory for two million empty lines", memory, "MB", "< 20", holds=memory < 20)
    lines = text + b",,,,\n" * 2_000_000
    report("two million empty lines of .csv", measure(lambda: read_all(lines, "a.csv")), "s")


if __name__ == "__main__":
    main()
