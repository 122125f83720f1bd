"""The background worker: claims a job, runs its handler, marks it done in the same transaction."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from portal.actor import SYSTEM, act_as
from portal.db import db, transaction
from portal.jobs import queue, schedule
from portal.jobs.models import Job

log = logging.getLogger("portal.worker")
Handler = Callable[[dict[str, Any]], None]

_handlers: dict[str, tuple[Handler, bool]] = {}


def handle(kind: str, handler: Handler, *, long: bool = False) -> None:
    """Say who does jobs of a kind; called by `wiring.py`.

    A handler runs in the transaction that marks its job done. A `long` one opens its own short
    transactions instead, so that nobody waits for the database while it works; both are safe to run twice.
    """
    _handlers[kind] = (handler, long)


def run_one(app: Flask) -> bool:
    """Do the next due job.

    Returns whether there was one. A handler that raises is tried again with growing pauses, then set aside.
    """
    with app.app_context():
        act_as(SYSTEM)
        with transaction():
            job = queue.claim()
            if job is not None:
                db.session.expunge(job)
        if job is None:
            return False
        _do(job)
        return True


def _do(job: Job) -> None:
    handler, long = _handlers[job.kind]
    try:
        if long:
            handler(job.payload)
        with transaction():
            if not long:
                handler(job.payload)
            queue.finished(job)
    except Exception as error:
        log.exception("job %s (%s) failed, try %s", job.id, job.kind, job.attempts)
        with transaction():
            queue.failed(job, f"{type(error).__name__}: {error}"[:500])


def run_due(app: Flask, most: int = 1000) -> int:
    """Do everything due now; how many jobs were done. For tests and commands."""
    done = 0
    while done < most and run_one(app):
        done += 1
    return done


def run_for_ever(app: Flask, poll_seconds: float = 0.5) -> None:
    """Work until SIGTERM or SIGINT; a job in progress is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            with app.app_context():
                schedule.order_due()
            if not run_one(app):
                stop.wait(poll_seconds)
        except Exception:
            log.exception("the queue cannot be reached; trying again")
            stop.wait(2)
