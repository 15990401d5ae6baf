"""Run the migrations: on the connection that is handed over, or on the site's own database."""

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

from nanhua_emergency.database import Base, db

context.config.attributes.setdefault("connection", None)


def write_plain_types(kind, thing, _context):
    """Write our own column types as the plain ones beneath them: migrations outlive the code."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


def run(connection):
    context.configure(
        connection=connection,
        render_item=write_plain_types,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.config.attributes["connection"] is not None:
    run(context.config.attributes["connection"])
else:
    with current_app.app_context(), db.engine.begin() as own:
        run(own)
