"""Writes letters: what a mail tells of each thing, in the words of the office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import find_in_force_at
from nanhua_emergency.drills.record_models import DrillRecord
from nanhua_emergency.drills.year import event_of
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans.models import Edition, Filing, Review
from nanhua_emergency.plans.outline import FirstHourStep, list_first_hour
from nanhua_emergency.reminders.audit_letters import write_audit
from nanhua_emergency.reminders.collecting import CHANNEL
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.mail import OFFICE, Item, compose_mail
from nanhua_emergency.reminders.models import Mail, Message
from nanhua_emergency.reminders.record_links import make_link, sign_link
from nanhua_emergency.reminders.tasks import list_tasks
from nanhua_emergency.templating import day, moment, plain_text

WEEKDAYS = "一二三四五六日"
# As many lines of the first-hour card as one reads on a phone without scrolling.
MOST_STEPS = 6
DRILL = "【演练】"
# Worst first, where one mail tells several things.
ORDER = tuple(Kind)


@dataclass(frozen=True)
class Desk:
    """From where letters are written: the site's name, its sender, its addresses and its seal.

    `address` makes an absolute address from an endpoint and its values.
    """

    site_name: str
    sender: str
    secret: str
    address: Callable[..., str]


@dataclass(frozen=True)
class Case:
    """One message, the moment, and the desk it is written at."""

    message: Message
    now: datetime
    desk: Desk
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", clock.day_of(self.now))

    def left(self) -> str:
        """How far the day is, in words."""
        return say_left((self.message.about_on - self.today).days)


def say_left(days: int) -> str:
    """How far a day is, in words."""
    near = {0: "今天", 1: "明天", 2: "后天"}
    return near.get(days, f"还有 {days} 天" if days > 0 else f"已逾期 {-days} 天")


def write_letter(
    mail: Mail, messages: Sequence[Message], *, now: datetime, desk: Desk
) -> EmailMessage | None:
    """The mail of these messages, worst first; None when there turns out to be nothing to tell."""
    items = list_items(messages, now=now, desk=desk)
    if not items:
        return None
    return compose_mail(
        items, to=mail.address, sender=desk.sender, message_id=mail.message_id, at=now,
        site_name=desk.site_name, is_maybe_double=mail.is_maybe_double,
    )  # fmt: skip


def list_items(messages: Sequence[Message], *, now: datetime, desk: Desk) -> list[Item]:
    """What each message tells; things that are gone tell nothing."""
    ordered = sorted(messages, key=lambda one: (ORDER.index(one.kind), one.about_on, one.id))
    items = (_WRITERS[one.kind](Case(one, now, desk)) for one in ordered)
    return [item for item in items if item is not None]


def _day(value: date) -> str:
    return f"{value.month}月{value.day}日 周{WEEKDAYS[value.weekday()]}"


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
        paragraphs=tuple(words), facts=tuple(_facts(drill)), steps=tuple(_steps(drill)),
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


def _steps(drill: Drill) -> list[str]:
    """What to prepare: the lines of the first-hour card that a village does, or its first lines."""
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
    link = make_link(drill, account, now=case.now)
    if not link.is_open(case.now):
        return _page_of(case, drill), "登录后记录"
    token = sign_link(link, secret=case.desk.secret)
    return case.desk.address(
        "reminders.record_by_link", token=token
    ), "演练后点这里记录（不用登录）"


def _write_cancelled(case: Case) -> Item | None:
    drill = db.session.get(Drill, case.message.thing_id)
    if drill is None:
        return None
    return Item(
        subject=f"{DRILL}取消：{drill.title} {_day(drill.planned_on)}",
        paragraphs=("演练取消了，不用再准备。", f"原因：{drill.cancel_reason}"),
        facts=tuple(_facts(drill)), link=_page_of(case, drill), link_name="查看这次演练",
        event=event_of(drill, _page_of(case, drill)),
    )  # fmt: skip


def _write_unrecorded(case: Case) -> Item | None:
    drill = db.session.get(Drill, case.message.thing_id)
    if drill is None:
        return None
    link, _name = _record_link(case, drill)
    return Item(
        subject=f"{DRILL}请记录：{drill.title}",
        paragraphs=(f"{_day(drill.planned_on)}的演练还没有记录。没有办成的，请应急办改期或取消。",),
        facts=tuple(_facts(drill)), link=link, link_name="现在记录",
    )  # fmt: skip


def _write_unconfirmed(case: Case) -> Item | None:
    record = db.session.get(DrillRecord, case.message.thing_id)
    if record is None:
        return None
    return Item(
        subject=f"{DRILL}请确认记录：{record.drill.title}",
        paragraphs=(f"村里的记录已经等了 {(case.today - case.message.about_on).days} 天。",),
        facts=(("村（社区）", record.drill.place.name), ("参加人数", f"{record.head_count} 人")),
        link=case.desk.address("drills.show_record", record_id=record.id), link_name="看记录",
    )  # fmt: skip


def _due_item(case: Case, subject: str, words: str, endpoint: str, **values: object) -> Item:
    return Item(
        subject=f"{OFFICE}{subject}（{case.left()}）", paragraphs=(words,),
        facts=(("期限", day(case.message.about_on)),),
        link=case.desk.address(endpoint, **values), link_name="去办理",
    )  # fmt: skip


def _write_filing(case: Case) -> Item | None:
    filing = db.session.get(Filing, case.message.thing_id)
    if filing is None:
        return None
    words = f"《{filing.edition.plan.title}》应报{filing.recipient}备案，报送后请登记回执。"
    return _due_item(case, f"备案：{filing.edition.plan.title}", words, "plans.file_edition",
                     filing_id=filing.id)  # fmt: skip


def _write_announcement(case: Case) -> Item | None:
    edition = db.session.get(Edition, case.message.thing_id)
    if edition is None:
        return None
    words = f"《{edition.plan.title}》应向社会公布，公布后请登记时间和地方。"
    return _due_item(case, f"公布：{edition.plan.title}", words, "plans.announce_edition",
                     edition_id=edition.id)  # fmt: skip


def _write_review(case: Case) -> Item | None:
    review = db.session.get(Review, case.message.thing_id)
    if review is None:
        return None
    words = f"《{review.plan.title}》该做定期评估了：需要修订的开始修订，不修订的写明理由。"
    return _due_item(case, f"定期评估：{review.plan.title}", words, "plans.close_review",
                     review_id=review.id)  # fmt: skip


def _write_unapproved(case: Case) -> Item | None:
    edition = db.session.get(Edition, case.message.thing_id)
    if edition is None:
        return None
    words = (
        f"《{edition.plan.title}》是紧急签发的，须由另一位领导补签。原因：{edition.urgent_reason}"
    )
    return _due_item(case, f"请补签：{edition.plan.title}", words, "plans.show_edition",
                     edition_id=edition.id)  # fmt: skip


def _write_finding(case: Case) -> Item | None:
    finding = db.session.get(Finding, case.message.thing_id)
    if finding is None:
        return None
    words = f"{finding.place.name}：{finding.text}"
    return _due_item(case, f"请整改：{finding.text[:30]}", words, "findings.show_finding",
                     finding_id=finding.id)  # fmt: skip


def _write_unused(case: Case) -> Item | None:
    account = db.session.get(Account, case.message.thing_id)
    if account is None:
        return None
    return Item(
        subject=f"{OFFICE}您的账号还没有用过",
        paragraphs=("应急办给您开了账号，请用首次密码登录，登录后改成自己的密码。",
                    "首次密码丢了，请管理员重置。"),
        facts=(("登录名", account.sign_in), ("身份", account.role_name)),
        link=case.desk.address("accounts.sign_in"), link_name="去登录",
    )  # fmt: skip


def _write_digest(case: Case) -> Item | None:
    account = case.message.account
    tasks = list_tasks(account, today=case.today) if account else []
    if not tasks:
        return None
    lines = []
    for task in tasks:
        days = task.days_left(case.today)
        due = (
            "" if days is None else f"（已逾期 {-days} 天）" if days < 0 else f"（还有 {days} 天）"
        )
        lines.append(f"{task.step}：{task.title}{due}")
    return Item(
        subject=f"{OFFICE}本周待办 {len(tasks)} 件", paragraphs=("以下各件还没有办结，先急后缓。",),
        facts=(), steps=tuple(lines), link=case.desk.address("home.front_page"),
        link_name="打开首页办理",
    )  # fmt: skip


_WRITERS: dict[Kind, Callable[[Case], Item | None]] = {
    Kind.DRILL_COMING: write_drill,
    Kind.DRILL_MOVED: write_drill,
    Kind.DRILL_CANCELLED: _write_cancelled,
    Kind.DRILL_UNRECORDED: _write_unrecorded,
    Kind.RECORD_UNCONFIRMED: _write_unconfirmed,
    Kind.FILING_DUE: _write_filing,
    Kind.ANNOUNCEMENT_DUE: _write_announcement,
    Kind.REVIEW_DUE: _write_review,
    Kind.URGENT_UNAPPROVED: _write_unapproved,
    Kind.FINDING_DUE: _write_finding,
    Kind.SIGN_IN_UNUSED: _write_unused,
    Kind.WEEKLY_DIGEST: _write_digest,
    Kind.AUDIT_DUE: write_audit,
}
