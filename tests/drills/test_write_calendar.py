"""Write the calendar of a place's drills, and read it back with a parser of another maker."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from nanhua_emergency.drills.calendar import Event, name_event, write_calendar

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
FLOOD = Event(
    uid="6f0b4f6e-7c1e-4a3e-9f57-2b5d0f1f8c11",
    sequence=3,
    is_cancelled=False,
    starts_at=datetime(2027, 5, 12, 1, 0, tzinfo=UTC),
    minutes=90,
    summary="【演练】明水村 防汛（实战演练）",
    location="明水村文化广场",
    description="组织：应急办; 村委会, 网格长\n情景：连续降雨三小时。",
    url="https://example.org/drills/7?from=calendar&x=1,2",
)


def feed(*events: Event, name: str = "明水村演练") -> bytes:
    return write_calendar(name, events, NOW)


def read(raw: bytes) -> Any:
    return vobject.readOne(raw.decode())


def test_it_reads_back_what_was_written() -> None:
    entry = read(feed(FLOOD)).vevent
    assert entry.uid.value == FLOOD.uid
    assert entry.sequence.value == "3"
    assert entry.status.value == "CONFIRMED"
    assert entry.summary.value == FLOOD.summary
    assert entry.location.value == FLOOD.location
    assert entry.description.value == FLOOD.description
    assert entry.url.value == FLOOD.url
    assert entry.dtstamp.value == NOW


def test_it_gives_the_moments_in_the_time_of_china() -> None:
    raw = feed(FLOOD).decode()
    assert "DTSTART;TZID=Asia/Shanghai:20270512T090000\r\n" in raw
    assert "DTEND;TZID=Asia/Shanghai:20270512T103000\r\n" in raw
    entry = read(feed(FLOOD)).vevent
    assert entry.dtstart.value == FLOOD.starts_at
    assert entry.dtend.value - entry.dtstart.value == timedelta(minutes=90)


def test_it_brings_the_time_zone_it_names() -> None:
    calendar = read(feed(FLOOD))
    assert calendar.vtimezone.tzid.value == "Asia/Shanghai"
    assert "TZOFFSETTO:+0800" in feed().decode()


def test_it_is_a_published_calendar_that_says_how_often_to_ask() -> None:
    raw = feed(name="明水村, 演练").decode()
    for line in (
        "BEGIN:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
        "X-WR-CALNAME:明水村\\, 演练", "END:VCALENDAR",
    ):  # fmt: skip
        assert f"{line}\r\n" in raw


def test_it_keeps_a_cancelled_drill_and_says_so() -> None:
    entry = read(feed(replace(FLOOD, is_cancelled=True))).vevent
    assert (entry.uid.value, entry.status.value) == (FLOOD.uid, "CANCELLED")


def test_it_keeps_the_uid_and_raises_the_sequence_when_a_drill_moves() -> None:
    moved = replace(FLOOD, sequence=4, starts_at=FLOOD.starts_at + timedelta(days=1))
    before, after = read(feed(FLOOD)).vevent, read(feed(moved)).vevent
    assert before.uid.value == after.uid.value
    assert int(before.sequence.value) < int(after.sequence.value)
    assert after.dtstart.value.date() == date(2027, 5, 13)


def test_it_escapes_commas_semicolons_and_line_ends() -> None:
    raw = feed(FLOOD).decode().replace("\r\n ", "")
    assert "应急办\\; 村委会\\, 网格长\\n情景" in raw


def test_it_folds_long_chinese_lines_between_characters() -> None:
    raw = feed(replace(FLOOD, summary="防汛" * 200, description="情景，" * 300))
    assert raw.endswith(b"\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert read(raw).vevent.summary.value == "防汛" * 200


def test_it_lets_no_text_begin_a_line_of_its_own() -> None:
    nasty = "真\r\nEND:VEVENT\rBEGIN:VALARM\x00\x0b\u2028SUMMARY:假\ud800"
    event = replace(FLOOD, summary=nasty, location=nasty, url="https://a/\r\nSTATUS:CANCELLED")
    calendar = read(feed(event, name=nasty))
    assert len(calendar.vevent_list) == 1
    entry = calendar.vevent
    assert "valarm" not in entry.contents
    assert len(entry.contents["status"]) == len(entry.contents["summary"]) == 1
    assert entry.summary.value == "真\nEND:VEVENT\nBEGIN:VALARM\n\nSUMMARY:假"


def test_it_leaves_out_what_is_empty() -> None:
    entry = read(feed(replace(FLOOD, location="", description="", url=""))).vevent
    assert {"location", "description", "url"}.isdisjoint(entry.contents)


def test_it_writes_a_calendar_without_drills() -> None:
    assert "vevent" not in read(feed()).contents


def test_it_writes_the_same_bytes_whatever_order_the_drills_come_in() -> None:
    other = replace(FLOOD, uid="a", summary="【演练】义和村 地震（实战演练）")
    assert feed(FLOOD, other) == feed(other, FLOOD)


def test_it_refuses_a_moment_without_a_zone_and_a_drill_without_length() -> None:
    with pytest.raises(ValueError, match="时区"):
        feed(replace(FLOOD, starts_at=datetime(2027, 5, 12, 9)))
    with pytest.raises(ValueError, match="时区"):
        write_calendar("演练", [FLOOD], datetime(2027, 5, 12, 9))
    with pytest.raises(ValueError, match="时长"):
        feed(replace(FLOOD, minutes=0))


def test_it_names_a_drill_by_village_plan_and_form() -> None:
    assert name_event("明水村", "防汛", "实战演练") == FLOOD.summary


TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.just("\n"), max_size=200
)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=3))
def test_it_reads_back_any_text(texts: list[tuple[str, str]]) -> None:
    events = [
        replace(FLOOD, uid=f"uid-{n}", summary=f"练{summary}", description=f"练{description}")
        for n, (summary, description) in enumerate(texts)
    ]
    raw = feed(*events)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    entries = read(raw).contents.get("vevent", [])
    assert [(e.summary.value, e.description.value) for e in entries] == [
        (event.summary, event.description) for event in events
    ]
