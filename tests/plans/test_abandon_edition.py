"""Abandon an edition."""

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_changed_body,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import queries, services
from nanhua_emergency.plans.lifecycle import IllegalMove, State
from nanhua_emergency.plans.models import Edition


def test_it_ends_the_draft_and_keeps_its_texts(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    published = a_published(plan, cast)
    words = "示例：放弃的一句。"
    draft = a_draft(plan, by=cast.office, body=a_changed_body(words))
    published_id, draft_id, head_id = published.id, draft.id, draft.head_id
    keep(draft)
    form = form_of(browse(cast.office).get(f"/work/editions/{draft_id}/abandon"))
    form["reason"] = "并入下一次修订"
    assert "现行文本没有变" in form.submit(status=302).follow().text
    assert stored(Edition.state, draft_id) is State.ABANDONED
    assert stored(Edition.state, published_id) is State.PUBLISHED
    assert words in browse(cast.office).get(f"/work/revisions/{head_id}").text
    assert words not in browse(None).get("/plans/flood-control").text
    assert "第 2 版" not in browse(None).get("/plans/flood-control/history").text


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/abandon"))
    form["reason"] = " "
    assert "请写明原因" in form.submit(status=422).text
    assert stored(Edition.state, edition_id) is State.DRAFTED


def test_it_asks_for_the_reason_in_the_service_too(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    with pytest.raises(RuleBroken) as refusal:
        services.abandon_edition(edition, reason="", by=cast.office, now=NOW)
    assert refusal.value.field == "reason"


def test_it_frees_the_plan_for_the_next(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    edition = a_draft(plan, by=cast.office)
    services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)
    assert queries.find_open(plan) is None
    assert a_draft(plan, by=cast.office).number == 2


def test_it_is_not_for_what_was_submitted(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_submitted(a_plan(), cast)
    with pytest.raises(IllegalMove):
        services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)
    edition_id = keep(edition)
    browse(cast.office).get(f"/work/editions/{edition_id}/abandon", status=409)


def test_it_is_in_the_activity_log(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    services.abandon_edition(edition, reason="并入下次", by=cast.office, now=NOW)
    entry = list_entries_of(edition)[0]
    assert (entry.action, entry.details["reason"]) == ("edition.abandoned", "并入下次")


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/abandon", status=403)
