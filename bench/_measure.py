"""What the benchmarks share: starting servers, a load generator, and the lines they print."""

import os
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Half as many as the servers have threads, so that neither queues.
CONNECTIONS = 4


def report(name: str, value: float, unit: str, goal: str = "-", *, holds: bool = True) -> None:
    """One line: name, value, unit, goal, and whether the goal was held."""
    shown = f"{value:.2f}" if value < 100 else f"{value:.0f}"
    print(name, shown, unit, goal, "held" if holds else "short", sep="\t", flush=True)


def environment(instance: Path, port: int = 8000) -> dict[str, str]:
    """What a site needs to run on its own data, whatever this machine's own site is set to."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY", "HOST")}
    return kept | {"FLASK_APP": "app.py", "INSTANCE": str(instance), "PORT": str(port)}


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A site in a process of its own; `start_seconds` passed until its first answer."""

    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float

    def memory_mb(self) -> float:
        """Memory that the process holds now (Linux)."""
        return memory_mb(self.process.pid)


def memory_mb(process_id: int) -> float:
    """Resident memory of a process, from /proc."""
    status = Path(f"/proc/{process_id}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def serving(command: Sequence[str], instance: Path, path: str) -> Iterator[Server]:
    """Run a server until the block ends; it listens on PORT and answers `path` when ready."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment(instance, port),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, path, process)
        yield Server(process, port, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(2000):
        try:
            if fetch(port, path).status == 200:
                return
        except OSError:
            time.sleep(0.01)
        if process.poll() is not None:
            break
    raise SystemExit(f"the server on port {port} does not answer {path}")


@dataclass
class Answer:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def fetch(port: int, path: str, headers: str = "") -> Answer:
    """Ask once, on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(_request(path, headers))
        data = b""
        while not _is_whole(data):
            block = connection.recv(1 << 16)
            if not block:
                break
            data += block
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return Answer(int(first.split()[1]), {name.lower(): value for name, value in pairs}, body)


def _request(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def _is_whole(data: bytes | bytearray) -> bool:
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    if data[9:12] == b"304":
        return True
    at = data.lower().find(b"content-length:", 0, end)
    length = int(data[at + 15 : data.find(b"\r\n", at)]) if at >= 0 else 0
    return len(data) >= end + 4 + length


@dataclass
class Load:
    """What came back from a server under load, round by round."""

    rates: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)

    def add(self, seconds: list[float], wall: float) -> None:
        """Keep one round: how long each answer took, and how long the round."""
        self.rates.append(len(seconds) / wall)
        self.p99s.append(sorted(seconds)[int(len(seconds) * 0.99)] * 1000)

    @property
    def rate(self) -> float:
        """Answers a second, the middle of the rounds."""
        return statistics.median(self.rates)

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of 100 answers came, the middle of the rounds."""
        return statistics.median(self.p99s)


def load(port: int, path: str, headers: str, *, status: int, seconds: float, into: Load) -> None:
    """Keep several connections busy for a while, each asking again as soon as it has its answer.

    Written on bare sockets in one thread, so that the generator costs far less than the servers.
    """
    asked = _Asked(port, _request(path, headers), f"HTTP/1.1 {status} ".encode())
    with selectors.DefaultSelector() as ready:
        for _ in range(CONNECTIONS):
            _ask(ready, asked)
        began = time.perf_counter()
        times: list[float] = []
        while (now := time.perf_counter()) - began < seconds:
            for key, _events in ready.select(timeout=1):
                _receive(ready, key, asked, times)
        into.add(times, now - began)
        for key in list(ready.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]


@dataclass(frozen=True)
class _Asked:
    port: int
    request: bytes
    begins: bytes


def _ask(ready: selectors.BaseSelector, asked: _Asked) -> None:
    began = time.perf_counter()
    connection = socket.create_connection(("127.0.0.1", asked.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(asked.request)
    ready.register(connection, selectors.EVENT_READ, [began, bytearray()])


def _receive(
    ready: selectors.BaseSelector, key: selectors.SelectorKey, asked: _Asked, times: list[float]
) -> None:
    connection, state = key.fileobj, key.data
    assert isinstance(connection, socket.socket)
    block = connection.recv(1 << 18)
    state[1] += block
    if not block or not state[1].startswith(asked.begins[: len(state[1])]):
        raise SystemExit(f"unexpected answer: {bytes(state[1][:200])!r}")
    if not _is_whole(state[1]):
        return
    now = time.perf_counter()
    times.append(now - state[0])
    if b"connection: close" in state[1][:2000].lower():  # waitress, after every 304
        ready.unregister(connection)
        connection.close()
        _ask(ready, asked)
        return
    state[0], state[1] = now, bytearray()
    connection.sendall(asked.request)
