"""The queue: one order a key, one worker a job, tries with pauses, never half done."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db, transaction
from portal.jobs import Job, enqueue, queue, worker


@pytest.fixture
def context(app):
    with app.app_context():
        yield app


def _jobs():
    return db.session.scalars(select(Job).execution_options(populate_existing=True)).all()


def test_the_same_key_is_ordered_once(context):
    with transaction():
        enqueue("count", {}, unique_key="one")
        enqueue("count", {}, unique_key="one")
        enqueue("count", {})
    assert len(_jobs()) == 2


def test_an_order_rolled_back_is_no_order(context):
    with pytest.raises(RuntimeError), transaction():
        enqueue("count", {})
        raise RuntimeError
    assert _jobs() == []


def test_a_claimed_job_is_not_claimed_again_before_its_lease_ends(context):
    with transaction():
        enqueue("count", {})
    with transaction():
        assert queue.claim() is not None
    with transaction():
        assert queue.claim() is None
        for job in _jobs():
            job.lease_until = clock.now() - timedelta(seconds=1)
    with transaction():
        assert queue.claim().attempts == 2


def test_a_handler_that_raises_is_tried_three_times_and_set_aside(context):
    tries = []

    def broken(payload):
        tries.append(payload)
        raise ValueError("no paper")

    worker.handle("broken", broken)
    with transaction():
        enqueue("broken", {"n": 1})
    for _ in range(5):
        worker.run_due(context)
        with transaction():
            for job in _jobs():
                job.run_at = clock.now() - timedelta(seconds=1)
    (job,) = _jobs()
    assert len(tries) == 3
    assert (job.state, job.error) == ("failed", "ValueError: no paper")


def test_work_and_its_mark_are_one_transaction(context):
    def half(payload):
        enqueue("other", {})
        raise RuntimeError

    worker.handle("half", half)
    with transaction():
        enqueue("half", {})
    worker.run_one(context)
    assert [job.kind for job in _jobs()] == ["half"]


def test_patient_work_waits_until_nothing_else_is_due(context):
    done = []
    worker.handle("night", lambda payload: done.append("night"), long=True, patient=True)
    worker.handle("mark", lambda payload: done.append("mark"))
    with transaction():
        enqueue("night", {})
        enqueue("night", {})
        enqueue("mark", {})
    worker.run_due(context)
    assert done == ["mark", "night", "night"]


@pytest.mark.proves("X1", "X11")
def test_a_job_at_which_the_worker_dies_each_time_is_set_aside_and_said_so(context):
    """As after three kills: the lease ran out each time, nobody settled it."""
    told, tried = [], []
    worker.handle("deadly", tried.append, long=True, given_up=told.append)
    with transaction():
        enqueue("deadly", {"n": 7})
        enqueue("deadly", {"n": 8})
    with transaction():
        deadly = next(job for job in _jobs() if job.payload == {"n": 7})
        deadly.attempts, deadly.lease_until = queue.TRIES, clock.now() - timedelta(seconds=1)
    worker.run_due(context)
    assert (told, tried) == ([{"n": 7}], [{"n": 8}])
    assert {(job.payload["n"], job.state, job.error) for job in _jobs()} == {
        (7, "failed", worker.DIED),
        (8, "done", None),
    }


WORKER = textwrap.dedent("""
    import sys, time
    from portal.app import create_app
    from portal.config import Settings
    from portal.db import db
    from portal.jobs import enqueue, schedule, worker

    def slow(payload):
        enqueue("mark", {}, unique_key=f"mark:{payload['n']}")
        print("begun", flush=True)
        time.sleep(payload["seconds"])

    worker.handle("slow", slow)
    worker.handle("mark", lambda payload: None)
    app = create_app(Settings.from_env())
    schedule.wire({})
    worker.run_for_ever(app, 0.02)
""")


@pytest.mark.proves("X1", "P7")
def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_the_job_is_done_later(context):
    settings = context.extensions["portal_settings"]
    environment = {
        **os.environ,
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_INSTANCE": str(settings.instance),
    }
    with transaction():
        enqueue("slow", {"n": 1, "seconds": 30}, unique_key="slow")
    command = [sys.executable, "-c", WORKER]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        db.session.rollback()
        if [job.kind for job in _jobs()] == ["slow"]:
            break
    assert [job.kind for job in _jobs()] == ["slow"]
    db.session.rollback()

    def quick(payload):
        enqueue("mark", {}, unique_key=f"mark:{payload['n']}")

    worker.handle("slow", quick)
    worker.handle("mark", lambda payload: None)
    with transaction():
        for job in _jobs():
            job.lease_until = clock.now() - timedelta(seconds=1)
    worker.run_due(context)
    assert {(job.kind, job.state) for job in _jobs()} == {("slow", "done"), ("mark", "done")}


def test_a_worker_that_ends_before_who_started_it_ends_in_peace():
    """Its other thread still waits for the end of standard input then."""
    program = textwrap.dedent(
        """
        import threading
        from portal.jobs.worker import _stop_with_input

        stop = threading.Event()
        waiting = threading.Thread(target=_stop_with_input, args=(stop,), daemon=True)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ended:
        assert ended.wait(60) == 0
        assert ended.stderr.read() == b""


def test_a_worker_stops_with_who_started_it():
    program = "import threading; from portal.jobs.worker import _stop_with_input as f; f(e := threading.Event()); assert e.is_set()"
    done = subprocess.run([sys.executable, "-c", program], input=b"x" * 5000, check=False)
    assert done.returncode == 0
