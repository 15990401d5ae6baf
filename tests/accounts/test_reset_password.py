"""Give a person a new first password."""

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import COUNTY, PASSWORD, Cast, an_account, form_of, keep
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import services
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.passwords import is_right_password
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db


def reset(browser: TestApp, account: Account) -> TestResponse:
    """Press the button on the page of one account."""
    return browser.get(f"/accounts/{account.id}").forms[2].submit(expect_errors=True)


def test_it_shows_a_password_that_must_be_changed(cast: Cast, browse: Browse) -> None:
    answer = reset(browse(cast.admin), cast.office)
    assert answer.status_code == 200
    password = answer.html.find(id="password").text
    db.session.rollback()
    assert is_right_password(cast.office.password_hash, password)
    assert not is_right_password(cast.office.password_hash, PASSWORD)
    assert cast.office.must_change_password
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.by_id) == ("account.password_reset", cast.admin.id)
    assert password not in str(entry.details) + entry.summary


def test_it_gives_another_one_every_time(cast: Cast, browse: Browse) -> None:
    shown = {reset(browse(cast.admin), cast.office).html.find(id="password").text for _ in "123"}
    assert len(shown) == 3


def test_it_signs_the_person_out_everywhere(cast: Cast, browse: Browse) -> None:
    there, colleague = browse(cast.office), browse(cast.legal)
    reset(browse(cast.admin), cast.office)
    assert "/sign-in" in there.get("/sessions").location
    assert colleague.get("/sessions").status_code == 200


def test_it_ends_the_wait_after_wrong_passwords(cast: Cast, browse: Browse) -> None:
    for _ in range(5):
        services.record_attempt("office", address="127.0.0.1", now=clock.now())
    password = reset(browse(cast.admin), cast.office).html.find(id="password").text
    form = form_of(browse(None).get("/sign-in"))
    form["sign_in"], form["password"] = "office", password
    assert form.submit(expect_errors=True).status_code == 302


def test_it_resets_nothing_without_the_token_of_the_form(cast: Cast, browse: Browse) -> None:
    form = browse(cast.admin).get(f"/accounts/{cast.office.id}").forms[2]
    form["csrf_token"].force_value("")
    answer = form.submit(expect_errors=True)
    assert answer.status_code == 400
    assert "已经失效" in answer.text
    db.session.rollback()
    assert is_right_password(cast.office.password_hash, PASSWORD)


@pytest.mark.parametrize("who", ["office", "legal", "leader", "village"])
def test_it_refuses_everyone_but_the_admin(who: str, cast: Cast, browse: Browse) -> None:
    browser = browse(getattr(cast, who))
    form = browser.get("/sessions").forms[0]
    form.action = f"/accounts/{cast.admin.id}/reset-password"
    assert form.submit(expect_errors=True).status_code == 403
    db.session.rollback()
    assert is_right_password(cast.admin.password_hash, PASSWORD)


def test_it_cannot_reach_above_ones_own_place(app: Flask, cast: Cast, browse: Browse) -> None:
    above = an_account("county", Role.ADMIN, place=COUNTY)
    keep(above)
    form = browse(cast.admin).get(f"/accounts/{cast.office.id}").forms[2]
    form.action = f"/accounts/{above.id}/reset-password"
    assert form.submit(expect_errors=True).status_code == 404
    db.session.rollback()
    assert is_right_password(above.password_hash, PASSWORD)
