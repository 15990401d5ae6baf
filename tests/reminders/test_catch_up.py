"""Catch up: after days without power, after a storm of restarts, by a command."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from reminders.smtp_server import Manner, Server, serve_mail

from conftest import SECRET, Machine
from drill_factories import a_drill, in_china
from factories import ROOT, VILLAGE, Cast, Done, a_plan, an_account, command, refusal_of
from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.access import Role
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.places import services as places
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.models import MailState, Pause
from nanhua_emergency.reminders.replies import Reply
from reminder_factories import LetterBox, all_mails, all_messages, pause_lists, tick

PLANNED = in_china(2026, 5, 21, 9, 30)
HEAD = "mingshui@example.com"


def at(days: float) -> datetime:
    """A moment so many days before the drill's morning, at eight."""
    return in_china(2026, 5, 21, 8, 0) - timedelta(days=days)


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A drill of one village on 21 May; nobody else is written to."""
    pause_lists(cast.village, cast.other_village)
    cast.office.email = cast.other_office.email = ""
    drill = a_drill(a_plan(), by=cast.office, planned_at=PLANNED, now=in_china(2026, 4, 1))
    db.session.commit()
    return drill


def subjects(sent: list[tuple[str, str]], address: str = HEAD) -> list[str]:
    return [subject for to, subject in sent if to == address]


# A machine that was off


def test_it_writes_one_late_mail_after_three_days_off(drill: Drill, cast: Cast) -> None:
    a_drill(drill.plan, by=cast.office, planned_at=PLANNED + timedelta(hours=5))
    box = LetterBox()
    tick(box, at(4))  # the level of seven days
    [late] = subjects(tick(box, at(0.5)))  # three and one passed meanwhile
    assert late.startswith("【演练】2 项提醒")
    assert subjects(tick(box, at(0.4))) == []


def test_it_says_nothing_of_what_was_held_while_the_machine_was_off(drill: Drill) -> None:
    box = LetterBox()
    tick(box, at(1))
    assert [s for s in subjects(tick(box, PLANNED + timedelta(hours=1))) if "请记录" not in s] == []


def test_it_corrects_after_three_days_off_what_was_moved_meanwhile(
    drill: Drill, cast: Cast
) -> None:
    box = LetterBox()
    tick(box, at(7))
    drills.move_drill(drill, planned_at=PLANNED + timedelta(days=1), reason="下雨",
                      by=cast.office, now=at(6))  # fmt: skip
    [late] = subjects(tick(box, at(3)))
    assert "改期" in late
    assert "5月22日" in late


def test_it_sends_after_three_days_off_what_was_left_in_the_middle(drill: Drill) -> None:
    class Gone(BaseException):
        """The power is gone."""

    class Dying(LetterBox):
        def send(self, mail: Letter) -> Reply:
            raise Gone

    with pytest.raises(Gone):
        tick(Dying(), at(7))
    db.session.rollback()
    box = LetterBox()
    assert len(subjects(tick(box, at(4)))) == 1
    assert all_mails()[0].is_maybe_double


def test_it_sends_once_in_a_storm_of_restarts(drill: Drill) -> None:
    box = LetterBox()
    for minute in range(8):
        db.session.remove()  # as a new process begins
        tick(box, at(3) + timedelta(seconds=30 * minute))
    assert len(subjects(box.subjects)) == 1
    assert len(all_messages()) == 1


# The command


def newcomers(*emails: str) -> None:
    """People who have not used their accounts for five days: each is written to now.

    They do not want the list of the month, which is due on most days of it.
    """
    for n, email in enumerate(emails):
        new = an_account(f"new{n}", Role.VILLAGE, place=VILLAGE, email=email,
                         first_signed_in_at=None, created_at=clock.now() - timedelta(days=5))  # fmt: skip
        db.session.add(
            Pause(account_id=new.id, kind=Kind.REGISTER_ATTENTION, paused_at=clock.now())
        )
    db.session.commit()


def counts(words: str) -> list[int]:
    """Found due, sent, not sent."""
    found = re.search(r"新到期 (\d+) 条，发出邮件 (\d+) 封，没有发出 (\d+) 封", words)
    assert found, words
    return [int(one) for one in found.groups()]


UseServer = Callable[..., None]
NEW = "new@example.com"
FIVE = [f"new{n}@example.com" for n in range(5)]


@pytest.fixture
def use_server(app: Flask) -> Iterator[UseServer]:
    """Set MAIL_URL, and other settings, for one test."""
    before = dict(app.config)

    def use(server: Server, login: str = "", **settings: object) -> None:
        host = f"{login}127.0.0.1:{server.port}"
        app.config["MAIL_URL"] = f"smtp://{host}?from=o@example.org&timeout=1"
        app.config.update(settings)

    yield use
    app.config.clear()
    app.config.update(before)


def test_it_sends_by_command_and_says_how_many(app: Flask, use_server: UseServer) -> None:
    newcomers(NEW)
    with serve_mail() as server:
        use_server(server)
        done = command(app, "send-reminders")
        again = command(app, "send-reminders")
    assert (done.exit_code, counts(done.stdout)) == (0, [1, 1, 0])
    assert counts(again.stdout) == [0, 0, 0]
    assert [one.recipients for one in server.received] == [[NEW]]


def test_it_says_how_many_could_not_be_sent(app: Flask, use_server: UseServer) -> None:
    newcomers(NEW)
    with serve_mail({NEW: Manner.BUSY}) as server:
        use_server(server)
        assert counts(command(app, "send-reminders").stdout) == [1, 0, 1]


def test_it_keeps_mails_as_files_where_no_server_is_set(app: Flask) -> None:
    newcomers(NEW)
    done = command(app, "send-reminders")
    assert counts(done.stdout) == [1, 1, 0]
    assert "没有设置 MAIL_URL" in done.stdout
    [file] = Path(app.instance_path, "outbox").glob("*.eml")
    assert NEW.encode() in file.read_bytes()
    file.unlink()


def test_it_sends_no_more_in_a_minute_than_the_provider_takes(
    app: Flask, use_server: UseServer
) -> None:
    newcomers(*FIVE)
    with serve_mail() as server:
        use_server(server, MAILS_PER_MINUTE=2)
        assert counts(command(app, "send-reminders").stdout) == [5, 2, 0]
    assert sum(mail.state is MailState.WAITING for mail in all_mails()) == 3


def test_it_leaves_a_server_that_is_gone_alone_until_the_next_round(
    app: Flask, use_server: UseServer
) -> None:
    newcomers(*FIVE)
    with serve_mail() as server:
        use_server(server)
    assert counts(command(app, "send-reminders").stdout) == [5, 0, 3]
    assert sum(not mail.attempts for mail in all_mails()) == 2  # left alone


def test_it_tries_a_wrong_password_once_a_round(app: Flask, use_server: UseServer) -> None:
    newcomers(*FIVE)
    with serve_mail(login=("o", "right")) as server:
        use_server(server, login="o:wrong@")
        assert counts(command(app, "send-reminders").stdout) == [5, 0, 1]
    assert server.signed_in == ["o"] * 2  # by each of the two ways that the server offers


def test_it_goes_past_letters_that_cannot_be_written(app: Flask, use_server: UseServer) -> None:
    newcomers(*(f"bad{n}@@example.com" for n in range(4)), NEW)
    with serve_mail() as server:
        use_server(server)
        assert counts(command(app, "send-reminders").stdout) == [5, 1, 4]


def test_it_refuses_the_command_without_a_database(new_site: Flask, tmp_path: Path) -> None:
    assert "flask init" in refusal_of(command_of(new_site))
    gone = create_app({
        "INSTANCE": str(tmp_path), "SECRET_KEY": SECRET,
        "DATABASE_URL": "postgresql://127.0.0.1:1/gone",
    })  # fmt: skip
    assert "DATABASE_URL" in refusal_of(command_of(gone))


def command_of(site: Flask) -> Done:
    """The command on a site that has no database to commit to."""
    done = site.test_cli_runner().invoke(args=["send-reminders"])
    return Done(done.exit_code, done.stdout, done.stderr)


def test_it_stops_the_scheduler_politely(machine: Machine) -> None:
    site = create_app({"INSTANCE": str(machine.instance), "SECRET_KEY": SECRET})
    with site.app_context():
        migrating.migrate()
        places.load_places(ROOT / "data" / "places.csv")
        db.session.commit()
        db.engine.dispose()
    process = machine.start("-m", "flask", "run-scheduler", SECRET_KEY=SECRET)
    assert process.stdout is not None
    assert "已启动" in process.stdout.readline().decode()
    process.terminate()
    _out, errors = process.communicate()
    assert process.returncode == 0, errors.decode()
