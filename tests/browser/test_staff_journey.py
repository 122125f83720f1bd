"""An agent finds a case, takes it, notes, replies, waits, links, resolves; the client never sees the note."""

import pytest
from playwright.sync_api import expect

from portal.db import db
from tests import factories

pytestmark = pytest.mark.on("sqlite")
SUBJECT = "Conveyor stops at noon"
CANARY = "quetzalcoatlus"
ANSWER = "The new belt arrives on Thursday."


@pytest.fixture
def cases(app, cast):
    """The case of the journey and an earlier one of the same account."""
    with app.app_context():
        acme = cast.acme
        earlier = factories.make_case(acme.account, acme.contact_person, subject="Belt torn")
        case = factories.make_case(acme.account, acme.contact_person, subject=SUBJECT)
        factories.make_message(case, acme.contact_person, "It stops every day at twelve.")
        db.session.commit()
        return case.ref, earlier.ref


def test_a_case_from_the_queue_to_its_solution(window, cases, scripts):
    ref, earlier = cases
    page = window("agent", scripts=scripts)
    _take(page, ref)
    _write(page, "Internal note", f"Belt supplier is late again, {CANARY}.", "Add note for staff")
    _write(page, "Reply", ANSWER, "Send reply")
    _change(page, "Change the state", "Set state", State="waiting")
    expect(page.locator("#case header .state").first).to_have_text("Waiting on client")
    _link(page, earlier)
    _change(page, "Change the state", "Resolve")
    expect(page.get_by_text("The case is resolved.").first).to_be_visible()
    client = window("contact", scripts=scripts)
    _client_sees_the_reply_alone(client, ref)


def _take(page, ref):
    page.goto("/cases?status=unassigned")
    page.get_by_role("button", name=f"Take {ref}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_text("With you")).to_be_visible()


def _write(page, mode, words, button):
    page.get_by_role("radio", name=mode).check()
    page.get_by_label("Text").fill(words)
    expect(page.get_by_role("button", name="Send reply")).to_have_count(int(mode == "Reply"))
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_label("Conversation").get_by_text(words)).to_be_visible()


def _change(page, menu, button, **fields):
    page.get_by_text(menu, exact=True).click()
    for label, value in fields.items():
        page.get_by_label(label, exact=True).select_option(value)
    page.get_by_role("button", name=button, exact=True).click()


def _link(page, earlier):
    page.get_by_text("Priority and more").click()
    page.get_by_label("This case", exact=True).select_option("repeat")
    page.get_by_label("Reference of the other case").fill(earlier)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_role("heading", name="Linked cases")).to_be_visible()
    expect(page.locator("#context").get_by_role("link", name=earlier).first).to_be_visible()


def _client_sees_the_reply_alone(page, ref):
    for path in ("/", "/cases", "/cases?status=past", f"/cases/{ref}"):
        page.goto(path)
        assert CANARY not in page.content(), path
    expect(page.get_by_label("Conversation").get_by_text(ANSWER)).to_be_visible()
    expect(page.locator(".entry.note")).to_have_count(0)
    page.goto(f"/search?q={CANARY}")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
