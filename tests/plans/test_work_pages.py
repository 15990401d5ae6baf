"""Look at the work on plans: the list, a plan, an edition, a saved text."""

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    COUNTY,
    NOW,
    VILLAGE,
    Cast,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    an_account,
    keep,
)
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.plans import drafting, services


def _titles(page: object) -> list[str]:
    return [a.get_text() for a in page.html.select("td[data-label=预案] a")]


def test_it_lists_plans_with_what_is_in_force_and_under_way(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    a_published(plan, cast)
    a_submitted(plan, cast, body=a_changed_body())
    a_plan(number=2, slug="drought", title="示例抗旱预案")
    keep(plan)
    rows = browse(cast.legal).get("/work/").html.select("tbody tr")
    first, second = (row.get_text(" ", strip=True) for row in rows)
    assert "2026年5月11日起施行" in first
    assert "第 2 版" in first
    assert "待合法性审核" in first
    assert "无" in second
    assert "—" in second


def test_it_pages_through_more_than_fifty(app: Flask, cast: Cast, browse: Browse) -> None:
    for number in range(61):
        plan = a_plan(number=number, slug=f"p{number}", title=f"示例预案{number:02d}")
    keep(plan)
    browser = browse(cast.office)
    first = browser.get("/work/")
    second = first.click("下一页")
    titles = _titles(first) + _titles(second)
    assert titles == [f"示例预案{number:02d}" for number in range(61)]
    assert len(_titles(first)) == 50
    assert not second.html.select("a[rel=next]")
    assert _titles(second.click("上一页")) == _titles(first)
    assert "没有符合条件的预案。" in browser.get("/work/?page=9").text


def test_it_narrows_by_title_or_hazard_on_every_page(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    for number in range(55):
        a_plan(number=number, slug=f"p{number}", title=f"甲预案{number:02d}", hazard="洪涝")
    for number in (60, 61):
        plan = a_plan(number=number, slug=f"p{number}", title=f"乙预案{number}", hazard="干旱")
    keep(plan)
    browser = browse(cast.office)
    page = browser.get("/work/")
    form = next(form for form in page.forms.values() if "words" in form.fields)
    form["words"] = "甲预案"
    second = form.submit().click("下一页")
    assert _titles(second) == [f"甲预案{number}" for number in range(50, 55)]
    assert _titles(browser.get("/work/", {"words": "干旱"})) == ["乙预案60", "乙预案61"]
    for words in ("%", "_", "无此预案", "'", "\\"):
        assert _titles(browser.get("/work/", {"words": words})) == []


@pytest.mark.parametrize("page", ["0", "-3", "abc", "", "99999999999999999999"])
def test_it_opens_at_any_page_number(app: Flask, cast: Cast, browse: Browse, page: str) -> None:
    plan = a_plan()
    edition = a_draft(plan, by=cast.office)
    plan_id, edition_id = plan.id, edition.id
    keep(plan)
    browser = browse(cast.office)
    for address in ("/work/", f"/work/plans/{plan_id}", f"/work/editions/{edition_id}"):
        browser.get(address, {"page": page}, status=200)


def test_it_lists_only_the_persons_own_place(app: Flask, cast: Cast, browse: Browse) -> None:
    db.session.add(
        Place(code="620724103000", name="示例镇", official_name="示例镇", kind=PlaceKind.TOWN)
    )
    db.session.flush()
    keep(a_plan(title="本镇预案"), a_plan(place=VILLAGE, title="本镇一个村的预案"),
         a_plan(place="620724103000", title="邻镇预案"))  # fmt: skip
    assert set(_titles(browse(cast.office).get("/work/"))) == {"本镇预案", "本镇一个村的预案"}
    county = an_account("county", Role.OFFICE, place=COUNTY)
    assert len(_titles(browse(county).get("/work/"))) == 3


def test_it_shows_a_plan_with_all_its_editions(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    a_published(plan, cast)
    for _ in range(52):
        draft = a_draft(plan, by=cast.office, body=a_changed_body())
        services.abandon_edition(draft, reason="示例", by=cast.office, now=NOW)
    plan_id = keep(plan)
    first = browse(cast.office).get(f"/work/plans/{plan_id}")
    second = first.click("下一页")
    numbers = [
        a.get_text() for p in (first, second) for a in p.html.select("td[data-label=版本] a")
    ]
    assert numbers == [f"第 {number} 版" for number in range(53, 0, -1)]
    assert "开始修订" in first.text
    assert "演练发现叫应不到位" in first.text


def test_it_shows_an_edition_with_what_may_be_done(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_cleared(a_plan(), cast))
    address = f"/work/editions/{edition_id}"
    pages = {
        person.sign_in: browse(person).get(address).html
        for person in (cast.office, cast.legal, cast.leader)
    }
    files = {
        who: [a.get_text() for a in page.select("p.buttons a.button")]
        for who, page in pages.items()
    }
    assert all(names == ["导出 Word", "导出 Markdown"] for names in files.values())
    offered = {
        who: [a.get_text() for a in page.select("a.button") if a.get_text() not in files[who]]
        for who, page in pages.items()
    }
    assert offered == {"office": ["修改文本"], "legal": [], "leader": ["签发", "退回"]}
    page = browse(cast.legal).get(address)
    for words in ("缩短叫应时限", "合法性审核意见", "改叫应时限", "提交送审", "待签发"):
        assert words in page.text, words


def test_it_shows_a_saved_text_as_it_was(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    first = edition.head
    drafting.save_draft(edition, body=a_changed_body("后来的一句。"), based_on_id=first.id,
                        note="", by=cast.office, now=NOW)  # fmt: skip
    first_id, sha256 = first.id, first.sha256
    keep(edition)
    page = browse(cast.legal).get(f"/work/revisions/{first_id}")
    assert sha256 in page.text
    assert "后来的一句。" not in page.text
    assert "示例office" in page.text
    assert page.html.select_one("pre.source").get_text().startswith("## 第一小时处置卡")


def test_it_is_not_for_villages_and_admins(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    edition_id, plan_id, head_id = edition.id, edition.plan_id, edition.head_id
    keep(edition)
    for person in (cast.village, cast.admin):
        for address in ("/work/", f"/work/plans/{plan_id}", f"/work/editions/{edition_id}",
                        f"/work/revisions/{head_id}"):  # fmt: skip
            browse(person).get(address, status=403)
