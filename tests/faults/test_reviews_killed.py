"""X1, X3, X9: workers and renderers are killed while a night's reviews are made; each is there once, whole, or says why not."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import func, select, update

from portal import clock
from portal.actor import SYSTEM
from portal.db import db, opened
from portal.events import Event
from portal.files.models import StoredFile
from portal.files.storing import path_of
from portal.jobs import Job
from portal.reviews import queries, schedules
from portal.reviews.cadence import Cadence
from portal.reviews.models import Review, ReviewSchedule, ReviewState, Stage
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS, ROUNDS, SEED = 4, 2, 20261126
LIMIT = 120
"""Seconds in which the last, undisturbed round must be through."""
SERVE = ("-m", "portal", "worker", "--processes", "2")


@dataclass
class Outcome:
    """What is there after the night: reviews by state, how often each was told to be made, files that no row names."""

    killed: int
    periods: Counter[tuple[int, str]]
    ready: int
    half: int
    told: Counter[int]
    strays: int

    def says(self, seconds: float) -> str:
        """The numbers of the trial in a line."""
        doubled = sum(count > 1 for count in self.periods.values())
        again = sum(count > 1 for count in self.told.values())
        return (
            f"N {ACCOUNTS}, kills {self.killed}, ready {self.ready}, lost {ACCOUNTS - self.ready}, "
            f"doubled {doubled + again}, half {self.half}, seconds {seconds:.1f}, seed {SEED}"
        )


def _night(app) -> None:
    """Accounts whose review of the month before is due and that nobody has looked after yet."""
    with app.app_context():
        for _number in range(ACCOUNTS):
            account = factories.make_account()
            for days in (20, 40, 60):
                factories.make_case(account, opened_at=clock.now() - timedelta(days=days))
            schedules.set_schedule(account, Cadence(1, active=True, working_days=1), by=SYSTEM)
        month_ago = (clock.now().date().replace(day=1) - timedelta(days=1)).replace(day=1)
        statement = update(ReviewSchedule).values(begins_on=month_ago)
        db.session.execute(opened(statement, ReviewSchedule, why="due since the first"))
        db.session.commit()


def _work(app, program: tuple[str, ...]) -> subprocess.Popen[bytes]:
    settings = app.extensions["portal_settings"]
    given = {
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_STORAGE_URL": settings.storage_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
    }
    return subprocess.Popen([sys.executable, *program], cwd=ROOT, env=os.environ | given)


def _descendants(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(n) for one in threads for n in (one / "children").read_text().split()]
    except OSError:
        return []
    return [below for child in found for below in (child, *_descendants(child))]


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _count(app, *conditions) -> int:
    statement = select(func.count()).select_from(Review).where(*conditions)
    with app.app_context():
        return db.session.scalar(opened(statement, Review, why="count")) or 0


def _disturbed(app, program: tuple[str, ...], dice: random.Random, sign: ReviewState) -> int:
    """Two machines work; as soon as a review is in the state `sign`, everything is killed at once. How many died."""
    machines = [_work(app, program) for _one in range(2)]
    until = time.monotonic() + LIMIT
    while not _count(app, Review.state == sign) and time.monotonic() < until:
        time.sleep(0.05)
    if sign == ReviewState.BUILDING:
        time.sleep(dice.uniform(0.0, 0.6))
    everything = [pid for one in machines for pid in (one.pid, *_descendants(one.pid))]
    killed = sum(_kill(pid) for pid in dice.sample(everything, len(everything)))
    for one in machines:
        one.wait(10)
    return killed


def _leases_run_out(app) -> None:
    with app.app_context():
        past = clock.now() - timedelta(seconds=1)
        db.session.execute(update(Job).where(Job.state == "waiting").values(lease_until=past))
        db.session.commit()


def _undisturbed(app, program: tuple[str, ...]) -> None:
    machine, until = _work(app, program), time.monotonic() + LIMIT
    while time.monotonic() < until:
        if _count(app, Review.state == ReviewState.READY) == ACCOUNTS:
            break
        time.sleep(0.2)
    machine.terminate()
    assert machine.wait(20) == 0


def _trial(app, program: tuple[str, ...]) -> Outcome:
    begun, dice, killed = time.monotonic(), random.Random(SEED), 0
    _night(app)
    for _round in range(ROUNDS):
        killed += _disturbed(app, program, dice, ReviewState.BUILDING)
        _leases_run_out(app)
    _undisturbed(app, program)
    with app.app_context():
        outcome = _judged(killed)
    print(outcome.says(time.monotonic() - begun))
    return outcome


def _judged(killed: int) -> Outcome:
    """Counted from rows, events and the bytes on disk, never from what a worker says."""
    due = [row for row in db.session.scalars(Review.unscoped("judge")) if row.stage == Stage.DRAFT]
    ready = [row for row in due if row.state == ReviewState.READY]
    events = db.session.scalars(Event.unscoped("judge").where(Event.kind == "ReviewBuilt"))
    listed = db.session.scalars(StoredFile.unscoped("judge")).all()
    return Outcome(
        killed=killed,
        periods=Counter((row.account_id, row.period) for row in due),
        ready=len(ready),
        half=sum(not _is_whole(row) for row in ready),
        told=Counter(event.payload["review_id"] for event in events),
        strays=sum(not path_of(file).is_file() for file in listed),
    )


def _is_whole(review: Review) -> bool:
    file = queries.file_of(SYSTEM, review)
    if file is None:
        return False
    with pikepdf.open(io.BytesIO(path_of(file).read_bytes())) as pdf:
        return len(pdf.pages) >= 3


@pytest.mark.real_time
@pytest.mark.timeout(600)
@pytest.mark.proves("X1", "X3", "X9", "P6")
def test_a_night_in_which_everything_dies_twice_makes_each_review_once(app):
    found = _trial(app, SERVE)
    assert found.killed >= 4 * ROUNDS
    assert len(found.periods) == found.ready == ACCOUNTS
    assert set(found.periods.values()) == set(found.told.values()) == {1}
    assert (found.half, found.strays) == (0, 0)


HASTY = """
import sys, time
from portal.cli import main
from portal.reviews import reactions
from portal.reviews.models import ReviewState

step = reactions._step

def acknowledged_first(review_id, progress, *drawn):
    if not step(review_id, progress, *drawn):
        return False
    if progress >= 50:
        with reactions.transaction():
            reactions.queries.by_id(review_id).state = ReviewState.READY
        time.sleep(60)
    return True

reactions._step = acknowledged_first
sys.argv = ["portal", "worker", "--processes", "1"]
main()
"""


@pytest.mark.real_time
@pytest.mark.timeout(600)
@pytest.mark.on("sqlite")
def test_the_judge_sees_a_worker_that_says_ready_first(app):
    _night(app)
    killed = _disturbed(app, ("-c", HASTY), random.Random(SEED), ReviewState.READY)
    with app.app_context():
        assert _judged(killed).half > 0


FULL = """
import resource, sys
from portal.cli import main
from portal.reviews import keeping

keep_made, (soft, hard) = keeping.keep_made, resource.getrlimit(resource.RLIMIT_FSIZE)

def without_room(*arguments, **named):
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        return keep_made(*arguments, **named)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

keeping.keep_made = without_room
sys.argv = ["portal", "worker", "--processes", "1"]
main()
"""


@pytest.mark.real_time
@pytest.mark.timeout(600)
@pytest.mark.on("postgres")
@pytest.mark.proves("X9")
def test_no_room_for_the_file_is_a_reason_and_no_file(app):
    """The system lets no document grow beyond a page, as a full disk would; the database is another machine's."""
    _night(app)
    machine, until = _work(app, ("-c", FULL)), time.monotonic() + LIMIT
    while _count(app, Review.error == "room") < ACCOUNTS and time.monotonic() < until:
        time.sleep(0.2)
    machine.terminate()
    machine.wait(20)
    assert _count(app, Review.error == "room") == ACCOUNTS
    with app.app_context():
        assert _judged(0).ready == 0
        assert db.session.scalars(StoredFile.unscoped("judge")).all() == []
        begun = list(_folder(app).rglob("*.part"))
        db.session.execute(update(Job).values(run_at=clock.now()))
        db.session.commit()
    assert begun == []
    _undisturbed(app, SERVE)
    with app.app_context():
        assert (_judged(0).ready, _judged(0).half) == (ACCOUNTS, 0)


def _folder(app) -> Path:
    return Path(app.extensions["portal_settings"].storage_path)
