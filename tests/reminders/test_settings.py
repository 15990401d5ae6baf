"""See how reminders leave, and choose the town's days and words."""

import pytest
from flask import Flask

from conftest import Browse, SetMailUrl
from factories import TOWN, Cast, an_account, count_rows, form_of
from nanhua_emergency.access import Role
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.reminders.models import ReminderRule
from nanhua_emergency.reminders.services import SHORT_TEXT

PAGE = "/reminders/settings"


def the_rule(code: str = TOWN) -> tuple[str, str] | None:
    """What a town has chosen."""
    db.session.rollback()
    rule = db.session.get(ReminderRule, code)
    db.session.rollback()
    return (rule.days, rule.short_text) if rule else None


def test_it_begins_with_the_usual_days_and_words(cast: Cast, browse: Browse) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    assert form["days"].value == "7,3,1,0"
    assert form["short_text"].value == SHORT_TEXT


def test_it_keeps_what_the_town_chooses(cast: Cast, browse: Browse) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    form["days"], form["short_text"] = "1，10、 3", "{村}演练"
    page = form.submit(status=302).follow()
    assert "已保存" in page.text
    assert the_rule() == ("10,3,1", "{村}演练")
    assert form_of(page)["days"].value == "10,3,1"
    assert count_rows(ActivityEntry) == {"activity_entry": 1}
    form = form_of(browse(cast.admin).get(PAGE))
    form["short_text"] = ""
    assert form_of(form.submit(status=302).follow())["short_text"].value == SHORT_TEXT
    assert the_rule() == ("10,3,1", "")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"days": ""}, "请填提前几天"),
        ({"days": "，"}, "提醒天数应为 0 至 60 的整数，一至 6 个"),
        ({"days": "七天"}, "请填整数"),
        ({"days": "7,-1"}, "请填整数"),
        ({"days": "1.5"}, "请填整数"),
        ({"days": "²"}, "请填整数"),
        ({"days": "61"}, "提醒天数应为 0 至 60"),
        ({"days": "1,2,3,4,5,6,7"}, "一至 6 个"),
        ({"days": "1" * 41}, "40"),
        ({"short_text": "{日期}演练"}, "不认识“{日期}”。可以用的有：{村}、{演练}、{预案}、{时间}、{地点}、{还有}"),
        ({"short_text": "{村"}, "大括号不成对"),
        ({"short_text": "长" * 501}, "500"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    typed: dict[str, str], why: str, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.office).get(PAGE))
    for name, value in ({"days": "7", "short_text": "{村}好"} | typed).items():
        form[name] = value
    page = form.submit(status=422)
    assert why in page.html.find(id="refusals").text
    for name, value in typed.items():
        assert form_of(page)[name].value == value
    assert the_rule() is None
    assert count_rows(ActivityEntry) == {"activity_entry": 0}


def test_it_names_the_server_and_never_its_password(
    app: Flask, cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    page = browse(cast.office).get(PAGE).text
    assert "存成文件：" in page
    set_mail_url("smtps://yingji%40qq.com:sehr-geheim@smtp.qq.com?from=应急办<yingji@qq.com>")
    app.config["NOTIFY_URLS"] = ("wecombot://key-of-robot", "dingtalk://other-key")
    page = browse(cast.admin).get(PAGE).text
    app.config["NOTIFY_URLS"] = ()
    assert "smtp.qq.com:465（TLS 加密）" in page
    assert "yingji@qq.com" in page
    assert "企业微信群机器人 1 个，钉钉群机器人 1 个" in page
    assert "30 封" in page
    for secret in ("sehr-geheim", "key-of-robot", "other-key"):
        assert secret not in page


def test_it_is_of_ones_own_town(cast: Cast, browse: Browse) -> None:
    other = "620724103000"
    db.session.add(Place(code=other, name="示例镇", official_name="示例镇", kind=PlaceKind.TOWN))
    db.session.flush()
    stranger = an_account("stranger", Role.OFFICE, place=other)
    page = browse(stranger).get(PAGE)
    assert "示例镇的演练提醒" in page.text
    form_of(page).submit(status=302)
    assert the_rule() is None
    assert the_rule(other) == ("7,3,1,0", SHORT_TEXT)


def test_it_is_for_office_and_admin_only(cast: Cast, browse: Browse) -> None:
    for person in (cast.leader, cast.village, cast.legal):
        browse(person).get(PAGE, status=403)
