"""Publish urgently."""

from datetime import date, timedelta

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    TODAY,
    Cast,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    form_of,
    keep,
    stored,
)
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import deadlines, drafting, publication, queries, services
from nanhua_emergency.plans.lifecycle import IllegalMove, State
from nanhua_emergency.plans.models import Edition


def _urgently(edition: Edition, cast: Cast, **answers: object) -> None:
    answers = {
        "sha256": edition.head.sha256, "issue_number": "示例1号", "reason": "汛情紧急",
        "by": cast.leader, "now": NOW,
    } | answers  # fmt: skip
    publication.publish_urgently(edition, **answers)


@pytest.mark.parametrize("submitted", [False, True])
def test_it_is_in_force_at_once(app: Flask, cast: Cast, browse: Browse, submitted: bool) -> None:
    plan = a_plan()
    old = a_published(plan, cast)
    words = "示例：汛情紧急时先转移。"
    new = a_draft(plan, by=cast.office, body=a_changed_body(words))
    if submitted:
        services.submit_edition(new, change_note="示例", by=cast.office, now=NOW)
    old_id, new_id = keep(old, new)
    form = form_of(browse(cast.leader).get(f"/work/editions/{new_id}/publish-urgently"))
    form["issue_number"], form["reason"] = "示例1号", "今晚有强降雨"
    assert "由另一位领导补签" in form.submit(status=302).follow().text
    page = browse(None).get("/plans/flood-control")
    assert words in page.text
    assert "紧急签发，正在补办审签手续" in page.text
    assert stored(Edition.state, old_id) is State.SUPERSEDED
    assert stored(Edition.urgent_reason, new_id) == "今晚有强降雨"
    assert stored(Edition.effective_on, new_id) == clock.today()
    assert stored(Edition.approval_due_on, new_id) == clock.today() + timedelta(days=3)


def test_it_waits_for_approval_within_three_days(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    _urgently(edition, cast)
    assert edition.awaits_approval
    assert edition.approval_due_on == date(2026, 5, 14)
    assert deadlines.list_unapproved(edition.plan.place) == [edition]


def test_it_starts_the_clocks_and_sets_the_review(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    _urgently(edition, cast)
    assert len(queries.list_filings(edition)) == 1
    assert queries.find_unclosed_review(edition.plan).due_on == date(2029, 5, 11)
    assert edition.effective_on == TODAY


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/publish-urgently"))
    form["issue_number"], form["reason"] = "示例1号", " "
    page = form.submit(status=422)
    assert "请写明原因" in page.text
    assert form_of(page)["issue_number"].value == "示例1号"
    form["issue_number"], form["reason"] = "", "今晚有强降雨"
    page = form.submit(status=422)
    assert "请填文号" in page.text
    assert form_of(page)["reason"].value == "今晚有强降雨"
    assert stored(Edition.state, edition_id) is State.SUBMITTED


def test_it_asks_for_both_in_the_service_too(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    with pytest.raises(RuleBroken, match="紧急签发的原因"):
        _urgently(edition, cast, reason=" ")
    with pytest.raises(RuleBroken, match="请填文号"):
        _urgently(edition, cast, issue_number=" ")
    assert edition.state is State.SUBMITTED


def test_it_signs_only_the_text_that_was_read(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    edition_id = keep(edition)
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/publish-urgently"))
    drafting.save_draft(edition, body=a_changed_body(), based_on_id=edition.head_id, note="",
                        by=cast.office, now=NOW)  # fmt: skip
    keep(edition)
    form["issue_number"], form["reason"] = "示例1号", "今晚有强降雨"
    page = form.submit(status=422)
    assert "您打开之后文本又有改动" in page.text
    assert form_of(page)["reason"].value == "今晚有强降雨"
    assert stored(Edition.state, edition_id) is State.DRAFTED


def test_it_refuses_whoever_wrote_any_part(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    cast.office.role = Role.LEADER
    with pytest.raises(services.SameEyes):
        _urgently(edition, cast, by=cast.office)


def test_it_is_not_needed_once_cleared(app: Flask, cast: Cast) -> None:
    edition = a_cleared(a_plan(), cast)
    with pytest.raises(IllegalMove):
        _urgently(edition, cast)


def test_it_is_in_the_activity_log_with_the_reason(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    _urgently(edition, cast)
    entry = list_entries_of(edition)[0]
    assert entry.action == "edition.published_urgently"
    assert entry.details["reason"] == "汛情紧急"
    assert entry.details["sha256"] == edition.published_sha256 == edition.head.sha256


def test_it_is_only_for_leaders(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    for person in (cast.office, cast.legal, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/publish-urgently", status=403)
