"""Reads the text of one Word paragraph: fields, revisions, notes, symbols, pictures and boxes."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from nanhua_emergency.languages import _
from nanhua_emergency.plans.word.parts import Parts
from nanhua_emergency.plans.word.styles import Look, StyleSheet
from nanhua_emergency.plans.word.xml import child, list_children, value

MAX_NOTES = 200
_EXCERPT = 40

INSERTED = "修订：插入的文字已采用"
DELETED = "修订：删除的文字已去掉"
HIDDEN = "隐藏的文字没有带入"
FORMULA = "公式只带入了其中的文字，请核对"
CHART = "图表或 SmartArt 图形没有带入，请截图作附件或改写成表格、清单"
EMBEDDED = "嵌入的其他文件（如 Excel 表）没有带入，请另行作附件上传"
TEXT_BOX = "文本框里的文字放在所在段落之后，请核对先后次序"
FOOTNOTE = "脚注、尾注写进了正文，用“（注：……）”表示"
SYMBOL = "特殊符号换成了“□”，请核对"
LINKED_PICTURE = "图片是外部链接，没有带入，也没有去下载"

# Wingdings letters that plans use as ticks and bullets; (F000 + code) as Word stores them.
_SYMBOLS = {
    "A3": "□", "A8": "□", "6F": "□", "FE": "☑", "52": "☑", "FC": "√", "FD": "☒", "FB": "×",
    "6C": "●", "9F": "•", "A7": "▪", "6E": "■", "D8": "➢", "E0": "→", "B2": "☆", "AB": "★",
}  # fmt: skip
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\t": " ", "\u2028": "\n", "\u2029": "\n", "\r": "", "\ufffd": "□"}
)


@dataclass(frozen=True)
class Piece:
    """A stretch of text that looks the same."""

    text: str
    look: Look


@dataclass(frozen=True)
class Picture:
    """A picture set aside from the text: its name there (附图1.png), its kind and its bytes."""

    name: str
    content_type: str
    data: bytes


@dataclass
class Gathered:
    """What comes up while reading, with the place in reading order where it did."""

    place: int = 0
    notes: dict[tuple[int, str], int] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)

    def add(self, message: str) -> None:
        """Note something that could not be carried as it was; the same at one place is counted."""
        key = (self.place, message)
        if key in self.notes or len(self.notes) < MAX_NOTES:
            self.notes[key] = self.notes.get(key, 0) + 1


def clean_text(text: str) -> str:
    """Text without control, zero-width and direction marks, its spaces made plain."""
    return _INVISIBLE.sub("", text.translate(_PLAIN))


def plain_text(node: Element) -> str:
    """All text below an element without what was deleted, paragraphs joined by a space."""
    said = (each.text or "" for each in _list_kept(node) if each.tag == "w:t")
    return " ".join(clean_text("".join(said)).split())


def _list_kept(node: Element) -> Iterator[Element]:
    for each in node:
        if each.tag not in _DELETIONS:
            yield each
            yield from _list_kept(each)


_DELETIONS = frozenset({"w:del", "w:moveFrom"})
_SILENT = frozenset(
    {"w:pPr", "w:rPr", "w:instrText", "w:delText", "w:delInstrText", "w:rt", "w:sdtPr"}
)


class TextReader:
    """Reads paragraphs one after another; boxes found in one wait in `boxes` for the caller."""

    def __init__(self, parts: Parts, styles: StyleSheet, gathered: Gathered) -> None:
        self._parts = parts
        self._styles = styles
        self._gathered = gathered
        self._notes = {kind: _index(parts.get_part(kind + "s"), kind) for kind in _NOTE_KINDS}
        self._picture_names: dict[str, str] = {}
        self._fields: list[bool] = []  # for each open field: is its result being read
        self._pieces: list[Piece] = []
        self._properties: Element | None = None
        self._look = Look()
        self.boxes: list[Element] = []
        self._handlers: dict[str, Callable[[Element], None]] = {
            "w:r": self._read_run,
            "w:t": lambda node: self._add(node.text or ""),
            "w:tab": lambda node: self._add(" "),
            "w:ptab": lambda node: self._add(" "),
            "w:br": self._read_break,
            "w:cr": lambda node: self._add("\n"),
            "w:noBreakHyphen": lambda node: self._add("-"),
            "w:sym": self._read_symbol,
            "w:fldChar": self._read_field,
            "w:ins": lambda node: self._read_noted(node, INSERTED),
            "w:moveTo": lambda node: self._read_noted(node, INSERTED),
            "w:del": lambda node: gathered.add(DELETED),
            "w:moveFrom": lambda node: gathered.add(DELETED),
            "w:footnoteReference": lambda node: self._read_footnote("footnote", node),
            "w:endnoteReference": lambda node: self._read_footnote("endnote", node),
            "w:commentReference": self._read_comment,
            "w:txbxContent": self._read_box,
            "w:object": lambda node: self._read_noted(node, EMBEDDED),
            "mc:AlternateContent": self._read_alternative,
            "m:oMath": self._read_formula,
            "c:chart": lambda node: gathered.add(CHART),
            "dgm:relIds": lambda node: gathered.add(CHART),
            "a:blip": lambda node: self._read_picture(node, "r:embed", "r:link"),
            "v:imagedata": lambda node: self._read_picture(node, "r:id", "r:href"),
        }

    def read(self, paragraph: Element) -> list[Piece]:
        """The pieces of one paragraph, neighbours that look alike joined."""
        self._pieces, self._properties = [], child(paragraph, "w:pPr")
        # A field left open without a result would swallow all that follows.
        self._fields = [is_result for is_result in self._fields if is_result]
        self._walk(paragraph)
        return _join(self._pieces)

    def _walk(self, node: Element) -> None:
        for each in node:
            if each.tag in _SILENT:
                continue
            handler = self._handlers.get(each.tag)
            if handler is None:
                self._walk(each)
            else:
                handler(each)

    def _add(self, text: str) -> None:
        if all(self._fields):
            self._pieces.append(Piece(clean_text(text), self._look))

    def _add_mark(self, text: str) -> None:
        """Text of our own, which does not look like the text around it."""
        if all(self._fields):
            self._pieces.append(Piece(text, Look()))

    def _read_run(self, run: Element) -> None:
        before = self._look
        self._look = self._styles.get_look(self._properties, child(run, "w:rPr"))
        if self._look.is_hidden:
            self._gathered.add(HIDDEN)
        else:
            self._walk(run)
        self._look = before

    def _read_noted(self, node: Element, message: str) -> None:
        self._gathered.add(message)
        self._walk(node)

    def _read_break(self, node: Element) -> None:
        if node.get("w:type") not in {"page", "column"}:
            self._add("\n")

    def _read_symbol(self, node: Element) -> None:
        symbol = _SYMBOLS.get(node.get("w:char", "").upper()[-2:])
        if symbol is None:
            self._gathered.add(SYMBOL)
        self._add(symbol or "□")

    def _read_field(self, node: Element) -> None:
        kind = node.get("w:fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _read_footnote(self, kind: str, node: Element) -> None:
        # Taken out, so that a note referred to a thousand times is written once.
        note = self._notes[kind].pop(node.get("w:id", ""), None)
        text = "" if note is None else plain_text(note)
        if text:
            self._gathered.add(FOOTNOTE)
            self._add_mark(f"（注：{text}）")

    def _read_comment(self, node: Element) -> None:
        comment = self._notes["comment"].pop(node.get("w:id", ""), None)
        if comment is not None:
            author = clean_text(comment.get("w:author", ""))[:20]
            said = plain_text(comment)
            shown = said[:_EXCERPT] + ("……" if len(said) > _EXCERPT else "")
            self._gathered.add(_("批注没有带入：%(author)s“%(shown)s”", author=author, shown=shown))

    def _read_box(self, node: Element) -> None:
        self.boxes.append(node)

    def _read_alternative(self, node: Element) -> None:
        """The same thing written for new and for old Word: exactly one of them is read."""
        chosen = next((e for e in node if e.tag == "mc:Choice" and len(e)), None)
        if chosen is None:
            chosen = child(node, "mc:Fallback")
        if chosen is not None:
            self._walk(chosen)

    def _read_formula(self, node: Element) -> None:
        self._gathered.add(FORMULA)
        self._add("".join(each.text or "" for each in node.iter("m:t")))

    def _read_picture(self, node: Element, inside: str, outside: str) -> None:
        link = node.get(inside, "")
        if link not in self._picture_names:
            self._picture_names[link] = self._set_aside(link, node.get(outside))
        if name := self._picture_names[link]:
            self._add_mark(f"（见{name.partition('.')[0]}）")

    def _set_aside(self, link: str, outside: str | None) -> str:
        found = self._parts.find_picture(link)
        if found is None:
            self._gathered.add(LINKED_PICTURE if outside or link in self._parts.links else CHART)
            return ""
        part, content_type, data = found
        name = f"附图{len(self._gathered.pictures) + 1}.{part.rpartition('.')[2].lower()}"
        self._gathered.pictures.append(Picture(name, content_type, data))
        self._gathered.add(
            _(
                "图片另存为附件“%(name)s”，原处写了“（见%(short)s）”",
                name=name,
                short=name.partition(".")[0],
            )
        )
        return name


_NOTE_KINDS = ("footnote", "endnote", "comment")


def _index(root: Element | None, kind: str) -> dict[str, Element]:
    return {
        each.get("w:id", ""): each
        for each in list_children(root, f"w:{kind}")
        if each.get("w:type") in {None, "normal"}
    }


def _join(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    texts: list[list[str]] = []
    for piece in pieces:
        if joined and joined[-1].look == piece.look:
            texts[-1].append(piece.text)
        else:
            joined.append(piece)
            texts.append([piece.text])
    return [Piece("".join(text), piece.look) for piece, text in zip(joined, texts, strict=True)]


_HEADING_FONTS = ("黑体", "楷体", "标宋", "simhei", "kaiti", "xbsong")


def is_heading_font(font: str) -> bool:
    """Whether a font is one that official documents keep for headings (黑体, 楷体, 小标宋)."""
    name = unicodedata.normalize("NFKC", font).lower()
    return any(word in name for word in _HEADING_FONTS)


def has_deleted_mark(properties: Element | None) -> bool:
    """Whether a tracked change has deleted the paragraph's end, joining it to the next one."""
    return value(properties, "w:rPr", "w:del") is not None
