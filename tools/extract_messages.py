"""Finds every text for people in code and templates, and brings the English catalogue up to date."""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
HEADER = """# English of every text for people; `make translations` adds what is new and drops what is gone.
# The Chinese is the key. Places like %(name)s stay as they are.

"""
CHINESE = re.compile(r"[\u3400-\u9fff]")

# Constants whose Chinese words people read, by how the house names them.
CONSTANTS = re.compile(
    r"(_NAMES|_LABELS|_ITEMS|_POINTS|_FORMAT|_KINDS|_FIELDS|ARTICLE_\w+"
    r"|^(message|NAVIGATION|ADVICE|ACTIONS|JUMPS|BUSY|TWICE|BROKEN_TEXT|YES|NO|FILED|CHANGED_SINCE|FAILED|GROUPS|_LINKS|DEFAULT_FARM_PEAKS|DEFAULT_PREFERRED))$"
)
# In these files every text is for people: what may be wrong with a Word file, or was left out.
WHOLE_FILES = re.compile(r"plans/word/(container|parts|body|tables|text|reading|draft|xml)\.py$")
# What an operator reads stays Chinese, as commands do.
SILENT_FILES = {
    "commands.py",
    "backup.py",
    "config.py",
    "migrating.py",
    "importing.py",
    "library.py",
}
# Declarations whose every Chinese word people read: registers, reasons, duties, figures.
DECLARING = {
    "Register", "Reason", "Duty", "Kind", "Figure", "not_before", "both_or_neither",
    "_figure", "_training", "_team", "_post",
}  # fmt: skip
# Of a column of a register people read its heading and hint; examples and other names are data.
COLUMNS = "columns"
# Not for people: what finds text, and what is written into a plan, a paper or the record.
SILENT_CALLS = {
    "compile",
    "record",
    "record_drill_activity",
    "_record",
    "_record_plan",
    "_record_change",
}

Found = tuple[str, int]


def extract_python(source: str, filename: str) -> Iterator[Found]:
    """Text and line of every message of one Python file."""
    tree = ast.parse(source)
    constants = _Constants(tree)
    is_form = filename.endswith("forms.py")
    is_whole = bool(WHOLE_FILES.search(filename))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, constants)
            yield from _of_declaration(node, constants)
        elif _is_for_people(node):
            yield from _texts_in(node, constants)
    if is_form or is_whole:
        yield from _texts_in(tree, constants)


class _Constants:
    """Texts that the file gives a name, so that sums of them can be read."""

    def __init__(self, tree: ast.Module) -> None:
        self.texts: dict[str, str] = {}
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                text = self.read(node.value)
                if text is not None:
                    self.texts[node.targets[0].id] = text

    def read(self, node: ast.expr) -> str | None:
        """The text an expression stands for, if it is one."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.Name):
            return self.texts.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.read(node.left), self.read(node.right)
            return None if left is None or right is None else left + right
        return None


def _of_call(node: ast.Call, constants: _Constants) -> Iterator[Found]:
    """The first argument of _(), of a refusal that is raised, and of a refusal's own __init__."""
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
    is_refusal = name[:1].isupper() or name == "__init__"
    text = constants.read(node.args[0]) if node.args else None
    if text and (name == "_" or (is_refusal and _is_said(text))):
        yield text, node.lineno


def _of_declaration(node: ast.Call, constants: _Constants) -> Iterator[Found]:
    """What a declaration says of itself: all of it, or of a column its heading and hint."""
    if getattr(node.func, "id", None) in DECLARING:
        said = [*node.args, *(keyword.value for keyword in node.keywords)]
    elif getattr(getattr(node.func, "value", None), "id", None) == COLUMNS:
        said = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "hint")]
    else:
        return
    for one in said:
        text = constants.read(one)
        if text and _is_said(text):
            yield text, one.lineno


def _is_said(text: str) -> bool:
    """Chinese, and no pattern."""
    return bool(CHINESE.search(text)) and not text.startswith("^")


def _is_for_people(node: ast.AST) -> bool:
    """Whether it names words that people read: a constant of the house, or an enumeration."""
    if isinstance(node, ast.ClassDef):
        return any(getattr(base, "id", "") == "StrEnum" for base in node.bases)
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return isinstance(target, ast.Name) and bool(CONSTANTS.search(target.id))


def _texts_in(tree: ast.AST, constants: _Constants) -> Iterator[Found]:
    """Every Chinese text below a node, sums as one; descriptions and patterns are left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr) or _is_silent(node):
            continue
        text = constants.read(node) if isinstance(node, ast.Constant | ast.BinOp) else None
        if text is None:
            yield from _texts_in(node, constants)
        elif _is_said(text):
            yield text, node.lineno  # type: ignore[attr-defined]


def _is_silent(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return (getattr(node.func, "id", None) or getattr(node.func, "attr", "")) in SILENT_CALLS


def extract_template(source: bytes) -> Iterator[Found]:
    """Text and line of every _() of one template."""
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for line, _function, message, _comments in babel_extract(
        io.BytesIO(source), ["_"], [], options
    ):
        # With values a message comes as a tuple, of which it is the first; a variable's is None.
        text = message[0] if isinstance(message, tuple) else message
        if text:
            yield text, line


def list_messages() -> dict[str, list[Found]]:
    """Every message, with the files and lines it stands in."""
    found: dict[str, list[Found]] = {}
    for path in sorted((ROOT / "nanhua_emergency").rglob("*.py")):
        if path.name not in SILENT_FILES:
            _note(found, path, extract_python(path.read_text(encoding="utf-8"), path.as_posix()))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        _note(found, path, extract_template(path.read_bytes()))
    return found


def _note(found: dict[str, list[Found]], path: Path, messages: Iterable[Found]) -> None:
    for text, line in messages:
        found.setdefault(text, []).append((path.relative_to(ROOT).as_posix(), line))


def read_catalogue() -> Catalog:
    """The English catalogue as it stands."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def update_catalogue() -> list[str]:
    """Add what is new, drop what is gone; what still wants an English text is returned."""
    known = {one.id: one.string for one in read_catalogue() if one.id} if CATALOGUE.exists() else {}
    catalogue = Catalog(locale="en", project="Nanhua Emergency", charset="utf-8")
    for text, places in list_messages().items():
        files = sorted({file for file, _line in places})
        catalogue.add(text, known.get(text, ""), [(file, None) for file in files])
    # Without dates and line numbers: the file changes only when a text does.
    with CATALOGUE.open("wb") as file:
        file.write(HEADER.encode())
        write_po(
            file, catalogue, width=0, sort_by_file=True, omit_header=True, include_lineno=False
        )
    return [str(one.id) for one in catalogue if one.id and not one.string]


if __name__ == "__main__":
    missing = update_catalogue()
    print("\n".join(missing))
    sys.exit(
        f"{len(missing)} texts still want English in {CATALOGUE.relative_to(ROOT)}"
        if missing
        else 0
    )
