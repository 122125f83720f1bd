"""The lists of cases, a client's and the queue: what stands in them, when it is due, and leafing."""

import re
from datetime import timedelta
from html import unescape

import pytest

from portal import clock
from portal.cases.models import Case, Status
from portal.db import db
from tests import factories
from tests.cases.pages import case_of, text


def test_a_client_finds_the_open_cases_and_the_past_ones_apart(client, acme):
    contact = client.as_("contact")
    now, past = text(contact.get("/cases")), text(contact.get("/cases?status=past"))
    assert "Bearings rattle" in now
    assert "Old matter" not in now
    assert "Old matter" in past
    assert "Bearings rattle" not in past
    assert "Take T-1" not in now


def test_an_agent_finds_the_queue_and_takes_a_case_from_it(app, client, acme):
    agent = client.as_("agent")
    page = text(agent.get("/cases"))
    assert "Bearings rattle" in page
    assert "Old matter" not in page
    assert "Take T-1" in page
    assert agent.post("/cases/T-1/assignment", data={"owner": "me"}).status_code == 303
    assert case_of(app).owner_id == acme.agent.id
    assert "Take T-1" not in text(agent.get("/cases"))
    assert "Bearings rattle" in text(agent.get("/cases?status=mine"))


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_a_list_shows_whose_turn_it_is_and_both_clocks(app, client, acme, who):
    now = clock.now()
    with app.app_context():
        account, person = acme.account, acme.contact_person
        db.session.add(account)
        for ref, changes in {
            "T-3": {"opened_at": now - timedelta(hours=50), "due_at": now - timedelta(hours=2)},
            "T-4": {"status": Status.WAITING, "due_at": now - timedelta(hours=2)},
            "T-5": {"due_at": now + timedelta(minutes=30)},
            "T-6": {
                "status": Status.CLOSED,
                "opened_at": now - timedelta(hours=26),
                "resolved_at": now - timedelta(hours=22),
            },
        }.items():
            factories.make_case(account, person, ref=ref, **changes)
        db.session.commit()
    reader = client.as_(who)
    found = rows_of(reader.get("/cases"))
    turn = {"contact": ("With us", "Waiting for you"), "agent": ("Open", "Waiting on client")}[who]
    assert all(words in found["T-3"] for words in (turn[0], "2 h overdue", "2 d 2 h"))
    assert all(words in found["T-4"] for words in (turn[1], "Paused", "3 h"))
    assert "Today 09:30" in found["T-5"]
    finished = rows_of(reader.get(f"/cases?status={'past' if who == 'contact' else 'all'}"))["T-6"]
    assert "4 h" in finished
    assert "overdue" not in finished


def rows_of(page):
    """What a list says of each case, by reference."""
    parts = re.split(r'href="/cases/(T-\d)"', re.sub(r"\s+", " ", text(page)))
    return {
        ref: re.split("</li>|</tr>", row)[0]
        for ref, row in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize(("who", "line"), [("contact", 'class="case-line"'), ("agent", "<tr><th")])
def test_a_full_list_stays_small(app, client, acme, who, line):
    with app.app_context():
        account, person = acme.account, acme.contact_person
        db.session.add(account)
        for number in range(30):
            factories.make_case(
                account,
                person,
                subject=f"Bearings of the second filling line {number}",
                owner_id=acme.agent.id,
                due_at=clock.now() + timedelta(hours=number - 4),
            )
        db.session.commit()
    page = text(client.as_(who).get("/cases"))
    assert page.count(line) >= 25
    assert len(page.encode()) <= 24 * 1024


@pytest.mark.parametrize(
    ("due_in", "status", "shape", "words"),
    [
        (timedelta(hours=-3, minutes=-10), "open", "late", r"3 h (09|10) overdue"),
        (timedelta(days=30), "open", "calm", r"\d{1,2} \w{3}( \d{4})?"),
        (timedelta(hours=-1), "waiting", "calm", "Paused"),
        (None, "waiting", "calm", "Paused"),
        (None, "open", "calm", "No target"),
    ],
)
def test_the_queue_says_in_words_when_a_case_is_due(
    app, client, acme, due_in, status, shape, words
):
    with app.app_context():
        case = db.session.scalars(Case.unscoped("test").where(Case.ref == "T-1")).one()
        case.status, case.due_at = status, due_in and clock.now() + due_in
        db.session.commit()
    row = re.search(
        r"<tr[^>]*><th scope=.row.>.*?T-1.*?</tr>", text(client.as_("agent").get("/cases"))
    )
    due = re.findall(r"<td[^>]*>(.*?)</td>", row[0])[1]
    sign = re.fullmatch(rf'<span class="state {shape}">(.*)</span>', due)
    assert sign and re.fullmatch(words, sign[1]), due


def test_the_pages_of_the_list_lead_on_and_back(app, client, acme):
    with app.app_context():
        for number in range(30):
            factories.make_case(acme.account, acme.contact_person, ref=f"P-{number:02d}")
        db.session.commit()
    for who in ("agent", "contact"):
        person = client.as_(who)
        first = text(person.get("/cases"))
        second = text(person.get(link(first, "next")))
        assert len(refs(first)) == 25
        assert len(refs(first) | refs(second)) == len(refs(first)) + len(refs(second)) == 31
        assert refs(text(person.get(link(second, "prev")))) == refs(first)


def refs(page):
    return set(re.findall(r'href="/cases/([TP]-\d+)"', page))


def link(page, rel):
    found = re.search(rf'<a class="btn" href="([^"]+)" rel="{rel}"', page)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("after", ["x", "1~2", "1~2026-01-01T00:00:00~x", "9" * 40, "%00"])
def test_a_place_in_the_list_that_cannot_be_read_is_its_beginning(client, acme, after):
    for who in ("agent", "contact"):
        answer = client.as_(who).get(f"/cases?after={after}")
        assert "Bearings rattle" in text(answer)
