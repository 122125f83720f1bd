"""The page of one case: who finds it, page and fragment, writing on it, and names of others."""

import re

import pytest

from portal.cases.models import Status
from portal.db import db
from tests import factories
from tests.access import walk
from tests.cases.pages import FRAGMENT, NASTY, bodies, case_of, files, kinds, program, text, typed

VARIES = {"HX-Request", "HX-Request-Type", "Cookie", "Accept-Language"}


def test_a_stranger_finds_neither_list_nor_case(client, acme):
    stranger = client.as_("stranger")
    assert "Bearings" not in text(stranger.get("/cases"))
    assert "Bearings" not in text(stranger.get("/cases?account=ACME"))
    assert stranger.get("/cases/T-1").status_code == 404
    assert client.as_("contact").get("/cases/T-1").status_code == 200


@pytest.mark.proves("P2")
def test_the_page_of_a_case_shows_notes_to_staff_alone(client, acme):
    staff, contact = (text(client.as_(who).get("/cases/T-1")) for who in ("agent", "contact"))
    for page in (staff, contact):
        assert "They rattle since Monday." in page
        assert "We look into it." in page
    assert "Careful, VIP." in staff
    assert "Careful, VIP." not in contact
    assert "Internal note" not in contact


@pytest.mark.parametrize("who", ["agent", "contact"])
@pytest.mark.parametrize(
    ("path", "block"), [("/cases", "cases"), ("/cases/T-1", "case"), ("/cases/new", "form")]
)
def test_a_fragment_is_the_block_alone_and_a_page_the_whole(client, acme, who, path, block):
    person = client.as_(who)
    page, part = person.get(path), person.get(path, headers=FRAGMENT)
    assert "<html" in text(page)
    assert f'<div id="{block}"' in text(page)
    assert text(part).lstrip().startswith(f'<div id="{block}"')
    for shell in ("<html", "<head>", "<title", "<main"):
        assert shell not in text(part)
    for answer in (page, part):
        assert set(answer.vary) == VARIES
    restored = person.get(path, headers={**FRAGMENT, "HX-History-Restore-Request": "true"})
    assert "<html" in text(restored)


def test_a_plain_form_leads_back_to_the_case_and_htmx_gets_the_block(app, client, acme):
    contact = client.as_("contact")
    answer = contact.post("/cases/T-1/messages", data={"body": "Plain words"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/cases/T-1")
    assert "Plain words" in text(contact.get("/cases/T-1"))
    answer = contact.post("/cases/T-1/messages", data={"body": "By htmx"}, headers=FRAGMENT)
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith('<div id="case"')
    assert "By htmx" in text(answer)
    assert "Your reply is sent." in text(answer)
    assert not typed(answer)


def test_a_clients_then_moves_nothing(app, client, acme):
    client.as_("contact").post("/cases/T-1/messages", data={"body": "Hi", "then": "resolved"})
    assert case_of(app).status == Status.OPEN
    client.as_("agent").post("/cases/T-1/messages", data={"body": "Hi", "then": "resolved"})
    assert case_of(app).status == Status.RESOLVED


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
def test_a_refused_message_keeps_its_words_and_its_readers(app, client, acme, headers):
    agent, before = client.as_("agent"), bodies(app)
    data = {"body": NASTY, "mode": "note", "submission": "tok", "files": [program()]}
    answer = agent.post("/cases/T-1/messages", data=data, headers=headers)
    assert answer.status_code == 422
    assert typed(answer) == NASTY
    assert "<script>alert" not in text(answer)
    assert re.search(r'value="note" checked', text(answer))
    assert 'name="submission" value="tok"' in text(answer)
    assert ("<html" in text(answer)) is not bool(headers)
    assert (bodies(app), files(app), kinds(app)) == (before, [], [])


NAMES = {
    "owner": ("/cases/T-1/assignment", "owner", {}, "agent@globex.test"),
    "participant": ("/cases/T-1/participants", "person", {}, "contact@globex.test"),
    "who leaves": ("/cases/T-1/departures", "person", {}, "contact@globex.test"),
    "linked case": ("/cases/T-1/links", "case", {"kind": "related"}, "G-1"),
    "account": ("/cases", "account", {"subject": "S", "body": "B"}, "GLOBEX"),
    "order": ("/cases", "order", {"account": "ACME", "subject": "S", "body": "B"}, "PO-G"),
    "who asks": (
        "/cases",
        "person",
        {"account": "ACME", "subject": "S", "body": "B"},
        "contact@globex.test",
    ),
}


@pytest.fixture
def globex(app, cast):
    """The stranger's company with a case and an order whose names Acme's people will type."""
    with app.app_context():
        company = cast.globex
        factories.make_case(company.account, company.contact_person, ref="G-1", subject="Theirs")
        factories.make_order(company.account, ref="PO-G")
        db.session.commit()
    return company


@pytest.mark.proves("T3")
@pytest.mark.parametrize("name", NAMES)
def test_a_foreign_name_is_answered_like_one_that_does_not_exist(app, client, acme, globex, name):
    path, field, data, foreign = NAMES[name]
    unknown = "x" * len(foreign)
    agent, pages = client.as_("agent"), []
    for value in (foreign, unknown):
        answer = agent.post(path, data={**data, field: value, "submission": "tok"})
        assert answer.status_code == 422
        pages.append(walk.masked(text(answer)).replace(value, "NAME"))
    assert pages[0] == pages[1]
    assert kinds(app) == []


@pytest.mark.proves("T3")
@pytest.mark.parametrize("who", ["agent", "contact"])
@pytest.mark.parametrize("path", ["/cases?account=", "/cases/new?account=", "/search?q="])
def test_a_foreign_account_in_an_address_shows_what_an_unknown_one_shows(
    client, acme, globex, who, path
):
    person = client.as_(who)
    pages = [
        walk.masked(text(person.get(path + value))).replace(value, "NAME")
        for value in ("GLOBEX", "NOSUCH")
    ]
    assert pages[0] == pages[1]
    assert "Globex" not in pages[0]
