"""Ordering work inside the transaction it belongs to, and claiming it one by one."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Insert, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock
from portal.db import db
from portal.jobs.models import Job, State

LEASE = timedelta(minutes=3)
TRIES = 3


def insert_for(dialect: str) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    unique_key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Order a job; a second order with the same key is the first one."""
    insert: Insert = (
        insert_for(db.session.get_bind().dialect.name)(Job)
        .values(
            kind=kind,
            payload=payload,
            unique_key=unique_key,
            run_at=run_at or clock.now(),
            attempts=0,
            state=State.WAITING,
        )
        .on_conflict_do_nothing(index_elements=["unique_key"])
    )
    db.session.execute(insert)


def claim(*, after_others: Collection[str] = ()) -> Job | None:
    """Take the next due job under a lease, or None; the caller commits at once.

    Jobs of the kinds named in `after_others` are taken when nothing else is due.
    """
    first = _claimed(Job.kind.not_in(after_others)) if after_others else None
    return first or _claimed()


def _claimed(*conditions: ColumnElement[bool]) -> Job | None:
    now = clock.now()
    due = (
        select(Job.id)
        .where(
            Job.state == State.WAITING,
            Job.run_at <= now,
            or_(Job.lease_until.is_(None), Job.lease_until < now),
            *conditions,
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return db.session.scalars(
        update(Job)
        .where(Job.id == due)
        .values(lease_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def finished(job: Job) -> None:
    """Mark a job done, in the transaction of its work."""
    _settle(job, state=State.DONE, done_at=clock.now(), error=None)


def failed(job: Job, reason: str) -> None:
    """Give the job another try later, or after the last one set it aside with its reason."""
    if job.attempts >= TRIES:
        set_aside(job, reason)
    else:
        pause = timedelta(seconds=10 * 4**job.attempts)
        _settle(job, error=reason, lease_until=None, run_at=clock.now() + pause)


def set_aside(job: Job, reason: str) -> None:
    """Try it no more; the row stays with its reason."""
    _settle(job, state=State.FAILED, error=reason, done_at=clock.now())


def _settle(job: Job, **values: Any) -> None:
    db.session.execute(update(Job).where(Job.id == job.id).values(**values))


def waiting() -> int:
    """How many jobs are due and not done."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Job)
            .where(Job.state == State.WAITING, Job.run_at <= clock.now())
        )
        or 0
    )
