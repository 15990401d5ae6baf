"""The proof sheet of a drill: who was told of it, and who was not and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.languages import _
from nanhua_emergency.mail_address import mask_address
from nanhua_emergency.reminders import queries
from nanhua_emergency.reminders.collecting import CHANNEL
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import Message, MessageState
from nanhua_emergency.reminders.services import list_days
from nanhua_emergency.reminders.sources import MORNING
from nanhua_emergency.templating import day


@dataclass(frozen=True)
class Told:
    """One line of who was told: the message, the reader, the address and the server's reply."""

    message: Message
    name: str
    address: str
    at: datetime | None
    reply: str


@dataclass(frozen=True)
class Untold:
    """Somebody whom the drill concerns and who does not know its present date, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Proof:
    """Who was told of a drill, who was not, and when the next reminder goes out."""

    told: list[Told]
    untold: list[Untold]
    next_on: date | None


def prove(drill: Drill, *, seen_by: Account, now: datetime) -> Proof:
    """The sheet as this person may see it: to a village, other people's addresses are masked."""
    messages = queries.list_told(drill)
    known = [one for one in messages if _is_told_of_now(one, drill)]
    return Proof(
        told=[_told(one, seen_by) for one in messages if _has_left(one)],
        untold=[
            Untold(reader.name, _why_untold(reader, drill, messages, now=now))
            for reader in queries.list_readers(drill)
            if not any(_is_to(one, reader) for one in known)
        ],
        next_on=find_next_day(drill, now=now),
    )


def _is_told_of_now(message: Message, drill: Drill) -> bool:
    is_word_of_now = message.about_at == drill.planned_at
    if drill.state is DrillState.CANCELLED:
        is_word_of_now = message.kind is Kind.DRILL_CANCELLED
    return _has_left(message) and is_word_of_now


def _is_to(message: Message, reader: Account) -> bool:
    """Whether it was for that person; two who share a mailbox are written to once."""
    return message.account_id == reader.id or message.address == reader.email


def _has_left(message: Message) -> bool:
    """Whether a server took it; what became a file has reached nobody."""
    is_filed = message.mail is not None and message.mail.is_filed
    return message.state is MessageState.SENT and not is_filed


def _told(message: Message, seen_by: Account) -> Told:
    mail = message.mail
    attempt = mail.last_attempt if mail else None
    words = f"{attempt.code or ''} {attempt.reply}".strip() if attempt else ""
    address, shown = message.address, _shown_address(message, seen_by)
    name = message.account.name if message.account else _("群聊")
    # Servers say the address again in their replies.
    return Told(
        message, name, shown, mail.ended_at if mail else None, words.replace(address, shown)
    )


def _shown_address(message: Message, seen_by: Account) -> str:
    if message.address == CHANNEL:
        return ""
    is_masked = seen_by.role is Role.VILLAGE and not _is_to(message, seen_by)
    return mask_address(message.address) if is_masked else message.address


def _why_untold(
    reader: Account, drill: Drill, messages: Sequence[Message], *, now: datetime
) -> str:
    if not reader.email:
        return _("没有填邮箱")
    if reader.email_refusal:
        return _("邮箱被服务器拒收")
    if not drill.is_scheduled:
        return (
            _("演练已取消，取消前没有告知过")
            if drill.state is DrillState.CANCELLED
            else _("演练还没有列入计划")
        )
    own = [m for m in messages if _is_to(m, reader) and m.about_at == drill.planned_at]
    states = {message.state for message in own}
    if MessageState.WAITING in states:
        return _("正等着发出")
    if MessageState.GIVEN_UP in states:
        return _("发了多次，没有送达")
    if MessageState.SENT in states:
        return _("只存成文件，没有发出（没有设置邮件服务器）")
    return _when_due(drill, now=now)


def _when_due(drill: Drill, *, now: datetime) -> str:
    if drill.has_begun(now):
        return _("演练时间已过，不再提醒")
    days = list_days(drill.place)
    first_on = drill.planned_on - timedelta(days=max(days))
    if clock.day_of(now - MORNING) >= first_on:
        return _("下一轮就发")
    return _("还没到提醒的日子，%(day)s 早上发", day=day(first_on))


def find_next_day(drill: Drill, *, now: datetime) -> date | None:
    """The day of the next reminder; None where none is to come."""
    if not drill.is_scheduled or drill.has_begun(now):
        return None
    today = clock.day_of(now - MORNING)
    coming = [drill.planned_on - timedelta(days=days) for days in list_days(drill.place)]
    return min((on for on in coming if on > today), default=None)
