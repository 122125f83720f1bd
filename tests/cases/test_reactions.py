"""Promises that come near or lapse, and cases that cannot wait: who is told, once, by the worker."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Case, Priority
from portal.cases.operations import NewCase
from portal.db import db, opened
from portal.events import Event
from portal.identity import teams
from portal.identity.actors import actor_for
from portal.identity.models import Grant, Role
from portal.jobs import schedule, worker
from tests import factories
from tests.identity.people import mails

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def case_id(app, cast):
    """An urgent case of Acme, its agent's; the first answer within an hour, round the clock."""
    acme = cast.acme
    with app.app_context():
        always = factories.make_calendar("Always", weekly=[[[0, 1440]]] * 7)
        factories.make_plan("gold", always, {"urgent": (3600, 3600, 8 * 3600, None)})
        agreed = update(Account).where(Account.id == acme.account.id).values(sla_plan="gold")
        db.session.execute(opened(agreed, Account, why="a test"))
        case = operations.open_case(
            acme.account,
            NewCase("Bearings rattle", "They do.", priority=Priority.URGENT),
            by=actor_for(acme.contact),
            opener=acme.contact_person,
        )
        operations.assign(case, acme.agent.id, by=actor_for(acme.agent))
        db.session.commit()
        return case.id


def work(app):
    """Look at the schedule twice, as two workers would, and do all that is due."""
    for _ in range(2):
        with app.app_context():
            schedule.order_due()
    worker.run_due(app)


def told(app):
    return sorted(str(mail["To"]) for mail in mails(app))


def test_who_is_named_by_the_plan_is_told_once_when_a_promise_comes_near(app, cast, case_id, now):
    now.shift(43 * MINUTE)
    work(app)
    work(app)
    assert told(app) == [cast.acme.agent.email]
    now.shift(12 * MINUTE)
    work(app)
    assert told(app) == sorted([cast.acme.agent.email] * 2 + [cast.acme.manager.email])
    now.shift(MINUTE)
    work(app)
    assert len(told(app)) == 3


def test_a_client_who_cannot_wait_reaches_owner_and_manager(app, cast, case_id):
    with app.app_context():
        case = db.session.scalars(Case.unscoped("a test").where(Case.id == case_id)).one()
        operations.escalate(case, reason="the line stands", by=actor_for(cast.acme.contact))
        db.session.commit()
    work(app)
    assert told(app) == sorted([cast.acme.agent.email, cast.acme.manager.email])
    assert "the line stands" in mails(app)[0].get_body(("plain",)).get_content()


def test_an_owner_who_lost_the_account_is_told_nothing(app, cast, case_id, now):
    with app.app_context():
        gone = update(Grant).where(Grant.user_id == cast.acme.agent.id)
        db.session.execute(gone.values(ended_at=clock.now()))
        db.session.commit()
    now.shift(43 * MINUTE)
    work(app)
    assert told(app) == []


def test_a_lapsed_promise_is_an_event_at_the_instant_it_lapsed(app, case_id, now):
    begun = clock.now()
    now.shift(3 * HOUR)
    work(app)
    now.shift(MINUTE)
    work(app)
    with app.app_context():
        wanted = Event.unscoped("a test").where(Event.kind == "PromiseMissed")
        missed = db.session.scalars(wanted.where(Event.case_id == case_id)).all()
    assert [event.occurred_at for event in missed] == [begun + HOUR]


@pytest.mark.parametrize(
    ("named", "who"),
    [
        (("Desk", "Front"), "desk lead"),
        (("Front",), "front lead"),
        ((), "agent@acme.test"),
    ],
)
def test_the_lead_of_the_owners_team_is_told_else_the_managers_else_the_deputy(
    app, cast, case_id, now, named, who
):
    """At 110 percent the plan names manager and lead; the owner is of the desk, the manager of the front."""
    with app.app_context():
        for user, team in ((cast.acme.agent, "Desk"), (cast.acme.manager, "Front")):
            db.session.merge(user).team = team
        for team in ("Desk", "Front"):
            mail = f"{team.lower()} lead@acme.test".replace(" ", ".")
            lead = factories.make_user(is_staff=True, team=team, email=mail, name=mail)
            factories.make_grant(lead, Role.AGENT)
            if team in named:
                teams.name_lead(team, lead.id, by=SYSTEM)
        db.session.commit()
    now.shift(66 * MINUTE)
    work(app)
    expected = who if "@" in who else f"{who.replace(' ', '.')}@acme.test"
    assert expected in told(app)
    others = {"desk.lead@acme.test", "front.lead@acme.test"} - {expected}
    assert not others & set(told(app))
