"""The small scripts, each by what a person notices: times, colours, short answers, files, focus."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.db import db
from tests import factories

pytestmark = pytest.mark.on("sqlite")
DROP = """([selector, name]) => {
    const files = new DataTransfer();
    files.items.add(new File(["dropped"], name, { type: "text/plain" }));
    const zone = document.querySelector(selector);
    for (const kind of ["dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
    }
}"""


@pytest.fixture
def ref(app, cast):
    """A case of acme's, moved seven minutes ago."""
    with app.app_context():
        acme = cast.acme
        at = clock.now() - timedelta(minutes=7)
        case = factories.make_case(acme.account, acme.contact_person, updated_at=at)
        db.session.commit()
        return case.ref


def test_how_long_ago_stays_true(window, cast, ref):
    page = window("contact")
    page.clock.install()
    page.goto("/")
    shown = page.locator("time[data-ago]").first
    expect(shown).to_have_text("7 minutes ago")
    page.clock.fast_forward("03:00")
    expect(shown).to_have_text("10 minutes ago")
    page.clock.fast_forward("02:00:00")
    expect(shown).to_have_text("2 hours ago")


def test_colours_change_at_once_and_stay(window, cast):
    page = window("contact")
    page.goto("/cases")
    page.get_by_text("Language and colours").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("/cases")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_good_news_goes_by_itself_unless_somebody_is_on_it(window, cast):
    page = window("contact")
    page.clock.install()
    page.goto("/me")
    page.get_by_role("button", name="Keep these").click()
    toast = page.get_by_text("Your preferences are kept.")
    toast.hover()
    page.clock.fast_forward(9000)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.fast_forward(3000)
    expect(toast).to_have_count(0)


def test_bad_news_stays_until_it_is_closed(window, ref):
    page = window("contact")
    page.goto(f"/cases/{ref}")
    page.clock.install()
    page.route("**/messages", lambda route: route.fulfill(status=503))
    page.get_by_label("Text").fill("Hello")
    for _ in range(2):
        page.get_by_label("Text").press("Control+Enter")
        expect(page.get_by_text("That did not reach us.")).to_have_count(1)
    page.clock.fast_forward(60_000)
    page.locator(".toast").get_by_role("button", name="Close").click()
    expect(page.get_by_text("That did not reach us.")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()


def test_a_refusal_is_told_in_its_own_words_and_leaves_the_page(app, monkeypatch, window, ref):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 50_000)
    page = window("contact")
    page.goto(f"/cases/{ref}")
    page.get_by_label("Text").fill("A large file")
    page.locator("[type=file]").set_input_files(_file("large.txt", 60_000))
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("That was too large.")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("A large file")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_files_are_listed_added_taken_off_and_sent(window, ref):
    page = window("contact")
    page.goto(f"/cases/{ref}")
    page.get_by_label("Text").fill("Three files, of which one by mistake.")
    chosen = page.locator("[type=file]")
    chosen.set_input_files([_file("one.txt", 1500), _file("two.txt", 20)])
    chosen.set_input_files([_file("three.txt", 3_000_000)])
    page.evaluate(DROP, [".composer", "four.txt"])
    rows = page.locator("[data-drop-list] li")
    expect(rows).to_have_text([re.compile(name) for name in ("one", "two", "three", "four")])
    expect(rows.nth(0)).to_contain_text("1.5 kB")
    expect(rows.nth(2)).to_contain_text("2.9 MB")
    page.get_by_role("button", name="Take three.txt off the list").click()
    page.get_by_role("button", name="Send reply").click()
    sent = page.get_by_label("Conversation").locator(".file-name")
    expect(sent).to_have_text(["one.txt", "two.txt", "four.txt"])
    expect(rows).to_have_count(0)


def test_another_change_keeps_words_and_files_of_the_composer(window, ref):
    page = window("agent")
    page.goto(f"/cases/{ref}")
    page.get_by_role("radio", name="Internal note").check()
    page.get_by_label("Text").fill("Half a sentence")
    page.locator("[type=file]").set_input_files([_file("one.txt", 10)])
    page.get_by_text("Nobody assigned").click()
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("With you")).to_be_visible()
    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()
    expect(page.get_by_label("Text")).to_have_value("Half a sentence")
    expect(page.locator("[data-drop-list] li")).to_have_count(1)
    assert page.locator("[type=file]").evaluate("one => one.files.length") == 1


def test_focus_goes_to_what_is_wrong_or_back_to_where_one_was(window, ref):
    page = window("agent")
    page.goto(f"/cases/{ref}")
    page.get_by_text("Nobody assigned").click()
    page.get_by_label("Name or email of a colleague").fill("nobody@nowhere.test")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Name or email of a colleague")).to_have_value("nobody@nowhere.test")
    page.get_by_label("Name or email of a colleague").fill("")
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("With you")).to_be_visible()
    expect(page.get_by_text("With you")).to_be_focused()
    expect(page.locator("#voice")).to_have_text("Saved.")


def test_a_page_that_comes_back_with_faults_begins_at_them(window, cast):
    page = window("contact")
    page.goto("/cases/new")
    page.get_by_label("Subject").fill(" ")
    page.get_by_label("What happened").fill("It is loud.")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_label("What happened")).to_have_value("It is loud.")


def _file(name, size):
    return {"name": name, "mimeType": "text/plain", "buffer": b"a\n" * (size // 2)}
