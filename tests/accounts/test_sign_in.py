"""Sign in by name and password."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp, TestResponse

import factories
from conftest import Browse, OwnContext
from factories import NOW, PASSWORD, Cast, a_session, an_account, form_of
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import queries, services
from nanhua_emergency.accounts.models import Account, SignInAttempt, SignInSession
from nanhua_emergency.accounts.tokens import hash_token
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db

WRONG = "登录名或密码不对"


def sign_in(browser: TestApp, name: str, password: str = PASSWORD, after: str = "") -> TestResponse:
    """Fill in the page of signing in and send it."""
    form = form_of(browser.get("/sign-in", {"next": after}))
    form["sign_in"], form["password"] = name, password
    return form.submit(expect_errors=True)


def service(name: str, password: str = PASSWORD, **given: object) -> services.SignedIn:
    values = {"address": "192.0.2.1", "device": "示例手机", "now": NOW, "days": 14}
    return services.sign_in(name, password, **(values | given))


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_it_lets_a_person_in(cast: Cast, browse: Browse) -> None:
    browser = browse(None)
    answer = sign_in(browser, "office")
    assert (answer.status_code, answer.location) == (302, "/")
    assert "示例office" in browser.get("/").text
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.by_id) == ("session.began", cast.office.id)


def test_it_does_not_mind_case_and_spaces_of_the_name(cast: Cast, browse: Browse) -> None:
    assert sign_in(browse(None), "  OFFICE ").status_code == 302


def test_it_remembers_the_first_time_only(cast: Cast) -> None:
    service("office", now=NOW)
    service("office", now=NOW + timedelta(days=1))
    assert cast.office.first_signed_in_at == NOW


def test_it_refuses_a_wrong_password(cast: Cast, browse: Browse) -> None:
    browser = browse(None)
    answer = sign_in(browser, "office", "错误的密码-2026")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert form_of(answer)["sign_in"].value == "office"
    assert "错误的密码" not in answer.text
    assert count(SignInSession) == 0
    assert "/sign-in" in browser.get("/sessions").location


def test_it_says_the_same_of_a_name_that_nobody_has(cast: Cast, browse: Browse) -> None:
    def shown(name: str) -> tuple[int, str]:
        answer = sign_in(browse(None), name, "错误的密码-2026")
        return answer.status_code, answer.html.find(id="refusals").text

    assert shown("nobody") == shown("office")


def test_it_says_the_same_of_a_closed_account(cast: Cast, browse: Browse) -> None:
    cast.office.is_active = False
    answer = sign_in(browse(None), "office")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert count(SignInSession) == 0


@pytest.mark.parametrize(("name", "password", "missing"),
                         [("", PASSWORD, "请填登录名"), ("office", "", "请填密码")])  # fmt: skip
def test_it_asks_for_what_is_missing(
    name: str, password: str, missing: str, cast: Cast, browse: Browse
) -> None:
    answer = sign_in(browse(None), name, password)
    assert answer.status_code == 422
    assert missing in answer.text
    assert form_of(answer)["sign_in"].value == name
    assert count(SignInAttempt) == 0


def test_it_makes_a_device_wait_after_five_wrong_passwords(cast: Cast, browse: Browse) -> None:
    browser = browse(None)
    for _ in range(5):
        assert sign_in(browser, "office", "错误的密码-2026").status_code == 422
    answer = sign_in(browser, "office")
    assert answer.status_code == 429
    assert "15 分钟后再试" in answer.text
    assert form_of(answer)["sign_in"].value == "office"
    assert count(SignInSession) == 0
    assert sign_in(browser, "legal").status_code == 302


def try_often(times: int, *, name: str = "office{0}", address: str = "192.0.2.{0}") -> None:
    for number in range(times):
        services.record_attempt(name.format(number), address=address.format(number), now=NOW)


def is_throttled(name: str, address: str, minutes: float = 0) -> bool:
    now = NOW + timedelta(minutes=minutes)
    return services.find_throttle(name, address=address, now=now) is not None


def test_it_counts_account_and_address_together(cast: Cast) -> None:
    try_often(4, name="office", address="192.0.2.1")
    assert not is_throttled("office", "192.0.2.1")
    try_often(1, name=" Office ", address="192.0.2.1")
    assert is_throttled("office", "192.0.2.1")
    assert not is_throttled("office", "192.0.2.2")
    assert not is_throttled("legal", "192.0.2.1")


def test_it_slows_down_guessing_one_account_from_many_addresses(cast: Cast) -> None:
    try_often(29, name="office")
    assert not is_throttled("office", "198.51.100.7")
    services.record_attempt("office", address="203.0.113.9", now=NOW)
    assert is_throttled("office", "198.51.100.7")
    assert not is_throttled("legal", "198.51.100.7")


def test_it_slows_down_one_address_that_tries_many_accounts(cast: Cast) -> None:
    try_often(59, address="192.0.2.1")
    assert not is_throttled("legal", "192.0.2.1")
    services.record_attempt("another", address="192.0.2.1", now=NOW)
    assert is_throttled("legal", "192.0.2.1")
    assert not is_throttled("legal", "192.0.2.2")


def test_it_lets_people_try_again_after_a_quarter_of_an_hour(cast: Cast) -> None:
    try_often(5, name="office", address="192.0.2.1")
    assert is_throttled("office", "192.0.2.1", minutes=14.9)
    assert not is_throttled("office", "192.0.2.1", minutes=15)


def test_it_forgets_a_devices_failures_once_it_gets_in(cast: Cast, browse: Browse) -> None:
    services.record_attempt("office", address="198.51.100.7", now=clock.now())
    browser = browse(None)
    for _ in range(4):
        sign_in(browser, "office", "错误的密码-2026")
    assert sign_in(browser, "office").status_code == 302
    left = db.session.scalars(select(SignInAttempt.address)).all()
    assert left == ["198.51.100.7"]


ELSEWHERE = [
    "http://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "evil.example",
    "\\\\evil.example", "/\t/evil.example", " //evil.example", "javascript:alert(1)", "//[",
    "/plans/\r\nSet-Cookie: a=b", "http:evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_it_leads_nowhere_else_afterwards(target: str, cast: Cast, browse: Browse) -> None:
    answer = sign_in(browse(None), "office", after=target)
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("target", ["/plans/", "/activity/?action=plan.&person=%E7%A4%BA"])
def test_it_leads_back_to_the_page_that_was_asked_for(
    target: str, cast: Cast, browse: Browse
) -> None:
    assert sign_in(browse(None), "office", after=target).location == target


def test_it_asks_a_visitor_to_sign_in_and_comes_back(cast: Cast, browse: Browse) -> None:
    browser = browse(None)
    form = form_of(browser.get("/activity/?action=plan.").follow())
    form["sign_in"], form["password"] = "office", PASSWORD
    assert form.submit().location == "/activity/?action=plan."


def test_it_gives_a_new_token_at_every_sign_in(app: Flask, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    before = browser.cookies["nanhua"]
    sign_in(browser, "office")
    assert browser.cookies["nanhua"] != before
    hashes = db.session.scalars(select(SignInSession.token_hash)).all()
    assert len(set(hashes)) == 2


def test_it_takes_no_token_that_a_stranger_planted(app: Flask, cast: Cast, browse: Browse) -> None:
    victim, thief = TestApp(OwnContext(app)), TestApp(OwnContext(app))
    thief.get("/sign-in")
    planted = thief.cookies["nanhua"]
    victim.set_cookie("nanhua", planted)
    sign_in(victim, "office")
    thief.set_cookie("nanhua", planted)
    assert "/sign-in" in thief.get("/sessions").location


def test_it_voids_forms_that_were_opened_before(cast: Cast, browse: Browse) -> None:
    browser = browse(None)
    before = form_of(browser.get("/sign-in"))["csrf_token"].value
    sign_in(browser, "office")
    answer = browser.post("/sign-out", {"csrf_token": before}, expect_errors=True)
    assert answer.status_code == 400
    assert browser.get("/sessions").status_code == 200


def test_it_keeps_only_the_hash_of_the_token(cast: Cast) -> None:
    signed_in = service("office")
    assert signed_in.session.token_hash == hash_token(signed_in.token)
    assert signed_in.token not in signed_in.session.token_hash


def test_it_keeps_the_cookie_from_scripts_and_other_sites(cast: Cast, browse: Browse) -> None:
    cookie = sign_in(browse(None), "office").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_it_ends_after_its_days(cast: Cast, browse: Browse) -> None:
    token = a_session(cast.office, now=NOW, days=14)
    last = NOW + timedelta(days=14)
    assert queries.find_session(token, now=last - timedelta(seconds=1)) is not None
    assert queries.find_session(token, now=last) is None
    browser = browse(cast.legal)
    db.session.query(SignInSession).update({"expires_at": clock.now() - timedelta(seconds=1)})
    assert "/sign-in" in browser.get("/sessions").location


def test_it_is_over_once_signed_out(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    kept = browser.cookies["nanhua"]
    browser.get("/sessions").forms[0].submit()
    browser.set_cookie("nanhua", kept)
    assert "/sign-in" in browser.get("/sessions").location


@pytest.mark.parametrize(
    "address", ["/", "/plans/", "/work", "/sessions", "/activity/", "/nowhere"]
)
def test_it_opens_nothing_before_the_first_password_is_changed(
    address: str, app: Flask, browse: Browse
) -> None:
    an_account("newcomer", Role.OFFICE, must_change_password=True)
    browser = browse(None)
    sign_in(browser, "newcomer")
    assert browser.get(address).location == "/password"
    assert "首次密码" in browser.get("/password").text


def test_it_stores_no_other_account_than_was_there(cast: Cast, browse: Browse) -> None:
    before = count(Account)
    sign_in(browse(None), "nobody")
    assert count(Account) == before
    assert factories.PASSWORD not in str(db.session.scalars(select(SignInAttempt.sign_in)).all())
