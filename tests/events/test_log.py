"""Publishing: a row, its projections and the order of its reactions stand or fall together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest
from sqlalchemy import select

from portal import clock, wiring
from portal.actor import SYSTEM, Actor
from portal.db import db, transaction
from portal.events import Event, Happening, log, publish, wire
from portal.jobs import Job, worker
from tests import factories


class Mood(StrEnum):
    CALM = "calm"


@dataclass(frozen=True)
class LampLit(Happening):
    """An event of these tests."""

    colour: str
    mood: Mood = Mood.CALM
    on: date | None = None
    case_id: int | None = None


@dataclass(frozen=True)
class LampBroken(Happening):
    """Another one."""


heard = []


def project(recorded):
    heard.append(("project", recorded.id))
    factories.make_account(name=f"Projected {recorded.event.colour}")


def react_once(recorded):
    heard.append(("once", recorded.id, recorded.event, recorded.occurred_at))


def react_and_write(recorded):
    heard.append(("write", recorded.id))
    factories.make_account(name=f"Written {recorded.id}")


def react_badly(recorded):
    factories.make_account(name="Half written")
    raise RuntimeError("no light")


@pytest.fixture(autouse=True)
def wired(app):
    """The tables of these tests, on an app that has had its own; the house's stand again afterwards."""
    heard.clear()
    wire({LampLit: (react_once, react_and_write)}, {LampLit: (project,)})
    yield
    wire(wiring.REACTIONS, wiring.PROJECTIONS)


@pytest.fixture
def account(app):
    with app.app_context(), transaction():
        return factories.make_account().id


@pytest.fixture
def context(app, account):
    with app.app_context():
        yield app


def events():
    return db.session.scalars(Event.unscoped("test").order_by(Event.id)).all()


def jobs():
    return db.session.scalars(
        select(Job).order_by(Job.id).execution_options(populate_existing=True)
    ).all()


def names():
    from portal.accounts.models import Account

    return set(db.session.scalars(Account.unscoped("test").with_only_columns(Account.name)))


def test_one_event_is_one_row_with_plain_values(context, account):
    by = Actor(user_id=factories.make_user().id, stakeholder_ids={})
    before = clock.now() - timedelta(days=3)
    event = LampLit(account, "red", on=date(2026, 3, 1))
    with transaction():
        publish(event, by=by, occurred_at=before)
    (row,) = events()
    assert (row.kind, row.account_id, row.case_id) == ("LampLit", account, None)
    assert row.payload == {"colour": "red", "mood": "calm", "on": "2026-03-01"}
    assert (row.occurred_at, row.recorded_at) == (before, clock.now())
    assert (row.user_id, row.stakeholder_id) == (by.user_id, None)


def test_the_row_says_as_whom_of_the_account_the_actor_spoke(context, account):
    from portal.accounts.models import Account

    statement = Account.unscoped("test").where(Account.id == account)
    person = factories.make_stakeholder(db.session.scalars(statement).one())
    by = Actor(user_id=factories.make_user().id, stakeholder_ids={account: person.id})
    with transaction():
        publish(LampBroken(account), by=by)
        publish(LampBroken(None), by=by)
    assert [row.stakeholder_id for row in events()] == [person.id, None]


def test_projections_run_at_once_and_reactions_are_ordered_one_job_each(context, account):
    with transaction():
        row = publish(LampLit(account, "red"), by=SYSTEM)
        assert heard == [("project", row.id)]
        number = row.id
    assert "Projected red" in names()
    assert [job.kind for job in jobs()] == ["react", "react"]
    assert [job.unique_key for job in jobs()] == [
        f"react:{number}:{__name__}.react_once",
        f"react:{number}:{__name__}.react_and_write",
    ]
    assert [job.payload["event"] for job in jobs()] == [number, number]


def test_two_events_order_their_own_reactions_and_one_without_any_orders_none(context, account):
    with transaction():
        publish(LampLit(account, "red"), by=SYSTEM)
        publish(LampLit(account, "red"), by=SYSTEM)
        publish(LampBroken(account), by=SYSTEM)
    assert len(events()) == 3
    assert len({job.unique_key for job in jobs()}) == len(jobs()) == 4


def test_a_reaction_is_ordered_once_whoever_orders_it_again(context, account):
    from portal.jobs.queue import enqueue

    with transaction():
        publish(LampLit(account, "red"), by=SYSTEM)
        for job in jobs():
            enqueue(job.kind, job.payload, unique_key=job.unique_key)
    assert len(jobs()) == 2


@pytest.mark.parametrize("where", ["after", "in the projection"])
def test_the_row_the_projection_and_the_orders_are_rolled_back_together(context, account, where):
    def fail(recorded):
        project(recorded)
        raise RuntimeError

    if where == "in the projection":
        wire({LampLit: (react_once,)}, {LampLit: (fail,)})
    with pytest.raises(RuntimeError), transaction():
        publish(LampLit(account, "red"), by=SYSTEM)
        raise RuntimeError
    assert [kind for kind, *_ in heard] == ["project"]
    assert events() == []
    assert jobs() == []
    assert "Projected red" not in names()


def test_the_worker_runs_each_reaction_with_the_event_as_it_was(app, account):
    at = datetime(2026, 2, 1, 8, tzinfo=UTC)
    with app.app_context(), transaction():
        number = publish(LampLit(account, "red"), by=SYSTEM, occurred_at=at).id
    heard.clear()
    assert worker.run_due(app) == 2
    assert heard == [("once", number, LampLit(account, "red"), at), ("write", number)]
    assert worker.run_due(app) == 0
    with app.app_context():
        assert {job.state for job in jobs()} == {"done"}
        assert f"Written {number}" in names()


def test_a_reaction_that_fails_writes_nothing_and_leaves_the_others_alone(app, account):
    wire({LampLit: (react_badly, react_and_write)}, {})
    with app.app_context(), transaction():
        number = publish(LampLit(account, "red"), by=SYSTEM).id
    worker.run_due(app)
    with app.app_context():
        assert [job.state for job in jobs()] == ["waiting", "done"]
        assert jobs()[0].error == "RuntimeError: no light"
        assert "Half written" not in names()
        assert f"Written {number}" in names()
        assert len(events()) == 1


def test_a_reaction_no_longer_wired_is_named(context, account):
    with transaction():
        number = publish(LampLit(account, "red"), by=SYSTEM).id
    wire({}, {})
    with pytest.raises(LookupError, match="react_once to LampLit"):
        log.react({"event": number, "reaction": f"{__name__}.react_once"})
