"""Takes the one stream with the cells out of an OLE file, and puts it into a new one."""

import struct

from nanhua_emergency.registers.sheets.container import BROKEN
from nanhua_emergency.registers.sheets.refusals import SheetRefused

_SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _SMALL_SECTOR, _SMALL_BELOW = 512, 64, 4096
_ENTRY = 128


class OleFile:
    """The directory of an OLE file, and the streams it names."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 2 * _SECTOR:
            raise SheetRefused(BROKEN)
        self._data = data
        power = struct.unpack_from("<H", data, 30)[0]
        if power not in (9, 12):
            raise SheetRefused(BROKEN)
        self._size = 1 << power
        self._table = self._read_table()
        folder = self._chain(struct.unpack_from("<I", data, 48)[0])
        entries = [folder[at : at + _ENTRY] for at in range(0, len(folder) - _ENTRY + 1, _ENTRY)]
        self._entries = {
            _name(entry).casefold(): struct.unpack_from("<II", entry, 116) for entry in entries
        }

    def has(self, name: str) -> bool:
        """Whether there is a stream or folder of that name."""
        return name.casefold() in self._entries

    def stream(self, name: str) -> bytes:
        """The content of one stream; upper and lower case are the same in names."""
        start, size = self._entries[name.casefold()]
        if size >= _SMALL_BELOW:
            return self._chain(start)[:size]
        root = self._chain(self._entries.get("root entry", (_END, 0))[0])
        table = _numbers(self._chain(struct.unpack_from("<I", self._data, 60)[0]))
        found = bytearray()
        for _ in range(_SMALL_BELOW // _SMALL_SECTOR):
            if start >= len(table):
                break
            found += root[start * _SMALL_SECTOR : (start + 1) * _SMALL_SECTOR]
            start = table[start]
        return bytes(found[:size])

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _read_table(self) -> list[int]:
        """Which sector follows which; files over 7 MB name more sectors in a chain of their own."""
        named = _numbers(self._data[76:_SECTOR])
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(len(self._data) // self._size):
            more = _numbers(self._sector(following))
            if not more:
                break
            named += more[:-1]
            following = more[-1]
        used = [one for one in dict.fromkeys(named) if one < _TABLE]
        return [number for sector in used for number in _numbers(self._sector(sector))]

    def _chain(self, start: int) -> bytes:
        found = bytearray()
        while start < len(self._table) and len(found) <= len(self._data):
            found += self._sector(start)
            start = self._table[start]
        return bytes(found)


def make_ole(stream: bytes, name: str = "Workbook") -> bytes:
    """An OLE file of just this stream."""
    stream = stream.ljust(max(_SMALL_BELOW, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    tables = 1
    while tables * 128 < count + 1 + tables:
        tables += 1
    if tables > 109:
        raise SheetRefused("文件太大。请另存为 .xlsx 再导入。")
    first = tables + 1
    links = [_TABLE] * tables + [_END, *range(first + 1, first + count), _END]
    table = struct.pack(f"<{len(links)}I", *links).ljust(tables * _SECTOR, b"\xff")
    head = _SIGN + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<9I", 0, tables, tables, 0, _SMALL_BELOW, _END, 0, _END, 0)
    head += struct.pack(f"<{tables}I", *range(tables)).ljust(436, b"\xff")
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, -1, first, len(stream))
    return head + table + folder.ljust(_SECTOR, b"\0") + stream


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _name(entry: bytes) -> str:
    length = min(max(struct.unpack_from("<H", entry, 64)[0] - 2, 0), 64)
    return entry[:length].decode("utf-16-le", errors="replace")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    entry = wide.ljust(64, b"\0") + struct.pack("<HBBiii", len(wide), kind, 1, -1, -1, child)
    return entry + b"\0" * 36 + struct.pack("<IQ", start, size)
