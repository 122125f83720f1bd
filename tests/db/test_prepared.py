"""PostgreSQL: statements stay prepared from one page to the next."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from portal import clock
from portal.db import db, transaction
from portal.identity.models import User

pytestmark = pytest.mark.on("postgres")
OFTEN = 8
"""More often than psycopg wants to see a statement before it prepares it."""


@pytest.fixture
def asked(app):
    with app.app_context():
        yield


def prepared() -> list[str]:
    known = "select statement from pg_prepared_statements where statement like '%users.email%'"
    return list(db.session.scalars(text(known)))


def ask() -> None:
    db.session.execute(db.select(User.email)).all()


def test_what_pages_ask_again_and_again_is_planned_once(asked):
    for _ in range(OFTEN):
        ask()
        db.session.rollback()
    assert len(prepared()) == 1


def test_a_rollback_takes_back_what_was_written(asked):
    for _ in range(OFTEN):
        db.session.add(User(name="Nobody", email="nobody@x.example", created_at=clock.now()))
        db.session.flush()
        db.session.rollback()
    assert db.session.scalar(db.select(db.func.count()).select_from(User)) == 0


def test_after_a_fault_all_is_forgotten_and_works_again(asked):
    for _ in range(OFTEN):
        ask()
        db.session.rollback()
    with pytest.raises(ProgrammingError):
        db.session.execute(text("select nothing from nowhere"))
    db.session.rollback()
    assert prepared() == []
    for _ in range(OFTEN):
        ask()
        db.session.rollback()
    assert len(prepared()) == 1


def test_a_table_that_is_made_and_dropped_again_does_not_confuse_it(asked):
    for column in ("one", "two"):
        with transaction():
            db.session.execute(text(f"create table passing ({column} integer)"))
        for _ in range(OFTEN):
            assert db.session.execute(text("select * from passing")).keys() == {column}
            db.session.rollback()
        with transaction():
            db.session.execute(text("drop table passing"))
