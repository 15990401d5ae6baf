"""The checklists of data/checklists/*.yaml: read, and refused with the line where they are wrong."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from nanhua_emergency.errors import RuleBroken

NONE = "none"
FEWEST, MOST = 3, 5
SLUG = re.compile("[a-z0-9-]{1,40}")
FIGURE = re.compile("[1-9][0-9]{0,5}")


class Level(StrEnum):
    """The kind of place that a checklist is for."""

    TOWN = "town"
    VILLAGE = "village"


@dataclass(frozen=True)
class Criterion:
    """One thing to look at; `figure` is the number its evidence is measured against."""

    code: str
    text: str
    basis: str
    evidence: str = ""
    figure: int = 1


@dataclass(frozen=True)
class Item:
    """One of the seven or five, in its literal wording."""

    code: str
    name: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Checklist:
    """A list of items under a version; a round keeps the wording it was held under."""

    slug: str
    title: str
    version: str
    level: Level
    source: str
    items: tuple[Item, ...]

    @property
    def criteria(self) -> list[Criterion]:
        """Every criterion, in the order of the list."""
        return [criterion for item in self.items for criterion in item.criteria]

    def get_item(self, code: str) -> Item | None:
        """The item of that code."""
        return next((item for item in self.items if item.code == code), None)


class ChecklistWrong(RuleBroken):
    """A checklist cannot be used; its text names the file and the line."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__("%(file)s 第 %(line)s 行：%(why)s", file=file, line=line, why=why)


def read_checklists(folder: Path, known: Collection[str]) -> dict[str, Checklist]:
    """Every checklist of a folder by its slug; `known` are the names of evidence queries."""
    found: dict[str, Checklist] = {}
    for path in sorted(folder.glob("*.yaml")):
        checklist = read_checklist(path, known)
        if checklist.slug in found:
            raise ChecklistWrong(path.name, 1, f"slug“{checklist.slug}”已由另一个文件使用")
        found[checklist.slug] = checklist
    if not found:
        raise ChecklistWrong(folder.name, 1, "文件夹里没有核查表（*.yaml）")
    return found


def read_checklist(path: Path, known: Collection[str]) -> Checklist:
    """One checklist; ChecklistWrong for a missing or doubled code, field or unknown evidence."""
    return _Reader(path.name, known).read(_compose(path))


def _compose(path: Path) -> Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ChecklistWrong(path.name, 1, "不是 UTF-8 编码") from error
    except RecursionError as error:
        raise ChecklistWrong(path.name, 1, "括号套得太深") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ChecklistWrong(path.name, line, "格式不对，请检查缩进、冒号和引号") from error
    if node is None:
        raise ChecklistWrong(path.name, 1, "文件是空的")
    return node


class _Reader:
    """Walks one file node by node, so that every refusal knows its line."""

    def __init__(self, file: str, known: Collection[str]) -> None:
        self.file, self.known = file, known
        self.codes: dict[str, int] = {}

    def read(self, node: Node) -> Checklist:
        fields = self._fields(node, {"slug", "title", "version", "level", "source", "items"}, set())
        slug = self._text(fields["slug"], "slug")
        if not SLUG.fullmatch(slug):
            raise self._wrong(fields["slug"], f"slug“{slug}”只能用小写字母、数字和连字符")
        level = self._text(fields["level"], "level")
        if level not in set(Level):
            raise self._wrong(fields["level"], f"不认识的 level“{level}”，应为 town 或 village")
        return Checklist(
            slug, self._text(fields["title"], "title"), self._text(fields["version"], "version"),
            Level(level), self._text(fields["source"], "source"),
            tuple(self._item(one) for one in self._list(fields["items"], "items")),
        )  # fmt: skip

    def _item(self, node: Node) -> Item:
        fields = self._fields(node, {"code", "name", "criteria"}, set())
        code = self._code(fields["code"])
        criteria = self._list(fields["criteria"], "criteria")
        if not FEWEST <= len(criteria) <= MOST:
            raise self._wrong(
                fields["criteria"], f"{code} 有 {len(criteria)} 条，应为 {FEWEST} 至 {MOST} 条"
            )
        name = self._text(fields["name"], "name")
        return Item(code, name, tuple(self._criterion(one, code) for one in criteria))

    def _criterion(self, node: Node, item: str) -> Criterion:
        fields = self._fields(node, {"code", "text", "basis", "evidence"}, {"figure"})
        code = self._code(fields["code"])
        if not code.startswith(f"{item}."):
            raise self._wrong(fields["code"], f"编号“{code}”不在 {item} 之下")
        evidence = self._text(fields["evidence"], "evidence")
        if evidence not in self.known and evidence != NONE:
            raise self._wrong(fields["evidence"], f"不认识的 evidence“{evidence}”")
        return Criterion(
            code, self._text(fields["text"], "text"), self._text(fields["basis"], "basis"),
            "" if evidence == NONE else evidence, self._figure(fields.get("figure")),
        )  # fmt: skip

    def _figure(self, node: Node | None) -> int:
        if node is None:
            return 1
        text = self._text(node, "figure")
        if not FIGURE.fullmatch(text):
            raise self._wrong(node, f"figure“{text}”应为正整数")
        return int(text)

    def _code(self, node: Node) -> str:
        code = self._text(node, "code")
        if not re.fullmatch(r"[A-Z][1-9][0-9]?(\.[1-9])?", code):
            raise self._wrong(node, f"编号“{code}”写得不对，例如 T1 或 T1.2")
        if code in self.codes:
            raise self._wrong(node, f"编号“{code}”重复，第 {self.codes[code]} 行已经用过")
        self.codes[code] = _line(node)
        return code

    def _fields(self, node: Node, needed: set[str], optional: set[str]) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            raise self._wrong(node, "应为“名称: 内容”的格式")
        fields = dict(self._pairs(node))
        for name in sorted(needed - fields.keys()):
            raise self._wrong(node, f"缺 {name}")
        for name in sorted(fields.keys() - needed - optional):
            raise self._wrong(fields[name], f"不认识的 {name}")
        return fields

    def _pairs(self, node: MappingNode) -> Iterator[tuple[str, Node]]:
        seen = set()
        for key, value in node.value:
            name = self._text(key, "名称")
            if name in seen:
                raise self._wrong(key, f"{name} 重复")
            seen.add(name)
            yield name, value

    def _list(self, node: Node, name: str) -> list[Node]:
        if not isinstance(node, SequenceNode) or not node.value:
            raise self._wrong(node, f"{name} 应为列表，每条以“- ”开头")
        return list(node.value)

    def _text(self, node: Node, name: str) -> str:
        text = node.value.strip() if isinstance(node, ScalarNode) else ""
        if not text:
            raise self._wrong(node, f"{name} 是空的")
        return str(text)

    def _wrong(self, node: Node, why: str) -> ChecklistWrong:
        return ChecklistWrong(self.file, _line(node), why)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def pack(checklist: Checklist) -> dict[str, Any]:
    """The whole list as plain data, to be kept with a round."""
    return {
        "slug": checklist.slug, "title": checklist.title, "version": checklist.version,
        "level": checklist.level.value, "source": checklist.source,
        "items": [
            {
                "code": item.code, "name": item.name,
                "criteria": [vars(criterion).copy() for criterion in item.criteria],
            }
            for item in checklist.items
        ],
    }  # fmt: skip


def unpack(content: dict[str, Any]) -> Checklist:
    """The list that a round was held under."""
    items = tuple(
        Item(one["code"], one["name"], tuple(Criterion(**c) for c in one["criteria"]))
        for one in content["items"]
    )
    return Checklist(
        content["slug"], content["title"], content["version"], Level(content["level"]),
        content["source"], items,
    )  # fmt: skip


def hash_content(content: object) -> str:
    """SHA-256 of plain data in one canonical spelling: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
