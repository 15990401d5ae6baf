"""The checks of a plan's text, run on what is stored and on what lies in files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nanhua_emergency.plans import references
from nanhua_emergency.plans.checks import (
    Problem,
    Weight,
    check_body,
    check_front_matter,
    list_repeated_paragraphs,
    load_references,
)
from nanhua_emergency.plans.library import PlanFileWrong, read_front_matter, split_front_matter
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.words import Category
from nanhua_emergency.registers.references import REFERENCES


@dataclass(frozen=True)
class FileProblem:
    """One thing to put right in a plan file; `line` counts from 1 in the file."""

    filename: str
    line: int
    weight: Weight
    message: str
    clause: str = ""


@dataclass(frozen=True)
class _Parts:
    """A plan file taken apart; `first_line` is the line of the file on which its body begins."""

    filename: str
    front: str
    body: str
    first_line: int


@cache
def _known_references(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    return load_references(path.read_text(encoding="utf-8"))


def known_references() -> tuple[frozenset[str], frozenset[str]]:
    """The posts and the registers that a plan may refer to."""
    return _known_references(REFERENCES)


def check_edition(edition: Edition) -> list[Problem]:
    """What the text of an edition lacks (errors) and might do better (advice)."""
    posts, registers = known_references()
    found = check_body(
        edition.body,
        is_general=edition.plan.is_general,
        is_village=edition.plan.place.is_village,
        posts=posts | set(references.list_post_titles(edition.plan.place)),
        registers=registers,
    )
    return sorted([*found, *references.check_filters(edition.body)], key=lambda one: one.line)


def check_files(folder: Path) -> list[FileProblem]:
    """What is to be put right in the plan files of a folder, by file and line.

    Each file by itself, then the files against each other: doubled numbers and slugs, and
    paragraphs reused with another hazard's name.
    """
    parts, problems = [], []
    for path in sorted(folder.glob("*.md")):
        try:
            parts.append(_take_apart(path))
        except UnicodeDecodeError:
            wrong = "不是 UTF-8 编码，请另存为 UTF-8"
            problems.append(FileProblem(path.name, 1, Weight.ERROR, wrong))
    for one in parts:
        problems += _check_file(one)
    problems += _list_doubles(parts)
    problems += _list_repeats(parts)
    return sorted(problems, key=lambda problem: (problem.filename, problem.line))


def _take_apart(path: Path) -> _Parts:
    text = path.read_text(encoding="utf-8")
    front, body = split_front_matter(text)
    first_line = text.count("\n") - body.count("\n") + 1
    return _Parts(path.name, front, body, first_line)


def _check_file(parts: _Parts) -> Iterator[FileProblem]:
    try:
        fields = read_front_matter(parts.front, parts.filename)
    except PlanFileWrong as wrong:
        yield FileProblem(parts.filename, 1, Weight.ERROR, str(wrong))
        return
    for problem in check_front_matter(fields):
        line = _line_of_field(parts.front, problem.heading)
        yield _in_file(parts, problem, line)
    posts, registers = known_references()
    is_general = fields.get("category") == Category.GENERAL
    found = check_body(parts.body, is_general=is_general, posts=posts, registers=registers)
    for problem in [*found, *references.check_filters(parts.body)]:
        yield _in_file(parts, problem, problem.line + parts.first_line - 1)


def _in_file(parts: _Parts, problem: Problem, line: int) -> FileProblem:
    return FileProblem(parts.filename, line, problem.weight, problem.message, problem.clause)


def _line_of_field(front: str, field: str) -> int:
    lines = front.split("\n")
    found = [n for n, line in enumerate(lines, start=2) if line.startswith(f"{field}:")]
    return found[0] if found else 1


def _list_doubles(parts: Sequence[_Parts]) -> Iterator[FileProblem]:
    for field in ("number", "slug"):
        seen: dict[object, str] = {}
        for one in parts:
            value = _read_field(one, field)
            if value in seen:
                message = f"{field}“{value}”已由 {seen[value]} 占用，请换一个"
                line = _line_of_field(one.front, field)
                yield FileProblem(one.filename, line, Weight.ERROR, message)
            elif value is not None:
                seen[value] = one.filename


def _read_field(parts: _Parts, field: str) -> object:
    try:
        return read_front_matter(parts.front, parts.filename).get(field)
    except PlanFileWrong:
        return None


def _list_repeats(parts: Sequence[_Parts]) -> Iterator[FileProblem]:
    bodies: Mapping[str, str] = {one.filename: one.body for one in parts}
    first_lines = {one.filename: one.first_line for one in parts}
    for repeat in list_repeated_paragraphs(bodies):
        other = f"{repeat.first} 第 {repeat.first_line + first_lines[repeat.first] - 1} 行"
        message = f"这一段与 {other} 雷同，请按本灾种重写：“{repeat.excerpt}”"
        line = repeat.second_line + first_lines[repeat.second] - 1
        yield FileProblem(repeat.second, line, Weight.ERROR, message)
