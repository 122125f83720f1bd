"""Signed-in browsers: rows that begin, are seen, and end (T14)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, Update, select, update
from sqlalchemy.exc import DBAPIError

from portal import clock
from portal.db import db
from portal.identity.actors import ABSOLUTE, IDLE, digest
from portal.identity.models import LoginSession, User
from portal.identity.peer import Peer

SEEN_EVERY = timedelta(minutes=5)


def begin(user: User, peer: Peer) -> str:
    """A new session for a user; the token for the cookie, of which only the hash is kept."""
    token, now = secrets.token_urlsafe(32), clock.now()
    row = LoginSession(
        token_hash=digest(token),
        user_id=user.id,
        created_at=now,
        seen_at=now,
        agent=peer.agent,
        address=peer.address,
    )
    db.session.add(row)
    db.session.flush()
    return token


def end(session_id: int) -> None:
    """End one session, whoever holds its cookie."""
    _end(LoginSession.id == session_id)


def end_by_token(token: str) -> None:
    """End the session of a cookie, if it has one."""
    _end(LoginSession.token_hash == digest(token))


def end_all(user_id: int) -> None:
    """End every session of a person."""
    _end(LoginSession.user_id == user_id)


def _end(which: object) -> None:
    db.session.execute(
        update(LoginSession)
        .where(which, LoginSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=clock.now())
        .execution_options(synchronize_session="evaluate")
    )


def live_of(user_id: int, *, is_staff: bool) -> Sequence[LoginSession]:
    """A person's sessions that still open something, the last seen first."""
    now = clock.now()
    return db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.seen_at >= now - IDLE[is_staff],
            LoginSession.created_at >= now - ABSOLUTE[is_staff],
        )
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    ).all()


def touch(session_id: int, seen_at: datetime) -> None:
    """Note in the request's own transaction that a session was used."""
    if clock.now() - seen_at >= SEEN_EVERY:
        db.session.execute(_seen(session_id))


def _seen(session_id: int) -> Update:
    return update(LoginSession).where(LoginSession.id == session_id).values(seen_at=clock.now())


def mark_seen(session_id: int, seen_at: datetime, engine: Engine) -> None:
    """Note that a session was used, in a transaction of its own that waits for nobody.

    If the database is busy the note is left out; the next request makes it.
    """
    if clock.now() - seen_at < SEEN_EVERY:
        return
    waiting = _no_waiting[engine.dialect.name]
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(waiting[0])
            try:
                connection.execute(_seen(session_id))
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql(waiting[1])
    except DBAPIError:
        return


_no_waiting = {
    "sqlite": ("pragma busy_timeout=0", "pragma busy_timeout=15000"),
    "postgresql": ("set local lock_timeout = '50ms'", "select 1"),
}
