"""List the items of a round that a number of the table of readiness counts."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from conftest import Browse
from factories import OTHER_VILLAGE, TOWN, Cast
from nanhua_emergency.audits.verdicts import VERDICT_NAMES, Verdict
from nanhua_emergency.database import db
from nanhua_emergency.reports.readiness import PAGE
from report_factories import a_locked_audit

PERIOD = quote("示例上半年")
ADDRESS = f"/reports/2026/readiness/village-five?last_on=2026-06-30&period={PERIOD}"


@pytest.fixture
def audits(app: Flask, cast: Cast) -> None:
    """Two rounds of 明水村, the first with another village and the town beside it."""
    lacking = {"V1": Verdict.UNMET, "V2.1": Verdict.PARTLY, "V3.1": Verdict.UNCHECKED}
    a_locked_audit(cast.office, verdicts=lacking)
    a_locked_audit(cast.office, place=OTHER_VILLAGE, verdicts={"V2": Verdict.PARTLY})
    a_locked_audit(cast.office, place=TOWN)
    a_locked_audit(cast.office, last_on=date(2026, 12, 31), period="示例下半年")
    db.session.commit()


def rows(page: Any) -> list[list[str]]:
    """The cells of every item that is listed."""
    return [
        [cell.get_text() for cell in row.select("td")][:3]
        for row in page.html.select("main tbody tr")
    ]


def test_it_is_reached_from_every_number_of_readiness(
    audits: None, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.office)
    page = browser.get("/reports/2026")
    cells = page.html.select("[aria-labelledby^=round] td a")
    assert len(cells) == 9
    for cell in cells:
        opened = browser.get(cell["href"])
        assert len(rows(opened)) == int(cell.get_text()), cell["href"]
        assert f"{cell.get_text()} 项" in opened.html.h1.get_text()


def test_it_lists_exactly_the_items_of_a_verdict(audits: None, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.leader)
    for verdict, said in (
        ("partly", [("V2", "明水村"), ("V2", "南岔村")]), ("unmet", [("V1", "明水村")]),
        ("unchecked", [("V3", "明水村")]),
    ):  # fmt: skip
        found = rows(browser.get(f"{ADDRESS}&verdict={verdict}"))
        assert sorted((name[:2], place) for name, place, _said in found) == sorted(said)
        assert {one[2] for one in found} == {VERDICT_NAMES[Verdict(verdict)]}
    assert len(rows(browser.get(f"{ADDRESS}&item=V2"))) == 2
    assert len(rows(browser.get(f"{ADDRESS}&item=V2&place={OTHER_VILLAGE}"))) == 1
    assert rows(browser.get(f"{ADDRESS}&item=V9")) == []


def test_it_leads_to_the_item_in_its_audit(audits: None, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    link = browser.get(f"{ADDRESS}&verdict=unmet").html.select_one("main tbody a")
    assert link["href"].endswith("#V1")
    assert "明水村示例上半年" in browser.get(link["href"]).html.h1.get_text()


def test_it_shows_a_village_only_its_own_items(audits: None, cast: Cast, browse: Browse) -> None:
    assert {place for _n, place, _v in rows(browse(cast.village).get(ADDRESS))} == {"明水村"}
    browse(cast.village).get(f"{ADDRESS}&place={OTHER_VILLAGE}", status=404)


def test_it_has_pages_that_keep_the_verdict(app: Flask, cast: Cast, browse: Browse) -> None:
    for _n in range(PAGE // 5 + 1):
        a_locked_audit(cast.office)
    db.session.commit()
    first = browse(cast.office).get(f"{ADDRESS}&verdict=met")
    assert len(rows(first)) == PAGE
    assert len(rows(first.click("下一页"))) == 5


@pytest.mark.parametrize(
    "asked", ["", "?period=x&last_on=yesterday", "?period=x&last_on=2026-06-30&verdict=good"]
)
def test_it_knows_no_such_round(app: Flask, cast: Cast, browse: Browse, asked: str) -> None:
    browse(cast.office).get(f"/reports/2026/readiness/village-five{asked}", status=404)


def test_it_says_that_a_period_has_no_items(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get(f"{ADDRESS}%00&item=%00")
    assert page.html.select_one(".empty") is not None


def test_it_refuses_the_legal_reviewer_of_plans(app: Flask, cast: Cast, browse: Browse) -> None:
    browse(cast.legal).get(ADDRESS, status=403)
