"""The quality sample in the portal: drawn once with the first draft, read by people who had no part, locked after issue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.actor import SYSTEM
from portal.cases.models import Case, Kind, Status
from portal.db import db, opened
from portal.events import Event
from portal.files.storing import path_of
from portal.identity.actors import actor_for
from portal.reviews import operations, quality, queries, reactions, sampling
from portal.reviews.content import Brand, compose
from portal.reviews.models import ReviewSample, ReviewState, Stage
from portal.reviews.periods import Period
from portal.reviews.recount import differences
from portal.reviews.refusals import NotNow, Why
from portal.reviews.sample import place, resolved
from portal.reviews.snapshot import thaw
from tests import factories

QUARTER = Period.parse("2025-Q4")
DAY = timedelta(days=1)
BEGIN = datetime(2025, 10, 1, 9, tzinfo=UTC)
FINE = {"complete": True, "clear": True, "filed": True}
POOR = {"complete": True, "clear": False, "filed": False}


@pytest.fixture(autouse=True)
def printing(monkeypatch):
    """The words of section 6 instead of pages."""
    monkeypatch.setattr(operations, "printed", lambda content: repr(quality.page(content)).encode())


def add_case(acme, number, **changes):
    """A case that was resolved in the quarter, which the agent owns and answered."""
    begun = BEGIN + number * 5 * DAY + timedelta(seconds=37 * number)
    about = factories.make_case(
        acme.account,
        acme.contact_person,
        ref=f"Q-{number:02d}",
        opened_at=begun,
        resolved_at=begun + DAY,
        status=Status.RESOLVED,
        owner_id=acme.agent.id,
        **changes,
    )
    factories.make_message(about, acme.agent, "Reply", occurred_at=begun + DAY / 2)
    factories.make_event(about, "CaseResolved", begun + DAY, new="resolved")
    return about


def drafted(acme, cases=14):
    """The review of a quarter with so many resolved cases as a draft, called R-1."""
    for number in range(cases):
        add_case(acme, number)
    review = operations.order_review(acme.account, QUARTER, "en", by=actor_for(acme.manager))
    review.ref = "R-1"
    return made(review)


def made(review):
    """The review after the worker has made what was asked for."""
    db.session.commit()
    reactions.build_review({"review": review.id})
    return queries.by_id(review.id)


@pytest.fixture
def acme(app, cast):
    with app.app_context():
        yield cast.acme


@pytest.fixture
def draft(acme):
    return drafted(acme)


def anew(review, acme):
    """The draft with figures of now."""
    operations.order_review(acme.account, QUARTER, "en", by=actor_for(acme.manager), anew=True)
    return made(review)


def again(review, acme):
    """The draft laid out again."""
    operations.print_again(review, by=actor_for(acme.manager))
    return made(review)


def rows():
    found = db.session.scalars(ReviewSample.unscoped("test").order_by(ReviewSample.number)).all()
    return [(row.number, row.case_id, row.drawn_from) for row in found]


def material_of(review):
    return thaw(queries.snapshot_of(review))


def printed_of(review):
    return path_of(queries.file_of(SYSTEM, review)).read_text()


def case_of(number):
    statement = (
        select(Case)
        .join(ReviewSample, ReviewSample.case_id == Case.id)
        .where(ReviewSample.number == number)
    )
    return db.session.scalars(opened(statement, Case, ReviewSample, why="test")).one()


def read(review, number, user, answers=FINE, remark=""):
    by = actor_for(user)
    one = next(case for case in sampling.listed(by, review) if case.number == number)
    return sampling.read_case(review, one, answers, remark, by=by)


def refused(review, number, user):
    with pytest.raises(NotNow) as caught:
        read(review, number, user)
    return caught.value.why


def test_the_first_draft_draws_by_the_rule_from_what_was_resolved(draft):
    found = material_of(draft)
    assert [row[2] for row in rows()] == [14, 14, 14]
    ordered = sorted(resolved(found), key=lambda case: place(found, case[0]))
    assert [row[1] for row in found.sample.drawn] == [name for _opened, name in ordered[:3]]
    assert [case_of(n).ref for n in (1, 2, 3)] == [name for _opened, name in ordered[:3]]
    assert list(differences(found)) == []


def test_figures_made_anew_draw_nothing_again(acme, draft):
    before = rows()
    for number in range(14, 18):
        add_case(acme, number)
    found = material_of(anew(draft, acme))
    assert rows() == before
    assert (len(resolved(found)), found.sample.drawn_from) == (18, 14)
    assert list(differences(found)) == []
    assert "18 cases were resolved, 14 at the draw" in printed_of(draft)
    kinds = select(Event.kind).where(Event.kind == "SampleDrawn")
    assert len(db.session.scalars(opened(kinds, Event, why="test")).all()) == 1


def test_a_second_draw_at_the_same_moment_is_not_kept(acme, draft):
    before = rows()
    sampling.keep(draft, [ReviewSample(number=1)])
    assert rows() == before


@pytest.mark.parametrize("gone", ["merged", "excluded"])
def test_a_drawn_case_that_counts_no_more_is_told_and_not_replaced(acme, draft, gone):
    before, about = rows(), case_of(2)
    drawn = {case_of(number).ref for number in (1, 2, 3)}
    if gone == "merged":
        other = next(name for _opened, name in resolved(material_of(draft)) if name not in drawn)
        survivor = db.session.scalars(Case.unscoped("test").where(Case.ref == other)).one()
        about.merged_into_id, about.kind, about.status = survivor.id, Kind.MERGED, Status.MERGED
    else:
        about.kind = Kind.SPAM
    review = anew(draft, acme)
    found = material_of(review)
    assert rows() == before
    assert found.sample.drawn[1][1:] == ("", gone, "")
    assert list(differences(found)) == []
    assert refused(review, 2, acme.manager) == Why.COUNTS_NO_MORE
    assert sampling.listed(actor_for(acme.manager), review)[1].gone == gone


def test_a_reading_is_printed_and_its_remark_is_not(acme, draft):
    assert read(draft, 1, acme.manager, POOR, "Between us: too long.")
    review = again(draft, acme)
    found = material_of(review)
    assert (found.sample.read, found.sample.drawn[0][3]) == ((("1", "0", "0"),), "1")
    assert list(differences(found)) == []
    assert "1 of 14 resolved cases were read" in printed_of(review)
    assert "2 cases that were drawn have not been read" in printed_of(review)
    for said in (printed_of(review), queries.snapshot_of(review).decode()):
        assert "Between us" not in said


def test_a_reading_that_counts_no_more_is_not_counted(acme, draft):
    read(draft, 1, acme.manager)
    case_of(1).kind = Kind.INTERNAL
    found = material_of(anew(draft, acme))
    assert (found.sample.read, found.sample.gone) == ((), {"excluded": 1})
    assert list(differences(found)) == []


def test_who_answered_or_looks_after_the_case_does_not_judge_it(acme, draft):
    assert refused(draft, 1, acme.agent) == Why.OWN_CASE
    case_of(1).owner_id = None
    assert refused(draft, 1, acme.agent) == Why.OWN_CASE
    case_of(2).owner_id = acme.manager.id
    assert refused(draft, 2, acme.manager) == Why.OWN_CASE
    factories.make_message(case_of(3), acme.manager, "A note", internal=True)
    assert read(draft, 3, acme.manager)


def test_what_a_colleague_found_is_changed_by_them_alone(acme, cast, draft):
    assert read(draft, 1, cast.executive)
    assert refused(draft, 1, acme.manager) == Why.READ_BY_ANOTHER
    assert read(draft, 1, cast.executive, POOR)
    assert material_of(again(draft, acme)).sample.read == (("1", "0", "0"),)


def test_the_same_once_more_is_no_change(acme, draft):
    assert read(draft, 1, acme.manager, POOR, "x")
    assert not read(draft, 1, acme.manager, POOR, " x ")
    assert read(draft, 1, acme.manager, POOR, "y")


@pytest.mark.proves("T12")
def test_the_client_never_sees_a_row_of_it(acme, draft):
    for person in (acme.sponsor, acme.contact):
        assert not db.session.scalars(ReviewSample.visible_to(actor_for(person))).all()
    assert db.session.scalars(ReviewSample.visible_to(actor_for(acme.agent))).all()


@pytest.mark.proves("T12")
def test_a_confidential_case_is_read_and_counts_without_a_name(acme, draft):
    case_of(1).confidential = True
    review = anew(draft, acme)
    assert material_of(review).sample.drawn[0][1] == "confidential 1"
    read(review, 1, acme.manager)
    review = again(review, acme)
    for said in (printed_of(review), queries.snapshot_of(review).decode()):
        assert case_of(1).ref not in said
    assert "1 confidential case is counted and not named." in printed_of(review)
    assert list(differences(material_of(review))) == []


def test_after_the_issue_nothing_changes(acme, draft):
    read(draft, 1, acme.manager)
    operations.issue_review(draft, by=actor_for(acme.manager))
    assert refused(draft, 2, acme.manager) == Why.BEING_MADE
    review = made(draft)
    assert review.stage == Stage.ISSUED
    assert refused(review, 2, acme.manager) == Why.ISSUED
    assert material_of(review).sample.read == (("1", "1", "1"),)


def test_issued_unread_and_without_a_resolution_it_says_so(acme, cast):
    review = drafted(acme)
    operations.issue_review(review, by=actor_for(acme.manager))
    assert "No quality sample was read for this period." in printed_of(made(review))
    empty = operations.order_review(
        cast.globex.account, QUARTER, "en", by=actor_for(cast.globex.manager)
    )
    assert "there is no quality sample" in printed_of(made(empty))
    assert sampling.rows_of(empty) == []


def test_what_is_found_while_the_document_is_made_is_printed_too(acme, draft):
    content = compose(material_of(draft), "en", Brand("Norte Peças"))
    read(draft, 1, acme.manager)
    draft.state = ReviewState.BUILDING
    operations.store_review(draft, content, b"%PDF made", by=SYSTEM)
    assert draft.state == ReviewState.QUEUED


def test_a_draft_from_before_keeps_its_silence(draft):
    content = compose(replace(material_of(draft), sample=None), "en", Brand("Norte Peças"))
    assert sampling.refreshed(draft, content.material.sample) is None
    assert "sample" not in quality.page(content)


def test_the_draw_is_dated(draft):
    assert material_of(draft).sample.drawn_at == clock.now()
