"""Who is told of a review by mail, in their language, once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.db import db
from portal.delivery.mail import build
from portal.events import Recorded
from portal.files.storing import keep_made
from portal.identity.actors import actor_for
from portal.identity.models import Grant
from portal.jobs import worker
from portal.jobs.models import Job
from portal.reviews import further, operations, pdf, policy, queries, stages, telling
from portal.reviews.events import ReviewIssued
from portal.reviews.models import ReviewSchedule, Stage
from tests import factories
from tests.reviews import samples


@pytest.fixture
def acme(app, cast):
    with app.app_context():
        cast.acme.sponsor.language = "pt"
        db.session.merge(cast.acme.sponsor)
        db.session.commit()
        yield cast.acme


def issued(acme, **changes):
    values = {"stage": Stage.DRAFT, "owner_id": acme.manager.id} | changes
    review = factories.make_review(acme.account, **values)
    review.file_id = keep_made(
        b"%PDF-1.7 made", "ACME-2026-Q1-en.pdf", "application/pdf", account_id=acme.account.id
    ).id
    stages.mark_issued(review, fingerprint="f" * 64, by=actor_for(acme.manager))
    db.session.commit()
    return review


def mails():
    statement = select(Job).where(Job.kind == "mail").order_by(Job.id)
    return [job.payload for job in db.session.scalars(statement)]


def reacted(app):
    """Run the reactions, not the mails and documents they order."""
    statement = select(Job).where(Job.kind != "react", Job.done_at.is_(None))
    for job in db.session.scalars(statement):
        job.run_at = clock.now() + timedelta(days=300)
    db.session.commit()
    worker.run_due(app)


@pytest.mark.proves("P5")
def test_sponsors_are_told_in_their_language_of_what_is_issued(app, acme):
    review = issued(acme, language="pt")
    event = review_event(review)
    telling.tell_of_issue(event)
    telling.tell_of_issue(event)
    (mail,) = mails()
    assert mail["to"] == acme.sponsor.email
    assert mail["language"] == "pt"
    assert f"/reviews/{review.ref}" in mail["text"]
    assert mail["attached"] is None
    assert queries.documents_of(review) == []


@pytest.mark.proves("P5")
@pytest.mark.parametrize("made", [True, False])
def test_who_reads_another_language_is_told_once_when_it_is_made_or_cannot_be(
    app, acme, made, monkeypatch
):
    """The document in it is ordered first; until it is there, or will not be, no mail leads to another."""
    review = issued(acme)
    frozen = keep_made(b"{}", "review.json", "application/json", account_id=acme.account.id)
    review.snapshot_id = frozen.id
    telling.tell_of_issue(review_event(review))
    (document,) = queries.documents_of(review)
    assert (document.language, mails()) == ("pt", [])
    db.session.commit()

    def printed(content):
        if not made:
            raise pdf.NotPrinted("memory")
        return b"%PDF-1.7 em portugues"

    monkeypatch.setattr(further, "thaw", lambda frozen: samples.material())
    monkeypatch.setattr(operations, "printed", printed)
    for _twice in range(2):
        further.make(document.id)
        telling.tell_of_issue(review_event(review))
    (mail,) = mails()
    assert (mail["to"], mail["language"]) == (acme.sponsor.email, "pt")
    assert queries.document_of(review, "pt").state == ("ready" if made else "queued")


def test_who_was_named_acknowledges_is_told_and_reminded(app, acme, now):
    """A contact in place of the sponsors: told as they are, reminded instead of them."""
    review = issued(acme, acknowledged_by="contact", shared_with=["contact"])
    telling.tell_of_issue(review_event(review))
    told = {mail["to"] for mail in mails()}
    assert acme.contact.email in told
    now.shift(timedelta(days=8))
    telling.remind()
    reminded = [mail["to"] for mail in mails() if "#acknowledgement" in mail["text"]]
    assert acme.contact.email in reminded
    assert policy.may_acknowledge(actor_for(acme.contact), review)


def review_event(review):
    event = ReviewIssued(review.account_id, review.id, review.period, 1, review.fingerprint)
    return Recorded(1, event, clock.now())


def test_the_pdf_goes_with_the_mail_where_the_account_wants_it(app, acme):
    schedule = ReviewSchedule(
        account_id=acme.account.id,
        months=3,
        mail_pdf=True,
        begins_on=clock.today("UTC"),
        created_at=clock.now(),
    )
    db.session.add(schedule)
    review = issued(acme, language="pt")
    telling.tell_of_issue(review_event(review))
    (payload,) = mails()
    mail = build(payload)
    assert build(payload).as_bytes() == mail.as_bytes()
    (pdf,) = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert pdf.get_filename() == "ACME-2026-Q1-en.pdf"
    assert pdf.get_content() == b"%PDF-1.7 made"


@pytest.mark.proves("P5")
def test_nobody_is_reminded_more_than_twice(app, acme, now):
    review = issued(acme)
    counts = []
    for _day in range(40):
        now.shift(timedelta(days=1))
        telling.remind()
        counts.append(len(mails()))
    assert (counts[5], counts[6], counts[12], counts[13], counts[-1]) == (0, 1, 1, 2, 2)
    assert "#acknowledgement" in mails()[0]["text"]
    assert review.stage == Stage.ISSUED


def test_what_is_acknowledged_needs_no_reminder(app, acme, now):
    review = issued(acme)
    stages.acknowledge_review(review, accepted=True, remark="", by=actor_for(acme.sponsor))
    now.shift(timedelta(days=8))
    telling.remind()
    assert mails() == []


def test_the_owner_learns_of_the_answer(app, acme):
    review = issued(acme)
    stages.acknowledge_review(review, accepted=True, remark="", by=actor_for(acme.sponsor))
    db.session.commit()
    reacted(app)
    assert [mail["to"] for mail in mails()].count(acme.manager.email) == 1


@pytest.mark.proves("T9")
def test_who_sees_the_account_no_more_is_not_told(app, acme):
    review = issued(acme)
    db.session.execute(
        update(Grant).where(Grant.user_id == acme.sponsor.id).values(ended_at=clock.now())
    )
    telling.tell_of_issue(review_event(review))
    assert mails() == []
