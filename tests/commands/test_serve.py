"""Serve the site in one process: python app.py."""

import json
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from subprocess import Popen

import pytest

from conftest import Machine
from nanhua_emergency.config import VERSION


@pytest.fixture
def port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def refusal_of_serving(machine: Machine, **settings: str) -> str:
    """The one clear line with which the server ended, and ended with 1."""
    done = machine.run("app.py", **settings)
    assert done.exit_code == 1, done
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr.strip()


def ask(port: int, server: Popen[bytes]) -> dict[str, object]:
    """What /healthz says, as soon as the site answers."""
    while server.poll() is None:
        try:
            # Whoever else came by this port meanwhile may never answer.
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except OSError:
            time.sleep(0.05)
    raise AssertionError(server.communicate())


def test_it_serves_until_it_is_stopped(machine: Machine, port: int) -> None:
    assert machine.flask("init").exit_code == 0
    server = machine.start("app.py", PORT=str(port))
    assert server.stdout is not None
    assert server.stdout.readline().decode().strip().endswith(f"http://127.0.0.1:{port}/")
    assert ask(port, server)["version"] == VERSION
    address = f"http://127.0.0.1:{port}/plans/flood-control"
    with urllib.request.urlopen(address, timeout=60) as page:
        assert "防汛" in page.read().decode()
    server.terminate()
    _out, err = server.communicate()
    assert server.returncode != 1
    assert b"Traceback" not in err


def test_it_asks_for_init_where_there_is_no_database(machine: Machine, port: int) -> None:
    told = refusal_of_serving(machine, PORT=str(port))
    assert told == "没有办成：数据库还没有准备好。请先运行 flask init"


def test_it_refuses_a_database_of_a_later_version(machine: Machine, port: int) -> None:
    assert machine.flask("init").exit_code == 0
    connection = sqlite3.connect(machine.instance / "nanhua.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    assert "数据库比程序新（9999）" in refusal_of_serving(machine, PORT=str(port))


def test_it_refuses_what_is_no_database(machine: Machine, port: int) -> None:
    machine.instance.mkdir()
    (machine.instance / "nanhua.db").write_bytes("这不是数据库。".encode() * 500)
    assert "数据库连不上或打不开" in refusal_of_serving(machine, PORT=str(port))


def test_it_says_so_when_no_database_answers(machine: Machine, port: int) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nowhere?connect_timeout=3"
    assert "数据库连不上或打不开" in refusal_of_serving(machine, PORT=str(port), DATABASE_URL=url)


def test_it_names_another_port_when_this_one_is_taken(machine: Machine, taken_port: int) -> None:
    assert machine.flask("init").exit_code == 0
    told = refusal_of_serving(machine, PORT=str(taken_port))
    assert f"不能在 127.0.0.1:{taken_port} 提供服务" in told
    assert "PORT=8001" in told


def test_it_says_so_when_the_address_is_not_its_own(machine: Machine, port: int) -> None:
    assert machine.flask("init").exit_code == 0
    told = refusal_of_serving(machine, PORT=str(port), HOST="192.0.2.1")
    assert f"不能在 192.0.2.1:{port} 提供服务" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("PORT", "0"), ("DATABASE_URL", "mysql://x"), ("SECRET_KEY", "short"),
     ("HTTPS", "maybe"), ("PLACE", "南华镇"), ("THREADS", "0")],
)  # fmt: skip
def test_it_names_a_setting_that_makes_no_sense(name: str, value: str, machine: Machine) -> None:
    for command in (("app.py",), ("-m", "flask", "init")):
        done = machine.run(*command, **{name: value})
        assert done.exit_code == 2
        assert done.stderr.startswith(f"设置 {name} 有误：")
        assert len(done.stderr.strip().splitlines()) == 1
