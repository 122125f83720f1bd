"""The background worker: claims a job, runs its handler, marks it done in the same transaction."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from portal.actor import SYSTEM, act_as
from portal.db import db, transaction
from portal.jobs import queue, schedule
from portal.jobs.models import Job

log = logging.getLogger("portal.worker")
Handler = Callable[[dict[str, Any]], None]
DIED = "the worker ended during each try"


@dataclass(frozen=True)
class _Work:
    """Who does the jobs of a kind, and how."""

    handler: Handler
    long: bool
    patient: bool
    given_up: Handler | None


_handlers: dict[str, _Work] = {}


def handle(
    kind: str,
    handler: Handler,
    *,
    long: bool = False,
    patient: bool = False,
    given_up: Handler | None = None,
) -> None:
    """Say who does jobs of a kind; called by `wiring.py`.

    A handler runs in the transaction that marks its job done. A `long` one opens its own short
    transactions instead, so that nobody waits for the database while it works; both are safe to run twice.
    A `patient` kind waits until nothing else is due. `given_up` is called, in the transaction that sets the job
    aside, for one at which a worker died as often as it is tried: its handler could not say so itself.
    """
    _handlers[kind] = _Work(handler, long, patient, given_up)


def run_one(app: Flask) -> bool:
    """Do the next due job.

    Returns whether there was one. A handler that raises is tried again with growing pauses, then set aside.
    """
    with app.app_context():
        act_as(SYSTEM)
        with transaction():
            job = queue.claim(after_others=_patient())
            if job is not None:
                db.session.expunge(job)
        if job is None:
            return False
        if job.attempts > queue.TRIES:
            _give_up(job)
        else:
            _do(job)
        return True


def _patient() -> list[str]:
    return [kind for kind, work in _handlers.items() if work.patient]


def _give_up(job: Job) -> None:
    log.error("job %s (%s) is set aside: %s", job.id, job.kind, DIED)
    given_up = _handlers[job.kind].given_up
    with transaction():
        if given_up is not None:
            given_up(job.payload)
        queue.set_aside(job, DIED)


def _do(job: Job) -> None:
    work = _handlers[job.kind]
    try:
        if work.long:
            work.handler(job.payload)
        with transaction():
            if not work.long:
                work.handler(job.payload)
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


def run_for_ever(app: Flask, poll_seconds: float = 0.5, *, tied: bool = False) -> None:
    """Work until SIGTERM or SIGINT, or if `tied` until whoever started it is gone and standard input ends.

    A job in progress is finished first.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if tied:
        threading.Thread(target=_stop_with_input, args=(stop,), daemon=True).start()
    while not stop.is_set():
        try:
            with app.app_context():
                schedule.order_due()
            if not run_one(app):
                stop.wait(poll_seconds)
        except Exception:
            log.exception("the queue cannot be reached; trying again")
            stop.wait(2)


def _stop_with_input(stop: threading.Event) -> None:
    """Read past Python's own buffer: a thread that holds its lock when the process ends brings it down."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()
