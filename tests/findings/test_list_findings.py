"""List what must be put right."""

from datetime import date, timedelta

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_finding, a_fixed_finding
from factories import OTHER_VILLAGE, TOWN, Cast
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.findings import services
from nanhua_emergency.findings.models import Source


def titles(page: object) -> list[str]:
    return [cell.get_text() for cell in page.html.select("tbody td:first-child")]  # type: ignore[attr-defined]


def test_it_shows_the_own_place_and_what_is_due_first(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    for text, place, day in (("晚", None, 9), ("早", None, 3), ("别村", OTHER_VILLAGE, 1),
                             ("镇上", TOWN, 5)):  # fmt: skip
        a_finding(cast, text=text, due_on=date(2027, 1, day), source=Source.AUDIT,
                  **({"place": place} if place else {}))  # fmt: skip
    db.session.commit()
    assert titles(browse(cast.village).get("/findings/")) == ["早", "晚"]
    assert titles(browse(cast.other_village).get("/findings/")) == ["别村"]
    page = browse(cast.office).get("/findings/")
    assert titles(page) == ["别村", "早", "镇上", "晚"]
    assert "核查" in page.text


def test_it_shows_what_is_mine(app: Flask, cast: Cast, browse: Browse) -> None:
    a_finding(cast, text="我的", owner=cast.village)
    a_finding(cast, text="别人的", owner=cast.office)
    a_finding(cast, text="没有人的")
    db.session.commit()
    assert titles(browse(cast.village).get("/findings/?is_mine=y")) == ["我的"]


def test_it_shows_what_is_done_apart(app: Flask, cast: Cast, browse: Browse) -> None:
    a_finding(cast, text="待整改")
    a_fixed_finding(cast, text="待销号")
    closed, dropped = a_fixed_finding(cast, text="已销号"), a_finding(cast, text="已作废")
    services.close_finding(closed, by=cast.office, now=clock.now())
    services.drop_findings([dropped], by=cast.office, now=clock.now())
    db.session.commit()
    assert set(titles(browse(cast.office).get("/findings/"))) == {"待整改", "待销号"}
    assert set(titles(browse(cast.office).get("/findings/?is_done=y"))) == {"已销号", "已作废"}


@pytest.mark.parametrize("words", ["100%", "_", "喇叭"])
def test_it_finds_words_as_they_are_written(
    app: Flask, cast: Cast, browse: Browse, words: str
) -> None:
    a_finding(cast, text="只到了 100% 的一半_喇叭坏了")
    a_finding(cast, text="别的 100 家")
    db.session.commit()
    found = titles(browse(cast.office).get("/findings/", {"words": words}))
    assert found == ["只到了 100% 的一半_喇叭坏了"]


def test_it_has_pages_that_keep_the_filter(app: Flask, cast: Cast, browse: Browse) -> None:
    for n in range(services.PAGE + 3):
        a_finding(cast, text=f"问题{n:02}", due_on=date(2027, 1, 1), owner=cast.village)
    db.session.commit()
    first = browse(cast.village).get("/findings/", {"is_mine": "y", "words": "问题"})
    assert len(titles(first)) == services.PAGE
    second = first.click("下一页")
    assert titles(second) == ["问题50", "问题51", "问题52"]
    assert "is_mine=y" in second.request.url


def test_it_marks_what_is_late(app: Flask, cast: Cast, browse: Browse) -> None:
    a_finding(cast, text="晚了", due_on=clock.today() - timedelta(days=1))
    a_finding(cast, text="今天", due_on=clock.today())
    db.session.commit()
    page = browse(cast.office).get("/findings/")
    late = [row.select_one("b.error") is not None for row in page.html.select("tbody tr")]
    assert late == [True, False]


@pytest.mark.parametrize(
    "query", ["words=%00", "page=abc", "page=-5", "page=99999999999", "words=" + "%E9%95%BF" * 99]
)
def test_it_survives_a_strange_address(app: Flask, cast: Cast, browse: Browse, query: str) -> None:
    assert "要整改的问题" in browse(cast.office).get(f"/findings/?{query}", status=200).text


def test_it_is_empty_in_words(app: Flask, cast: Cast, browse: Browse) -> None:
    assert "没有符合条件的问题。" in browse(cast.village).get("/findings/").text
