"""The ledger through HTTP."""

import re

import html5lib
import pytest

from portal.commitments.models import Commitment, Outcome, Party
from portal.db import db
from portal.identity.actors import actor_for
from portal.identity.models import Reach, Role
from tests import factories

PATH, DAY = "/accounts/ACME/commitments", "2026-03-31"
TYPED = {
    "kind": "commitment",
    "side": "us",
    "title": "Send the plan",
    "ours": "0",
    "theirs": "0",
    "due_on": DAY,
    "source": "call",
}


@pytest.fixture
def theirs(app, cast):
    """What the client's contact is to do."""
    with app.app_context():
        person = actor_for(cast.acme.contact).stakeholder_ids[cast.acme.account.id]
        factories.make_commitment(
            cast.acme.account, ref="A-1", title="Name a deputy", stakeholder_id=person
        )
        factories.make_commitment(cast.acme.account, ref="A-2", side=Party.US, title="Ours to do")
        db.session.commit()


def stored(app, ref):
    with app.app_context():
        return db.session.scalars(Commitment.unscoped("test").where(Commitment.ref == ref)).one()


def test_an_agent_writes_down_what_was_agreed(app, client, cast):
    agent = client.as_("agent")
    assert agent.post(PATH, data=TYPED).status_code == 303
    page = agent.get(PATH)
    assert "Send the plan" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, "This field is required."),
        ({"due_on": ""}, "Name the day"),
        ({"due_on": "1999-12-31"}, "This day is too far away."),
        ({"figure": "F99"}, "Write F1 to F4 or F6 to F14"),
        ({"figure": "F30"}, "Write F1 to F4 or F6 to F14"),
        ({"kind": "wish"}, "Not a valid choice"),
        ({"ours": "999999"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(app, client, cast, change, told):
    answer = client.as_("agent").post(PATH, data=TYPED | change)
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(Commitment.unscoped("test")).all() == []


@pytest.mark.proves("T1", "P3")
@pytest.mark.parametrize("who", ["sponsor", "contact", "admin"])
def test_who_may_not_write_writes_nothing(app, client, cast, who):
    assert client.as_(who).post(PATH, data=TYPED).status_code == 403
    assert client.as_("stranger").post(PATH, data=TYPED).status_code == 404
    with app.app_context():
        assert db.session.scalars(Commitment.unscoped("test")).all() == []


def test_a_goal_needs_no_day(client, cast):
    data = TYPED | {"kind": "requirement", "due_on": ""}
    assert client.as_("agent").post(PATH, data=data).status_code == 303


@pytest.mark.parametrize("who", ["sponsor", "contact"])
def test_the_client_ticks_what_is_theirs(app, client, theirs, who):
    person = client.as_(who)
    assert "It is done" in person.get("/commitments/A-1").get_data(as_text=True)
    assert person.post("/commitments/A-1/completion").status_code == 303
    assert stored(app, "A-1").outcome == Outcome.DONE
    assert person.post("/commitments/A-2/completion").status_code == 403
    assert stored(app, "A-2").outcome == Outcome.OPEN


def test_what_is_corrected_keeps_an_owner_who_is_not_of_the_team(app, client, cast):
    """Neither a person who has left nor one of another team is dropped by who corrects the title."""
    with app.app_context():
        gone = factories.make_stakeholder(cast.acme.account, name="Gone Girl", active=False)
        rows = [
            factories.make_commitment(
                cast.acme.account, ref="A-1", side=Party.US, user_id=cast.executive.id
            ),
            factories.make_commitment(cast.acme.account, ref="A-2", stakeholder_id=gone.id),
        ]
        owners = [(row.user_id, row.stakeholder_id) for row in rows]
        db.session.commit()
    agent = client.as_("agent")
    for ref in ("A-1", "A-2"):
        form = filled(agent.get(f"/commitments/{ref}"))
        answer = agent.post(
            f"/commitments/{ref}", data=form | {"title": "Another title", "due_on": DAY}
        )
        assert answer.status_code == 303
    changed = [stored(app, ref) for ref in ("A-1", "A-2")]
    assert [(row.user_id, row.stakeholder_id) for row in changed] == owners
    assert {row.title for row in changed} == {"Another title"}
    assert agent.post(PATH, data=TYPED | {"ours": str(owners[0][0])}).status_code == 422


def test_where_it_was_agreed_can_be_corrected(app, client, theirs):
    agent = client.as_("agent")
    form = filled(agent.get("/commitments/A-1"))
    assert form["source"] == ""
    assert (
        agent.post("/commitments/A-1", data=form | {"source": "review", "due_on": DAY}).status_code
        == 303
    )
    assert stored(app, "A-1").source == "review"


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_dropped_without_a_word(app, client, theirs, reason):
    answer = client.as_("agent").post("/commitments/A-1/withdrawal", data={"reason": reason})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "This field is required." in page and "was closed already" not in page
    assert stored(app, "A-1").outcome == Outcome.OPEN


def filled(page):
    """What a browser would send of the form to correct an entry."""
    found = html5lib.parse(page.get_data(as_text=True), namespaceHTMLElements=False)
    (form,) = found.findall(".//aside//form")
    sent = {one.get("name"): one.get("value", "") for one in form.iter("input")}
    sent |= {one.get("name"): one.text or "" for one in form.iter("textarea")}
    for one in form.iter("select"):
        options = list(one.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        sent[one.get("name")] = (chosen or options)[0].get("value")
    return sent


def test_who_sees_own_cases_alone_is_led_to_no_page_that_is_closed(app, client, cast):
    with app.app_context():
        person = factories.make_stakeholder(cast.acme.account, name="own", email="own@acme.test")
        cast.acme.own = factories.make_user(name="own", email=person.email)
        factories.make_grant(
            cast.acme.own,
            Role.CONTACT,
            cast.acme.account,
            reach=Reach.OWN,
            stakeholder_id=person.id,
        )
        factories.make_commitment(cast.acme.account, ref="A-1", stakeholder_id=person.id)
        db.session.commit()
    own = client.as_("acme.own")
    page = own.get("/commitments/A-1").get_data(as_text=True)
    links = {link for link in re.findall(r'href="(/[^"#]*)"', page) if "/static/" not in link}
    assert "/accounts/ACME" in links
    assert [link for link in links if own.get(link).status_code >= 400] == []


def test_the_second_click_is_told(app, client, theirs):
    agent = client.as_("agent")
    assert agent.post("/commitments/A-1/completion").status_code == 303
    again = agent.post("/commitments/A-1/completion")
    assert again.status_code == 409
    assert "A-1 was closed already." in again.get_data(as_text=True)


def test_dropping_needs_its_reason_and_shows_it(app, client, theirs):
    agent = client.as_("agent")
    assert agent.post("/commitments/A-2/withdrawal", data={"reason": ""}).status_code == 422
    assert stored(app, "A-2").outcome == Outcome.OPEN
    assert agent.post("/commitments/A-2/withdrawal", data={"reason": "Sold"}).status_code == 303
    page = client.as_("sponsor").get("/commitments/A-2")
    assert "Sold" in page.get_data(as_text=True)


def test_correcting_and_taking_up_again(app, client, theirs):
    agent = client.as_("agent")
    data = TYPED | {"side": "client", "title": "Name two deputies"}
    assert agent.post("/commitments/A-1", data=data).status_code == 303
    assert stored(app, "A-1").title == "Name two deputies"
    agent.post("/commitments/A-1/completion")
    assert agent.post("/commitments/A-1", data=data).status_code == 409
    assert agent.post("/commitments/A-1/reopening").status_code == 303
    assert stored(app, "A-1").outcome == Outcome.OPEN


def test_every_kind_has_its_list_and_no_other(client, theirs):
    agent = client.as_("agent")
    for kind in ("commitment", "decision", "improvement", "requirement"):
        assert agent.get(f"{PATH}?kind={kind}").status_code == 200
    assert agent.get(f"{PATH}?kind=wish").status_code == 404
