"""Bring a Word file in through the page: a new draft, its report, its pictures, or a refusal."""

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import Upload

from conftest import Browse
from factories import (
    OTHER_VILLAGE,
    Cast,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    an_account,
    command,
    count_rows,
    form_of,
    keep,
    stored,
    uploads_of,
)
from nanhua_emergency.access import Role
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.plans import services
from nanhua_emergency.plans.models import Edition, Revision
from nanhua_emergency.plans.text_models import Attachment
from word_files import a_word_file, a_zip, heading, link, paragraph, run, table, title

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_file() -> bytes:
    """A Word file with what an office writes: a title, headings, a merged table, a picture, names."""
    return a_word_file(
        title("示例防汛办法"),
        heading(1, "1 总则"),
        paragraph("防汛指挥长：王示例，手机 13900000000。"),
        paragraph("<w:r><w:drawing><a:blip r:embed='p1'/></w:drawing></w:r>", run("见图。")),
        heading(1, "2 分工"),
        table(["组", "人"], ["抢险组", "五人"]),
        links=link("p1", "image", "media/a.png"),
        members={"word/media/a.png": PICTURE},
    )


@pytest.fixture
def uploads(app: Flask) -> Path:
    """The folder of uploads."""
    return Path(app.instance_path, "uploads")


@pytest.fixture
def edition_id(app: Flask, cast: Cast) -> int:
    return int(keep(a_draft(a_plan(), by=cast.office)))


def send(
    browser: object, edition_id: int, data: bytes, name: str = "预案.docx", **options: int
) -> object:
    form = form_of(browser.get(f"/work/editions/{edition_id}/import-word"))  # type: ignore[attr-defined]
    form["file"] = Upload(name, data)
    return form.submit(**options)


def test_it_saves_the_text_as_a_new_revision(cast: Cast, browse: Browse, edition_id: int) -> None:
    before = stored(Edition.head_id, edition_id)
    page = send(browse(cast.office), edition_id, a_file())
    head = stored(Edition.head_id, edition_id)
    body = stored(Revision.body, head)
    assert head != before
    assert stored(Revision.based_on_id, head) == before
    assert stored(Revision.saved_by_id, head) == keep(cast.office)
    assert stored(Revision.note, head) == "从 Word 文件导入：预案.docx"
    assert "## 1 总则" in body
    assert "| 抢险组 | 五人 |" in body
    assert "接着编辑" in page.text  # type: ignore[attr-defined]
    browser = browse(cast.office)
    assert body in form_of(browser.get(f"/work/editions/{edition_id}/edit"))["body"].value
    assert "导入 Word 文件 预案.docx" in browser.get(f"/work/editions/{edition_id}").text


def test_it_shows_what_was_lost_and_whom_it_found(
    cast: Cast, browse: Browse, edition_id: int
) -> None:
    page = send(browse(cast.office), edition_id, a_file())
    report = page.html.find(id="report").parent.get_text()  # type: ignore[attr-defined]
    assert "图片另存为附件" in report
    people = page.html.find(id="people").parent.get_text()  # type: ignore[attr-defined]
    for words in ("王示例", "13900000000", "{{岗位:防汛指挥长}}"):
        assert words in people
    assert "文件的标题是“示例防汛办法”" in page.text  # type: ignore[attr-defined]


def test_it_escapes_what_the_file_says(cast: Cast, browse: Browse, edition_id: int) -> None:
    bad = "&lt;script&gt;alert(1)&lt;/script&gt;"
    data = a_word_file(title(bad), paragraph("正文。"), parts={"header": paragraph(bad)})
    page = send(browse(cast.office), edition_id, data, "<b>坏</b>.docx")
    assert not page.html.find("main").find(["script", "b"], string=re.compile("alert|坏"))  # type: ignore[attr-defined]
    assert "<script>alert" not in page.text  # type: ignore[attr-defined]


def attachments() -> list[tuple[int, str, str]]:
    rows = [(a.id, a.name, a.sha256) for a in db.session.scalars(select(Attachment))]
    db.session.rollback()
    return rows


def test_it_keeps_the_pictures_for_those_who_work_on_it(
    app: Flask, cast: Cast, browse: Browse, edition_id: int
) -> None:
    send(browse(cast.office), edition_id, a_file())
    [(key, name, sha256)] = attachments()
    assert (name, sha256) == ("附图1.png", hashlib.sha256(PICTURE).hexdigest())
    for person in (cast.office, cast.legal, cast.leader):
        page = browse(person).get(f"/work/editions/{edition_id}")
        answer = browse(person).get(page.html.find("a", string="附图1.png")["href"])
        assert answer.body == PICTURE
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for outsider in (cast.village, cast.admin):
        browse(outsider).get(f"/work/attachments/{key}", status=403)
    assert "sign-in" in browse(None).get(f"/work/attachments/{key}", status=302).location
    elsewhere = an_account("far", Role.OFFICE, place=OTHER_VILLAGE)
    keep(elsewhere)
    browse(elsewhere).get(f"/work/attachments/{key}", status=404)
    browse(cast.office).get(f"/work/attachments/{key + 1}", status=404)


def test_it_says_so_where_a_pictures_file_is_gone(
    app: Flask, cast: Cast, browse: Browse, edition_id: int, uploads: Path
) -> None:
    send(browse(cast.office), edition_id, a_file())
    shutil.rmtree(uploads)
    [(key, _, _)] = attachments()
    page = browse(cast.office).get(f"/work/attachments/{key}", status=404)
    assert "附图1.png" in page.text


def test_it_keeps_a_picture_once_and_only_what_it_calls_a_picture(
    app: Flask, cast: Cast, browse: Browse, edition_id: int
) -> None:
    send(browse(cast.office), edition_id, a_file())
    send(browse(cast.office), edition_id, a_file())
    assert len(attachments()) == 1
    assert [*uploads_of(app).values()] == [PICTURE]
    [name] = uploads_of(app)
    assert name == f"attachments/{attachments()[0][2][:2]}/{attachments()[0][2]}"


def test_it_is_in_a_backup_with_its_pictures(
    app: Flask, cast: Cast, browse: Browse, edition_id: int, tmp_path: Path, new_site: Flask
) -> None:
    send(browse(cast.office), edition_id, a_file())
    kept, rows = uploads_of(app), attachments()
    assert command(app, "backup", str(tmp_path / "copy.zip")).exit_code == 0
    with new_site.app_context():
        assert command(new_site, "restore", str(tmp_path / "copy.zip")).exit_code == 0
        assert uploads_of(new_site) == kept
        assert attachments() == rows
        db.session.remove()


BAD = {
    "old Word": (OLE + "WordDocument".encode("utf-16-le"), "旧.doc", "旧版 Word 的 .doc 文件"),
    "PDF": (b"%PDF-1.7\n", "预案.pdf", "这是 PDF 文件"),
    "PDF by another name": (b"%PDF-1.7\n", "预案.docx", "这是 PDF 文件"),
    "renamed zip": (a_zip({"a.txt": "甲".encode()}), "预案.docx", "不是"),
    "macro": (a_word_file(members={"word/vbaProject.bin": b"x"}), "预案.docx", "带有宏"),
    "docm": (a_word_file(paragraph("甲")), "预案.docm", "带有宏"),
    "bomb": (a_zip({"word/document.xml": b" " * (51 * 2**20)}), "预案.docx", "超过 50 MB"),
    "broken": (a_word_file(paragraph("甲"))[:-300], "预案.docx", "已损坏"),
    "empty file": (b"", "预案.docx", "文件是空的"),
    "no text": (a_word_file(paragraph("")), "预案.docx", "没有读到文字"),
    "per cent": (a_zip({"word/%(a)s.bin": b" " * (51 * 2**20)}), "100%.docx", "%(a)s"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_it_says_what_to_do_and_changes_nothing(
    app: Flask, cast: Cast, browse: Browse, edition_id: int, name: str
) -> None:
    data, filename, message = BAD[name]
    before = count_rows(Revision, ActivityEntry, Attachment)
    page = send(browse(cast.office), edition_id, data, filename, status=422)
    assert message in page.text  # type: ignore[attr-defined]
    assert count_rows(Revision, ActivityEntry, Attachment) == before
    assert uploads_of(app) == {}


def test_it_asks_for_a_file(cast: Cast, browse: Browse, edition_id: int) -> None:
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/import-word"))
    assert "请选一个 .docx 文件" in form.submit(status=422).text
    assert count_rows(Revision) == {"revision": 1}


def test_it_is_refused_without_its_token(cast: Cast, browse: Browse, edition_id: int) -> None:
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/import-word"))
    form["csrf_token"], form["file"] = "x", Upload("预案.docx", a_file())
    assert "已经失效" in form.submit(status=400).text
    assert count_rows(Revision) == {"revision": 1}


def test_it_is_only_for_the_office_of_the_place(
    app: Flask, cast: Cast, browse: Browse, edition_id: int
) -> None:
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/import-word", status=403)
    elsewhere = an_account("far", Role.OFFICE, place=OTHER_VILLAGE)
    keep(elsewhere)
    browse(elsewhere).get(f"/work/editions/{edition_id}/import-word", status=404)


def test_it_voids_a_clearance_as_any_save_does(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(a_cleared(a_plan(), cast))
    send(browse(cast.office), key, a_file())
    assert stored(Edition.cleared_sha256, key) == ""
    assert stored(Edition.state, key) == "drafted"


def test_it_refuses_an_edition_that_has_ended(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(a_published(a_plan(), cast))
    browse(cast.office).get(f"/work/editions/{key}/import-word", status=409)
    draft = a_draft(a_plan(number=2, slug="drought", title="示例"), by=cast.office)
    form = form_of(browse(cast.office).get(f"/work/editions/{keep(draft)}/import-word"))
    services.abandon_edition(draft, reason="示例", by=cast.office, now=draft.began_at)
    db.session.commit()
    form["file"] = Upload("预案.docx", a_file())
    assert "不能修改文本" in form.submit(status=409).text
    assert uploads_of(app) == {}
