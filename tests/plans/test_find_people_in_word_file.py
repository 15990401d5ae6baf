"""Find names and phone numbers in an imported text and offer references in their place."""

import pytest

from nanhua_emergency.plans.word.people import find_people
from nanhua_emergency.plans.word.reading import read_word
from word_files import a_word_file, paragraph, table, title


def found_in(body: str, heading: str = "防汛应急预案", **more: object) -> list[tuple[str, str]]:
    return [
        (each.text, each.suggestion.strip("{}").partition(":")[2])
        for each in find_people(body, heading, **more)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("总指挥：张三丰", [("张三丰", "镇应急总指挥")]),
        ("副总指挥：欧阳明（镇长）", [("欧阳明", "镇应急副总指挥")]),
        ("组 长：王 强", [("王 强", "防汛指挥长")]),
        ("由镇长李建国同志任总指挥。", [("李建国", "镇应急总指挥")]),
        ("赵小军（派出所所长）负责警戒。", [("赵小军", "派出所负责人")]),
        ("村主任：孙有福，电话 13800000001", [("孙有福", "村主任"), ("13800000001", "村主任")]),
        ("成员：周平、吴大勇、郑 红", [(n, "通讯录") for n in ("周平", "吴大勇", "郑 红")]),
        ("值班电话：0936-6620000", [("0936-6620000", "应急值班员")]),
        ("值班电话：6620000", [("6620000", "应急值班员")]),
        ("联系 138 0000 0001", [("138 0000 0001", "通讯录")]),
    ],
)
def test_it_finds_names_beside_posts_and_phones(line: str, found: list[tuple[str, str]]) -> None:
    assert found_in(line) == found


@pytest.mark.parametrize(
    "line",
    [
        "定期通报责任人和期限。",
        "总指挥：由镇长担任。",
        "成员：各村主任、各站所负责人",
        "组长：高台县有关部门",
        "负责人应当立即报告，拨打 110、119、120、12379。",
        "掩码号码 138****0001、138-0000-xxxx 不算。",
        "统计代码 620724102001，2024年5月1日，6000000 元。",
        "## 1 镇长李建国的职责",
        "值班电话见附件，自 20240520 起用。",
        "指挥长管现场，避难场所管理员管门。",
    ],
)
def test_it_takes_nothing_else_for_people(line: str) -> None:
    assert found_in(line) == []


def test_it_reads_columns_of_names_and_finds_the_names_again_elsewhere() -> None:
    body = "| 姓名 | 职务 | 电话 |\n| --- | --- | --- |\n| 何清平 | 水管所所长 | 6620001 |\n\n找何清平。\n"
    assert found_in(body) == [
        ("何清平", "水管所负责人"),
        ("6620001", "水管所负责人"),
        ("何清平", "通讯录"),
    ]


def test_it_offers_only_posts_that_exist_when_told_which() -> None:
    line = "派出所所长：赵小军；民兵连长兼队长：钱大海"
    assert found_in(line, posts=["民兵连长"]) == [("赵小军", "通讯录"), ("钱大海", "民兵连长")]


def test_it_names_the_line_of_the_draft() -> None:
    draft = read_word(
        a_word_file(
            title("南华镇防汛应急预案"),
            paragraph("各村照此执行。"),
            table(["岗位", "姓名"], ["网格长", "冯志远"]),
        ),
        "a.docx",
    )
    (person,) = draft.people
    assert (person.text, person.suggestion) == ("冯志远", "{{岗位:网格长}}")
    assert "冯志远" in draft.body.split("\n")[person.line - 1]
