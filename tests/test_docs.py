"""The documents say what the program does: settings, commands, health, pages, make, links."""

import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from nanhua_emergency.config import SETTINGS, SettingWrong, read_settings

ROOT = Path(__file__).resolve().parent.parent
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# What Flask and Flask-Migrate bring; an operator does not need them.
FOREIGN = {"db", "routes", "run", "shell"}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]


def table_under(heading: str) -> dict[str, list[str]]:
    """The rows of the first table under a heading of running.md, by their first cell."""
    section = re.split(r"^## ", RUNNING.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    rows = [cells(line) for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip("`"): row[1:] for row in rows[2:]}


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    assert phony is not None
    return set(phony[1].split())


def test_it_documents_every_setting_with_its_default() -> None:
    documented = {name: row[0].strip("`") for name, row in table_under("Settings").items()}
    expected = {one.name: one.default or "empty" for one in SETTINGS}
    assert documented == expected


# Any text is an address or a folder; all others have something they refuse.
JUDGED = [one.name for one in SETTINGS if one.name not in ("HOST", "INSTANCE")]


@pytest.mark.parametrize("name", JUDGED)
def test_it_names_the_setting_that_makes_no_sense(name: str) -> None:
    with pytest.raises(SettingWrong) as refusal:
        read_settings({"SECRET_KEY": "a-secret-for-tests-only", name: "bad"})
    assert f"设置 {name} 有误" in str(refusal.value)
    assert "设置 PORT 有误：" in RUNNING


def test_it_documents_every_command(site: Flask) -> None:
    commands = set(site.cli.commands) - FOREIGN
    documented = {row.split("`")[0].split()[1] for row in table_under("Commands")}
    assert documented == commands


@pytest.mark.parametrize("path", [*READMES, "docs/running.md", "docs/architecture.md"])
def test_it_names_no_command_that_does_not_exist(path: str, site: Flask) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    named = set(re.findall(r"\bflask ([a-z][a-z-]+)", text))
    assert named <= set(site.cli.commands)


def test_it_documents_every_field_of_health(site: Flask) -> None:
    answer = site.test_client().get("/healthz").get_json()
    assert set(table_under("Is it well?")) == set(answer)


@pytest.mark.parametrize("path", READMES)
def test_its_make_commands_are_those_of_the_makefile(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert set(
        re.findall(r"\bmake ([a-z]+)", " ".join(re.findall(r"`[^`]*`|^make.*$", text, re.M)))
    ) == (make_targets())


def test_its_two_readmes_give_the_same_commands() -> None:
    blocks = [
        re.findall(r"^```\w+\n(.*?)^```", (ROOT / path).read_text(encoding="utf-8"), re.M | re.S)
        for path in READMES
    ]
    assert blocks[0] == blocks[1] != []


def test_the_commands_without_make_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for step in ("--require-hashes -r requirements.txt", "--require-hashes -r requirements-dev.txt",
                 "flask init", "python app.py", "python -m pytest", "-m venv .venv"):  # fmt: skip
        assert step in makefile, step
        assert step in readme, step


def test_it_lists_every_page_with_its_cost(site: Flask) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split("## Pages, and what each may cost")[1]
    for rule in site.url_map.iter_rules():
        plain = re.sub(r"<(?:int:|path:)?", "<", rule.rule)
        last = "/" + plain.rsplit("/", 1)[1]
        assert f"`{plain}`" in table or f"{last}`" in table, plain


def test_its_picture_of_imports_is_the_one_that_is_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = text.split("## Who imports whom")[1].split("```text\n")[1].split("```")[0]
    assert picture.split() == " ".join(layers).split()


def test_it_says_what_starts_and_refuses_in_the_program_s_own_words() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "nanhua_emergency").rglob("*.py")
    )
    for message in re.findall(r"没有办成：([^`（…]+)", RUNNING):
        assert message.split("：")[0].strip() in code, message


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_its_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target and "screenshots" not in target:
            assert (path.parent / target).exists(), target


def test_its_decisions_have_three_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name


def test_it_says_why_each_package_is_there() -> None:
    page = (ROOT / "docs" / "decisions" / "0008-what-each-package-is-for.md").read_text("utf-8")
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    for line in lines:
        name = re.match(r"[A-Za-z0-9-]+", line)
        if name:
            assert f"{name[0]} " in page or f"{name[0]}, " in page, name[0]
