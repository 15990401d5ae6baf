"""Approve an urgent publication."""

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, Cast, a_plan, a_published, a_submitted, form_of, keep, stored
from nanhua_emergency.access import Role
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import deadlines, publication, services
from nanhua_emergency.plans.lifecycle import Verb
from nanhua_emergency.plans.models import Edition


def _urgent(cast: Cast) -> Edition:
    edition = a_submitted(a_plan(), cast)
    publication.publish_urgently(edition, sha256=edition.head.sha256, issue_number="示例1号",
                                 reason="汛情紧急", by=cast.leader, now=NOW)  # fmt: skip
    return edition


def test_it_is_signed_by_another_leader(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(_urgent(cast))
    visitor = browse(None)
    before = visitor.get("/plans/flood-control")
    assert "正在补办审签手续" in before.text
    form = form_of(browse(cast.other_leader).get(f"/work/editions/{edition_id}/approve"))
    assert "已补签。" in form.submit(status=302).follow().text
    assert stored(Edition.approved_by_id, edition_id) == cast.other_leader.id
    assert stored(Edition.approved_at, edition_id) is not None
    # The reader who kept the page of before must not be told that it is still the same.
    after = visitor.get("/plans/flood-control", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "正在补办审签手续" not in after.text


def test_it_refuses_the_one_who_published(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(_urgent(cast))
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/approve"))
    assert "不能给自己补签" in form.submit(status=422).text
    assert stored(Edition.approved_at, edition_id) is None


def test_it_is_offered_to_another_leader_only(app: Flask, cast: Cast) -> None:
    edition = _urgent(cast)
    assert Verb.APPROVE not in services.list_offered_verbs(edition, cast.leader)
    assert Verb.APPROVE in services.list_offered_verbs(edition, cast.other_leader)
    publication.approve_edition(edition, by=cast.other_leader, now=NOW)
    assert Verb.APPROVE not in services.list_offered_verbs(edition, cast.other_leader)


def test_it_refuses_whoever_wrote_any_part(app: Flask, cast: Cast) -> None:
    edition = _urgent(cast)
    cast.office.role = Role.LEADER
    with pytest.raises(services.SameEyes):
        publication.approve_edition(edition, by=cast.office, now=NOW)


def test_it_is_done_once(app: Flask, cast: Cast) -> None:
    edition = _urgent(cast)
    publication.approve_edition(edition, by=cast.other_leader, now=NOW)
    with pytest.raises(RuleBroken, match="已经补签"):
        publication.approve_edition(edition, by=cast.other_leader, now=NOW)


def test_it_is_not_for_an_ordinary_publication(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    with pytest.raises(RuleBroken, match="不需要补签"):
        publication.approve_edition(edition, by=cast.other_leader, now=NOW)
    assert Verb.APPROVE not in services.list_offered_verbs(edition, cast.other_leader)


def test_it_ends_the_waiting_and_is_recorded(app: Flask, cast: Cast) -> None:
    edition = _urgent(cast)
    publication.approve_edition(edition, by=cast.other_leader, now=NOW)
    assert not edition.awaits_approval
    assert deadlines.list_unapproved(edition.plan.place) == []
    entry = list_entries_of(edition)[0]
    assert (entry.action, entry.by_id) == ("edition.approved", cast.other_leader.id)
    assert entry.details["sha256"] == edition.published_sha256


def test_it_is_only_for_leaders(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(_urgent(cast))
    for person in (cast.office, cast.legal, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/approve", status=403)
