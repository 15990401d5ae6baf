"""Survive chaos: schedulers killed at random, a server that misbehaves at random, changing plans."""

from pathlib import Path

from reminders.chaos import run


def test_it_keeps_every_promise_while_schedulers_are_killed(empty_url: str, tmp_path: Path) -> None:
    figures, wrongs = run(tmp_path, empty_url, rounds=6, seed=6)
    assert wrongs == [], figures
