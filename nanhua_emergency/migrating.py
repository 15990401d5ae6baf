"""Where the database stands against the migrations of this code."""

from dataclasses import dataclass
from functools import cache

from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from nanhua_emergency.config import ROOT
from nanhua_emergency.database import db

MIGRATIONS = ROOT / "migrations"


@dataclass(frozen=True)
class DatabaseState:
    """The kind of database, the migration it is at, and the one this code needs."""

    database: str
    current: str | None
    head: str
    is_known: bool

    @property
    def is_current(self) -> bool:
        """Whether the database is exactly as this code needs it."""
        return self.current == self.head

    @property
    def is_newer(self) -> bool:
        """Whether a later version of the code made it."""
        return self.current is not None and not self.is_known


@cache
def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def find_head() -> str:
    """The migration that this code needs."""
    return _scripts().get_current_head() or ""


def list_known() -> frozenset[str]:
    """Every migration that this code knows."""
    return _known()


def read_state() -> DatabaseState:
    """Ask the database which migration it is at."""
    with db.engine.connect().execution_options(is_reading=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    name = db.engine.dialect.name
    return DatabaseState(name, current, find_head(), current in _known())


def find_state() -> DatabaseState | None:
    """The same, or None when the database does not answer."""
    try:
        return read_state()
    except SQLAlchemyError:
        return None


def migrate() -> None:
    """Bring the database to what this code needs, in one transaction."""
    with db.engine.begin() as connection:
        migrate_on(connection, "head")


def migrate_on(connection: Connection, revision: str) -> None:
    """The same on a given connection, up to a given migration."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    upgrade(config, revision)
