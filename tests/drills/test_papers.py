"""Print the papers of a drill, and take them as Word files."""

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import segno
from flask import Flask

from conftest import Browse
from drill_factories import a_drill, a_held_drill, a_record
from factories import Cast, a_plan, keep
from nanhua_emergency.drills.papers import PAPER_NAMES, Paper
from nanhua_emergency.drills.recording import Problem

NINE = ("目的要求", "事故情景", "参与人员范围", "时间与地点", "主要任务及职责", "筹备工作内容",
        "主要工作步骤", "技术支撑及保障条件", "评估与总结")  # fmt: skip
SAYS = {
    Paper.PLAN: NINE,
    Paper.SIGN_IN: ("序号", "姓名", "签名"),
    Paper.RECORD: ("村民", "五个时刻", "叫应", "30", "记录人（签字）"),
    Paper.EVALUATION: ("预案是否实用、能不能照着做", "评估人（签字）"),
    Paper.SUMMARY: ("演练还没有记录",),
}
SAYS_AFTER = {
    Paper.RECORD: ("40", "北沟两户没有叫到", "总的评价：良"),
    Paper.EVALUATION: ("优秀", "总的评价：良"),
    Paper.SUMMARY: ("参加 45 人", "村民 40 人", "北沟两户没有叫到", "整改安排", "待整改"),
}


def text_of(data: bytes) -> str:
    """All text of a Word file, each part of which is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        parts = {name: package.read(name) for name in package.namelist()}
    trees = [ElementTree.fromstring(part) for name, part in parts.items() if name.endswith(".xml")]
    return "".join("".join(tree.itertext()) for tree in trees)


@pytest.mark.parametrize("paper", list(Paper))
def test_it_is_printed_and_taken_as_a_word_file(
    app: Flask, cast: Cast, browse: Browse, paper: Paper
) -> None:
    drill_id = keep(a_held_drill(cast))
    page = browse(cast.village).get(f"/drills/{drill_id}/papers/{paper}")
    answer = browse(cast.village).get(f"/drills/{drill_id}/papers/{paper}.docx")
    word = text_of(answer.body)
    for said in (f"明水村洪涝演练{PAPER_NAMES[paper]}", *SAYS[paper]):
        assert said in page.html.get_text()
        assert said in word
    assert answer.content_type.endswith("wordprocessingml.document")
    assert "%E6%BC%94%E7%BB%83" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("paper", SAYS_AFTER)
def test_it_says_what_happened_once_it_is_recorded(
    app: Flask, cast: Cast, browse: Browse, paper: Paper
) -> None:
    drill = a_held_drill(cast)
    a_record(drill, by=cast.village, problems=[Problem("北沟两户没有叫到")], no_problem="")
    drill_id = keep(drill)
    page = browse(cast.office).get(f"/drills/{drill_id}/papers/{paper}").html.get_text()
    word = text_of(browse(cast.office).get(f"/drills/{drill_id}/papers/{paper}.docx").body)
    for said in SAYS_AFTER[paper]:
        assert said in page
        assert said in word


def test_it_has_the_nine_parts_of_the_standard_in_order(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    page = browse(cast.office).get(f"/drills/{drill_id}/papers/plan")
    heads = [head.get_text(strip=True) for head in page.html.select("main h2")]
    assert [head for head in heads if head[0].isdigit()] == [
        f"{n} {name}" for n, name in enumerate(NINE, start=1)
    ]
    assert "处置" in page.text  # the first hour of the plan is the table of tasks


def test_it_carries_a_code_that_opens_the_record_form(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    page = browse(cast.village).get(f"/drills/{drill_id}/papers/record")
    address = f"/drills/{drill_id}/code.svg"
    assert address in {picture["src"] for picture in page.html.find_all("img")}
    answer = browse(cast.village).get(address)
    expected = io.BytesIO()
    segno.make(f"http://localhost/drills/{drill_id}/record", error="m").save(
        expected, kind="svg", scale=4
    )
    drawn, wanted = (
        [one.get("d") for one in ElementTree.fromstring(svg).iter() if one.get("d")]
        for svg in (answer.body, expected.getvalue())
    )
    assert drawn == wanted != []


def test_it_stays_whole_with_hostile_words(app: Flask, cast: Cast, browse: Browse) -> None:
    hostile = '<script>alert(1)</script>\x0b | & "】\n## 假标题\n| 甲 | 乙 |'
    drill = a_drill(
        a_plan(), by=cast.office, title='演\x0b练<b>&"', scenario=hostile, location=hostile,
        planned_at=datetime(2026, 5, 21, 1, 30, tzinfo=UTC),
    )  # fmt: skip
    a_record(drill, by=cast.village, summary=hostile, problems=[Problem(hostile)])
    drill_id = keep(drill)
    for paper in Paper:
        page = browse(cast.office).get(f"/drills/{drill_id}/papers/{paper}")
        assert "<script>alert" not in page.text
        text_of(browse(cast.office).get(f"/drills/{drill_id}/papers/{paper}.docx").body)


def test_it_refuses_other_places_and_other_papers(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    for page in ("papers/plan", "papers/plan.docx", "code.svg"):
        browse(cast.other_village).get(f"/drills/{drill_id}/{page}", status=404)
        browse(cast.legal).get(f"/drills/{drill_id}/{page}", status=403)
        browse(None).get(f"/drills/{drill_id}/{page}", status=302)
    for page in ("papers/none", "papers/none.docx"):
        browse(cast.office).get(f"/drills/{drill_id}/{page}", status=404)
