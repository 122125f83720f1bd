"""After logging out nothing of the account stays readable: not by Back, not in another window."""

import pytest
from playwright.sync_api import expect

from portal.db import db
from tests import factories

pytestmark = [pytest.mark.on("sqlite"), pytest.mark.proves("T35")]
CANARY = "quetzalcoatlus"


@pytest.fixture
def ref(app, cast):
    """A case that carries the canary."""
    with app.app_context():
        acme = cast.acme
        case = factories.make_case(acme.account, acme.contact_person, subject=f"About {CANARY}")
        db.session.commit()
        return case.ref


def test_back_shows_nothing(window, ref, scripts):
    page = window("contact", scripts=scripts)
    _look_and_leave(page, ref)
    for _ in range(2):
        page.go_back()
        _nothing_is_shown(page)


def test_another_window_is_emptied_too(window, ref):
    page = window("contact")
    other = page.context.new_page()
    other.goto(f"/cases/{ref}")
    expect(other.get_by_role("heading", level=1)).to_contain_text(CANARY)
    _look_and_leave(page, ref)
    _nothing_is_shown(other)


def _look_and_leave(page, ref):
    page.goto("/cases")
    page.goto(f"/cases/{ref}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(CANARY)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def _nothing_is_shown(page):
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert CANARY not in page.content()


def test_a_page_taken_from_the_browsers_memory_is_fetched_again(window, ref):
    page = window("contact")
    page.goto(f"/cases/{ref}")
    page.context.clear_cookies()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    _nothing_is_shown(page)
