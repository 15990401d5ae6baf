"""Send a test mail to oneself, and see what the server says."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from reminders.smtp_server import Manner, Server, serve_mail

from conftest import Browse, SetMailUrl
from factories import Cast, count_rows, keep
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.reminders.models import Attempt, Mail, Message

SENDER = "from=yingji@example.com"


def press(browser: Any) -> Any:
    """Open the settings and press the button."""
    page = browser.get("/reminders/settings")
    return page.forms[1].submit(expect_errors=True)


def url_of(server: Server, account: str = "", extra: str = "") -> str:
    """The MAIL_URL of a server on loopback."""
    return f"smtp://{account}127.0.0.1:{server.port}?{SENDER}{extra}"


def test_it_sends_one_mail_to_oneself_at_once(
    cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    with serve_mail() as server:
        set_mail_url(url_of(server))
        page = press(browse(cast.office))
    [received] = server.received
    assert received.recipients == ["office@example.com"]
    assert page.status_code == 200
    assert "服务器已收下" in page.text
    assert "2.0.0 Ok: queued" in page.text
    assert count_rows(Mail, Message, Attempt, ActivityEntry) == {
        "mail": 0, "message": 0, "attempt": 0, "activity_entry": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("manner", "said", "words"),
    [
        (Manner.NO_SUCH_USER, "服务器拒收", "5.1.1 No such user here"),
        (Manner.BUSY, "服务器要求稍后再试", "4.3.0 Try again later"),
        (Manner.REFUSE_TEXT, "没有连上或中断", "rejected as spam"),
        (Manner.DROP_AFTER_DOT, "可能已送达", "中断了连接"),
    ],
)
def test_it_shows_the_servers_refusal(
    manner: Manner, said: str, words: str, cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    with serve_mail({"office@example.com": manner}) as server:
        set_mail_url(url_of(server))
        page = press(browse(cast.office))
    assert said in page.html.select_one(".notice-bad").get_text()
    assert words in page.text


def test_it_says_that_the_password_is_wrong(
    cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    with serve_mail(login=("yingji", "right")) as server:
        set_mail_url(url_of(server, "yingji:wrong-word@"))
        page = press(browse(cast.office))
    assert "邮箱账号或授权码不对" in page.text
    assert "wrong-word" not in page.text


def test_it_says_that_the_server_never_answers(
    cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    with serve_mail({"office@example.com": Manner.SILENT}) as server:
        set_mail_url(url_of(server, extra="&timeout=1"))
        page = press(browse(cast.office))
    assert "邮件服务器没有回应" in page.text


def test_it_says_that_nobody_listens_there(
    cast: Cast, browse: Browse, set_mail_url: SetMailUrl
) -> None:
    with serve_mail() as server:
        url = url_of(server)
    set_mail_url(url)
    assert "连不上邮件服务器" in press(browse(cast.office)).text


def test_it_says_that_it_became_a_file(
    app: Flask, cast: Cast, browse: Browse, outbox: Path
) -> None:
    page = press(browse(cast.admin))
    assert "没有发出，存成了文件" in page.text
    [file] = outbox.glob("*.eml")
    assert f"已存为文件 {file.name}" in page.text
    assert b"To: root@example.com" in file.read_bytes()


def test_it_refuses_whoever_has_no_address(
    app: Flask, cast: Cast, browse: Browse, outbox: Path
) -> None:
    cast.office.email = ""
    keep(cast.office)
    page = press(browse(cast.office))
    assert page.status_code == 422
    assert "您的账号还没有填邮箱" in page.html.find(id="refusals").text
    assert list(outbox.glob("*")) == []


def test_it_is_refused_to_leaders_and_villages(cast: Cast, browse: Browse) -> None:
    for person in (cast.leader, cast.village):
        browse(person).post("/reminders/settings/test", status=403)
