"""State, owner, priority, and the end and return of a case, each with its event."""

import pytest

from portal import clock
from portal.cases import operations
from portal.cases.models import (
    FINISHED,
    OPEN,
    Priority,
    Status,
)
from portal.cases.operations import (
    AlreadySo,
)
from tests.cases.world import HOUR, last, log


@pytest.mark.parametrize("old", OPEN)
@pytest.mark.parametrize("new", [Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD])
def test_an_open_case_moves_between_the_states_of_work(world, old, new):
    case = world.make(old)
    if old == new:
        with pytest.raises(AlreadySo):
            operations.set_status(case, new, by=world.agent)
        assert log() == []
        return
    operations.set_status(case, new, by=world.agent, reason="Lunch")
    assert (case.status, case.updated_at) == (new, clock.now())
    assert log(case) == ["StatusChanged"]
    assert last().payload == {"old": old, "new": new, "reason": "Lunch"}


@pytest.mark.parametrize("new", [Status.NEW, *sorted(FINISHED)])
def test_no_other_state_is_set_by_hand(world, new):
    with pytest.raises(ValueError, match=new):
        operations.set_status(world.case, new, by=world.agent)
    assert (world.case.status, log()) == (Status.OPEN, [])


def test_a_new_case_that_is_given_to_somebody_is_open(world):
    case, agent_id = world.make(Status.NEW), world.agent.user_id
    operations.assign(case, agent_id, by=world.agent)
    assert (case.owner_id, case.status) == (agent_id, Status.OPEN)
    assert log(case) == ["OwnerChanged", "StatusChanged"]
    operations.assign(case, None, by=world.agent)
    assert (case.owner_id, case.status) == (None, Status.OPEN)
    assert last().payload == {"old_id": agent_id, "new_id": None}


def test_priority_and_confidentiality_change_with_their_event(world):
    operations.change_priority(world.case, Priority.URGENT, by=world.agent)
    assert world.case.priority == "urgent"
    assert last().payload == {"old": "normal", "new": "urgent"}
    operations.confide(world.case, True, by=world.contact)
    assert world.case.confidential
    assert last().payload == {"confidential": True}
    assert last().stakeholder_id == world.opener.id
    operations.confide(world.case, False, by=world.agent)
    assert not world.case.confidential
    assert log(world.case) == ["PriorityChanged"] + ["ConfidentialityChanged"] * 2


@pytest.mark.parametrize("old", OPEN)
def test_an_open_case_is_resolved_and_keeps_when(world, old):
    case = world.make(old)
    operations.resolve(case, by=world.agent, reason="Replaced")
    assert (case.status, case.resolved_at, case.closed_at) == ("resolved", clock.now(), None)
    assert log(case) == ["CaseResolved"]
    assert last().payload == {"old": old, "reason": "Replaced"}


def test_closing_an_open_case_resolves_it_first(world):
    operations.close(world.case, by=world.agent, reason="Done")
    assert world.case.status == Status.CLOSED
    assert world.case.resolved_at == world.case.closed_at == clock.now()
    assert log(world.case) == ["CaseResolved", "CaseClosed"]


def test_closing_a_resolved_case_keeps_when_it_was_resolved(world):
    case = world.make(Status.RESOLVED)
    resolved_at = case.resolved_at
    operations.close(case, by=world.agent)
    assert (case.resolved_at, case.closed_at) == (resolved_at, clock.now())
    assert log(case) == ["CaseClosed"]


def test_what_is_withdrawn_was_not_resolved(world):
    operations.withdraw(world.case, by=world.contact, reason="Our mistake")
    assert (world.case.status, world.case.resolved_at) == (Status.CANCELLED, None)
    assert world.case.closed_at == clock.now()
    assert log(world.case) == ["CaseCancelled"]
    assert last().payload["reason"] == "Our mistake"


@pytest.mark.parametrize("old", sorted(FINISHED))
def test_a_finished_case_comes_back_and_its_end_no_longer_stands(world, old):
    case = world.make(old, closed_at=clock.now() - HOUR, reopen_count=1)
    operations.reopen(case, by=world.contact, reason="Again")
    assert (case.status, case.resolved_at, case.closed_at) == (Status.OPEN, None, None)
    assert case.reopen_count == 2
    assert log(case) == ["CaseReopened"]
    assert last().payload == {"old": old, "new": "open", "reason": "Again"}
