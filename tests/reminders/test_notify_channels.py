"""Tell robots in group chats what the mails tell."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nanhua_emergency import clock
from nanhua_emergency.config import SettingWrong, read_settings
from nanhua_emergency.reminders.carriers import FileCarrier
from nanhua_emergency.reminders.channels import check_notify_urls, notify
from nanhua_emergency.reminders.collecting import CHANNEL
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from nanhua_emergency.reminders.rounds import Counter

KEY = "0a1b2c3d-secret-robot-key"


class Robot(ThreadingHTTPServer):
    """A robot's server on loopback: answers with the number in the path, keeps what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearer)
        self.heard: list[dict[str, Any]] = []

    def url(self, code: int = 200) -> str:
        return f"json://127.0.0.1:{self.server_port}/{code}/{KEY}"


class Hearer(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(json.loads(body))
        self.send_response(int(self.path.split("/")[1]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """A quiet server."""


@pytest.fixture
def robot() -> Iterator[Robot]:
    with Robot() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_tells_every_robot(robot: Robot) -> None:
    replies = notify([robot.url(), robot.url()], "【演练】明水村", "地点：文化广场\n👋 <b>&")
    assert replies == [Reply(ReplyKind.SENT, 200, "已交给本机接口")] * 2
    assert [(each["title"], each["message"]) for each in robot.heard] == [
        ("【演练】明水村", "地点：文化广场\n👋 <b>&")
    ] * 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, ReplyKind.BROKEN), (404, ReplyKind.BROKEN), (429, ReplyKind.LATER), (503, ReplyKind.LATER)],
)  # fmt: skip
def test_it_says_when_a_robot_did_not_take_it(robot: Robot, code: int, kind: ReplyKind) -> None:
    refused, taken = notify([robot.url(code), robot.url()], "题", "文")
    assert refused == Reply(kind, code, f"本机接口没有收下（{code}）")
    assert taken.kind is ReplyKind.SENT


def test_it_goes_on_when_nobody_is_there(robot: Robot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone, told = notify([f"json://127.0.0.1:{port}/{KEY}", robot.url()], "题", "文")
    assert gone == Reply(ReplyKind.BROKEN, None, "本机接口没有回应，或者连不上")
    assert told.kind is ReplyKind.SENT


def test_it_tells_no_chat_twice_because_another_robot_failed(robot: Robot, tmp_path: Path) -> None:
    mail = Letter(
        sender="office@example.org", to=CHANNEL, subject="【演练】明水村", message_id="<1@example.org>",
        at=clock.now(), text="地点：文化广场", data=b"",
    )  # fmt: skip
    for urls in ((robot.url(503), robot.url()), (robot.url(), robot.url(503))):
        reply = Counter(FileCarrier(tmp_path), urls).send(mail)
        assert reply.kind is ReplyKind.SENT
        assert "已交给本机接口" in reply.text
        assert "本机接口没有收下（503）" in reply.text
    failed = Counter(FileCarrier(tmp_path), (robot.url(503), robot.url(503))).send(mail)
    assert failed == Reply(ReplyKind.LATER, 503, "本机接口没有收下（503）")


def test_it_cuts_what_a_robot_would_refuse(robot: Robot) -> None:
    notify([robot.url()], "题", "雨" * 700)
    assert robot.heard[0]["message"] == "雨" * 599 + "…"


# A process of its own: pytest hears loggers that are told to keep quiet, too.
LOGGING = """
import logging, sys
logging.basicConfig(level=1)
from nanhua_emergency.reminders.channels import check_notify_urls, notify
print([reply.kind.value for reply in notify(sys.argv[1:], "题", "文")])
print(notify(sys.argv[1:], "题", "文"))
check_notify_urls(sys.argv[1:])
"""


def test_it_keeps_keys_out_of_logs_and_replies(robot: Robot) -> None:
    urls = [robot.url(503), robot.url(), f"wecombot://{KEY}*"]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", LOGGING, *urls], capture_output=True, text=True
    )
    assert done.stdout.startswith("['later', 'sent', 'broken']")
    assert "企业微信群机器人的密钥写得不对" in done.stdout
    assert "ValueError: 第 3 个地址（企业微信群机器人）的密钥写得不对" in done.stderr
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "url",
    [f"wecombot://{KEY}", "dingtalk://abc123", "dingtalk://abc@abc123", f"feishu://{KEY}",
     "lark://abc123", "json://127.0.0.1:9/x"],
)  # fmt: skip
def test_it_knows_the_robots_it_allows(url: str) -> None:
    check_notify_urls([url])
    assert read_settings({"SECRET_KEY": "a" * 16, "NOTIFY_URLS": url})["NOTIFY_URLS"] == (url,)


def test_it_reads_several_between_spaces_or_commas() -> None:
    given = "wecombot://a, feishu://b\tlark://c,dingtalk://d"
    urls = read_settings({"SECRET_KEY": "a" * 16, "NOTIFY_URLS": given})["NOTIFY_URLS"]
    assert urls == ("wecombot://a", "feishu://b", "lark://c", "dingtalk://d")
    assert read_settings({"SECRET_KEY": "a" * 16, "NOTIFY_URLS": " "})["NOTIFY_URLS"] == ()


@pytest.mark.parametrize(
    "url",
    [f"https://example.org/{KEY}", f"jsons://127.0.0.1/{KEY}", f"mailto://{KEY}", KEY, "wecombot:",
     f"json://example.org/{KEY}", f"json://127.0.0.1.example.org/{KEY}",
     f"json://127.0.0.1@example.org/{KEY}", f"json://[::1/{KEY}", f"file:///{KEY}"],
)  # fmt: skip
def test_it_refuses_other_addresses_by_the_name_of_the_setting(url: str) -> None:
    with pytest.raises(SettingWrong) as refusal:
        read_settings({"SECRET_KEY": "a" * 16, "NOTIFY_URLS": f"feishu://ok {url}"})
    assert "设置 NOTIFY_URLS 有误：第 2 个地址" in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_it_costs_nothing_where_there_is_no_robot() -> None:
    code = "import sys, nanhua_emergency.reminders.channels as c; c.notify([], '', ''); "
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}print('apprise' in sys.modules)"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == "False"
