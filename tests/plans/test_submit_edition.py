"""Submit an edition."""

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_body,
    a_changed_body,
    a_draft,
    a_plan,
    a_submitted,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import drafting, services
from nanhua_emergency.plans.lifecycle import IllegalMove, State
from nanhua_emergency.plans.models import Edition, hash_body

LACKING = a_body().replace("现场管理", "现场示例").replace("任务分工", "示例分工")


def test_it_goes_to_the_legal_reviewer(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/submit"))
    form["change_note"] = "缩短派人上门的时限"
    assert "已送司法所审核。" in form.submit(status=302).follow().text
    assert stored(Edition.state, edition_id) is State.SUBMITTED
    assert stored(Edition.change_note, edition_id) == "缩短派人上门的时限"
    assert "缩短派人上门的时限" in browse(cast.legal).get(f"/work/editions/{edition_id}/clear").text


def test_it_asks_for_the_change_note(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/submit"))
    for blank in ("", "  "):
        form["change_note"] = blank
        assert "请写修订说明" in form.submit(status=422).text
    assert stored(Edition.state, edition_id) is State.DRAFTED


def test_it_asks_for_the_change_note_in_the_service_too(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    with pytest.raises(RuleBroken) as refusal:
        services.submit_edition(edition, change_note=" ", by=cast.office, now=NOW)
    assert refusal.value.field == "change_note"


def test_it_lists_what_the_text_lacks(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=LACKING))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/submit"))
    form["change_note"] = "我的说明"
    before = count_rows(ActivityEntry)
    page = form.submit(status=422)
    listed = [item.get_text() for item in page.html.select(".problem-error")]
    assert any("现场管理" in item for item in listed)
    assert any("任务分工" in item for item in listed)
    assert f"文本有 {len(listed)} 处要补" in page.text
    assert form_of(page)["change_note"].value == "我的说明"
    assert stored(Edition.state, edition_id) is State.DRAFTED
    assert count_rows(ActivityEntry) == before


def test_it_names_the_clause_of_what_is_missing(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office, body=LACKING)
    with pytest.raises(services.PartsMissing) as refusal:
        services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)
    assert any("第十五条" in problem.clause for problem in refusal.value.problems)


def test_it_goes_through_once_the_parts_are_there(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office, body=LACKING)
    drafting.save_draft(edition, body=a_changed_body(), based_on_id=edition.head_id, note="",
                        by=cast.office, now=NOW)  # fmt: skip
    services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)
    assert edition.state is State.SUBMITTED


def test_it_refuses_an_edition_without_text(app: Flask, cast: Cast) -> None:
    edition = services.begin_edition(a_plan(), trigger=services.Trigger.FIRST, reason="示例",
                                     is_major=True, by=cast.office, now=NOW)  # fmt: skip
    with pytest.raises(services.PartsMissing):
        services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)


def test_it_clears_the_reason_of_an_earlier_return(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    services.return_edition(edition, reason="写明派谁", by=cast.legal, now=NOW)
    assert edition.return_reason == "写明派谁"
    services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)
    assert edition.return_reason == ""


def test_it_records_the_hash_of_what_was_submitted(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    entry = list_entries_of(edition)[0]
    assert entry.action == "edition.submitted"
    assert entry.details["sha256"] == hash_body(a_body())
    assert entry.by_id == cast.office.id


def test_it_cannot_be_done_twice(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    with pytest.raises(IllegalMove):
        services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/submit", status=403)
