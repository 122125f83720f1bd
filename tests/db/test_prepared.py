"""PostgreSQL: statements stay prepared from one page to the next."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import ProgrammingError

from portal import clock
from portal.db import db, transaction
from portal.identity.models import User

pytestmark = pytest.mark.on("postgres")
OFTEN = 8
"""More often than psycopg wants to see a statement before it prepares it."""


@pytest.fixture
def connection(app) -> Iterator[Connection]:
    """One and the same new connection, as a web process that serves one page at a time has it."""
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect() as one:
            yield one


def ask(connection: Connection) -> None:
    connection.execute(select(User.email)).all()
    connection.rollback()


def prepared(connection: Connection) -> list[str]:
    known = "select statement from pg_prepared_statements where statement like '%users.email%'"
    return list(connection.scalars(text(known)))


def test_what_pages_ask_again_and_again_is_planned_once(connection):
    for _ in range(OFTEN):
        ask(connection)
    assert len(prepared(connection)) == 1


def test_a_rollback_takes_back_what_was_written(app):
    with app.app_context():
        for _ in range(OFTEN):
            db.session.add(User(name="Nobody", email="nobody@x.example", created_at=clock.now()))
            db.session.flush()
            db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_after_a_fault_all_is_forgotten_and_works_again(connection):
    for _ in range(OFTEN):
        ask(connection)
    with pytest.raises(ProgrammingError):
        connection.execute(text("select nothing from nowhere"))
    connection.rollback()
    assert prepared(connection) == []
    for _ in range(OFTEN):
        ask(connection)
    assert len(prepared(connection)) == 1


def test_a_table_that_is_made_and_dropped_again_does_not_confuse_it(app):
    with app.app_context():
        for column in ("one", "two"):
            with transaction():
                db.session.execute(text(f"create table passing ({column} integer)"))
            for _ in range(OFTEN):
                assert db.session.execute(text("select * from passing")).keys() == {column}
                db.session.rollback()
            with transaction():
                db.session.execute(text("drop table passing"))
