"""Where mails go: to a mail server, or into files where there is none."""

import hashlib
import os
from pathlib import Path
from typing import Protocol

from nanhua_emergency.clock import CHINA
from nanhua_emergency.languages import _
from nanhua_emergency.mail_url import read_mail_url
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from nanhua_emergency.reminders.smtp_carrier import SmtpCarrier

__all__ = ["Carrier", "FileCarrier", "Reply", "ReplyKind", "SmtpCarrier", "open_carrier"]

# Who sends where there is no server: .invalid never exists (RFC 2606 §2).
FILE_SENDER = "应急办 <outbox@nanhua.invalid>"


class Carrier(Protocol):
    """Whatever takes a mail; `sender` is the From header that it lets us use."""

    sender: str

    def send(self, mail: Letter) -> Reply: ...

    def close(self) -> None: ...


def open_carrier(url: str, *, outbox: Path) -> Carrier:
    """The server that MAIL_URL names, dialled at the first mail; without one, the folder."""
    return SmtpCarrier(read_mail_url(url)) if url else FileCarrier(outbox)


class FileCarrier:
    """A folder in which each mail becomes one .eml file that mail programs open."""

    sender = FILE_SENDER

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: Letter) -> Reply:
        """Keep the mail as a file of its moment and Message-ID, whole or not at all."""
        path = self.folder / _name_file(mail)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(path, mail.data)
        except OSError as error:
            words = _(
                "不能写入 %(name)s：%(why)s", name=path.name, why=error.strerror or str(error)
            )
            return Reply(ReplyKind.BROKEN, None, words)
        return Reply(ReplyKind.SENT, None, _("已存为文件 %(name)s", name=path.name))

    def close(self) -> None:
        """Nothing is open between mails."""


def _name_file(mail: Letter) -> str:
    mark = hashlib.sha256(mail.message_id.encode()).hexdigest()[:12]
    return f"{mail.at.astimezone(CHINA):%Y%m%d-%H%M%S}-{mark}.eml"


def _write_whole(path: Path, data: bytes) -> None:
    """Beside it first, then renamed: no reader ever sees half a mail. Its owner alone reads it."""
    beside = path.with_suffix(f".{os.getpid()}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
