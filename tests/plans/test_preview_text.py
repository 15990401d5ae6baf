"""Preview a text beside the editor as it will be published."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import (
    Cast,
    a_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    count_rows,
    form_of,
    keep,
)
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.plans.models import Edition, Revision
from nanhua_emergency.plans.text_models import KeptText

JSON = {"Accept": "application/json"}


@pytest.fixture
def writer(app: Flask, cast: Cast, browse: Browse) -> TestApp:
    keep(a_draft(a_plan(number=2, slug="drought"), by=cast.office))
    return browse(cast.office)


def preview(browser: TestApp, body: str, *, token: str = "", status: int = 200) -> TestResponse:
    token = token or form_of(browser.get("/work/editions/1/edit"))["csrf_token"].value
    fields = {"csrf_token": token, "body": body}
    return browser.post("/work/preview", fields, headers=JSON, status=status)


def test_it_shows_what_readers_will_see(writer: TestApp, cast: Cast, browse: Browse) -> None:
    keep(a_published(a_plan(), cast))
    html = preview(writer, a_body()).json["html"].strip()
    assert "第一小时处置卡" in html
    assert html in browse(None).get("/plans/flood-control").text


def test_it_stores_nothing(writer: TestApp) -> None:
    tables = (Edition, Revision, KeptText, ActivityEntry)
    before = count_rows(*tables)
    assert preview(writer, "## 一章\n\n**粗字**").json["html"]
    assert count_rows(*tables) == before


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "正文是空的"),
        ("防\x00汛", "无法识别的字符"),
        ("<script>alert(1)</script>", "网页代码"),
        ("防" * 1_000_001, "最多 1000000 字"),
    ],
    ids=["empty", "NUL", "script", "long"],
)
def test_it_says_what_cannot_be_shown(writer: TestApp, body: str, message: str) -> None:
    answer = preview(writer, body, status=422)
    assert message in answer.json["message"]
    assert "html" not in answer.json


def test_it_makes_no_link_that_runs_a_script(writer: TestApp) -> None:
    html = preview(writer, "[甲](javascript:alert(1)) ![乙](http://evil.example/a.png)").json[
        "html"
    ]
    shown = BeautifulSoup(html, "html.parser")
    assert not [a for a in shown.select("a") if "javascript" in (a.get("href") or "")]
    assert not shown.select("script, img[src^=http]")


def test_it_gives_a_fresh_token_for_a_stale_one(writer: TestApp) -> None:
    answer = preview(writer, "甲", token="x", status=400)
    assert "已经失效" in answer.json["message"]
    assert "甲" in preview(writer, "甲", token=answer.json["csrf_token"]).json["html"]


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(a_cleared(a_plan(), cast))
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).post("/work/preview", {"body": "甲"}, headers=JSON, status=403)
    answer = browse(None).post("/work/preview", {"body": "甲"}, headers=JSON, status=401)
    assert answer.content_type == "application/json"
