"""Another program writes to the database while the site runs; the site sees it and loses nothing."""

import sqlite3
import urllib.request
from pathlib import Path

from browser.serving import serve


def test_it_sees_what_another_program_writes(tmp_path: Path) -> None:
    with serve(tmp_path) as site:
        for number in range(4):
            title = f"南华镇防汛应急预案（示例 {number}）"
            rename_flood_plan(tmp_path / "nanhua.db", title)
            with urllib.request.urlopen(f"{site.url}/plans/?n={number}", timeout=20) as answer:
                assert title in answer.read().decode()


def rename_flood_plan(path: Path, title: str) -> None:
    """As an operator's command does: open the database, write, and close it."""
    database = sqlite3.connect(path, timeout=20)
    database.execute("UPDATE plan SET title = ? WHERE slug = 'flood-control'", (title,))
    database.commit()
    database.close()
