"""What mails tell of drills: to come, moved, cancelled, to record, to confirm."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import find_in_force_at
from nanhua_emergency.drills.record_models import DrillRecord
from nanhua_emergency.drills.year import event_of
from nanhua_emergency.languages import CHINESE_WEEKDAYS
from nanhua_emergency.plans.outline import FirstHourStep, list_first_hour
from nanhua_emergency.reminders.collecting import CHANNEL
from nanhua_emergency.reminders.desk import Case, Desk
from nanhua_emergency.reminders.kinds import DATES, Kind
from nanhua_emergency.reminders.mail import Item
from nanhua_emergency.reminders.models import Message, RecordLink
from nanhua_emergency.reminders.record_links import make_link, make_links, sign_link
from nanhua_emergency.templating import moment, plain_text

# As many lines of the first-hour card as one reads on a phone without scrolling.
MOST_STEPS = 6
DRILL = "【演练】"
_WITH_LINK = (*DATES, Kind.DRILL_UNRECORDED)


def _day(value: date) -> str:
    return f"{value.month}月{value.day}日 周{CHINESE_WEEKDAYS[value.weekday()]}"


def write_drill(case: Case) -> Item | None:
    """A drill to come: where, when, by which plan, what to prepare, and the form to fill in after."""
    drill = db.session.get(Drill, case.message.thing_id)
    if drill is None:
        return None
    is_moved = case.message.kind is Kind.DRILL_MOVED
    lead = (
        "演练改期了，请以下面的时间为准。" if is_moved else f"演练{case.left()}举行，请提前准备。"
    )
    words = [lead]
    if drill.is_time_unannounced:
        words.append("这次演练不预告时间，请不要提前告诉群众。")
    word = "改期：" if is_moved else ""
    link, link_name = _record_link(case, drill)
    return Item(
        subject=f"{DRILL}{word}{drill.title} {_day(drill.planned_on)}（{case.left()}）",
        paragraphs=tuple(words), facts=tuple(_facts(drill)), steps=_steps(case.desk, drill),
        link=link, link_name=link_name, event=event_of(drill, _page_of(case, drill)),
    )  # fmt: skip


def _facts(drill: Drill) -> list[tuple[str, str]]:
    facts = [
        ("村（社区）", drill.place.name),
        ("预案", "、".join(plan.title for plan in drill.plans)),
        ("时间", moment(drill.planned_at)),
        ("地点", drill.location or drill.place.name),
        ("形式", "，".join(filter(None, (drill.form_name, drill.surprise)))),
        ("组织人", drill.organiser),
    ]
    return [(name, value) for name, value in facts if value]


def _steps(desk: Desk, drill: Drill) -> tuple[str, ...]:
    """What to prepare: the lines of the first-hour card that a village does, or its first lines."""
    if drill.id not in desk.known_steps:
        desk.known_steps[drill.id] = tuple(_list_steps(drill))
    return desk.known_steps[drill.id]


def _list_steps(drill: Drill) -> list[str]:
    edition = find_in_force_at(drill.plan, drill.planned_at)
    steps = list_first_hour(edition.body) if edition else []
    own = [step for step in steps if "村" in step.who or "网格" in step.who]
    return [_step(step) for step in (own or steps)[:MOST_STEPS]]


def _step(step: FirstHourStep) -> str:
    return f"{step.period} {plain_text(step.who)}：{plain_text(step.what)}"


def _page_of(case: Case, drill: Drill) -> str:
    return case.desk.address("drills.show_drill", drill_id=drill.id)


def _record_link(case: Case, drill: Drill) -> tuple[str, str]:
    """The form without signing in, for a person; the drill's page, for a group chat."""
    account = case.message.account
    if account is None or case.message.address == CHANNEL:
        return _page_of(case, drill), "查看这次演练"
    known = case.desk.links.get((drill.id, account.id))
    link = known or make_link(drill, account, now=case.now)
    if not link.is_open(case.now):
        return _page_of(case, drill), "登录后记录"
    token = sign_link(link, secret=case.desk.secret)
    return case.desk.address(
        "reminders.record_by_link", token=token
    ), "演练后点这里记录（不用登录）"


def find_links(messages: Iterable[Message], *, now: datetime) -> dict[tuple[int, int], RecordLink]:
    """The links that the letters of these messages will hold, all at once.

    Where another process makes one of them just now, none: each letter then looks for its own.
    """
    wanted = [
        (db.session.get_one(Drill, message.thing_id), message.account)
        for message in messages
        if message.kind in _WITH_LINK and message.account and message.address != CHANNEL
    ]
    try:
        with db.session.begin_nested():
            return make_links(wanted, now=now)
    except IntegrityError:
        return {}


def write_cancelled(case: Case) -> Item | None:
    """A drill that was called off, with the reason."""
    drill = db.session.get(Drill, case.message.thing_id)
    if drill is None:
        return None
    return Item(
        subject=f"{DRILL}取消：{drill.title} {_day(drill.planned_on)}",
        paragraphs=("演练取消了，不用再准备。", f"原因：{drill.cancel_reason}"),
        facts=tuple(_facts(drill)), link=_page_of(case, drill), link_name="查看这次演练",
        event=event_of(drill, _page_of(case, drill)),
    )  # fmt: skip


def write_unrecorded(case: Case) -> Item | None:
    """A drill that was held and has no record yet."""
    drill = db.session.get(Drill, case.message.thing_id)
    if drill is None:
        return None
    link, _name = _record_link(case, drill)
    return Item(
        subject=f"{DRILL}请记录：{drill.title}",
        paragraphs=(f"{_day(drill.planned_on)}的演练还没有记录。没有办成的，请应急办改期或取消。",),
        facts=tuple(_facts(drill)), link=link, link_name="现在记录",
    )  # fmt: skip


def write_unconfirmed(case: Case) -> Item | None:
    """A record that waits for the office."""
    record = db.session.get(DrillRecord, case.message.thing_id)
    if record is None:
        return None
    return Item(
        subject=f"{DRILL}请确认记录：{record.drill.title}",
        paragraphs=(f"村里的记录已经等了 {(case.today - case.message.about_on).days} 天。",),
        facts=(("村（社区）", record.drill.place.name), ("参加人数", f"{record.head_count} 人")),
        link=case.desk.address("drills.show_record", record_id=record.id), link_name="看记录",
    )  # fmt: skip
