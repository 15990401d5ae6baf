"""A place's drills as a feed (RFC 5545), and one drill as an invitation by mail (RFC 5546)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneStandard, vCalAddress, vText
from icalendar import Event as Entry

_CHINA = ZoneInfo("Asia/Shanghai")
_OFFSET = timedelta(hours=8)
_REFRESH = timedelta(hours=1)
# RFC 5545 §3.3.11: TEXT holds no control characters but the tab; line ends are written as \n.
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Event:
    """One drill as a calendar shows it; `uid` never changes, `sequence` rises with its date."""

    uid: str
    sequence: int
    is_cancelled: bool
    starts_at: datetime
    minutes: int
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""


def name_event(village: str, plan: str, form: str) -> str:
    """The line a calendar shows: “【演练】明水村 防汛（实战演练）”."""
    return f"【演练】{village} {plan}（{form}）"


def write_calendar(name: str, events: Iterable[Event], now: datetime) -> bytes:
    """The feed, called `name`, with its events by start; cancelled ones stay and say so.

    Moments are aware. `now` becomes DTSTAMP: give the moment of the latest change, and unchanged
    drills make unchanged bytes, so that an ETag answers whoever asks again. ValueError where a
    moment is naive or a drill lasts no minute.
    """
    calendar = _begin_calendar(name)
    for event in sorted(events, key=lambda each: (each.starts_at, each.uid)):
        calendar.add_component(_write_event(event, now))
    return bytes(calendar.to_ical())


def invitation_method(event: Event) -> str:
    """What an invitation asks of a calendar: put the drill in or move it, or take it out."""
    return "CANCEL" if event.is_cancelled else "REQUEST"


def write_invitation(event: Event, *, organizer: str, attendee: str, now: datetime) -> bytes:
    """One drill for the calendar of one person; the same UID again moves it, or takes it out.

    `organizer` is a From header, `attendee` a plain address, `now` when this was written. One
    drill a file: RFC 5546 §3.2.2 lets REQUEST and CANCEL hold one UID only. ValueError as in
    `write_calendar`.
    """
    line = Entry().content_line("ATTENDEE", _write_attendee(attendee)).to_ical() + b"\r\n"
    head, end, foot = _write_for_all(event, organizer, now).rpartition(b"END:VEVENT\r\n")
    return b"".join((head, line, end, foot))


@lru_cache(maxsize=64)
def _write_for_all(event: Event, organizer: str, now: datetime) -> bytes:
    """What is the same for everybody who is invited; the library takes its time over it."""
    calendar = _begin_file(invitation_method(event))
    calendar.add_component(_write_timezone())
    entry = _write_event(event, now)
    entry.add("organizer", _write_organizer(organizer))
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _write_organizer(organizer: str) -> vCalAddress:
    name, address = parseaddr(organizer)
    written = vCalAddress(f"mailto:{address}")
    if name:
        written.params["CN"] = vText(_clean(name).replace('"', ""))
    return written


def _write_attendee(attendee: str) -> vCalAddress:
    """Nobody is asked to answer: an answer would go to a mailbox that nobody reads."""
    written = vCalAddress(f"mailto:{attendee}")
    for word, value in (
        ("CUTYPE", "INDIVIDUAL"), ("ROLE", "REQ-PARTICIPANT"),
        ("PARTSTAT", "NEEDS-ACTION"), ("RSVP", "FALSE"),
    ):  # fmt: skip
        written.params[word] = vText(value)
    return written


def _begin_file(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Nanhua Emergency//Drills//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _begin_calendar(name: str) -> Calendar:
    calendar = _begin_file("PUBLISH")
    # NAME and REFRESH-INTERVAL are RFC 7986; the X- ones are what Outlook and Apple read.
    # The library takes both names for words it does not know, and escapes only what is vText.
    for word in ("name", "x-wr-calname"):
        calendar.add(word, vText(_clean(name)))
    calendar.add("x-wr-timezone", _CHINA.key)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_write_timezone())
    return calendar


def _write_timezone() -> Timezone:
    """China keeps one offset all year since 1992."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1992, 1, 1))
    standard.add("tzoffsetfrom", _OFFSET)
    standard.add("tzoffsetto", _OFFSET)
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", _CHINA.key)
    zone.add_component(standard)
    return zone


def _write_event(event: Event, now: datetime) -> Entry:
    if event.starts_at.tzinfo is None or now.tzinfo is None:
        raise ValueError("时间要带时区。")
    if event.minutes < 1:
        raise ValueError("演练时长至少 1 分钟。")
    starts_at = event.starts_at.astimezone(_CHINA)
    entry = Entry()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", starts_at)
    entry.add("dtend", starts_at + timedelta(minutes=event.minutes))
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    for word in ("summary", "location", "description"):
        if text := _clean(getattr(event, word)):
            entry.add(word, text)
    if event.url:
        entry.add("url", _clean(event.url).replace("\n", ""))
    return entry


def _clean(text: str) -> str:
    return _CONTROL.sub("", _LINE_END.sub("\n", text))
