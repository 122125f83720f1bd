"""Both sides of a review, and the next one: issued, disputed, settled, acknowledged; what was agreed leads the next period's."""

import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from portal import clock
from portal.actor import SYSTEM
from portal.commitments.drafts import Draft
from portal.commitments.models import Commitment, Entry, Party
from portal.commitments.operations import make_commitment
from portal.db import db, opened, transaction
from portal.jobs import enqueue
from portal.reviews.forms import past_periods
from portal.reviews.models import ReviewSchedule
from portal.reviews.reactions import KEEP_UP
from tests import factories
from tests.browser.test_review_journey import MADE_MS, _wait_until_made, _worker

pytestmark = pytest.mark.on("sqlite")
PRICES, LATE, DEPUTY = "Send the new price list", "Call before deliveries", "Name a deputy"
RESTATED = "Five, with the call of the 3rd."


@pytest.fixture
def periods(app, cast):
    """Two quarters that are over: in the first four cases, in the second two and what both sides agreed in its meeting."""
    with app.app_context():
        acme = cast.acme
        last = past_periods(clock.today(acme.account.timezone))[0]
        for period, cases in ((last.previous, 4), (last, 2)):
            begun, _end = period.limits(acme.account.timezone)
            for day in range(1, 1 + cases):
                at = begun + timedelta(days=day)
                factories.make_case(acme.account, acme.contact_person, opened_at=at)
        due = last.starts_on + timedelta(days=40)
        for draft in (
            Draft(side=Party.US, title=PRICES, due_on=due, user_id=acme.manager.id),
            Draft(side=Party.US, title=LATE, due_on=due),
            Draft(side=Party.CLIENT, title=DEPUTY, kind=Entry.DECISION, figure="F1"),
        ):
            make_commitment(acme.account, draft, by=SYSTEM)
        met = last.limits(acme.account.timezone)[0] + timedelta(days=10)
        told = update(Commitment).values(created_at=met)
        db.session.execute(opened(told, Commitment, why="they were agreed in the meeting"))
        db.session.commit()
    return last.previous, last


def test_what_both_sides_agreed_leads_the_next_review(app, window, periods):
    earlier, last = periods
    manager, sponsor = window("manager"), window("sponsor")
    with _worker(app):
        address = _issued(manager, earlier)
        _disputed_and_settled(manager, sponsor, address)
        _acknowledged(sponsor, address)
        _done(manager)
        _rhythm(manager)
        _time_passes(app, last)
        _drafted(manager)
    _leads_with_what_was_agreed(manager)


def _ordered(page, period):
    page.goto("/reviews")
    page.get_by_label("Account", exact=True).fill("ACME")
    page.get_by_label("Period", exact=True).fill(period.code)
    page.get_by_role("button", name="Order the review").click()


def _issued(page, period):
    _ordered(page, period)
    _wait_until_made(page, scripts=True)
    _named(page)
    page.get_by_text("Issue it to the client").click()
    page.get_by_role("button", name="Issue it now").click()
    _wait_until_made(page, scripts=True)
    return page.url


def _named(page):
    """The contact joins the sponsor and the account manager, with whom the account's first review begins."""
    listed = page.get_by_role("region", name="Participants")
    expect(listed.get_by_role("listitem")).to_have_count(2)
    listed.get_by_text("Name a participant").click()
    listed.get_by_label("Name or email").fill("contact@acme.test")
    listed.get_by_role("button", name="Add").click()
    expect(listed.get_by_role("listitem")).to_have_count(3)


def _disputed_and_settled(manager, sponsor, address):
    """In the section that speaks of the figure; the answer stands there for both."""
    sponsor.goto(f"{address}.html")
    section = sponsor.locator(".chapter").filter(has=sponsor.locator("#p-backlog"))
    section.get_by_role("link", name="Dispute a figure here").click()
    section.get_by_label("What is not right").select_option("F1")
    section.get_by_label("Why").fill("One call is missing.")
    section.get_by_role("button", name="Say it").click()
    expect(section.get_by_text("One call is missing.")).to_be_visible()
    manager.goto(address)
    manager.get_by_label("What the next review restates").fill(RESTATED)
    manager.get_by_role("button", name="Settle the dispute").click()
    expect(manager.get_by_text("Settled: F1")).to_be_visible()


def _acknowledged(page, address):
    page.goto(address)
    page.get_by_label("We have read it and accept it.").check()
    page.get_by_role("button", name="Acknowledge the review").click()
    expect(page.get_by_role("button", name="Acknowledge the review")).to_have_count(0)


def _done(page):
    """One of ours is done now, after its day; the other stays open."""
    page.goto("/accounts/ACME/commitments")
    page.get_by_role("link", name=PRICES).click()
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_role("button", name="Take it up again")).to_be_visible()


def _rhythm(page):
    """Quarterly reviews shall come by themselves from now on."""
    page.goto("/reviews/schedules/ACME")
    quarterly = page.get_by_role("group", name="Every quarter")
    quarterly.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rhythm of the reviews is saved.")).to_be_visible()


def _time_passes(app, period):
    """The rhythm was set when a quarter ran that is over now, and its round comes."""
    with app.app_context(), transaction():
        begun = update(ReviewSchedule).values(begins_on=period.starts_on)
        db.session.execute(opened(begun, ReviewSchedule, why="the test plays the calendar"))
        enqueue(KEEP_UP, {})


def _drafted(page):
    """The worker planned the running quarter's review and drafted the one that is due, without anybody asking."""
    give_up = time.monotonic() + MADE_MS / 1000
    latest_first = page.get_by_role("rowheader").get_by_role("link")
    page.goto("/reviews")
    while latest_first.count() < 3:
        assert time.monotonic() < give_up
        page.reload()
    latest_first.nth(1).click()
    _wait_until_made(page, scripts=True)


def _leads_with_what_was_agreed(page):
    """The draft's page shows section 2: late, done late, asked for; what was restated; the figure before and after.

    Whoever took part in the one before is on its list.
    """
    expect(page.get_by_role("region", name="Participants")).to_contain_text("acme contact")
    page.goto(f"{page.url}.html")
    paper = page.locator("article.paper")
    expect(
        paper.get_by_text("Of 3 commitments, 0 kept. 1 was done late. 1 is late.")
    ).to_be_visible()
    for title, told in ((PRICES, "Done late"), (LATE, "Late"), (DEPUTY, "F1: 4 → 2")):
        row = paper.get_by_role("row").filter(has_text=title)
        expect(row).to_contain_text(told)
    restated = paper.get_by_role("table", name="Restated since the last review")
    expect(restated.get_by_role("row").filter(has_text="F1")).to_contain_text(RESTATED)
