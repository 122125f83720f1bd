"""What was typed survives reload, fault, lost connection and log-out, for its writer alone, until it is sent."""

import pytest
from playwright.sync_api import expect

from portal.cases.models import Case, Message
from portal.db import db
from tests import factories

pytestmark = pytest.mark.on("sqlite")
WORDS = "The pump is loud again, as in March."


@pytest.fixture
def ref(app, cast):
    """A case of acme's."""
    with app.app_context():
        case = factories.make_case(cast.acme.account, cast.acme.contact_person)
        db.session.commit()
        return case.ref


@pytest.fixture
def bodies(app):
    """`bodies()` is what stands on all cases, in the database."""

    def found():
        with app.app_context():
            rows = db.session.scalars(Message.unscoped("what was kept")).all()
            return [row.body for row in rows]

    return found


def test_a_draft_comes_back_until_it_is_sent(window, ref, bodies):
    page = _writing(window("contact"), ref)
    expect(page.get_by_text("Draft kept on this device")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text")).to_have_value(WORDS)
    expect(page.get_by_text("Your draft is back")).to_be_visible()
    page = _after_a_crash(page)
    expect(page.get_by_label("Text")).to_have_value(WORDS)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_label("Conversation").get_by_text(WORDS)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text")).to_have_value("")
    assert bodies() == [WORDS]


def test_reply_and_note_have_each_their_draft(window, ref):
    page = _writing(window("agent"), ref)
    page.get_by_role("radio", name="Internal note").check()
    expect(page.get_by_label("Text")).to_have_value("")
    page.get_by_label("Text").fill("For us only.")
    page.get_by_role("radio", name="Reply").check()
    expect(page.get_by_label("Text")).to_have_value(WORDS)
    page.get_by_label("Text").fill("")
    page.reload()
    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()
    expect(page.get_by_label("Text")).to_have_value("For us only.")


def test_a_draft_waits_for_its_writer_and_shows_to_nobody_else(window, live_server, ref):
    page = _writing(window("contact"), ref)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    live_server.sign_in(page.context, "sponsor")
    page.goto(f"/cases/{ref}")
    expect(page.get_by_label("Text")).to_have_value("")
    live_server.sign_in(page.context, "contact")
    page.goto(f"/cases/{ref}")
    expect(page.get_by_label("Text")).to_have_value(WORDS)


@pytest.mark.parametrize("fault", ["offline", "503"])
def test_a_fault_is_told_and_nothing_typed_is_gone(window, ref, bodies, fault):
    page = _writing(window("contact"), ref)
    if fault == "offline":
        page.context.set_offline(True)
    else:
        page.route("**/messages", lambda route: route.fulfill(status=503, body="<h1>Away</h1>"))
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("That did not reach us.")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value(WORDS)
    page.context.set_offline(False)
    page.unroute_all()
    page.reload()
    expect(page.get_by_label("Text")).to_have_value(WORDS)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_label("Conversation").get_by_text(WORDS)).to_be_visible()
    assert bodies() == [WORDS]


@pytest.mark.proves("T21")
def test_an_answer_that_was_lost_is_not_sent_twice(window, ref, bodies):
    """The server kept the message, the connection broke: the same words tried again are the same message."""
    page = _writing(window("contact"), ref)

    def kept_but_lost(route):
        route.fetch()
        route.abort()

    page.route("**/messages", kept_but_lost)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("That did not reach us.")).to_be_visible()
    page.unroute_all()
    page.reload()
    expect(page.get_by_label("Text")).to_have_value(WORDS)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("This was sent already; it stands below once.").first).to_be_visible()
    page.get_by_label("Text").fill("Another matter.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_label("Conversation").get_by_text("Another matter.")).to_be_visible()
    assert bodies() == [WORDS, "Another matter."]


def test_words_changed_after_a_lost_answer_are_a_message_of_their_own(window, ref, bodies):
    page = _writing(window("contact"), ref)
    page.route("**/messages", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("That did not reach us.")).to_be_visible()
    page.unroute_all()
    page.get_by_label("Text").fill(f"{WORDS} And hot.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_label("Conversation").get_by_text("And hot.")).to_be_visible()
    assert bodies() == [WORDS, f"{WORDS} And hot."]


def test_a_new_case_is_kept_until_it_is_open(app, window, cast):
    page = window("contact")
    page.goto("/cases/new")
    page.get_by_label("Subject").fill("Loud pump")
    page.get_by_label("What happened").fill(WORDS)
    page.route("**/cases", lambda route: route.fulfill(status=503, body="<h1>Away</h1>"))
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", name="Away")).to_be_visible()
    page.unroute_all()
    page.goto("/cases/new")
    expect(page.get_by_label("Subject")).to_have_value("Loud pump")
    expect(page.get_by_label("What happened")).to_have_value(WORDS)
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Loud pump")
    page.goto("/cases/new")
    expect(page.get_by_label("What happened")).to_have_value("")
    with app.app_context():
        assert len(db.session.scalars(Case.unscoped("what was kept")).all()) == 1


@pytest.mark.proves("T21")
def test_a_form_sent_twice_makes_one_thing(window, ref, bodies, scripts):
    """Twice by hand, and with scripts once more while the first is still on its way."""
    page = _writing(window("contact", scripts=scripts), ref)
    page.get_by_role("button", name="Send reply").dblclick()
    expect(page.get_by_label("Conversation").get_by_text(WORDS)).to_be_visible()
    assert bodies() == [WORDS]


@pytest.mark.proves("T21")
def test_a_form_sent_twenty_times_makes_one_thing(app, window, cast):
    page = window("contact", scripts=False)
    page.goto("/cases/new")
    name = page.locator("[name=submission]").input_value()
    fields = {"subject": "Loud pump", "body": WORDS, "priority": "normal", "submission": name}
    fields["account"] = page.locator("[name=account]").input_value()
    for _ in range(20):
        answer = page.request.post("/cases", form=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.ok
    with app.app_context():
        assert len(db.session.scalars(Case.unscoped("what was kept")).all()) == 1


def test_a_form_on_its_way_says_so_at_once(window, ref):
    page = _writing(window("contact"), ref)
    waiting = []
    page.route("**/messages", lambda route: waiting.append(route))
    button = page.get_by_role("button", name="Send reply")
    button.click()
    form = page.locator("form.composer")
    expect(form).to_have_attribute("aria-busy", "true", timeout=1000)
    expect(button).to_be_disabled()
    button.click(force=True)
    page.get_by_label("Text").press("Control+Enter")
    assert len(waiting) == 1
    waiting[0].fulfill(status=503)
    expect(form).not_to_have_attribute("aria-busy", "true")
    expect(button).to_be_enabled()


def _after_a_crash(page):
    """The same page in a new window; the old one gets no word of it."""
    address, context = page.url, page.context
    page.close(run_before_unload=False)
    again = context.new_page()
    again.goto(address)
    return again


def _writing(page, ref):
    page.goto(f"/cases/{ref}")
    page.get_by_label("Text").fill(WORDS)
    return page
