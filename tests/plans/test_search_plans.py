"""Find words in the plans, signed out."""

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    OTHER_VILLAGE,
    VILLAGE,
    Cast,
    a_body,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    keep,
    results_of,
)
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import publication, search
from nanhua_emergency.plans.search import keep_missing_sections, read_words
from nanhua_emergency.plans.text_models import PlanSection
from plan_text import NEW, OLD, VILLAGE_BODY


@pytest.fixture
def two_editions(app: Flask, cast: Cast) -> Flask:
    """The flood plan's text in force, and the one before it."""
    plan = a_plan()
    a_published(plan, cast, body=a_changed_body(OLD))
    keep(a_published(plan, cast, body=a_changed_body(NEW)))
    return app


def test_it_finds_full_width_and_capital_letters_alike(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(a_published(a_plan(title="南华镇ＧＩＳ预案"), cast,
                     body=a_changed_body("示例：用ＧＩＳ或 gps 定位，１５分钟 ΟΔΟΣ İ 完。")))  # fmt: skip
    for words in ("GIS", "ｇｉｓ", "GPS", "15分钟", "１５分钟", "οδο", "ΔΟΣ", "οδοσ", "Σ İ", "İ"):
        page = browse(None).get("/search", {"words": words})
        assert results_of(page), words
        assert page.html.select("section.hits mark") or words.lower() == "gis", words


def test_it_finds_only_what_is_in_force(two_editions: Flask, browse: Browse) -> None:
    visitor = browse(None)
    assert results_of(visitor.get("/search", {"words": "敲锣九遍"}))
    assert not results_of(visitor.get("/search", {"words": "敲锣七遍"}))
    page = visitor.get("/search", {"words": "敲锣七遍", "is_history": "y"})
    assert [title for title, _ in results_of(page)] == ["南华镇防汛应急预案"]
    assert "/editions/1#" in page.html.select_one("section.hits li > a")["href"]
    assert "已被新版取代" in page.text


def test_it_finds_a_new_text_at_once(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    keep(a_published(plan, cast, body=a_changed_body(OLD)))
    edition = a_cleared(plan, cast, body=a_changed_body(NEW))
    keep(edition)
    visitor = browse(None)
    assert results_of(visitor.get("/search", {"words": "敲锣七遍"}))
    assert not results_of(visitor.get("/search", {"words": "敲锣九遍"}))  # not in force yet
    publication.publish_edition(edition, sha256=edition.cleared_sha256, issue_number="示例2号",
                                effective_on=NOW.date(), by=cast.leader, now=NOW)  # fmt: skip
    keep(edition)
    assert not results_of(visitor.get("/search", {"words": "敲锣七遍"}))
    assert results_of(visitor.get("/search", {"words": "敲锣九遍"}))


def test_it_never_finds_a_draft_or_what_was_withdrawn(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(a_draft(a_plan(number=2, slug="drought", title="南华镇抗旱应急预案"), by=cast.office,
                 body=a_changed_body(NEW)))  # fmt: skip
    edition = a_published(a_plan(), cast, body=a_changed_body(OLD))
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)
    keep(edition)
    for words in ("敲锣七遍", "敲锣九遍"):
        for history in ({}, {"is_history": "y"}):
            page = browse(None).get("/search", {"words": words, **history})
            assert not results_of(page)
            assert "没有找到" in page.text


def test_it_never_finds_another_places_plan(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(a_published(a_plan(place=VILLAGE, title="示例村预案"), cast, body=VILLAGE_BODY))
    keep(a_published(a_plan(), cast))
    visitor = browse(None)
    assert not results_of(visitor.get("/search", {"words": "敲锣九遍"}))
    assert not results_of(visitor.get("/search", {"words": "敲锣九遍", "place": OTHER_VILLAGE}))
    page = visitor.get("/search", {"words": "敲锣九遍", "place": VILLAGE})
    assert [title for title, _ in results_of(page)] == ["示例村预案"]
    href = page.html.select_one("section.hits li > a")["href"]
    visitor.get(href.split("#")[0], status=200)


@pytest.mark.parametrize(
    "words", ["%", "_", "'", '"', "\\", "/", "%_%", "';--", "敲锣%遍", "敲锣_遍"]
)
def test_it_takes_signs_for_themselves(two_editions: Flask, browse: Browse, words: str) -> None:
    is_there = words in a_changed_body(NEW)
    assert bool(results_of(browse(None).get("/search", {"words": words}))) is is_there


def test_it_finds_a_sign_that_like_would_take_for_its_own(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(
        a_published(
            a_plan(), cast, body=a_body() + "\n\n示例：含水率 50%，文件名 a_b/c\\\\d，'甲'。\n"
        )
    )
    for words in ("50%", "%", "a_b", "_b", "b/c", "c\\d", "'甲'", "'"):
        page = browse(None).get("/search", {"words": words})
        assert results_of(page), words
        assert {mark.get_text() for mark in page.html.select("mark")} == {words}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (" ", "请写要找的字词"),
        ("　\t", "请写要找的字词"),
        ("\x00", "请写要找的字词"),
        ("防" * 10_000, f"请不超过 {search.LONGEST} 个字"),
    ],
    ids=["space", "blanks", "NUL", "10,000"],
)
def test_it_says_what_is_wrong(app: Flask, browse: Browse, words: str, message: str) -> None:
    page = browse(None).get("/search", {"words": words}, status=422)
    assert message in page.text
    assert not results_of(page)


def test_it_ignores_a_nul_and_odd_options(two_editions: Flask, browse: Browse) -> None:
    visitor = browse(None)
    assert results_of(visitor.get("/search", {"words": "敲锣\x00九遍"}))
    assert results_of(visitor.get("/search", {"words": "敲锣九遍", "page": "x"}))
    assert not results_of(visitor.get("/search", {"words": "敲锣九遍", "page": "99999999999"}))
    visitor.get("/search?words=%ED%A0%80%FF", status=200)
    visitor.get("/search", {"words": "敲锣九遍", "place": "999999999999"}, status=404)


def test_it_asks_for_words_first(app: Flask, browse: Browse) -> None:
    page = browse(None).get("/search")
    assert page.forms
    assert "没有找到" not in page.text


def test_it_escapes_the_hit(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(
        a_published(
            a_plan(), cast, body=a_body() + "\n\n### 甲 & `<b>` 乙\n\n示例 `<i>` 与 &amp;。\n"
        )
    )
    for words in ("<b>", "<i>", "&", "<script>alert(1)</script>"):
        page = browse(None).get("/search", {"words": words})
        main = page.html.find("main")
        assert not main.find(["b", "i", "script"]), words
        assert bool(results_of(page)) is (words != "<script>alert(1)</script>")


def test_it_shows_a_row_of_a_table_on_one_line(app: Flask, cast: Cast, browse: Browse) -> None:
    rows = (
        "| 险情 | 撤离路线 |\n|---|---|\n| 示例山洪 | 沿东侧机耕路 |\n| 示例内涝 | 沿西侧渠堤 |\n"
    )
    a_published(a_plan(), cast, body=f"{a_body()}\n{rows}", now=clock.now())
    db.session.commit()
    page = browse(None).get("/search", {"words": "机耕路"})
    (excerpt,) = (p.get_text() for p in page.html.select(".hits p"))
    assert "\n示例山洪 沿东侧机耕路\n示例内涝 沿西侧渠堤" in excerpt


def test_it_marks_a_long_stretch_whole(app: Flask) -> None:
    text = "前" * 300 + "甲乙丙丁" * 40 + "后" * 300
    words = ["甲乙丙丁" * 40]
    assert (
        "".join(s.text for s in search.mark(search.cut(text, words), words) if s.is_hit) == words[0]
    )


def test_it_refuses_nothing_to_look_for() -> None:
    with pytest.raises(RuleBroken, match="请写要找的字词"):
        read_words("")
    assert read_words('“甲  乙” 丙"丁') == ["甲 乙", "丙", "丁"]
    assert read_words("“") == ["“"]
    assert len(read_words(" ".join("甲乙丙丁戊己庚辛壬癸子丑"))) == search.MOST_WORDS


def test_it_takes_up_texts_published_before_there_was_search(
    two_editions: Flask, browse: Browse
) -> None:
    db.session.query(PlanSection).delete()
    db.session.commit()
    assert not results_of(browse(None).get("/search", {"words": "敲锣九遍"}))
    assert keep_missing_sections() == 1
    assert results_of(browse(None).get("/search", {"words": "敲锣九遍"}))
    assert keep_missing_sections() == 0


def test_it_bears_bytes_that_are_no_utf8_in_the_address(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_published(a_plan(), cast)
    db.session.commit()
    raw = "words=防汛".encode("gb18030").decode("latin-1")
    for path in ("/search", "/", "/plans/"):
        answer = browse(None).get(path, extra_environ={"QUERY_STRING": raw})
        assert answer.status_int == 200
