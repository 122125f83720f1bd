"""Promises follow what happens to a case, are decided once, and equal what the whole history says."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from portal import clock
from portal.accounts.models import Account
from portal.cases import operations, promise_history
from portal.cases.models import NEVER_DUE, Priority, Status
from portal.cases.operations import AlreadySo, CaseIsFinished, CaseIsOpen, NewCase
from portal.db import db, opened
from portal.identity.actors import actor_for
from portal.sla import watching
from portal.sla.models import ClockPause, PromiseRow
from portal.sla.running import owed, seconds
from tests import factories
from tests.workspace.counting import statements

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
H = 3600


@pytest.fixture
def acme(session, cast):
    """Acme on a plan: urgent round the clock, the rest in business hours."""
    office = factories.make_calendar("Office")
    always = factories.make_calendar("Always", weekly=[[[0, 1440]]] * 7)
    factories.make_plan(
        "gold",
        office,
        {
            "urgent": (1 * H, 1 * H, 8 * H, always),
            "high": (4 * H, 4 * H, 18 * H, None),
            "normal": (9 * H, None, 45 * H, None),
        },
    )
    agreed = update(Account).where(Account.id == cast.acme.account.id).values(sla_plan="gold")
    db.session.execute(opened(agreed, Account, why="a test"))
    return cast.acme


def opened_case(acme, priority=Priority.HIGH):
    return operations.open_case(
        acme.account,
        NewCase("Bearings rattle", "They do.", priority=priority),
        by=actor_for(acme.contact),
        opener=acme.contact_person,
    )


def rows(case):
    statement = PromiseRow.unscoped("a test").where(PromiseRow.case_id == case.id)
    return db.session.scalars(statement.order_by(PromiseRow.target, PromiseRow.number)).all()


def states(case):
    return {(row.target, row.number): row.state for row in rows(case)}


def test_opening_promises_a_response_and_a_resolution(acme, now):
    now.move_to(clock.now().replace(hour=10, minute=0))
    case = opened_case(acme)
    assert states(case) == {("response", 1): "open", ("resolution", 1): "open"}
    assert case.due_at == case.due_order == clock.now() + 4 * HOUR


def test_an_account_without_a_plan_is_promised_nothing(acme, cast):
    case = operations.open_case(
        cast.globex.account,
        NewCase("x", "y"),
        by=actor_for(cast.globex.contact),
        opener=cast.globex.contact_person,
    )
    assert rows(case) == []
    assert case.due_at is None


def test_an_answer_in_time_keeps_the_promise_and_a_note_does_not(acme, now):
    case = opened_case(acme)
    agent = actor_for(acme.agent)
    operations.post_message(case, body="for us", by=agent, internal=True)
    assert states(case)["response", 1] == "open"
    operations.post_message(case, body="we look", by=agent)
    assert states(case)["response", 1] == "met"
    assert case.due_at == next(row.due_at for row in rows(case) if row.target == "resolution")


def test_waiting_for_the_client_stops_the_clock_and_their_word_starts_it(acme, now):
    case = opened_case(acme, Priority.URGENT)
    agent, contact = actor_for(acme.agent), actor_for(acme.contact)
    operations.post_message(case, body="which one?", by=agent, then=Status.WAITING)
    assert case.due_order == NEVER_DUE
    now.shift(3 * DAY)
    operations.post_message(case, body="the left one", by=contact)
    due = {row.target: row for row in rows(case)}
    assert due["resolution"].spent == 0
    assert due["resolution"].due_at == clock.now() + 8 * HOUR
    assert due["next response"].due_at == clock.now() + HOUR == case.due_at
    pause = db.session.scalars(ClockPause.unscoped("a test")).one()
    assert (pause.reason, pause.begun_by, pause.ended_by) == ("client", agent.name, contact.name)
    assert pause.ends_at - pause.begins_at == 3 * DAY


def test_a_promise_is_missed_at_the_exact_instant_whenever_that_is_noticed(acme, now):
    case = opened_case(acme, Priority.URGENT)
    begun = clock.now()
    now.shift(5 * HOUR)
    assert [row.target for row in watching.lapse(clock.now())] == ["response"]
    response = next(row for row in rows(case) if row.target == "response")
    assert (response.state, response.decided_at) == ("missed", begun + HOUR)
    assert watching.lapse(clock.now()) == []
    operations.post_message(case, body="sorry", by=actor_for(acme.agent))
    assert (response.state, response.decided_at) == ("missed", begun + HOUR)
    assert response.ended_at == clock.now()


def test_what_is_late_stays_due_until_it_is_done(acme, now):
    case = opened_case(acme, Priority.URGENT)
    late = clock.now() + HOUR
    now.shift(2 * HOUR)
    watching.lapse(clock.now())
    operations.assign(case, acme.agent.id, by=actor_for(acme.agent))
    assert case.due_at == late
    operations.post_message(case, body="sorry", by=actor_for(acme.agent))
    assert case.due_at > clock.now()


def test_a_higher_priority_may_be_missed_at_once(acme, now):
    case = opened_case(acme, Priority.NORMAL)
    now.shift(7 * DAY)
    operations.change_priority(case, Priority.URGENT, by=actor_for(acme.agent))
    resolution = next(row for row in rows(case) if row.target == "resolution")
    assert (resolution.state, resolution.decided_at) == ("missed", clock.now())


def test_a_reopening_begins_another_promise(acme, now):
    case = opened_case(acme)
    agent = actor_for(acme.agent)
    operations.resolve(case, by=agent)
    now.shift(DAY)
    operations.reopen(case, by=actor_for(acme.contact))
    assert states(case)["resolution", 1] == "met"
    assert states(case)["resolution", 2] == "open"
    operations.withdraw(case, by=actor_for(acme.contact))
    assert states(case)["resolution", 2] == "dropped"
    assert case.due_at is None


ACTIONS = {
    "reply": lambda case, acme: operations.post_message(case, body="a", by=actor_for(acme.agent)),
    "ask": lambda case, acme: operations.post_message(
        case, body="b", by=actor_for(acme.agent), then=Status.WAITING
    ),
    "say": lambda case, acme: operations.post_message(case, body="c", by=actor_for(acme.contact)),
    "note": lambda case, acme: operations.post_message(
        case, body="d", by=actor_for(acme.agent), internal=True
    ),
    "wait": lambda case, acme: operations.set_status(
        case, Status.WAITING, by=actor_for(acme.agent)
    ),
    "work": lambda case, acme: operations.set_status(
        case, Status.IN_PROGRESS, by=actor_for(acme.agent)
    ),
    "hold": lambda case, acme: operations.set_status(
        case, Status.ON_HOLD, by=actor_for(acme.agent)
    ),
    "urgent": lambda case, acme: operations.change_priority(
        case, Priority.URGENT, by=actor_for(acme.agent)
    ),
    "high": lambda case, acme: operations.change_priority(
        case, Priority.HIGH, by=actor_for(acme.agent)
    ),
    "normal": lambda case, acme: operations.change_priority(
        case, Priority.NORMAL, by=actor_for(acme.agent)
    ),
    "low": lambda case, acme: operations.change_priority(
        case, Priority.LOW, by=actor_for(acme.agent)
    ),
    "resolve": lambda case, acme: operations.resolve(case, by=actor_for(acme.agent)),
    "reopen": lambda case, acme: operations.reopen(case, by=actor_for(acme.contact)),
    "withdraw": lambda case, acme: operations.withdraw(case, by=actor_for(acme.contact)),
    "sweep": lambda case, acme: watching.lapse(clock.now()),
}
STEPS = st.lists(
    st.tuples(st.integers(1, 3000), st.sampled_from(sorted(ACTIONS))), min_size=1, max_size=14
)
KEPT = ("state", "decided_at", "ended_at", "due_at", "allowed", "spent", "priority", "clock_id")


def facts(case):
    """Every promise by what it is, its number and when it began."""
    table = PromiseRow.__table__.c
    columns = [table[name] for name in ("target", "number", "begins_at", *KEPT)]
    found = db.session.execute(
        opened(select(*columns).where(table.case_id == case.id), PromiseRow, why="a test")
    )
    return {tuple(row[:3]): _decisive(row) for row in found}


def _decisive(row):
    """After a miss the clock runs on, for the warnings alone."""
    return tuple(
        None if name == "spent" and row.state == "missed" else getattr(row, name) for name in KEPT
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(priority=st.sampled_from(list(Priority)), steps=STEPS)
@example(Priority.LOW, [(1, "ask"), (1, "say"), (1, "high"), (1, "say")])
@example(Priority.LOW, [(1, "reply"), (1, "say"), (1, "high"), (1, "resolve"), (1, "say")])
@example(Priority.HIGH, [(1, "reply"), (1, "say"), (1, "low"), (1, "say"), (1, "high")])
def test_the_ledger_kept_event_by_event_equals_the_one_made_from_the_whole_history(
    acme, now, priority, steps
):
    now.move_to(factories.BEGINNING)
    case = opened_case(acme, priority)
    for minutes, action in steps:
        now.shift(minutes * MINUTE)
        with suppress(AlreadySo, CaseIsFinished, CaseIsOpen):
            ACTIONS[action](case, acme)
    now.shift(1)
    watching.lapse(clock.now())
    for one in owed(case.id):
        if one.is_open:
            one.keep(one.ticking.counted(one.clock, seconds(clock.now())))
    db.session.flush()
    kept = facts(case)
    db.session.expire_all()
    promise_history.rebuild([case.id])
    assert kept == facts(case)


def test_a_case_keeps_the_agreement_it_was_opened_under_live_and_written_anew(acme, now):
    """Later answers and reopenings too, whatever the account agrees meanwhile."""
    case, contact, agent = opened_case(acme), actor_for(acme.contact), actor_for(acme.agent)
    now.shift(DAY)
    always = factories.make_calendar("Tight", weekly=[[[0, 1440]]] * 7)
    tight = factories.make_plan("tight", always, {"high": (60, 60, 60, None)})
    factories.make_contract(acme.account, tight, begins_on=clock.today("Europe/Lisbon"))
    now.shift(HOUR)
    operations.post_message(case, body="a", by=agent)
    operations.post_message(case, body="b", by=contact)
    operations.resolve(case, by=agent)
    now.shift(HOUR)
    operations.reopen(case, by=contact)
    assert {row.version_id for row in rows(case)} == {rows(case)[0].version_id}
    assert next(row for row in rows(case) if row.number == 2).allowed == 18 * H
    db.session.flush()
    kept = facts(case)
    db.session.expire_all()
    promise_history.rebuild([case.id])
    assert kept == facts(case)
    gone = delete(PromiseRow).where(PromiseRow.case_id == case.id)
    db.session.execute(opened(gone, PromiseRow, why="a test"))
    promise_history.rebuild([case.id])
    assert kept == facts(case)
    fresh = opened_case(acme)
    assert {row.allowed for row in rows(fresh)} == {60}


@pytest.mark.parametrize(
    ("who", "sent", "statements_now", "before"),
    [
        ("agent", {}, 13, 14),
        ("contact", {}, 15, 17),
        ("agent", {"then": "waiting"}, 16, 19),
        ("agent", {"then": "resolved"}, 17, 20),
    ],
)
@pytest.mark.on("sqlite")
def test_a_reply_keeps_promises_in_few_statements(
    app, client, cast, now, who, sent, statements_now, before
):
    """What a reply asks of the database, signing in and the mark for the sums included.

    `before` it held what its transaction reads, and without that mark.
    """
    with app.app_context():
        factories.make_plan(
            "gold", factories.make_calendar("Office"), {"normal": (H, H, 2 * H, None)}
        )
        agreed = update(Account).values(sla_plan="gold")
        db.session.execute(opened(agreed, Account, why="a test"))
        db.session.commit()
    contact, agent = client.as_("contact"), client.as_("agent")
    for number in (1, 2):
        contact.post("/cases", data={"account": "ACME", "subject": "s", "body": "b"})
        now.shift(60)
        path = f"/cases/C-{1000 + number}/messages"
        if who == "contact":
            agent.post(path, data={"body": "first"})
        now.shift(60)
        with statements(app) as seen:
            reply = {"body": "x", **sent}
            assert (agent if who == "agent" else contact).post(path, data=reply).status_code == 303
    assert len(seen) == statements_now < before, "\n".join(seen)


def test_a_client_says_once_a_day_that_a_case_cannot_wait(acme, now):
    case = opened_case(acme)
    contact, agent = actor_for(acme.contact), actor_for(acme.agent)
    operations.escalate(case, reason="the line stands", by=contact)
    assert case.escalated
    with pytest.raises(operations.EscalatedLately):
        operations.escalate(case, reason="still", by=contact)
    operations.escalate(case, reason="they are right", by=agent)
    now.shift(DAY + MINUTE)
    operations.escalate(case, reason="still", by=contact)
    operations.resolve(case, by=agent)
    with pytest.raises(CaseIsFinished):
        operations.escalate(case, reason="again", by=contact)


def test_a_miss_has_a_cause_and_stays_a_miss(acme, now):
    case = opened_case(acme, Priority.URGENT)
    agent = actor_for(acme.agent)
    promise = next(row for row in rows(case) if row.target == "response")
    with pytest.raises(operations.NotMissed):
        operations.explain_miss(case, promise.id, cause="none", by=agent)
    now.shift(2 * HOUR)
    watching.lapse(clock.now())
    decided = promise.decided_at
    operations.explain_miss(case, promise.id, cause="telephone line down", by=agent)
    assert (promise.state, promise.decided_at) == ("missed", decided)
    assert promise.cause == "telephone line down"
    other = opened_case(acme, Priority.URGENT)
    with pytest.raises(operations.NotMissed):
        operations.explain_miss(other, promise.id, cause="another case's", by=agent)
