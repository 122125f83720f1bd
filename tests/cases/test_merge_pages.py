"""The pages on which staff merge two cases, and the mail that tells of it."""

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases.models import Case, Status
from portal.db import db, transaction
from portal.events import Event
from portal.identity.models import Grant
from portal.jobs import worker
from tests import factories
from tests.identity.people import mails
from tests.workspace.counting import statements


@pytest.fixture
def two(app, cast, client):
    """C-1001 and C-1002 of Acme, and C-1003 of Globex."""
    for who, account, subject in (
        ("contact", "ACME", "Pump loud"),
        ("contact", "ACME", "Pump rattling"),
        ("stranger", "GLOBEX", "Pump of others"),
    ):
        client.as_(who).post("/cases", data={"account": account, "subject": subject, "body": "b"})
    return client


def page(client, path, who="agent", status=200):
    answer = client.as_(who).get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def the(ref):
    return db.session.scalars(Case.unscoped("a test").where(Case.ref == ref)).one()


def test_the_case_page_leads_staff_there_and_nobody_else(two):
    assert "/cases/C-1002/merge" in page(two, "/cases/C-1002")
    assert "/cases/C-1002/merge" not in page(two, "/cases/C-1002", "contact")
    assert two.as_("contact").get("/cases/C-1002/merge").status_code == 403


@pytest.mark.proves("T3")
def test_the_accounts_other_cases_are_offered_and_found(two):
    offered = page(two, "/cases/C-1002/merge", "admin")
    assert "Pump loud" in offered
    assert "Pump of others" not in offered
    for text in ("c-1001", "LOUD", "pump"):
        assert "into=C-1001" in page(two, f"/cases/C-1002/merge?q={text}")
    assert "No case of this account fits" in page(two, "/cases/C-1002/merge?q=100%25")
    foreign = page(two, "/cases/C-1002/merge?into=C-1003", "admin", 422)
    unknown = page(two, "/cases/C-1002/merge?into=C-9999", "admin", 422)
    assert foreign.replace("C-1003", "") == unknown.replace("C-9999", "")


def test_what_will_happen_stands_there_before_anything_does(app, cast, two):
    with app.app_context(), transaction():
        case, person = the("C-1002"), factories.make_stakeholder(cast.acme.account, name="Rosa P")
        factories.name_on(case, person)
        factories.make_message(case, cast.acme.agent, "for us", internal=True)
    ahead = page(two, "/cases/C-1002/merge?into=C-1001")
    assert "1 message, 1 internal note" in ahead
    assert "Rosa P will follow C-1001" in ahead
    assert "/cases/C-1001/merge?into=C-1002" in ahead
    with app.app_context():
        assert the("C-1002").merged_into_id is None


@pytest.mark.on("sqlite")
def test_the_pages_ask_little_of_the_database(app, two):
    for path in ("/cases/C-1002/merge", "/cases/C-1002/merge?into=C-1001"):
        agent = two.as_("agent")
        with statements(app) as seen:
            agent.get(path)
        assert len(seen) <= 6, "\n".join(seen)


@pytest.mark.proves("T21")
def test_merging_twice_does_it_once_and_says_so(app, two):
    sent = {"into": "C-1001", "reason": "One pump."}
    agent = two.as_("agent")
    first = agent.post("/cases/C-1002/merge", data=sent)
    assert (first.status_code, first.location) == (303, "/cases/C-1001")
    shown = agent.get(first.location).get_data(as_text=True)
    again = agent.post("/cases/C-1002/merge", data=sent)
    assert again.status_code == 409
    assert "C-1002 became part of C-1001" in again.get_data(as_text=True)
    assert "C-1002 is part of this case now." in shown
    assert "One pump." in shown
    with app.app_context():
        merges = Event.unscoped("a test").where(Event.kind == "CaseAbsorbed")
        assert len(db.session.scalars(merges).all()) == 1


def test_what_stands_against_it_is_a_sentence_and_no_form(app, two):
    with app.app_context(), transaction():
        the("C-1001").confidential = True
    words = "Only one of the two is confidential"
    shown = page(two, "/cases/C-1002/merge?into=C-1001")
    assert words in shown
    assert "This cannot be undone." not in shown
    answer = two.as_("agent").post("/cases/C-1002/merge", data={"into": "C-1001"})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    with app.app_context():
        assert the("C-1002").status == Status.NEW


def test_a_reason_too_long_is_said_and_kept(two):
    sent = {"into": "C-1001", "reason": "x" * 201}
    answer = two.as_("agent").post("/cases/C-1002/merge", data=sent)
    assert answer.status_code == 422
    assert "x" * 201 in answer.get_data(as_text=True)


def test_who_followed_the_gone_one_is_mailed_once_where_it_is(app, cast, two):
    two.as_("agent").post("/cases/C-1002/merge", data={"into": "C-1001"})
    for _ in range(2):
        worker.run_due(app)
    [mail] = mails(app)
    assert mail["To"] == cast.acme.contact.email
    assert mail["Subject"] == "C-1002 is now part of C-1001"
    assert "/cases/C-1001" in mail.get_body(("plain",)).get_content()


def test_who_may_not_see_the_other_by_then_is_told_nothing(app, cast, two):
    two.as_("agent").post("/cases/C-1002/merge", data={"into": "C-1001"})
    with app.app_context(), transaction():
        grants = select(Grant).where(Grant.user_id == cast.acme.contact.id)
        for grant in db.session.scalars(grants):
            grant.ended_at = clock.now()
    worker.run_due(app)
    assert mails(app) == []
