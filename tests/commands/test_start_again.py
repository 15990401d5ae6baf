"""Start again: known plans are left alone, a wrong setting is named, a stop is in order."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from factories import Cast, a_body, a_cleared
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.plans import publication, queries
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition

ROOT = Path(__file__).resolve().parent.parent.parent
TOWN = "620724102000"


def count_editions() -> int:
    return db.session.scalar(select(func.count()).select_from(Edition)) or 0


def test_it_leaves_a_plan_alone_whose_text_has_moved_on(app: Flask, cast: Cast) -> None:
    init = app.cli.commands["init"]
    assert app.test_cli_runner().invoke(init).exit_code == 0
    plan = queries.get_plan("flood-control", TOWN)
    edition = a_cleared(plan, cast, body=a_body() + "\n再加一行。\n")
    publication.publish_edition(
        edition, sha256=edition.cleared_sha256, issue_number="南政发〔2026〕5号",
        effective_on=clock.today(), by=cast.leader, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    before = count_editions()
    again = app.test_cli_runner().invoke(init)
    assert (again.exit_code, "预案 新增 0，原有 17" in again.output) == (0, True)
    assert count_editions() == before
    assert queries.find_open(queries.get_plan("flood-control", TOWN)) is None


def test_it_starts_while_an_edition_is_under_way(app: Flask, cast: Cast) -> None:
    init = app.cli.commands["init"]
    app.test_cli_runner().invoke(init)
    a_cleared(queries.get_plan("flood-control", TOWN), cast, body=a_body() + "\n再加一行。\n")
    db.session.commit()
    assert app.test_cli_runner().invoke(init).exit_code == 0
    under_way = queries.find_open(queries.get_plan("flood-control", TOWN))
    assert under_way is not None
    assert under_way.state is State.CLEARED


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MAIL_URL", "NOTIFY_URLS")
    }
    return kept | {"FLASK_APP": "app.py", "INSTANCE": str(folder)} | settings


def test_it_names_a_wrong_setting_and_ends_with_two(tmp_path: Path) -> None:
    for command in (["app.py"], ["-m", "flask", "init"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment(tmp_path, PORT="abc"),
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr.splitlines() == ["设置 PORT 有误：应为 1 至 65535 的整数，现为“abc”"]


def test_it_stops_in_order(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = environment(tmp_path, PORT=port)
    subprocess.run([sys.executable, "-m", "flask", "init"], cwd=ROOT, env=settings, check=True,
                   capture_output=True, timeout=120)  # fmt: skip
    site = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=settings,
                            stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
    finally:
        site.send_signal(signal.SIGTERM)
    assert site.wait(timeout=30) == 0


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
