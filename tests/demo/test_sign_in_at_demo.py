"""Look around in the demo: a banner on every page, and one click to be somebody of a role."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp

from conftest import Browse
from factories import Cast
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import SignInSession
from nanhua_emergency.database import db

BANNER = "人物、电话、事件都是编的"
ROLES = {
    Role.OFFICE: "示例·应急办", Role.LEGAL: "示例·司法所", Role.LEADER: "示例·镇领导",
    Role.VILLAGE: "示例·村主任（明水村）", Role.ADMIN: "示例·管理员",
}  # fmt: skip


def click(browser: TestApp, role: Role) -> object:
    """Press the button of a role on the front page."""
    page = browser.get("/")
    form = next(f for f in page.forms.values() if f.action == f"/demo/sign-in/{role}")
    return form.submit().follow()


@pytest.mark.parametrize("role", list(ROLES))
def test_it_signs_in_by_one_click(visitor: TestApp, role: Role) -> None:
    assert ROLES[role] in click(visitor, role).html.select_one(".menu summary").get_text()


def test_it_changes_from_one_role_to_another(visitor: TestApp) -> None:
    click(visitor, Role.OFFICE)
    page = click(visitor, Role.LEGAL)
    assert ROLES[Role.LEGAL] in page.html.select_one(".menu summary").get_text()
    db.session.rollback()
    ended = select(func.count()).where(SignInSession.ended_at.is_not(None))
    assert db.session.scalar(ended)
    form = next(f for f in page.forms.values() if f.action == "/sign-out")
    assert form.submit().follow().html.select_one(".me-sign-in")


def test_it_refuses_a_click_on_another_site(visitor: TestApp) -> None:
    answer = visitor.post("/demo/sign-in/office", headers={"Origin": "https://evil.example"},
                          expect_errors=True)  # fmt: skip
    assert answer.status_code == 400
    assert visitor.get("/").html.select_one(".me-sign-in")


@pytest.mark.parametrize("role", ["visitor", "nobody"])
def test_it_knows_no_button_for_others(visitor: TestApp, role: str) -> None:
    assert visitor.post(f"/demo/sign-in/{role}", expect_errors=True).status_code == 404


PUBLIC = (
    "/",
    "/plans/",
    "/plans/flood-control",
    "/search?words=%E8%BD%AC%E7%A7%BB",
    "/sign-in",
    "/no-such-page",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_it_says_on_public_pages_that_all_is_made_up(visitor: TestApp, address: str) -> None:
    for _again in ("built", "kept"):
        assert BANNER in visitor.get(address, expect_errors=True)


def test_it_says_so_on_every_page_of_the_office(demo: Flask, visitor: TestApp) -> None:
    click(visitor, Role.OFFICE)
    with demo.test_request_context():
        addresses = [
            demo.url_for(rule.endpoint) for rule in demo.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.arguments
        ]  # fmt: skip
    opened = 0
    for address in addresses:
        page = visitor.get(address, expect_errors=True)
        if page.content_type == "text/html" and page.status_code != 302:
            assert BANNER in page, address
            opened += 1
    assert opened > 15


def test_it_says_so_on_printed_pages(visitor: TestApp) -> None:
    click(visitor, Role.OFFICE)
    style = visitor.get(visitor.get("/").html.select_one("link[rel=stylesheet]")["href"]).text
    printed = style.split("@media print")[1:]
    assert not any(".demo-banner" in one.split("\n}")[0] for one in printed)


@pytest.mark.parametrize("role", list(Role))
def test_it_is_not_there_where_people_are_real(cast: Cast, browse: Browse, role: Role) -> None:
    db.session.commit()
    for person in (None, cast.admin):
        browser = browse(person)
        assert browser.post(f"/demo/sign-in/{role}", expect_errors=True).status_code == 404
        page = browser.get("/")
        assert BANNER not in page
        assert "/demo/" not in page
    db.session.rollback()
