"""List mails: by state, by words, within one's own place."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse, SetMailUrl
from factories import COUNTY, VILLAGE, Cast, an_account
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.reminders import queries
from nanhua_emergency.reminders.models import MailState
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from reminder_factories import a_mail

REFUSED = Reply(ReplyKind.REFUSED, 550, "No such user here")


def subjects(page: object) -> list[str]:
    """The mails on a page, by subject."""
    return [a.get_text() for a in page.html.select("table.cards td:first-child a")]  # type: ignore[attr-defined]


def some_mails(cast: Cast) -> None:
    """One of each end."""
    a_mail(cast.village, subject="甲")
    a_mail(cast.office, subject="乙", state=MailState.GIVEN_UP, reply=REFUSED)
    a_mail(cast.other_village, subject="丙", state=MailState.WAITING, is_maybe_double=True,
           reply=Reply(ReplyKind.UNSURE, None, "邮件服务器中断了连接"))  # fmt: skip
    a_mail(cast.village, subject="", state=MailState.WAITING, reply=None)
    db.session.commit()


def test_it_shows_the_newest_first_with_reader_state_and_reply(cast: Cast, browse: Browse) -> None:
    some_mails(cast)
    page = browse(cast.office).get("/reminders/")
    assert subjects(page) == ["（还没有写好）", "丙", "乙", "甲"]
    rows = [row.get_text(" ", strip=True) for row in page.html.select("table.cards tbody tr")]
    assert "还没有发过" in rows[0]
    assert "下次再试" in rows[0]
    assert "可能重复" in rows[1]
    assert "没有送达" in rows[2]
    assert "服务器拒收 550 No such user here" in rows[2]
    assert "示例mingshui mingshui@example.com 已发出 服务器已收下 250 OK" in rows[3]
    assert "可能重复" not in rows[3]


def test_it_narrows_to_a_state_and_counts_each(cast: Cast, browse: Browse) -> None:
    some_mails(cast)
    page = browse(cast.leader).get("/reminders/")
    tabs = [" ".join(tab.get_text().split()) for tab in page.html.select(".subtabs a")]
    assert tabs == ["全部 4", "等待发送 2", "正在发送 0", "已发出 1", "不用再发 0", "没有送达 1"]
    assert subjects(page.click("没有送达 1")) == ["乙"]
    assert subjects(browse(cast.office).get("/reminders/?state=nonsense")) != []


@pytest.mark.parametrize(
    ("words", "found"),
    [("mingshui@", ["（还没有写好）", "甲"]), ("示例nancha", ["丙"]), ("乙", ["乙"]), ("%", [])],
)
def test_it_finds_by_address_person_or_subject(
    words: str, found: list[str], cast: Cast, browse: Browse
) -> None:
    some_mails(cast)
    form = browse(cast.office).get("/reminders/").forms[1]
    form["words"] = words
    page = form.submit()
    assert subjects(page) == found
    assert ("没有符合条件的邮件" in page.text) is (not found)


def test_it_leads_from_the_front_page_to_just_those_it_counts(cast: Cast, browse: Browse) -> None:
    gone = {"state": MailState.GIVEN_UP, "reply": REFUSED}
    a_mail(cast.village, subject="早", at=clock.now() - queries.LATELY, **gone)
    a_mail(cast.village, subject="晚", at=clock.now() - timedelta(days=13), **gone)
    db.session.commit()
    front = browse(cast.office).get("/")
    assert "最近两周有 1 封提醒没有送达" in front.text
    page = front.click("看是哪几封")
    assert subjects(page) == ["晚"]
    assert page.forms[1]["is_lately"].checked
    tabs = [" ".join(tab.get_text().split()) for tab in page.html.select(".subtabs a")]
    assert (tabs[0], tabs[-1]) == ("全部 1", "没有送达 1")
    assert subjects(page.click("全部 1")) == ["晚"]
    assert subjects(browse(cast.office).get("/reminders/?state=given_up")) == ["晚", "早"]


def test_it_keeps_the_state_while_searching(cast: Cast, browse: Browse) -> None:
    some_mails(cast)
    form = browse(cast.office).get("/reminders/?state=waiting").forms[1]
    form["words"] = "示例"
    assert subjects(form.submit()) == ["（还没有写好）", "丙"]


def test_it_shows_fifty_a_page(cast: Cast, browse: Browse) -> None:
    for number in range(queries.PAGE + 1):
        a_mail(cast.village, subject=f"第{number}封")
    db.session.commit()
    page = browse(cast.office).get("/reminders/?state=sent")
    assert len(subjects(page)) == queries.PAGE
    last = page.click("下一页")
    assert subjects(last) == ["第0封"]
    assert subjects(last.click("上一页"))[0] == f"第{queries.PAGE}封"


def test_it_shows_nothing_of_another_town(cast: Cast, browse: Browse) -> None:
    db.session.add(
        Place(code="620724103000", name="示例镇", official_name="示例镇", kind=PlaceKind.TOWN)
    )
    db.session.flush()
    stranger = an_account("stranger", Role.OFFICE, place="620724103000")
    mail = a_mail(cast.village, subject="甲")
    db.session.commit()
    assert "没有符合条件的邮件" in browse(stranger).get("/reminders/").text
    browse(stranger).get(f"/reminders/mails/{mail.id}", status=404)
    county = an_account("county", Role.OFFICE, place=COUNTY)
    assert subjects(browse(county).get("/reminders/")) == ["甲"]


def test_it_says_that_mails_are_kept_as_files(
    app: Flask, cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    assert "没有设置邮件服务器" in browse(cast.office).get("/reminders/").text
    set_mail_url("smtp://127.0.0.1:9?from=a@example.com")
    assert "没有设置邮件服务器" not in browse(cast.office).get("/reminders/").text


def test_it_does_not_say_that_a_file_was_sent(cast: Cast, browse: Browse) -> None:
    a_mail(cast.village, reply=Reply(ReplyKind.SENT, None, "已存为文件 1.eml"))
    row = browse(cast.office).get("/reminders/").html.select_one("table.cards tbody").get_text()
    assert "只存成文件" in row
    assert "已发出" not in row
    assert "服务器已收下" not in row


def test_it_is_in_the_main_menu_of_those_who_may_read(cast: Cast, browse: Browse) -> None:
    for person, is_offered in ((cast.office, True), (cast.leader, True), (cast.village, False)):
        menu = browse(person).get("/").html.select_one("nav.tabs").get_text()
        assert ("提醒" in menu) is is_offered
    browse(cast.village).get("/reminders/", status=403)
    assert "提醒设置" not in browse(cast.leader).get("/reminders/").html.main.get_text()


def test_it_names_the_group_chat_instead_of_an_address(cast: Cast, browse: Browse) -> None:
    mail = a_mail(cast.village, subject="甲")
    mail.address, mail.account_id, mail.place_code = "group-chat@channel.invalid", None, VILLAGE
    db.session.commit()
    for page in ("/reminders/", f"/reminders/mails/{mail.id}"):
        shown = browse(cast.office).get(page).text
        assert "群聊" in shown
        assert "channel.invalid" not in shown
