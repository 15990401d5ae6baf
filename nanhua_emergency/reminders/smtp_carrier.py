"""Sending mails to an SMTP server: one line for several mails, and what came of each."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress

from nanhua_emergency.languages import _
from nanhua_emergency.mail_url import MailServer, Safety
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.replies import Reply, ReplyKind, Stage, judge, read_words

# RFC 5321 §4.5.2: a line that starts with a dot gets one more.
_DOT = re.compile(rb"^\.", re.MULTILINE)
_CLOSING = 421


class _Refused(Exception):  # noqa: N818  the server's answer, carried out of the conversation
    """The server answered with something other than what goes on; the line is still good."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class SmtpCarrier:
    """A server to which mails go; keeps its line between mails and dials again when it is gone."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.sender = server.sender
        self._line: smtplib.SMTP | None = None

    def send(self, mail: Letter) -> Reply:
        """Send one mail; never raises for what the server does."""
        try:
            line = self._ready_line()
            self._announce(line, mail)
            self._write(line, _as_lines(mail.data))
        except _Refused as refused:
            return self._after(refused.reply)
        except (OSError, smtplib.SMTPException, ValueError) as trouble:
            self._hang_up()
            return Reply(ReplyKind.BROKEN, None, _name_trouble(trouble))
        return self._finish(line)

    def close(self) -> None:
        """Take leave of the server, whether or not it still listens."""
        if self._line is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._line.quit()
        self._hang_up()

    def _ready_line(self) -> smtplib.SMTP:
        """The line of the last mail, if the server still answers on it, else a new one."""
        if self._line is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._line.rset()[0] == 250:
                    return self._line
            self._hang_up()
        self._line = _dial(self.server)
        return self._line

    def _announce(self, line: smtplib.SMTP, mail: Letter) -> None:
        """Say who sends, for whom, and that the text comes."""
        _expect(line.mail(mail.sender), Stage.SENDER)
        _expect(line.rcpt(mail.to), Stage.ADDRESS)
        _expect(line.docmd("DATA"), Stage.CONTENT, wanted=354)

    def _write(self, line: smtplib.SMTP, text: bytes) -> None:
        """Everything but the final dot: if the line drops here, the server has no whole mail."""
        line.send(text)

    def _finish(self, line: smtplib.SMTP) -> Reply:
        """The final dot. From here on the server may have the mail, even if it does not say so."""
        try:
            line.send(b".\r\n")
            code, words = line.getreply()
        except (OSError, smtplib.SMTPException) as trouble:
            self._hang_up()
            return Reply(ReplyKind.UNSURE, None, _name_trouble(trouble))
        if code < 0:
            self._hang_up()
            return Reply(ReplyKind.UNSURE, None, read_words(words))
        if 200 <= code < 300:
            return Reply(ReplyKind.SENT, code, read_words(words))
        return self._after(judge(Stage.CONTENT, code, words))

    def _after(self, reply: Reply) -> Reply:
        """The reply; where the server takes leave with it, the line is given up."""
        if reply.code == _CLOSING:
            self._hang_up()
        return reply

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


def _dial(server: MailServer) -> smtplib.SMTP:
    """A new line, greeted, protected and signed in."""
    try:
        line = _connect(server)
        try:
            # Else the final dot, sent by itself, waits 40 ms for the receipt of what came before it.
            if line.sock is not None:
                line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _greet(line, server)
        except BaseException:
            line.close()
            raise
    except smtplib.SMTPAuthenticationError as wrong:
        raise _Refused(_name_sign_in(wrong)) from wrong
    except smtplib.SMTPResponseException as refused:
        answer = (refused.smtp_code, refused.smtp_error)
        raise _Refused(judge(Stage.SIGN_IN, *answer)) from refused
    return line


def _connect(server: MailServer) -> smtplib.SMTP:
    name, at = _own_name(), (server.host, server.port)
    if server.safety is Safety.TLS:
        return smtplib.SMTP_SSL(*at, name, timeout=server.timeout, context=_trust(server))
    return smtplib.SMTP(*at, name, timeout=server.timeout)


def _greet(line: smtplib.SMTP, server: MailServer) -> None:
    line.ehlo_or_helo_if_needed()
    if server.safety is Safety.STARTTLS:
        line.starttls(context=_trust(server))
        line.ehlo_or_helo_if_needed()
    if server.user:
        line.login(server.user, server.password)


def _trust(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.authority or None)


def _own_name() -> str:
    """What we call ourselves. Asking the network for it can take half a minute."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _expect(answer: tuple[int, bytes], stage: Stage, *, wanted: int = 0) -> None:
    code, words = answer
    if code < 0:
        raise smtplib.SMTPServerDisconnected(read_words(words))
    if code != wanted and (wanted or not 200 <= code < 300):
        raise _Refused(judge(stage, code, words))


def _as_lines(data: bytes) -> bytes:
    text = _DOT.sub(b"..", data)
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _name_sign_in(wrong: smtplib.SMTPAuthenticationError) -> Reply:
    """4xx is a server that cannot check now (RFC 4954 §6), 5xx an account that is wrong."""
    words = read_words(wrong.smtp_error)
    if wrong.smtp_code < 500:
        return Reply(ReplyKind.LATER, wrong.smtp_code, words)
    text = _("邮箱账号或授权码不对：%(words)s", words=words)
    return Reply(ReplyKind.BROKEN, wrong.smtp_code, read_words(text))


def _name_trouble(trouble: Exception) -> str:
    """A fault of the line in words for the office; what the machine said is kept behind it."""
    if isinstance(trouble.__context__, TimeoutError):
        trouble = trouble.__context__
    said = {"words": read_words(str(trouble) or type(trouble).__name__)}
    for kind, text in (
        (ssl.SSLCertVerificationError, _("邮件服务器的证书不可信：%(words)s", **said)),
        (ssl.SSLError, _("和邮件服务器加密不成：%(words)s", **said)),
        (TimeoutError, _("邮件服务器没有回应：%(words)s", **said)),
        (socket.gaierror, _("找不到邮件服务器：%(words)s", **said)),
        (smtplib.SMTPServerDisconnected, _("邮件服务器中断了连接：%(words)s", **said)),
        (smtplib.SMTPNotSupportedError, _("邮件服务器不支持这种连接方式：%(words)s", **said)),
    ):
        if isinstance(trouble, kind):
            return read_words(text)
    return read_words(_("连不上邮件服务器：%(words)s", **said))
