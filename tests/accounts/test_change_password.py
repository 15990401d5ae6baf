"""Change one's own password."""

import pytest
from flask import Flask
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import NOW, PASSWORD, Cast, a_session, an_account, form_of
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import queries, services
from nanhua_emergency.accounts.passwords import is_right_password
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken

NEW = "戈壁-白杨-2027-风"


def change(
    browser: TestApp, *, old: str = PASSWORD, new: str = NEW, again: str | None = None
) -> TestResponse:
    """Fill in the page of changing the password and send it."""
    form = form_of(browser.get("/password"))
    form["old_password"], form["new_password"] = old, new
    form["repeated"] = new if again is None else again
    return form.submit(expect_errors=True)


def has_password(account: object, password: str) -> bool:
    db.session.rollback()
    db.session.refresh(account)
    return is_right_password(account.password_hash, password)  # type: ignore[attr-defined]


def test_it_takes_the_new_password(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.village)
    answer = change(browser)
    assert answer.location == "/"
    assert "密码已改" in browser.get("/").text
    assert has_password(cast.village, NEW)
    assert not has_password(cast.village, PASSWORD)


def test_it_opens_the_site_after_the_first_password(app: Flask, browse: Browse) -> None:
    newcomer = an_account("newcomer", Role.OFFICE, must_change_password=True)
    browser = browse(newcomer)
    assert browser.get("/sessions").location == "/password"
    change(browser)
    assert browser.get("/sessions").status_code == 200


def test_it_signs_out_every_other_device(cast: Cast, browse: Browse) -> None:
    here, there, colleague = browse(cast.office), browse(cast.office), browse(cast.legal)
    change(here)
    assert here.get("/sessions").status_code == 200
    assert "/sign-in" in there.get("/sessions").location
    assert colleague.get("/sessions").status_code == 200


def test_it_sends_a_visitor_to_sign_in(app: Flask, browse: Browse) -> None:
    assert "/sign-in" in browse(None).get("/password").location


REFUSED = [
    ({"old": "错误的密码-2026"}, "现用密码不对"),
    ({"new": PASSWORD}, "不能和现用密码相同"),
    ({"new": "短-1"}, "密码应为 10 至 200 位"),
    ({"new": "密" * 201}, "200"),
    ({"new": "my-Office-2027"}, "不要含有登录名"),
    ({"new": "password-2027"}, "太常见"),
    ({"new": "1212121212"}, "太常见"),
    ({"new": "坏\ufffd-戈壁-白杨-2027"}, "无法识别的字符"),
    ({"again": "戈壁-白杨-2028-风"}, "两次填的不一样"),
    ({"old": ""}, "请填现用密码"),
    ({"new": "", "again": "x"}, "请填新密码"),
    ({"again": ""}, "请再填一次"),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_it_says_what_is_wrong_and_keeps_the_old_one(
    typed: dict[str, str], message: str, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.office)
    there = browse(cast.office)
    answer = change(browser, **typed)
    assert answer.status_code == 422
    assert message in answer.text
    assert has_password(cast.office, PASSWORD)
    assert there.get("/sessions").status_code == 200


def test_it_never_writes_a_password_into_the_page(cast: Cast, browse: Browse) -> None:
    answer = change(browse(cast.office), new="戈壁-password-2027")
    assert "戈壁-password-2027" not in answer.text
    assert PASSWORD not in answer.text


def test_it_refuses_by_the_service_too(cast: Cast) -> None:
    token = a_session(cast.office, now=NOW)
    for old, new in (("错误的密码-2026", NEW), (PASSWORD, "短"), (PASSWORD, PASSWORD)):
        with pytest.raises(RuleBroken):
            services.change_password(cast.office, old_password=old, new_password=new, now=NOW)
    assert queries.find_session(token, now=NOW) is not None
