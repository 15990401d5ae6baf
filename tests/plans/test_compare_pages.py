"""Compare two revisions, or two editions, on a page."""

import pytest
from flask import Flask
from webtest import TestResponse

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    an_account,
    keep,
)
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.plans import drafting, publication, services
from nanhua_emergency.plans.models import Edition, Plan

OLD = a_body()
NEW = OLD.replace("水停稳后", "水停稳十分钟后", 1) + "\n## 示例新章\n\n示例电话 0936-1234567。\n"
ASKED = "/plans/flood-control/compare"


def _marks(page: TestResponse, name: str) -> list[str]:
    return [one.get_text() for one in page.html.select(f".diff {name}")]


@pytest.fixture
def two(app: Flask, cast: Cast) -> tuple[int, int]:
    """Two saved texts of one edition; gives their keys."""
    edition = a_draft(a_plan(), by=cast.office, body=OLD)
    first = edition.head_id
    second = drafting.save_draft(edition, body=NEW, based_on_id=first, note="示例", by=cast.office,
                                 now=NOW)  # fmt: skip
    keys = (first, second.id)
    keep(edition)
    return keys


@pytest.fixture
def plan(app: Flask, cast: Cast) -> Plan:
    """A plan whose second edition is in force."""
    plan = a_plan()
    a_published(plan, cast, body=OLD)
    a_published(plan, cast, body=NEW)
    keep(plan)
    return plan


def test_it_marks_what_changed_between_two_saved_texts(
    two: tuple[int, int], cast: Cast, browse: Browse
) -> None:
    old, new = two
    page = browse(cast.legal).get(f"/work/revisions/compare?old={old}&new={new}")
    assert _marks(page, "del") == []
    assert "十分钟" in _marks(page, "ins")
    assert any("示例新章" in one for one in _marks(page, "ins"))
    links = {a["href"] for a in page.html.select("dl.facts a")}
    assert links == {f"/work/revisions/{old}", f"/work/revisions/{new}"}
    back = browse(cast.legal).get(f"/work/revisions/compare?old={new}&new={old}")
    assert "十分钟" in _marks(back, "del")
    assert _marks(back, "ins") == []


def test_it_folds_what_did_not_change(two: tuple[int, int], cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/work/revisions/compare?old={}&new={}".format(*two))
    folds = page.html.select("details.diff-fold")
    assert folds
    assert not any(fold.has_attr("open") for fold in folds)
    for fold in folds:
        assert not fold.select("ins, del, [data-change]")
        count = len(fold.select(".diff-block"))
        assert f"中间 {count} 段没有变" in fold.summary.get_text()
    folded = "".join(one.get_text() for one in page.html.select(".diff-block"))
    assert all(line in folded for line in OLD.splitlines() if "水停稳后" not in line)
    assert len(page.html.select("[data-change]")) >= 2


def test_it_lists_headings_and_figures(two: tuple[int, int], cast: Cast, browse: Browse) -> None:
    page = browse(cast.leader).get("/work/revisions/compare?old={}&new={}".format(*two))
    rows = [row.get_text(" ", strip=True) for row in page.html.select(".diff-figures tbody tr")]
    assert any("0936-1234567" in row for row in rows)
    assert any(row.startswith("示例新章") for row in rows)
    changed = page.html.find("h3", string="改动的标题").find_next("ul").get_text()
    assert "新增：示例新章" in changed


def test_it_shows_both_sides(two: tuple[int, int], cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    page = browser.get("/work/revisions/compare?old={}&new={}".format(*two))
    assert not page.html.select(".diff-side")
    side = page.click("左右对照看")
    changed = side.html.select_one(".diff-changed.diff-side")
    assert "水停稳后" in changed.select_one(".diff-old").get_text()
    assert "水停稳十分钟后" in changed.select_one(".diff-new").get_text()
    assert not changed.select(".diff-old ins, .diff-new del")
    assert not side.click("合成一栏看").html.select(".diff-side")


def _is_the_same(page: TestResponse) -> bool:
    return "两份文本完全一样。" in page.text and not page.html.select(".diff, [data-change]")


def test_it_says_that_a_text_equals_itself(
    two: tuple[int, int], cast: Cast, browse: Browse
) -> None:
    address = f"/work/revisions/compare?old={two[0]}&new={two[0]}"
    assert _is_the_same(browse(cast.office).get(address))


def test_it_says_that_an_edition_equals_itself(plan: Plan, browse: Browse) -> None:
    assert _is_the_same(browse(None).get(f"{ASKED}?old=2&new=2"))
    assert not _is_the_same(browse(None).get(f"{ASKED}?old=1&new=2"))


def test_it_is_led_to_from_the_edition(two: tuple[int, int], cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get("/work/editions/1")
    assert "示例新章" in str(_marks(page.click("^对照$"), "ins"))
    assert "示例新章" in str(_marks(page.click("最早与最新对照"), "ins"))


BAD = ["", "0", "-1", "999999", "99999999999999999999", "abc", "1.5", "%00", "9" * 5000]


@pytest.mark.parametrize("key", BAD)
def test_it_finds_no_saved_text_under_an_unknown_key(
    two: tuple[int, int], cast: Cast, browse: Browse, key: str
) -> None:
    browser = browse(cast.office)
    for asked in (f"old={key}&new={two[1]}", f"old={two[0]}&new={key}", f"new={two[1]}"):
        assert "没有这份文本" in browser.get(f"/work/revisions/compare?{asked}", status=404).text


def test_it_is_only_for_those_who_work_on_plans(
    two: tuple[int, int], cast: Cast, browse: Browse
) -> None:
    address = "/work/revisions/compare?old={}&new={}".format(*two)
    for person in (cast.village, cast.admin):
        browse(person).get(address, status=403)
    assert "/sign-in" in browse(None).get(address, status=302).location


def test_it_hides_a_text_of_another_town(two: tuple[int, int], cast: Cast, browse: Browse) -> None:
    db.session.add(
        Place(code="620724103000", name="示例镇", official_name="示例镇", kind=PlaceKind.TOWN)
    )
    db.session.flush()
    stranger = an_account("stranger", Role.OFFICE, place="620724103000")
    there = a_draft(a_plan(place="620724103000"), by=stranger, body="## 邻镇\n\n邻镇的话。\n")
    their_id = there.head_id
    keep(there)
    for old, new in ((two[0], their_id), (their_id, two[0])):
        for person in (cast.office, stranger):
            page = browse(person).get(f"/work/revisions/compare?old={old}&new={new}", status=404)
            assert "邻镇的话" not in page.text
            assert "处置卡" not in page.text


def test_it_compares_the_last_two_editions_for_everybody(plan: Plan, browse: Browse) -> None:
    page = browse(None).get("/plans/flood-control/history").click("对照两版")
    assert "第 1 版与第 2 版对照" in page.text
    assert "十分钟" in _marks(page, "ins")
    form = next(one for one in page.forms.values() if "old" in one.fields)
    assert (form["old"].value, form["new"].value) == ("1", "2")
    form["old"], form["new"] = "2", "1"
    assert "十分钟" in _marks(form.submit(), "del")


@pytest.mark.parametrize("number", ["3", "0", "-1", "999999", "99999999999999999999"])
def test_it_finds_no_edition_that_is_not_public(
    plan: Plan, cast: Cast, browse: Browse, number: str
) -> None:
    keep(a_cleared(plan, cast, body=NEW.replace("十分钟", "还没公开的话")))
    visitor = browse(None)
    for asked in (f"old=1&new={number}", f"old={number}&new=2"):
        page = visitor.get(f"{ASKED}?{asked}", status=404)
        assert "还没公开的话" not in page.text
    assert "还没公开的话" not in visitor.get(ASKED).text


@pytest.mark.parametrize("number", ["abc", "", "1.5", "%00", "9" * 5000])
def test_it_takes_what_is_no_number_for_not_asked(plan: Plan, browse: Browse, number: str) -> None:
    page = browse(None).get(f"{ASKED}?old={number}&new={number}")
    assert "第 1 版与第 2 版对照" in page.text


def test_it_offers_no_withdrawn_edition(plan: Plan, cast: Cast, browse: Browse) -> None:
    edition = db.session.scalars(db.select(Edition).where(Edition.number == 2)).one()
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)
    keep(edition)
    browse(None).get(f"{ASKED}?old=1&new=2", status=404)
    page = browse(None).get(ASKED)
    assert "十分钟" not in page.text
    assert "对照两版" not in browse(None).get("/plans/flood-control/history").text


def test_it_has_nothing_to_compare_before_the_first_publication(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(a_draft(a_plan(), by=cast.office))
    browse(None).get(ASKED, status=404)


def _urgent(plan: Plan, cast: Cast) -> Edition:
    edition = a_submitted(plan, cast, body=NEW)
    publication.publish_urgently(edition, sha256=edition.head.sha256, issue_number="示例1号",
                                 reason="汛情", by=cast.leader, now=clock.now())  # fmt: skip
    return edition


DECIDING = {
    "clear": ("legal", lambda plan, cast: a_submitted(plan, cast, body=NEW)),
    "publish": ("leader", lambda plan, cast: a_cleared(plan, cast, body=NEW)),
    "publish-urgently": ("leader", lambda plan, cast: a_submitted(plan, cast, body=NEW)),
    "approve": ("other_leader", _urgent),
}


@pytest.mark.parametrize("verb", list(DECIDING))
def test_it_is_shown_to_whoever_decides(app: Flask, cast: Cast, browse: Browse, verb: str) -> None:
    who, make = DECIDING[verb]
    plan = a_plan()
    a_published(plan, cast, body=OLD)
    edition_id = keep(make(plan, cast))
    browser = browse(getattr(cast, who))
    page = browser.get(f"/work/editions/{edition_id}/{verb}")
    assert page.html.find(id="changes").get_text() == "改了什么"
    assert "十分钟" in _marks(page, "ins")
    assert page.html.select(".diff-figures")
    text = page.html.find("h2", string="要定的文本").find_parent("details")
    assert not text.has_attr("open")
    assert "水停稳十分钟后" in text.get_text()
    assert "十分钟" in str(_marks(page.click("左右对照看"), ".diff-new ins"))


def test_it_shows_whoever_decides_on_a_first_text_all_of_it(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_submitted(a_plan(), cast, body=OLD))
    page = browse(cast.legal).get(f"/work/editions/{edition_id}/clear")
    assert page.html.find(id="changes") is None
    text = page.html.find("h2", string="要定的文本").find_parent("details")
    assert text.has_attr("open")


def test_it_compares_with_what_the_edition_began_from(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    """An abandoned draft in between is not what the reader of the public page knows."""
    plan = a_plan()
    a_published(plan, cast, body=OLD)
    gone = a_draft(plan, by=cast.office, body=OLD + "\n放弃的话。\n")
    services.abandon_edition(gone, reason="示例", by=cast.office, now=NOW)
    edition_id = keep(a_submitted(plan, cast, body=NEW))
    page = browse(cast.legal).get(f"/work/editions/{edition_id}/clear")
    assert "放弃的话" not in page.text
    assert "十分钟" in _marks(page, "ins")


def test_it_shows_markup_as_text(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_draft(a_plan(), by=cast.office, body="`<b>甲</b>` 与 < 6 级\n")
    first = edition.head_id
    new = drafting.save_draft(edition, body="`<script>乙</script>` 与 < 7 级\n", note="",
                              based_on_id=first, by=cast.office, now=NOW)  # fmt: skip
    address = f"/work/revisions/compare?old={first}&new={new.id}"
    keep(edition)
    page = browse(cast.office).get(address)
    assert not page.html.select(".diff b, .diff script")
    assert "<b>" in page.html.select_one(".diff").get_text()
