"""One round of the timetable: collect what is due, then deliver until nothing is due any more."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity.demo_mark import is_demo
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.languages import _, in_chinese
from nanhua_emergency.places import services as places
from nanhua_emergency.reminders.carriers import Carrier, open_carrier
from nanhua_emergency.reminders.channels import notify
from nanhua_emergency.reminders.claiming import LEASE
from nanhua_emergency.reminders.collecting import CHANNEL, collect_messages
from nanhua_emergency.reminders.delivery import Stopped, count_attempts, deliver_messages
from nanhua_emergency.reminders.desk import Desk
from nanhua_emergency.reminders.mail import Item, Letter, compose_mail
from nanhua_emergency.reminders.models import Mail, MailState
from nanhua_emergency.reminders.replies import LONGEST_REPLY, Reply, ReplyKind
from nanhua_emergency.templating import moment

log = logging.getLogger(__name__)
# After as many mails in a row that no server took, the rest waits for the next round.
MOST_BROKEN = 3
# RFC 4954 §6: the account or its code is wrong. Providers lock whoever tries that again and again,
# so after one such mail the rest waits.
SIGN_IN_REFUSED = 535
# Mails that are claimed together, and how long after that the next of them is still begun: a slow
# server may not hold them beyond their lease, for then another process would send them as well.
TOGETHER = 10
HANDING_OVER = LEASE / 2


@dataclass(frozen=True)
class Round:
    """What one round did: messages found due, mails sent, mails that were not."""

    collected: int
    sent: int
    failed: int


def send_reminders() -> Round:
    """Collect and deliver once, in the context of the site; commits as it goes."""
    robots = () if is_demo() else current_setting("NOTIFY_URLS")
    collected = collect_messages(clock.now(), has_channel=bool(robots))
    db.session.commit()
    with opened_carrier() as carrier:
        mails = list(_deliver(carrier, robots))
    sent = sum(mail.state is MailState.SENT for mail in mails)
    failed = sum(mail.state in (MailState.WAITING, MailState.GIVEN_UP) for mail in mails)
    if mails and not current_setting("MAIL_URL"):
        log.warning("MAIL_URL is empty: %s mails were kept as files in %s", sent, outbox())
    return Round(collected, sent, failed)


def _deliver(carrier: Carrier, robots: tuple[str, ...]) -> Iterator[Mail]:
    counter = Counter(carrier, robots)
    desk = make_desk(carrier.sender)
    while counter.broken < MOST_BROKEN and (allowed := _count_allowed()) > 0:
        now = clock.now()
        counter.until = now + HANDING_OVER
        mails = deliver_messages(now, counter.send, desk, most=min(allowed, TOGETHER))
        if not mails:
            return
        yield from mails


def _count_allowed() -> int:
    """How many more mails small mail providers take in this minute; the rest waits for the next."""
    now = clock.now()
    most: int = current_setting("MAILS_PER_MINUTE")
    return most - count_attempts(since=now - timedelta(minutes=1), until=now)


@dataclass
class Counter:
    """Where mails are handed over; counts how many in a row the mail server was not there for."""

    carrier: Carrier
    robots: tuple[str, ...]
    broken: int = 0
    until: datetime | None = None

    def send(self, mail: Letter) -> Reply:
        """Hand a mail to the server, or what is for the group chat to its robots."""
        if mail.to == CHANNEL:
            return self._tell(mail)
        if self.broken >= MOST_BROKEN or (self.until and clock.now() > self.until):
            raise Stopped
        reply = self.carrier.send(mail)
        self.broken = self.broken + 1 if reply.kind is ReplyKind.BROKEN else 0
        if reply.code == SIGN_IN_REFUSED:
            self.broken = MOST_BROKEN
        return reply

    def _tell(self, mail: Letter) -> Reply:
        replies = notify(self.robots, mail.subject, mail.text)
        if not replies:
            return Reply(ReplyKind.BROKEN, None, _("没有设置群机器人（NOTIFY_URLS）"))
        # Told again, whoever has read it would read it twice; what the others said is kept.
        best = next((one for one in replies if one.kind is ReplyKind.SENT), replies[0])
        words = _("；").join(dict.fromkeys(one.text for one in replies))
        return replace(best, text=words[:LONGEST_REPLY])


def send_test_mail(reader: Account, *, now: datetime) -> Reply:
    """Send one mail to its own reader at once; nothing of it is kept but the server's reply."""
    if not reader.email:
        raise RuleBroken("您的账号还没有填邮箱，请管理员在“账号”里填上再试")
    name, email = reader.name, reader.email
    with opened_carrier() as carrier:
        desk = make_desk(carrier.sender)
        with in_chinese():
            mail = compose_mail(
                [_test_item(name, now, desk)], to=email, sender=carrier.sender, at=now,
                message_id=f"<{secrets.token_hex(16)}@nanhua-emergency>",
                site_name=desk.site_name,
            )  # fmt: skip
        db.session.commit()  # nothing is locked while the server is talked to
        return carrier.send(mail)


def _test_item(name: str, now: datetime, desk: Desk) -> Item:
    return Item(
        subject=_("【应急办】试发邮件"),
        paragraphs=(_("收到这封邮件，说明系统的提醒能送到这个邮箱。"),),
        facts=((_("试发的人"), name), (_("时间"), moment(now))),
        link=desk.address("home.front_page"), link_name=_("打开首页"),
    )  # fmt: skip


@contextmanager
def opened_carrier() -> Iterator[Carrier]:
    """Where mails go, for one round; those of a demo reach nobody, whatever is set."""
    url = "" if is_demo() else current_setting("MAIL_URL")
    carrier = open_carrier(url, outbox=outbox())
    try:
        yield carrier
    finally:
        carrier.close()


def outbox() -> Path:
    """The folder of mails where no server is set."""
    return Path(current_app.instance_path) / "outbox"


def make_desk(sender: str) -> Desk:
    """From where this site writes."""
    place = places.get_home(current_setting("PLACE"))
    return Desk(
        site_name=_("%(place)s应急预案与演练登记", place=place.name), sender=sender,
        secret=current_setting("SECRET_KEY"), address=absolute_address,
    )  # fmt: skip


def absolute_address(endpoint: str, **values: Any) -> str:
    """The address of a page as people reach the site (SITE_URL), outside of any request."""
    site = urlsplit(current_setting("SITE_URL"))
    address = current_app.url_map.bind(site.netloc, url_scheme=site.scheme, script_name=site.path)
    return address.build(endpoint, values, force_external=True)
