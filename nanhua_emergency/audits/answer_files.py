"""Photos and documents beside an answer: judged by content, kept once, named by their hash."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import filetype

from nanhua_emergency.drills.photos import PhotoRefused, shrink_photo
from nanhua_emergency.errors import RuleBroken

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 6
# What an office files: the extension by which the content is recognised, and how it is sent.
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
}


@dataclass(frozen=True)
class SentFile:
    """A file that was looked at and may be kept."""

    name: str
    extension: str
    data: bytes
    sha256: str


class FileRefused(RuleBroken):
    """The file cannot be taken; the message names it and says what to do."""


def read_file(data: bytes, name: str) -> SentFile:
    """A photo, shrunk and without position, or a document; FileRefused for anything else."""
    name = Path(name.replace("\\", "/")).name[-120:].strip(". ") or "文件"
    if len(data) > MOST_BYTES:
        raise FileRefused("“%(name)s”超过 20 MB，请压缩后再传", name=name)
    kind = filetype.guess(data)
    if kind is None:
        raise FileRefused("“%(name)s”认不出是什么文件。请传照片、PDF、Word 或 Excel", name=name)
    if kind.mime.startswith("image/"):
        return _read_photo(data, name)
    if kind.extension not in CONTENT_TYPES:
        raise FileRefused("“%(name)s”不能收。请传照片、PDF、Word 或 Excel", name=name)
    return SentFile(name, kind.extension, data, hashlib.sha256(data).hexdigest())


def _read_photo(data: bytes, name: str) -> SentFile:
    try:
        photo = shrink_photo(data, name)
    except PhotoRefused as refusal:
        raise FileRefused(str(refusal)) from refusal
    return SentFile(name, "jpg", photo.data, photo.sha256)


def keep_file(file: SentFile, folder: Path) -> None:
    """Write a file to its place; the same file is kept once."""
    path = file_path(folder, file.sha256, file.extension)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.data)


def file_path(folder: Path, sha256: str, extension: str) -> Path:
    """Where a file lies."""
    return folder / "evidence" / sha256[:2] / f"{sha256}.{extension}"
