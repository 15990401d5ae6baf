"""A real SMTP server on loopback that can be told, address by address, how to misbehave."""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

# Longer than anyone waits here, and cancelled when the server stops.
FOREVER = 3600


class Manner(StrEnum):
    """What the server does with a mail to an address."""

    ACCEPT = "250 2.0.0 Ok: queued"
    SLOW = "250 2.0.0 Ok: queued at last"
    NO_SUCH_USER = "550 5.1.1 No such user here"
    RELAY_DENIED = "554 5.7.1 Relay access denied"
    BUSY = "451 4.3.0 Try again later"
    CLOSING = "421 4.7.0 Too many mails on this line"
    REFUSE_TEXT = "554 5.7.1 DT:SPM rejected as spam"
    NO_SUCH_USER_AFTER_TEXT = "550 The recipient may contain a non-existent account"
    BUSY_AFTER_TEXT = "451 4.3.0 Mail server temporarily rejected message"
    DROP_AT_DATA = "the line drops instead of 354"
    DROP_DURING_TEXT = "the line drops before the final dot"
    DROP_AFTER_DOT = "the line drops after the final dot, and the mail is kept"
    SILENT = "no answer to the address"
    SILENT_AFTER_DOT = "no answer to the final dot, and the mail is kept"


AT_ADDRESS = {Manner.NO_SUCH_USER, Manner.RELAY_DENIED, Manner.BUSY, Manner.CLOSING}


@dataclass(frozen=True)
class Received:
    """One mail as it came in, and the number of the line it came on."""

    sender: str
    recipients: list[str]
    data: bytes
    line: int


@dataclass
class Server:
    """The server while it runs: what it was told to do, and what it got."""

    manners: Mapping[str, Manner]
    port: int = 0
    lines: int = 0
    wants_sign_in: bool = False
    signed_in: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    # Drops every line at once and without a word, as a server does with one that is idle.
    drop_lines: Callable[[], None] = lambda: None

    def manner_of(self, address: str | None) -> Manner:
        return self.manners.get(address or "", Manner.ACCEPT)


class Talker(SMTP):
    """One line; drops it in the middle of a text where it was told so."""

    def __init__(self, server: Server, **kwargs: Any) -> None:
        super().__init__(Clerk(server), hostname="mail.example.org", **kwargs)
        self.server = server

    def connection_made(self, transport: Any) -> None:
        # STARTTLS makes the connection a second time on the same line.
        if self.transport is None:
            self.server.lines += 1
            self.number = self.server.lines
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str | None) -> None:
        manner = self.server.manner_of((self.envelope.rcpt_tos or [None])[0])
        if manner not in (Manner.DROP_AT_DATA, Manner.DROP_DURING_TEXT):
            await super().smtp_DATA(arg)
            return
        if manner is Manner.DROP_DURING_TEXT:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
        self.transport.abort()


class Clerk:
    """What is said to an address and to a text."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def handle_MAIL(
        self, talker: Talker, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.server.wants_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, talker: Talker, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        manner = self.server.manner_of(address)
        if manner in AT_ADDRESS:
            return manner.value
        if manner is Manner.SILENT:
            await asyncio.sleep(FOREVER)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, talker: Talker, session: Session, envelope: Envelope) -> str:
        manner = self.server.manner_of(envelope.rcpt_tos[0])
        is_refused = manner.value.startswith(("4", "5"))
        if not is_refused:
            self.server.received.append(
                Received(envelope.mail_from, envelope.rcpt_tos, envelope.content, talker.number)
            )
        if manner is Manner.SLOW:
            await asyncio.sleep(0.2)
        if manner is Manner.SILENT_AFTER_DOT:
            await asyncio.sleep(FOREVER)
        if manner is Manner.DROP_AFTER_DOT:
            talker.transport.abort()
        return manner.value


class Runner:
    """The thread on which the server runs, from `with` to its end."""

    def __init__(self, server: Server, *, inside: ssl.SSLContext | None, **kwargs: Any) -> None:
        self.server, self.inside, self.kwargs = server, inside, kwargs
        self.talkers: list[Talker] = []
        self.loop = asyncio.new_event_loop()
        self.port: Future[int] = Future()
        self.thread = threading.Thread(target=lambda: self.loop.run_until_complete(self.serve()))

    async def serve(self) -> None:
        self.stop = asyncio.Event()
        try:
            made = await self.loop.create_server(self.talk, "127.0.0.1", 0, ssl=self.inside)
        except Exception as error:
            self.port.set_exception(error)
            return
        self.port.set_result(made.sockets[0].getsockname()[1])
        await self.stop.wait()
        made.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.abort_all()

    async def abort_all(self) -> None:
        for talker in self.talkers:
            if talker.transport is not None:
                talker.transport.abort()
        # Aborted transports let go of their sockets in the next turn of the loop.
        await asyncio.sleep(0)

    def drop_lines(self) -> None:
        asyncio.run_coroutine_threadsafe(self.abort_all(), self.loop).result()

    def talk(self) -> Talker:
        self.talkers.append(Talker(self.server, loop=self.loop, **self.kwargs))
        return self.talkers[-1]

    def __enter__(self) -> Self:
        self.server.drop_lines = self.drop_lines
        self.thread.start()
        # Where it cannot listen, the test is told so and waits for nothing.
        self.server.port = self.port.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join()
        self.loop.close()


@contextmanager
def serve_mail(
    manners: Mapping[str, Manner] | None = None, *, login: tuple[str, str] | None = None,
    starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None,
) -> Iterator[Server]:  # fmt: skip
    """A server for the length of a `with`; with `login` it wants exactly that name and word."""
    server = Server(manners or {}, wants_sign_in=login is not None)

    def sign_in(talker: Talker, session: Any, envelope: Any, method: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        server.signed_in.append(given[0])
        return AuthResult(success=given == login, handled=False)

    kwargs: dict[str, Any] = {"tls_context": starttls, "require_starttls": starttls is not None}
    if login:
        kwargs |= {"authenticator": sign_in, "auth_require_tls": False}
    with Runner(server, inside=tls, **kwargs):
        yield server


def make_certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 in one file, made on the spot."""
    path = folder / "server.pem"
    key, own = folder / "key.pem", folder / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(own)],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(key.read_text() + own.read_text())
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
