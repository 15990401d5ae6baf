"""Check plan files: one fault of each kind is planted in a copy and seen with file, line and advice."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from nanhua_emergency import create_app

ROOT = Path(__file__).resolve().parent.parent.parent
FLOOD = "01-flood-control.md"


@pytest.fixture
def checker(tmp_path: Path) -> Flask:
    return create_app({"INSTANCE": str(tmp_path / "instance"), "SECRET_KEY": "only-for-this-test"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "plans", tmp_path / "plans"))


def run(checker: Flask, folder: Path) -> tuple[int, str, str]:
    runner = FlaskCliRunner(checker)
    done = runner.invoke(args=["check-plans", str(folder)])
    return done.exit_code, done.stdout, done.stderr


def plant(folder: Path, old: str, new: str, name: str = FLOOD) -> int:
    """Change a plan file; gives the line on which the change stands."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_it_passes_the_seventeen_plans_of_the_town(checker: Flask) -> None:
    code, printed, _ = run(checker, ROOT / "plans")
    assert (code, printed) == (0, "17 个预案，没有要补的\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("number: 1\n", "", "number"),
        ("number: 1\n", "number: 2\n", "已由"),
        ("slug: flood-control", "slug: 防汛", "slug"),
        ("slug: flood-control", "slug: general", "已由"),
        ("category: 自然灾害", "category: 其他", "category"),
        ("season: 5月—6月", "season: 夏天", "season"),
        ("review_months: 36", "review_months: 60", "review_months"),
        ("## 7 现场管理", "## 7 其他", "缺“现场管理”"),
        ("| 橙色 |", "| 橙色 |  |", "响应分级"),
        ("| 叫应 | 30 |", "| 叫应 | 半小时 |", "分钟"),
        ("{{岗位:防汛指挥长}}", "{{岗位:防汛总司令}}", "防汛总司令"),
        ("打 95598", "打 13912345678", "号码"),
    ],
)
def test_it_names_each_fault(checker: Flask, folder: Path, old: str, new: str, said: str) -> None:
    plant(folder, old, new)
    code, printed, error = run(checker, folder)
    assert code == 1
    assert "处要补" in error
    found = [line for line in printed.splitlines() if said in line and "要补" in line]
    assert found, printed
    assert any(FLOOD in line or "02-drought.md" in line for line in found)


def test_it_names_the_line_of_the_file_and_the_clause(checker: Flask, folder: Path) -> None:
    line = plant(folder, "{{岗位:防汛指挥长}}", "{{岗位:防汛总司令}}")
    _, printed, _ = run(checker, folder)
    assert f"{FLOOD}:{line}: 要补" in printed
    plant(folder, "## 7 现场管理", "## 7 其他")
    _, printed, _ = run(checker, folder)
    assert "《突发事件应急预案管理办法》第十五条第一款" in printed


def test_it_only_advises_on_length(checker: Flask, folder: Path) -> None:
    path = folder / FLOOD
    path.write_text(path.read_text(encoding="utf-8") + "\n更多的话。" * 600, encoding="utf-8")
    code, printed, _ = run(checker, folder)
    assert code == 0
    assert "建议：" in printed


def test_it_names_a_paragraph_reused_with_another_hazard(checker: Flask, folder: Path) -> None:
    drought = (folder / "02-drought.md").read_text(encoding="utf-8")
    paragraph = max(drought.split("\n\n"), key=lambda p: len(p) if p[0] not in "|#-1" else 0)
    path = folder / FLOOD
    text = path.read_text(encoding="utf-8").replace(
        "## 附件", f"{paragraph.replace('旱', '汛')}\n\n## 附件"
    )
    path.write_text(text, encoding="utf-8")
    code, printed, _ = run(checker, folder)
    assert code == 1
    assert "02-drought.md" in printed
    assert "雷同" in printed


def test_it_says_what_to_do_with_a_file_that_is_no_plan(checker: Flask, folder: Path) -> None:
    (folder / "18-broken.md").write_text("没有登记项\n", encoding="utf-8")
    (folder / "19-gbk.md").write_bytes("预案".encode("gbk"))
    code, printed, _ = run(checker, folder)
    assert code == 1
    assert "18-broken.md:1: 要补" in printed
    assert "19-gbk.md:1: 要补：不是 UTF-8 编码" in printed
