"""Sign in again after the session ended while a form was filled in: nothing of it is lost."""

import inspect

import pytest
from flask import Flask
from webtest import TestApp, TestResponse
from wtforms import PasswordField
from wtforms.form import FormMeta

from conftest import Browse
from factories import (
    PASSWORD,
    Cast,
    a_body,
    a_changed_body,
    a_draft,
    a_plan,
    an_account,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import carrying, forms
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.plans.models import Edition, Plan, Revision

HERE = {"Sec-Fetch-Site": "same-origin"}


def sign_in(page: TestResponse, name: str = "office", password: str = PASSWORD) -> TestResponse:
    form = form_of(page)
    form["sign_in"], form["password"] = name, password
    return form.submit(expect_errors=True)


@pytest.fixture
def writer(app: Flask, cast: Cast, browse: Browse) -> tuple[TestApp, int]:
    edition_id = keep(a_draft(a_plan(), by=cast.office))
    return browse(cast.office), edition_id


def send_late(writer: tuple[TestApp, int], body: str, note: str = "改了叫应") -> TestResponse:
    """The editor's form is sent after the session has ended."""
    browser, edition_id = writer
    form = form_of(browser.get(f"/work/editions/{edition_id}/edit"))
    form["body"], form["note"] = body, note
    browser.reset()
    return form.submit("save", status=401)


def test_it_sends_on_what_was_typed(writer: tuple[TestApp, int], cast: Cast) -> None:
    before = count_rows(Revision)
    page = send_late(writer, a_changed_body())
    assert "您填的内容会接着提交" in page.text
    assert count_rows(Revision) == before
    resumed = sign_in(page)
    assert resumed.status_code == 200
    assert "登录好了" in resumed.text
    assert "示例office" in resumed.html.header.get_text()
    assert count_rows(Revision) == before
    done = form_of(resumed).submit(status=302).follow()
    assert "已保存。" in done.text
    head = stored(Edition.head_id, writer[1])
    assert stored(Revision.body, head) == a_changed_body()
    assert stored(Revision.note, head) == "改了叫应"
    assert stored(Revision.saved_by_id, head) == cast.office.id


def test_it_keeps_it_over_a_wrong_password(writer: tuple[TestApp, int]) -> None:
    page = send_late(writer, a_changed_body())
    for wrong in ("错误的密码-2026", ""):
        page = sign_in(page, password=wrong)
        assert page.status_code == 422
        assert wrong == "" or wrong not in page.text
    form_of(sign_in(page)).submit(status=302)
    assert stored(Revision.body, stored(Edition.head_id, writer[1])) == a_changed_body()


def test_it_keeps_it_over_a_lost_token(writer: tuple[TestApp, int]) -> None:
    page = send_late(writer, a_changed_body())
    form_of(page)["csrf_token"] = "x"
    page = sign_in(page)
    assert page.status_code == 400
    form_of(sign_in(page)).submit(status=302)
    assert stored(Revision.body, stored(Edition.head_id, writer[1])) == a_changed_body()


def test_it_keeps_it_while_one_has_to_wait(writer: tuple[TestApp, int]) -> None:
    page = send_late(writer, a_changed_body())
    for _ in range(5):
        page = sign_in(page, password="错误的密码-2026")
    page = sign_in(page)
    assert page.status_code == 429
    fields = {name: values[0].value for name, values in form_of(page).fields.items() if name}
    assert fields["kept:body"].replace("\r\n", "\n").strip() == a_changed_body().strip()


TEXTS = {
    "a line end first": "\n\n甲",
    "markup": "</textarea><script>alert(1)</script> &amp; \" '",
    "emoji": "🌊" * 10,
    "template": "{{岗位:防汛指挥长}}",
}


@pytest.mark.parametrize("name", list(TEXTS))
def test_it_carries_every_character(writer: tuple[TestApp, int], name: str) -> None:
    page = send_late(writer, TEXTS[name], note=TEXTS["markup"])
    assert "<script>alert" not in page.text
    resumed = sign_in(page)
    assert "<script>alert" not in resumed.text
    form = form_of(resumed)
    assert form["body"].value.replace("\r\n", "\n") == TEXTS[name]
    assert form["note"].value == TEXTS["markup"]


def test_it_carries_a_megabyte(writer: tuple[TestApp, int]) -> None:
    body = "防" * 333_000 + "\n"
    assert len(body.encode()) > 999_000
    form = form_of(sign_in(send_late(writer, body)))
    form.submit(status=302)
    assert stored(Revision.body, stored(Edition.head_id, writer[1])) == body


def test_it_carries_several_answers_of_one_name(app: Flask, browse: Browse) -> None:
    page = browse(None).post("/work/plans/add", [("a", "1"), ("a", "2")], status=401)
    assert [one.value for one in form_of(page).fields["kept:a"]] == ["1", "2"]


def test_it_asks_again_where_the_answer_was_refused(app: Flask, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    form = form_of(browser.get("/work/plans/add"))
    form["title"], form["number"] = "示例预案", "5"
    browser.reset()
    page = form_of(sign_in(form.submit(status=401))).submit(status=422)
    assert form_of(page)["title"].value == "示例预案"
    assert count_rows(Plan) == {"plan": 0}


def test_it_sends_on_a_button_without_answers(app: Flask, cast: Cast, browse: Browse) -> None:
    """A form that has nothing but its token goes to an address that cannot be read."""
    browser, account_id = browse(cast.admin), cast.village.id
    page = browser.get(f"/accounts/{account_id}")
    form = next(one for one in page.forms.values() if one.action.endswith("/close"))
    browser.reset()
    resumed = sign_in(form.submit(status=401), "root")
    assert stored(Account.is_active, account_id) is True
    form_of(resumed).submit(status=302)
    assert stored(Account.is_active, account_id) is False


def test_it_has_nothing_to_send_on_of_a_sign_out(app: Flask, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    form = browser.get("/sessions").forms[0]
    assert form.action == "/sign-out"
    browser.reset()
    assert form.submit(status=302).location == "/"


def test_it_merges_with_what_came_meanwhile(
    writer: tuple[TestApp, int], cast: Cast, browse: Browse
) -> None:
    page = send_late(writer, "示例开头。\n\n" + a_body())
    other = form_of(browse(cast.other_office).get(f"/work/editions/{writer[1]}/edit"))
    other["body"] = a_changed_body()
    other.submit("save", status=302)
    form_of(sign_in(page)).submit(status=302)
    body = stored(Revision.body, stored(Edition.head_id, writer[1]))
    assert body == "示例开头。\n\n" + a_changed_body()


def test_it_gives_another_person_no_more_than_their_role(writer: tuple[TestApp, int]) -> None:
    before = count_rows(Revision)
    form_of(sign_in(send_late(writer, a_changed_body()), "legal")).submit(status=403)
    assert count_rows(Revision) == before


def test_it_lets_a_first_password_be_changed_first(writer: tuple[TestApp, int], app: Flask) -> None:
    newcomer = an_account("newcomer", Role.OFFICE, must_change_password=True)
    keep(newcomer)
    resumed = sign_in(send_late(writer, a_changed_body()), "newcomer")
    link = resumed.html.find("a", string="在新窗口里改密码")
    assert (link["href"], link["target"]) == ("/password", "_blank")
    change = form_of(writer[0].get("/password"))
    change["old_password"] = PASSWORD
    change["new_password"] = change["repeated"] = "另一片-河滩-2027-云"
    change.submit(status=302)
    form_of(resumed).submit(status=302)
    assert stored(Revision.body, stored(Edition.head_id, writer[1])) == a_changed_body()


def test_it_never_carries_a_password(app: Flask, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    form = form_of(browser.get("/password"))
    token = form["csrf_token"].value
    form["old_password"], form["new_password"], form["repeated"] = (
        "旧的密-1",
        "新的密-2",
        "新的密-2",
    )
    browser.reset()
    page = form.submit(status=401)
    resumed = sign_in(page)
    for text in (page.text, resumed.text):
        assert "密-1" not in text
        assert "密-2" not in text
        assert token not in text
        assert "kept:" not in text
    assert form_of(resumed).action == "/password"


def test_it_knows_every_field_that_holds_a_password() -> None:
    found = {
        name
        for _, form in inspect.getmembers(forms, lambda one: isinstance(one, FormMeta))
        for name, field in inspect.getmembers(form)
        if getattr(field, "field_class", None) is PasswordField
    }
    assert found
    assert found <= set(carrying.SECRETS)


@pytest.mark.parametrize("name", ["kept:csrf_token", "kept:password", "kept:new_password"])
def test_it_sends_on_no_secret_that_was_slipped_in(name: str, cast: Cast, browse: Browse) -> None:
    form = form_of(browse(None).post("/work/plans/add", {"title": "甲"}, status=401))
    fields = dict(form.submit_fields()) | {"sign_in": "office", "password": PASSWORD, name: "贼"}
    page = form.response.test_app.post("/sign-in", fields)
    assert "贼" not in page.text
    assert form_of(page)["title"].value == "甲"


ELSEWHERE = ["http://evil.example/x", "//evil.example", "/\\evil.example", "javascript:alert(1)"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_it_sends_nothing_to_another_site(target: str, cast: Cast, browse: Browse) -> None:
    page = browse(None).post("/work/plans/add", {"title": "甲"}, status=401)
    form_of(page)["next"] = target
    assert form_of(sign_in(page)).action == "/"


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.example"}, {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN)
def test_it_carries_nothing_from_another_site(
    headers: dict[str, str], cast: Cast, browse: Browse
) -> None:
    """Otherwise a stranger's page could have its form sent on by whoever signs in next."""
    before = count_rows(Plan, ActivityEntry)
    page = browse(None).post("/work/plans/add", {"title": "贼写的"}, headers=headers, status=401)
    assert "别的网站送来的内容不会提交" in page.text
    assert "贼写的" not in page.text
    assert sign_in(page).location == "/work/plans/add"
    fields = {"resume": "1", "kept:title": "贼写的", "next": "/work/plans/add"}
    page = browse(None).post("/sign-in", fields, headers=headers, expect_errors=True)
    assert "贼写的" not in page.text
    assert count_rows(Plan) == {"plan": before["plan"]}


@pytest.mark.parametrize("headers", [HERE, {"Origin": "http://localhost"}, {}])
def test_it_carries_what_this_site_sent(
    headers: dict[str, str], cast: Cast, browse: Browse
) -> None:
    page = browse(None).post("/work/plans/add", {"title": "甲"}, headers=headers, status=401)
    assert form_of(page)["kept:title"].value == "甲"
