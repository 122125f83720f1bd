"""What hangs on a review: read in one statement, and shown by pages that ask at most six times."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from portal import clock
from portal.actor import SYSTEM
from portal.db import db, opened, transaction
from portal.events import Event, publish
from portal.files.storing import keep_made
from portal.identity.actors import actor_for
from portal.identity.models import Grant, Reach
from portal.reviews import around, disputing, participants, queries
from portal.reviews.events import ReviewBuilt
from portal.reviews.models import (
    Review,
    ReviewDocument,
    ReviewParticipant,
    ReviewReader,
    ReviewState,
    ReviewStep,
    Stage,
)
from tests import factories
from tests.workspace.counting import statements

MOST = 6
LANGUAGES = ("it", "es")
PAGE = "/reviews/R-1"


@pytest.fixture
def review(app, cast):
    """A ready draft of Acme, R-1, shared, with its file and something of each kind."""
    with app.app_context():
        row = factories.make_review(
            cast.acme.account,
            ref="R-1",
            period="2025-Q4",
            stage=Stage.DRAFT,
            shared_with=["sponsor", "contact"],
            built_at=clock.now(),
        )
        row.file_id = factories.make_file(cast.acme.account, size=4321).id
        for person in (cast.acme.contact_person, cast.acme.sponsor_person, cast.acme.manager):
            factories.make_participant(row, person)
        for language in LANGUAGES:
            hang(row, ReviewDocument, language=language, created_at=clock.now())
        hang(row, ReviewStep, stage=Stage.DRAFT, at=clock.now(), by_id=cast.acme.manager.id)
        for number in range(2):
            argue(row, cast, number)
        other = factories.make_review(cast.acme.account, ref="R-2", period="2025-Q3")
        built(row, "Old words.")
        built(row, "New words.")
        built(other, "Words of another.")
        db.session.commit()
    for who in ("sponsor", "contact"):
        with app.app_context():
            read(the_review(), getattr(cast.acme, who))
            db.session.commit()
    return PAGE


def hang(review, model, **values):
    db.session.add(model(account_id=review.account_id, review_id=review.id, **values))
    db.session.flush()


def read(review, user):
    """That a person had it open just now."""
    now = clock.now()
    hang(review, ReviewReader, user_id=user.id, first_at=now, last_at=now)


def argue(review, cast, number):
    """A dispute with an answer of ours."""
    row = disputing.open_dispute(review, "F8", f"Wrong {number}.", by=actor_for(cast.acme.sponsor))
    disputing.answer_dispute(row, f"Right {number}.", by=actor_for(cast.acme.manager))


def built(review, verdict):
    publish(ReviewBuilt(review.account_id, review.id, "print", said(verdict)), by=SYSTEM)


def said(verdict):
    """What a review prints of a period in which nothing happened."""
    flows = ("start", "opened", "reopened", "resolved", "cancelled", "end")
    return {
        "verdict": verdict,
        "first": {"p50": None, "n": 0},
        "solved": {"p50": None, "lived_p50": None},
        "again": {"value": None, "numerator": 0, "denominator": 0},
        "identity": dict.fromkeys((*flows, "transferred_in", "transferred_out"), 0),
    }


def the_review():
    return db.session.scalars(Review.unscoped("a test").where(Review.ref == "R-1")).one()


def change(app, **values):
    with app.app_context():
        for name, value in values.items():
            setattr(the_review(), name, value)
        db.session.commit()


def cost(app, person, path):
    """How many statements a page takes, once what is kept in memory is there."""
    assert person.get(path).status_code == 200
    with statements(app) as seen:
        assert person.get(path).status_code == 200
    return len(seen)


def found(who):
    return around.around(actor_for(who), the_review())


def test_everything_is_read_as_it_hangs_there(app, cast, review):
    with app.app_context():
        all_of_it = found(cast.acme.manager)
        assert all_of_it.summary == said("New words.")
        assert all_of_it.file.size == 4321
        assert [one.language for one in all_of_it.documents] == sorted(LANGUAGES)
        [first, second] = all_of_it.threads
        assert [first.number, second.number] == [1, 2]
        assert (first.about, first.opened_at, first.closed_at) == ("F8", clock.now(), None)
        assert [(note.body, note.name, note.is_staff) for note in second.notes] == [
            ("Wrong 1.", "acme sponsor", False),
            ("Right 1.", "acme manager", True),
        ]
        assert [(step.stage, step.name, step.accepted) for step in all_of_it.steps] == [
            (Stage.DRAFT, "acme manager", None)
        ]
        assert [reader.name for reader in all_of_it.readers] == ["acme sponsor", "acme contact"]
        assert all_of_it.participants == participants.participants_of(the_review())
        assert len(all_of_it.participants) == 3
        assert [(one.name, one.email) for one in all_of_it.offered] == [
            ("acme contact", "contact@acme.test"),
            ("acme sponsor", "sponsor@acme.test"),
        ]


def test_the_list_of_participants_stands_in_one_order_everywhere(app, cast, review):
    with app.app_context():
        for name in ("Émile", "zoe", "Anna", "Zacharias"):
            person = factories.make_stakeholder(cast.acme.account, name=name)
            factories.make_participant(the_review(), person, part="informed")
        db.session.commit()
        assert found(cast.acme.agent).participants == participants.participants_of(the_review())


@pytest.mark.proves("P1")
def test_who_opened_it_and_who_could_be_named_is_for_those_who_write_it(app, cast, review):
    with app.app_context():
        for who in (cast.acme.sponsor, cast.acme.contact, cast.admin):
            assert (found(who).readers, found(who).offered) == ([], [])
            assert len(found(who).threads) == 2


@pytest.mark.parametrize("named", [False, True])
def test_it_is_said_before_the_issue_when_nobody_of_the_client_could_read_it(
    app, client, cast, review, named
):
    """No sponsor has access any more: a participant who sees the whole account reads it, else nobody."""
    told = "Nobody of the client could read it"
    manager = client.as_("manager")
    assert told not in manager.get(review).get_data(as_text=True)
    with app.app_context():
        ended = update(Grant).values(ended_at=clock.now())
        db.session.execute(ended.where(Grant.user_id == cast.acme.sponsor.id))
        gone = delete(ReviewParticipant).where(ReviewParticipant.review_id == the_review().id)
        db.session.execute(opened(gone, ReviewParticipant, why="a test"))
        the_review().shared_with = []
        if named:
            factories.make_participant(the_review(), cast.acme.contact_person)
        db.session.commit()
    assert (told in manager.get(review).get_data(as_text=True)) is not named


def test_a_settled_dispute_says_when_and_what_is_restated(app, cast, review, now):
    now.shift(timedelta(days=1))
    with app.app_context():
        row = disputing.dispute_at(the_review(), 1)
        disputing.settle_dispute(row, restatement="11 of 12.", by=SYSTEM)
        db.session.commit()
        [first, second] = found(cast.acme.sponsor).threads
        assert (first.closed_at, first.restatement) == (clock.now(), "11 of 12.")
        assert (second.closed_at, second.restatement) == (None, "")


def test_what_is_not_made_yet_has_neither_figures_nor_file(app, cast, review):
    change(app, state=ReviewState.BUILDING)
    with app.app_context():
        assert (found(cast.acme.agent).summary, found(cast.acme.agent).file) == ({}, None)


def test_a_review_with_nothing_around_it_is_empty(app, cast):
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-1", stage=Stage.DRAFT)
        db.session.commit()
        empty = found(cast.acme.sponsor)
    assert empty == around.Around({}, None, [], [], [], [], [])


def test_figures_are_found_behind_many_of_other_reviews(app, cast, review):
    with app.app_context():
        other = factories.make_review(cast.acme.account, period="2025-Q2")
        with transaction():
            for _again in range(210):
                built(other, "Words of another.")
        assert found(cast.acme.manager).summary == said("New words.")


@pytest.mark.on("sqlite")
def test_they_are_found_by_an_index(app):
    with app.app_context():
        wanted = queries.last_built(select(Event.payload), 1, 1)
        written = wanted.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {written}")).all()
    assert [row.detail for row in plan] == [
        "SEARCH events USING INDEX ix_events_account_kind (account_id=? AND kind=?)"
    ]


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.ISSUED, Stage.ACKNOWLEDGED])
def test_the_page_asks_at_most_six_times_whoever_reads_it(app, client, cast, review, stage):
    change(app, stage=stage)
    readers = ("agent", "manager", "executive", "admin", "sponsor", "contact")
    few = {who: cost(app, client.as_(who), review) for who in readers}
    assert max(few.values()) <= MOST, few
    with app.app_context():
        row = the_review()
        for number in range(20):
            factories.make_participant(row, factories.make_stakeholder(cast.acme.account))
            read(row, factories.make_user(name=f"reader {number}"))
            hang(row, ReviewStep, stage=stage, at=clock.now())
            argue(row, cast, number)
        db.session.commit()
    assert {who: cost(app, client.as_(who), review) for who in readers} == few


@pytest.mark.parametrize(
    "values",
    [
        {"stage": Stage.PLANNED, "state": ReviewState.QUEUED},
        {"state": ReviewState.BUILDING},
        {"state": ReviewState.FAILED, "error": "broken"},
    ],
)
def test_so_it_does_while_there_is_no_document(app, client, review, values):
    change(app, **values)
    assert cost(app, client.as_("manager"), review) <= MOST


def test_so_it_does_when_it_is_opened_for_the_first_time_and_after_an_hour(
    app, client, cast, review, now
):
    sponsor = client.as_("sponsor")
    sponsor.get(review)
    with app.app_context():
        factories.make_review(cast.acme.account, ref="R-3", period="2025-Q2")
        db.session.commit()
    with statements(app) as first:
        sponsor.get("/reviews/R-3")
    assert [one[:26] for one in first if not one.startswith("SELECT")] == [
        "INSERT INTO review_readers",
        "INSERT INTO events (accoun",
    ]
    assert len(first) <= MOST
    with statements(app) as second:
        sponsor.get("/reviews/R-3")
    assert all(one.startswith("SELECT") for one in second)
    now.shift(timedelta(hours=2))
    sponsor.get("/reviews")
    with statements(app) as later:
        sponsor.get("/reviews/R-3")
    assert any(one.startswith("INSERT INTO review_readers") for one in later)
    assert len(later) <= MOST


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (who, path)
        for who in ("manager", "executive")
        for path in (
            "/reviews",
            PAGE + "/sample",
            PAGE + "/comments",
            PAGE + "/texts",
            PAGE + "/texts?part=verdict",
        )
    ]
    + [("sponsor", "/reviews"), ("contact", "/reviews")],
)
def test_so_do_the_pages_beside_it(app, client, review, who, path):
    assert cost(app, client.as_(who), path) <= MOST


@pytest.mark.parametrize("who", ["agent", "manager", "executive", "sponsor"])
@pytest.mark.parametrize("language", ["en", "it"])
def test_so_does_the_review_as_a_page(app, client, review, who, language):
    keep_twins(app)
    assert cost(app, client.as_(who), f"{PAGE}.html?lang={language}") <= MOST


def test_who_sees_a_whole_group_asks_no_more_than_six_times(app, client, review):
    keep_twins(app)
    with app.app_context():
        in_account = update(Grant).where(Grant.account_id.is_not(None))
        db.session.execute(in_account.values(reach=Reach.TREE))
        db.session.commit()
    for who in ("agent", "manager", "sponsor"):
        for path in (PAGE, PAGE + ".html?lang=it", "/reviews"):
            assert cost(app, client.as_(who), path) <= MOST, (who, path)


@pytest.mark.parametrize(
    ("asked", "shown"), [("en", "In en"), ("it", "In it"), ("es", "In en"), ("pt-BR", "In en")]
)
def test_the_page_is_in_the_language_where_it_was_made(app, review, asked, shown):
    keep_twins(app)
    with app.app_context():
        assert queries.twin_in(the_review(), asked) == (f"<p>{shown}</p>", shown[-2:])


def keep_twins(app):
    """R-1 is issued and stored as a page, in Italian too."""
    with app.app_context():
        row = the_review()
        row.stage = Stage.ISSUED
        for holder, language in ((row, "en"), (queries.document_of(row, "it"), "it")):
            page = f"<p>In {language}</p>".encode()
            holder.twin_id = keep_made(page, "x.html", "text/html", account_id=row.account_id).id
        db.session.commit()
