"""Alembic's environment: the app's own engine and metadata."""

from typing import Literal

from alembic import context
from flask import current_app

from portal.db import UtcDateTime, db


def run() -> None:
    """Migrate over one connection; SQLite gets batches, PostgreSQL a short wait for locks."""
    migrate = current_app.extensions["migrate"]
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("set lock_timeout = '5s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=_ours,
            render_item=_rendered,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Leave the search index alone: it is made and kept by its own statements."""
    return not (kind in ("table", "index") and (name or "").startswith(("search_", "ix_search_")))


def _rendered(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Instants as plain columns: a migration does not import the product."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False
    )


run()
