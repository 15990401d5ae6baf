"""Save a draft."""

import hashlib
from functools import partial

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import at_once
from factories import (
    NOW,
    Cast,
    a_body,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.plans import drafting, queries, services
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Revision

MINE, THEIRS = a_changed_body("甲写的一句。"), a_changed_body("乙写的一句。")


def test_it_keeps_each_text_as_a_new_revision(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    first, edition_id = edition.head_id, edition.id
    before = (edition.head.body, edition.head.sha256)
    keep(edition)
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    form["body"], form["note"] = MINE, "改了叫应"
    page = form.submit("save", status=302).follow()
    assert "已保存。" in page.text
    head = stored(Edition.head_id, edition_id)
    assert head != first
    assert stored(Revision.based_on_id, head) == first
    assert stored(Revision.note, head) == "改了叫应"
    assert stored(Revision.body, head) == MINE
    assert stored(Revision.sha256, head) == hashlib.sha256(MINE.encode()).hexdigest()
    assert stored(Revision.saved_by_id, head) == stored(Revision.saved_by_id, first)
    assert (stored(Revision.body, first), stored(Revision.sha256, first)) == before


def test_it_keeps_one_kind_of_line_end_and_no_loose_spaces(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    saved = drafting.save_draft(edition, body="\r\n## 一  \r\n正文\t\r末行\n\n\n", note="", now=NOW,
                                based_on_id=edition.head_id, by=cast.office)  # fmt: skip
    assert saved.body == "## 一\n正文\n末行\n"


def test_it_makes_no_revision_of_an_unchanged_text(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_cleared(a_plan(), cast)
    edition_id = keep(edition)
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    before = count_rows(Revision, ActivityEntry)
    form.submit("save", status=302)
    assert count_rows(Revision, ActivityEntry) == before
    assert stored(Edition.state, edition_id) is State.CLEARED


def test_it_shows_both_texts_of_a_stale_save_and_loses_neither(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    address = f"/work/editions/{edition_id}/edit"
    mine, theirs = (form_of(browse(who).get(address)) for who in (cast.office, cast.other_office))
    theirs["body"], mine["body"], mine["note"] = THEIRS, MINE, "甲的说明"
    theirs.submit("save", status=302)
    their_id = stored(Edition.head_id, edition_id)
    page = mine.submit("save", status=409)
    assert "示例office2 已先保存。有 1 处两人都改了" in page.text
    assert "您的修改还没有保存，都在下面" in page.text
    assert [one.get_text().strip() for one in page.html.select(".clash-pair pre")] == [
        "甲写的一句。", "乙写的一句。",
    ]  # fmt: skip
    again = form_of(page)
    assert again["body"].value.strip() == MINE.strip()
    assert again["note"].value == "甲的说明"
    assert stored(Edition.head_id, edition_id) == their_id
    again["pick_0"] = "both"
    again.submit(status=302)
    head = stored(Edition.head_id, edition_id)
    assert stored(Revision.body, head) == a_changed_body("乙写的一句。\n\n甲写的一句。")
    assert stored(Revision.note, head) == "甲的说明"
    assert stored(Revision.based_on_id, head) == their_id


@pytest.mark.parametrize("based_on", ["", "0", "-1", "999999", "abc", "²", "9" * 5000])
def test_it_refuses_a_base_that_is_not_the_last_text(
    app: Flask, cast: Cast, browse: Browse, based_on: str
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    form["body"] = MINE
    form["based_on_id"].force_value(based_on)
    before = count_rows(Revision)
    page = form.submit("save", status=409)
    assert form_of(page)["body"].value.strip() == MINE.strip()
    assert count_rows(Revision) == before


def test_it_refuses_a_base_from_another_plan(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    other = a_draft(a_plan(number=2, slug="drought"), by=cast.office)
    edition_id, other_head = edition.id, str(other.head_id)
    keep(edition)
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    form["body"] = MINE
    form["based_on_id"].force_value(other_head)
    form.submit("save", status=409)


@pytest.mark.parametrize("make", [a_submitted, a_cleared])
def test_it_voids_the_clearance_of_another_text(
    app: Flask, cast: Cast, browse: Browse, make: object
) -> None:
    edition_id = keep(make(a_plan(), cast))
    page = browse(cast.office).get(f"/work/editions/{edition_id}/edit")
    assert "审核意见作废，须重新送审" in page.text
    form = form_of(page)
    form["body"] = MINE
    form.submit("save", status=302)
    assert stored(Edition.state, edition_id) is State.DRAFTED
    assert stored(Edition.cleared_sha256, edition_id) == ""
    assert stored(Edition.cleared_at, edition_id) is None
    assert stored(Edition.cleared_by_id, edition_id) is None


def test_it_does_not_carry_old_opinions_to_the_new_text(app: Flask, cast: Cast) -> None:
    edition = a_cleared(a_plan(), cast)
    assert len(queries.list_opinions(edition)) == 6
    drafting.save_draft(edition, body=MINE, based_on_id=edition.head_id, note="", by=cast.office,
                        now=NOW)  # fmt: skip
    assert queries.list_opinions(edition) == []


def test_it_shows_a_preview_without_saving(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    based_on = form["based_on_id"].value
    form["body"], form["note"] = "## 示例一章\n\n**粗字**", "先看看"
    before = count_rows(Revision, ActivityEntry)
    page = form.submit("preview", status=200)
    box = page.html.find(id="preview-box")
    assert box.find("h2", string="示例一章")
    assert box.find("strong").get_text() == "粗字"
    assert form_of(page)["body"].value == "## 示例一章\n\n**粗字**"
    assert form_of(page)["note"].value == "先看看"
    assert form_of(page)["based_on_id"].value == based_on
    assert count_rows(Revision, ActivityEntry) == before


def test_it_keeps_the_text_when_the_token_is_lost(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    form["body"], form["csrf_token"] = MINE, "x"
    page = form.submit("save", status=400)
    assert "已经失效" in page.text
    form_of(page).submit("save", status=302)
    assert stored(Revision.body, stored(Edition.head_id, edition_id)) == MINE


def test_it_does_not_take_half_a_form_for_a_whole_one(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    head, office = stored(Edition.head_id, edition_id), browse(cast.office)
    address = f"/work/editions/{edition_id}/edit"
    token = form_of(office.get(address))["csrf_token"].value
    office.post(address, {"csrf_token": token, "body": MINE, "save": "1"}, status=409)
    assert stored(Edition.head_id, edition_id) == head


@pytest.mark.parametrize("end", ["abandoned", "published"])
def test_it_refuses_an_edition_that_has_ended(
    app: Flask, cast: Cast, browse: Browse, end: str
) -> None:
    plan = a_plan()
    edition = a_draft(plan, by=cast.office) if end == "abandoned" else a_cleared(plan, cast)
    edition_id = keep(edition)
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    if end == "abandoned":
        services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)
    else:
        edition.state = State.PUBLISHED
    keep(edition)
    form["body"] = MINE
    page = form.submit("save", status=409)
    assert "不能修改文本" in page.text
    assert form_of(page)["body"].value.strip() == MINE.strip()
    browse(cast.office).get(f"/work/editions/{edition_id}/edit", status=409)
    assert count_rows(Revision) == {"revision": 1}


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/edit", status=403)


def test_it_leaves_the_text_in_force_alone(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    published = a_published(plan, cast)
    edition = a_draft(plan, by=cast.office, body=MINE)
    assert edition.body == MINE
    assert queries.find_published(plan) is published
    assert published.body == a_body()


def test_it_gives_one_of_two_saves_at_once_both_texts(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    forms = []
    for person, body in ((cast.office, MINE), (cast.other_office, THEIRS)):
        form = form_of(browse(person).get(f"/work/editions/{edition_id}/edit"))
        form["body"] = body
        forms.append(form)
    answers = at_once(app, *(partial(form.submit, "save", expect_errors=True) for form in forms))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (302, 409)
    kept = stored(Revision.body, stored(Edition.head_id, edition_id))
    assert {kept.strip(), form_of(lost)["body"].value.strip()} == {MINE.strip(), THEIRS.strip()}
    assert {one.get_text().strip() for one in lost.html.select(".clash-pair pre")} == {
        "甲写的一句。", "乙写的一句。",
    }  # fmt: skip
    assert count_rows(Revision) == {"revision": 2}
