"""Working time on a case: noted with a reply, a resolution or by itself, once; taken back, never rewritten."""

import re

import pytest

from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Case
from portal.db import db, opened
from portal.events import Event
from tests import factories


@pytest.fixture
def acme(app, cast):
    with app.app_context():
        company = cast.acme
        for ref in ("T-1", "T-2"):
            factories.make_case(company.account, company.contact_person, ref=ref)
        db.session.commit()
    return company


def noted(app, ref="T-1"):
    """Minutes, note and what is taken back, of every note of time."""
    with app.app_context():
        statement = opened(
            Event.unscoped("test").join(Case, Case.id == Event.case_id), Case, why="x"
        )
        rows = db.session.scalars(
            statement.where(Case.ref == ref, Event.kind == "TimeSpent").order_by(Event.id)
        )
        return [(row.payload["minutes"], row.payload["note"]) for row in rows]


def token(page, form):
    found = re.search(rf'action="[^"]*{form}".*?name="submission" value="([^"]+)"', page, re.S)
    return found[1]


def last(app):
    with app.app_context():
        return db.session.scalars(Event.unscoped("test").order_by(Event.id.desc())).first().id


def test_time_is_noted_with_a_reply_with_a_note_with_a_resolution_and_by_itself(app, client, acme):
    agent = client.as_("agent")
    agent.post("/cases/T-1/messages", data={"body": "Here it is.", "minutes": "20"})
    agent.post("/cases/T-1/messages", data={"body": "Tricky.", "mode": "note", "minutes": "5"})
    agent.post("/cases/T-1/time", data={"minutes": "30", "note": "on the phone"})
    agent.post("/cases/T-1/resolution", data={"minutes": "10"})
    agent.post("/cases/T-1/closure", data={"minutes": ""})
    assert noted(app) == [(20, ""), (5, ""), (30, "on the phone"), (10, "")]
    page = agent.get("/cases/T-1").get_data(as_text=True)
    assert "1 h 05 in all" in page
    assert "on the phone" in page
    assert noted(app, "T-2") == []


@pytest.mark.proves("P2")
def test_the_client_neither_reads_nor_notes_time(app, client, acme):
    client.as_("agent").post("/cases/T-1/time", data={"minutes": "47", "note": "grumbled"})
    contact = client.as_("contact")
    page = contact.get("/cases/T-1").get_data(as_text=True)
    assert "47 min" not in page
    assert "grumbled" not in page
    assert 'name="minutes"' not in page
    assert contact.post("/cases/T-1/time", data={"minutes": "5"}).status_code == 403
    assert contact.post("/cases/T-1/time/corrections", data={"noted": "1"}).status_code == 403
    contact.post("/cases/T-1/messages", data={"body": "Mine", "minutes": "5"})
    contact.post("/cases/T-1/resolution", data={"minutes": "5"})
    assert noted(app) == [(47, "grumbled")]


@pytest.mark.parametrize("minutes", ["", "0", "-5", "1441", "1,5", "a lot"])
def test_what_is_no_time_is_refused_and_nothing_changes(app, client, acme, minutes):
    agent = client.as_("agent")
    refused = agent.post("/cases/T-1/time", data={"minutes": minutes, "note": "kept words"})
    assert refused.status_code == 422
    assert "kept words" in refused.get_data(as_text=True)
    if minutes:
        sent = {"body": "Kept reply", "minutes": minutes}
        refused = agent.post("/cases/T-1/messages", data=sent)
        assert refused.status_code == 422
        assert "Kept reply" in refused.get_data(as_text=True)
        assert agent.post("/cases/T-1/resolution", data={"minutes": minutes}).status_code == 422
    assert noted(app) == []


@pytest.mark.proves("T21")
def test_the_same_form_sent_twice_notes_the_time_once(app, client, acme):
    agent = client.as_("agent")
    sent = {
        "minutes": "15",
        "submission": token(agent.get("/cases/T-1").get_data(as_text=True), "/time"),
    }
    for _ in range(2):
        assert agent.post("/cases/T-1/time", data=sent).status_code == 303
        agent.post("/cases/T-2/messages", data={**sent, "body": "Once"})
    assert noted(app) == [(15, "")]
    assert noted(app, "T-2") == [(15, "")]


def test_time_is_taken_back_once_and_both_stand_in_the_log(app, client, acme):
    agent = client.as_("agent")
    agent.post("/cases/T-1/time", data={"minutes": "30", "note": "wrong case"})
    number = {"noted": str(last(app))}
    assert agent.post("/cases/T-2/time/corrections", data=number).status_code == 422
    for _ in range(2):
        assert agent.post("/cases/T-1/time/corrections", data=number).status_code == 303
    assert noted(app) == [(30, "wrong case"), (-30, "")]
    back = {"noted": str(last(app))}
    assert agent.post("/cases/T-1/time/corrections", data=back).status_code == 422
    assert agent.post("/cases/T-1/time/corrections", data={"noted": "x"}).status_code == 422
    page = agent.get("/cases/T-1").get_data(as_text=True)
    assert "took 30 min of working time back" in page
    assert "nothing in all" in page


def test_more_than_a_day_is_no_note_of_time(session, cast):
    case = factories.make_case(cast.acme.account)
    for minutes in (0, 1441):
        with pytest.raises(ValueError, match=str(minutes)):
            operations.note_time(case, minutes, by=SYSTEM)
