"""Every page as each role sees it: axe, no sideways scrolling, no script errors; light and dark, wide and narrow.

Two pages that are made of the same parts are looked at by axe once in a run.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from portal.seed import LOGINS
from tests import databases
from tests.browser.pages import NOT_THERE, addresses, names_for

pytestmark = [pytest.mark.on("sqlite"), pytest.mark.timeout(400)]
WIDTHS = (320, 390, 600, 800, 1024, 1280, 1600)
LOOKED_AT = {1280: "1280, menus closed", 390: "390, menus open"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": RULES}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
"""The one rule whose outcome depends on the colour scheme."""

AXE = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"], iframes: false })
    .then(({ violations }) => violations.map(({ id, help, nodes }) =>
        `${id} (${nodes.length}): ${help}: ${nodes[0].html.slice(0, 160)}`))"""

PARTS = """() => {
    const values = ["class", "role", "type", "data-side", "aria-current"];
    const told = (one) => [one.localName, ...one.getAttributeNames().sort().map((name) =>
        values.includes(name) ? `${name}=${one.getAttribute(name)}` : name)].join(" ");
    const all = [...document.querySelectorAll("body, body *")];
    return [...new Set(all.map((one) => `${told(one.parentElement)} > ${told(one)}`))].sort().join("\\n");
}"""


@pytest.fixture
def names(app, demonstration):
    """The demonstration, with what its addresses are made of."""
    return names_for(app)


@pytest.mark.parametrize("role", [None, *dict(LOGINS)])
def test_pages_of_a_role(app, window, names, role):
    page = window(dict(LOGINS).get(role), reduced_motion="reduce")
    faults = []
    for name, path in addresses(app, names).items():
        status = page.goto(path).status
        if status >= 500:
            faults.append(f"{path} answers {status}")
        elif status < 400 or name in NOT_THERE:
            faults += _faults(page, path)
    assert not faults, "\n" + "\n".join(faults)


def test_each_page_is_open_to_somebody(app, client, names):
    """What nobody may see would go unseen above."""
    people = [client, *(client.as_(email) for _, email in LOGINS)]
    shut = [
        path
        for name, path in addresses(app, names).items()
        if name not in NOT_THERE and not any(who.get(path).status_code == 200 for who in people)
    ]
    assert shut == []


def _faults(page: Any, path: str) -> list[str]:
    """What is wrong with the page in the window; one whose parts are known is only measured."""
    is_new = _is_new(page.evaluate(PARTS))
    found = list(_found_by_axe(page, path)) if is_new else []
    for width in WIDTHS if is_new else LOOKED_AT:
        page.set_viewport_size({"width": width, "height": 900})
        if (beyond := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found.append(f"{path} at {width}: scrolls sideways by {beyond} pixels")
    return found


def _found_by_axe(page: Any, path: str) -> Iterator[str]:
    page.evaluate(AXE_SCRIPT)
    for width, name in LOOKED_AT.items():
        if width == 390:
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => (one.open = true))"
            )
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, rules in (("dark", COLOURS), ("light", EVERYTHING)):
            page.emulate_media(color_scheme=scheme)
            yield from (f"{path} at {name}, {scheme}: {told}" for told in page.evaluate(AXE, rules))


def _is_new(parts: str) -> bool:
    """Whether no process of this run has looked at a page of these parts."""
    looked_at = databases.run_folder() / "looked-at"
    looked_at.mkdir(exist_ok=True)
    try:
        (looked_at / hashlib.sha256(parts.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
