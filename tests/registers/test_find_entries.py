"""List, filter and search a register."""

from datetime import date

import pytest
from flask import Flask

from conftest import Browse
from factories import OTHER_VILLAGE, TOWN, VILLAGE, Cast, statements
from nanhua_emergency.database import db
from nanhua_emergency.places.services import get_place
from nanhua_emergency.registers import queries
from nanhua_emergency.registers.catalogue import POSTS, REGISTERS
from register_factories import SAID, an_entry


def lines(page: object) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page.html.select("tbody tr")]  # type: ignore[attr-defined]


def test_it_shows_what_lies_within_the_person_s_place(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    for place in (VILLAGE, OTHER_VILLAGE, TOWN):
        an_entry("posts", cast, place=place)
        an_entry("supplies", cast, place=place)
    office = lines(browse(cast.office).get("/registers/posts/"))
    assert [line.split()[0] for line in office] == ["南华镇", "南岔村", "明水村"]
    village = lines(browse(cast.village).get("/registers/posts/"))
    assert [line.split()[0] for line in village] == ["明水村", "南华镇"]
    assert len(lines(browse(cast.village).get("/registers/supplies/"))) == 1
    assert len(lines(browse(cast.leader).get("/registers/supplies/"))) == 3


@pytest.mark.parametrize("slug", list(SAID))
def test_every_register_has_its_list(app: Flask, cast: Cast, browse: Browse, slug: str) -> None:
    assert "还没有登记。" in browse(cast.village).get(f"/registers/{slug}/").text
    an_entry(slug, cast)
    page = browse(cast.village).get(f"/registers/{slug}/")
    assert len(lines(page)) == 1
    assert page.html.select_one("tbody a")["href"].startswith(f"/registers/{slug}/")


def test_it_is_narrowed_by_place_field_and_words(app: Flask, cast: Cast, browse: Browse) -> None:
    an_entry("supplies", cast, name="编织袋", kind="防汛")
    an_entry("supplies", cast, name="灭火器_100%", kind="防火")
    an_entry("supplies", cast, name="帐篷", kind="生活", place=OTHER_VILLAGE)
    browser = browse(cast.office)

    def found(**asked: str) -> int:
        return len(lines(browser.get("/registers/supplies/", asked)))

    assert found(by_kind="防火") == 1
    assert found(place_code=OTHER_VILLAGE) == 1
    assert found(words="_100%") == 1
    assert found(words="编织") == 1
    assert found(words="编织", by_kind="防火") == 0
    assert found(by_kind="没有这一类") == 0
    assert found(place_code=VILLAGE, page="1", register_slug="x") == 2
    assert "没有符合条件的物资" in browser.get("/registers/supplies/", {"words": "没有"}).text


@pytest.mark.parametrize(
    ("slug", "asked", "count"),
    [
        ("members", {"by_team_id": "1"}, 1),
        ("members", {"by_team_id": "x"}, 0),
        ("wake-ups", {"by_is_answered": "是"}, 0),
        ("wake-ups", {"by_means": "敲门"}, 1),
        ("posts", {"by_title": "网格长"}, 1),
        ("posts", {"by_title": "监管员"}, 0),
    ],
)
def test_every_kind_of_field_narrows(
    app: Flask, cast: Cast, browse: Browse, slug: str, asked: dict[str, str], count: int
) -> None:
    an_entry(slug, cast)
    assert len(lines(browse(cast.village).get(f"/registers/{slug}/", asked))) == count


def test_broken_words_are_refused(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/registers/posts/?words=%00")
    assert "无法识别的字符" in page.text


def test_it_has_pages_that_keep_the_filter(app: Flask, cast: Cast, browse: Browse) -> None:
    for n in range(queries.PAGE + 3):
        an_entry("wake-ups", cast, household=f"示例{n:02}", sequence=str(n + 1))
    first = browse(cast.village).get("/registers/wake-ups/", {"by_means": "敲门", "words": "示例"})
    assert len(lines(first)) == queries.PAGE
    second = first.click("下一页")
    assert [line.split()[1] for line in lines(second)] == ["示例50", "示例51", "示例52"]
    assert "by_means" in second.request.url


def test_it_asks_the_database_as_often_for_many_as_for_one(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    def count() -> int:
        db.session.commit()
        with statements() as asked:
            browser.get("/registers/members/")
        return len(asked)

    browser = browse(cast.office)
    first = an_entry("members", cast)
    few = count()
    for n in range(30):
        an_entry("members", cast, name=f"示例{n}", team_id=first.team_id)
    assert count() == few


def test_it_counts_for_reports_and_audits(app: Flask, cast: Cast) -> None:
    an_entry("posts", cast)
    an_entry("posts", cast, place=OTHER_VILLAGE, holder="")
    an_entry("members", cast)
    an_entry("trainings", cast)
    town, village = get_place(TOWN), get_place(VILLAGE)
    assert queries.count_entries(POSTS, town) == 2
    assert queries.count_posts(town, "网格长") == 1
    assert queries.count_members(village) == 1
    assert queries.count_by_place(POSTS, town) == {VILLAGE: 1, OTHER_VILLAGE: 1}
    first, last = date(2026, 1, 1), date(2026, 5, 1)
    assert queries.count_trainings(town, first, last) == 1
    assert queries.count_trainings(town, first, first) == 0
    keys = queries.map_keys(POSTS, village)
    assert [key[:2] for key in keys] == [(VILLAGE, "网格长")]


def test_the_overview_counts_each(app: Flask, cast: Cast, browse: Browse) -> None:
    an_entry("members", cast)
    page = browse(cast.village).get("/registers/")
    counts = {
        one.select_one(".register-name").get_text(): one.select_one(".register-count").get_text()
        for one in page.html.select(".register-list li")
    }
    assert list(counts) == [register.name for register in REGISTERS]
    assert (counts["队员"], counts["岗位"]) == ("1 条", "0 条")


@pytest.mark.parametrize("who", ["legal", "admin"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    for address in ("/registers/", "/registers/posts/", "/registers/attention"):
        browse(getattr(cast, who)).get(address, status=403)
