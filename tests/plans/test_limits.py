"""Refuse a text that cannot be kept, shown or printed."""

from urllib.parse import quote_plus

import pytest
from flask import Flask

from conftest import Browse
from factories import Cast, a_body, a_draft, a_plan, count_rows, form_of, keep
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.plans.limits import (
    BRACKETS,
    HEADINGS,
    LIST_DEPTH,
    LONGEST,
    PARAGRAPH_LINES,
    TABLE_ROWS,
    TextRefused,
    check_body_limits,
)
from nanhua_emergency.plans.models import Edition, Revision

TABLE = "| 甲 | 乙 |\n| --- | --- |\n"
BAD = {
    "empty": ("", "正文是空的"),
    "blank": (" \n\t\n ", "正文是空的"),
    "5 MB": ("防" * 1_700_000, "正文有 1700000 字，最多 1000000 字"),
    "NUL": ("防汛\x00预案", "无法识别的字符"),
    "replaced": ("防汛\ufffd预案", "无法识别的字符"),
    "override": ("甲\n防汛\u202e预案", "第 2 行有看不见的双向排版控制符"),
    "isolate": ("防汛\u2066预案\u2069", "第 1 行有看不见的双向排版控制符"),
    "script": ("## 一\n\n<script>alert(1)</script>", "第 3 行含有网页代码"),
    "image": ("<img src=x onerror=alert(1)>", "第 1 行含有网页代码"),
    "comment": ("甲\n<!-- 乙 -->", "第 2 行含有网页代码"),
    "closing tag": ("甲</div>乙", "第 1 行含有网页代码"),
    "php": ("<?php echo 1 ?>", "第 1 行含有网页代码"),
    "tag after an open fence": ("```\n甲\n<iframe src=x>", "第 3 行含有网页代码"),
    "full of tags": ("<div><b>甲</b></div>\n" * 50, "第 1 行含有网页代码"),
    "table of 5,000 rows": (TABLE + "| 1 | 2 |\n" * 5000, "第 501 行处的表格超过 500 行"),
    "table without outer pipes": ("甲|乙\n---|---\n" + "1|2\n" * 5000, "表格超过 500 行"),
    "wide table": ("|甲" * 200 + "|\n" + "|-" * 200 + "|\n", "第 1 行处的表格超过 30 列"),
    "200 nested lists": ("\n".join("  " * n + "- 甲" for n in range(200)), "第 7 行的清单"),
    "200 lists by tabs": ("\n".join("\t" * n + "1. 甲" for n in range(200)), "第 7 行的清单"),
    "200 lists on one line": ("- " * 200 + "甲", "第 1 行的清单套了 6 层以上"),
    "brackets": ("[" * 5000, "第 1 行附近括号"),
    "angles": ("< " * 5000, "第 1 行附近括号"),
    "headings": ("## 甲\n\n" * 1000, "标题超过 500 个"),
    "one long paragraph": ("甲\n" * 50_000, "第 1001 行处的一段超过 1000 行"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_it_says_what_is_wrong_and_keeps_the_text(
    app: Flask, cast: Cast, browse: Browse, name: str
) -> None:
    body, message = BAD[name]
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/edit"))
    based_on = form["based_on_id"].value
    form["body"], form["note"] = body, "我的说明"
    before = count_rows(Edition, Revision, ActivityEntry)
    for button in ("save", "preview"):
        page = form.submit(button, status=422)
        assert message in page.html.select_one("#body-error, #refusals").get_text()
        kept = page.html.find("textarea", id="body").get_text()
        assert _plain(kept) == _plain(body)
        assert form_of(page)["note"].value == "我的说明"
        assert form_of(page)["based_on_id"].value == based_on
        assert "Traceback" not in page.text
    assert count_rows(Edition, Revision, ActivityEntry) == before


def _plain(text: str) -> str:
    """As a browser sends and a page shows it: NUL has no place in HTML."""
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd").strip()


def test_it_refuses_bytes_that_are_not_utf8(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    browser = browse(cast.office)
    address = f"/work/editions/{edition_id}/edit"
    form = form_of(browser.get(address))
    fields = "&".join(
        f"{name}={quote_plus(form[name].value)}" for name in ("csrf_token", "based_on_id")
    )
    gbk = quote_plus("防汛预案".encode("gbk"))
    before = count_rows(Revision, ActivityEntry)
    answer = browser.post(
        address, f"{fields}&body=ABC+{gbk}&note=ok&save=1".encode(), status=422,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert "另存为 UTF-8 编码" in answer.text
    assert form_of(answer)["body"].value.startswith("ABC ")
    assert form_of(answer)["note"].value == "ok"
    assert count_rows(Revision, ActivityEntry) == before
    answer = browser.post(
        address, f"{fields}&body=ABC&note={gbk}&save=1".encode(), status=422,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert "另存为 UTF-8 编码" in answer.text
    assert form_of(answer)["body"].value.strip() == "ABC"
    assert count_rows(Revision, ActivityEntry) == before


@pytest.mark.parametrize("halves", [b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb2\xa9"])
def test_it_refuses_halves_of_characters(
    app: Flask, cast: Cast, browse: Browse, halves: bytes
) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    browser = browse(cast.office)
    address = f"/work/editions/{edition_id}/edit"
    form = form_of(browser.get(address))
    fields = "&".join(
        f"{name}={quote_plus(form[name].value)}" for name in ("csrf_token", "based_on_id")
    )
    before = count_rows(Revision, ActivityEntry)
    answer = browser.post(
        address, f"{fields}&body=ABC{quote_plus(halves)}&save=1".encode(), status=422,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert "无法识别的字符" in answer.text
    assert form_of(answer)["body"].value.startswith("ABC")
    assert count_rows(Revision, ActivityEntry) == before


@pytest.mark.parametrize("half", [0xD800, 0xDC80, 0xDFFF])
def test_it_refuses_halves_of_characters_from_a_program(half: int) -> None:
    with pytest.raises(TextRefused, match="无法识别的字符"):
        check_body_limits(f"防汛{chr(half)}预案")


@pytest.mark.parametrize("control", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_it_refuses_every_control_of_order(control: str) -> None:
    with pytest.raises(TextRefused, match="第 3 行有看不见的双向排版控制符"):
        check_body_limits(f"甲\n\n乙{control}丙\n")


def test_it_refuses_what_is_far_too_large(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    before = count_rows(Revision, ActivityEntry)
    page = browse(cast.office).post(
        f"/work/editions/{edition_id}/edit", b"body=" + b"a" * 64 * 1024 * 1024, status=413,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert "内容太大了" in page.text
    assert count_rows(Revision, ActivityEntry) == before


@pytest.mark.parametrize(
    "body",
    [
        "防" * LONGEST,
        TABLE + "| 1 | 2 |\n" * (TABLE_ROWS - 2),
        (TABLE + "| 1 | 2 |\n" * 400 + "\n") * 3,
        "\n".join("  " * n + "- 甲" for n in range(LIST_DEPTH)),
        "- 甲\n  - 乙\n" * 400,
        "[" * BRACKETS,
        ("[" * BRACKETS + "\n\n") * 3,
        "## 甲\n\n" * HEADINGS,
        "甲\n" * PARAGRAPH_LINES,
        "```html\n<b>甲</b>\n```",
        "写 `<b>` 这样的代码",
        "风力 < 6 级，或者 > 8 级",
        "水深<1 米",
        "a << b",
        "全角空格\u3000、破折号——、表情🌊、生僻字𠮷、零宽\u200b连字\u200d",
    ],
)
def test_it_takes_what_is_just_within(body: str) -> None:
    check_body_limits(body)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_it_counts_lines_whatever_ends_them(line_end: str) -> None:
    with pytest.raises(TextRefused, match="第 501 行处的表格"):
        check_body_limits((TABLE + "| 1 | 2 |\n" * 5000).replace("\n", line_end))


def test_it_names_the_answer_it_concerns() -> None:
    with pytest.raises(TextRefused) as refusal:
        check_body_limits("")
    assert (refusal.value.field, refusal.value.status) == ("body", 422)


def test_it_takes_every_plan_of_the_town() -> None:
    for name in ("00-general", "01-flood-control", "03-earthquake", "09-fire"):
        check_body_limits(a_body(name))
