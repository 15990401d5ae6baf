"""Opens an uploaded file as a .docx, or says in words what it is instead and what to do."""

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass, field

from nanhua_emergency.languages import _

MAX_MEMBER_BYTES = 50 * 2**20
MAX_TOTAL_BYTES = 100 * 2**20
MAX_MEMBERS = 5_000

_SAVE_IN_WORD = "请用 Word 或 WPS 打开，另存为 .docx 后再导入。"
BROKEN = "文件已损坏，读不出来。" + _SAVE_IN_WORD
MACROS = "文件带有宏，为安全起见不能导入。请在 Word 中另存为“Word 文档（.docx）”，宏会随之去掉。"
ENCRYPTED = (
    "文件设有打开密码。请在 Word 中打开，点“文件—信息—保护文档—用密码进行加密”，"
    "清空密码，保存后再导入。"
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the first bytes say; (start, message).
_OTHER_KINDS = (
    (b"%PDF", "这是 PDF 文件，没有标题和表格的结构。请找到原来的 Word 文件，另存为 .docx 后导入。"),
    (b"{\\rtf", "这是 RTF 文件。请在 Word 中另存为 .docx 后再导入。"),
    (b"Rar!", "这是压缩包。请先解压，把里面的 .docx 文件单独导入。"),
    (b"7z\xbc\xaf", "这是压缩包。请先解压，把里面的 .docx 文件单独导入。"),
    (b"\x89PNG", "这是图片。请导入 Word 文件（.docx）；扫描件请先转成文字。"),
    (b"\xff\xd8\xff", "这是图片。请导入 Word 文件（.docx）；扫描件请先转成文字。"),
    (b"<", "这是网页或旧的 XML 文件，不是 .docx。" + _SAVE_IN_WORD),
    (b"MIME-Version", "这是网页文件，不是 .docx。" + _SAVE_IN_WORD),
)
# What a member's presence says of a zip that is no Word file; (name or its beginning, message).
_OTHER_ZIPS = (
    ("xl/", "这是 Excel 表格，不是预案正文。请导入 .docx 文件。"),
    ("ppt/", "这是演示文稿。请把预案正文存为 .docx 后再导入。"),
    ("OFD.xml", "这是 OFD 版式文件。请找到原来的 Word 文件，另存为 .docx 后导入。"),
    ("content.xml", "这是 OpenDocument 文件。" + _SAVE_IN_WORD),
)


class WordRefused(Exception):  # noqa: N818 - the house names refusals by what happened
    """The file cannot be read; the message says, in Chinese, why and what to do."""


@dataclass
class Container:
    """The members of a .docx, read one by one within the limits of size."""

    archive: zipfile.ZipFile
    names: frozenset[str]
    taken: int = field(default=0)

    def read(self, name: str) -> bytes:
        """The member's bytes; raises WordRefused when it is broken or larger than allowed."""
        try:
            with self.archive.open(name) as member:
                data = member.read(MAX_MEMBER_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
            raise WordRefused(BROKEN) from error
        # Counted again here, because the directory of a zip may lie about the sizes.
        self.taken += len(data)
        if len(data) > MAX_MEMBER_BYTES:
            raise WordRefused(_too_large(name, len(data)))
        if self.taken > MAX_TOTAL_BYTES:
            raise WordRefused(_too_large_together())
        return data

    def find(self, name: str) -> bytes | None:
        """The member's bytes, or None when there is no such member."""
        return self.read(name) if name in self.names else None


def _too_large_together() -> str:
    return _(
        "文件解开后超过 %(most)s MB，不能导入。"
        "请在 Word 中压缩图片（图片格式—压缩图片）或删去图片后再导入。",
        most=MAX_TOTAL_BYTES // 2**20,
    )


def _too_large(name: str, size: int) -> str:
    return _(
        "文件里的“%(name)s”解开后有 %(size)s MB，超过 %(most)s MB，不能导入。"
        "请在 Word 中压缩或删去大图片后再导入。",
        name=posixpath.basename(name)[:60],
        size=f"{size / 2**20:.0f}",
        most=MAX_MEMBER_BYTES // 2**20,
    )


def open_container(data: bytes, filename: str) -> Container:
    """The .docx as a container; raises WordRefused for whatever is not a plain .docx.

    The kind is judged by content; of the name only .docm and .dotm (macros) are refused.
    """
    _refuse_other_kinds(data, filename.lower())
    # Cheap upper bound: zipfile would read a directory of millions of entries first.
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise WordRefused(BROKEN)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise WordRefused(BROKEN) from error
    _refuse_members(archive.infolist())
    container = Container(archive, frozenset(archive.namelist()))
    _refuse_contents(container)
    return container


def _refuse_other_kinds(data: bytes, filename: str) -> None:
    if not data:
        raise WordRefused("文件是空的。请重新选择要导入的 .docx 文件。")
    if filename.endswith((".docm", ".dotm")):
        raise WordRefused(MACROS)
    if data.startswith(_OLE):
        raise WordRefused(_describe_ole(data, filename))
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, message in _OTHER_KINDS:
        if start.startswith(signature):
            raise WordRefused(message)
    if not data.startswith(b"PK"):
        raise WordRefused("这不是 Word 文件（.docx）。" + _SAVE_IN_WORD)


def _describe_ole(data: bytes, filename: str) -> str:
    """Names in an OLE directory are in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ENCRYPTED
    if filename.endswith((".wps", ".wpt")):
        return _("这是 WPS 文字的 .wps 文件。请在 WPS 中另存为 .docx 后再导入。")
    if "WordDocument".encode("utf-16-le") in data:
        return _("这是旧版 Word 的 .doc 文件。请在 Word 中另存为 .docx 后再导入。")
    return _(
        "这不是 Word 文件（.docx），是旧版 Office 的其他文件。请把预案正文存为 .docx 后再导入。"
    )


def _refuse_members(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        if member.flag_bits & 0x1:
            raise WordRefused("这是加了密码的压缩包。请先解压，把里面的 .docx 文件单独导入。")
        if member.file_size > MAX_MEMBER_BYTES:
            raise WordRefused(_too_large(member.filename, member.file_size))
        # Word writes nothing else; the other methods may ask for much memory.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WordRefused(BROKEN)
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        raise WordRefused(_too_large_together())


def _refuse_contents(container: Container) -> None:
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in container.names):
        raise WordRefused(MACROS)
    for beginning, message in _OTHER_ZIPS:
        if any(name.startswith(beginning) for name in container.names):
            raise WordRefused(message)
    if "[Content_Types].xml" not in container.names or "_rels/.rels" not in container.names:
        raise WordRefused(
            "这是改了后缀的压缩包，不是 Word 文件。请先解压，把里面的 .docx 文件单独导入。"
        )
    if b"macroenabled" in container.read("[Content_Types].xml").lower():
        raise WordRefused(MACROS)
