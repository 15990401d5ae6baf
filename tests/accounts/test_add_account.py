"""Add a person who may sign in."""

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import (
    NOW,
    OTHER_VILLAGE,
    PASSWORD,
    TOWN,
    VILLAGE,
    Cast,
    count_rows,
    form_of,
    keep,
)  # fmt: skip
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import queries, services
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.passwords import is_right_password
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.services import get_place

FILLED = {
    "sign_in": "Zhaoba.2", "name": "示例新同事", "role": "office", "place_code": TOWN,
    "email": "new@example.com", "phone": "0936-6600000",
}  # fmt: skip


def add(browser: TestApp, **typed: str) -> TestResponse:
    """Fill in the page of adding an account and send it."""
    form = form_of(browser.get("/accounts/add"))
    for name, value in (FILLED | typed).items():
        form[name].force_value(value)
    return form.submit(expect_errors=True)


def test_it_shows_the_first_password_once(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.admin)
    answer = add(browser)
    assert answer.status_code == 200
    password = answer.html.find(id="password").text
    account = queries.find_account("zhaoba.2")
    assert account is not None
    assert is_right_password(account.password_hash, password)
    assert password not in browser.get(f"/accounts/{account.id}").text
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_stores_what_was_filled_in(cast: Cast, browse: Browse) -> None:
    add(browse(cast.admin))
    account = queries.find_account("zhaoba.2")
    assert account is not None
    assert (account.name, account.role, account.place_code) == ("示例新同事", Role.OFFICE, TOWN)
    assert (account.email, account.phone) == ("new@example.com", "0936-6600000")
    assert account.must_change_password
    assert account.is_active
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.thing_id, entry.by_id) == (
        "account.added", account.id, cast.admin.id
    )  # fmt: skip


def test_it_lets_the_new_person_in_with_it(cast: Cast, browse: Browse) -> None:
    password = add(browse(cast.admin)).html.find(id="password").text
    newcomer = browse(None)
    form = form_of(newcomer.get("/sign-in"))
    form["sign_in"], form["password"] = "zhaoba.2", password
    form.submit()
    assert newcomer.get("/").location == "/password"


def test_it_can_do_without_email_and_phone(cast: Cast, browse: Browse) -> None:
    assert add(browse(cast.admin), email="", phone="").status_code == 200
    account = queries.find_account("zhaoba.2")
    assert account is not None
    assert (account.email, account.phone) == ("", "")


REFUSED = [
    ({"sign_in": ""}, "请填登录名"),
    ({"sign_in": "ab"}, "3 至 40 位"),
    ({"sign_in": "赵八"}, "登录名只用字母"),
    ({"sign_in": "OFFICE"}, "登录名“office”已有人用"),
    ({"name": ""}, "请填姓名"),
    ({"name": "   "}, "请填姓名"),
    ({"name": "名" * 61}, "60"),
    ({"name": "名\x00"}, "无法识别的字符"),
    ({"role": "visitor"}, "角色"),
    ({"role": "king"}, "角色"),
    ({"place_code": "620724103000"}, "所在地"),
    ({"place_code": "620724000000"}, "所在地"),
    ({"place_code": ""}, "所在地"),
    ({"role": "village"}, "村（社区）账号要选一个村（社区）"),
    ({"place_code": VILLAGE}, "其他角色要选镇或县"),
    ({"email": "new.example.com"}, "应当有一个 @"),
    ({"email": "new@a@example.com"}, "应当有一个 @"),
    ({"email": "新人@example.com"}, "在 @ 前面只能用英文字母、数字和符号"),
    ({"email": "new@example"}, "应当像 qq.com"),
    ({"email": f"new@{'a.' * 130}cn"}, "写得不对"),
    ({"email": " "}, "空格、换行或看不见的字符"),
    ({"email": "new@example.com\r\nBcc: a@example.com"}, "空格、换行或看不见的字符"),
    ({"email": "new@example.com\n"}, "空格、换行或看不见的字符"),
    ({"phone": "办公室"}, "电话只填数字"),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    typed: dict[str, str], message: str, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.admin)
    before = count_rows(Account, ActivityEntry)
    answer = add(browser, **typed)
    assert answer.status_code == 422
    assert message in answer.html.find(id="refusals").text
    for name in ("sign_in", "name", "email", "phone"):
        if "\n" not in typed.get(name, "") and "\x00" not in typed.get(name, ""):
            assert form_of(answer)[name].value == (FILLED | typed)[name]
    if not {"role", "place_code"} & set(typed):
        assert form_of(answer)["role"].value == "office"
        assert form_of(answer)["place_code"].value == TOWN
    assert count_rows(Account, ActivityEntry) == before


def test_it_adds_one_person_when_sent_twice(cast: Cast, browse: Browse) -> None:
    form = form_of(browse(cast.admin).get("/accounts/add"))
    for name, value in FILLED.items():
        form[name] = value
    assert form.submit().status_code == 200
    before = count_rows(Account)
    assert form.submit(expect_errors=True).status_code == 422
    assert count_rows(Account) == before


@pytest.mark.parametrize("who", ["office", "legal", "leader", "village"])
def test_it_refuses_everyone_but_the_admin(who: str, cast: Cast, browse: Browse) -> None:
    person = getattr(cast, who)
    assert browse(person).get("/accounts/add", expect_errors=True).status_code == 403
    assert browse(person).post("/accounts/add", FILLED, expect_errors=True).status_code == 403


def test_it_offers_only_places_within_ones_own(cast: Cast, browse: Browse) -> None:
    options = form_of(browse(cast.admin).get("/accounts/add"))["place_code"].options
    codes = [value for value, _chosen, _name in options]
    assert TOWN in codes
    assert OTHER_VILLAGE in codes
    assert "620724000000" not in codes


def test_it_refuses_by_the_service_too(app: Flask, cast: Cast) -> None:
    keep(cast.admin)
    for given in ({"role": Role.VISITOR}, {"role": Role.VILLAGE}, {"sign_in": " Office "}):
        values = {"sign_in": "newcomer", "name": "示例", "role": Role.OFFICE} | given
        with pytest.raises(RuleBroken):
            services.add_account(
                **values, place=get_place(TOWN), password=PASSWORD, by=cast.admin, now=NOW
            )
