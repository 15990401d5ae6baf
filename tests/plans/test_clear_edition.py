"""Clear an edition."""

from typing import Any

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    ALL_MET,
    NOW,
    Cast,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_submitted,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.access import Role
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import drafting, queries, services
from nanhua_emergency.plans.lifecycle import State, Verb
from nanhua_emergency.plans.models import Edition, Opinion


def _clear_form(browser: Any, edition_id: int) -> Any:
    form = form_of(browser.get(f"/work/editions/{edition_id}/clear"))
    for point in range(1, 7):
        form[f"point_{point}"] = "yes"
    return form


def test_it_answers_the_six_points(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_submitted(a_plan(), cast)
    edition_id, sha256 = edition.id, edition.head.sha256
    keep(edition)
    form = _clear_form(browse(cast.legal), edition_id)
    form["note_4"] = "分级合理"
    assert "审核通过，已送镇领导签发。" in form.submit(status=302).follow().text
    assert stored(Edition.state, edition_id) is State.CLEARED
    assert stored(Edition.cleared_sha256, edition_id) == sha256
    assert stored(Edition.cleared_by_id, edition_id) == cast.legal.id
    page = browse(cast.leader).get(f"/work/editions/{edition_id}")
    opinions = [item.get_text() for item in page.html.select(".opinions li")]
    assert len(opinions) == len(services.REVIEW_POINTS) == 6
    assert all("符合" in opinion for opinion in opinions)
    assert "分级合理" in opinions[3]


@pytest.mark.parametrize("point", range(1, 7))
def test_it_asks_for_every_point(app: Flask, cast: Cast, point: int) -> None:
    edition = a_submitted(a_plan(), cast)
    points = {n: answer for n, answer in ALL_MET.items() if n != point}
    with pytest.raises(RuleBroken, match=f"第 {point} 点不符合"):
        services.clear_edition(edition, sha256=edition.head.sha256, points=points, by=cast.legal,
                               now=NOW)  # fmt: skip
    assert edition.state is State.SUBMITTED


def test_it_asks_again_on_the_page_and_keeps_the_answers(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    form = form_of(browse(cast.legal).get(f"/work/editions/{edition_id}/clear"))
    form["point_1"], form["note_1"] = "yes", "看过"
    page = form.submit(status=422)
    assert page.text.count("请选符合或不符合") >= 5
    assert form_of(page)["note_1"].value == "看过"
    assert form_of(page)["point_1"].value == "yes"
    assert stored(Edition.state, edition_id) is State.SUBMITTED


def test_it_does_not_pass_with_a_point_unmet(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    form = _clear_form(browse(cast.legal), edition_id)
    form["point_2"], form["note_2"] = "no", "与县预案不衔接"
    page = form.submit(status=422)
    assert "第 2 点不符合，不能通过；请改用“退回”并写明原因" in page.text
    assert form_of(page)["note_2"].value == "与县预案不衔接"
    assert count_rows(Opinion) == {"opinion": 0}
    assert stored(Edition.state, edition_id) is State.SUBMITTED


def test_it_refuses_a_text_that_changed_meanwhile(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_submitted(a_plan(), cast)
    edition_id = keep(edition)
    form = _clear_form(browse(cast.legal), edition_id)
    drafting.save_draft(edition, body=a_changed_body(), based_on_id=edition.head_id, note="",
                        by=cast.office, now=NOW)  # fmt: skip
    services.submit_edition(edition, change_note="又改", by=cast.office, now=NOW)
    keep(edition)
    page = form.submit(status=422)
    assert "您打开之后文本又有改动，请重新看过再定" in page.text
    assert stored(Edition.state, edition_id) is State.SUBMITTED
    assert stored(Edition.cleared_sha256, edition_id) == ""


@pytest.mark.parametrize("sha256", ["", "0" * 64, "无"])
def test_it_refuses_a_hash_of_no_text(app: Flask, cast: Cast, browse: Browse, sha256: str) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    form = _clear_form(browse(cast.legal), edition_id)
    form["sha256"].force_value(sha256)
    form.submit(status=422)
    assert stored(Edition.state, edition_id) is State.SUBMITTED


def test_it_refuses_whoever_wrote_any_part(app: Flask, cast: Cast, browse: Browse) -> None:
    """A person who edited and then became the reviewer still may not decide (四眼原则)."""
    edition = a_draft(a_plan(), by=cast.other_office)
    drafting.save_draft(edition, body=a_changed_body(), based_on_id=edition.head_id, note="",
                        by=cast.office, now=NOW)  # fmt: skip
    services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)
    cast.other_office.role = Role.LEGAL
    assert Verb.CLEAR not in services.list_offered_verbs(edition, cast.other_office)
    assert Verb.CLEAR in services.list_offered_verbs(edition, cast.legal)
    edition_id = keep(edition)
    page = _clear_form(browse(cast.other_office), edition_id).submit(status=403)
    assert "您改过这一版的文本" in page.text
    assert stored(Edition.state, edition_id) is State.SUBMITTED


def test_it_keeps_one_set_of_opinions_for_each_text(app: Flask, cast: Cast) -> None:
    edition = a_cleared(a_plan(), cast)
    first = edition.head_id
    drafting.save_draft(edition, body=a_changed_body(), based_on_id=first, note="",
                        by=cast.office, now=NOW)  # fmt: skip
    services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)
    services.clear_edition(edition, sha256=edition.head.sha256, points=ALL_MET, by=cast.legal,
                           now=NOW)  # fmt: skip
    assert {one.revision_id for one in queries.list_opinions(edition)} == {edition.head_id}
    assert edition.head_id != first


def test_it_is_only_for_the_judicial_office(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    for person in (cast.office, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/clear", status=403)
