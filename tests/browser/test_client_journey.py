"""A client's contact signs in, opens a case with a file, brings a colleague in, replies, withdraws, reopens."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = pytest.mark.on("sqlite")
SUBJECT = "Sensors show zero since Monday"
FILE = {"name": "readings.txt", "mimeType": "text/plain", "buffer": b"12:00 0.0\n12:01 0.0\n"}


def test_a_case_from_opening_to_reopening(window, with_password, scripts):
    page = window(scripts=scripts)
    _sign_in(page, with_password("acme.contact").email)
    _open_a_case(page, scripts)
    _fetch_the_file(page)
    _bring_a_colleague_in(page)
    _reply(page, "It began after the update.")
    page.get_by_role("button", name="Withdraw the case").click()
    expect(page.get_by_text("The case is withdrawn. Nothing of it is lost.").first).to_be_visible()
    expect(page.get_by_text("This case was withdrawn.")).to_be_visible()
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("The case is open again.").first).to_be_visible()
    _reply(page, "It happened once more.")
    page.goto("/cases")
    expect(page.get_by_role("link", name=SUBJECT)).to_have_count(1)


def _sign_in(page, email):
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def _open_a_case(page, scripts):
    page.get_by_role("link", name="Open a case").first.click()
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("What happened").fill("All eight of them, in both halls.")
    page.locator("#files").set_input_files(FILE)
    if scripts:
        expect(page.get_by_role("listitem").filter(has_text="readings.txt")).to_be_visible()
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_text("All eight of them, in both halls.")).to_be_visible()


def _fetch_the_file(page):
    with page.expect_download() as fetching:
        page.get_by_role("link", name="readings.txt").click()
    assert Path(fetching.value.path()).read_bytes() == FILE["buffer"]


def _bring_a_colleague_in(page):
    page.get_by_text("Bring a colleague in").click()
    page.get_by_label("Name or email").fill("acme sponsor")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("acme sponsor takes part from now on.").first).to_be_visible()


def _reply(page, words):
    page.get_by_label("Text").fill(words)
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply is sent").first).to_be_visible()
    expect(page.get_by_label("Conversation").get_by_text(words)).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("")
