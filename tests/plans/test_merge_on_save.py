"""Save a text that is based on an older one: both are merged, or the person is asked."""

import pytest
from flask import Flask
from webtest import TestResponse

from conftest import Browse
from factories import (
    Cast,
    a_cleared,
    a_draft,
    a_plan,
    an_account,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.access import Role
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Revision

BASE = """## 一、总则

先转移老人。

## 二、职责

| 谁 | 做什么 |
| --- | --- |
| 村主任 | 敲锣 |
| 网格长 | 点名 |

备好两盏灯。
"""


def _forms(cast: Cast, browse: Browse, edition_id: int) -> tuple[object, object]:
    """The editor in the windows of two people, both on the same base."""
    address = f"/work/editions/{edition_id}/edit"
    one, other = (browse(who).get(address) for who in (cast.office, cast.other_office))
    return form_of(one), form_of(other)


def _save(form: object, old: str, new: str, *, status: int = 302) -> TestResponse:
    assert BASE.count(old) == 1
    form["body"] = BASE.replace(old, new)
    return form.submit("save", status=status)


def _head(edition_id: int) -> tuple[int, str]:
    head_id = stored(Edition.head_id, edition_id)
    return head_id, stored(Revision.body, head_id)


MERGED = {
    "two paragraphs": (("老人", "老人和孩子"), ("两盏", "三盏")),
    "two rows of a table": (("敲锣", "敲锣喊话"), ("点名", "点名两遍")),
    "one removed, one changed": (("先转移老人。\n\n", ""), ("两盏", "三盏")),
    "one heading, one paragraph": (("二、职责", "二、分工"), ("先转移", "先叫醒、再转移")),
    "one added row, one paragraph": (("| 村主任", "| 书记 | 指挥 |\n| 村主任"), ("老人", "儿童")),
}


@pytest.mark.parametrize("name", list(MERGED))
def test_it_merges_what_does_not_clash(app: Flask, cast: Cast, browse: Browse, name: str) -> None:
    (old, new), (their_old, their_new) = MERGED[name]
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, their_old, their_new)
    their_id, _ = _head(edition_id)
    page = _save(mine, old, new).follow()
    head_id, body = _head(edition_id)
    assert body == BASE.replace(old, new).replace(their_old, their_new)
    assert stored(Revision.based_on_id, head_id) == their_id
    assert stored(Revision.saved_by_id, head_id) == cast.office.id
    assert "已保存，并与别人刚保存的文本合到了一起。" in page.text
    assert "与示例office2保存的文本合并" in page.text


def test_it_keeps_the_note_of_who_saved_last(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, "两盏", "三盏")
    mine["note"] = "改了转移"
    _save(mine, "老人", "儿童")
    assert stored(Revision.note, _head(edition_id)[0]) == "改了转移"


def test_it_says_nothing_of_merging_where_nobody_came_between(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, _ = _forms(cast, browse, edition_id)
    page = _save(mine, "老人", "儿童").follow()
    assert "已保存。" in page.text
    assert "合到了一起" not in page.text


def test_it_makes_no_revision_where_both_changed_alike(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, "两盏", "三盏")
    before, head = count_rows(Revision, ActivityEntry), _head(edition_id)
    _save(mine, "两盏", "三盏")
    assert count_rows(Revision, ActivityEntry) == before
    assert _head(edition_id) == head


def test_it_merges_over_several_saves(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, "两盏", "三盏")
    again = form_of(browse(cast.other_office).get(f"/work/editions/{edition_id}/edit"))
    again["body"] = again["body"].value.replace("点名", "点名两遍")
    again.submit("save", status=302)
    _save(mine, "老人", "儿童")
    wanted = BASE.replace("两盏", "三盏").replace("点名", "点名两遍").replace("老人", "儿童")
    assert _head(edition_id)[1] == wanted


def test_it_voids_a_clearance_by_merging_too(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_cleared(a_plan(), cast))
    mine, theirs = _forms(cast, browse, edition_id)
    theirs["body"] = theirs["body"].value + "\n示例一句。\n"
    theirs.submit("save", status=302)
    mine["body"] = "示例开头。\n\n" + mine["body"].value
    mine.submit("save", status=302)
    assert "示例开头。" in _head(edition_id)[1]
    assert "示例一句。" in _head(edition_id)[1]
    assert stored(Edition.state, edition_id) is State.DRAFTED
    assert stored(Edition.cleared_sha256, edition_id) == ""


def test_it_shows_both_texts_where_they_clash(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    theirs["body"] = BASE.replace("老人", "病人").replace("两盏", "三盏")
    theirs.submit("save", status=302)
    before, head = count_rows(Revision, ActivityEntry), _head(edition_id)
    mine["body"] = BASE.replace("老人", "孩子").replace("点名", "点名两遍")
    mine["note"] = "我的说明"
    page = mine.submit("save", status=409)
    assert "示例office2 已先保存。有 1 处两人都改了" in page.text
    clash = page.html.select_one(".clash")
    assert clash.details.pre.get_text() == "先转移老人。"
    assert [one.get_text() for one in clash.select(".clash-pair pre")] == [
        "先转移孩子。", "先转移病人。",
    ]  # fmt: skip
    merged = [one.get_text(" ", strip=True) for one in page.html.select("details.merged")]
    assert len(merged) == 2
    assert "我改的" in merged[0]
    assert "点名两遍" in merged[0]
    assert "示例office2改的" in merged[1]
    assert "备好三盏灯。" in merged[1]
    form = form_of(page)
    assert form["body"].value.replace("\r\n", "\n") == BASE.replace("老人", "孩子").replace(
        "点名", "点名两遍"
    )
    assert form["note"].value == "我的说明"
    assert not page.html.select("input[type=radio][checked]")
    assert count_rows(Revision, ActivityEntry) == before
    assert _head(edition_id) == head


def test_it_asks_about_a_passage_that_the_other_removed(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, "先转移老人。\n\n", "")
    page = _save(mine, "老人", "儿童", status=409)
    assert [one.get_text() for one in page.html.select(".clash-pair pre")] == [
        "先转移儿童。", "（删去了）",
    ]  # fmt: skip


@pytest.mark.parametrize("evil", ["<script>alert(1)", "</textarea><b>甲</b>", "{{ 7 * 7 }}"])
def test_it_shows_what_was_typed_as_text(app: Flask, cast: Cast, browse: Browse, evil: str) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, "老人", f"`{evil}`")
    page = _save(mine, "老人", f"孩子 `{evil}`", status=409)
    assert "<script>alert" not in page.text
    assert [evil in one.get_text() for one in page.html.select(".clash-pair pre")] == [True, True]
    assert evil in form_of(page)["body"].value
    assert not page.html.select(".clash b")


def test_it_refuses_a_merged_text_that_is_too_long(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    mine, theirs = _forms(cast, browse, edition_id)
    _save(theirs, "老人", "老" * 600_000)
    long = "灯" * 600_000
    page = _save(mine, "两盏灯", long, status=422)
    assert "最多 1000000 字" in page.text
    assert long in form_of(page)["body"].value
    assert "灯灯" not in _head(edition_id)[1]


def test_it_is_not_for_another_town(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=BASE))
    stranger = an_account("stranger", Role.OFFICE, place="620724102212")
    keep(stranger)
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    answer = browse(stranger).post(
        f"/work/editions/{edition_id}/edit", dict(form.submit_fields()), status=404
    )
    assert "没有这一版" in answer.text
