"""Stop a person from signing in, and let them again."""

import pytest
from sqlalchemy import select
from webtest import TestApp, TestResponse

from conftest import Browse
from factories import NOW, PASSWORD, Cast, a_session, form_of
from nanhua_emergency.accounts import queries, services
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken


def press(browser: TestApp, account: Account) -> TestResponse:
    """Press the last button on the page of one account: close it, or reopen it."""
    return form_of(browser.get(f"/accounts/{account.id}")).submit(expect_errors=True)


def can_sign_in(browser: TestApp, name: str) -> bool:
    form = form_of(browser.get("/sign-in"))
    form["sign_in"], form["password"] = name, PASSWORD
    return bool(form.submit(expect_errors=True).status_code == 302)


def test_it_closes_the_account(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.admin)
    answer = press(browser, cast.office)
    assert answer.location == "/accounts/"
    page = answer.follow()
    assert "已停用。需要时可以恢复。" in page.text
    assert len(page.html.find_all(class_="state-ended")) == 1
    db.session.rollback()
    assert not cast.office.is_active
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.thing_id) == ("account.closed", cast.office.id)
    assert not can_sign_in(browse(None), "office")


def test_it_ends_the_persons_sessions_at_once(cast: Cast, browse: Browse) -> None:
    there, phone = browse(cast.office), browse(cast.office)
    colleague = browse(cast.other_office)
    press(browse(cast.admin), cast.office)
    assert "/sign-in" in there.get("/sessions").location
    assert "/sign-in" in phone.get("/work/").location
    assert colleague.get("/sessions").status_code == 200


def test_it_opens_no_page_even_if_a_session_were_left(cast: Cast) -> None:
    token = a_session(cast.office, now=NOW)
    cast.office.is_active = False
    assert queries.find_session(token, now=NOW) is None


def test_it_reopens_the_account_but_no_old_session(cast: Cast, browse: Browse) -> None:
    there, admin = browse(cast.office), browse(cast.admin)
    press(admin, cast.office)
    answer = press(admin, cast.office)
    assert "已恢复" in answer.follow().text
    assert "/sign-in" in there.get("/sessions").location
    assert can_sign_in(browse(None), "office")
    actions = db.session.scalars(select(ActivityEntry.action).order_by(ActivityEntry.id)).all()
    assert actions == ["account.closed", "account.reopened", "session.began"]


def test_it_keeps_the_admin_from_locking_the_own_account(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.admin)
    answer = press(browser, cast.admin)
    assert answer.status_code == 422
    assert "不能停用自己的账号" in answer.text
    assert browser.get("/accounts/").status_code == 200
    with pytest.raises(RuleBroken):
        services.close_account(cast.admin, by=cast.admin, now=NOW)


@pytest.mark.parametrize("verb", ["close", "reopen"])
@pytest.mark.parametrize("who", ["office", "legal", "leader", "village"])
def test_it_refuses_everyone_but_the_admin(verb: str, who: str, cast: Cast, browse: Browse) -> None:
    form = browse(getattr(cast, who)).get("/sessions").forms[0]
    form.action = f"/accounts/{cast.other_office.id}/{verb}"
    assert form.submit(expect_errors=True).status_code == 403
    db.session.rollback()
    assert cast.other_office.is_active


@pytest.mark.parametrize("verb", ["close", "reopen"])
def test_it_does_nothing_without_the_token_of_the_form(
    verb: str, cast: Cast, browse: Browse
) -> None:
    answer = browse(cast.admin).post(f"/accounts/{cast.office.id}/{verb}", expect_errors=True)
    assert answer.status_code == 400
    db.session.rollback()
    assert cast.office.is_active
    assert db.session.scalars(select(ActivityEntry)).all() == []


@pytest.mark.parametrize("verb", ["close", "reopen", "reset-password"])
def test_it_does_not_know_an_account_that_never_was(verb: str, cast: Cast, browse: Browse) -> None:
    form = browse(cast.admin).get("/sessions").forms[0]
    form.action = f"/accounts/999999/{verb}"
    assert form.submit(expect_errors=True).status_code == 404
