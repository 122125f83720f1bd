"""Two real connections: two people, or two workers, take a step with a review at the same moment; it is taken once."""

import threading

import pytest

from portal import clock
from portal.db import db, transaction
from portal.events import Event
from portal.identity.actors import actor_for
from portal.reviews import disputing, documents, operations, queries, schedules, stages
from portal.reviews import texts as words
from portal.reviews.cadence import Cadence
from portal.reviews.models import Review, ReviewState, ReviewStep, Stage
from portal.reviews.periods import Period
from portal.reviews.refusals import NotNow, Why
from tests import factories

pytestmark = pytest.mark.on("postgres")
SOON = 5


@pytest.fixture
def review_at(app, cast):
    """Makes Acme's only review, at a stage."""

    def make(stage, **changes):
        with app.app_context():
            values = {"ref": "R-1", "stage": stage, "state": ReviewState.READY} | changes
            factories.make_review(cast.acme.account, **values)
            db.session.commit()

    return make


def the_review():
    return db.session.scalars(Review.unscoped("test")).one()


def at_once(app, first, second):
    """Take both steps, the second while the first stands before its commit; what the second was refused with."""
    held, go_on, refused = threading.Event(), threading.Event(), []

    def take(step, stands):
        try:
            with app.app_context(), transaction():
                step()
                db.session.flush()
                if stands:
                    held.set()
                    assert go_on.wait(SOON)
        except NotNow as found:
            refused.append(found.why)

    both = [threading.Thread(target=take, args=(step, step is first)) for step in (first, second)]
    both[0].start()
    assert held.wait(SOON)
    both[1].start()
    both[1].join(0.3)
    go_on.set()
    for one in both:
        one.join(SOON)
        assert not one.is_alive()
    return refused


def happened(app, kind):
    with app.app_context():
        statement = Event.unscoped("test").where(Event.kind == kind)
        return len(db.session.scalars(statement).all())


def acknowledging(cast, accepted):
    by = actor_for(cast.acme.sponsor)
    return lambda: stages.acknowledge_review(
        the_review(), accepted=accepted, remark="See F8.", by=by
    )


@pytest.mark.proves("P6", "T21")
def test_it_is_acknowledged_once(app, cast, review_at):
    review_at(Stage.ISSUED, issued_at=clock.now())
    with app.app_context():
        first, second = acknowledging(cast, True), acknowledging(cast, False)
    assert at_once(app, first, second) == [Why.ACKNOWLEDGED]
    assert happened(app, "ReviewAcknowledged") == 1


@pytest.mark.proves("P6")
def test_what_is_sent_back_is_not_approved(app, cast, review_at):
    review_at(Stage.IN_APPROVAL, submitted_by_id=cast.acme.agent.id)
    with app.app_context():
        by = actor_for(cast.acme.manager)
    refused = at_once(
        app,
        lambda: stages.send_back(the_review(), reason="Say more.", by=by),
        lambda: stages.approve_review(the_review(), by=by),
    )
    assert refused == [Why.NOT_SUBMITTED]
    with app.app_context():
        assert the_review().stage == Stage.DRAFT


@pytest.mark.proves("P6", "T21")
def test_approval_is_asked_for_once(app, cast, review_at):
    review_at(Stage.DRAFT)
    with app.app_context():
        by = actor_for(cast.acme.manager)

    def submit():
        stages.submit_review(the_review(), by=by)

    assert at_once(app, submit, lambda: submit()) == [Why.NOT_DRAFT]
    assert happened(app, "ReviewSubmitted") == 1


@pytest.mark.proves("P6")
def test_nothing_is_written_or_shared_while_it_is_being_issued(app, cast, review_at):
    review_at(Stage.DRAFT)
    with app.app_context():
        by = actor_for(cast.acme.manager)

    def write():
        words.write_text(the_review(), "verdict", "en", "A calm quarter.", by=by)
        operations.print_again(the_review(), by=by)

    issue = lambda: operations.issue_review(the_review(), by=by)  # noqa: E731
    assert at_once(app, issue, write) == [Why.BEING_MADE]
    assert happened(app, "ReviewOrdered") == 1


@pytest.mark.proves("P6", "T21")
def test_it_is_issued_once(app, cast, review_at):
    review_at(Stage.DRAFT)
    with app.app_context():
        by = actor_for(cast.acme.manager)

    def issue():
        operations.issue_review(the_review(), by=by)

    assert at_once(app, issue, lambda: issue()) == []
    assert happened(app, "ReviewOrdered") == 1


@pytest.mark.proves("T21")
@pytest.mark.parametrize("second", ["answer", "settle"])
def test_a_dispute_is_settled_once_and_nothing_comes_behind(app, cast, review_at, second):
    review_at(Stage.ISSUED, issued_at=clock.now())
    with app.app_context():
        by = actor_for(cast.acme.manager)
        disputing.open_dispute(the_review(), "F1", "One is missing.", by=by)
        db.session.commit()

    def settle():
        row = disputing.dispute_at(the_review(), 1)
        disputing.settle_dispute(row, restatement="One more.", by=by)

    def answer():
        disputing.answer_dispute(disputing.dispute_at(the_review(), 1), "Still.", by=by)

    refused = at_once(app, settle, answer if second == "answer" else lambda: settle())
    assert refused == [Why.CLOSED]


@pytest.mark.proves("P6", "X3")
@pytest.mark.parametrize("second", ["scheduler", "person"])
def test_what_is_due_is_drafted_once(app, cast, now, second):
    with app.app_context(), transaction():
        account, by = cast.acme.account, actor_for(cast.acme.manager)
        schedules.set_schedule(account, Cadence(1, active=True), by=by)
        (schedule,) = schedules.schedules_of(account)
        number = schedule.id
        schedules.keep_up(number)
        period = Period.parse(the_review().period)
    now.shift((period.ends_on - period.starts_on) * 1.5)

    def order():
        operations.order_review(cast.acme.account, period, "en", by=by)

    def drafted():
        schedules.keep_up(number)

    assert (
        at_once(app, lambda: schedules.keep_up(number), order if second == "person" else drafted)
        == []
    )
    with app.app_context():
        row = queries.same_order(cast.acme.account.id, period.code)
        steps = db.session.scalars(
            ReviewStep.unscoped("test").where(ReviewStep.review_id == row.id)
        )
        assert [step.stage for step in steps] == [Stage.PLANNED, Stage.DRAFT]
    assert happened(app, "ReviewOrdered") == 1


@pytest.mark.proves("T21")
def test_a_further_language_is_ordered_once(app, cast, review_at):
    review_at(Stage.DRAFT)

    def order():
        documents.document_in(the_review(), "it")

    assert at_once(app, order, lambda: order()) == []
    with app.app_context():
        (found,) = queries.documents_of(the_review())
        assert found.language == "it"
