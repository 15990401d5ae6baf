"""Find every stretch of every line of the plans, as a plain search by hand does."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT, Browse
from factories import (
    NOW,
    results_of,
)
from nanhua_emergency.database import db
from nanhua_emergency.places.services import get_home
from nanhua_emergency.plans import search
from nanhua_emergency.plans.importing import import_plans
from nanhua_emergency.plans.library import read_plan_file
from nanhua_emergency.plans.rendering import render_once
from nanhua_emergency.plans.search import find_in_plans, read_words

PLANS = [read_plan_file(path) for path in sorted(Path(ROOT, "plans").glob("[0-9]*.md"))]
BLOCKS = ["p", "li", "td", "th", "pre", "div", "h1", "h2", "h3", "h4", "h5", "h6"]
HEADINGS = ["h1", "h2", "h3", "h4"]
Found = set[tuple[str, str]]


def visible_lines(body: str) -> Iterator[tuple[str, str]]:
    """The anchor above each visible line of a text, and the line: a paragraph, an item, a cell."""
    page = BeautifulSoup(str(render_once(body, body).html), "html.parser")
    anchor, line, block = "", "", None
    for part in page.descendants:
        around = part.find_parent(BLOCKS)
        is_break = isinstance(part, Tag) and part.name in ["br", *BLOCKS]
        if is_break or (isinstance(part, NavigableString) and around is not block):
            if line.strip():
                yield anchor, " ".join(line.split())
            line, block = "", around
        if isinstance(part, Tag) and part.name in HEADINGS:
            anchor, block = str(part["id"]), part
        if isinstance(part, NavigableString):
            line += part
    if line.strip():
        yield anchor, " ".join(line.split())


LINES = [(plan, *line) for plan in PLANS for line in visible_lines(plan.body)]


def plain_search(words: list[str]) -> Found:
    """What a reader with all the time in the world finds."""
    sections: dict[tuple[str, str], list[str]] = {}
    for plan, anchor, line in LINES:
        sections.setdefault((plan.slug, anchor), [plan.title]).append(line)
    return {
        key for key, lines in sections.items() if all(any(w in n for n in lines) for w in words)
    }


def find_all(asked: str, **options: bool) -> Found:
    """The sections that the site finds, of all pages."""
    found: Found = set()
    page, has_more = 1, True
    while has_more:
        groups, has_more = find_in_plans(get_home(), read_words(asked), page=page, **options)
        hits = [hit for group in groups for hit in group.hits]
        found |= {(hit.section.plan.slug, hit.section.anchor) for hit in hits}
        page += 1
    return found


@pytest.fixture
def town(app: Flask) -> Flask:
    """The town's plans as they are in force."""
    list(import_plans(PLANS, get_home(), now=NOW))
    db.session.commit()
    return app


@st.composite
def cuttings(draw: st.DrawFn) -> tuple[str, str, str]:
    """A stretch of a visible line, and where the line stands."""
    plan, anchor, line = draw(st.sampled_from(LINES))
    start = draw(st.integers(0, len(line) - 1))
    end = draw(st.integers(start + 1, min(len(line), start + search.LONGEST)))
    return plan.slug, anchor, line[start:end]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuttings())
def test_it_finds_every_stretch_of_every_visible_line(
    town: Flask, cutting: tuple[str, str, str]
) -> None:
    slug, anchor, text = cutting
    if text.strip():
        assert (slug, anchor) in find_all(text)


SIGNS = sorted({sign for _, _, line in LINES for sign in line if sign.strip()})


def test_it_finds_every_single_sign_where_a_plain_search_does(town: Flask) -> None:
    assert len(SIGNS) > 1000
    assert {"“", "、", "（"} < set(SIGNS)
    for sign in [*SIGNS[:60], *SIGNS[60::60]]:
        # Letters are found in either size, signs and digits in either width.
        alike = [other for other in SIGNS if search.fold(other) == search.fold(sign)]
        assert find_all(sign) == set().union(*(plain_search([one]) for one in alike)), sign


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.sampled_from(["转移", "锣", "安置点", "15", "{", "县", "防汛", "红色"]),
        min_size=1,
        max_size=search.MOST_WORDS,
    )
)
def test_it_finds_several_words_where_a_plain_search_does(town: Flask, words: list[str]) -> None:
    assert find_all(" ".join(words)) == plain_search(words)


def test_it_finds_a_phrase_only_as_it_stands(town: Flask) -> None:
    _, _, line = next(one for one in LINES if "转移" in one[2] and " " in one[2].strip())
    first, second = line.split()[:2]
    for marks in ('""', "“”"):
        assert find_all(marks[0] + line[:30] + marks[1]) == plain_search([line[:30].strip()])
        assert find_all(f"{marks[0]}{second} {first}{marks[1]}") == set()
    assert find_all(f"{second} {first}")


def test_it_groups_by_plan_names_by_heading_and_marks_the_hit(town: Flask, browse: Browse) -> None:
    visitor = browse(None)
    page = visitor.get("/search", {"words": "防汛指挥长 敲锣"})
    assert [title for title, _ in results_of(page)] == sorted(
        (title for title, _ in results_of(page)),
        key=lambda title: next(plan.number for plan in PLANS if plan.title == title),
    )
    assert {mark.get_text() for mark in page.html.select("section.hits mark")} <= {
        "防汛指挥长", "敲锣",
    }  # fmt: skip
    link = page.html.select_one("section.hits li > a")
    target = visitor.get(link["href"].split("#")[0])
    assert target.html.find(id=unquote(link["href"].split("#")[1])).name in ("h2", "h3")


def test_it_pages_through_many_hits(town: Flask, browse: Browse) -> None:
    visitor, seen, number = browse(None), set(), 1
    while number:
        page = visitor.get("/search", {"words": "镇", "page": number})
        links = [a["href"] for a in page.html.select("section.hits li > a")]
        assert 0 < len(links) <= search.PAGE
        assert not seen & set(links)
        seen |= set(links)
        number = number + 1 if page.html.select(f"a[href*='page={number + 1}']") else 0
    assert len(seen) == len(find_all("镇")) > search.PAGE
