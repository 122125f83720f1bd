"""Teams of the provider: an administrator says in the browser who leads each, and the log keeps it."""

import threading

import pytest
from sqlalchemy import select

from portal.actor import Actor
from portal.db import db, transaction
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


SOON = 10
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def name(app, by, lead, held=None, go_on=None):
    """Name a lead; with `held`, say so and wait to commit."""
    with app.app_context(), transaction():
        teams.name_lead("Desk", lead, by=by)
        db.session.flush()
        if held is not None:
            held.set()
            assert go_on.wait(SOON)


@pytest.mark.on("postgres")
@pytest.mark.parametrize("second", ["Ana", "Rui"])
def test_two_administrators_who_name_the_first_lead_at_once_have_one_effect_each(
    app, cast, desk, second
):
    by = Actor(user_id=cast.admin.id, is_staff=True, roles=frozenset({"admin"}))
    held, go_on, faults = threading.Event(), threading.Event(), []

    def guarded(*given):
        try:
            name(app, by, *given)
        except Exception as fault:
            faults.append(fault)

    both = [
        threading.Thread(target=guarded, args=(desk["Ana"], held, go_on)),
        threading.Thread(target=guarded, args=(desk[second],)),
    ]
    both[0].start()
    assert held.wait(SOON)
    both[1].start()
    with app.app_context():
        while both[1].is_alive() and not _waits():
            pass
    go_on.set()
    for one in both:
        one.join(SOON)
    assert faults == []
    assert leads(app) == {"Desk": desk[second]}
    moves = [(None, desk["Ana"])] + ([(desk["Ana"], desk["Rui"])] if second == "Rui" else [])
    assert named(app) == moves


def _waits():
    with db.engine.connect() as connection:
        return connection.exec_driver_sql(WAITING).scalar()
