"""A page or a part of it, as htmx asked, and every answer says what it depends on."""

import pytest
from flask_babel import force_locale

from portal.web.render import VARY

pytestmark = pytest.mark.on("sqlite")

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
WHOLE = {
    "plain": {},
    "full": {"HX-Request": "true", "HX-Request-Type": "full"},
    "history": {**PART, "HX-History-Restore-Request": "true"},
    "false": {"HX-Request": "false", "HX-Request-Type": "partial"},
    "type alone": {"HX-Request-Type": "partial"},
}


def vary(answer):
    return {part.strip() for part in answer.headers["Vary"].split(",")}


@pytest.mark.proves("T35")
@pytest.mark.parametrize("asked", WHOLE.values(), ids=WHOLE)
def test_the_whole_page_comes_unless_a_part_was_asked_for(client, cast, asked):
    page = client.as_("executive").get("/accounts?q=acme", headers=asked)
    assert page.text.startswith("<!doctype html>")
    assert page.text.rstrip().endswith("</html>")
    assert vary(page) >= set(VARY)


@pytest.mark.proves("T35")
@pytest.mark.parametrize("headers", [PART, {"HX-Request": "true"}], ids=["htmx 4", "no type"])
def test_a_part_is_one_block_and_the_same_as_on_the_page(client, cast, headers):
    person = client.as_("executive")
    part = person.get("/accounts?q=acme", headers=headers)
    assert part.text.lstrip().startswith('<div id="portfolio"')
    assert "<html" not in part.text
    assert part.text.strip() in person.get("/accounts?q=acme").text
    assert vary(part) >= {"HX-Request", "HX-Request-Type", "Cookie", "Accept-Language"}
    assert part.headers["Cache-Control"] == "no-store"


@pytest.mark.proves("T35")
def test_an_answer_from_a_store_is_never_another_readers(client, cast):
    """Whatever changes the words of a page is named in `Vary`: language, cookie, part or whole."""
    english = client.get("/login", headers={"Accept-Language": "en"})
    italian = client.get("/login", headers={"Accept-Language": "it"})
    assert english.text != italian.text
    assert english.headers["Cache-Control"] == italian.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in vary(english)


def test_a_part_for_somebody_whose_session_ended_sends_the_whole_window_to_the_log_in(client, cast):
    answer = client.get("/accounts?q=acme", headers=PART)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/login?next=/accounts?q%3Dacme"
    plain = client.get("/accounts?q=acme", headers={**PART, "HX-History-Restore-Request": "true"})
    assert plain.status_code == 302


def test_a_part_is_in_the_readers_language_too(client, cast, app):
    client.post("/preferences", data={"language": "it"})
    with app.test_request_context(), force_locale("it"):
        from flask_babel import gettext

        word = gettext("Sign in")
    assert word != "Sign in"
    assert word in client.get("/login").text
