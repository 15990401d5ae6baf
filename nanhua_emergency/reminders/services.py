"""What people do with reminders: pause kinds, choose the days, send again; and the heartbeat."""

from collections.abc import Collection
from datetime import datetime
from string import Formatter

from sqlalchemy import delete, select

from nanhua_emergency.access import Person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.reminders.kinds import PAUSABLE, Kind
from nanhua_emergency.reminders.models import (
    Heartbeat,
    Mail,
    MailState,
    MessageState,
    Pause,
    ReminderRule,
)
from nanhua_emergency.reminders.sources import DRILL_DAYS

SCHEDULER = "scheduler"
# Five missed minutes are no accident.
LATE_SECONDS = 300
# A reminder longer before than this is a slip of the pen; more than this many are a nuisance.
MOST_DAYS, MOST_TIMES = 60, 6
LONGEST_TEXT = 500
SHORT_FIELDS = ("村", "演练", "预案", "时间", "地点", "还有")
SHORT_TEXT = "【演练】{村}：{演练}，{时间}，{地点}，{还有}。请按预案提前准备，演练后当天登记。"


class NotWaiting(RuleBroken):
    """The mail is on its way, or has arrived."""

    status = 409


def record_heartbeat(*, now: datetime) -> None:
    """Say that the timetable is alive."""
    db.session.merge(Heartbeat(part=SCHEDULER, at=now))
    db.session.flush()


def find_heartbeat_age(*, now: datetime) -> int | None:
    """Seconds since the timetable was last alive; None when it never was."""
    beat = db.session.get(Heartbeat, SCHEDULER)
    return int((now - beat.at).total_seconds()) if beat else None


def is_scheduler_late(age: int | None) -> bool:
    """Whether the timetable has stopped, or never ran.

    A heartbeat ahead of us was written before the clock was put back: the next one is due as well.
    """
    return age is None or abs(age) > LATE_SECONDS


def list_paused(account: Account) -> list[Kind]:
    """The kinds of reminders that a person does not want."""
    query = select(Pause.kind).where(Pause.account_id == account.id).order_by(Pause.kind)
    return list(db.session.scalars(query))


def pause_kinds(account: Account, kinds: Collection[Kind], *, now: datetime) -> None:
    """Pause exactly these kinds; reminders of one's own drills cannot be paused."""
    if any(kind not in PAUSABLE for kind in kinds):
        raise RuleBroken("自己的演练提醒不能停", field="kinds")
    db.session.execute(delete(Pause).where(Pause.account_id == account.id))
    db.session.add_all(
        Pause(account_id=account.id, kind=kind, paused_at=now) for kind in sorted(set(kinds))
    )
    db.session.flush()
    activity.record("reminders.paused", account, place_code=account.place_code, by=account,
                    now=now, summary=f"{account.name}停收提醒 {len(set(kinds))} 类",
                    kinds=sorted(kinds))  # fmt: skip


def find_rule(place: Place) -> ReminderRule | None:
    """What the town of a place has chosen, if it has."""
    return db.session.get(ReminderRule, place.town_code)


def list_days(place: Place) -> tuple[int, ...]:
    """How many days before a drill the people of a place's town are reminded."""
    rule = find_rule(place)
    return read_days(rule.days) if rule else DRILL_DAYS


def read_days(days: str) -> tuple[int, ...]:
    """Days before a drill, as a town keeps them: “7,3,1,0”."""
    return tuple(int(one) for one in days.split(","))


def set_rule(
    town: Place, *, days: Collection[int], short_text: str, by: Person, now: datetime
) -> None:
    """Choose how many days before a drill people are reminded, and the words for the group chat."""
    chosen = sorted(set(days), reverse=True)
    if not 1 <= len(chosen) <= MOST_TIMES or not all(0 <= day <= MOST_DAYS for day in chosen):
        raise RuleBroken(
            "提醒天数应为 0 至 %(most)s 的整数，一至 %(times)s 个", most=MOST_DAYS,
            times=MOST_TIMES, field="days",
        )  # fmt: skip
    check_short_text(short_text)
    kept = ",".join(str(day) for day in chosen)
    db.session.merge(
        ReminderRule(place_code=town.code, days=kept, short_text=short_text.strip(), set_at=now)
    )
    db.session.flush()
    activity.record("reminders.rule_set", by, place_code=town.code, by=by, now=now,
                    summary=f"{town.name}的演练提醒：提前 {kept} 天", short_text=short_text)  # fmt: skip


def check_short_text(template: str) -> None:
    """Refuse words for the group chat that name a field we do not know, or cannot be read."""
    if len(template.strip()) > LONGEST_TEXT:
        raise RuleBroken("文字最多 %(most)s 字", most=LONGEST_TEXT, field="short_text")
    try:
        fields = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError as wrong:
        raise RuleBroken("大括号不成对，请检查", field="short_text") from wrong
    for name, form, turn in fields:
        # A form such as “:999999999” would make a text of a gigabyte.
        if name not in SHORT_FIELDS or form or turn:
            raise RuleBroken(
                "不认识“{%(name)s}”。可以用的有：%(known)s", name=name,
                known="、".join(f"{{{one}}}" for one in SHORT_FIELDS), field="short_text",
            )  # fmt: skip


def resend_mail(mail: Mail, *, by: Person, now: datetime) -> None:
    """Send what was given up, or waits for its next try, as soon as possible."""
    lock(mail)
    if not mail.may_resend:
        raise NotWaiting("这封邮件不在等待或没有送达的状态，不用重发")
    for message in mail.messages:
        if message.state is MessageState.GIVEN_UP:
            message.state = MessageState.WAITING
    mail.state, mail.next_try_at, mail.ended_at = MailState.WAITING, now, None
    mail.attempt_count = 0
    db.session.flush()
    activity.record("mail.resent", mail, place_code=mail.place_code, by=by, now=now,
                    summary=f"重发邮件：{mail.address}")  # fmt: skip
