"""A reader chooses the language: it is kept, the page stays, and nobody gets another one's page."""

from datetime import timedelta

import pytest
from flask import Flask
from webtest import TestApp

from conftest import Browse
from drill_factories import a_drill
from factories import Cast, a_plan, a_published, form_of
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.languages import _, in_chinese, language_of
from register_factories import an_entry

PAGE = "/plans/flood-control"


@pytest.fixture
def visitor(cast: Cast, browse: Browse) -> TestApp:
    a_published(a_plan(), cast)
    db.session.commit()
    return browse(None)


def test_it_speaks_chinese_until_asked_otherwise(visitor: TestApp) -> None:
    page = visitor.get("/plans/", headers={"Accept-Language": "en-GB,en"})
    assert page.html.html["lang"] == "zh-Hans"
    assert page.headers["Content-Language"] == "zh-Hans"
    assert "共 1 个现行预案" in page.text


def test_it_shows_the_same_page_in_the_language_chosen(visitor: TestApp) -> None:
    page = visitor.get("/search?words=%E8%BD%AC%E7%A7%BB").click("English").follow()
    assert page.request.path_qs == "/search?words=%E8%BD%AC%E7%A7%BB"
    assert page.html.html["lang"] == "en"
    assert page.headers["Content-Language"] == "en"
    assert page.html.find(attrs={"aria-current": "true"}, hreflang=True).text == "English"
    assert "Plans in force: 1." in visitor.get("/plans/").text
    page = visitor.get("/plans/").click("中文").follow()
    assert "共 1 个现行预案" in page.text


def test_it_keeps_the_choice_in_a_cookie_of_this_site_only(visitor: TestApp) -> None:
    answer = visitor.get("/plans/?lang=en", status=303)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("language=en;")
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize("asked", ["fr", "", "EN", "<script>"])
def test_it_ignores_a_language_it_does_not_have(visitor: TestApp, asked: str) -> None:
    page = visitor.get("/plans/", {"lang": asked})
    assert page.html.html["lang"] == "zh-Hans"
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/nowhere"])
def test_it_sends_nobody_away_from_the_site(visitor: TestApp, path: str) -> None:
    answer = visitor.get(f"{path}?lang=en", expect_errors=True)
    assert "elsewhere.example" not in answer.headers.get("Location", "").split("/")[2:3]
    assert answer.status_code in (308, 404)


def test_it_keeps_the_two_languages_of_a_kept_page_apart(app: Flask, visitor: TestApp) -> None:
    chinese = visitor.get(PAGE)
    visitor.get("/?lang=en")
    english = visitor.get(PAGE)
    for page in app.extensions["pages"].kept.values():
        page.expires += 60
    assert "Edition 1" in visitor.get(PAGE).text
    assert english.headers["ETag"] != chinese.headers["ETag"]
    assert "Cookie" in english.headers["Vary"]
    visitor.get(PAGE, headers={"If-None-Match": str(english.headers["ETag"])}, status=304)
    visitor.get(PAGE, headers={"If-None-Match": str(chinese.headers["ETag"])}, status=200)
    visitor.reset()
    assert "第 1 版" in visitor.get(PAGE).text


def test_it_refuses_and_asks_again_in_english(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.admin)
    page = browser.get("/accounts/add?lang=en").follow()
    again = form_of(page).submit(status=422)
    assert "Enter the name" in again.text
    assert "请填" not in again.text
    form = form_of(again)
    form["name"], form["sign_in"] = "示例", cast.office.sign_in
    assert "is taken" in form.submit(expect_errors=True).text
    assert "Page not found" in browser.get("/nowhere", status=404).text


def test_it_offers_no_other_language_where_a_form_would_be_lost(visitor: TestApp) -> None:
    answer = form_of(visitor.get("/sign-in")).submit(expect_errors=True)
    assert answer.html.find(hreflang=True) is None


def test_it_marks_content_as_chinese_on_an_english_page(visitor: TestApp) -> None:
    page = visitor.get(f"{PAGE}?lang=en").follow()
    assert page.html.h1.find(attrs={"lang": "zh-Hans"}) is not None


def test_it_writes_the_record_in_chinese_whoever_reads(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.admin)
    page = browser.get(f"/accounts/{cast.office.id}?lang=en").follow()
    [form] = [one for one in page.forms.values() if "name" in one.fields]
    form["name"] = "示例改名"
    form.submit(status=302)
    from nanhua_emergency.activity.models import ActivityEntry

    [entry] = db.session.query(ActivityEntry).filter_by(action="account.changed")
    assert "应急办" in entry.summary


def test_it_writes_words_for_a_group_chat_in_chinese_whoever_reads(
    cast: Cast, browse: Browse
) -> None:
    drill = a_drill(a_plan(), by=cast.office, planned_at=clock.now() + timedelta(days=3))
    db.session.commit()
    page = browse(cast.office).get(f"/drills/{drill.id}/reminders?lang=en").follow()
    assert page.html.html["lang"] == "en"
    text = page.html.find(id="short-text-words").text
    assert f"{clock.day_of(drill.planned_at).month}月" in text


def test_it_says_the_words_and_days_of_a_register_in_english(cast: Cast, browse: Browse) -> None:
    post = an_entry("posts", cast, term_from="2026-05-12")
    db.session.commit()
    page = browse(cast.office).get(f"/registers/posts/{post.id}?lang=en").follow()
    values = {one.text.strip(): one for one in page.html.select("dl.facts dd")}
    assert "12 May 2026" in values
    assert page.html.h1.find(attrs={"lang": "zh-Hans"}) is not None


def test_it_keeps_a_paper_in_chinese_inside_an_english_page(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        with in_chinese():
            assert _("返回") == "返回"
        assert _("返回") != "返回"


@pytest.mark.parametrize(
    ("cookies", "language"),
    [("", "zh-Hans"), ("language=en", "en"), ("nanhua=x; language=en", "en"),
     ("language=zh-Hans", "zh-Hans"), ("other-language=en", "zh-Hans"),
     ("language=english", "zh-Hans")],
)  # fmt: skip
def test_it_reads_the_language_from_the_cookies(cookies: str, language: str) -> None:
    assert language_of(cookies) == language
