"""Teams of the provider: an administrator says in the browser who leads each, and the log keeps it."""

import pytest
from sqlalchemy import select

from portal.actor import Actor
from portal.db import db
from portal.events import Event
from portal.identity import policy, teams
from portal.identity.models import TeamLead
from tests import factories


@pytest.fixture
def desk(app, cast):
    """Two people of a desk, one who left it, and one of another team; by name their numbers."""
    with app.app_context():
        people = {
            name: factories.make_user(name=name, is_staff=True, team=team, active=active).id
            for name, team, active in (
                ("Ana", "Desk", True),
                ("Rui", "Desk", True),
                ("Gone", "Desk", False),
                ("Lea", "Lab", True),
            )
        }
        factories.make_user(name="A client", team="Desk")
        db.session.commit()
    return people


def leads(app):
    with app.app_context():
        return {row.team: row.user_id for row in db.session.scalars(select(TeamLead))}


def named(app):
    with app.app_context():
        rows = Event.unscoped("test").where(Event.kind == "TeamLeadNamed").order_by(Event.id)
        return [(row.payload["old_id"], row.payload["new_id"]) for row in db.session.scalars(rows)]


def test_an_administrator_names_changes_and_takes_back_a_lead(app, client, desk):
    admin = client.as_("admin")
    page = admin.get("/settings/teams").get_data(as_text=True)
    assert "Ana, Rui" in " ".join(page.split())
    assert "Gone" not in page
    assert "A client" not in page
    for lead in (desk["Ana"], desk["Ana"], desk["Rui"], ""):
        sent = {"team": "Desk", "lead": lead}
        assert admin.post("/settings/teams", data=sent).status_code == 303
        assert leads(app) == ({"Desk": lead} if lead else {})
    assert named(app) == [(None, desk["Ana"]), (desk["Ana"], desk["Rui"]), (desk["Rui"], None)]


@pytest.mark.parametrize(
    ("team", "lead"),
    [("Desk", "Lea"), ("Desk", "Gone"), ("None", "Ana"), ("", "Ana"), ("Desk", "x"), ("None", "")],
)
def test_who_is_not_in_the_team_does_not_lead_it(app, client, desk, team, lead):
    sent = {"team": team, "lead": desk.get(lead, lead)}
    refused = client.as_("admin").post("/settings/teams", data=sent)
    assert refused.status_code == 422
    assert "Nothing was changed." in refused.get_data(as_text=True)
    assert leads(app) == {}


@pytest.mark.parametrize("who", ["manager", "agent", "executive", "contact"])
def test_nobody_else_sees_or_changes_teams(app, client, desk, who):
    person = client.as_(who)
    assert person.get("/settings/teams").status_code == 403
    sent = {"team": "Desk", "lead": desk["Ana"]}
    assert person.post("/settings/teams", data=sent).status_code == 403
    assert leads(app) == {}


def test_a_lead_who_leaves_leads_no_longer(app, client, desk):
    client.as_("admin").post("/settings/teams", data={"team": "Desk", "lead": desk["Ana"]})
    with app.app_context():
        assert teams.lead_of(desk["Rui"]) == desk["Ana"] == teams.lead_of(desk["Ana"])
        assert teams.lead_of(desk["Lea"]) is None
        ana = db.session.get(factories.User, desk["Ana"])
        ana.team = "Lab"
        db.session.flush()
        assert teams.lead_of(desk["Rui"]) is None
        ana.team, ana.active = "Desk", False
        db.session.flush()
        assert teams.lead_of(desk["Rui"]) is None


@pytest.mark.proves("T5")
def test_only_an_administrator_may():
    assert policy.may_change_teams(Actor(is_staff=True, roles=frozenset({"admin"})))
    assert not policy.may_change_teams(Actor(is_staff=True, roles=frozenset({"executive"})))
    assert not policy.may_change_teams(Actor(roles=frozenset({"admin"})))
