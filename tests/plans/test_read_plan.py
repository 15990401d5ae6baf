"""Read a plan, signed out."""

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import Client

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_body,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    keep,
)
from nanhua_emergency.plans import publication, rendering, services
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.words import Category

ADDRESS = "/plans/flood-control"
VILLAGE_BODY = "\n\n".join(f"## {number} {title}\n\n示例：{title}怎么办。" for number, title in enumerate(
    ["风险隐患点", "应急处置责任人", "预警信息传播与响应", "人员转移避险", "处置措施", "资源调用"], start=1,
))  # fmt: skip
SECRET = "示例：还没有定下来的一句。"


@pytest.fixture
def published(app: Flask, cast: Cast) -> Edition:
    edition = a_published(a_plan(), cast)
    keep(edition)
    return edition


def test_it_needs_no_sign_in(published: Edition, browse: Browse) -> None:
    page = browse(None).get(ADDRESS)
    for words in ("南华镇防汛应急预案", "第 1 版", "南政发〔2026〕5号", "2026年5月11日起施行",
                  "第一小时处置卡", "防汛指挥长", "水管所"):  # fmt: skip
        assert words in page.text, words
    assert "{{" not in page.text


def test_it_has_contents_that_lead_to_its_headings(published: Edition, browse: Browse) -> None:
    page = browse(None).get(ADDRESS).html
    links = [a["href"] for a in page.select("[aria-labelledby=contents] a")]
    headings = [h["id"] for h in page.select("article.plan-text h2, article.plan-text h3")]
    assert len(headings) > 10
    assert links == [f"#{anchor}" for anchor in headings]


def test_it_uses_no_id_twice(published: Edition, browse: Browse) -> None:
    ids = [tag["id"] for tag in browse(None).get(ADDRESS).html.select("[id]")]
    assert len(ids) == len(set(ids))


def test_it_shows_the_levels_and_whom_to_call(published: Edition, browse: Browse) -> None:
    page = browse(None).get(ADDRESS).html
    names = [level.get_text().strip() for level in page.select("dl.levels dt")]
    assert len(names) >= 3
    assert any("红" in name for name in names)
    assert {"tel:119", "tel:120", "tel:110"} <= {a["href"] for a in page.select("a[href^=tel]")}


def test_it_answers_304_to_whoever_has_it(published: Edition, browse: Browse) -> None:
    visitor = browse(None)
    tag = visitor.get(ADDRESS).headers["ETag"]
    assert published.published_sha256 in tag
    for shown in (tag, f"W/{tag}", f'"other", {tag}', f'W/"x", W/{tag}, "y"', "*"):
        answer = visitor.get(ADDRESS, headers={"If-None-Match": shown}, status=304)
        assert answer.body == b""
        assert answer.headers["ETag"] == tag
    for shown in ('"other"', 'W/"other"', ""):
        visitor.get(ADDRESS, headers={"If-None-Match": shown}, status=200)


def test_it_answers_zipped_and_plain_alike(published: Edition, browse: Browse) -> None:
    visitor = Client(browse(None).app)  # WebTest would unzip what it gets
    plain = visitor.get(ADDRESS)
    zipped = visitor.get(ADDRESS, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 2
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in zipped.headers["Vary"]
    for tag in (zipped.headers["ETag"], plain.headers["ETag"]):
        for accepted in ("gzip", "identity"):
            kept = {"If-None-Match": tag, "Accept-Encoding": accepted}
            assert visitor.get(ADDRESS, headers=kept).status_code == 304


def test_it_renders_a_text_once(app: Flask, published: Edition, browse: Browse) -> None:
    visitor, sha256 = browse(None), published.published_sha256
    visitor.get(ADDRESS)
    first = rendering.render_once(published.body, sha256)
    app.extensions["pages"].kept.clear()
    visitor.get(ADDRESS)
    visitor.get(f"{ADDRESS}/editions/1")
    assert rendering.render_once(published.body, sha256) is first
    # A text kept under that hash is shown without being looked at again.
    assert rendering.render_once("别的", sha256) is first
    assert rendering.render(published.body) is not first


def test_it_gives_a_signed_in_page_to_no_visitor(
    published: Edition, cast: Cast, browse: Browse
) -> None:
    own = browse(cast.office).get(ADDRESS)
    assert "示例office" in own.text
    visitor = browse(None)
    assert "示例office" not in visitor.get(ADDRESS).text
    # Signed out on the same machine, the browser still holds the page with the name.
    kept = {"If-None-Match": own.headers.get("ETag", '"none"')}
    visitor.get(ADDRESS, headers=kept, status=200)


def test_it_keeps_what_was_in_force_before(published: Edition, cast: Cast, browse: Browse) -> None:
    a_published(published.plan, cast, body=a_changed_body("示例新句。"))
    visitor = browse(None)
    history = visitor.get(f"{ADDRESS}/history")
    assert [a.get_text() for a in history.html.select("td a")] == [
        "第 2 版", "Word", "第 1 版", "Word",
    ]  # fmt: skip
    assert "已被新版取代" in history.text
    old = history.click("第 1 版")
    assert "这是旧版，已经失效。" in old.text
    assert "示例新句。" not in old.text
    assert "示例新句。" in old.click("看现行文本").text


def _withdrawn(plan: Plan, cast: Cast, body: str) -> None:
    edition = a_published(plan, cast, body=body)
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)


def _abandoned(plan: Plan, cast: Cast, body: str) -> None:
    edition = a_draft(plan, by=cast.office, body=body)
    services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)


HIDDEN: dict[str, Callable[[Plan, Cast, str], object]] = {
    "drafted": lambda plan, cast, body: a_draft(plan, by=cast.office, body=body),
    "submitted": lambda plan, cast, body: a_submitted(plan, cast, body=body),
    "cleared": lambda plan, cast, body: a_cleared(plan, cast, body=body),
    "abandoned": _abandoned,
    "withdrawn": _withdrawn,
}


@pytest.mark.parametrize("state", list(HIDDEN))
@pytest.mark.parametrize("has_text", [True, False])
def test_it_never_shows_a_text_that_is_not_in_force(
    app: Flask, cast: Cast, browse: Browse, state: str, has_text: bool
) -> None:
    plan = a_plan()
    if has_text:
        a_published(plan, cast)
    HIDDEN[state](plan, cast, a_changed_body(SECRET))
    keep(plan)
    visitor = browse(None)
    number = 2 if has_text else 1
    for address in ("/", "/plans/", ADDRESS, f"{ADDRESS}/history"):
        assert SECRET not in visitor.get(address, expect_errors=True).text, address
    visitor.get(f"{ADDRESS}/editions/{number}", status=404)
    for address in ("/work/editions/1", "/work/revisions/1", f"/work/revisions/{number}"):
        assert "/sign-in" in visitor.get(address, status=302).location


def test_it_lists_the_plans_by_category(app: Flask, cast: Cast, browse: Browse) -> None:
    for number, slug, category in ((0, "general", Category.GENERAL), (1, "flood", Category.NATURAL),
                                   (9, "fire", Category.ACCIDENT)):  # fmt: skip
        plan = a_plan(number=number, slug=slug, title=f"示例{slug}", category=category)
        if slug != "fire":
            a_published(
                plan, cast, body=a_body("00-general" if number == 0 else "01-flood-control")
            )
    keep(plan)
    page = browse(None).get("/plans/")
    assert [h.get_text() for h in page.html.select("main h2")] == ["总体", "自然灾害"]
    assert "示例general" in page.text
    assert "示例fire" not in page.text


def test_it_says_so_where_there_is_nothing(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(a_plan())
    visitor = browse(None)
    assert "还没有公布的预案。" in visitor.get("/plans/").text
    assert "目前没有现行文本" in visitor.get(ADDRESS, status=410).text
    visitor.get("/plans/none", status=404)
    visitor.get(f"{ADDRESS}/editions/9", status=404)


def test_it_reads_the_plans_of_another_place(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan(place="620724102212", title="明水村示例预案")
    edition = a_published(plan, cast, body=VILLAGE_BODY)
    keep(edition)
    visitor = browse(None)
    visitor.get(ADDRESS, status=404)
    page = visitor.get("/plans/?place=620724102212")
    assert "明水村示例预案" in page.click("明水村示例预案").text
