"""Where a contract names its callers: who opens cases, what the others read, and what staff must say."""

from datetime import date

import pytest

from portal.actor import SYSTEM
from portal.cases import operations, queries
from portal.cases.models import Case, Message
from portal.db import db
from portal.events import Event
from portal.sla.models import NamedCaller
from tests import factories

WORDS = {"account": "ACME", "subject": "Bearings", "body": "They rattle.", "priority": "normal"}
CHANNEL = {"channel": "phone"}


@pytest.fixture
def named(app, cast):
    """Acme's contract names the sponsor and somebody who has left; the contact owns the open case T-1."""
    with app.app_context():
        return _agree(cast)


def _agree(cast, **changes):
    account = cast.acme.account
    db.session.add(account)
    calendar = factories.make_calendar("office")
    plan = factories.make_plan("gold", calendar, {"normal": (3600, 3600, 3600, None)})
    contract = factories.make_contract(account, plan, named_callers=True, **changes)
    gone = factories.make_stakeholder(account, name="Gone Person", active=False)
    for person in (cast.acme.sponsor_person, gone):
        db.session.add(
            NamedCaller(account_id=account.id, contract_id=contract.id, stakeholder_id=person.id)
        )
    factories.make_case(account, cast.acme.contact_person, ref="T-1")
    db.session.commit()
    return cast.acme


def subjects(app):
    with app.app_context():
        return [case.subject for case in db.session.scalars(Case.unscoped("test"))]


def admitted(app):
    with app.app_context():
        rows = Event.unscoped("test").where(Event.kind == "CallerAdmitted")
        return [
            (row.payload["caller_id"], row.payload["reason"]) for row in db.session.scalars(rows)
        ]


def text(answer):
    return " ".join(answer.get_data(as_text=True).split())


@pytest.mark.parametrize(("who", "status"), [("sponsor", 303), ("contact", 403)])
def test_only_who_is_named_opens_a_case(app, client, named, who, status):
    answer = client.as_(who).post("/cases", data=WORDS)
    assert answer.status_code == status
    assert ("Bearings" in subjects(app)) is (status == 303)
    assert admitted(app) == []


def test_who_is_not_named_reads_so_before_typing_and_by_whom_it_can_be_done(app, client, named):
    page = text(client.as_("contact").get("/cases/new"))
    assert "Your contract names who opens cases, and you are not among them." in page
    assert "These people do: acme sponsor." in page
    assert "acme manager" in page
    assert "Call, and we write the case down for you." in page
    assert 'name="subject"' not in page
    assert 'name="subject"' in text(client.as_("sponsor").get("/cases/new"))
    refused = text(client.as_("contact").post("/cases", data={**WORDS, "admitted": "me"}))
    assert "These people do: acme sponsor." in refused


def test_who_is_not_named_still_writes_on_cases_that_are_open(app, client, named):
    posted = client.as_("contact").post("/cases/T-1/messages", data={"body": "Mine to add"})
    assert posted.status_code == 303
    with app.app_context():
        bodies = [one.body for one in db.session.scalars(Message.unscoped("test"))]
    assert bodies == ["Mine to add"]


def test_staff_say_why_they_open_for_somebody_not_named_and_the_log_keeps_it(app, client, named):
    agent = client.as_("agent")
    form = text(agent.get("/cases/new?account=ACME"))
    assert "The contract names who opens cases." in form
    assert 'name="admitted"' in form
    sent = {**WORDS, **CHANNEL, "person": "acme contact"}
    refused = agent.post("/cases", data=sent)
    assert refused.status_code == 422
    assert "The contract does not name this person." in text(refused)
    assert "Bearings" not in subjects(app)
    assert agent.post("/cases", data={**sent, "admitted": "line down"}).status_code == 303
    assert admitted(app) == [(named.contact_person.id, "line down")]
    assert "opened it for somebody whom the contract does not name" in text(
        agent.get(f"/cases/{last(app)}")
    )
    assert agent.post("/cases", data={**sent, "person": "acme sponsor"}).status_code == 303
    assert agent.post("/cases", data={**sent, "person": ""}).status_code == 303
    assert len(admitted(app)) == 1


def last(app):
    with app.app_context():
        return db.session.scalars(Case.unscoped("test").order_by(Case.id.desc())).first().ref


@pytest.mark.parametrize("ends_on", [date(2026, 3, 2), date(2026, 3, 3)])
def test_a_contract_names_callers_while_it_is_in_force(session, cast, ends_on):
    _agree(cast, ends_on=ends_on)
    callers = queries.callers_for(cast.acme.account)
    in_force = ends_on > date(2026, 3, 2)
    assert callers.limited is in_force
    assert callers.names == (("acme sponsor",) if in_force else ())
    assert callers.admits(cast.acme.contact_person.id) is not in_force
    assert queries.callers_for(cast.globex.account) == queries.Callers()


def test_no_way_around_the_form_opens_a_case_for_somebody_not_named(session, cast):
    _agree(cast)
    new = operations.NewCase("Bearings", "They rattle.")
    with pytest.raises(operations.CallerNotNamed):
        operations.open_case(cast.acme.account, new, by=SYSTEM, opener=cast.acme.contact_person)
    operations.open_case(cast.acme.account, new, by=SYSTEM, opener=cast.acme.sponsor_person)
