"""Withdraw an edition."""

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
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import deadlines, publication, queries
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition


def test_it_takes_the_text_from_the_public(app: Flask, cast: Cast, browse: Browse) -> None:
    words = "示例：有误的一句。"
    edition_id = keep(a_published(a_plan(), cast, body=a_changed_body(words)))
    visitor = browse(None)
    before = visitor.get("/plans/flood-control")
    assert words in before.text
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/withdraw"))
    form["reason"] = "分级有误"
    assert "已撤回，公开页面不再显示。" in form.submit(status=302).follow().text
    assert stored(Edition.state, edition_id) is State.WITHDRAWN
    gone = visitor.get("/plans/flood-control", status=410)
    assert "目前没有现行文本" in gone.text
    assert words not in gone.text
    kept = {"If-None-Match": before.headers["ETag"]}
    visitor.get("/plans/flood-control", headers=kept, status=410)
    visitor.get("/plans/flood-control/editions/1", status=404)
    assert "flood-control" not in visitor.get("/plans/").text
    history = visitor.get("/plans/flood-control/history")
    assert "已撤回" in history.text
    assert "/editions/1" not in history.text


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_published(a_plan(), cast))
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/withdraw"))
    form["reason"] = " "
    assert "请写明原因" in form.submit(status=422).text
    assert stored(Edition.state, edition_id) is State.PUBLISHED


def test_it_asks_for_the_reason_in_the_service_too(app: Flask, cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refusal:
        publication.withdraw_edition(
            a_published(a_plan(), cast), reason="", by=cast.leader, now=NOW
        )
    assert refusal.value.field == "reason"


def test_it_stops_the_filing_clock(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    place = edition.plan.place
    assert len(deadlines.list_unfiled(place)) == len(deadlines.list_unannounced(place)) == 1
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)
    assert deadlines.list_unfiled(place) == deadlines.list_unannounced(place) == []


def test_it_does_not_bring_back_the_text_before(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    edition = a_published(plan, cast, body=a_changed_body())
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)
    assert queries.find_published(plan) is None


def test_it_leaves_the_text_to_begin_from(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    edition = a_published(plan, cast, body=a_changed_body())
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)
    assert a_draft(plan, by=cast.office, body=edition.body).body == edition.body


def test_it_is_in_the_activity_log(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    publication.withdraw_edition(edition, reason="分级有误", by=cast.leader, now=NOW)
    entry = list_entries_of(edition)[0]
    assert (entry.action, entry.details["reason"]) == ("edition.withdrawn", "分级有误")


def test_it_is_only_for_leaders(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_published(a_plan(), cast))
    for person in (cast.office, cast.legal, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/withdraw", status=403)
