"""Subscribe to the drills of a place at its secret address, read with a parser of another maker."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject

from conftest import Browse
from drill_factories import a_drill
from factories import OTHER_VILLAGE, TOWN, VILLAGE, Cast, a_plan, form_of
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.drills import services
from nanhua_emergency.drills.models import Drill, Feed
from nanhua_emergency.places.services import get_place


def ahead(days: int) -> datetime:
    """Half past nine in China, so many days from now."""
    at = clock.now().astimezone(clock.CHINA).replace(hour=9, minute=30, second=0, microsecond=0)
    return at + timedelta(days=days)


@pytest.fixture
def drill(cast: Cast) -> Drill:
    return a_drill(a_plan(), by=cast.office, planned_at=ahead(30), now=clock.now(),
                   location="村委会; 广场, 东侧", scenario="连日降雨\n河水上涨")  # fmt: skip


@pytest.fixture
def address(drill: Drill, cast: Cast) -> str:
    feed = services.renew_feed(get_place(TOWN), by=cast.office, now=clock.now())
    db.session.commit()
    return f"/drills/calendar/{feed.address}.ics"


def read(browse: Browse, address: str) -> list[Any]:
    """The entries of a feed, as a calendar program without a sign-in gets them."""
    answer = browse(None).get(address)
    assert answer.content_type.startswith("text/calendar")
    return list(vobject.readOne(answer.text).contents.get("vevent", []))


def test_it_gives_the_drills_to_whoever_has_the_address(
    drill: Drill, address: str, browse: Browse
) -> None:
    [entry] = read(browse, address)
    assert entry.uid.value == drill.uid
    assert entry.sequence.value == "1"
    assert entry.status.value == "CONFIRMED"
    assert entry.dtstart.value == drill.planned_at
    assert entry.summary.value == "【演练】明水村 洪涝（单项实战演练）"
    assert entry.location.value == "村委会; 广场, 东侧"
    assert entry.description.value == "连日降雨\n河水上涨"
    assert entry.url.value.endswith(f"/drills/{drill.id}")
    assert "南华镇演练" in browse(None).get(address).text


def test_it_keeps_the_uid_and_raises_the_sequence_when_a_drill_moves(
    drill: Drill, address: str, cast: Cast, browse: Browse
) -> None:
    services.move_drill(drill, planned_at=ahead(37), reason="", by=cast.office, now=clock.now())
    [entry] = read(browse, address)
    assert (entry.uid.value, entry.sequence.value) == (drill.uid, "2")
    assert entry.dtstart.value == ahead(37)


def test_it_keeps_cancelled_drills_and_says_so(
    drill: Drill, address: str, cast: Cast, browse: Browse
) -> None:
    services.cancel_drill(drill, reason="大风", by=cast.office, now=clock.now())
    [entry] = read(browse, address)
    assert (entry.uid.value, entry.status.value) == (drill.uid, "CANCELLED")
    assert entry.sequence.value == "2"


def test_it_waits_until_a_proposal_is_accepted(
    drill: Drill, address: str, cast: Cast, browse: Browse
) -> None:
    proposal = a_drill(drill.plan, by=cast.village, planned_at=ahead(60), now=clock.now())
    assert [entry.uid.value for entry in read(browse, address)] == [drill.uid]
    services.accept_drill(proposal, by=cast.office, now=clock.now())
    assert proposal.uid in [entry.uid.value for entry in read(browse, address)]


def test_it_gives_each_place_its_own(drill: Drill, cast: Cast, browse: Browse) -> None:
    other = a_drill(drill.plan, by=cast.office, place=OTHER_VILLAGE, planned_at=ahead(31),
                    now=clock.now())  # fmt: skip
    uids = {}
    for code in (TOWN, VILLAGE, OTHER_VILLAGE):
        feed = services.renew_feed(get_place(code), by=cast.office, now=clock.now())
        db.session.commit()
        entries = read(browse, f"/drills/calendar/{feed.address}.ics")
        uids[code] = {entry.uid.value for entry in entries}
    assert uids == {
        TOWN: {drill.uid, other.uid}, VILLAGE: {drill.uid}, OTHER_VILLAGE: {other.uid},
    }  # fmt: skip


def test_it_gives_an_empty_calendar_where_there_is_no_drill(cast: Cast, browse: Browse) -> None:
    feed = services.renew_feed(get_place(VILLAGE), by=cast.office, now=clock.now())
    db.session.commit()
    assert read(browse, f"/drills/calendar/{feed.address}.ics") == []


def test_it_makes_the_address_on_the_page(drill: Drill, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.village)
    page = browser.get("/drills/feed")
    assert "还没有生成地址" in page.text
    page = form_of(page).submit().follow()
    address = page.html.select_one("#feed-address").get_text()
    assert len(address.rsplit("/", 1)[1]) > 30
    assert [entry.uid.value for entry in read(browse, address)] == [drill.uid]


def test_it_ends_the_old_address_when_it_is_renewed(
    address: str, cast: Cast, browse: Browse
) -> None:
    page = form_of(browse(cast.office).get("/drills/feed")).submit().follow()
    fresh = page.html.select_one("#feed-address").get_text()
    assert address not in fresh
    assert "已经更换" in browse(None).get(address, status=404).text
    assert len(read(browse, fresh)) == 1
    assert db.session.query(Feed).count() == 1


@pytest.mark.parametrize("word", ["unknown", "a" * 500, "%00", "%25", "x.y", "%E4%B8%AD"])
def test_it_knows_no_other_address(word: str, address: str, browse: Browse) -> None:
    browse(None).get(f"/drills/calendar/{word}.ics", status=404)


def test_it_does_not_show_the_address_of_another_place(
    address: str, cast: Cast, browse: Browse
) -> None:
    secret = address.rsplit("/", 1)[1]
    assert secret in browse(cast.leader).get("/drills/feed").text
    assert secret not in browse(cast.village).get("/drills/feed").text
