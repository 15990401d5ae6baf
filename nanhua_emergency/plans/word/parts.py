"""Finds the parts of an opened .docx that matter to an import, and follows nothing outside it."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from nanhua_emergency.plans.word.container import BROKEN, Container, WordRefused
from nanhua_emergency.plans.word.xml import BrokenXmlError, Budget, TooMuchXmlError, parse_part

TOO_LONG = "文件太长或格式太零碎，不是一个预案的篇幅。请只留预案正文，分成几个 .docx 文件后再导入。"
_CONTENT_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "emf": "image/emf",
    "wmf": "image/wmf",
}
MAX_HEADERS = 20


@dataclass(frozen=True)
class Link:
    """One relationship of the main part: what kind, to where, and whether that is outside."""

    kind: str
    target: str
    is_external: bool


class Parts:
    """The main part and the parts it names."""

    def __init__(self, container: Container) -> None:
        self.budget = Budget()
        self._container = container
        self.main_name = self._find_main()
        self.links = self._read_links(self.main_name)
        main = self._parse(self.main_name)
        body = None if main is None else next((e for e in main if e.tag == "w:body"), None)
        if body is None:
            raise WordRefused(BROKEN)
        self.body: Element = body

    def get_part(self, kind: str) -> Element | None:
        """The first part of a kind ("styles", "numbering", "footnotes" …), or None."""
        return next(self.list_parts(kind), None)

    def list_parts(self, kind: str) -> Iterator[Element]:
        """The parts of a kind ("header", "footer"), at most MAX_HEADERS."""
        targets = [e.target for e in self.links.values() if e.kind == kind and not e.is_external]
        for target in targets[:MAX_HEADERS]:
            part = self._parse(target)
            if part is not None:
                yield part

    def find_picture(self, link_id: str) -> tuple[str, str, bytes] | None:
        """Part name, content type and bytes of a picture that lies in the file, else None."""
        link = self.links.get(link_id)
        if link is None or link.is_external:
            return None
        content_type = _CONTENT_TYPES.get(link.target.rpartition(".")[2].lower())
        data = self._container.find(link.target) if content_type else None
        return None if data is None or content_type is None else (link.target, content_type, data)

    def list_external(self) -> list[Link]:
        """Relationships that lead outside the file; none of them is ever followed."""
        return [link for link in self.links.values() if link.is_external]

    def _find_main(self) -> str:
        for link in self._read_links("").values():
            if link.kind == "officeDocument" and not link.is_external:
                return link.target
        raise WordRefused(BROKEN)

    def _read_links(self, part: str) -> dict[str, Link]:
        folder, name = posixpath.split(part)
        root = self._parse(posixpath.join(folder, "_rels", name + ".rels"))
        links = {}
        for each in root if root is not None else ():
            target, mode = each.get("Target", ""), each.get("TargetMode", "")
            is_external = mode.lower() == "external"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = each.get("Type", "").rpartition("/")[2]
            links[each.get("Id", "")] = Link(kind, target, is_external)
        return links

    def _parse(self, name: str) -> Element | None:
        data = self._container.find(name)
        if data is None:
            return None
        try:
            return parse_part(data, self.budget)
        except BrokenXmlError as error:
            raise WordRefused(BROKEN) from error
        except TooMuchXmlError as error:
            raise WordRefused(TOO_LONG) from error
