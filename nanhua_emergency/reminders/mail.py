"""Composing a mail from what it tells: text, HTML, and the drill for the reader's calendar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from typing import Any

from nanhua_emergency.clock import CHINA
from nanhua_emergency.drills import calendar
from nanhua_emergency.languages import _
from nanhua_emergency.mail_address import tidy_address
from nanhua_emergency.reminders.mail_text import one_line, write_html, write_text

DRILL, OFFICE = "【演练】", "【应急办】"
# The older half of the library: EmailMessage reads every header it is given, ten times as slow.
_LINES = compat32.clone(linesep="\r\n")
# Longer subjects are cut by mail programs anyway.
_LONGEST_SUBJECT = 100
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


@dataclass(frozen=True)
class Letter:
    """A mail as a server takes it: its bytes, and what of it others ask for; addresses are bare."""

    sender: str
    to: str
    subject: str
    message_id: str
    at: datetime
    text: str
    data: bytes


def compose_mail(
    items: Sequence[Item], *, to: str, sender: str, message_id: str, at: datetime,
    site_name: str, is_maybe_double: bool = False,
) -> Letter:  # fmt: skip
    """One mail of all items, in their order; `sender` is a From header, `at` becomes its Date.

    A single drill is put into the calendar by the mail program itself; where a mail tells of
    several, each is an attached file to open, because programs take one from a mail only.
    `AddressWrong` for a bad `to`; ValueError for no items or a Message-ID of another form.
    """
    if not items or not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a mail needs an item and a Message-ID like <letters@domain>")
    address, writer = tidy_address(to), _read_sender(sender)
    text = write_text(items, site_name=site_name, is_maybe_double=is_maybe_double)
    page = write_html(items, site_name=site_name, is_maybe_double=is_maybe_double)
    # Boundaries that no part can hold, for all are in base64; the library would look for one.
    readable = MIMEMultipart("alternative", boundary="=_readable")
    readable.attach(MIMEText(text, "plain", "utf-8"))
    readable.attach(MIMEText(page, "html", "utf-8"))
    mail = _add_invitations(readable, items, sender=str(writer), to=address, at=at)
    subject = write_subject(items)
    _address(mail, subject, to=address, writer=writer, at=at)
    mail["Message-ID"] = message_id
    data = mail.as_bytes(policy=_LINES)
    return Letter(writer.addr_spec, address, subject, message_id, at, text, data)


def _address(
    mail: "Message[Any, Any]", subject: str, *, to: str, writer: Address, at: datetime
) -> None:
    mail["Date"] = format_datetime(at.astimezone(CHINA))
    name = Header(writer.display_name, "utf-8", header_name="From")
    name.append(f"<{writer.addr_spec}>", "us-ascii")
    mail["From"] = name
    mail["To"] = to
    mail["Subject"] = Header(subject, "utf-8", header_name="Subject")
    # RFC 3834 §5: no holiday notice is sent in answer.
    mail["Auto-Submitted"] = "auto-generated"


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
    readable: MIMEMultipart, items: Sequence[Item], *, sender: str, to: str, at: datetime
) -> MIMEMultipart:
    events = [item.event for item in items if item.event is not None]
    if not events:
        return readable
    files = [
        calendar.write_invitation(each, organizer=sender, attendee=to, now=at) for each in events
    ]
    mail = MIMEMultipart("mixed", boundary="=_mixed", _subparts=[readable])
    if len(events) == 1:
        # Outlook, Apple and Gmail act on this part; the others open the attached file.
        readable.attach(_calendar_part(files[0], events[0]))
        mail.attach(_name_file(MIMEApplication(files[0], "ics"), "invite.ics"))
        return mail
    for number, (event, file) in enumerate(zip(events, files, strict=True), start=1):
        mail.attach(_name_file(_calendar_part(file, event), f"invite-{number}.ics"))
    return mail


def _calendar_part(file: bytes, event: calendar.Event) -> Message:
    part = MIMENonMultipart("text", "calendar", method=calendar.invitation_method(event))
    part.set_payload(file.decode(), "utf-8")
    return part


def _name_file(part: Message, name: str) -> Message:
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part
