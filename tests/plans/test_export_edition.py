"""Take an edition out as a Word file or as Markdown; what comes back in is the same text."""

import io
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from conftest import ROOT, Browse
from factories import (
    NOW,
    OTHER_VILLAGE,
    Cast,
    a_body,
    a_changed_body,
    a_draft,
    a_plan,
    a_published,
    an_account,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.access import Role
from nanhua_emergency.plans import publication
from nanhua_emergency.plans.library import parse_plan, read_plan_file
from nanhua_emergency.plans.limits import LINES, MARKS, TextRefused, check_body_limits
from nanhua_emergency.plans.models import Edition, Revision, hash_body
from nanhua_emergency.plans.outline import replace_references
from nanhua_emergency.plans.word import read_word

FILES = sorted(Path(ROOT, "plans").glob("[0-9]*.md"))
ADDRESS = "/plans/flood-control/editions/1.docx"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECRET = "示例：还没有定下来的一句。"


def words_of(data: bytes) -> str:
    """The main part of a .docx."""
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


def name_of(answer: object) -> str:
    """The name under which a browser would store it."""
    disposition = answer.headers["Content-Disposition"]  # type: ignore[attr-defined]
    assert disposition.startswith("attachment; ")
    assert disposition.isascii()
    return unquote(disposition.partition("filename*=UTF-8''")[2])


def said_in_words(body: str) -> str:
    """A text with its references by name, as a published one leaves the house."""
    return replace_references(
        body, lambda one: f"{one.name}（{one.filter[1]}）" if one.filter else one.name
    )


def test_it_gives_a_visitor_the_text_in_force(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_published(a_plan(), cast)
    keep(edition)
    answer = browse(None).get(ADDRESS)
    assert answer.content_type == WORD
    assert name_of(answer) == "南华镇防汛应急预案（第1版）.docx"
    text = words_of(answer.body)
    for words in (
        "南华镇防汛应急预案",
        "南政发〔2026〕5号",
        "2026年5月11日",
        edition.published_sha256,
    ):
        assert words in text, words
    for person in (cast.office, cast.legal, cast.leader):
        assert person.name in text
    assert read_word(answer.body, "a.docx").body == said_in_words(a_body())


def test_it_is_offered_on_the_page_of_the_history(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(a_published(a_plan(), cast))
    page = browse(None).get("/plans/flood-control/history")
    assert page.html.find("a", string="Word")["href"] == ADDRESS


def test_it_gives_a_visitor_a_superseded_text_and_no_withdrawn_one(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    a_published(plan, cast)
    newest = a_published(plan, cast, body=a_changed_body())
    keep(newest)
    visitor = browse(None)
    assert read_word(visitor.get(ADDRESS).body, "a.docx").body == said_in_words(a_body())
    visitor.get(ADDRESS.replace("1.docx", "2.docx"), status=200)
    publication.withdraw_edition(newest, reason="示例", by=cast.leader, now=NOW)
    keep(newest)
    visitor.get(ADDRESS.replace("1.docx", "2.docx"), status=404)
    visitor.get(ADDRESS.replace("1.docx", "99999999999999999999.docx"), status=404)
    visitor.get("/plans/nothing/editions/1.docx", status=404)


def test_it_gives_a_draft_only_to_those_who_work_on_it(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(a_draft(a_plan(), by=cast.office, body=a_changed_body(SECRET)))
    browse(None).get(ADDRESS, status=404)
    elsewhere = an_account("far", Role.OFFICE, place=OTHER_VILLAGE)
    keep(elsewhere)
    for kind in ("docx", "md"):
        address = f"/work/editions/{key}/export.{kind}"
        for person in (cast.office, cast.legal, cast.leader):
            browse(person).get(address, status=200)
        for person in (cast.village, cast.admin):
            browse(person).get(address, status=403)
        browse(elsewhere).get(address, status=404)
        assert "/sign-in" in browse(None).get(address, status=302).location
    answer = browse(cast.legal).get(f"/work/editions/{key}/export.docx")
    assert SECRET in words_of(answer.body)
    assert "起草" in words_of(answer.body)
    assert "签发</w:t>" not in words_of(answer.body)


def test_it_writes_markdown_that_is_a_plan_file(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(a_draft(a_plan(), by=cast.office, body=a_changed_body(SECRET)))
    answer = browse(cast.office).get(f"/work/editions/{key}/export.md")
    assert answer.content_type == "text/markdown"
    assert answer.charset == "utf-8"
    assert name_of(answer) == "01-flood-control.md"
    file = parse_plan(answer.body.decode(), "01-flood-control.md")
    assert (file.slug, file.title, file.body) == (
        "flood-control", "南华镇防汛应急预案", a_changed_body(SECRET),
    )  # fmt: skip


def test_it_escapes_a_name_that_would_break_the_header(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    title = '示例"预案; a=b\\/..<x>％'
    key = keep(a_draft(a_plan(title=title), by=cast.office))
    answer = browse(cast.office).get(f"/work/editions/{key}/export.docx")
    assert name_of(answer) == f"{title}（第1版）.docx"
    assert answer.headers["Content-Disposition"].count('"') == 2


def test_it_takes_an_edition_without_a_text(app: Flask, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    key = keep(a_plan())
    form = form_of(browser.get(f"/work/plans/{key}/begin"))
    form["trigger"], form["reason"], form["is_major"] = "first", "示例", "yes"
    edition_id = int(form.submit(status=302).location.split("/")[-2])
    answer = browser.get(f"/work/editions/{edition_id}/export.docx")
    assert "南华镇防汛应急预案" in words_of(answer.body)
    browser.get(f"/work/editions/{edition_id}/export.md", status=200)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_comes_back_in_as_it_went_out(
    app: Flask, cast: Cast, browse: Browse, path: Path
) -> None:
    from webtest import Upload

    body = read_plan_file(path).body
    key = keep(a_draft(a_plan(), by=cast.office, body=body))
    browser = browse(cast.office)
    data = browser.get(f"/work/editions/{key}/export.docx").body
    revisions = count_rows(Revision)
    form = form_of(browser.get(f"/work/editions/{key}/import-word"))
    form["file"] = Upload("a.docx", data)
    form.submit(status=200)
    assert stored(Revision.sha256, stored(Edition.head_id, key)) == hash_body(body)
    assert count_rows(Revision) == revisions  # nothing changed, so nothing was added


TOO_MUCH = {
    "blocks of one letter": ("a\n\n" * 333_333, "最多 20000 行"),
    "lines": ("a\n\n" * (LINES // 2), "最多 20000 行"),
    "items": (("- a\n" * 900 + "\n") * 200, "最多 20000 行"),
    "callouts": ("!!! note\n    a\n\n" * 60_000, "最多 20000 行"),
    "bold": ("**a** " * 160_000, "格式符号"),
    "references": ("{{岗位:a}}" * 100_000, "格式符号"),
    "backslashes": ("\\*" * 490_000, "格式符号"),
    "entities": ("&amp;" * 190_000, "格式符号"),
    "ticks": ("`a " * 320_000, "格式符号"),
    "cells": ((("|a" * 30 + "|\n") + ("|-" * 30 + "|\n") + ("|a" * 30 + "|\n") * 400 + "\n") * 40,
              "格式符号"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(TOO_MUCH))
def test_it_never_meets_a_text_that_would_take_too_long(name: str) -> None:
    body, message = TOO_MUCH[name]
    with pytest.raises(TextRefused, match=message):
        check_body_limits(body)


def test_it_writes_the_largest_text_that_may_be_kept(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    blocks = ["- 甲", "    - 乙", "丙", "**丁**"] * (LINES // 8 - 1)
    body = "\n\n".join(blocks) + "\n\n" + "*" * (MARKS - sum(b.count("*") for b in blocks)) + "\n"
    body += "水" * (1_000_000 - len(body))
    check_body_limits(body)
    key = keep(a_draft(a_plan(), by=cast.office, body=body))
    answer = browse(cast.office).get(f"/work/editions/{key}/export.docx", status=200)
    assert words_of(answer.body).count("<w:numPr>") == 2 * (LINES // 8 - 1)
