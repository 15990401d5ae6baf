"""Proves that an evidence bundle is whole: nothing changed, missing or slipped in."""

import filecmp
import hashlib
import json
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from nanhua_emergency.errors import RuleBroken

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
PIECE = 1 << 16
# A list of hashes beyond this is no bundle of ours: 100,000 files have one of about 12 MB.
MOST_LISTED = 64 * 1024 * 1024
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
SAFE = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
# What reading a damaged zip raises.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """A bundle that is as it was made: how many files, and the hash of its manifest."""

    files: int
    sha256: str


class BundleBroken(RuleBroken):
    """The bundle is not what was made; each fault is named."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "证据包不完整，共 %(count)s 处：%(shown)s", count=len(faults),
            shown="；".join(faults[:20]),
        )  # fmt: skip


def entry(path: str) -> zipfile.ZipInfo:
    """A place in the zip that says nothing but its name: no time, no system, not compressed.

    Uncompressed, so that the bytes of a bundle do not hang on the version of a compressor.
    """
    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o644 << 16
    return info


def check_bundle(path: Path) -> Whole:
    """Compare every byte with what the bundle says of itself; BundleBroken names each fault."""
    with path.open("rb") as file:
        try:
            return _check(path, file)
        except UNREADABLE as error:
            raise BundleBroken(["不是压缩包，或者已经损坏"]) from error


def _check(path: Path, file: IO[bytes]) -> Whole:
    with zipfile.ZipFile(file) as archive:
        for judge in (_list_bad_names, _list_faults):
            faults = list(judge(archive))
            if faults:
                raise BundleBroken(faults)
        _check_rest(path, archive)
        sums = _read_sums(archive)
    return Whole(len(sums), sums[MANIFEST])


def _list_bad_names(archive: zipfile.ZipFile) -> Iterator[str]:
    seen: set[str] = set()
    for info in archive.infolist():
        name = info.filename
        if not SAFE.fullmatch(name) or ".." in name.split("/"):
            yield f"文件名不对：{name!r}"
        if name in seen:
            yield f"{name} 有两份"
        if info.compress_type != zipfile.ZIP_STORED:
            yield f"{name} 不是原样存放的"
        seen.add(name)
    if SUMS not in seen or MANIFEST not in seen:
        yield f"缺 {SUMS} 或 {MANIFEST}，不是本系统的证据包"


def _list_faults(archive: zipfile.ZipFile) -> Iterator[str]:
    sums, names = _read_sums(archive), {info.filename for info in archive.infolist()} - {SUMS}
    for name in sorted(sums.keys() - names):
        yield f"缺 {name}"
    for name in sorted(names - sums.keys()):
        yield f"多出 {name}"
    for name in sorted(names & sums.keys()):
        if _hash(archive, name) != sums[name]:
            yield f"{name} 被改动过"
    yield from _compare_manifest(archive, sums)


def _read_sums(archive: zipfile.ZipFile) -> dict[str, str]:
    sums: dict[str, str] = {}
    for line in _read_listed(archive, SUMS).splitlines():
        found = LINE.fullmatch(line)
        if found is None or found[2] in sums:
            raise BundleBroken([f"{SUMS} 写得不对"])
        sums[found[2]] = found[1]
    if MANIFEST not in sums:
        raise BundleBroken([f"{SUMS} 里没有 {MANIFEST}"])
    return sums


def _read_listed(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as file:
        data = file.read(MOST_LISTED + 1)
    if len(data) > MOST_LISTED:
        raise BundleBroken([f"{name} 太大"])
    return data.decode()


def _hash(archive: zipfile.ZipFile, name: str) -> str:
    """The hash of what is stored under a name; of a piece that does not fit its checksum, none."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except UNREADABLE:
        return ""
    return digest.hexdigest()


def _compare_manifest(archive: zipfile.ZipFile, sums: dict[str, str]) -> Iterator[str]:
    try:
        said: dict[str, Any] = json.loads(_read_listed(archive, MANIFEST))
        listed = {one["path"]: one["sha256"] for one in said["files"]}
    except (*UNREADABLE, KeyError, TypeError):
        yield f"{MANIFEST} 读不出来"
        return
    if listed != {name: sha256 for name, sha256 in sums.items() if name != MANIFEST}:
        yield f"{MANIFEST} 与 {SUMS} 对不上"


def _check_rest(path: Path, archive: zipfile.ZipFile) -> None:
    """What is no file's content either: a bundle written anew from its files has the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder, "again.zip")
        with zipfile.ZipFile(again, "w") as fresh:
            for info in archive.infolist():
                with archive.open(info) as source, fresh.open(entry(info.filename), "w") as file:
                    while piece := source.read(PIECE):
                        file.write(piece)
        if not filecmp.cmp(path, again, shallow=False):
            raise BundleBroken(["压缩包本身被改动过（文件内容没有变）"])
