"""Ordering a review: one for each account, period and language, whatever comes twice."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import current_app
from sqlalchemy import func, select

from portal import clock
from portal.actor import SYSTEM
from portal.db import db
from portal.events import Event
from portal.files.storing import path_of
from portal.identity.actors import actor_for
from portal.jobs.models import Job
from portal.reviews import branding, documents, operations, queries
from portal.reviews.models import Review, ReviewState
from portal.reviews.periods import Period, PeriodRefused
from portal.web.brand import ENOUGH, contrast
from tests import factories
from tests.reviews import samples

QUARTER = Period.parse("2025-Q4")


@pytest.fixture
def acme(session):
    return factories.make_company("acme")


def order(acme, period=QUARTER, language="en", **more):
    return operations.order_review(acme.account, period, language, by=actor_for(acme.agent), **more)


def count(model):
    return len(db.session.scalars(model.unscoped("test")).all())


def jobs():
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == "review"))


def kinds():
    """What was recorded, in order; with whom a review begins has tests of its own."""
    statement = Event.unscoped("test").with_only_columns(Event.kind).order_by(Event.id)
    return list(db.session.scalars(statement.where(Event.kind != "ReviewParticipantNamed")))


def test_an_order_is_queued_with_who_asked_and_the_instant_of_its_figures(acme):
    review = order(acme)
    assert (review.state, review.progress) == (ReviewState.QUEUED, 0)
    assert (review.requested_by_id, review.as_of) == (acme.agent.id, clock.now())
    assert review.ref == f"R-{review.id}"
    assert (review.timezone, review.starts_on, review.ends_on) == (
        "Europe/Lisbon",
        QUARTER.starts_on,
        QUARTER.ends_on,
    )
    assert jobs() == 1
    assert kinds() == ["ReviewOrdered"]


@pytest.mark.proves("P6")
@pytest.mark.parametrize("state", [ReviewState.QUEUED, ReviewState.BUILDING, ReviewState.READY])
def test_a_second_order_finds_the_first(acme, state):
    first = order(acme)
    first.state = state
    assert order(acme).id == first.id
    assert (count(Review), jobs(), kinds()) == (1, 1, ["ReviewOrdered"])


@pytest.mark.proves("P6")
def test_other_periods_are_other_reviews_and_other_languages_documents_of_one(acme):
    first = order(acme)
    assert order(acme, language="pt").id == first.id
    assert order(acme, language="pt").id == first.id
    assert [found.language for found in queries.documents_of(first)] == ["pt"]
    made = {first.id, order(acme, Period.parse("2025-12")).id, order(acme, Period.parse("2025")).id}
    assert (len(made), count(Review)) == (3, 3)


def test_a_failed_one_is_tried_again(acme):
    review = order(acme)
    operations.fail_review(review, "memory", by=SYSTEM)
    again = order(acme)
    assert again.id == review.id
    assert (again.state, again.error, jobs()) == (ReviewState.QUEUED, "", 2)
    assert kinds() == ["ReviewOrdered", "ReviewFailed", "ReviewOrdered"]


def test_anew_makes_a_ready_one_again_but_leaves_one_that_is_being_made(acme):
    review = order(acme)
    assert order(acme, anew=True).state == ReviewState.QUEUED
    assert jobs() == 1
    review.state = ReviewState.READY
    assert order(acme, anew=True).state == ReviewState.QUEUED
    assert jobs() == 2


def test_a_period_that_is_not_over_is_refused_before_anything_is_written(acme):
    with pytest.raises(PeriodRefused, match="2026-Q1 is not over yet"):
        order(acme, Period.parse("2026-Q1"))
    assert (count(Review), jobs()) == (0, 0)


def test_a_language_that_is_not_ours_is_refused(acme):
    with pytest.raises(documents.LanguageUnknown, match="choose one of en, pt, es, it"):
        order(acme, language="xx")
    assert count(Review) == 0


def test_what_was_made_is_kept_with_its_fingerprint_and_main_figures(acme):
    review = order(acme)
    content = operations.compose(samples.material(), "en", branding.brand())
    operations.store_review(review, content, b"%PDF-1.7 made", by=SYSTEM)
    file = queries.file_of(actor_for(acme.agent), review)
    assert path_of(file).read_bytes() == b"%PDF-1.7 made"
    assert (file.name, file.content_type) == ("AC00017-2025-Q4-en.pdf", "application/pdf")
    assert (review.state, review.progress, review.error) == (ReviewState.READY, 100, "")
    summary = queries.summary_of(review)
    assert summary["verdict"] == content.verdict
    assert summary["identity"]["end"] == 25
    assert summary["before"]["first"] == 4320


def test_the_summary_is_that_of_the_last_time_it_was_made(acme):
    review = order(acme)
    for start in (10, 20):
        now = samples.Figures.of(samples.plain(start=start))
        content = operations.compose(samples.material(figures=now), "en", branding.brand())
        operations.store_review(review, content, b"%PDF", by=SYSTEM)
    assert queries.summary_of(review)["identity"]["start"] == 20


@pytest.mark.parametrize("accent", ["", "#b4531f", "#ffcc00", "#00ffff", "#ffffff", "#101010"])
def test_the_accent_can_be_read_on_paper(session, monkeypatch, accent):
    settings = current_app.extensions["portal_settings"]
    monkeypatch.setitem(
        current_app.extensions, "portal_settings", replace(settings, brand_accent=accent)
    )
    printed = branding.brand().accent
    assert contrast(printed, "#ffffff") >= ENOUGH
    assert printed == accent or accent not in ("#b4531f", "#101010")


def test_a_logo_travels_inside_the_page_unless_it_is_gone_or_huge(session, monkeypatch, tmp_path):
    path = tmp_path / "logo.png"

    def logo(content):
        path.write_bytes(content)
        settings = current_app.extensions["portal_settings"]
        changed = replace(settings, brand_logo=str(path))
        monkeypatch.setitem(current_app.extensions, "portal_settings", changed)
        return branding.brand().logo

    assert logo(b"PNG") == "data:image/png;base64,UE5H"
    assert logo(b"x" * (branding.MB + 1)) == ""
    path.unlink()
    assert branding.brand().logo == ""


def test_what_both_sides_promised_stands_as_it_did_at_the_instant(session, acme):
    """As of January nothing was done yet, and what was promised in February was not known."""
    due = {"due_on": date(2025, 12, 1), "due_at": datetime(2025, 12, 1, 23, 59, 59, tzinfo=UTC)}
    done = datetime(2026, 1, 20, tzinfo=UTC)
    for title, written, more in (
        ("Done later", datetime(2025, 11, 1, tzinfo=UTC), {"outcome": "done", "done_at": done}),
        ("Not known", datetime(2026, 2, 1, tzinfo=UTC), {}),
    ):
        closed = {"closed_at": more.get("done_at")}
        factories.make_commitment(
            acme.account, title=title, created_at=written, **due, **more, **closed
        )
    for instant, told in (
        (datetime(2026, 1, 5, tzinfo=UTC), [("Done later", "late")]),
        (clock.now(), [("Done later", "done_late"), ("Not known", "late")]),
    ):
        content = operations.content_for(
            SYSTEM, acme.account, Period.parse("2025-Q4"), "en", instant
        )
        assert [(item.title, item.state) for item in content.material.ledger] == told
