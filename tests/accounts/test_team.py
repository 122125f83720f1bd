"""Team, cover and leads: what is read, what changes, who gets and loses access."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account, TeamMember
from portal.accounts.team import team_of
from portal.actor import SYSTEM
from portal.db import db
from portal.events import Event
from portal.identity.models import Grant
from tests import factories

TEAM = "/accounts/ACME/team"


@pytest.fixture
def laboratory(app, cast):
    """A colleague without any grant."""
    with app.app_context():
        person = factories.make_user(
            name="Laura Boratório", email="lab@provider.test", is_staff=True
        )
        db.session.commit()
    return person


def kinds(app):
    with app.app_context():
        return list(
            db.session.scalars(select(Event.kind).order_by(Event.id).execution_options(**_door()))
        )


def _door():
    return dict(Event.unscoped("a test reads the log").get_execution_options())


def grants_of(app, person):
    with app.app_context():
        rows = select(Grant.role).where(Grant.user_id == person.id, Grant.ended_at.is_(None))
        return list(db.session.scalars(rows))


def test_the_team_knows_who_answers_today(app, cast):
    with app.app_context():
        account, today = cast.acme.account, clock.today("Europe/Lisbon")
        db.session.add(
            TeamMember(
                account_id=account.id,
                user_id=cast.acme.agent.id,
                role="cover",
                from_on=today + timedelta(days=2),
                to_on=today + timedelta(days=4),
                covers_id=cast.acme.manager.id,
            )
        )
        db.session.add(
            TeamMember(
                account_id=account.id,
                user_id=cast.executive.id,
                role="agent",
                from_on=today - timedelta(days=9),
                to_on=today - timedelta(days=1),
            )
        )
        db.session.flush()
        team = team_of(SYSTEM, account)
        assert team.manager.name == "acme manager"
        assert team.deputy.name == "acme agent"
        assert [m.person.name for m in team.present] == ["acme manager"]
        assert team.manager_cover.person.name == "acme agent"
        assert not team.manager_away
        assert team.answering == team.manager


def test_while_covered_the_cover_answers(app, cast, now):
    with app.app_context():
        account, today = cast.acme.account, clock.today("Europe/Lisbon")
        member = {"account_id": account.id, "role": "cover", "covers_id": cast.acme.manager.id}
        member |= {"from_on": today, "to_on": today, "user_id": cast.acme.agent.id}
        db.session.add(TeamMember(**member))
        db.session.flush()
        assert team_of(SYSTEM, account).answering.name == "acme agent"
        now.shift(24 * 3600)
        assert team_of(SYSTEM, account).answering.name == "acme manager"


def test_an_account_without_anybody_has_an_empty_team(app, cast):
    with app.app_context():
        team = team_of(SYSTEM, factories.make_account())
        assert (team.manager, team.answering, team.present, team.covers) == (None, None, [], [])


def _member(**changes):
    form = {
        "person": "lab@provider.test",
        "part": "agent",
        "from_on": "2026-03-02",
        "to_on": "",
        "covers": "",
    }
    return {**form, **changes}


def test_a_manager_adds_a_colleague_who_can_then_open_the_account(app, client, laboratory):
    assert client.as_(laboratory).get("/accounts/ACME").status_code == 404
    answer = client.as_("manager").post(TEAM, data=_member())
    assert answer.status_code == 303
    assert kinds(app)[-2:] == ["Granted", "TeamMemberAdded"]
    assert grants_of(app, laboratory) == ["agent"]
    assert client.as_(laboratory).get("/accounts/ACME").status_code == 200
    assert "Laura Boratório" in client.as_("contact").get(TEAM).get_data(as_text=True)


def test_adding_twice_is_refused_in_words(client, laboratory):
    client.as_("admin").post(TEAM, data=_member())
    again = client.as_("admin").post(TEAM, data=_member())
    assert again.status_code == 422
    assert "already has this part" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": "nobody@provider.test"}, "No colleague has this address"),
        ({"person": "contact@acme.test"}, "No colleague has this address"),
        ({"person": "contact@globex.test"}, "No colleague has this address"),
        ({"to_on": "2026-02-01"}, "lies before the first"),
        ({"from_on": "2026-02-31"}, "valid date"),
        ({"part": "cover"}, "last day of the cover"),
        ({"part": "cover", "to_on": "2026-03-09"}, "who is away"),
        ({"covers": "manager"}, "who is away"),
        ({"part": "owner"}, "valid choice"),
    ],
)
@pytest.mark.proves("T3", "T10")
def test_a_wrong_member_changes_nothing(app, client, laboratory, changes, words):
    before = kinds(app)
    answer = client.as_("manager").post(TEAM, data=_member(**changes))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert kinds(app) == before
    assert grants_of(app, laboratory) == []


def test_a_cover_stands_on_the_clients_home(client, laboratory):
    cover = _member(part="cover", covers="manager", from_on="2026-03-20", to_on="2026-03-27")
    assert client.as_("manager").post(TEAM, data=cover).status_code == 303
    page = client.as_("contact").get("/").get_data(as_text=True)
    assert "From 20 Mar to 27 Mar you reach" in page
    assert "Laura Boratório" in page


@pytest.mark.parametrize("who", ["agent", "sponsor", "contact", "executive"])
def test_others_change_no_team(app, client, laboratory, who):
    before = kinds(app)
    for path, data in ((TEAM, _member()), (f"{TEAM}/leads", {}), (f"{TEAM}/departure", {})):
        assert client.as_(who).post(path, data=data).status_code == 403
    assert [kind for kind in kinds(app) if kind != "Refused"] == before
    assert "Add to the team" not in client.as_(who).get(TEAM).get_data(as_text=True)


def test_leaving_ends_access_at_once(app, client, laboratory):
    client.as_("manager").post(TEAM, data=_member())
    answer = client.as_("manager").post(f"{TEAM}/departure", data={"person": "lab@provider.test"})
    assert answer.status_code == 303
    assert kinds(app)[-2:] == ["TeamMemberLeft", "GrantEnded"]
    assert client.as_(laboratory).get("/accounts/ACME").status_code == 404


def test_the_manager_cannot_leave_before_another_is_named(app, client, cast):
    client.as_("admin").post(f"{TEAM}/departure", data={"person": "manager@acme.test"})
    assert client.as_("manager").get(TEAM).status_code == 200
    assert "GrantEnded" not in kinds(app)


def test_another_manager_is_named_and_gets_what_they_need(app, client, laboratory):
    answer = client.as_("manager").post(
        f"{TEAM}/leads", data={"manager": "Laura Boratório", "deputy": "manager@acme.test"}
    )
    assert answer.status_code == 303
    assert kinds(app)[-3:] == ["Granted", "ManagerChanged", "DeputyChanged"]
    assert grants_of(app, laboratory) == ["account_manager"]
    with app.app_context():
        account = db.session.scalar(Account.unscoped("a test").where(Account.ref == "ACME"))
        assert account.manager_id == laboratory.id
    assert "Laura Boratório" in client.as_("contact").get("/").get_data(as_text=True)


def test_the_same_leads_again_are_no_event(app, client, cast):
    before = kinds(app)
    form = {"manager": "manager@acme.test", "deputy": "agent@acme.test"}
    assert client.as_("manager").post(f"{TEAM}/leads", data=form).status_code == 303
    assert kinds(app) == before


def test_an_unknown_manager_is_a_fault_at_the_field(client, cast):
    answer = client.as_("manager").post(f"{TEAM}/leads", data={"manager": "Somebody", "deputy": ""})
    assert answer.status_code == 422
    assert "No colleague has this address" in answer.get_data(as_text=True)
