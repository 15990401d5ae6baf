"""The demo as tests open it: filled where it is new, and deaf to the settings of the machine."""

from pathlib import Path

from flask import Flask

from factories import command
from nanhua_emergency import create_app
from nanhua_emergency.database import db

SECRET = "a-secret-for-tests-only"


def demo_at(folder: Path, url: str = "") -> Flask:
    """A site on the demo in that folder; on SQLite unless another database is named."""
    site = create_app({"INSTANCE": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET,
                       "MAIL_URL": "", "NOTIFY_URLS": ""})  # fmt: skip
    with site.app_context():
        done = command(site, "fill-demo")
        assert done.exit_code == 0, done.stderr
        db.session.remove()
    return site
