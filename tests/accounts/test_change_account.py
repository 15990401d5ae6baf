"""Change what is known of a person."""

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import COUNTY, NOW, TOWN, VILLAGE, Cast, an_account, form_of, keep
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import queries, services
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.places.services import get_place


def change(browser: TestApp, account: Account, **typed: str) -> TestResponse:
    """Fill in the page of one account and send it."""
    form = browser.get(f"/accounts/{account.id}").forms[1]
    for name, value in typed.items():
        form[name].force_value(value)
    return form.submit(expect_errors=True)


def test_it_shows_what_is_known(cast: Cast, browse: Browse) -> None:
    form = browse(cast.admin).get(f"/accounts/{cast.village.id}").forms[1]
    shown = {name: form[name].value for name in ("name", "role", "place_code", "email", "phone")}
    assert shown == {
        "name": "示例mingshui", "role": "village", "place_code": VILLAGE,
        "email": "mingshui@example.com", "phone": "",
    }  # fmt: skip


def test_it_stores_the_changes(cast: Cast, browse: Browse) -> None:
    answer = change(browse(cast.admin), cast.office, name=" 示例改名 ", role="leader",
                    email="", phone="0936-1")  # fmt: skip
    assert answer.location == "/accounts/"
    db.session.rollback()
    assert (cast.office.name, cast.office.role) == ("示例改名", Role.LEADER)
    assert (cast.office.email, cast.office.phone) == ("", "0936-1")
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.by_id) == ("account.changed", cast.admin.id)
    assert entry.details["before"] == {"name": "示例office", "role": "office", "place": TOWN}


def test_it_takes_effect_on_open_devices_at_once(cast: Cast, browse: Browse) -> None:
    there = browse(cast.office)
    assert there.get("/activity/").status_code == 200
    change(browse(cast.admin), cast.office, role="legal")
    assert there.get("/activity/", expect_errors=True).status_code == 403


def test_it_can_move_a_person_to_a_village(cast: Cast, browse: Browse) -> None:
    change(browse(cast.admin), cast.office, role="village", place_code=VILLAGE)
    db.session.rollback()
    assert (cast.office.role, cast.office.place_code) == (Role.VILLAGE, VILLAGE)


REFUSED = [
    ({"name": ""}, "请填姓名"),
    ({"role": "king"}, "角色"),
    ({"place_code": COUNTY}, "所在地"),
    ({"role": "village"}, "村（社区）账号要选一个村（社区）"),
    ({"email": "没有圈a"}, "应当有一个 @"),
    ({"email": "a@b@example.com"}, "应当有一个 @"),
    ({"phone": "12"}, "电话只填数字"),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    typed: dict[str, str], message: str, cast: Cast, browse: Browse
) -> None:
    answer = change(browse(cast.admin), cast.office, **({"name": "示例改名"} | typed))
    assert answer.status_code == 422
    assert message in answer.html.find(id="refusals").text
    if not {"role", "place_code"} & set(typed):
        for name, value in typed.items():
            assert answer.forms[1][name].value == value
    assert answer.forms[1]["name"].value == typed.get("name", "示例改名")
    db.session.rollback()
    assert cast.office.name == "示例office"
    assert db.session.scalars(select(ActivityEntry)).all() == []


def test_it_keeps_the_admin_from_giving_up_the_role(cast: Cast, browse: Browse) -> None:
    answer = change(browse(cast.admin), cast.admin, role="office")
    assert answer.status_code == 422
    assert "不能改自己的角色" in answer.text
    db.session.rollback()
    assert cast.admin.role is Role.ADMIN


def test_it_lets_the_admin_change_the_own_name(cast: Cast, browse: Browse) -> None:
    assert change(browse(cast.admin), cast.admin, name="示例新名").status_code == 302


@pytest.mark.parametrize("who", ["office", "legal", "leader", "village"])
def test_it_refuses_everyone_but_the_admin(who: str, cast: Cast, browse: Browse) -> None:
    browser, address = browse(getattr(cast, who)), f"/accounts/{cast.other_office.id}"
    assert browser.get(address, expect_errors=True).status_code == 403
    assert browser.post(address, {"name": "示例"}, expect_errors=True).status_code == 403


@pytest.mark.parametrize("key", ["999999", "0", "2147483648", "9" * 30, "x", "-1"])
def test_it_does_not_know_an_account_that_never_was(key: str, cast: Cast, browse: Browse) -> None:
    answer = browse(cast.admin).get(f"/accounts/{key}", expect_errors=True)
    assert answer.status_code == 404
    assert "没有" in answer.text


def test_it_hides_accounts_above_ones_own_place(app: Flask, cast: Cast, browse: Browse) -> None:
    above = an_account("county", Role.ADMIN, place=COUNTY)
    keep(above)
    browser = browse(cast.admin)
    assert browser.get(f"/accounts/{above.id}", expect_errors=True).status_code == 404
    assert "county" not in browser.get("/accounts/").text
    assert browse(above).get(f"/accounts/{cast.admin.id}").status_code == 200
    with pytest.raises(NotFound):
        queries.get_account(above.id, seen_by=cast.admin)


def test_it_refuses_by_the_service_too(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        services.change_account(
            cast.admin, name="示例", role=Role.OFFICE, place=get_place(TOWN), email="", phone="",
            by=cast.admin, now=NOW,
        )  # fmt: skip


def test_it_finds_people_by_name_and_role(cast: Cast, browse: Browse) -> None:
    def found(**asked: str) -> list[str]:
        page = browse(cast.admin).get("/accounts/", asked)
        cells = page.html.find_all("td", {"data-label": "登录名"})
        return sorted(cell.text for cell in cells)

    assert len(found()) == 8
    assert found(words="OFFICE") == ["office", "office2"]
    assert found(words="示例ming") == ["mingshui"]
    assert found(role="village") == ["mingshui", "nancha"]
    assert found(words="%") == []
    assert len(found(role="king")) == 8
    assert len(found(words="名\x00")) == 8


def test_it_lists_accounts_page_by_page(app: Flask, cast: Cast, browse: Browse) -> None:
    for number in range(60):
        an_account(f"more{number}", Role.OFFICE)
    browser = browse(cast.admin)
    first = browser.get("/accounts/")
    second = first.click("下一页")
    rows = [len(page.html.find("tbody").find_all("tr")) for page in (first, second)]
    assert rows == [50, 18]
    assert not second.html.find("a", rel="next")
    assert form_of(second) is not None


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_it_shrugs_at_a_page_that_never_was(page: str, cast: Cast, browse: Browse) -> None:
    assert browse(cast.admin).get("/accounts/", {"page": page}).status_code == 200


def test_it_shows_that_the_server_refused_the_address(cast: Cast, browse: Browse) -> None:
    assert "拒收" not in browse(cast.admin).get("/accounts/").text
    services.note_refusal(cast.office.email, reply="550 5.1.1 No such <user>")
    page = browse(cast.admin).get("/accounts/")
    rows = [
        row.get_text() for row in page.html.select("tbody tr") if "邮箱被拒收" in row.get_text()
    ]
    assert len(rows) == 1
    assert cast.office.name in rows[0]
    page = browse(cast.admin).get(f"/accounts/{cast.office.id}")
    assert "550 5.1.1 No such <user>" in page.html.main.get_text()
    change(browse(cast.admin), cast.office, email="right@example.com")
    assert "拒收" not in browse(cast.admin).get(f"/accounts/{cast.office.id}").text
