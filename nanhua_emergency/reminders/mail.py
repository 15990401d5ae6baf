"""Composing a mail from what it tells: text, HTML, and the drill for the reader's calendar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from nanhua_emergency.clock import CHINA
from nanhua_emergency.drills import calendar
from nanhua_emergency.languages import _
from nanhua_emergency.mail_address import tidy_address
from nanhua_emergency.reminders.mail_text import one_line, write_html, write_text

DRILL, OFFICE = "【演练】", "【应急办】"
# Longer subjects are cut by mail programs anyway.
_LONGEST_SUBJECT = 100
# The library takes a second to fold a name of a few hundred characters.
_LONGEST_NAME = 60
# What a group chat shows without folding it away.
_LONGEST_SHORT = 120
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>")
_MARK = re.compile(r"^【[^】]*】")


@dataclass(frozen=True)
class Item:
    """One thing that a mail tells; `facts` are name and value, `link` is an absolute address.

    `steps` are numbered below their title, or at once where they have none.
    """

    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    steps: tuple[str, ...] = ()
    link: str = ""
    link_name: str = ""
    event: calendar.Event | None = None
    steps_title: str = "要准备的："


def compose_mail(
    items: Sequence[Item], *, to: str, sender: str, message_id: str, at: datetime,
    site_name: str, is_maybe_double: bool = False,
) -> EmailMessage:  # fmt: skip
    """One mail of all items, in their order; `sender` is a From header, `at` becomes its Date.

    A single drill is put into the calendar by the mail program itself; where a mail tells of
    several, each is an attached file to open, because programs take one from a mail only.
    `AddressWrong` for a bad `to`; ValueError for no items or a Message-ID of another form.
    """
    if not items or not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a mail needs an item and a Message-ID like <letters@domain>")
    address, writer = tidy_address(to), _read_sender(sender)
    mail = _begin_mail(write_subject(items), to=address, writer=writer, at=at)
    mail["Message-ID"] = message_id
    text = write_text(items, site_name=site_name, is_maybe_double=is_maybe_double)
    page = write_html(items, site_name=site_name, is_maybe_double=is_maybe_double)
    mail.set_content(text, cte="base64")
    mail.add_alternative(page, subtype="html", cte="base64")
    _add_invitations(mail, items, sender=str(writer), to=address, at=at)
    return mail


def _begin_mail(subject: str, *, to: str, writer: Address, at: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Date"] = at.astimezone(CHINA)
    mail["From"] = writer
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject
    # RFC 3834 §5: no holiday notice is sent in answer.
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def write_subject(items: Sequence[Item]) -> str:
    """The subject of one item; of several, how many and what they are, the first ones by name."""
    subjects = [one_line(item.subject) for item in items]
    if len(items) == 1:
        return _cut(subjects[0], _LONGEST_SUBJECT)
    mark = DRILL if any(_is_about_drills(item) for item in items) else OFFICE
    names = "；".join(_MARK.sub("", subject) for subject in subjects)
    return _cut(mark + _("%(n)s 项提醒：%(names)s", n=len(items), names=names), _LONGEST_SUBJECT)


def short_text(item: Item) -> str:
    """What one copies into a group chat: 120 characters at most, and the link on its own line."""
    lines = [one_line(item.subject), *(_fact_line(name, value) for name, value in item.facts)]
    kept = "\n".join(line for line in lines if line)
    return "\n".join(filter(None, (_cut(kept, _LONGEST_SHORT), one_line(item.link))))


def _fact_line(name: str, value: str) -> str:
    text = one_line(value)
    return f"{one_line(name)}：{text}" if text else ""


def _is_about_drills(item: Item) -> bool:
    return item.event is not None or one_line(item.subject).startswith(DRILL)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _read_sender(sender: str) -> Address:
    name, address = parseaddr(one_line(sender))
    return Address(_cut(name, _LONGEST_NAME), addr_spec=tidy_address(address))


def _add_invitations(
    mail: EmailMessage, items: Sequence[Item], *, sender: str, to: str, at: datetime
) -> None:
    events = [item.event for item in items if item.event is not None]
    files = [
        calendar.write_invitation(each, organizer=sender, attendee=to, now=at) for each in events
    ]
    if len(events) == 1:
        # Outlook, Apple and Gmail act on this part; the others open the attached file.
        _add_part(mail, files[0], events[0])
        mail.add_attachment(files[0], "application", "ics", filename="invite.ics")
        return
    for number, (event, file) in enumerate(zip(events, files, strict=True), start=1):
        _attach(mail, file, event, f"invite-{number}.ics")


def _add_part(mail: EmailMessage, file: bytes, event: calendar.Event) -> None:
    mail.add_alternative(
        file, "text", "calendar", cte="base64", params=_parameters(event), disposition=None
    )


def _attach(mail: EmailMessage, file: bytes, event: calendar.Event, name: str) -> None:
    mail.add_attachment(file, "text", "calendar", filename=name, params=_parameters(event))


def _parameters(event: calendar.Event) -> dict[str, str]:
    return {"method": calendar.invitation_method(event), "charset": "utf-8"}
