"""Returning commits, raising rolls back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.db.base import db


def begin_write() -> None:
    """Take the writer's place at once where the database has only one (SQLite).

    A transaction that reads first and writes later could otherwise fail half-way.
    """
    if db.engine.dialect.name == "sqlite" and not db.session().in_transaction():
        db.session.connection(execution_options={"begin": "BEGIN IMMEDIATE"})


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work for jobs and commands; requests get theirs from `Routes`."""
    try:
        begin_write()
        yield
        db.session.commit()
    except BaseException:
        abandon()
        raise
    finish()


@contextmanager
def reading() -> Iterator[None]:
    """A long job reads, then works on what it read: nothing is written, and nothing stays open behind it."""
    try:
        yield
    finally:
        abandon()


def abandon() -> None:
    """Roll back and forget what was to follow the commit."""
    db.session.rollback()
    db.session.info.pop("after_commit", None)


def on_commit(work: Callable[[], None]) -> None:
    """Do something outside the database once the present transaction has committed."""
    db.session.info.setdefault("after_commit", []).append(work)


def finish() -> None:
    """Run what `on_commit` collected."""
    for work in db.session.info.pop("after_commit", ()):
        work()
