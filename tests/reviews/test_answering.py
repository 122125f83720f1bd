"""Who of either side is told by mail that the other one said something about a review, without its words."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.accounts.models import TeamMember
from portal.actor import SYSTEM
from portal.db import db
from portal.feedback import operations as feedback
from portal.feedback.models import Consent
from portal.identity.actors import actor_for
from portal.identity.models import Grant, Role, User
from portal.jobs import worker
from portal.jobs.models import Job
from portal.reviews import disputing, stages
from portal.reviews.models import Review, Stage
from tests import factories


@pytest.fixture
def acme(app, cast):
    with app.app_context():
        yield cast.acme


@pytest.fixture
def review(acme):
    """Issued, owned by the account manager."""
    made = factories.make_review(
        acme.account, period="2026-Q1", owner_id=acme.manager.id, issued_at=clock.now()
    )
    db.session.commit()
    return made


def told(app):
    """Whom mails were written to since the last look, with subject and text; reactions run, mails wait."""
    db.session.commit()
    later = update(Job).where(Job.kind != "react", Job.done_at.is_(None))
    db.session.execute(later.values(run_at=clock.now() + timedelta(days=300)))
    db.session.commit()
    worker.run_due(app)
    found = db.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id)).all()
    mails = [(one.payload["to"], one.payload["subject"], one.payload["text"]) for one in found]
    for one in found:
        db.session.delete(one)
    db.session.commit()
    return mails


def acknowledged(review, acme, **changes):
    values = {"accepted": True, "remark": ""} | changes
    stages.acknowledge_review(review, by=actor_for(acme.sponsor), **values)


def leaves(user):
    db.session.execute(update(User).where(User.id == user.id).values(active=False))


def covers(acme, person, away, days=0):
    day = clock.now().date() + timedelta(days=days)
    part = {"role": "cover", "from_on": day, "to_on": day, "covers_id": away.id}
    db.session.add(TeamMember(account_id=acme.account.id, user_id=person.id, **part))


@pytest.mark.parametrize(
    ("accepted", "says"), [(True, "has acknowledged the review"), (False, "has remarks about")]
)
def test_the_owner_learns_what_the_client_said(app, acme, review, accepted, says):
    acknowledged(review, acme, accepted=accepted, remark="See F8.")
    [(to, subject, text)] = told(app)
    assert to == acme.manager.email
    assert says in subject and "See F8." not in text


def test_who_covers_a_person_on_holiday_is_told_too(app, acme, review):
    covers(acme, acme.agent, acme.manager)
    acknowledged(review, acme)
    assert {to for to, *_ in told(app)} == {acme.manager.email, acme.agent.email}


def test_a_cover_that_has_not_begun_is_not_told(app, acme, review):
    covers(acme, acme.agent, acme.manager, days=1)
    acknowledged(review, acme)
    assert [to for to, *_ in told(app)] == [acme.manager.email]


def test_when_the_owner_has_left_whoever_answers_for_the_account_is_told(app, cast, acme, review):
    review.owner_id = cast.globex.manager.id
    acknowledged(review, acme)
    assert [to for to, *_ in told(app)] == [acme.manager.email]


def test_when_the_account_manager_has_left_the_deputy_is_told(app, acme, review):
    leaves(acme.manager)
    acknowledged(review, acme)
    assert [to for to, *_ in told(app)] == [acme.agent.email]


@pytest.mark.proves("T9")
def test_both_sides_of_a_dispute_hear_of_each_other(app, acme, review):
    """No word of it is in a mail; who of the client may read the review no more hears nothing."""
    sponsor, manager = actor_for(acme.sponsor), actor_for(acme.manager)
    row = disputing.open_dispute(review, "F8", "Xylophone.", by=sponsor)
    steps = (
        (lambda: None, acme.manager, "is disputed"),
        (lambda: disputing.answer_dispute(row, "Xylophone.", by=manager), acme.sponsor, "answer"),
        (lambda: disputing.answer_dispute(row, "Xylophone.", by=sponsor), acme.manager, "answer"),
        (
            lambda: disputing.settle_dispute(row, restatement="Xylophone.", by=manager),
            acme.sponsor,
            "is settled",
        ),
    )
    for step, whom, says in steps:
        step()
        [(to, subject, text)] = told(app)
        assert (to, says in subject) == (whom.email, True)
        assert f"/reviews/{review.ref}#disputes" in text
        assert "Xylophone" not in text + subject
    again = disputing.open_dispute(review, "F7", "No.", by=sponsor)
    told(app)
    db.session.execute(
        update(Grant).where(Grant.user_id == acme.sponsor.id).values(ended_at=clock.now())
    )
    disputing.answer_dispute(again, "Yes.", by=manager)
    assert told(app) == []


def test_approval_is_asked_of_another_when_the_owner_asks(app, cast, acme):
    review = factories.make_review(
        acme.account, stage=Stage.DRAFT, approval=True, owner_id=acme.manager.id
    )
    factories.make_grant(acme.agent, Role.ACCOUNT_MANAGER, acme.account)
    stages.submit_review(review, by=actor_for(acme.manager))
    [(to, subject, _text)] = told(app)
    assert (to, "Approval is asked for" in subject) == (acme.agent.email, True)


def asked(acme, **changes):
    """A draft of the quarter in which the contact wrote a comment, and what they were asked about it."""
    values = {"stage": Stage.DRAFT, "owner_id": acme.manager.id, "period": "2026-Q1"} | changes
    review = factories.make_review(acme.account, **values)
    survey = factories.make_comment(acme.account, acme.contact_person)
    consent = factories.make_consent(survey)
    db.session.commit()
    return review, consent


@pytest.mark.parametrize("answer", list(Consent))
def test_an_author_s_answer_is_told_to_whom_the_review_is(app, acme, answer):
    review, consent = asked(acme)
    feedback.answer_consent(consent, answer, by=actor_for(acme.contact))
    feedback.answer_consent(consent, answer, by=actor_for(acme.contact))
    [(to, subject, text)] = told(app)
    assert (to, "whether a comment may be quoted" in subject) == (acme.manager.email, True)
    assert f"/reviews/{review.ref}/comments" in text
    assert "Always there" not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": Stage.ISSUED},
        {"period": "2026-03"},
        {"period": "2025-Q4"},
    ],
)
def test_an_answer_that_no_review_could_use_is_told_to_nobody(app, acme, changes):
    _review, consent = asked(acme, **changes)
    feedback.answer_consent(consent, Consent.NO, by=actor_for(acme.contact))
    assert told(app) == []


def test_what_an_import_brings_is_told_to_nobody(app, acme):
    _review, consent = asked(acme)
    feedback.answer_consent(consent, Consent.NAMED, by=SYSTEM)
    assert told(app) == []


def test_two_reviews_of_one_owner_make_one_mail(app, acme):
    _review, consent = asked(acme)
    factories.make_review(
        acme.account, stage=Stage.DRAFT, owner_id=acme.manager.id, period="2026", ref="R-2"
    )
    feedback.answer_consent(consent, Consent.NAMED, by=actor_for(acme.contact))
    assert len(told(app)) == 1
    assert len(db.session.scalars(Review.unscoped("test")).all()) == 2
