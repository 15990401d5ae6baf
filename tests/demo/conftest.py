"""A demo of each kind of database, filled once for all tests of it, because it holds a year."""

from collections.abc import Iterator

import pytest
from demo_site import demo_at
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from webtest import TestApp

from conftest import OwnContext
from nanhua_emergency.database import db


def _new_database(url: str) -> str:
    """An empty database on the same server."""
    server = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
    )  # fmt: skip
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS nanhua_demo WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE nanhua_demo"))
    return server.url.set(database="nanhua_demo").render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def demo_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A demo on each kind of database; filled once, for it holds a year."""
    if request.param == "sqlite":
        site = demo_at(request.getfixturevalue("demo_folder"))
    else:
        url = _new_database(request.getfixturevalue("postgresql_url"))
        site = demo_at(tmp_path_factory.mktemp("demo"), url)
    yield site
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo(demo_site: Flask) -> Iterator[Flask]:
    """The demo, inside its context."""
    with demo_site.app_context():
        yield demo_site
        db.session.remove()


@pytest.fixture
def visitor(demo: Flask) -> TestApp:
    """Somebody who has not clicked on anything yet."""
    return TestApp(OwnContext(demo), extra_environ={"REMOTE_ADDR": "127.0.0.1"})
