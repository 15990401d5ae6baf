"""Refuse a sheet: files that are not what they are called, macros, passwords, bombs, twins."""

import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.sheets.container import Container
from nanhua_emergency.registers.sheets.reading import list_sheets, read_table
from sheet_files import HEADINGS, SUPPLIES, excel, old_excel, old_office, part_of, repacked

GOOD = excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]])
TEXT = "名称,类别\n示例沙袋,防汛\n".encode()


def refusal(data: bytes, filename: str = "物资.xlsx", **options: int) -> str:
    with pytest.raises(RuleBroken) as refused:
        read_table(data, filename, columns=SUPPLIES, **options)  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "filename", "said"),
    [
        (b"", "a.xlsx", "是空的"),
        (TEXT, "a.xlsx", "文件名是 .xlsx，内容却是文本"),
        (GOOD, "a.csv", "文件名是 .csv，内容却是Excel 工作簿"),
        (GOOD, "a.xls", "内容却是Excel 工作簿"),
        (old_excel([["名称"]]), "a.xlsx", "内容却是Excel 97-2003 工作簿"),
        (b"%PDF-1.7 ...", "a.xlsx", "内容却是PDF 文件"),
        (b"\x89PNG\r\n\x1a\n", "a.csv", "内容却是图片"),
        (b"\xff\xd8\xff\xe0", "a.xls", "内容却是照片"),
        (b"\xef\xbb\xbf<html><table><tr><td>", "a.xls", "内容却是网页"),
        (b"<?xml version='1.0'?><Workbook/>", "a.xls", "内容却是网页"),
        (GOOD, "a.docx", "只能导入 .xlsx、.xls 和 .csv"),
        (GOOD, "a", "只能导入"),
        (old_office("WordDocument"), "a.xls", "内容却不是 Excel 表格"),
        (b"PK\x03\x04" + b"\0" * 99, "a.xlsx", "已经损坏"),
        (GOOD[:-30], "a.xlsx", "已经损坏"),
        (b"\x00\x01\x02\x03,\n", "a.csv", "读不出"),
        (b"\xff\xfe\xff\xdb", "a.csv", "没有内容"),
        (excel([]), "a.xlsx", "没有内容"),
        (b" \n , \n", "a.csv", "没有内容"),
    ],
)  # fmt: skip
def test_it_says_what_a_file_really_is(data: bytes, filename: str, said: str) -> None:
    assert said in refusal(data, filename)


@pytest.mark.parametrize(
    ("part", "said"),
    [("word/document.xml", "Word 文件"), ("content.xml", "ODF 文件"),
     ("xl/workbook.bin", "二进制"), ("readme.txt", "不是 Excel 工作簿")],
)  # fmt: skip
def test_it_says_what_a_zip_really_is(part: str, said: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "x")
    assert said in refusal(out.getvalue())


def test_it_refuses_macros() -> None:
    assert "含有宏" in refusal(GOOD, "a.xlsm")
    assert "含有宏" in refusal(repacked(GOOD, vba=b"x"))
    assert "含有宏" in refusal(old_office("Workbook", "_VBA_PROJECT_CUR"), "a.xls")


def test_it_refuses_a_password() -> None:
    locked = old_office("EncryptedPackage", "EncryptionInfo")
    assert "密码" in refusal(locked, "a.xlsx")
    assert "密码" in refusal(locked, "a.xls")
    assert "密码" in refusal(old_excel([["名称"]], is_locked=True), "a.xls")


def test_it_refuses_two_sheets_of_one_name() -> None:
    data = excel([["名称"]], sheet="物资", more={"物资A": [["名称"]]})
    book = part_of(data, "xl/workbook.xml").replace("物资A".encode(), "物资 ".encode())
    assert "两张表都叫" in refusal(repacked(data, workbook=book))


def test_it_passes_over_hidden_sheets() -> None:
    data = excel([["名称"]], sheet="物资", more={"藏": [["名称"]]})
    book = part_of(data, "xl/workbook.xml").replace(b'sheetId="2"', b'sheetId="2" state="hidden"')
    assert list_sheets(repacked(data, workbook=book), "a.xlsx") == ["物资"]


def test_it_refuses_a_zip_that_says_it_is_huge() -> None:
    assert "展开后太大" in refusal(repacked(GOOD, strings=b" " * (101 * 2**20)))


def test_it_refuses_a_part_that_is_packed_beyond_belief() -> None:
    assert "展开后太大" in refusal(repacked(GOOD, sheet1=b" " * (8 * 2**20)))


def test_it_refuses_a_zip_that_lies_about_its_size() -> None:
    """The part unpacks to 64 MB and says 200 bytes: reading stops there and finds it broken."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b" " * (64 * 2**20)) + packer.flush()
    name = b"xl/sharedStrings.xml"
    sizes = struct.pack("<III", zlib.crc32(b" " * 200), len(packed), 200)
    entry = struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0)
    local = b"PK\x03\x04" + entry + name + packed
    central = b"PK\x01\x02\x14\0" + entry + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    container = Container(local + central + end)
    assert len(container.read(name.decode())) <= 200


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_it_refuses_other_ways_of_packing(packing: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "已经损坏" in refusal(out.getvalue())


def test_it_refuses_a_thousand_parts() -> None:
    many = {f"xl/media/{at}.png": b"x" for at in range(1001)}
    assert "展开后太大" in refusal(repacked(GOOD, **many))


def test_it_refuses_a_cell_at_the_end_of_the_world() -> None:
    sheet = part_of(GOOD)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    text = refusal(repacked(GOOD, sheet1=sheet.replace(b"</sheetData>", far)))
    assert "第 1048576 行还有内容" in text
    wide = b'<row r="3"><c r="XFD3"><v>1</v></c></row></sheetData>'
    text = refusal(repacked(GOOD, sheet1=sheet.replace(b"</sheetData>", wide)))
    assert "XFD3 有内容，离表格太远" in text


def test_it_refuses_more_rows_than_it_takes() -> None:
    rows = [["名称"], *([f"示例{at}"] for at in range(300))]
    assert "一次最多导入 100 行" in refusal(excel(rows), most_rows=100)
    text = "\n".join(str(row[0]) for row in rows).encode()
    assert "一次最多导入 100 行" in refusal(text, "a.csv", most_rows=100)
    assert "一次最多导入 100 行" in refusal(old_excel(rows), "a.xls", most_rows=100)


def test_it_refuses_a_text_that_is_too_wide_or_has_lost_a_quote() -> None:
    assert "CW1 有内容，离表格太远" in refusal(b",".join([b"x"] * 101), "a.csv")
    assert "引号没有配对" in refusal(b'name,"' + b"x\n" * 20_000, "a.csv")
    assert "引号或换行乱了" in refusal(b'name,"' + b"x" * 200_000, "a.csv")


def test_it_refuses_a_string_that_a_million_cells_repeat() -> None:
    strings = part_of(GOOD, "xl/sharedStrings.xml").replace(b"<t>", b"<t>" + b"xy" * 16_000, 1)
    row = b'<row r="%d">%s</row>'
    cells = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(50))
    rows = b"".join(row % (at, cells) for at in range(3, 100))
    sheet = part_of(GOOD).replace(b"</sheetData>", rows + b"</sheetData>")
    assert "展开后太大" in refusal(repacked(GOOD, strings=strings, sheet1=sheet))


def test_it_refuses_an_old_workbook_that_would_fill_the_memory() -> None:
    rows: list[list[object]] = [[("shared", 0)] * 50 for _ in range(20)]
    assert "展开后太大" in refusal(old_excel(rows, shared=["长" * 30_000]), "a.xls")
    assert "GR 列 有内容" in refusal(old_excel([[""] * 199 + [1]]), "a.xls")


def test_it_refuses_entities() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    sheet = part_of(GOOD).replace(b"?>", b"?>" + bomb, 1)
    assert "已经损坏" in refusal(repacked(GOOD, sheet1=sheet))
    assert "已经损坏" in refusal(repacked(GOOD, workbook=b"<a/>" + bomb))


def test_it_refuses_a_file_of_many_megabytes() -> None:
    assert "文件太大" in refusal(GOOD + b"\0" * (20 * 2**20))


OLD = old_excel([HEADINGS[:3], ["示例沙袋", "防汛", 3]])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["sheet1", "workbook", "strings", "xl/styles.xml", "zip", "old"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=6), st.integers(0, 9)), min_size=1),
)
def test_it_reads_or_refuses_whatever_is_broken(
    where: str, changes: list[tuple[float, bytes, int]]
) -> None:
    names = {"sheet1": "xl/worksheets/sheet1.xml", "workbook": "xl/workbook.xml",
             "strings": "xl/sharedStrings.xml"}  # fmt: skip
    whole = {"zip": GOOD, "old": OLD}
    data = whole[where] if where in whole else part_of(GOOD, names.get(where, where))
    for place, new, gone in changes:
        at = int(place * len(data))
        data = data[:at] + new + data[at + gone :]
    if where not in whole:
        data = repacked(GOOD, **{where: data})
    with suppress(RuleBroken):
        table = read_table(data, "a.xls" if where == "old" else "a.xlsx", columns=SUPPLIES)
        assert len(table.rows) < 200
