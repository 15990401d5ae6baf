"""Show the proof sheet of a drill: who was told, who was not and why."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import Browse
from drill_factories import a_drill, in_china
from factories import NOW, TOWN, VILLAGE, Cast, a_plan, an_account, form_of, stored
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders import services
from nanhua_emergency.reminders.claiming import BACKOFF
from nanhua_emergency.reminders.models import RecordLink
from nanhua_emergency.reminders.proof import find_next_day, prove
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from reminder_factories import LetterBox, a_token, tick

PLANNED = in_china(2026, 5, 21, 9, 30)
WEEK_BEFORE = in_china(2026, 5, 14, 8)


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A drill of Mingshui on 21 May 2026, organised by the office."""
    return a_drill(a_plan(), by=cast.office, planned_at=PLANNED, organiser_account=cast.office)


def untold(drill: Drill, cast: Cast, now: datetime) -> dict[str, str]:
    """Who was not told, and why."""
    return {one.name: one.reason for one in prove(drill, seen_by=cast.leader, now=now).untold}


def test_it_names_who_was_told_when_and_with_what_reply(drill: Drill, cast: Cast) -> None:
    tick(LetterBox(), WEEK_BEFORE)
    proof = prove(drill, seen_by=cast.leader, now=WEEK_BEFORE)
    told = {(one.name, one.address, one.at, one.reply) for one in proof.told}
    assert told == {
        ("示例mingshui", "mingshui@example.com", WEEK_BEFORE, "250 OK"),
        ("示例office", "office@example.com", WEEK_BEFORE, "250 OK"),
    }
    assert {one.message.about_at for one in proof.told} == {PLANNED}
    assert proof.untold == []


def test_it_masks_other_peoples_addresses_to_a_village(drill: Drill, cast: Cast) -> None:
    reply = Reply(ReplyKind.SENT, 250, "queued for <office@example.com>")
    tick(LetterBox(reply=reply), WEEK_BEFORE)
    told = prove(drill, seen_by=cast.village, now=WEEK_BEFORE).told
    assert {one.name: one.address for one in told} == {
        "示例mingshui": "mingshui@example.com", "示例office": "of***@example.com",
    }  # fmt: skip
    [office] = [one for one in told if one.name == "示例office"]
    assert office.reply == "250 queued for <of***@example.com>"


def test_it_counts_as_told_who_shares_the_mailbox(drill: Drill, cast: Cast) -> None:
    an_account("deputy", Role.VILLAGE, place=VILLAGE, email="mingshui@example.com")
    tick(LetterBox(reply=Reply(ReplyKind.LATER, 451, "busy")), WEEK_BEFORE)
    db.session.expire_all()
    assert untold(drill, cast, WEEK_BEFORE)["示例deputy"] == "正等着发出"
    tick(LetterBox(), WEEK_BEFORE + timedelta(hours=1))
    assert untold(drill, cast, WEEK_BEFORE + timedelta(hours=1)) == {}


def test_it_waits_for_the_first_day_of_reminding(drill: Drill, cast: Cast) -> None:
    assert untold(drill, cast, NOW) == {
        "示例mingshui": "还没到提醒的日子，2026年5月14日 周四 早上发",
        "示例office": "还没到提醒的日子，2026年5月14日 周四 早上发",
    }
    services.set_rule(get_place(TOWN), days=[5], short_text="", by=cast.office, now=NOW)
    assert "2026年5月16日" in untold(drill, cast, NOW)["示例office"]
    assert set(untold(drill, cast, in_china(2026, 5, 16, 8)).values()) == {"下一轮就发"}


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (in_china(2026, 5, 13), (14)), (in_china(2026, 5, 14, 6), 14),
        (in_china(2026, 5, 14, 8), 18), (in_china(2026, 5, 20, 8), 21),
    ],
)  # fmt: skip
def test_it_names_the_day_of_the_next_reminder(now: datetime, day: int, drill: Drill) -> None:
    next_on = find_next_day(drill, now=now)
    assert next_on is not None
    assert (next_on.month, next_on.day) == (5, day)
    assert find_next_day(drill, now=in_china(2026, 5, 21, 8)) is None


def test_it_says_why_somebody_was_not_told(drill: Drill, cast: Cast) -> None:
    cast.office.email = ""
    tick(LetterBox(reply=Reply(ReplyKind.REFUSED, 550, "No such user")), WEEK_BEFORE)
    db.session.expire_all()
    assert untold(drill, cast, WEEK_BEFORE) == {
        "示例office": "没有填邮箱", "示例mingshui": "邮箱被服务器拒收",
    }  # fmt: skip


def test_it_says_that_a_mail_waits_or_was_given_up(drill: Drill, cast: Cast) -> None:
    box = LetterBox(reply=Reply(ReplyKind.LATER, 451, "busy"))
    tick(box, WEEK_BEFORE)
    db.session.expire_all()
    assert set(untold(drill, cast, WEEK_BEFORE).values()) == {"正等着发出"}
    now = WEEK_BEFORE
    for wait in BACKOFF:
        now += wait
        tick(box, now)
    db.session.expire_all()
    assert set(untold(drill, cast, now).values()) == {"发了多次，没有送达"}


def test_it_does_not_count_what_became_a_file(drill: Drill, cast: Cast) -> None:
    tick(LetterBox(reply=Reply(ReplyKind.SENT, None, "已存为文件 1.eml")), WEEK_BEFORE)
    assert prove(drill, seen_by=cast.leader, now=WEEK_BEFORE).told == []
    assert set(untold(drill, cast, WEEK_BEFORE).values()) == {
        "只存成文件，没有发出（没有设置邮件服务器）"
    }


def test_it_counts_only_what_was_told_of_the_present_date(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, WEEK_BEFORE)
    later = in_china(2026, 6, 21, 9, 30)
    moved_at = WEEK_BEFORE + timedelta(hours=1)
    drills.move_drill(drill, planned_at=later, reason="示例下雨", by=cast.office, now=moved_at)
    assert set(untold(drill, cast, moved_at)) == {"示例mingshui", "示例office"}
    tick(box, moved_at)
    db.session.expire_all()
    proof = prove(drill, seen_by=cast.leader, now=moved_at)
    assert proof.untold == []
    assert [(one.message.kind_name, one.message.about_at) for one in proof.told] == [
        ("演练提醒", PLANNED), ("演练提醒", PLANNED), ("演练改期", later), ("演练改期", later),
    ]  # fmt: skip


def test_it_shows_who_knows_that_it_was_cancelled(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, WEEK_BEFORE)
    at = WEEK_BEFORE + timedelta(hours=1)
    late = an_account("late", Role.VILLAGE, place=drill.place_code)
    drills.cancel_drill(drill, reason="示例大风", by=cast.office, now=at)
    tick(box, at)
    db.session.expire_all()
    proof = prove(drill, seen_by=cast.leader, now=at)
    assert [one.message.kind_name for one in proof.told][-2:] == ["演练取消", "演练取消"]
    assert [(one.name, one.reason) for one in proof.untold] == [
        (late.name, "演练已取消，取消前没有告知过")
    ]
    assert proof.next_on is None


def test_it_says_that_the_drill_is_over_or_only_proposed(drill: Drill, cast: Cast) -> None:
    assert set(untold(drill, cast, PLANNED).values()) == {"演练时间已过，不再提醒"}
    proposed = a_drill(drill.plan, by=cast.village, planned_at=PLANNED, title="示例提议")
    assert untold(proposed, cast, NOW) == {"示例mingshui": "演练还没有列入计划"}


def coming(cast: Cast, **columns: Any) -> Drill:
    """A drill three days from now."""
    at = clock.now() + timedelta(days=3)
    drill = a_drill(
        a_plan(), by=cast.office, planned_at=at, now=clock.now(), title="示例演练", **columns
    )
    db.session.commit()
    return drill


def test_it_is_a_page_to_print_with_the_short_text_below(cast: Cast, browse: Browse) -> None:
    drill = coming(cast)
    page = browse(cast.village).get(f"/drills/{drill.id}").click("告知了谁")
    assert "演练告知送达单" in page.html.article.h1.get_text()
    assert page.html.body["class"] == ["paper"]
    words = page.html.find(id="short-text-words").get_text()
    assert words.startswith("【演练】明水村：示例演练，")
    assert "还有 3 天" in words
    assert "免登录记录链接" not in page.text
    for section in page.html.main.find_all("section"):
        assert "unprinted" in section["class"]


def test_it_offers_no_text_where_the_time_is_not_to_be_known(cast: Cast, browse: Browse) -> None:
    drill = coming(cast, is_time_unannounced=True)
    page = browse(cast.office).get(f"/drills/{drill.id}/reminders")
    assert "这次演练不预告时间，不要提前发到群里" in page.text
    assert page.html.find(id="short-text-words") is None


def test_it_revokes_the_links(cast: Cast, browse: Browse) -> None:
    drill = coming(cast)
    token = a_token(drill, cast.village)
    page = browse(cast.office).get(f"/drills/{drill.id}/reminders")
    assert "可以用" in page.html.find(id="links").parent.get_text()
    page = form_of(page).submit(status=302).follow()
    assert "免登录链接已收回" in page.text
    assert "已收回" in page.html.find(id="links").parent.get_text()
    assert "revoke-links" not in page.text
    assert stored(RecordLink.revoked_at, 1) is not None
    browse(None).get(f"/reminders/record/{token}", status=410)


def test_it_lets_only_the_office_revoke(cast: Cast, browse: Browse) -> None:
    drill = coming(cast)
    a_token(drill, cast.village)
    for person in (cast.leader, cast.village, cast.admin):
        browse(person).post(f"/drills/{drill.id}/reminders/revoke-links", status=403)
    assert stored(RecordLink.revoked_at, 1) is None


def test_it_is_hidden_from_another_village(cast: Cast, browse: Browse) -> None:
    drill = coming(cast)
    browse(cast.other_village).get(f"/drills/{drill.id}/reminders", status=404)
    browse(cast.legal).get(f"/drills/{drill.id}/reminders", status=403)
