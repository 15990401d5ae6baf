"""See on which devices one is signed in, and end a sign-in."""

from flask import Flask
from sqlalchemy import select

from conftest import Browse
from factories import Cast, a_session
from nanhua_emergency import clock
from nanhua_emergency.accounts import queries
from nanhua_emergency.accounts.models import SignInSession
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db


def key_of(token: str) -> int:
    session = queries.find_session(token, now=clock.now())
    assert session is not None
    return session.id


def test_it_lists_ones_own_devices_only(cast: Cast, browse: Browse) -> None:
    a_session(cast.legal, now=clock.now())
    browser = browse(cast.office)
    a_session(cast.office, now=clock.now())
    page = browser.get("/sessions")
    assert len(page.html.find("tbody").find_all("tr")) == 2
    assert page.text.count("就是这台") == 1
    assert [button.text for button in page.html.find("tbody").find_all("button")] == ["退出它"]


def test_it_leaves_out_what_is_over(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    a_session(cast.office, now=clock.now(), days=-1)
    ended = db.session.get(SignInSession, key_of(a_session(cast.office, now=clock.now())))
    assert ended is not None
    ended.ended_at = clock.now()
    assert len(browser.get("/sessions").html.find("tbody").find_all("tr")) == 1


def test_it_ends_another_device_at_once(cast: Cast, browse: Browse) -> None:
    there, here = browse(cast.office), browse(cast.office)
    answer = here.get("/sessions").forms[1].submit()
    assert answer.location == "/sessions"
    assert "已在那台设备上退出登录" in answer.follow().text
    assert "/sign-in" in there.get("/sessions").location
    assert here.get("/sessions").status_code == 200
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.by_id) == ("session.ended", cast.office.id)


def test_it_never_ends_another_persons(cast: Cast, browse: Browse) -> None:
    victim, here = browse(cast.legal), browse(cast.office)
    browse(cast.office)
    theirs = db.session.scalars(
        select(SignInSession.id).where(SignInSession.account_id == cast.legal.id)
    ).one()
    form = here.get("/sessions").forms[1]
    form["session_id"].force_value(str(theirs))
    assert form.submit(expect_errors=True).status_code == 404
    assert victim.get("/sessions").status_code == 200


def test_it_does_not_know_a_device_that_never_was(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    browse(cast.office)
    for key in ("999999", "", "x", "9" * 40):
        form = browser.get("/sessions").forms[1]
        form["session_id"].force_value(key)
        assert form.submit(expect_errors=True).status_code == 404
    assert len(browser.get("/sessions").html.find("tbody").find_all("tr")) == 2


def test_it_ends_nothing_without_the_token_of_the_form(cast: Cast, browse: Browse) -> None:
    there, here = browse(cast.office), browse(cast.office)
    form = here.get("/sessions").forms[1]
    form["csrf_token"].force_value("")
    assert form.submit(expect_errors=True).status_code == 400
    assert there.get("/sessions").status_code == 200


def test_it_sends_a_visitor_to_sign_in(app: Flask, browse: Browse) -> None:
    assert "/sign-in" in browse(None).get("/sessions").location
