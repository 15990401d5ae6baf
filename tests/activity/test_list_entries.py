"""Read who did what."""

import pytest
from flask import Flask
from webtest import TestResponse

from conftest import Browse
from factories import NOW, OTHER_VILLAGE, TOWN, VILLAGE, Cast, a_plan
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.places.services import get_place

ELSEWHERE = "620724103000"


def do(
    by: Account, summary: str, *, action: str = "plan.added", place: str = TOWN, **k: object
) -> None:
    services.record(action, by, place_code=place, by=by, now=NOW, summary=summary, **k)


def shown(page: TestResponse) -> list[str]:
    """What the rows of the page say, newest first."""
    return [cell.text for cell in page.html.find_all("td", {"data-label": "做了什么"})]


def test_it_shows_the_newest_first(cast: Cast, browse: Browse) -> None:
    for number in (1, 2, 3):
        do(cast.office, f"示例第 {number} 件事")
    page = browse(cast.office).get("/activity/")
    assert shown(page) == ["示例第 3 件事", "示例第 2 件事", "示例第 1 件事"]
    assert page.html.find("td", {"data-label": "谁"}).text == "示例office"
    assert "2026" in page.html.find("td", {"data-label": "时间"}).text


def test_it_shows_the_reason(cast: Cast, browse: Browse) -> None:
    do(cast.office, "退回", reason="<b>示例</b>原因")
    page = browse(cast.office).get("/activity/")
    assert shown(page) == ["退回原因：<b>示例</b>原因"]


def test_it_shows_only_what_lies_within_ones_own_place(cast: Cast, browse: Browse) -> None:
    db.session.add(
        Place(code=ELSEWHERE, name="巷道镇", official_name="巷道镇", kind=PlaceKind.TOWN)
    )
    for place in (TOWN, VILLAGE, ELSEWHERE, "620724000000"):
        do(cast.office, f"在 {place}", place=place)
    page = browse(cast.leader).get("/activity/")
    assert shown(page) == [f"在 {VILLAGE}", f"在 {TOWN}"]
    village = services.list_entries(get_place(VILLAGE))
    assert [entry.summary for entry in village] == [f"在 {VILLAGE}"]
    assert services.list_entries(get_place(OTHER_VILLAGE)) == []
    assert len(services.list_entries(get_place("620724000000"))) == 4


def test_it_narrows_by_kind_and_by_person(cast: Cast, browse: Browse) -> None:
    do(cast.office, "甲", action="plan.added")
    do(cast.office, "乙", action="edition.began")
    do(cast.leader, "丙", action="plan.added")
    page = browse(cast.admin).get("/activity/")
    form = page.forms[1]
    form["action"], form["person"] = "plan.", "office"
    found = form.submit()
    assert shown(found) == ["甲"]
    assert found.forms[1]["person"].value == "office"
    form["action"], form["person"] = "", "leader"
    assert shown(form.submit()) == ["丙"]
    form["person"] = "没有这个人"
    assert "没有符合条件的记录" in form.submit().text


@pytest.mark.parametrize("typed", ["%", "_", "\\"])
def test_it_takes_every_sign_as_it_is(typed: str, cast: Cast, browse: Browse) -> None:
    do(cast.office, "甲")
    assert shown(browse(cast.admin).get("/activity/", {"person": typed})) == []


def test_it_goes_on_page_by_page(cast: Cast, browse: Browse) -> None:
    for number in range(1, 61):
        do(cast.office, f"{number}")
        do(cast.leader, f"别人 {number}")
    first = browse(cast.admin).get("/activity/", {"person": "office"})
    second = first.click("更早的")
    assert shown(first) == [str(number) for number in range(60, 10, -1)]
    assert shown(second) == [str(number) for number in range(10, 0, -1)]
    assert "更早的" not in second.text


def test_it_is_not_moved_by_what_is_added_meanwhile(cast: Cast, browse: Browse) -> None:
    for number in range(1, 61):
        do(cast.office, f"{number}")
    browser = browse(cast.admin)
    first = browser.get("/activity/")
    do(cast.office, "刚发生")
    assert shown(first.click("更早的"))[0] == "10"


ODD = [
    {"before": "²"}, {"before": "-1"}, {"before": "9" * 18}, {"before": "9" * 40}, {"before": "x"},
    {"before": ""}, {"person": "名\x00"}, {"person": "名" * 61}, {"action": "king."},
    {"action": "plan.\x00"},
]  # fmt: skip


@pytest.mark.parametrize("asked", ODD, ids=lambda one: repr(one)[:30])
def test_it_shrugs_at_an_odd_question(asked: dict[str, str], cast: Cast, browse: Browse) -> None:
    do(cast.office, "甲")
    assert shown(browse(cast.admin).get("/activity/", asked)) == ["甲"]


@pytest.mark.parametrize("who", ["legal", "village"])
def test_it_refuses_the_wrong_person(who: str, cast: Cast, browse: Browse) -> None:
    answer = browse(getattr(cast, who)).get("/activity/", expect_errors=True)
    assert answer.status_code == 403


def test_it_asks_a_visitor_to_sign_in(app: Flask, browse: Browse) -> None:
    assert "/sign-in" in browse(None).get("/activity/").location


def test_it_lists_what_was_done_to_one_thing(cast: Cast) -> None:
    plan, other = a_plan(), a_plan(number=2, slug="drought")
    for thing, summary in ((plan, "甲"), (other, "乙"), (plan, "丙"), (cast.office, "丁")):
        services.record("plan.added", thing, place_code=TOWN, by=cast.office, now=NOW,
                        summary=summary)  # fmt: skip
    assert [entry.summary for entry in services.list_entries_of(plan)] == ["丙", "甲"]
    assert [entry.summary for entry in services.list_entries_of(plan, limit=1)] == ["丙"]
