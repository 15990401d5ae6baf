"""Check the plans of the town with its own names of posts, and texts of any kind."""

from pathlib import Path

import pytest

from nanhua_emergency.plans.checks import check_body, load_references

ROOT = Path(__file__).parents[2]


def test_it_reads_the_names_of_posts_and_registers() -> None:
    text = "岗位:\n  镇级: [应急值班员]\n  村级: [村主任]\n名录: [物资]\n"
    assert load_references(text) == (frozenset({"应急值班员", "村主任"}), frozenset({"物资"}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "岗位: [",
        "岗位: {镇级: [甲]}",
        "岗位: [甲]\n名录: [乙]",
        "岗位: {镇级: [1]}\n名录: [乙]",
    ],
)
def test_it_says_when_the_names_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"references\.yaml 的格式不对"):
        load_references(text)


NASTY = {
    "titles": "## 转移\n" * 20_000,
    "levels": "# 响应分级\n| 级别 |\n|-|\n" * 8_000,
    "pipes": "|" * 100_000,
    "brackets": "[" * 100_000,
    "digits": "1" * 100_000,
    "mobiles": "13912345678 " * 5_000,
    "dots": "# " + "1." * 50_000,
    "braces": "{{" * 50_000,
    "spaces": "- " + " " * 100_000 + "x",
}


@pytest.mark.parametrize("name", NASTY)
def test_it_comes_back_from_nasty_texts(name: str) -> None:
    assert check_body(NASTY[name], is_general=True, posts=(), registers=())


@pytest.mark.skipif(not (ROOT / "data/references.yaml").exists(), reason="no data beside the tests")
@pytest.mark.parametrize("path", sorted(ROOT.glob("plans/[0-9]*.md")), ids=lambda path: path.name)
def test_it_passes_the_plans_of_the_town(path: Path) -> None:
    posts, registers = load_references((ROOT / "data/references.yaml").read_text(encoding="utf-8"))
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    is_general = path.name.startswith("00-")
    assert check_body(body, is_general=is_general, posts=posts, registers=registers) == []
