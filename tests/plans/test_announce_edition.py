"""Announce an edition to the public."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, TODAY, Cast, a_cleared, a_plan, a_published, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import deadlines, publication
from nanhua_emergency.plans.models import Edition


def test_it_enters_when_and_where(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_published(a_plan(), cast, now=clock.now()))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/announce"))
    form["where"] = "县政府网站、村务公开栏"
    page = form.submit(status=302).follow()
    assert "已登记公布情况。" in page.text
    assert "县政府网站、村务公开栏" in page.text
    assert stored(Edition.announced_on, edition_id) == clock.today()
    assert deadlines.list_unannounced(cast.office.place) == []


def test_it_asks_for_the_place(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_published(a_plan(), cast, now=clock.now()))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/announce"))
    assert "请填公布的地方" in form.submit(status=422).text
    form["where"], form["announced_on"] = "村务公开栏", ""
    page = form.submit(status=422)
    assert "请填日期" in page.text
    assert form_of(page)["where"].value == "村务公开栏"
    assert stored(Edition.announced_on, edition_id) is None


@pytest.mark.parametrize("days", [-1, 6])
def test_it_refuses_a_day_before_issue_or_ahead(app: Flask, cast: Cast, days: int) -> None:
    edition = a_published(a_plan(), cast)
    with pytest.raises(RuleBroken) as refusal:
        publication.announce_edition(
            edition, announced_on=TODAY + timedelta(days=days), where="村务公开栏",
            by=cast.office, now=NOW + timedelta(days=5),
        )  # fmt: skip
    assert refusal.value.field == "announced_on"


def test_it_is_done_once(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    publication.announce_edition(edition, announced_on=TODAY, where="村务公开栏", by=cast.office,
                                 now=NOW)  # fmt: skip
    with pytest.raises(RuleBroken, match="已登记公布"):
        publication.announce_edition(edition, announced_on=TODAY, where="别处", by=cast.office,
                                     now=NOW)  # fmt: skip
    assert edition.announced_where == "村务公开栏"
    assert [one.action for one in list_entries_of(edition)].count("edition.announced") == 1


def test_it_is_not_for_what_is_not_published(app: Flask, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="签发以后才能公布"):
        publication.announce_edition(
            a_cleared(a_plan(), cast),
            announced_on=TODAY,
            where="村务公开栏",
            by=cast.office,
            now=NOW,
        )


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_published(a_plan(), cast))
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/announce", status=403)
