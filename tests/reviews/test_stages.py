"""From draft to acknowledged: each step in its turn, by whom it belongs to, and nothing after the issue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import update

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.commitments import operations as commitments
from portal.commitments.drafts import Draft
from portal.commitments.models import Commitment, Entry, Party
from portal.db import db, opened
from portal.events import Event
from portal.files.storing import path_of
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.reviews import (
    disputing,
    documents,
    operations,
    queries,
    reactions,
    signing,
    stages,
    texts,
)
from portal.reviews.around import around
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.periods import Period
from portal.reviews.refusals import NotNow, Why, sentence
from portal.reviews.snapshot import fingerprint, thaw
from portal.reviews.verifying import examine
from tests import factories

QUARTER = Period.parse("2025-Q4")


@pytest.fixture
def acme(app, cast):
    """Acme with a case in the quarter; inside an app context with everything committed."""
    with app.app_context():
        factories.make_case(
            cast.acme.account, opened_at=factories.BEGINNING.replace(year=2025, month=11)
        )
        db.session.commit()
        yield cast.acme


@pytest.fixture
def printing(monkeypatch):
    """The words of what would be printed instead of its pages: rendering has tests of its own."""

    def printed(content):
        comments = {key: str(comment.html) for key, comment in content.comments.items()}
        return repr((content.verdict, content.language, content.material.stage, comments)).encode()

    monkeypatch.setattr(operations, "printed", printed)


@pytest.fixture
def draft(acme, printing):
    """A draft of Acme's last quarter of 2025, made."""
    review = operations.order_review(acme.account, QUARTER, "en", by=actor_for(acme.manager))
    db.session.commit()
    return made(review)


def made(review):
    """The review after the worker has been at it."""
    review_id = review.id
    reactions.build_review({"review": review_id})
    for found in queries.documents_of(queries.by_id(review_id)):
        reactions.build_review({"document": found.id})
    return queries.by_id(review_id)


def issued(review, acme):
    operations.issue_review(review, by=actor_for(acme.manager))
    db.session.commit()
    return made(review)


def refused(step):
    with pytest.raises(NotNow) as found:
        step()
    assert sentence(found.value.why).endswith(".")
    return found.value.why


def kinds(prefix="Review"):
    statement = Event.unscoped("test").with_only_columns(Event.kind).order_by(Event.id)
    return [kind for kind in db.session.scalars(statement) if kind.startswith(prefix)]


def bytes_of(review, language="en"):
    return path_of(queries.file_in(SYSTEM, review, language)).read_bytes()


def test_a_draft_is_issued_and_acknowledged(acme, draft):
    assert (draft.stage, draft.state, draft.owner_id) == (
        Stage.DRAFT,
        ReviewState.READY,
        acme.manager.id,
    )
    review = issued(draft, acme)
    assert (review.stage, review.issuing_by_id) == (Stage.ISSUED, None)
    assert fingerprint(queries.snapshot_of(review)) == review.fingerprint
    stages.acknowledge_review(review, accepted=True, remark="", by=actor_for(acme.sponsor))
    steps = [(step.stage, step.name) for step in around(SYSTEM, review).steps]
    assert steps == [
        (Stage.DRAFT, acme.manager.name),
        (Stage.ISSUED, acme.manager.name),
        (Stage.ACKNOWLEDGED, acme.sponsor.name),
    ]
    assert kinds()[-2:] == ["ReviewIssued", "ReviewAcknowledged"]


@pytest.mark.proves("P6")
def test_nothing_changes_what_was_issued(acme, draft):
    """Not a new case, not an order, not a word, not a step: the same bytes for ever."""
    review = issued(draft, acme)
    before, mark = bytes_of(review), review.fingerprint
    factories.make_case(acme.account, opened_at=factories.BEGINNING.replace(year=2025, month=12))
    by = actor_for(acme.manager)
    for step in (
        lambda: operations.order_review(acme.account, QUARTER, "en", by=by, anew=True),
        lambda: texts.write_text(review, "verdict", "en", "All was well.", by=by),
        lambda: operations.print_again(review, by=by),
        lambda: operations.issue_review(review, by=by),
        lambda: stages.submit_review(review, by=by),
        lambda: stages.send_back(review, reason="No", by=by),
        lambda: stages.share_review(review, ["contact"], by=by),
    ):
        assert refused(step) == Why.ISSUED
    db.session.commit()
    reactions.build_review({"review": review.id})
    again = queries.by_id(review.id)
    assert (bytes_of(again), again.fingerprint, again.stage) == (before, mark, Stage.ISSUED)


def test_issuing_twice_orders_once(acme, draft):
    by = actor_for(acme.manager)
    operations.issue_review(draft, by=by)
    operations.issue_review(draft, by=by)
    assert kinds().count("ReviewOrdered") == 2
    assert refused(lambda: stages.require_draft(draft)) == Why.BEING_MADE
    assert refused(lambda: stages.share_review(draft, ["contact"], by=by)) == Why.BEING_MADE


def test_a_failed_issue_leaves_a_draft(acme, draft):
    operations.issue_review(draft, by=actor_for(acme.manager))
    operations.fail_review(draft, "memory", by=SYSTEM)
    assert (draft.stage, draft.issuing_by_id) == (Stage.DRAFT, None)
    assert refused(lambda: stages.require_issuable(draft)) == Why.FAILED


def test_approval_is_by_a_second_person(acme, draft):
    draft.approval = True
    manager, executive = actor_for(acme.manager), actor_for(acme.agent)
    assert refused(lambda: operations.issue_review(draft, by=manager)) == Why.NOT_APPROVED
    assert refused(lambda: stages.approve_review(draft, by=executive)) == Why.NOT_SUBMITTED
    stages.submit_review(draft, by=manager)
    assert refused(lambda: stages.approve_review(draft, by=manager)) == Why.SAME_PERSON
    assert (
        refused(lambda: texts.write_text(draft, "verdict", "en", "x", by=manager)) == Why.NOT_DRAFT
    )
    stages.approve_review(draft, by=executive)
    assert issued(draft, acme).stage == Stage.ISSUED


def test_sent_back_it_is_the_next_edition(acme, draft):
    manager = actor_for(acme.manager)
    assert refused(lambda: stages.send_back(draft, reason="x", by=manager)) == Why.NOT_SUBMITTED
    stages.submit_review(draft, by=manager)
    assert refused(lambda: stages.send_back(draft, reason=" ", by=manager)) == Why.NO_REASON
    stages.send_back(draft, reason="Say what happened in November.", by=manager)
    assert (draft.stage, draft.edition, draft.submitted_by_id) == (Stage.DRAFT, 2, None)


def test_acknowledging_has_its_turn_and_remarks_have_words(acme, draft):
    sponsor = actor_for(acme.sponsor)
    answer = {"accepted": False, "remark": "  "}
    assert refused(lambda: stages.acknowledge_review(draft, **answer, by=sponsor)) == Why.NOT_ISSUED
    review = issued(draft, acme)
    assert refused(lambda: stages.acknowledge_review(review, **answer, by=sponsor)) == Why.NO_REMARK
    stages.acknowledge_review(review, accepted=False, remark="F8 is disputed.", by=sponsor)
    last = around(SYSTEM, review).steps[-1]
    assert (last.accepted, last.note) == (False, "F8 is disputed.")
    assert (
        refused(lambda: stages.acknowledge_review(review, **answer, by=sponsor)) == Why.ACKNOWLEDGED
    )


def test_words_are_printed_with_the_figures_as_they_were(acme, draft):
    """A case that comes between is not counted: only the words are new."""
    as_of, figures = draft.as_of, thaw(queries.snapshot_of(draft)).figures
    factories.make_case(acme.account, opened_at=factories.BEGINNING.replace(year=2025, month=12))
    by = actor_for(acme.manager)
    assert texts.write_text(draft, "verdict", "en", "A calm quarter.", by=by)
    assert texts.write_text(draft, "speed", "en", "**Faster** than <script>x</script>", by=by)
    assert not texts.write_text(draft, "verdict", "en", "A calm quarter.", by=by)
    operations.print_again(draft, by=by)
    db.session.commit()
    review = made(draft)
    assert b"A calm quarter." in bytes_of(review)
    assert b"<strong>Faster</strong>" in bytes_of(review)
    assert b"<script>" not in bytes_of(review)
    assert (review.as_of, thaw(queries.snapshot_of(review)).figures) == (as_of, figures)


def test_words_that_come_while_it_is_laid_out_are_printed_too(acme, draft, monkeypatch):
    by, laid_out = actor_for(acme.manager), operations.printed
    operations.order_review(acme.account, QUARTER, "en", by=by, anew=True)
    db.session.commit()

    def slowly(content):
        monkeypatch.setattr(operations, "printed", laid_out)
        texts.write_text(queries.by_id(draft.id), "verdict", "en", "Late words.", by=by)
        db.session.commit()
        return laid_out(content)

    monkeypatch.setattr(operations, "printed", slowly)
    assert made(draft).state == ReviewState.QUEUED
    assert b"Late words." in bytes_of(made(draft))


def test_a_further_language_is_made_from_the_same_snapshot(acme, draft):
    operations.order_review(acme.account, QUARTER, "pt", by=actor_for(acme.manager))
    db.session.commit()
    for found in queries.documents_of(draft):
        reactions.build_review({"document": found.id})
    review = queries.by_id(draft.id)
    assert b"'pt'" in bytes_of(review, "pt")
    assert b"'en'" in bytes_of(review, "it"), "one that is not there is answered with the first"
    final = issued(review, acme)
    assert b"'pt', 'issued'" in bytes_of(final, "pt")


def test_nobody_reads_an_older_page_in_a_further_language(acme, draft):
    """Once the draft is laid out anew, what was made from its older words is gone until it is made anew too."""
    documents.document_in(draft, "it")
    db.session.commit()
    review = made(draft)
    assert queries.twin_in(review, "it")[1] == "it"
    texts.write_text(review, "verdict", "en", "Unruffled.", by=actor_for(acme.manager))
    operations.print_again(review, by=actor_for(acme.manager))
    db.session.commit()
    reactions.build_review({"review": review.id})
    page, language = queries.twin_in(queries.by_id(review.id), "it")
    assert "Unruffled." in page and language == "en"
    assert queries.twin_in(made(queries.by_id(review.id)), "it")[1] == "it"


@pytest.mark.parametrize("figures_too", [False, True])
def test_a_colleague_goes_on_with_what_somebody_ordered_who_has_left(acme, draft, figures_too):
    draft.requested_by_id = acme.agent.id
    db.session.execute(update(User).where(User.id == acme.agent.id).values(active=False))
    db.session.commit()
    by = actor_for(acme.manager)
    if figures_too:
        operations.order_review(acme.account, QUARTER, "en", by=by, anew=True)
    else:
        texts.write_text(draft, "verdict", "en", "A calm quarter.", by=by)
        operations.print_again(draft, by=by)
    db.session.commit()
    review = made(draft)
    assert (review.state, review.error) == (ReviewState.READY, "")
    assert issued(review, acme).stage == Stage.ISSUED


def test_figures_made_anew_are_those_of_the_account_s_zone_of_now(acme, draft):
    zone = update(Account).where(Account.id == acme.account.id).values(timezone="Asia/Tokyo")
    db.session.execute(opened(zone, Account, why="a test"))
    db.session.expire_all()
    account = queries.account_of(SYSTEM, draft)
    operations.order_review(account, QUARTER, "en", by=actor_for(acme.manager), anew=True)
    db.session.commit()
    review = made(draft)
    material = thaw(queries.snapshot_of(review))
    assert (review.timezone, material.timezone) == ("Asia/Tokyo", "Asia/Tokyo")


def test_what_failed_for_one_who_has_left_is_tried_again_for_a_colleague(acme, draft):
    operations.print_again(draft, by=actor_for(acme.agent))
    db.session.execute(update(User).where(User.id == acme.agent.id).values(active=False))
    db.session.commit()
    review = made(draft)
    assert (review.state, review.error) == (ReviewState.FAILED, "gone")
    by = actor_for(acme.manager)
    operations.order_review(acme.account, QUARTER, "en", by=by, anew=True)
    db.session.commit()
    assert made(review).state == ReviewState.READY


def test_the_next_review_compares_with_what_was_issued_and_restates(acme, draft):
    """One case came in late: the issued figure stays, and the next review says both."""
    review = issued(draft, acme)
    thread = disputing.open_dispute(review, "F1", "One is missing.", by=actor_for(acme.sponsor))
    disputing.settle_dispute(thread, restatement="One more case.", by=actor_for(acme.manager))
    assert refused(lambda: disputing.answer_dispute(thread, "x", by=SYSTEM)) == Why.CLOSED
    factories.make_case(acme.account, opened_at=factories.BEGINNING.replace(year=2025, month=12))
    commitments.make_commitment(
        acme.account, Draft(side=Party.US, title="Count again"), by=actor_for(acme.manager)
    )
    material = thaw(queries.snapshot_of(made(next_quarter(acme))))
    assert (material.issued_before, material.before.opened, material.previous.opened) == (
        review.ref,
        1,
        2,
    )
    found = {one.figure: one for one in material.restated if not one.why}
    assert (found["F1"].issued, found["F1"].now) == ("1", "2")
    assert [one.why for one in material.restated if one.why] == ["One more case."]
    assert [item.title for item in material.ledger] == ["Count again"]


def test_what_a_dispute_ended_with_is_printed_in_the_next_review_that_can(acme, draft, now):
    """Settled after the next one was read, it stands in the one after that, with its day and period; never twice."""
    first, by = issued(draft, acme), actor_for(acme.manager)

    def settled(review, text):
        row = disputing.open_dispute(review, "excluded", "No.", by=by)
        disputing.settle_dispute(row, restatement=text, by=by)
        now.shift(timedelta(days=1))

    def restated(review):
        material = thaw(queries.snapshot_of(review))
        return [(one.why, one.on, one.period) for one in material.restated if one.why]

    settled(first, "One was spam.")
    second = made(next_quarter(acme))
    now.shift(timedelta(days=1))
    settled(first, "Two were spam.")
    second = issued(second, acme)
    settled(second, "None was spam.")
    third = made(next_quarter(acme, "2026-Q2"))
    now.shift(timedelta(days=1))
    settled(first, "Too late.")
    days = [date(2026, 3, day) for day in (2, 4, 5)]
    assert restated(second) == [("One was spam.", days[0], "")]
    assert restated(queries.by_id(third.id)) == [
        ("Two were spam.", days[1], "2025-Q4"),
        ("None was spam.", days[2], ""),
    ]


def next_quarter(acme, code="2026-Q1"):
    """A draft of a later quarter, which is not over where the clock stands."""
    later = Period.parse(code)
    row = Review(
        account_id=acme.account.id,
        ref=f"R-{code}",
        period=later.code,
        starts_on=later.starts_on,
        ends_on=later.ends_on,
        timezone="Europe/Lisbon",
        language="en",
        created_at=clock.now(),
        as_of=clock.now(),
        state=ReviewState.QUEUED,
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_every_refusal_is_a_sentence(app):
    with app.test_request_context():
        assert all(sentence(why).endswith(".") for why in Why)


def test_a_snapshot_keeps_all_that_is_printed(acme, draft):
    frozen = queries.snapshot_of(draft)
    assert replace(thaw(frozen), edition=1) == thaw(frozen)


def test_a_decision_shows_its_figure_before_and_after(acme, draft):
    """The issued review keeps what the figure was; a case more, and the next review shows both."""
    entry = commitments.make_commitment(
        acme.account,
        Draft(side=Party.CLIENT, title="Name a deputy", kind=Entry.DECISION, figure="F1"),
        by=actor_for(acme.manager),
    )
    db.session.commit()
    issued(draft, acme)
    assert entry_of(acme, entry.ref).before == "1"
    for month in (1, 2):
        factories.make_case(acme.account, opened_at=factories.BEGINNING.replace(month=month))
    material = thaw(queries.snapshot_of(made(next_quarter(acme))))
    (item,) = material.ledger
    assert (item.before, item.after) == ("1", "2")


def entry_of(acme, ref):
    statement = Commitment.unscoped("test").where(Commitment.ref == ref)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


@pytest.mark.real_time
@pytest.mark.timeout(300)
def test_what_is_issued_is_signed_once_and_verified_from_the_file_alone(acme):
    """With words of people, a ledger, a further language: the draft is unsigned and holds, the issued one signed."""
    manager = actor_for(acme.manager)
    review = operations.order_review(acme.account, QUARTER, "en", by=manager)
    for kind, side in ((Entry.COMMITMENT, Party.US), (Entry.DECISION, Party.CLIENT)):
        draft = Draft(side=side, title="Name a deputy", kind=kind, figure="F8")
        commitments.make_commitment(acme.account, draft, by=manager)
    texts.write_text(review, "verdict", "en", "A calm quarter.", by=manager)
    texts.write_text(review, "next", "en", "First **this**.\n\n- Then that", by=manager)
    db.session.commit()
    review = made(review)
    before = found_in(bytes_of(review))
    assert before["holds"], before
    assert before["signature"] == "unsigned"
    settings = current_app.extensions["portal_settings"]
    signing.make_self_made(settings.instance / "signing", "Norte Peças")
    documents.document_in(review, "it")
    final = issued(review, acme)
    for language in ("en", "it"):
        after = found_in(bytes_of(final, language))
        assert after["holds"] and after["signature"] == "signed", after
    assert bytes_of(queries.by_id(final.id)) == bytes_of(final)


def found_in(file):
    found = examine(file, signing.own_certificates())
    return {"holds": found.holds, "telling": found.telling} | {
        one.check: one.code for one in found.findings
    }
