"""Writes letters: what a mail tells of each thing, in the words of the office."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans.models import Edition, Filing, Review
from nanhua_emergency.reminders.audit_letters import write_audit
from nanhua_emergency.reminders.desk import Case, Desk, say_left
from nanhua_emergency.reminders.drill_letters import (
    write_cancelled,
    write_drill,
    write_unconfirmed,
    write_unrecorded,
)
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.mail import OFFICE, Item, Letter, compose_mail
from nanhua_emergency.reminders.models import Mail, Message
from nanhua_emergency.reminders.register_letters import write_attention, write_post, write_supply
from nanhua_emergency.reminders.tasks import MOST, Task, list_tasks
from nanhua_emergency.templating import day

# Worst first, where one mail tells several things.
ORDER = tuple(Kind)


def write_letter(
    mail: Mail, messages: Sequence[Message], *, now: datetime, desk: Desk
) -> Letter | None:
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
    # As many as are listed at most: there may be more, and nobody has counted them.
    is_all = len(tasks) < MOST
    count = f" {len(tasks)} 件" if is_all else f"，最急的 {MOST} 件"
    words = "以下各件还没有办结，先急后缓。" if is_all else f"只列最急的 {MOST} 件，先急后缓。"
    return Item(
        subject=f"{OFFICE}本周待办{count}", paragraphs=(words,), facts=(), steps_title="",
        steps=tuple(_task_line(task, case.today) for task in tasks),
        link=case.desk.address("home.front_page"), link_name="打开首页办理",
    )  # fmt: skip


def _task_line(task: Task, today: date) -> str:
    days = task.days_left(today)
    return f"{task.step}：{task.title}" + ("" if days is None else f"（{say_left(days)}）")


_WRITERS: dict[Kind, Callable[[Case], Item | None]] = {
    Kind.DRILL_COMING: write_drill,
    Kind.DRILL_MOVED: write_drill,
    Kind.DRILL_CANCELLED: write_cancelled,
    Kind.DRILL_UNRECORDED: write_unrecorded,
    Kind.RECORD_UNCONFIRMED: write_unconfirmed,
    Kind.FILING_DUE: _write_filing,
    Kind.ANNOUNCEMENT_DUE: _write_announcement,
    Kind.REVIEW_DUE: _write_review,
    Kind.URGENT_UNAPPROVED: _write_unapproved,
    Kind.FINDING_DUE: _write_finding,
    Kind.SUPPLY_EXPIRING: write_supply,
    Kind.POST_UNCONFIRMED: write_post,
    Kind.SIGN_IN_UNUSED: _write_unused,
    Kind.WEEKLY_DIGEST: _write_digest,
    Kind.REGISTER_ATTENTION: write_attention,
    Kind.AUDIT_DUE: write_audit,
}
