"""Compose a mail, and read it back with parsers of another maker."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import vobject
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from nanhua_emergency.drills.calendar import Event
from nanhua_emergency.mail_address import AddressWrong, check_address
from nanhua_emergency.reminders.mail import Item, compose_mail, short_text

AT = datetime(2027, 5, 11, 1, 2, 3, tzinfo=UTC)
LINK = "https://example.org/record/eyJkIjo3fQ.abc?from=mail&x=1"
EVENT = Event(
    uid="6f0b4f6e-7c1e-4a3e-9f57-2b5d0f1f8c11", sequence=3, is_cancelled=False,
    starts_at=datetime(2027, 5, 12, 1, 0, tzinfo=UTC), minutes=90,
    summary="【演练】明水村 防汛（实战演练）", location="明水村文化广场",
)  # fmt: skip
FLOOD = Item(
    subject="【演练】明水村 防汛演练 5月12日（明天）",
    paragraphs=("明天的演练由您组织，请提前做好准备。",),
    facts=(("村（社区）", "明水村"), ("预案", "防汛应急预案"), ("地点", "明水村文化广场")),
    steps=("打开雨量站，读一次数", "核对叫应名单"),
    link=LINK, link_name="填写演练记录", event=EVENT,
)  # fmt: skip
FINDING = Item("【整改】排水沟堵塞 还有 3 天", ("请尽快整改。",), (("村（社区）", "红旗村"),))
HEADERS = {
    "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
}  # fmt: skip


def written(*items: Item, is_maybe_double: bool = False, **changes: Any) -> EmailMessage:
    """The mail as whoever gets it reads it: from its bytes, by the standard library."""
    asked: dict[str, Any] = {
        "to": "head@example.org", "sender": "应急办 <office@example.org>",
        "message_id": "<7.3@example.org>", "at": AT, "site_name": "南华镇应急预案与演练登记（示例）",
    }  # fmt: skip
    mail = compose_mail(items, is_maybe_double=is_maybe_double, **(asked | changes))
    parsed = message_from_bytes(mail.data, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert [part.defects for part in parsed.walk()] == [[] for _ in parsed.walk()]
    return parsed


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> BeautifulSoup:
    part = mail.get_body(("html",))
    assert part is not None
    return BeautifulSoup(part.get_content(), "html.parser")


def calendars_of(mail: EmailMessage) -> list[tuple[str, str, Any]]:
    """The method that each text/calendar part says in its head, that of its body, its entry."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    read = [(part, vobject.readOne(part.get_content())) for part in parts]
    return [
        (str(part["Content-Type"].params["method"]), file.method.value, file.vevent)
        for part, file in read
    ]


def test_it_has_the_headers_of_an_automatic_mail() -> None:
    mail = written(FLOOD)
    assert set(mail.keys()) == HEADERS
    assert mail["Subject"] == FLOOD.subject
    assert mail["Message-ID"] == "<7.3@example.org>"
    assert mail["Date"].datetime == AT
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=8)
    assert mail["To"] == "head@example.org"
    assert mail["From"] == "应急办 <office@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_it_reads_well_as_plain_text() -> None:
    assert text_of(written(FLOOD)) == (
        "【演练】明水村 防汛演练 5月12日（明天）\n\n"
        "明天的演练由您组织，请提前做好准备。\n\n"
        "村（社区）：明水村\n预案：防汛应急预案\n地点：明水村文化广场\n\n"
        "要准备的：\n1. 打开雨量站，读一次数\n2. 核对叫应名单\n\n"
        f"填写演练记录：\n{LINK}\n\n"
        "-- \n南华镇应急预案与演练登记（示例）。这封邮件由系统自动发出，请不要直接回复。\n"
    )


def test_it_says_the_same_in_html() -> None:
    page = html_of(written(FLOOD))
    assert page.html is not None
    assert page.html["lang"] == "zh-Hans"
    assert [li.text for li in page.find_all("li")] == list(FLOOD.steps)
    [link] = page.find_all("a")
    assert (link["href"], link.text) == (LINK, "填写演练记录")
    for name, value in FLOOD.facts:
        assert f"{name}：{value}" in page.text
    assert not page.find_all(["table", "img", "script", "style", "link"])


def test_it_escapes_whatever_stands_in_an_item() -> None:
    nasty = "<script>alert('&amp;')</script>\"'"
    item = Item(nasty, (nasty,), ((nasty, nasty),), (nasty,), "https://x.cn/\"'><b>", nasty)
    page = html_of(written(item, site_name=nasty))
    assert not page.find_all(["script", "b"])
    assert page.text.count(nasty) == 8
    assert [link["href"] for link in page.find_all("a")] == ["https://x.cn/\"'><b>"]


def test_it_makes_no_button_of_an_address_that_is_no_page() -> None:
    page = html_of(written(replace(FLOOD, link="javascript:alert(1)")))
    assert page.find_all("a") == []


def test_it_puts_the_drill_into_the_calendar() -> None:
    mail = written(FLOOD)
    [(said, method, entry)] = calendars_of(mail)
    assert said == method == "REQUEST"
    assert (entry.uid.value, entry.sequence.value) == (EVENT.uid, "3")
    assert (entry.status.value, entry.dtstart.value) == ("CONFIRMED", EVENT.starts_at)
    assert entry.organizer.value == "mailto:office@example.org"
    assert entry.organizer.params["CN"] == ["应急办"]
    assert entry.attendee.value == "mailto:head@example.org"
    assert entry.attendee.params["RSVP"] == ["FALSE"]
    body = mail.get_body(("plain",))
    alternatives = next(p for p in mail.walk() if p.get_content_type() == "multipart/alternative")
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert body is not None
    assert kinds == ["text/plain", "text/html", "text/calendar"]


def test_it_attaches_the_same_file() -> None:
    mail = written(FLOOD)
    [attached] = list(mail.iter_attachments())
    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/ics",
        "invite.ics",
    )
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert attached.get_content().decode() == part.get_content()


def test_it_moves_the_entry_of_a_drill_that_moved() -> None:
    moved = replace(EVENT, sequence=4, starts_at=EVENT.starts_at + timedelta(days=2))
    [(_, method, entry)] = calendars_of(written(replace(FLOOD, event=moved)))
    assert (method, entry.uid.value, entry.sequence.value) == ("REQUEST", EVENT.uid, "4")
    assert entry.dtstart.value == moved.starts_at


def test_it_takes_a_cancelled_drill_out_of_the_calendar() -> None:
    gone = replace(EVENT, sequence=4, is_cancelled=True)
    [(said, method, entry)] = calendars_of(written(replace(FLOOD, event=gone)))
    assert said == method == "CANCEL"
    assert (entry.uid.value, entry.status.value) == (EVENT.uid, "CANCELLED")
    assert entry.attendee.value == "mailto:head@example.org"


def test_it_has_no_calendar_where_nothing_is_scheduled() -> None:
    mail = written(FINDING)
    assert calendars_of(mail) == []
    assert list(mail.iter_attachments()) == []
    assert mail["Subject"] == FINDING.subject


def test_it_merges_several_in_their_order() -> None:
    mail = written(FINDING, FLOOD)
    assert mail["Subject"] == (
        "【演练】2 项提醒：排水沟堵塞 还有 3 天；明水村 防汛演练 5月12日（明天）"
    )
    text = text_of(mail)
    assert text.index(f"1. {FINDING.subject}") < text.index(f"2. {FLOOD.subject}")
    headings = [heading.text for heading in html_of(mail).find_all("h1")]
    assert headings == [f"1. {FINDING.subject}", f"2. {FLOOD.subject}"]


def test_it_says_drill_only_where_one_of_them_is() -> None:
    assert written(FINDING, FINDING)["Subject"].startswith("【应急办】2 项提醒：")


def test_it_attaches_one_file_for_each_of_several_drills() -> None:
    other = replace(EVENT, uid="another", is_cancelled=True)
    mail = written(FLOOD, FINDING, replace(FLOOD, event=other))
    found = [(method, entry.uid.value) for _, method, entry in calendars_of(mail)]
    assert found == [("REQUEST", EVENT.uid), ("CANCEL", "another")]
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "invite-1.ics", "invite-2.ics",
    ]  # fmt: skip


def test_it_warns_at_the_top_when_it_may_come_twice() -> None:
    mail = written(FLOOD, is_maybe_double=True)
    assert text_of(mail).startswith("可能重复：")
    assert html_of(mail).text.index("可能重复：") < html_of(mail).text.index(FLOOD.facts[0][0])
    assert mail["Message-ID"] == "<7.3@example.org>"
    assert "可能重复" not in text_of(written(FLOOD))


def test_it_cuts_a_subject_that_no_program_would_show() -> None:
    subject = written(*[FLOOD] * 40)["Subject"]
    assert subject.startswith("【演练】40 项提醒：")
    assert len(subject) == 100
    assert subject.endswith("…")


def test_it_writes_to_a_chinese_domain() -> None:
    assert written(FLOOD, to="head@政务.cn")["To"] == "head@xn--zfr164b.cn"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "没有填"),
        ("head@example.org\nBcc: all@example.org", "换行"),
        ("head@example.org\r\n", "换行"),
        ("head @example.org", "空格"),
        ("head\x00@example.org", "看不见"),
        ("head", "一个 @"),
        ("a@b@example.org", "一个 @"),
        ("村主任@example.org", "英文"),
        ("@example.org", "前面"),
        ("a..b@example.org", "前面"),
        (".a@example.org", "前面"),
        ("a,b@example.org", "前面"),
        ("<a@example.org", "前面"),
        (f"{'a' * 65}@example.org", "前面"),
        ("head@", "后面"),
        ("head@localhost", "后面"),
        ("head@example..org", "后面"),
        ("head@-x.org", "后面"),
        ("head@[127.0.0.1]", "后面"),
        ("head@10.0.0.1", "后面"),
        ("head@example.org>", "后面"),
        (f"head@{'a' * 64}.org", "后面"),
    ],
)
def test_it_refuses_an_address_to_which_no_mail_can_go(address: str, why: str) -> None:
    with pytest.raises(AddressWrong, match=why) as refusal:
        check_address(address)
    assert refusal.value.field == "email"
    with pytest.raises(AddressWrong):
        written(FLOOD, to=address)


@pytest.mark.parametrize("address", ["a@qq.com", "1234567@qq.com", "first.last+x@mail.gov.cn"])
def test_it_takes_the_addresses_that_people_have(address: str) -> None:
    check_address(address)
    assert written(FLOOD, to=address)["To"] == address


@pytest.mark.parametrize("message_id", ["", "7", "<7>", "<7@x>\r\nBcc: a@b.cn", "<7 @x>"])
def test_it_takes_no_message_id_of_another_form(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        written(FLOOD, message_id=message_id)


def test_it_needs_something_to_tell() -> None:
    with pytest.raises(ValueError, match="item"):
        written()


def test_it_is_short_enough_for_a_group_chat() -> None:
    assert short_text(FLOOD) == (
        "【演练】明水村 防汛演练 5月12日（明天）\n"
        f"村（社区）：明水村\n预案：防汛应急预案\n地点：明水村文化广场\n{LINK}"
    )
    long = replace(FLOOD, facts=(*FLOOD.facts, ("情景", "连续降雨" * 60)))
    kept, link = short_text(long).rsplit("\n", 1)
    assert (len(kept), link) == (120, LINK)
    assert kept.endswith("…")


NASTY = st.text(max_size=40) | st.sampled_from([
    "一\r\nBcc: all@example.org\r\n\r\n二", "\n.\n", "\x00\x1b[31m", "👋🏽👨‍👩‍👧", "\u202e反\u2066转", "مرحبا",
    "=?utf-8?q?x?=", "\ud800", "," * 200, "雨" * 300, "a" * 2000, '"; x', "\u2028\x85\x0b", "&#10;<b>",
])  # fmt: skip
ITEMS = st.builds(
    Item, subject=NASTY, paragraphs=st.tuples(NASTY), facts=st.tuples(st.tuples(NASTY, NASTY)),
    steps=st.tuples(NASTY), link=NASTY, link_name=NASTY,
    event=st.none() | st.builds(
        lambda words: replace(EVENT, summary=words, location=words, description=words, url=words),
        NASTY,
    ),
)  # fmt: skip


@settings(deadline=None)
@given(items=st.lists(ITEMS, min_size=1, max_size=3), site_name=NASTY)
def test_it_stays_one_mail_with_its_own_headers_whatever_it_tells(
    items: list[Item], site_name: str
) -> None:
    mail = written(*items, site_name=site_name, is_maybe_double=True)
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert [each.addr_spec for each in mail["To"].addresses] == ["head@example.org"]
    assert "\n" not in mail["Subject"]
    assert text_of(mail).startswith("可能重复：")
    assert html_of(mail).find_all("h1")
    assert len(calendars_of(mail)) == sum(item.event is not None for item in items)
    assert "\n\n" not in short_text(items[0])


@settings(deadline=None)
@given(name=NASTY)
def test_it_stays_one_sender_whatever_the_office_is_called(name: str) -> None:
    bare = name.translate(dict.fromkeys(map(ord, '"\\<>(),:;@[]')))
    mail = written(FLOOD, sender=f'"{bare}" <office@example.org>')
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert [each.addr_spec for each in mail["From"].addresses] == ["office@example.org"]
