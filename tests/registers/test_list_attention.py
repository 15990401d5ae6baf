"""List what in the registers asks for somebody."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, OTHER_VILLAGE, TODAY, TOWN, VILLAGE, Cast, keep
from nanhua_emergency.places.services import get_place
from nanhua_emergency.registers import freshness, services
from nanhua_emergency.registers.catalogue import POSTS
from register_factories import an_entry

D = timedelta


def slugs(cast: Cast, today: date = TODAY) -> dict[str, int]:
    counts = freshness.count_all_attention(cast.village, today=today)
    return {reason.slug: count for reason, count in counts.items()}


CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    # reason, register, what asks for somebody, what just does not
    ("vacant", "posts", {"holder": ""}, {"holder": "示例甲"}),
    ("term-ended", "posts", {"term_until": "2026-05-10"}, {"term_until": "2026-05-11"}),
    ("below-minimum", "supplies", {"minimum": "501"}, {"minimum": "500"}),
    ("expired", "supplies", {"expires_on": "2026-05-10"}, {"expires_on": "2026-05-11"}),
    ("expiring", "supplies", {"expires_on": "2026-06-10"}, {"expires_on": "2026-06-11"}),
    ("uncounted", "supplies", {"counted_on": "2026-02-10"}, {"counted_on": "2026-02-11"}),
    ("uncounted", "supplies", {"counted_on": ""}, {"counted_on": "2026-05-11"}),
    ("team-uninsured", "teams", {"insured_until": "2026-05-10"}, {"insured_until": "2026-05-11"}),
    ("member-uninsured", "members", {"insured_until": "2026-05-10"}, {"insured_until": ""}),
    ("unchecked", "shelters", {"checked_on": "2025-11-10"}, {"checked_on": "2025-11-11"}),
    ("untested", "wake-ups", {"tested_on": "2026-02-10"}, {"tested_on": "2026-02-11"}),
    ("unanswered", "wake-ups", {"is_answered": "否"}, {"is_answered": "是"}),
    ("wake-up-alone", "wake-ups", {"substitute": ""}, {"substitute": "示例乙"}),
]


@pytest.mark.parametrize(("reason", "slug", "bad", "good"), CASES)
def test_it_names_what_asks_for_somebody_and_nothing_else(
    app: Flask, cast: Cast, reason: str, slug: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    entry = an_entry(slug, cast, **bad)
    assert slugs(cast)[reason] == 1
    register = freshness.BY_SLUG[reason].register
    assert reason in [
        one.reason.slug for one in freshness.list_entry_reasons(register, entry, today=TODAY)
    ]
    [found] = freshness.list_attention(freshness.BY_SLUG[reason], get_place(TOWN), today=TODAY)
    assert found.entry is entry
    services.change_entry(register, entry, good, based_on=1, by=cast.office, now=NOW)
    assert reason not in slugs(cast)


def test_a_post_is_to_be_confirmed_every_quarter(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast, now=NOW)
    assert "unconfirmed" not in slugs(cast, TODAY + D(days=91))
    assert slugs(cast, TODAY + D(days=92))["unconfirmed"] == 1
    services.confirm_entry(POSTS, post, by=cast.office, now=NOW + D(days=92))
    assert "unconfirmed" not in slugs(cast, TODAY + D(days=183))
    last = TODAY + D(days=184)
    assert slugs(cast, last)["unconfirmed"] == 1
    village = get_place(VILLAGE)
    assert freshness.list_unconfirmed_posts(village, today=last) == [post]
    [found] = freshness.list_attention(freshness.BY_SLUG["unconfirmed"], village, today=last)
    assert found.due_on == last


def test_a_new_holder_is_to_be_confirmed_and_not_overdue(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    changed = an_entry("posts", cast, now=NOW - D(days=400))
    an_entry("posts", cast, now=NOW - D(days=200), grid_code="G02")
    services.change_entry(POSTS, changed, {"holder": "示例乙"}, based_on=1, by=cast.office, now=NOW)
    keep(changed)
    found = freshness.list_attention(
        freshness.BY_SLUG["unconfirmed"], get_place(VILLAGE), today=TODAY
    )
    assert [one.due_on for one in found] == [None, TODAY - D(days=108)]
    page = browse(cast.village).get("/registers/attention?reason=unconfirmed")
    assert len(page.html.select("td[data-label=时间]")) == 2


def test_a_post_has_a_substitute_of_its_own(app: Flask, cast: Cast) -> None:
    an_entry("posts", cast)
    an_entry("posts", cast, seat="B角", place=OTHER_VILLAGE)
    an_entry("posts", cast, seat="B角", grid_code="G02")
    empty = an_entry("posts", cast, seat="B角", holder="")
    assert slugs(cast)["no-substitute"] == 1
    services.change_entry(POSTS, empty, {"holder": "示例乙"}, based_on=1, by=cast.office, now=NOW)
    assert "no-substitute" not in slugs(cast)
    services.retire_entry(POSTS, empty, reason="示例", by=cast.office, now=NOW)
    assert slugs(cast)["no-substitute"] == 1
    assert len(freshness.list_without_substitute(get_place(VILLAGE), today=TODAY)) == 1


def test_what_is_retired_asks_for_nobody(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast, holder="")
    services.retire_entry(POSTS, post, reason="示例", by=cast.office, now=NOW)
    assert slugs(cast) == {}
    assert freshness.list_entry_reasons(POSTS, post, today=TODAY) == []


def test_supplies_are_listed_for_audits(app: Flask, cast: Cast) -> None:
    supply = an_entry("supplies", cast, minimum="900", expires_on="2026-05-10")
    town = get_place(TOWN)
    assert freshness.list_below_minimum(town, today=TODAY) == [supply]
    assert freshness.list_expired(town, today=TODAY) == [supply]
    assert freshness.list_uncounted(town, today=TODAY) == [supply]
    assert freshness.list_expiring(town, until=TODAY) == [supply]
    assert freshness.list_expiring(town, until=TODAY - D(days=2)) == []


def test_the_village_and_the_office_see_it_listed(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("supplies", cast, name="示例编织袋", minimum="900"))
    an_entry("supplies", cast, name="示例帐篷", minimum="900", place=OTHER_VILLAGE)
    page = browse(cast.village).get("/registers/").click("低于最低储备")
    assert "示例编织袋" in page.text
    assert "示例帐篷" not in page.text
    assert f"/registers/supplies/{key}" in page.text
    assert "示例帐篷" in browse(cast.office).get("/registers/attention").text
    browse(cast.office).get("/registers/attention?reason=nothing", status=404)


def test_it_says_whom_to_call_and_how_much_there_is(app: Flask, cast: Cast, browse: Browse) -> None:
    an_entry("posts", cast, holder="示例甲", phone="13900000001")
    keep(an_entry("supplies", cast, quantity="7", minimum="900"))
    page = browse(cast.office).get("/registers/attention?reason=no-substitute")
    assert page.html.select_one("a[href='tel:13900000001']")
    page = browse(cast.office).get("/registers/attention?reason=below-minimum")
    cells = {cell["data-label"]: cell.get_text() for cell in page.html.select("tbody td")}
    assert (cells["数量"], cells["最低储备"]) == ("7", "900")
    page = browse(cast.leader).get("/registers/attention?reason=no-substitute")
    assert "139****0001" in page.text
    assert "13900000001" not in page.text


def test_it_shows_some_of_each_and_the_rest_in_pages(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    for n in range(52):
        an_entry("supplies", cast, name=f"示例{n:02}", counted_on="2026-05-10", minimum="900")
    browser = browse(cast.village)
    page = browser.get("/registers/attention").click("看全部 52 条", index=0)
    assert len(page.html.select("tbody tr")) == 50
    assert len(page.click("下一页").html.select("tbody tr")) == 2


def test_it_says_when_there_is_nothing(app: Flask, cast: Cast, browse: Browse) -> None:
    assert "没有要处理的。" in browse(cast.village).get("/registers/attention").text
    page = browse(cast.village).get("/registers/attention?reason=vacant")
    assert "没有要处理的。" in page.text
