"""A verb that is refused or fails leaves neither a change nor an event behind."""

import pytest

from portal.cases import operations
from portal.cases.models import (
    FINISHED,
    OPEN,
    Case,
    LinkKind,
    Message,
    Priority,
    Status,
)
from portal.cases.operations import (
    AlreadySo,
    CaseIsFinished,
    CaseIsOpen,
    LinkRefused,
    NotOfThisAccount,
    OpenerStays,
)
from portal.db import db, transaction
from tests.cases.world import World, facts, log, rows

REFUSALS = {
    "state of a finished case": (
        FINISHED,
        CaseIsFinished,
        lambda w, case: operations.set_status(case, Status.WAITING, by=w.agent),
    ),
    "owner of a finished case": (
        FINISHED,
        CaseIsFinished,
        lambda w, case: operations.assign(case, w.agent.user_id, by=w.agent),
    ),
    "priority of a finished case": (
        FINISHED,
        CaseIsFinished,
        lambda w, case: operations.change_priority(case, Priority.LOW, by=w.agent),
    ),
    "resolve twice": (
        FINISHED,
        CaseIsFinished,
        lambda w, case: operations.resolve(case, by=w.agent),
    ),
    "withdraw what is finished": (
        FINISHED,
        CaseIsFinished,
        lambda w, case: operations.withdraw(case, by=w.contact),
    ),
    "close what is settled": (
        (Status.CLOSED, Status.CANCELLED),
        AlreadySo,
        lambda w, case: operations.close(case, by=w.agent),
    ),
    "reopen what is open": (OPEN, CaseIsOpen, lambda w, case: operations.reopen(case, by=w.agent)),
    "same owner": (OPEN, AlreadySo, lambda w, case: operations.assign(case, None, by=w.agent)),
    "same priority": (
        OPEN,
        AlreadySo,
        lambda w, case: operations.change_priority(case, Priority.NORMAL, by=w.agent),
    ),
    "same confidentiality": (
        Status,
        AlreadySo,
        lambda w, case: operations.confide(case, False, by=w.agent),
    ),
    "opener on it already": (
        Status,
        AlreadySo,
        lambda w, case: operations.add_participant(case, w.opener, by=w.agent),
    ),
    "opener leaves": (
        Status,
        OpenerStays,
        lambda w, case: operations.remove_participant(case, w.opener, by=w.agent),
    ),
    "person of another account": (
        Status,
        NotOfThisAccount,
        lambda w, case: operations.add_participant(case, w.cast.globex.contact_person, by=w.agent),
    ),
    "person who was not on it": (
        Status,
        AlreadySo,
        lambda w, case: operations.remove_participant(case, w.cast.acme.sponsor_person, by=w.agent),
    ),
    "link to itself": (
        Status,
        LinkRefused,
        lambda w, case: operations.link(case, case, LinkKind.RELATED, by=w.agent),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_changes_nothing_and_writes_nothing(world, now, name):
    statuses, refusal, verb = REFUSALS[name]
    for status in statuses:
        case = world.make(status)
        before = facts(case)
        now.shift(60)
        with pytest.raises(refusal):
            verb(world, case)
        db.session.flush()
        assert facts(case) == before
    assert log() == []


VERBS = {
    "reply": lambda w, case: operations.post_message(
        case, body="Words.", by=w.agent, then=Status.RESOLVED
    ),
    "assign": lambda w, case: operations.assign(case, w.agent.user_id, by=w.agent),
    "status": lambda w, case: operations.set_status(case, Status.WAITING, by=w.agent),
    "close": lambda w, case: operations.close(case, by=w.agent),
    "withdraw": lambda w, case: operations.withdraw(case, by=w.contact),
    "confide": lambda w, case: operations.confide(case, True, by=w.agent),
    "participant": lambda w, case: operations.add_participant(
        case, w.cast.acme.sponsor_person, by=w.agent
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_and_its_events_stand_or_fall_together(session, verb):
    world = World()
    session.commit()
    before = facts(world.case)
    with pytest.raises(RuntimeError), transaction():
        VERBS[verb](world, world.case)
        assert log(world.case)
        raise RuntimeError("the power fails")
    assert facts(reread(session, world)) == before
    assert log() == rows(Message) == []
    with transaction():
        VERBS[verb](world, world.case)
    assert facts(reread(session, world)) != before
    assert log(world.case)


def reread(session, world):
    """The case as the database has it."""
    session.expire_all()
    statement = Case.unscoped("a test reads again").where(Case.id == world.case.id)
    return session.scalars(statement).one()
