"""A real site in its own process, with people who can sign in, for browsers to open."""

import os
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--no-first-run", "--disable-component-update",
]  # fmt: skip
TOWN, VILLAGE = "620724102000", "620724102212"
PEOPLE = (
    ("office", "示例应急办", "office", TOWN),
    ("office2", "示例应急办乙", "office", TOWN),
    ("legal", "示例司法所", "legal", TOWN),
    ("leader", "示例镇领导", "leader", TOWN),
    ("admin2", "示例管理员", "admin", TOWN),
    ("mingshui", "示例明水村主任", "village", VILLAGE),
)


@dataclass(frozen=True)
class LiveSite:
    """Where a site runs, and the folder it keeps its data in."""

    url: str
    instance: Path

    def flask(self, *command: str, typed: str = "", wait: int = 120) -> str:
        """Run an operator's command on the site's data; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *command], cwd=ROOT, env=_environment(self.instance),
            input=typed, capture_output=True, text=True, check=False, timeout=wait,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run a few lines inside the site's own context; gives what they printed."""
        lines = f"from app import app\nwith app.app_context():\n{textwrap.indent(code, '    ')}"
        done = subprocess.run(
            [sys.executable, "-c", lines], cwd=ROOT, env=_environment(self.instance),
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


def password_of(sign_in: str) -> str:
    """The password under which a person of the browser tests signs in."""
    return f"柳树河滩-{sign_in[::-1]}-2026"


def _environment(instance: Path, port: int = 0) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MAIL_URL", "NOTIFY_URLS")
    }
    return kept | {"FLASK_APP": "app.py", "INSTANCE": str(instance), "PORT": str(port or 8000)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(instance: Path) -> Iterator[LiveSite]:
    """A site with the town's plans and one person of each role, until the block ends."""
    port = _free_port()
    site = LiveSite(f"http://127.0.0.1:{port}", instance)
    site.flask("init")
    for sign_in, name, role, place in PEOPLE:
        site.flask("add-user", sign_in, "--name", name, "--role", role, "--place", place,
                   "--password-stdin", typed=f"first-{password_of(sign_in)}\n")  # fmt: skip
    with _served(site, port):
        yield site


@contextmanager
def serve_demo(instance: Path) -> Iterator[LiveSite]:
    """The demo, as `make demo` serves it, until the block ends; it is filled where it is new."""
    port = _free_port()
    site = LiveSite(f"http://127.0.0.1:{port}", instance)
    site.flask("fill-demo", wait=300)
    with _served(site, port):
        yield site


@contextmanager
def _served(site: LiveSite, port: int) -> Iterator[None]:
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=_environment(site.instance, port),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(site.url)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str) -> None:
    for _ in range(600):  # a minute: a busy machine takes its time to start the site
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the site at {url} does not answer")
