"""Every page that the demonstration's people can reach by links: axe, no sideways scrolling, no script errors.

Light and dark, at 1280 and at 390 pixels; one page a route.
"""

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.exceptions import HTTPException

from portal import seed
from portal.db import transaction

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
PUBLIC = ("/login", "/password/forgot", "/password/", "/no-such-page")

pytestmark = [pytest.mark.on("sqlite"), pytest.mark.timeout(400)]


@pytest.fixture
def demonstration(app):
    with app.app_context(), transaction():
        seed.load()


@pytest.mark.parametrize("role", ["client contact", "client sponsor", "agent", "administrator"])
def test_pages_of_a_role(app, live_server, page, demonstration, role):
    live_server.sign_in(page.context, dict(seed.LOGINS)[role])
    faults = _look_at_all(app, page, ["/"])
    assert not faults, "\n" + "\n".join(faults)


def test_pages_for_nobody(app, live_server, page):
    faults = [fault for path in PUBLIC for fault in _look_at(page, path)]
    assert not faults, "\n" + "\n".join(faults)


def _look_at_all(app: Any, page: Any, paths: list[str]) -> list[str]:
    """Follow links, one page a route, and tell what is wrong with any."""
    seen: set[str] = set()
    faults: list[str] = []
    while paths:
        path = paths.pop(0)
        endpoint = _endpoint(app, path)
        if endpoint is None or endpoint in seen:
            continue
        seen.add(endpoint)
        faults += _look_at(page, path)
        paths += page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.getAttribute('href'))"
        )
    return faults


def _endpoint(app: Any, address: str) -> str | None:
    parts = urlsplit(address)
    if (
        parts.scheme
        or parts.netloc
        or not parts.path.startswith("/")
        or parts.path.endswith(".pdf")
    ):
        return None
    try:
        endpoint, _ = app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return None
    return None if "file" in endpoint else str(endpoint)


def _look_at(page: Any, path: str) -> list[str]:
    faults = []
    answer = page.goto(path)
    if answer.status >= 500:
        return [f"{path}: answers {answer.status}"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            faults.append(f"{path} at {width}: scrolls sideways by {wide} pixels")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page, options=RULES).response["violations"]
            faults += [_told(violation, f"{path} at {width}, {scheme}") for violation in found]
    return faults


def _told(violation: dict[str, Any], where: str) -> str:
    nodes = violation["nodes"]
    first = nodes[0]["html"][:160]
    return f"{where}: {violation['id']} ({len(nodes)}): {violation['help']}: {first}"
