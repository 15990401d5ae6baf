"""Collect what is due: each level once, the latest only, to whoever it concerns."""

from datetime import datetime, timedelta

import pytest

from drill_factories import a_drill, a_record, details, in_china
from factories import OTHER_VILLAGE, TOWN, VILLAGE, Cast, a_plan, a_published, an_account
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders import services
from nanhua_emergency.reminders.collecting import CHANNEL, collect_messages
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import MessageState
from reminder_factories import LetterBox, all_messages, tick

PLANNED = in_china(2026, 5, 21, 9, 30)


def days_before(days: int, hour: int = 8) -> datetime:
    """A moment some days before the drill, in China."""
    return in_china(2026, 5, 21 - days, hour, 0)


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A drill of Mingshui on 21 May, at half past nine."""
    plan = a_plan()
    a_published(plan, cast)
    return a_drill(plan, by=cast.office, planned_at=PLANNED, now=in_china(2026, 4, 1))


def to_village(sent: list[tuple[str, str]]) -> list[str]:
    """What went to the head of the village."""
    return [subject for address, subject in sent if address == "mingshui@example.com"]


def kinds_of(address: str = "mingshui@example.com") -> list[tuple[str, int]]:
    """Kind and days of the drill's messages to an address."""
    drill_kinds = (Kind.DRILL_COMING, Kind.DRILL_MOVED, Kind.DRILL_CANCELLED)
    return [
        (m.kind.value, m.days_before)
        for m in all_messages()
        if m.address == address and m.kind in drill_kinds
    ]


def test_it_reminds_seven_three_and_one_days_before_and_in_the_morning(drill: Drill) -> None:
    for days in range(10, -1, -1):
        collect_messages(days_before(days))
    assert kinds_of() == [
        ("drill_coming", 7), ("drill_coming", 3), ("drill_coming", 1), ("drill_coming", 0),
    ]  # fmt: skip


def test_it_waits_for_the_morning(drill: Drill) -> None:
    collect_messages(days_before(7, hour=6))
    assert kinds_of() == []
    collect_messages(days_before(7, hour=7))
    assert kinds_of() == [("drill_coming", 7)]


def test_it_adds_nothing_when_asked_again(drill: Drill) -> None:
    assert collect_messages(days_before(3)) > 0
    assert collect_messages(days_before(3)) == 0
    assert collect_messages(days_before(3) + timedelta(minutes=1)) == 0


def test_it_catches_up_with_the_latest_level_only(drill: Drill) -> None:
    collect_messages(days_before(8))
    collect_messages(days_before(1))  # the machine was off for a week
    assert kinds_of() == [("drill_coming", 1)]


def test_it_says_nothing_once_the_drill_has_begun(drill: Drill) -> None:
    collect_messages(PLANNED)
    assert kinds_of() == []


def test_it_sends_nothing_that_waited_past_the_start(drill: Drill) -> None:
    collect_messages(days_before(0))
    db.session.commit()
    sent = tick(LetterBox(), PLANNED + timedelta(minutes=1))
    assert to_village(sent) == []
    assert all_messages()[0].state is MessageState.DROPPED


def test_it_writes_to_the_organiser_too(cast: Cast) -> None:
    plan = a_plan()
    a_drill(plan, by=cast.office, planned_at=PLANNED, organiser_account=cast.other_office)
    collect_messages(days_before(7))
    assert {m.address for m in all_messages() if m.kind is Kind.DRILL_COMING} == {
        "mingshui@example.com", "office2@example.com",
    }  # fmt: skip


def test_it_writes_once_to_one_person_in_two_roles(cast: Cast) -> None:
    a_drill(a_plan(), by=cast.office, planned_at=PLANNED, organiser_account=cast.village)
    box = LetterBox()
    assert len(to_village(tick(box, days_before(7)))) == 1


def test_it_writes_once_to_one_address_of_two_people(drill: Drill) -> None:
    an_account("deputy", Role.VILLAGE, place=VILLAGE, email="mingshui@example.com")
    assert len(to_village(tick(LetterBox(), days_before(7)))) == 1


def test_it_leaves_out_who_has_no_address_or_has_left(drill: Drill, cast: Cast) -> None:
    cast.village.email = ""
    an_account("gone", Role.VILLAGE, place=VILLAGE, is_active=False)
    collect_messages(days_before(7))
    assert [m for m in all_messages() if m.kind is Kind.DRILL_COMING] == []
    cast.village.email = "new@example.com"  # entered later: told at the next round
    collect_messages(days_before(7, hour=9))
    assert kinds_of("new@example.com") == [("drill_coming", 7)]


def test_it_merges_what_is_late_into_one_mail_a_person(cast: Cast) -> None:
    plan = a_plan()
    for hour in (9, 14):
        a_drill(plan, by=cast.office, planned_at=in_china(2026, 5, 21, hour, 30))
    sent = to_village(tick(LetterBox(), days_before(2)))
    assert len(sent) == 1
    assert sent[0].startswith("【演练】2 项提醒")


def test_it_takes_the_days_that_a_town_has_chosen(drill: Drill, cast: Cast) -> None:
    services.set_rule(get_place(TOWN), days=[10, 2], short_text="", by=cast.office,
                      now=days_before(20))  # fmt: skip
    for days in range(12, -1, -1):
        collect_messages(days_before(days))
    assert kinds_of() == [("drill_coming", 10), ("drill_coming", 2)]


def test_it_says_nothing_of_a_proposal_or_a_recorded_drill(cast: Cast) -> None:
    plan = a_plan()
    a_drill(plan, by=cast.village, planned_at=PLANNED)
    held = a_drill(plan, by=cast.office, place=OTHER_VILLAGE, planned_at=PLANNED)
    a_record(held, by=cast.other_village)
    collect_messages(days_before(1))
    lists = (Kind.WEEKLY_DIGEST, Kind.REGISTER_ATTENTION)
    assert all(m.kind in lists for m in all_messages())


def test_it_asks_for_the_record_after_one_three_and_seven_days(drill: Drill) -> None:
    for days in range(1, 12):
        collect_messages(PLANNED + timedelta(days=days))
    asked = [m.days_before for m in all_messages() if m.kind is Kind.DRILL_UNRECORDED]
    assert asked == [-1, -3, -7]


# Moving a date


def move(drill: Drill, planned_at: datetime, cast: Cast, now: datetime) -> None:
    """The office gives the drill another date."""
    drills.move_drill(drill, planned_at=planned_at, reason="下雨", by=cast.office, now=now)


def test_it_corrects_a_date_moved_farther_once(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    sent = to_village(tick(box, days_before(6)))
    assert len(sent) == 1
    assert "改期" in sent[0]
    assert "5月31日" in sent[0]
    assert to_village(tick(box, days_before(6) + timedelta(hours=1))) == []
    later = [to_village(tick(box, PLANNED + timedelta(days=d))) for d in (3, 7, 9)]
    assert [len(one) for one in later] == [1, 1, 1]  # the new date's own 7, 3 and 1 days


def test_it_corrects_a_date_moved_nearer_and_counts_that_as_told(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED - timedelta(days=5), cast, days_before(7))  # one level passed over
    sent = to_village(tick(box, days_before(7, hour=9)))
    assert len(sent) == 1
    assert "改期" in sent[0]
    assert kinds_of() == [("drill_coming", 7), ("drill_moved", 3)]
    assert to_village(tick(box, days_before(7, hour=10))) == []


def test_it_tells_only_who_was_told_of_a_move(drill: Drill, cast: Cast) -> None:
    move(drill, PLANNED + timedelta(days=30), cast, days_before(20))
    assert to_village(tick(LetterBox(), days_before(19))) == []


def test_it_corrects_every_move_of_two(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    tick(box, days_before(6))
    move(drill, PLANNED + timedelta(days=20), cast, days_before(5))
    assert "6月10日" in to_village(tick(box, days_before(5)))[0]


def test_it_corrects_two_moves_in_one_minute_once(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    move(drill, PLANNED + timedelta(days=20), cast, days_before(6))
    assert len(to_village(tick(box, days_before(6)))) == 1
    assert kinds_of() == [("drill_coming", 7), ("drill_moved", 999)]


def test_it_says_nothing_of_a_date_moved_and_moved_back_before_anybody_knew(
    drill: Drill, cast: Cast
) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    move(drill, PLANNED, cast, days_before(6))
    assert to_village(tick(box, days_before(6))) == []
    assert len(to_village(tick(box, days_before(3)))) == 1


def test_it_corrects_a_date_moved_back_after_somebody_knew(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    tick(box, days_before(6))
    move(drill, PLANNED, cast, days_before(5))
    sent = to_village(tick(box, days_before(5)))
    assert len(sent) == 1
    assert "5月21日" in sent[0]


def test_it_drops_a_reminder_of_the_old_date_that_did_not_go_out(drill: Drill, cast: Cast) -> None:
    collect_messages(days_before(7))
    db.session.commit()
    move(drill, PLANNED + timedelta(days=2), cast, days_before(7))
    sent = to_village(tick(LetterBox(), days_before(6)))
    assert sent == []
    assert len(to_village(tick(LetterBox(), days_before(5)))) == 1


def test_it_cancels_for_who_was_told_and_for_nobody_else(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    an_account("late", Role.VILLAGE, place=VILLAGE)
    drills.cancel_drill(drill, reason="下雨", by=cast.office, now=days_before(5))
    sent = tick(box, days_before(5))
    assert [(a, s) for a, s in sent if "取消" in s] == [
        ("mingshui@example.com", "【演练】取消：明水村洪涝演练 5月21日 周四")
    ]
    assert to_village(tick(box, days_before(1))) == []


def test_it_cancels_after_a_move_nobody_was_told_of(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    drills.cancel_drill(drill, reason="下雨", by=cast.office, now=days_before(6))
    sent = to_village(tick(box, days_before(6)))
    assert len(sent) == 1
    assert "取消" in sent[0]


def test_it_says_nothing_of_a_cancelled_drill_that_nobody_was_told_of(
    drill: Drill, cast: Cast
) -> None:
    drills.cancel_drill(drill, reason="下雨", by=cast.office, now=days_before(9))
    assert to_village(tick(LetterBox(), days_before(7))) == []


def test_it_says_nothing_of_a_new_name(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, days_before(7))
    drills.change_drill(drill, details(title="新名称"), plan=drill.plan, by=cast.office,
                        now=days_before(6))  # fmt: skip
    assert to_village(tick(box, days_before(6))) == []


# Clocks


def test_it_sends_nothing_twice_when_the_clock_is_put_back(drill: Drill) -> None:
    box = LetterBox()
    assert len(to_village(tick(box, days_before(3)))) == 1
    assert to_village(tick(box, days_before(3) - timedelta(hours=1))) == []
    assert to_village(tick(box, days_before(3) + timedelta(minutes=1))) == []


def test_it_sends_nothing_twice_when_the_clock_runs_a_day_ahead_for_a_while(drill: Drill) -> None:
    box = LetterBox()
    tick(box, days_before(4))
    assert len(to_village(tick(box, days_before(3)))) == 1  # a day too early by the true time
    assert to_village(tick(box, days_before(4, hour=9))) == []
    assert to_village(tick(box, days_before(3, hour=9))) == []
    assert len(to_village(tick(box, days_before(1)))) == 1


# The town's group chat, pauses and the rest


def test_it_tells_the_group_chat_once(drill: Drill, cast: Cast) -> None:
    drill.organiser_id = cast.other_office.id
    collect_messages(days_before(7), has_channel=True)
    collect_messages(days_before(7), has_channel=True)
    assert len([m for m in all_messages() if m.address == CHANNEL]) == 1


def to_chat(now: datetime) -> list[tuple[str, int]]:
    """One round with robots; gives kind and days of all that the group chat was ever told."""
    collect_messages(now, has_channel=True)
    db.session.commit()
    tick(LetterBox(), now)
    return kinds_of(CHANNEL)


def test_it_tells_the_group_chat_where_nobody_has_a_mailbox(drill: Drill, cast: Cast) -> None:
    cast.village.email = ""
    assert to_chat(days_before(7)) == [("drill_coming", 7)]
    assert to_chat(days_before(6)) == [("drill_coming", 7)]
    assert to_chat(days_before(3)) == [("drill_coming", 7), ("drill_coming", 3)]


def test_it_corrects_the_group_chat_too(drill: Drill, cast: Cast) -> None:
    told = to_chat(days_before(7))
    move(drill, PLANNED + timedelta(days=10), cast, days_before(6))
    told += [("drill_moved", 999)]
    assert to_chat(days_before(6)) == told
    assert to_chat(days_before(5)) == told
    drills.cancel_drill(drill, reason="下雨", by=cast.office, now=days_before(4))
    assert to_chat(days_before(4)) == [*told, ("drill_cancelled", 0)]
    assert kinds_of() == [*told, ("drill_cancelled", 0)]  # whoever has a mailbox was told the same


def test_it_corrects_nothing_in_a_group_chat_without_robots(drill: Drill, cast: Cast) -> None:
    told = to_chat(days_before(7))
    drills.cancel_drill(drill, reason="下雨", by=cast.office, now=days_before(4))
    collect_messages(days_before(4))
    assert kinds_of(CHANNEL) == told
    assert kinds_of()[-1] == ("drill_cancelled", 0)


def test_it_keeps_the_new_date_of_a_drill_that_became_a_surprise_from_the_group_chat(
    drill: Drill, cast: Cast
) -> None:
    told = to_chat(days_before(7))
    drills.change_drill(drill, details(is_time_unannounced=True), plan=drill.plan, by=cast.office,
                        now=days_before(6))  # fmt: skip
    move(drill, PLANNED + timedelta(days=2), cast, days_before(6))
    assert to_chat(days_before(6)) == told


def test_it_keeps_an_unannounced_drill_from_the_group_chat(cast: Cast) -> None:
    a_drill(a_plan(), by=cast.office, planned_at=PLANNED, is_time_unannounced=True)
    collect_messages(days_before(7), has_channel=True)
    assert [m for m in all_messages() if m.address == CHANNEL] == []


def test_it_lets_a_person_pause_what_is_not_their_own_drill(drill: Drill, cast: Cast) -> None:
    services.pause_kinds(cast.office, [Kind.WEEKLY_DIGEST], now=days_before(9))
    collect_messages(days_before(1))
    digests = {m.address for m in all_messages() if m.kind is Kind.WEEKLY_DIGEST}
    assert digests == {"office2@example.com"}
    with pytest.raises(services.RuleBroken):
        services.pause_kinds(cast.village, [Kind.DRILL_COMING], now=days_before(9))


def test_it_greets_who_never_signed_in(cast: Cast) -> None:
    at = in_china(2026, 5, 4)
    new = accounts.add_account(
        sign_in="newcomer", name="示例新人", role=Role.VILLAGE, place=get_place(VILLAGE),
        password="柳树-河滩-2026-晴", email="newcomer@example.com", by=cast.admin, now=at,
    )  # fmt: skip
    for days in range(1, 10):
        collect_messages(at + timedelta(days=days))
    lists = (Kind.WEEKLY_DIGEST, Kind.REGISTER_ATTENTION)
    found = [m for m in all_messages() if m.address == new.email and m.kind not in lists]
    assert [(m.kind, m.days_before) for m in found] == [
        (Kind.SIGN_IN_UNUSED, -3), (Kind.SIGN_IN_UNUSED, -7),
    ]  # fmt: skip


def test_it_writes_one_digest_a_week_with_what_is_open(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    monday = in_china(2026, 5, 25, 8, 0)
    sent = [s for a, s in tick(box, monday) if a == "office@example.com"]
    assert [s for a, s in tick(box, monday + timedelta(days=2)) if "本周" in s] == []
    assert len(sent) == 1
