"""Read the checklists: two sound ones, and every fault refused with its file and line."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from factories import command, refusal_of
from nanhua_emergency import create_app
from nanhua_emergency.audits.checklists import (
    ChecklistWrong,
    hash_content,
    pack,
    read_checklist,
    read_checklists,
    unpack,
)
from nanhua_emergency.audits.evidence import EVIDENCE
from nanhua_emergency.config import SettingWrong

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "data" / "checklists"
FIVE = "village-five.yaml"
SEVEN_NAMES = [
    "有应急管理机构", "有应急工作机制", "有应急管理制度", "有应急救援队伍", "有应急预案体系",
    "有应急物资储备", "有应急指挥平台",
]  # fmt: skip
FIVE_NAMES = [
    "有综合应急队伍", "有应急避难场所", "有应急保障物资", "有叫应叫醒机制", "有应急处置方案",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "checklists"))


def plant(folder: Path, old: str, new: str) -> int:
    """Change the list of the villages; gives the line on which the change stands."""
    text = (folder / FIVE).read_text(encoding="utf-8")
    assert old in text, old
    (folder / FIVE).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_it_has_the_literal_names_in_their_order() -> None:
    found = read_checklists(FOLDER, EVIDENCE)
    assert [item.name for item in found["town-seven"].items] == SEVEN_NAMES
    assert [item.code for item in found["town-seven"].items] == [f"T{n}" for n in range(1, 8)]
    assert [item.name for item in found["village-five"].items] == FIVE_NAMES
    for checklist in found.values():
        assert checklist.source
        for item in checklist.items:
            assert 3 <= len(item.criteria) <= 5
            assert all(one.basis and one.text for one in item.criteria)


def test_it_uses_every_evidence_query_there_is() -> None:
    used = {
        one.evidence for c in read_checklists(FOLDER, EVIDENCE).values() for one in c.criteria
    } - {""}  # fmt: skip
    assert used == set(EVIDENCE)


@pytest.mark.parametrize(
    ("old", "new", "said", "below"),
    [
        ("      - code: V1.2\n", "      - code: V1.1\n", "编号“V1.1”重复", 0),
        ("  - code: V2\n    name", "  - code: V1\n    name", "编号“V1”重复", 0),
        ("      - code: V1.2\n        text", "      - text", "缺 code", 0),
        ("  - code: V3\n    name: 有应急保障物资\n", "  - name: 有应急保障物资\n", "缺 code", 0),
        ("code: V4.2", "code: V5.9", "不在 V4 之下", 0),
        ("code: V4.2", "code: 四点二", "写得不对", 0),
        ("evidence: own_plan", "evidence: own_pan", "不认识的 evidence“own_pan”", 0),
        ("        basis: 《突发事件应急预案管理办法》第十五条第二款\n", "", "缺 basis", -2),
        ("text: 明白卡发到户", "text:", "text 是空的", 0),
        ("text: 明白卡发到户", "text: 明白卡\n        colour: 红", "不认识的 colour", 1),
        ("figure: 10\n", "figure: 十\n", "figure“十”应为正整数", 0),
        ("level: village", "level: 村", "不认识的 level", 0),
        ("slug: village-five", "slug: 五有", "只能用小写字母", 0),
        ("slug: village-five\n", "slug: village-five\nslug: again\n", "slug 重复", 1),
        ("  - code: V1\n", "  - code: V1\n   wrong\n", "格式不对", 1),
        ("    criteria:\n      - code: V1.1", "    criteria: 无\n    x:\n      - code: V1.1",
         "不认识的 x", 1),
    ],
)  # fmt: skip
def test_it_names_the_file_and_the_line(
    folder: Path, old: str, new: str, said: str, below: int
) -> None:
    line = plant(folder, old, new) + below
    with pytest.raises(ChecklistWrong) as refusal:
        read_checklists(folder, EVIDENCE)
    assert said in str(refusal.value)
    found = int(str(refusal.value).split(" 第 ")[1].split(" 行")[0])
    assert abs(found - line) <= 1, (str(refusal.value), line)
    assert str(refusal.value).startswith(FIVE)


def test_it_names_the_very_line_of_a_doubled_code(folder: Path) -> None:
    line = plant(folder, "code: V1.2", "code: V1.1")
    with pytest.raises(ChecklistWrong, match=f"^{FIVE} 第 {line} 行：编号“V1.1”重复"):
        read_checklist(folder / FIVE, EVIDENCE)


def test_it_refuses_too_few_criteria_and_a_doubled_list(folder: Path) -> None:
    text = (folder / FIVE).read_text(encoding="utf-8")
    (folder / "again.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistWrong, match="已由另一个文件使用"):
        read_checklists(folder, EVIDENCE)
    head, _, _ = text.partition("      - code: V1.2")
    (folder / "again.yaml").write_text(head, encoding="utf-8")
    with pytest.raises(ChecklistWrong, match="V1 有 1 条，应为 3 至 5 条"):
        read_checklist(folder / "again.yaml", EVIDENCE)


@pytest.mark.parametrize("data", [b"", "核查表".encode("gbk"), b"- 1\n", b"[" * 5000])
def test_it_refuses_what_is_no_checklist(folder: Path, data: bytes) -> None:
    (folder / FIVE).write_bytes(data)
    with pytest.raises(ChecklistWrong, match=f"^{FIVE} 第 1 行"):
        read_checklists(folder, EVIDENCE)


def test_it_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ChecklistWrong, match="没有核查表"):
        read_checklists(tmp_path, EVIDENCE)


def test_it_keeps_its_wording_as_plain_data() -> None:
    for checklist in read_checklists(FOLDER, EVIDENCE).values():
        assert unpack(pack(checklist)) == checklist
        assert hash_content(pack(checklist)) == hash_content(pack(unpack(pack(checklist))))


def test_the_site_does_not_start_with_a_wrong_one(folder: Path, tmp_path: Path) -> None:
    line = plant(folder, "code: V1.2", "code: V1.1")
    with pytest.raises(SettingWrong) as refusal:
        create_app({
            "INSTANCE": str(tmp_path / "instance"), "SECRET_KEY": "only-for-this-test",
            "CHECKLISTS": str(folder),
        })  # fmt: skip
    assert f"设置 CHECKLISTS 有误：{FIVE} 第 {line} 行" in str(refusal.value)


def test_the_command_checks_the_town_s_own_and_any_folder(app: Flask, folder: Path) -> None:
    done = command(app, "check-checklists")
    assert done.exit_code == 0
    assert "2 张核查表，没有要改的" in done.stdout
    line = plant(folder, "evidence: own_plan", "evidence: nowhere")
    refusal = refusal_of(command(app, "check-checklists", str(folder)))
    assert f"{FIVE} 第 {line} 行" in refusal
