"""What tests of reminders stand on besides: where the site sends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

SetMailUrl = Callable[[str], None]


@pytest.fixture
def set_mail_url(app: Flask) -> Iterator[SetMailUrl]:
    """Name the site's mail server for the length of a test."""

    def set_url(url: str) -> None:
        app.config["MAIL_URL"] = url

    yield set_url
    app.config["MAIL_URL"] = ""


@pytest.fixture
def outbox(app: Flask) -> Path:
    """The folder of mails where no server is set, empty."""
    folder = Path(app.instance_path, "outbox")
    for path in folder.glob("*"):
        path.unlink()
    return folder
