"""How often something may be tried; counted in the database, so shared by all processes (T17)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from portal import clock
from portal.db import db
from portal.identity.models import Attempt
from portal.web.security import settings


@dataclass(frozen=True)
class Limit:
    """So many tries of a kind in a span; `in_a_row` failures without a success between close it."""

    kind: str
    most: int
    span: timedelta
    in_a_row: int | None = None


PERSON = Limit("login", 10, timedelta(minutes=15), in_a_row=100)
PEER = Limit("login-peer", 100, timedelta(minutes=15))
RESET_PERSON = Limit("reset", 3, timedelta(hours=1))
RESET_PEER = Limit("reset-peer", 100, timedelta(minutes=15))


class TooManyTries(Exception):
    """The limit is reached; nothing was tried. `reset_only`: waiting does not help, a reset does."""

    def __init__(self, *, reset_only: bool = False) -> None:
        super().__init__("too many tries")
        self.reset_only = reset_only


def subject(text: str) -> str:
    """What is kept of an address or a peer: a keyed hash."""
    return hmac.new(settings().secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def take(*claims: tuple[Limit, str]) -> list[int]:
    """Count one try against each limit and subject, or against none.

    The try counts as failed until `succeeded` is told of it: parallel guesses cannot slip through.
    Raises: TooManyTries.
    """
    now = clock.now()
    for limit, who in sorted(claims, key=lambda claim: (claim[0].kind, claim[1])):
        _lock(f"{limit.kind}:{who}")
    for limit, who in claims:
        if _failed_since(limit, who, now - limit.span) >= limit.most:
            raise TooManyTries
        if limit.in_a_row and _failures_in_a_row(limit, who) >= limit.in_a_row:
            raise TooManyTries(reset_only=True)
    for limit, who in claims:
        _forget_old(limit, who)
    rows = [Attempt(kind=limit.kind, subject=who, at=now, failed=True) for limit, who in claims]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def succeeded(attempts: list[int]) -> None:
    """The tries were no guesses: they no longer count."""
    db.session.execute(
        update(Attempt)
        .where(Attempt.id.in_(attempts))
        .values(failed=False)
        .execution_options(synchronize_session=False)
    )


def reopen(limit: Limit, who: str) -> None:
    """Forget a person's failures; a reset does."""
    db.session.execute(
        update(Attempt)
        .where(Attempt.kind == limit.kind, Attempt.subject == who, Attempt.failed)
        .values(failed=False)
        .execution_options(synchronize_session=False)
    )


def _lock(name: str) -> None:
    """One count at a time for each subject; SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def _failed_since(limit: Limit, who: str, since: object) -> int:
    counted = select(func.count()).where(
        Attempt.kind == limit.kind, Attempt.subject == who, Attempt.at > since, Attempt.failed
    )
    return db.session.scalar(counted) or 0


def _failures_in_a_row(limit: Limit, who: str) -> int:
    mine = (Attempt.kind == limit.kind) & (Attempt.subject == who)
    last = select(func.coalesce(func.max(Attempt.id), 0)).where(mine, Attempt.failed.is_(False))
    counted = select(func.count()).where(mine, Attempt.failed, Attempt.id > last.scalar_subquery())
    return db.session.scalar(counted) or 0


def _forget_old(limit: Limit, who: str) -> None:
    """Drop what no longer counts; tries in a row are kept until a success or a reset."""
    old = (
        (Attempt.kind == limit.kind)
        & (Attempt.subject == who)
        & (Attempt.at < clock.now() - 2 * limit.span)
    )
    if limit.in_a_row:
        newest = select(func.max(Attempt.id)).where(
            Attempt.kind == limit.kind, Attempt.subject == who, Attempt.failed.is_(False)
        )
        old = old & (Attempt.id < newest.scalar_subquery())
    db.session.execute(delete(Attempt).where(old).execution_options(synchronize_session=False))
