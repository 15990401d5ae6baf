"""Open the front page: what waits for each person."""

from datetime import timedelta

from flask import Flask

from conftest import Browse, SetMailUrl
from drill_factories import (
    a_confirmed_record,
    a_drill,
    a_finding,
    a_fixed_finding,
    a_record,
    yesterday_at,
)
from factories import OTHER_VILLAGE, Cast, a_plan
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders.models import MailState
from reminder_factories import a_mail


def lines(page: object) -> list[tuple[str, str]]:
    """Each task as step and title."""
    return [
        (task.select_one(".task-step").get_text(), task.select_one(".task-title").get_text())
        for task in page.html.select("[aria-labelledby=tasks] .task")  # type: ignore[attr-defined]
    ]


def some_drills(cast: Cast) -> None:
    """One of each: coming, held, recorded, confirmed, proposed, cancelled."""
    plan, held = a_plan(), yesterday_at()
    for title, planned_at in (("将来", clock.now() + timedelta(days=9)), ("该记", held)):
        a_drill(plan, by=cast.office, title=title, planned_at=planned_at,
                now=held - timedelta(days=2))  # fmt: skip
    a_drill(plan, by=cast.office, title="别村", planned_at=held, place=OTHER_VILLAGE)
    a_record(a_drill(plan, by=cast.office, title="待确认", planned_at=held), by=cast.village)
    a_record(a_drill(plan, by=cast.office, title="自己记", planned_at=held), by=cast.office)
    a_confirmed_record(a_drill(plan, by=cast.office, title="已确认", planned_at=held), cast)
    a_drill(plan, by=cast.village, title="提议", planned_at=clock.now() + timedelta(days=20))
    db.session.commit()


def test_it_tells_the_village_what_to_record_and_to_prepare(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    some_drills(cast)
    page = browse(cast.village).get("/")
    assert lines(page) == [("记录演练", "该记"), ("准备演练", "将来")]
    assert "record-form" in page.click("该记").text


def test_it_tells_the_office_what_to_confirm_and_to_accept(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    some_drills(cast)
    page = browse(cast.office).get("/")
    assert lines(page) == [("确认演练记录", "待确认"), ("村里提议的演练", "提议")]
    assert "/confirm" in page.click("待确认").text
    assert ("确认演练记录", "自己记") in lines(browse(cast.other_office).get("/"))


def test_it_tells_who_is_to_put_right_and_who_to_close(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_finding(cast, text="喇叭坏了")
    a_finding(cast, text="别村的", place=OTHER_VILLAGE)
    a_fixed_finding(cast, text="手电没电")
    a_fixed_finding(cast, text="我改的", by=cast.office)
    db.session.commit()
    assert lines(browse(cast.village).get("/")) == [("整改问题", "喇叭坏了")]
    assert set(lines(browse(cast.office).get("/"))) == {
        ("整改问题", "明水村：喇叭坏了"), ("整改问题", f"{get_place(OTHER_VILLAGE).name}：别村的"),
        ("核对整改，销号", "明水村：手电没电"),
    }  # fmt: skip
    assert ("核对整改，销号", "明水村：我改的") in lines(browse(cast.other_office).get("/"))


def test_it_shows_the_village_what_to_put_right_behind_much_that_waits_for_others(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    early = clock.today() - timedelta(days=3)
    for n in range(60):
        a_fixed_finding(cast, text=f"改好{n}", due_on=early)
    a_finding(cast, text="喇叭坏了")
    db.session.commit()
    assert lines(browse(cast.village).get("/")) == [("整改问题", "喇叭坏了")]


def test_it_shows_at_most_ten_lines_the_first_due_first(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    for n in range(14, 0, -1):
        a_finding(cast, text=f"问题{n:02}", due_on=clock.today() + timedelta(days=n))
    db.session.commit()
    assert [title for _, title in lines(browse(cast.village).get("/"))] == [
        f"问题{n:02}" for n in range(1, 11)
    ]


def test_it_has_nothing_of_drills_for_the_others(app: Flask, cast: Cast, browse: Browse) -> None:
    some_drills(cast)
    for person in (cast.legal, cast.leader, cast.admin):
        assert lines(browse(person).get("/")) == []
    assert "该记" not in browse(None).get("/").text


def test_it_tells_the_watchers_that_mails_did_not_arrive(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    said = "封提醒没有送达"
    a_mail(cast.village, state=MailState.GIVEN_UP, at=clock.now() - timedelta(days=15))
    assert said not in browse(cast.office).get("/").text
    a_mail(cast.village, state=MailState.GIVEN_UP, subject="没有送达的一封")
    a_mail(cast.village, state=MailState.SENT, subject="送达的一封")
    for person in (cast.office, cast.admin):
        page = browse(person).get("/")
        assert f"最近两周有 1 {said}" in page.text
        listed = page.click("看是哪几封").text
        assert "没有送达的一封" in listed
        assert "送达的一封</a>" not in listed.replace("没有送达的一封", "")
    for other in (cast.leader, cast.village, None):
        assert said not in browse(other).get("/").text


def test_it_tells_the_watchers_that_mails_are_kept_as_files(
    app: Flask, cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    said = "没有设置邮件服务器，提醒只存成文件"
    for person in (cast.office, cast.admin):
        assert "怎么发出" in browse(person).get("/").click("看提醒设置").text
    for other in (cast.leader, cast.village, cast.legal, None):
        assert said not in browse(other).get("/").text
    set_mail_url("smtp://127.0.0.1:9?from=a@example.com")
    assert said not in browse(cast.office).get("/").text
