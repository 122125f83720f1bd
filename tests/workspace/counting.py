"""Counting what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from portal.db import db


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements sent meanwhile, begin and commit left out."""
    seen: list[str] = []

    def record(connection, cursor, statement, *rest):
        if not statement.upper().startswith(
            ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT PG_CATALOG")
        ):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", record)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", record)
