"""The whole interface can be read in English: nothing is missing, and no page is half Chinese."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

import extract_messages
from conftest import Browse
from factories import Cast
from nanhua_emergency.access import Role
from test_every_page import WHO, addresses, keys, people  # noqa: F401  a fixture of the same pages

CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\((\w+)\)s")
# What is content by its nature: what people typed, and lists of places, plans, people and headings.
CONTENT = (
    '[lang="zh-Hans"], textarea, title, script, style, optgroup, #local-offer,'
    ' select[name="place_code"], select[name="plan_id"], select[name="second_plan_id"],'
    ' select[name="plan"], select[name="owner_id"], select[data-do="jump"],'
    ' select[name^="heading_"], select[name^="by_"], select[name="team_id"],'
    ' select[name="account_id"], select[name="successor_id"], select[name="sheet"], #villages'
)
# Attributes that are read out or shown.
SAID = ("aria-label", "data-label", "placeholder", "title", "alt", "data-kept", "data-local")
# What stands in quotation marks is quoted: the name of a section, or how something is written.
QUOTED = re.compile(r"“[^”]*”")


def test_it_has_english_for_every_text() -> None:
    known = {str(one.id): str(one.string) for one in extract_messages.read_catalogue() if one.id}
    found = set(extract_messages.list_messages())
    assert sorted(found - set(known)) == [], "run make translations"
    assert sorted(set(known) - found) == [], "run make translations"
    assert [text for text, english in known.items() if not english] == []
    assert [one.id for one in extract_messages.read_catalogue() if one.id and one.fuzzy] == []


def test_it_keeps_the_places_for_values() -> None:
    for one in extract_messages.read_catalogue():
        chinese, english = str(one.id), str(one.string)
        assert sorted(set(PLACE.findall(chinese))) == sorted(set(PLACE.findall(english))), chinese
        assert not CHINESE.search(QUOTED.sub("", english)), english


TEMPLATES = sorted((extract_messages.ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_it_writes_chinese_only_in_messages(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    without = re.sub(r"\b_\('(?:[^'\\]|\\.)*'|'：', 1|岗位:|名录:", "", source)
    assert CHINESE.findall(without) == []
    assert re.findall(r"\{\{[^}|]*\b(?:state|source|outcome|role|form)_name \}\}", source) == []


def chinese_in(page: str) -> list[str]:
    """What is left in Chinese of a page, once its content is taken out."""
    soup = BeautifulSoup(page, "html.parser")
    assert isinstance(soup.html, Tag)
    assert soup.html["lang"] == "en"
    for element in soup.select(CONTENT):
        element.decompose()
    said = [
        element[name] for element in soup.find_all(True) for name in SAID if name in element.attrs
    ]
    texts = [QUOTED.sub("", str(text)) for text in (*soup.stripped_strings, *said)]
    return [text for text in texts if CHINESE.search(text)]


@pytest.mark.parametrize("role", list(Role))
def test_it_shows_every_page_in_english(
    role: Role,
    app: Flask,
    cast: Cast,
    browse: Browse,
    keys: dict[str, object],  # noqa: F811
) -> None:
    browser = browse(people(cast)[role])
    browser.get("/?lang=en")
    left = {}
    for endpoint, method, address in addresses(app, keys):
        if role not in WHO[endpoint] or endpoint == "accounts.sign_out":
            continue
        answer = browser.request(address, method=method, expect_errors=True)
        if answer.content_type == "text/html":
            left[f"{method} {address}"] = chinese_in(answer.text)
    assert {address: texts for address, texts in left.items() if texts} == {}
