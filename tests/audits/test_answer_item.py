"""Answer one item: half done or whole, with notes and files, by two people at once."""

from pathlib import Path

import pytest
from flask import Flask
from webtest import Upload

from audit_factories import (
    LACKS,
    SEVEN,
    a_closed_round,
    a_submitted_audit,
    an_audit,
    answer_of,
    give,
)
from conftest import Browse
from drill_factories import a_picture
from factories import NOW, TOWN, Cast, form_of, keep, stored
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.answer_files import FileRefused, read_file
from nanhua_emergency.audits.answering import AnsweredMeanwhile, mark_of
from nanhua_emergency.audits.models import Answer, AnswerFile, Audit, AuditState
from nanhua_emergency.audits.services import AlreadyDone
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken

PDF = b"%PDF-1.7\n" + bytes(200)


def item_form(browser: object, audit_id: int, code: str = "V1") -> object:
    return form_of(browser.get(f"/audits/{audit_id}/items/{code}"))  # type: ignore[attr-defined]


def test_it_is_saved_half_done_and_leads_to_the_next(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit_id = keep(an_audit(cast))
    page = browse(cast.village).get("/audits/").click("2026年上半年").click("明水村", index=0)
    form = form_of(page.click("开始填"))
    form["verdict_V1.1"] = "met"
    form["verdict_V1.2"], form["note_V1.2"] = "partly", "缺两个人的电话"
    page = form.submit(status=302).follow()
    assert "V1 已存下。" in page.text
    assert page.html.h1.get_text().startswith("V2")
    form = item_form(browse(cast.village), audit_id)
    assert form["verdict_V1.2"].value == "partly"
    assert form["note_V1.2"].value == "缺两个人的电话"
    assert form["verdict_V1.3"].value == "unchecked"
    assert stored(Audit.state, audit_id) is AuditState.JUDGING
    page = browse(cast.village).get(f"/audits/{audit_id}")
    assert "填了 2/19 条" in page.text


def test_it_asks_what_is_missing_of_partly_and_none(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(an_audit(cast))
    form = item_form(browse(cast.village), audit_id)
    form["verdict_V1.1"] = "unmet"
    form["verdict_V1.2"], form["note_V1.2"] = "met", "村主任任队长"
    page = form.submit(status=422)
    assert "V1.1 选了部分或无，请写一句差在哪里" in page.text
    again = form_of(page)
    assert again["verdict_V1.1"].value == "unmet"
    assert again["note_V1.2"].value == "村主任任队长"
    again["note_V1.1"] = LACKS
    again.submit(status=302)
    assert answer_of(db.session.get(Audit, audit_id), "V1.1").note == LACKS


def test_two_people_at_once_are_told_and_lose_nothing(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit_id = keep(an_audit(cast))
    mine = item_form(browse(cast.village), audit_id)
    theirs = item_form(browse(cast.office), audit_id)
    theirs["verdict_V1.1"], theirs["note_V1.1"] = "partly", "办公室看到九个人"
    theirs.submit(status=302)
    mine["verdict_V1.1"], mine["note_V1.1"] = "met", "十二个人，都在"
    page = mine.submit(status=409)
    assert "V1.1 刚刚由 示例office 改为“部分”（办公室看到九个人）" in page.text
    again = form_of(page)
    assert (again["verdict_V1.1"].value, again["note_V1.1"].value) == ("met", "十二个人，都在")
    again.submit(status=302)
    answer = answer_of(db.session.get(Audit, audit_id), "V1.1")
    assert (answer.verdict, answer.note) == (Verdict.MET, "十二个人，都在")


def test_two_people_on_two_criteria_do_not_meet(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(an_audit(cast))
    mine = item_form(browse(cast.village), audit_id)
    theirs = item_form(browse(cast.office), audit_id)
    theirs["verdict_V1.1"] = "met"
    theirs.submit(status=302)
    mine["verdict_V1.2"] = "met"
    mine.submit(status=302)
    audit = db.session.get(Audit, audit_id)
    assert answer_of(audit, "V1.1").judged_by_id == cast.office.id
    assert answer_of(audit, "V1.2").judged_by_id == cast.village.id


def test_it_passes_over_a_file_that_has_no_number(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(an_audit(cast))
    village = browse(cast.village)
    sent = item_form(village, audit_id).submit_fields()  # type: ignore[attr-defined]
    odd = [("dropped_V1.1", key) for key in ("²", "9" * 5000, "x", "-1")]
    village.post(f"/audits/{audit_id}/items/V1", [*sent, *odd], status=302)


def test_the_same_answer_from_two_is_no_clash(app: Flask, cast: Cast) -> None:
    audit = an_audit(cast)
    mark = mark_of(answer_of(audit, "V1.1"))
    give(audit, "V1.1", Verdict.MET, by=cast.office, based_on=mark)
    give(audit, "V1.1", Verdict.MET, by=cast.village, based_on=mark)
    assert answer_of(audit, "V1.1").version == 2
    with pytest.raises(AnsweredMeanwhile):
        give(audit, "V1.1", Verdict.UNMET, by=cast.village, based_on=mark)


def test_it_is_refused_once_the_round_was_closed_meanwhile(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit_id = keep(an_audit(cast))
    form = item_form(browse(cast.village), audit_id)
    round_id = stored(Audit.round_id, audit_id)
    closing = form_of(browse(cast.office).get(f"/audits/rounds/{round_id}/close"))
    closing["reason"] = "示例：到期"
    closing.submit(status=302)
    form["verdict_V1.1"], form["note_V1.1"] = "partly", "差两个人的电话，正在补"
    page = form.submit(status=409)
    assert "这一轮核查已经结束" in page.text
    assert form_of(page)["note_V1.1"].value == "差两个人的电话，正在补"
    assert stored(Audit.state, audit_id) is AuditState.CLOSED
    assert answer_of(db.session.get(Audit, audit_id), "V1.1").verdict is Verdict.UNCHECKED


def test_it_is_refused_after_handing_in(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    with pytest.raises(AlreadyDone, match="要改请应急办退回"):
        give(audit, "V1.1", Verdict.UNMET, by=cast.village)


def test_it_keeps_photos_and_documents_and_takes_them_back(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit_id = keep(an_audit(cast))
    form = item_form(browse(cast.village), audit_id)
    form["files_V1.1"] = [Upload("花名册.pdf", PDF), Upload("队伍.jpg", a_picture())]
    form.submit(status=302)
    page = browse(cast.office).get(f"/audits/{audit_id}")
    assert "花名册.pdf" in page.text
    files = db.session.query(AnswerFile).order_by(AnswerFile.id).all()
    assert [one.extension for one in files] == ["pdf", "jpg"]
    pdf, jpg = (one.id for one in files)
    answer = browse(cast.village).get(f"/audits/files/{pdf}")
    assert (answer.body, answer.content_type) == (PDF, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert browse(cast.leader).get(f"/audits/files/{jpg}").content_type == "image/jpeg"
    browse(cast.other_village).get(f"/audits/files/{pdf}", status=404)
    form = item_form(browse(cast.village), audit_id)
    form.get("dropped_V1.1", index=0).checked = True
    form.submit(status=302)
    assert stored(AnswerFile.is_dropped, pdf) is True
    assert "花名册.pdf" not in browse(cast.office).get(f"/audits/{audit_id}").text
    form = item_form(browse(cast.village), audit_id)
    form.get("dropped_V1.1", index=0).checked = False
    form.submit(status=302)
    assert stored(AnswerFile.is_dropped, pdf) is False


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.exe", b"MZ" + bytes(500), "“x.exe”不能收"),
        ("x.txt", "名单".encode(), "认不出是什么文件"),
        ("x.jpg", a_picture(size=(900, 900))[:2000], "打不开，可能已经损坏"),
        ("big.pdf", PDF + bytes(20 * 1024 * 1024), "超过 20 MB"),
        ("x.zip", b"PK\x03\x04" + bytes(100), "不能收"),
    ],
)
def test_it_refuses_other_files_by_their_content(name: str, data: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read_file(data, name)


def test_it_keeps_the_name_of_a_file_and_no_folder() -> None:
    assert read_file(PDF, "C:\\a\\名单.pdf").name == "名单.pdf"
    assert read_file(PDF, "../../名单.pdf").name == "名单.pdf"
    assert read_file(PDF, "..").name == "文件"


def test_it_takes_six_files_for_one_criterion(app: Flask, cast: Cast) -> None:
    audit = an_audit(cast)
    files = [read_file(PDF + bytes([n]), f"{n}.pdf") for n in range(7)]
    with pytest.raises(RuleBroken, match=r"V1\.1 最多放 6 个文件"):
        give(audit, "V1.1", Verdict.MET, by=cast.village, files=files)
    give(audit, "V1.2", Verdict.MET, by=cast.village, files=files[:6])
    assert len(answer_of(audit, "V1.2").kept_files) == 6
    uploads = Path(app.instance_path) / "uploads" / "evidence"
    assert (uploads / files[0].sha256[:2] / f"{files[0].sha256}.pdf").read_bytes() == files[0].data


def test_it_shows_the_last_round_s_answer_as_last_round_s(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_closed_round(cast, V1_2=Verdict.PARTLY)
    audit_id = keep(an_audit(cast, name="2026年下半年"))
    page = browse(cast.village).get(f"/audits/{audit_id}/items/V1")
    assert f"上一轮（2026年上半年）：部分，{LACKS}" in page.text
    assert form_of(page)["verdict_V1.2"].value == "unchecked"


def test_an_item_that_is_not_on_the_list_is_not_there(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit_id = keep(an_audit(cast))
    browse(cast.village).get(f"/audits/{audit_id}/items/V9", status=404)
    browse(cast.village).get(f"/audits/{audit_id}/items/T1", status=404)


def test_another_village_cannot_answer(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = an_audit(cast)
    with pytest.raises(NotFound):
        give(audit, "V1.1", Verdict.MET, by=cast.other_village)
    with pytest.raises(NotFound):
        give(audit, "V1.1", Verdict.MET, by=cast.leader)
    audit_id = keep(audit)
    browse(cast.other_village).get(f"/audits/{audit_id}/items/V1", status=404)
    browse(cast.leader).get(f"/audits/{audit_id}/items/V1", status=403)


def test_a_village_cannot_answer_for_the_town(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(an_audit(cast, slug=SEVEN, places=[TOWN]))
    browse(cast.village).get(f"/audits/{audit_id}/items/T1", status=404)
    form = item_form(browse(cast.office), audit_id, "T1")
    form["verdict_T1.1"] = "met"
    form.submit(status=302)
    answers = queries.list_answers(db.session.get(Audit, audit_id))
    assert [one.criterion for one in answers if one.verdict is Verdict.MET] == ["T1.1"]
    assert answers[0].judged_at is not None
    assert answers[0].judged_at > NOW
    assert stored(Answer.version, answers[0].id) == 2
