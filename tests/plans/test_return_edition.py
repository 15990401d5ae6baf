"""Return an edition."""

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_cleared,
    a_plan,
    a_submitted,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import services
from nanhua_emergency.plans.lifecycle import IllegalMove, State
from nanhua_emergency.plans.models import Edition


def test_it_goes_back_to_the_office_with_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    form = form_of(browse(cast.legal).get(f"/work/editions/{edition_id}/return"))
    form["reason"] = "请写明派谁上门"
    assert "已退回应急办修改。" in form.submit(status=302).follow().text
    assert stored(Edition.state, edition_id) is State.DRAFTED
    assert "请写明派谁上门" in browse(cast.office).get(f"/work/editions/{edition_id}").text


def test_it_voids_the_clearance_when_the_leader_returns(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_cleared(a_plan(), cast))
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/return"))
    form["reason"] = "时限太宽"
    form.submit(status=302)
    assert stored(Edition.state, edition_id) is State.DRAFTED
    assert stored(Edition.cleared_sha256, edition_id) == ""
    assert stored(Edition.cleared_by_id, edition_id) is None


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    form = form_of(browse(cast.legal).get(f"/work/editions/{edition_id}/return"))
    for blank in ("", " \n "):
        form["reason"] = blank
        assert "请写明原因" in form.submit(status=422).text
    assert stored(Edition.state, edition_id) is State.SUBMITTED


def test_it_asks_for_the_reason_in_the_service_too(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    with pytest.raises(RuleBroken) as refusal:
        services.return_edition(edition, reason=" ", by=cast.legal, now=NOW)
    assert refusal.value.field == "reason"


def test_it_is_done_by_whoever_has_the_text_before_them(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    with pytest.raises(IllegalMove):
        services.return_edition(edition, reason="示例", by=cast.leader, now=NOW)
    cleared = a_cleared(a_plan(number=2, slug="drought"), cast)
    with pytest.raises(IllegalMove):
        services.return_edition(cleared, reason="示例", by=cast.legal, now=NOW)


def test_it_is_in_the_activity_log(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    services.return_edition(edition, reason=" 写明派谁 ", by=cast.legal, now=NOW)
    entry = list_entries_of(edition)[0]
    assert (entry.action, entry.details["reason"]) == ("edition.returned", "写明派谁")


def test_it_is_not_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_submitted(a_plan(), cast))
    for person in (cast.office, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/return", status=403)
    browse(cast.leader).get(f"/work/editions/{edition_id}/return", status=409)
