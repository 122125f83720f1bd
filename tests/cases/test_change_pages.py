"""The small forms beside a case: who may change what, and what a refusal says and keeps."""

import pytest

from portal.cases.models import Case, Status
from portal.db import db
from tests.access import walk
from tests.cases.pages import FRAGMENT, kinds, text

CHANGES = {
    "assignment": ("T-1", {"owner": "me"}, "contact", "agent"),
    "status": ("T-1", {"status": "waiting"}, "contact", "agent"),
    "priority": ("T-1", {"priority": "urgent"}, "contact", "agent"),
    "links": ("T-1", {"case": "T-2", "kind": "related"}, "contact", "agent"),
    "closure": ("T-1", {}, "contact", "agent"),
    "messages": ("T-1", {"body": "For us.", "mode": "note"}, "contact", "agent"),
    "resolution": ("T-1", {}, "sponsor", "contact"),
    "confidentiality": ("T-1", {"confidential": "1"}, "sponsor", "contact"),
    "withdrawal": ("T-1", {}, "agent", "contact"),
    "reopening": ("T-2", {}, None, "contact"),
    "participants": ("T-1", {"person": "sponsor@acme.test"}, None, "contact"),
}


@pytest.mark.proves("T4", "T5")
@pytest.mark.parametrize("verb", CHANGES)
def test_who_may_not_see_or_not_do_changes_nothing_and_who_may_does(app, client, acme, verb):
    ref, data, forbidden, allowed = CHANGES[verb]
    path, able = f"/cases/{ref}/{verb}", client.as_(allowed)
    others = [(client, 302), (client.as_("stranger"), 404)]
    others += [(client.as_(forbidden), 403)] if forbidden else []
    before = walk.fingerprint(app)
    for person, status in others:
        assert person.post(path, data=data).status_code == status
    assert walk.fingerprint(app) == before
    assert able.post(path, data=data).status_code == 303
    assert walk.fingerprint(app) != before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/T-1/reopening", Status.OPEN),
        ("/cases/T-1/resolution", Status.RESOLVED),
        ("/cases/T-1/assignment", Status.CLOSED),
        ("/cases/T-1/messages", Status.CANCELLED),
    ],
)
def test_what_the_state_does_not_allow_is_forbidden_to_all(app, client, acme, path, status):
    with app.app_context():
        case = db.session.scalars(Case.unscoped("test").where(Case.ref == "T-1")).one()
        case.status = status
        db.session.commit()
    data = {"body": "Words", "owner": "me"}
    assert client.as_("agent").post(path, data=data).status_code == 403
    assert client.as_("contact").post(path, data=data).status_code == 403
    assert kinds(app) == []


def test_doing_it_again_says_so_and_changes_nothing(app, client, acme):
    agent = client.as_("agent")
    for words in ("Saved.", "That is so already"):
        data = {"priority": "urgent"}
        answer = agent.post("/cases/T-1/priority", data=data, headers=FRAGMENT)
        assert words in text(answer)
    assert kinds(app) == ["PriorityChanged"]


def test_a_person_is_taken_off_but_the_opener_stays(app, client, acme):
    contact = client.as_("contact")
    contact.post("/cases/T-1/participants", data={"person": "sponsor@acme.test"})
    answer = contact.post("/cases/T-1/departures", data={"person": "contact@acme.test"})
    assert answer.status_code == 422
    assert "Who opened the case stays on it." in text(answer)
    sponsor = client.as_("sponsor").post(
        "/cases/T-1/departures", data={"person": "sponsor@acme.test"}
    )
    assert sponsor.status_code == 403
    answer = contact.post("/cases/T-1/departures", data={"person": "sponsor@acme.test"})
    assert answer.status_code == 303
    assert kinds(app) == ["ParticipantAdded", "ParticipantRemoved"]


@pytest.mark.parametrize(
    ("verb", "data", "kept"),
    [
        ("assignment", {"owner": "Nobody Known"}, "Nobody Known"),
        ("participants", {"person": "Nobody Known"}, "Nobody Known"),
        ("links", {"case": "C-404", "kind": "repeat"}, "C-404"),
        ("status", {"status": "resolved", "reason": "A reason"}, "A reason"),
        ("status", {"status": "nonsense", "reason": "A reason"}, "A reason"),
        ("resolution", {"reason": "A reason " * 30}, "A reason "),
        ("links", {"case": "", "kind": "repeat"}, "reference"),
        ("priority", {"priority": "nonsense"}, "Not a valid choice"),
    ],
)
def test_a_refused_change_says_why_and_keeps_what_was_typed(app, client, acme, verb, data, kept):
    answer = client.as_("agent").post(f"/cases/T-1/{verb}", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert kept in text(answer)
    assert kinds(app) == []


@pytest.mark.proves("T10")
@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("/cases", {"account": "ACME", "subject": "S", "body": "B"}, "account"),
        ("/cases", {"account": "ACME", "subject": "S", "body": "B"}, "subject"),
        ("/cases", {"account": "ACME", "subject": "S", "body": "B"}, "body"),
        ("/cases/T-1/messages", {"body": "B"}, "body"),
        ("/cases/T-1/messages", {"body": "B", "mode": "reply"}, "mode"),
        ("/cases/T-1/messages", {"body": "B", "submission": "x"}, "submission"),
        ("/cases/T-1/assignment", {"owner": "me"}, "owner"),
        ("/cases/T-1/status", {"status": "waiting"}, "status"),
        ("/cases/T-1/priority", {"priority": "high"}, "priority"),
        ("/cases/T-1/confidentiality", {"confidential": "1"}, "confidential"),
        ("/cases/T-1/participants", {"person": "sponsor@acme.test"}, "person"),
        ("/cases/T-1/links", {"case": "T-2", "kind": "related"}, "case"),
        ("/cases/T-1/closure", {"reason": "Done"}, "reason"),
    ],
)
def test_a_field_that_comes_twice_is_refused(app, client, acme, path, data, field):
    agent = client.as_("agent")
    twice = {**data, field: [data[field], data[field]]}
    assert agent.post(path, data=twice).status_code == 422
    assert kinds(app) == []
    assert agent.post(path, data=data).status_code == 303
    assert kinds(app)
