"""The worker's part: ordered, made, failed, made again; each step safe to run twice."""

import errno
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select, update

from portal import clock
from portal.actor import SYSTEM
from portal.db import db
from portal.events import Event
from portal.files import storing
from portal.files.models import StoredFile
from portal.files.storing import path_of
from portal.identity.actors import actor_for
from portal.identity.models import Grant
from portal.jobs import Job, worker
from portal.reviews import operations, pdf, queries, reactions
from portal.reviews.models import ReviewState
from portal.reviews.periods import Period
from tests import factories

MADE = b"%PDF-1.7 made"


@pytest.fixture
def ordered(app, cast):
    """A review of Acme, ordered by its agent and committed; the payload of its job."""
    with app.app_context():
        factories.make_case(cast.acme.account, opened_at=factories.BEGINNING.replace(month=1))
        review = operations.order_review(
            cast.acme.account, Period.parse("2025-Q4"), "en", by=actor_for(cast.acme.agent)
        )
        db.session.commit()
        return {"review": review.id}


@pytest.fixture
def printed(monkeypatch):
    """What the press answers: bytes, or a fault to raise; how often it was asked stands in `calls`."""
    answers = {"now": MADE, "calls": 0}

    def answer(content):
        answers["calls"] += 1
        assert not db.session().in_transaction(), "nothing stays open while pages are laid out"
        if isinstance(answers["now"], Exception):
            raise answers["now"]
        return answers["now"]

    monkeypatch.setattr(operations, "printed", answer)
    return answers


def state(app, ordered):
    with app.app_context():
        review = queries.by_id(ordered["review"])
        return review.state, review.progress, review.error


@pytest.mark.real_time
@pytest.mark.timeout(300)
def test_the_worker_makes_what_was_ordered(app, ordered):
    assert worker.run_due(app) >= 1
    assert state(app, ordered) == (ReviewState.READY, 100, "")
    with app.app_context():
        review = queries.by_id(ordered["review"])
        file = queries.file_of(SYSTEM, review)
        with pikepdf.open(path_of(file)) as made:
            assert len(made.pages) >= 3


@pytest.mark.proves("P6")
def test_running_twice_makes_one(app, ordered, printed):
    with app.app_context():
        reactions.build_review(ordered)
        reactions.build_review(ordered)
        built = db.session.scalars(Event.unscoped("test").where(Event.kind == "ReviewBuilt")).all()
    assert (printed["calls"], len(built)) == (1, 1)
    assert state(app, ordered)[0] == ReviewState.READY


@pytest.mark.proves("X1")
def test_one_left_half_made_by_a_dead_worker_is_made(app, ordered, printed):
    with app.app_context():
        review = queries.by_id(ordered["review"])
        review.state, review.progress = ReviewState.BUILDING, 50
        db.session.commit()
        reactions.build_review(ordered)
    assert state(app, ordered) == (ReviewState.READY, 100, "")


@pytest.mark.proves("X9", "T32")
@pytest.mark.parametrize(
    "code", ["cpu", "time", "memory", "killed", "pages", "size", "room", "died"]
)
def test_a_reason_ends_in_failed_and_is_not_tried_again(app, ordered, printed, code):
    printed["now"] = pdf.NotPrinted(code)
    worker.run_due(app)
    assert state(app, ordered)[::2] == (ReviewState.FAILED, code)
    assert printed["calls"] == 1
    with app.app_context():
        assert pdf.reason(code).endswith((".", "?"))
        assert queries.by_id(ordered["review"]).file_id is None


def test_a_fault_is_failed_too_but_tried_again_later(app, ordered, printed, now):
    printed["now"] = RuntimeError("no")
    worker.run_one(app)
    assert state(app, ordered)[::2] == (ReviewState.FAILED, "fault")
    printed["now"] = MADE
    now.shift(600)
    worker.run_due(app)
    assert state(app, ordered) == (ReviewState.READY, 100, "")


@pytest.mark.proves("X9")
def test_a_full_disk_leaves_no_file_and_a_reason_and_is_made_once_there_is_room(
    app, ordered, printed, now, monkeypatch
):
    """The disk itself is full in `tests/faults`; here it is the file system's answer."""

    def full(self, *_arguments, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storing.Path, "open", full)
        worker.run_one(app)
    assert state(app, ordered)[::2] == (ReviewState.FAILED, "room")
    with app.app_context():
        assert db.session.scalars(StoredFile.unscoped("test")).all() == []
    now.shift(600)
    worker.run_due(app)
    assert state(app, ordered) == (ReviewState.READY, 100, "")


@pytest.mark.proves("X9", "X11")
def test_one_at_which_the_worker_dies_each_time_says_so(app, ordered, printed):
    with app.app_context():
        for job in db.session.scalars(select(Job).where(Job.kind == "review")):
            job.attempts, job.lease_until = 3, clock.now() - timedelta(seconds=1)
        db.session.commit()
    worker.run_due(app)
    assert state(app, ordered)[::2] == (ReviewState.FAILED, "died")
    assert printed["calls"] == 0


@pytest.mark.proves("T9", "T12")
def test_who_lost_the_account_gets_no_review(app, cast, ordered, printed):
    with app.app_context():
        db.session.execute(
            update(Grant)
            .where(Grant.user_id == cast.acme.agent.id)
            .values(ended_at=factories.BEGINNING)
        )
        db.session.commit()
    worker.run_due(app)
    assert state(app, ordered)[::2] == (ReviewState.FAILED, "gone")
    assert printed["calls"] == 0


def test_another_is_made_after_one_has_failed(app, cast, ordered, printed):
    printed["now"] = pdf.NotPrinted("memory")
    worker.run_due(app)
    with app.app_context():
        other = operations.order_review(
            cast.acme.account, Period.parse("2025-12"), "en", by=actor_for(cast.acme.agent)
        )
        db.session.commit()
        payload = {"review": other.id}
    printed["now"] = MADE
    worker.run_due(app)
    assert state(app, payload)[0] == ReviewState.READY
    assert state(app, ordered)[0] == ReviewState.FAILED
