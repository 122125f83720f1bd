"""Quoted comments from asking to the issued document: by consent, chosen, asked anew when it is made, never a confidential one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from portal.db import db, opened
from portal.events import Event
from portal.feedback import operations as feedback
from portal.feedback import queries as comments
from portal.feedback.models import CommentConsent, Consent
from portal.files.storing import path_of
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.jobs.models import Job
from portal.reviews import operations, queries, quoting, reactions, stages
from portal.reviews.models import ReviewState, Stage
from portal.reviews.periods import Period
from portal.reviews.quotes import Quote, Quotes
from portal.reviews.refusals import NotNow, Why, sentence
from portal.reviews.snapshot import thaw
from portal.stakeholders.models import Stakeholder
from tests import factories
from tests.reviews.test_stages import QUARTER, acme, issued, made, printing, refused

__all__ = ["acme", "printing"]
NOVEMBER = datetime(2025, 11, 20, 10, tzinfo=UTC)


def comment(acme, text="On time, always.", person=None, answer="named", at=NOVEMBER, **changes):
    """A comment of the quarter, and what its author says."""
    survey = factories.make_comment(
        acme.account, person or acme.contact_person, comment=text, answered_at=at, **changes
    )
    if answer is not None:
        factories.make_consent(survey, answer or None)
    db.session.commit()
    return survey


@pytest.fixture
def draft(acme, printing):
    review = operations.order_review(acme.account, QUARTER, "en", by=actor_for(acme.manager))
    db.session.commit()
    return made(review)


def said(review, survey, acme):
    begin, end = quoting.limits(review)
    found = comments.comment_called(
        actor_for(acme.manager), review.account_id, begin, end, comments.ref_of(survey.id)
    )
    assert found is not None
    return found


def chosen(review, acme, *surveys):
    for survey in surveys:
        assert quoting.choose(review, said(review, survey, acme), by=actor_for(acme.manager))
    operations.print_again(review, by=actor_for(acme.manager))
    db.session.commit()
    return made(review)


def quotes(review):
    return thaw(queries.snapshot_of(review)).quotes


def answer(survey, value, by):
    statement = CommentConsent.unscoped("test").where(CommentConsent.survey_id == survey.id)
    consent = db.session.scalars(statement).one()
    feedback.answer_consent(consent, value, by=actor_for(by))
    db.session.commit()


def mails():
    statement = select(Job.payload).where(Job.kind == "mail").order_by(Job.id)
    return list(db.session.scalars(statement))


def test_the_author_is_asked_once_in_their_language(acme, draft):
    db.session.get(User, acme.contact.id).language = "it"
    survey = comment(acme, answer=None)
    by = actor_for(acme.manager)
    assert quoting.ask(draft, acme.account, said(draft, survey, acme), by=by)
    assert not quoting.ask(draft, acme.account, said(draft, survey, acme), by=by)
    (mail,) = mails()
    assert (mail["to"], mail["language"]) == (acme.contact.email, "it")
    assert f"/comments/S-{survey.id}" in mail["text"]
    assert "Possiamo citare" in mail["subject"]
    assert survey.comment not in mail["text"] + mail["html"]
    statement = opened(select(Event.kind).where(Event.kind == "QuoteAsked"), Event, why="test")
    assert list(db.session.scalars(statement)) == ["QuoteAsked"]


@pytest.mark.parametrize("before", ["no", "named"])
def test_who_has_answered_is_not_asked(acme, draft, before):
    survey = comment(acme, answer=before)
    by = actor_for(acme.manager)
    assert not quoting.ask(draft, acme.account, said(draft, survey, acme), by=by)
    assert mails() == []


def test_who_cannot_sign_in_cannot_be_asked(acme, draft):
    nobody = factories.make_stakeholder(acme.account, name="Without access")
    survey = comment(acme, person=nobody, answer=None)
    found = said(draft, survey, acme)
    assert (found.open_to_mail, found.askable) == (False, False)
    by = actor_for(acme.manager)
    assert refused(lambda: quoting.ask(draft, acme.account, found, by=by)) == Why.NO_ACCESS
    assert mails() == []


def test_what_was_released_and_chosen_is_printed_the_oldest_first(acme, draft):
    known = Stakeholder.unscoped("test").where(Stakeholder.id == acme.contact_person.id)
    person = db.session.scalars(known).one()
    person.job_title, person.language = "Head of operations", "pt"
    late = comment(acme, "Obrigada!\x07\n\nSempre.", at=datetime(2025, 12, 31, 23, tzinfo=UTC))
    early = comment(
        acme, "Quick.", acme.sponsor_person, "unnamed", datetime(2025, 10, 1, tzinfo=UTC)
    )
    comment(acme, "Not chosen.")
    review = issued(chosen(draft, acme, late, early), acme)
    assert review.stage == Stage.ISSUED
    assert quotes(review).rows == (
        Quote("Quick.", "en", datetime(2025, 10, 1).date()),
        Quote(
            "Obrigada! Sempre.",
            "pt",
            datetime(2025, 12, 1).date(),
            "acme contact",
            "Head of operations",
        ),
    )
    frozen = queries.snapshot_of(review).decode()
    assert "Not chosen" not in frozen
    assert acme.sponsor_person.name not in frozen.partition('"quotes"')[2]


def test_without_any_the_material_says_so(acme, draft):
    assert quotes(draft) == Quotes()
    comment(acme)
    operations.print_again(draft, by=actor_for(acme.manager))
    db.session.commit()
    assert quotes(made(draft)) == Quotes(released=True)


@pytest.mark.parametrize("answered", [None, "", "no"])
def test_what_is_not_released_cannot_be_chosen(acme, draft, answered):
    survey = comment(acme, answer=answered)
    by = actor_for(acme.manager)
    assert (
        refused(lambda: quoting.choose(draft, said(draft, survey, acme), by=by)) == Why.NOT_RELEASED
    )
    assert draft.quoted == []


def test_five_at_most(acme, draft):
    surveys = [comment(acme, f"Words {number}.") for number in range(6)]
    review = chosen(draft, acme, *surveys[:5])
    by = actor_for(acme.manager)
    assert (
        refused(lambda: quoting.choose(review, said(review, surveys[5], acme), by=by)) == Why.ENOUGH
    )
    answer(surveys[0], Consent.NO, acme.contact)
    assert quoting.choose(review, said(review, surveys[5], acme), by=by)
    assert review.quoted == [one.id for one in surveys[1:]]
    assert quoting.leave_out(review, said(review, surveys[5], acme), by=by)
    assert not quoting.leave_out(review, said(review, surveys[5], acme), by=by)


@pytest.mark.proves("P2")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_comment_about_a_confidential_case_is_never_printed(acme, draft, when):
    about = factories.make_case(acme.account, acme.contact_person, confidential=when == "before")
    survey = comment(acme, "Hushed matter.", case_id=about.id, kind="csat", score=5)
    by = actor_for(acme.manager)
    if when == "before":
        found = said(draft, survey, acme)
        assert refused(lambda: quoting.choose(draft, found, by=by)) == Why.CONFIDENTIAL
        assert refused(lambda: quoting.ask(draft, acme.account, found, by=by)) == Why.CONFIDENTIAL
        draft.quoted = [survey.id]
    else:
        assert quotes(chosen(draft, acme, survey)).rows
        about.confidential = True
    db.session.commit()
    review = issued(draft, acme)
    assert quotes(review) == Quotes()
    assert "Hushed" not in queries.snapshot_of(review).decode()


@pytest.mark.proves("P2")
def test_a_case_that_was_confidential_stays_so_when_it_became_part_of_another(acme, draft):
    gone = factories.make_case(acme.account, acme.contact_person, confidential=True)
    into = factories.make_case(acme.account, acme.contact_person)
    survey = comment(acme, case_id=into.id, came_from_id=gone.id, kind="csat", score=5)
    assert said(draft, survey, acme).confidential


def test_consent_withdrawn_before_the_issue_wins(acme, draft):
    survey, other = comment(acme, "Withdrawn words."), comment(acme, "Other words.")
    review = chosen(draft, acme, survey, other)
    assert len(quotes(review).rows) == 2
    answer(survey, Consent.NO, acme.contact)
    review = issued(review, acme)
    assert [row.text for row in quotes(review).rows] == ["Other words."]
    assert review.quoted == [other.id]


def test_consent_withdrawn_while_the_final_document_is_made_wins(acme, draft, monkeypatch):
    """Between reading and storing; the file with the words is not kept, and the next one has none of them."""
    survey = comment(acme, "Withdrawn words.")
    review = chosen(draft, acme, survey)
    operations.issue_review(review, by=actor_for(acme.manager))
    db.session.commit()
    was, printed = queries.snapshot_of(review), operations.printed

    def meanwhile(content):
        if content.material.quotes.rows:
            answer(survey, Consent.NO, acme.contact)
        return printed(content)

    monkeypatch.setattr(operations, "printed", meanwhile)
    review = made(review)
    assert (review.stage, review.state) == (Stage.DRAFT, ReviewState.QUEUED)
    assert queries.snapshot_of(review) == was
    review = made(review)
    assert (review.stage, quotes(review)) == (Stage.ISSUED, Quotes())


@pytest.mark.proves("P6")
def test_after_the_issue_nothing_changes(acme, draft):
    survey = comment(acme)
    review = issued(chosen(draft, acme, survey), acme)
    before = path_of(queries.file_in(actor_for(acme.manager), review, "en")).read_bytes()
    statement = CommentConsent.unscoped("test").where(CommentConsent.survey_id == survey.id)
    assert db.session.scalars(statement).one().printed_at == review.issued_at
    answer(survey, Consent.NO, acme.contact)
    by, found = actor_for(acme.manager), said(review, survey, acme)
    for step in (
        lambda: quoting.choose(review, found, by=by),
        lambda: quoting.leave_out(review, found, by=by),
        lambda: quoting.ask(review, acme.account, found, by=by),
    ):
        assert refused(step) == Why.ISSUED
    reactions.build_review({"review": review.id})
    again = queries.by_id(review.id)
    assert path_of(queries.file_in(by, again, "en")).read_bytes() == before
    assert [row.text for row in quotes(again).rows] == [survey.comment]


@pytest.mark.proves("P1")
def test_a_draft_that_the_client_may_read_quotes_nobody(client, acme, draft, app):
    """Sharing it lays it out anew; until that is done nobody of the client reads the old pages."""
    survey = comment(acme)
    review = chosen(draft, acme, survey)
    assert quotes(review).rows
    by = actor_for(acme.manager)
    stages.share_review(review, ["contact"], by=by)
    operations.lay_out_quotes(review, by=by)
    db.session.commit()
    assert review.state == ReviewState.QUEUED
    review = made(review)
    assert quotes(review) == Quotes(held=True)
    assert survey.comment not in queries.snapshot_of(review).decode()
    review = issued(review, acme)
    assert [row.text for row in quotes(review).rows] == [survey.comment]


def test_a_month_has_no_voice_and_quotes_nobody(acme, printing):
    month = Period.parse("2025-11")
    comment(acme)
    review = operations.order_review(acme.account, month, "en", by=actor_for(acme.manager))
    db.session.commit()
    assert quotes(made(review)) is None


def test_every_refusal_is_a_sentence():
    for why in (Why.CONFIDENTIAL, Why.NO_ACCESS, Why.NOT_RELEASED, Why.ENOUGH):
        assert sentence(why).endswith(".")
        assert NotNow(why).why == why
