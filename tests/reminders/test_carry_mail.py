"""Carry a mail: to a server that behaves, and to one that does not; or into a file."""

import os
import socket
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import quote

import pytest
from reminders.smtp_server import (
    Manner,
    Server,
    make_certificate,
    serve_mail,
    server_context,
)

from nanhua_emergency.mail_url import Safety, read_mail_url
from nanhua_emergency.reminders.carriers import FILE_SENDER, Carrier, Reply, ReplyKind, open_carrier
from nanhua_emergency.reminders.mail import Item, Letter, compose_mail
from nanhua_emergency.reminders.replies import LONGEST_REPLY, Stage, judge

SENDER = "office@example.org"
AT = datetime(2027, 5, 11, 1, 2, 3, tzinfo=UTC)
ITEM = Item("【演练】明水村 防汛演练", ("请提前做好准备。",), (("地点", "明水村文化广场"),))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def mail_to(address: str, *, number: int = 1, text: str = "") -> Letter:
    item = Item(ITEM.subject, (*ITEM.paragraphs, text), ITEM.facts)
    return compose_mail(
        [item], to=address, sender=f"应急办 <{SENDER}>", message_id=f"<{number}@example.org>",
        at=AT, site_name="示例",
    )  # fmt: skip


def url_of(server: Server, *, scheme: str = "smtp", login: str = "", **answers: object) -> str:
    asked = {"from": SENDER, "timeout": 1} | answers
    query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items())
    return f"{scheme}://{login}127.0.0.1:{server.port}?{query}"


def post_one(server: Server, address: str, **kwargs: object) -> Reply:
    """One mail, and what came of it; the line is given up afterwards."""
    carrier = open_carrier(url_of(server, **kwargs), outbox=Path("unused"))  # type: ignore[arg-type]
    try:
        return carrier.send(mail_to(address))
    finally:
        carrier.close()


def test_it_sends_the_bytes_that_were_composed() -> None:
    with serve_mail() as server:
        reply = post_one(server, "head@example.org")
    assert reply == Reply(ReplyKind.SENT, 250, "2.0.0 Ok: queued")
    [received] = server.received
    assert (received.sender, received.recipients) == (SENDER, ["head@example.org"])
    assert message_from_bytes(received.data, policy=default)["Subject"] == ITEM.subject


def test_it_keeps_lines_that_begin_with_a_dot() -> None:
    mail = replace(mail_to("head@example.org"), data=b"To: head\r\n\r\n.\r\n..two\r\nend\r\n")
    with serve_mail() as server:
        carrier = open_carrier(url_of(server), outbox=Path("unused"))
        assert carrier.send(mail).kind is ReplyKind.SENT
        carrier.close()
    assert server.received[0].data.endswith(b"\r\n\r\n.\r\n..two\r\nend\r\n")


def test_it_sends_several_mails_on_one_line() -> None:
    with serve_mail() as server:
        carrier = open_carrier(url_of(server), outbox=Path("unused"))
        kinds = [carrier.send(mail_to(f"head{n}@example.org", number=n)).kind for n in range(5)]
        carrier.close()
    assert kinds == [ReplyKind.SENT] * 5
    assert [each.line for each in server.received] == [1] * 5


@pytest.mark.parametrize(
    ("manner", "kind", "code"),
    [
        (Manner.SLOW, ReplyKind.SENT, 250),
        (Manner.NO_SUCH_USER, ReplyKind.REFUSED, 550),
        (Manner.NO_SUCH_USER_AFTER_TEXT, ReplyKind.REFUSED, 550),
        (Manner.RELAY_DENIED, ReplyKind.BROKEN, 554),
        (Manner.REFUSE_TEXT, ReplyKind.BROKEN, 554),
        (Manner.BUSY, ReplyKind.LATER, 451),
        (Manner.BUSY_AFTER_TEXT, ReplyKind.LATER, 451),
        (Manner.CLOSING, ReplyKind.LATER, 421),
    ],
)
def test_it_keeps_what_the_server_said(manner: Manner, kind: ReplyKind, code: int) -> None:
    with serve_mail({"head@example.org": manner}) as server:
        reply = post_one(server, "head@example.org")
    assert reply == Reply(kind, code, manner.value[4:])
    assert len(server.received) == (1 if kind is ReplyKind.SENT else 0)


@pytest.mark.parametrize("manner", sorted(set(Manner) - {Manner.ACCEPT, Manner.SLOW}))
def test_it_sends_to_the_others_whatever_became_of_one(manner: Manner) -> None:
    with serve_mail({"bad@example.org": manner}) as server:
        carrier = open_carrier(url_of(server), outbox=Path("unused"))
        names = ("first", "bad", "last")
        kinds = [carrier.send(mail_to(f"{name}@example.org")).kind for name in names]
        carrier.close()
    assert kinds[0] is kinds[2] is ReplyKind.SENT
    assert kinds[1] is not ReplyKind.SENT
    arrived = [each.recipients[0] for each in server.received]
    assert [a for a in arrived if a != "bad@example.org"] == [
        "first@example.org", "last@example.org",
    ]  # fmt: skip


def test_it_is_broken_when_the_line_drops_before_the_text() -> None:
    with serve_mail({"head@example.org": Manner.DROP_AT_DATA}) as server:
        reply = post_one(server, "head@example.org")
    assert (reply.kind, server.received) == (ReplyKind.BROKEN, [])
    assert "中断了连接" in reply.text


def test_it_is_broken_when_the_line_drops_before_the_final_dot() -> None:
    # More than all buffers on the way hold, so that the drop is met while still writing.
    long = "雨" * 6_000_000
    with serve_mail({"head@example.org": Manner.DROP_DURING_TEXT}) as server:
        carrier = open_carrier(url_of(server, timeout=30), outbox=Path("unused"))
        reply = carrier.send(mail_to("head@example.org", text=long))
        carrier.close()
    assert (reply.kind, server.received) == (ReplyKind.BROKEN, [])


@pytest.mark.parametrize(
    ("manner", "words"),
    [(Manner.DROP_AFTER_DOT, "中断了连接"), (Manner.SILENT_AFTER_DOT, "没有回应")],
)
def test_it_is_unsure_after_the_final_dot(manner: Manner, words: str) -> None:
    with serve_mail({"head@example.org": manner}) as server:
        reply = post_one(server, "head@example.org")
    assert (reply.kind, len(server.received)) == (ReplyKind.UNSURE, 1)
    assert words in reply.text


def test_it_is_broken_when_the_server_never_answers() -> None:
    with serve_mail({"head@example.org": Manner.SILENT}) as server:
        reply = post_one(server, "head@example.org")
    assert (reply.kind, server.received) == (ReplyKind.BROKEN, [])
    assert "没有回应" in reply.text


def test_it_is_broken_when_nobody_greets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server({}, port=silent.getsockname()[1])
        reply = post_one(server, "head@example.org")
    assert (reply.kind, reply.code) == (ReplyKind.BROKEN, None)
    assert "没有回应" in reply.text


def test_it_is_broken_when_there_is_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = Server({}, port=taken.getsockname()[1])
    reply = post_one(server, "head@example.org")
    assert (reply.kind, reply.code) == (ReplyKind.BROKEN, None)
    assert "连不上邮件服务器" in reply.text


def test_it_dials_again_when_the_server_took_leave_between_mails() -> None:
    with serve_mail({"busy@example.org": Manner.CLOSING}) as server:
        carrier = open_carrier(url_of(server), outbox=Path("unused"))
        names = ("first", "busy", "last")
        kinds = [carrier.send(mail_to(f"{name}@example.org")).kind for name in names]
        carrier.close()
    assert kinds == [ReplyKind.SENT, ReplyKind.LATER, ReplyKind.SENT]
    assert [each.line for each in server.received] == [1, 2]


def test_it_dials_again_when_the_line_dropped_without_a_word() -> None:
    with serve_mail() as server:
        carrier = open_carrier(url_of(server), outbox=Path("unused"))
        first = carrier.send(mail_to("first@example.org"))
        server.drop_lines()
        last = carrier.send(mail_to("last@example.org"))
        carrier.close()
    assert (first.kind, last.kind) == (ReplyKind.SENT, ReplyKind.SENT)
    assert [each.line for each in server.received] == [1, 2]


def test_it_signs_in() -> None:
    with serve_mail(login=("office@example.org", "p@ss:word/1")) as server:
        login = f"office%40example.org:{quote('p@ss:word/1', safe='')}@"
        reply = post_one(server, "head@example.org", login=login)
    assert (reply.kind, server.signed_in) == (ReplyKind.SENT, ["office@example.org"])


def test_it_says_that_the_account_or_its_code_is_wrong() -> None:
    with serve_mail(login=("office@example.org", "right")) as server:
        reply = post_one(server, "head@example.org", login="office%40example.org:verywrong@")
    assert (reply.kind, reply.code, server.received) == (ReplyKind.BROKEN, 535, [])
    assert reply.text.startswith("邮箱账号或授权码不对：")
    assert "verywrong" not in reply.text


def test_it_says_that_the_server_wants_a_sign_in() -> None:
    with serve_mail(login=("office@example.org", "right")) as server:
        reply = post_one(server, "head@example.org")
    assert (reply.kind, reply.code, server.received) == (ReplyKind.BROKEN, 530, [])


Serve = Callable[[Path], dict[str, object]]
TLS: dict[str, Serve] = {
    "smtps": lambda path: {"tls": server_context(path)},
    "smtp+starttls": lambda path: {"starttls": server_context(path)},
}


@pytest.mark.parametrize("scheme", TLS)
def test_it_speaks_tls_with_a_trusted_server(scheme: str, certificate: Path) -> None:
    with serve_mail(login=("o", "p"), **TLS[scheme](certificate)) as server:  # type: ignore[arg-type]
        reply = post_one(server, "head@example.org", scheme=scheme, login="o:p@", ca=certificate)
    assert (reply.kind, len(server.received)) == (ReplyKind.SENT, 1)


@pytest.mark.parametrize("scheme", TLS)
def test_it_tells_nothing_to_a_server_it_does_not_trust(scheme: str, certificate: Path) -> None:
    with serve_mail(login=("o", "p"), **TLS[scheme](certificate)) as server:  # type: ignore[arg-type]
        reply = post_one(server, "head@example.org", scheme=scheme, login="o:p@")
    assert (reply.kind, server.received, server.signed_in) == (ReplyKind.BROKEN, [], [])
    assert "证书不可信" in reply.text


def test_it_does_not_go_on_in_the_clear_where_starttls_was_asked() -> None:
    with serve_mail() as server:
        reply = post_one(server, "head@example.org", scheme="smtp+starttls")
    assert (reply.kind, server.received) == (ReplyKind.BROKEN, [])
    assert "不支持" in reply.text


@pytest.mark.parametrize(
    ("stage", "code", "words", "kind"),
    [
        (Stage.ADDRESS, 552, b"5.2.2 mailbox full", ReplyKind.LATER),
        (Stage.ADDRESS, 553, "邮箱不存在".encode("gb18030"), ReplyKind.REFUSED),
        (Stage.ADDRESS, 550, b"User frequency limited", ReplyKind.LATER),
        (Stage.SENDER, 553, b"authentication is required", ReplyKind.BROKEN),
        (Stage.CONTENT, 550, b"Mail content denied", ReplyKind.BROKEN),
        (Stage.CONTENT, 250, b"instead of 354", ReplyKind.BROKEN),
        (Stage.SIGN_IN, 554, b"No SMTP service here", ReplyKind.BROKEN),
    ],
)
def test_it_judges_what_other_servers_say(
    stage: Stage, code: int, words: bytes, kind: ReplyKind
) -> None:
    assert judge(stage, code, words).kind is kind


def test_it_keeps_long_words_short_and_on_one_line() -> None:
    text = judge(Stage.CONTENT, 554, ("一\r\n二\x00" * 400).encode()).text
    assert len(text) == LONGEST_REPLY
    assert text.startswith("一 二 一")


def keep_one(folder: Path) -> tuple[Carrier, Reply]:
    carrier = open_carrier("", outbox=folder)
    reply = carrier.send(mail_to("head@example.org"))
    carrier.close()
    return carrier, reply


def test_it_becomes_a_file_where_there_is_no_server(tmp_path: Path) -> None:
    carrier, reply = keep_one(tmp_path / "outbox")
    [path] = (tmp_path / "outbox").iterdir()
    assert reply == Reply(ReplyKind.SENT, None, f"已存为文件 {path.name}")
    assert path.name.startswith("20270511-090203-")
    assert path.suffix == ".eml"
    assert carrier.sender == FILE_SENDER
    raw = path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert message_from_bytes(raw, policy=default)["To"] == "head@example.org"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_it_says_so_when_the_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    _, reply = keep_one(tmp_path / "outbox")
    assert (reply.kind, reply.code) == (ReplyKind.BROKEN, None)
    assert reply.text.startswith("不能写入")


def test_it_reads_the_whole_address_of_a_server(certificate: Path) -> None:
    server = read_mail_url(
        "smtps://office%40qq.com:a%2Fb%3Ac@smtp.qq.com?timeout=30"
        f"&from={quote('南华镇应急办 <office@qq.com>')}&ca={certificate}"
    )
    assert (server.safety, server.host, server.port) == (Safety.TLS, "smtp.qq.com", 465)
    assert (server.user, server.password) == ("office@qq.com", "a/b:c")
    assert server.sender == "南华镇应急办 <office@qq.com>"
    assert (server.timeout, server.authority) == (30, str(certificate))
    assert "a/b:c" not in repr(server)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://u%40x.cn:p@h.cn", 25), ("smtp+starttls://u%40x.cn:p@h.cn", 587), ("smtps://u%40x.cn:p@h.cn:9", 9)],
)  # fmt: skip
def test_it_knows_the_usual_port_and_sends_as_the_account(url: str, port: int) -> None:
    server = read_mail_url(url)
    assert (server.port, server.sender) == (port, "u@x.cn")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://x", "开头"),
        ("smtp://", "服务器地址"),
        ("smtp://a b", "空格"),
        ("smtp://h\nx?from=a@b.cn", "换行"),
        ("smtp://[::1?from=a@b.cn", "写法"),
        ("smtp://h_x!?from=a@b.cn", "服务器地址"),
        ("smtp://h:0?from=a@b.cn", "端口"),
        ("smtp://h:70000?from=a@b.cn", "端口"),
        ("smtp://h:x?from=a@b.cn", "端口"),
        ("smtp://h/path?from=a@b.cn", "后面多了"),
        ("smtp://u%40x.cn:secretword/p@h", "后面多了|端口"),
        ("smtp://u%40x.cn@h", "都写"),
        ("smtp://u%40x.cn:密码@h", "只能是英文"),
        ("smtp://h", "发件地址"),
        ("smtp://user:secretword@h", "发件地址"),
        ("smtp://h?from=a@b@c", "发件地址"),
        ("smtp://h?from=a@b.cn%0ABcc:x@y.cn", "发件地址"),
        ("smtp://h?from=a@b.cn&timeout=0", "timeout"),
        ("smtp://h?from=a@b.cn&timeout=x", "timeout"),
        ("smtp://h?from=a@b.cn&timeout=61", "1 至 60 秒"),
        ("smtp://h?from=a@b.cn&verify=no", "verify"),
        ("smtp://h?from=a@b.cn&ca=/does/not/exist", "证书文件"),
    ],
)
def test_it_refuses_an_address_of_a_server_that_makes_no_sense(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refusal:
        read_mail_url(url)
    assert "secretword" not in str(refusal.value)
