"""A manager orders a review and issues it, the worker in a process of its own makes it, the sponsor takes the PDF."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.db import db, transaction
from portal.reviews.forms import past_periods
from portal.reviews.models import Review, ReviewState
from tests import factories
from tests.conftest import ROOT

pytestmark = pytest.mark.on("sqlite")
MADE_MS = 90_000


@pytest.fixture
def period(app, cast):
    """The last quarter that is over, with a few cases in it."""
    with app.app_context():
        acme = cast.acme
        last = past_periods(clock.today(acme.account.timezone))[0]
        begun, _end = last.limits(acme.account.timezone)
        for day in range(1, 5):
            at = begun + timedelta(days=day)
            factories.make_case(acme.account, acme.contact_person, opened_at=at)
        db.session.commit()
    return last


def test_a_review_from_the_order_to_the_file(app, window, period, scripts):
    page = window("manager", scripts=scripts)
    page.goto("/reviews")
    page.get_by_label("Account", exact=True).fill("ACME")
    page.get_by_label("Period", exact=True).fill(period.code)
    page.get_by_role("button", name="Order the review").click()
    expect(page.get_by_role("heading", name="The review is being made")).to_be_visible()
    _progress_is_shown(app, page, scripts)
    with _worker(app):
        _wait_until_made(page, scripts)
        page.get_by_text("Issue it to the client").click()
        page.get_by_role("button", name="Issue it now").click()
        _wait_until_made(page, scripts)
        expect(page.get_by_text("the client’s turn")).to_be_visible()
    _take_the_file(window("sponsor", scripts=scripts))


def _progress_is_shown(app, page, scripts):
    """What the worker notes appears: by itself, or at a look."""
    again = page.get_by_role("link", name="Look again")
    again.focus()
    for progress in (20, 60):
        with app.app_context(), transaction():
            review = db.session.scalar(Review.unscoped("the test plays the worker"))
            review.state, review.progress = ReviewState.BUILDING, progress
        if not scripts:
            again.click()
        expect(page.get_by_role("progressbar")).to_have_attribute("value", str(progress))
    if scripts:
        expect(again).to_be_focused()


def _wait_until_made(page, scripts):
    ready = page.get_by_role("link", name="Download the PDF", exact=True)
    if scripts:
        expect(ready).to_be_visible(timeout=MADE_MS)
        expect(page.locator("#review-told")).to_have_text("Ready")
        return
    give_up = time.monotonic() + MADE_MS / 1000
    while not ready.count():
        assert time.monotonic() < give_up
        page.get_by_role("link", name="Look again").click()


def _take_the_file(page):
    page.goto("/reviews")
    page.get_by_role("rowheader").get_by_role("link").click()
    with page.expect_download() as fetching:
        page.get_by_role("link", name="Download the PDF", exact=True).click()
    assert Path(fetching.value.path()).read_bytes().startswith(b"%PDF")


@contextmanager
def _worker(app):
    """`portal worker` on the app's database and files, ended as an operator would."""
    settings = app.extensions["portal_settings"]
    given = {
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_STORAGE_URL": settings.storage_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "portal", "worker"], cwd=ROOT, env=os.environ | given
    )
    try:
        yield
    finally:
        worker.terminate()
        assert worker.wait(20) == 0
