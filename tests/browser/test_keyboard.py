"""By keys alone: sign in, open a case, reply, walk a list; wherever Tab stops, a ring is seen."""

import pytest
from playwright.sync_api import expect

from portal.db import db
from tests import factories

pytestmark = pytest.mark.on("sqlite")
STOPS = 60
RING = """() => {
    const stop = document.activeElement;
    if (stop === document.body || stop.tagName === "IFRAME") return null;
    const ringed = [stop, stop.closest("label")].filter(Boolean).some((one) => {
        const { opacity, outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
        const drawn = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        return drawn && opacity !== "0" && !/, 0\\)$|\\/ 0\\)$/.test(outlineColor);
    });
    const { width, height, top, bottom } = stop.getBoundingClientRect();
    const shown = width > 0 && height > 0 && bottom > 0 && top < innerHeight;
    const again = stop.dataset.stopped === "";
    stop.dataset.stopped = "";
    return { again, ringed, shown, html: stop.outerHTML.slice(0, 160) };
}"""


@pytest.fixture
def refs(app, cast):
    """Three cases of acme's."""
    with app.app_context():
        acme = cast.acme
        made = [factories.make_case(acme.account, acme.contact_person) for _ in range(3)]
        db.session.commit()
        return [case.ref for case in made]


def test_signing_in_opening_a_case_and_replying(window, with_password, scripts):
    page = window(scripts=scripts)
    page.goto("/login")
    _tab_to(page, page.get_by_label("Email"))
    page.keyboard.type(with_password("acme.contact").email)
    _tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    _tab_to(page, page.get_by_role("link", name="Open a case").first)
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_label("Subject"))
    page.keyboard.type("Loud pump")
    _tab_to(page, page.get_by_label("What happened"))
    page.keyboard.type("It is loud again.")
    _tab_to(page, page.get_by_role("button", name="Open the case"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Loud pump")
    _tab_to(page, page.get_by_label("Text"))
    page.keyboard.type("And hot.")
    if scripts:
        page.keyboard.press("Control+Enter")
    else:
        _tab_to(page, page.get_by_role("button", name="Send reply"))
        page.keyboard.press("Enter")
    expect(page.get_by_label("Conversation").get_by_text("And hot.")).to_be_visible()
    if scripts:
        expect(page.get_by_label("Text")).to_be_focused()
        expect(page.locator("#voice")).to_have_text("Your reply is sent.")


def test_every_stop_of_tab_shows_a_ring(window, refs):
    faults = []
    for who, paths in {
        None: ["/login", "/password/forgot"],
        "contact": ["/", "/cases", f"/cases/{refs[0]}", "/cases/new", "/search", "/me"],
        "manager": ["/", "/cases", f"/cases/{refs[0]}", "/accounts", "/accounts/ACME", "/reviews"],
    }.items():
        page = window(who)
        for path in paths:
            page.goto(path)
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => (one.open = true))"
            )
            faults += [f"{who} {path}: {fault}" for fault in _stops_without_ring(page)]
    assert not faults, "\n" + "\n".join(faults)


def test_keys_walk_a_list_and_open_a_line(window, refs):
    page = window("agent")
    page.goto("/cases")
    lines = page.get_by_role("rowheader").get_by_role("link")
    page.keyboard.press("j")
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(lines.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="Internal note")).to_be_checked()
    expect(page.get_by_label("Text")).to_be_focused()
    page.keyboard.type("njr/?")
    expect(page.get_by_label("Text")).to_have_value("njr/?")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("r")
    expect(page.get_by_role("radio", name="Reply")).to_be_checked()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("a")
    expect(page.get_by_label("Name or email of a colleague")).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("/")
    page.wait_for_url("**/search*")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_sheet_of_keys_tells_them_and_switches_them_off(window, refs):
    page = window("contact")
    page.goto("/cases")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet.get_by_text("Next line of a list")).to_be_visible()
    sheet.get_by_label("Single keys work").uncheck()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(sheet).to_be_hidden()
    expect(page.locator("body")).to_be_focused()
    page.reload()
    page.get_by_role("button", name="Keys").click()
    sheet.get_by_label("Single keys work").check()
    sheet.get_by_role("button", name="Close").click()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Subject").first).to_be_focused()


def _tab_to(page, place):
    """Press Tab until the place has the focus."""
    for _ in range(STOPS):
        if place.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {place}")


def _stops_without_ring(page):
    """Go through all stops of a page; tell those whose ring cannot be seen."""
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(RING)
        if stop is None or stop["again"]:
            return
        if not (stop["ringed"] and stop["shown"]):
            yield stop["html"]
