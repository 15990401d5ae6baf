"""Opens an .xlsx as a zip without trusting what it says about its own size."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from nanhua_emergency.registers.sheets.refusals import AS_XLSX, SheetRefused

MOST_MEMBERS = 1000
# Of all parts together. Two million empty lines are some 60 MB; no page of text comes near.
MOST_UNPACKED = 100 * 2**20
# Of the parts that are held in memory.
MOST_KEPT = 50 * 2**20
# Deflate cannot do better than 1:1032; sheets of empty lines come to about 1:150.
MOST_RATIO = 500
_BLOCK = 1 << 16
# What the library raises on broken files; RuntimeError is a password, ValueError a wrong offset.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip

BROKEN = f"这个文件已经损坏，打不开。{AS_XLSX}。"
TOO_LARGE = (
    "这个文件展开后太大。多半是整行、整列设了格式：请新建一张表，只把有内容的行复制过去，再导入。"
)


class Container:
    """The parts of a zip by name; each is read in bounds, however large it says it is."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise SheetRefused(BROKEN) from error
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
            raise SheetRefused(TOO_LARGE)
        self._members = {_plain(one.filename): one for one in members}
        if len(self._members) != len(members):
            raise SheetRefused(BROKEN)

    def names(self) -> list[str]:
        """The names of all parts, in lower case."""
        return list(self._members)

    def has(self, name: str) -> bool:
        """Whether there is a part of that name; upper and lower case are the same."""
        return _plain(name) in self._members

    def stream(self, name: str) -> Iterator[bytes]:
        """One part, block by block; the library ends it where it grows beyond what it said."""
        member = self._members.get(_plain(name))
        # Other ways of packing, which no spreadsheet program uses, unpack without bounds.
        if member is None or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SheetRefused(BROKEN)
        if member.file_size > 2**20 and member.file_size > MOST_RATIO * member.compress_size:
            raise SheetRefused(TOO_LARGE)
        try:
            with self._zip.open(member) as part:
                while block := part.read(_BLOCK):
                    yield block
        except _ZIP_ERRORS as error:
            raise SheetRefused(BROKEN) from error

    def read(self, name: str, most: int = MOST_KEPT) -> bytes:
        """One whole part, or its first `most` bytes where that is all that is wanted."""
        kept = bytearray()
        for block in self.stream(name):
            kept += block
            if len(kept) >= most:
                break
        if len(kept) >= MOST_KEPT:
            raise SheetRefused(TOO_LARGE)
        return bytes(kept[:most])


def _plain(name: str) -> str:
    """A name as it is compared; some programs write it with the slashes of Windows."""
    return name.replace("\\", "/").casefold()


def repack(parts: dict[str, bytes]) -> bytes:
    """A zip of just these parts, so that what reads it meets nothing that was not looked at."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()
