"""Replies and notes: what they do to the first response, the state and the wait."""

import pytest

from portal import clock
from portal.cases import operations
from portal.cases.models import (
    NEVER_DUE,
    Message,
    Status,
)
from portal.files.models import StoredFile
from portal.files.storing import examined
from tests.cases.world import HOUR, facts, last, log, rows


def test_the_first_reply_of_staff_is_the_first_response_and_ends_the_target(world, now):
    case = world.make(Status.NEW, due_at=clock.now() + HOUR)
    operations.post_message(case, body="Thank you.", by=world.agent)
    answered = clock.now()
    assert (case.first_response_at, case.due_at, case.due_order) == (answered, None, NEVER_DUE)
    assert case.status == Status.OPEN
    assert log(case) == ["MessagePosted", "StatusChanged"]
    now.shift(60)
    operations.post_message(case, body="More.", by=world.agent)
    assert case.first_response_at == answered
    assert case.updated_at == clock.now() > answered


@pytest.mark.parametrize("status", list(Status))
def test_an_internal_note_touches_neither_response_nor_state(world, status):
    case = world.make(status, due_at=clock.now() + HOUR)
    before = facts(case)
    operations.post_message(
        case, body="For us.", by=world.agent, internal=True, then=Status.RESOLVED
    )
    assert facts(case) == {**before, "updated_at": clock.now()}
    assert log(case) == ["MessagePosted"]
    assert last().payload["internal"] is True
    [said] = rows(Message)
    assert (said.internal, said.author_user_id) == (True, world.agent.user_id)


def test_a_clients_reply_is_no_response(world):
    case = world.make(Status.NEW, due_at=clock.now() + HOUR)
    operations.post_message(case, body="Still there?", by=world.contact)
    assert (case.first_response_at, case.status) == (None, Status.NEW)
    assert case.due_at == clock.now() + HOUR
    [said] = rows(Message)
    assert (said.side, said.author_stakeholder_id) == ("client", world.opener.id)
    assert last().stakeholder_id == world.opener.id


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_clients_reply_reopens_a_finished_case(world, status):
    case = world.make(status, closed_at=clock.now() - HOUR)
    posted = operations.post_message(case, body="It came back.", by=world.contact)
    assert posted.reopened
    assert (case.status, case.resolved_at, case.closed_at) == (Status.OPEN, None, None)
    assert case.reopen_count == 1
    assert log(case) == ["CaseReopened", "MessagePosted"]


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_staff_reply_leaves_a_finished_case_finished(world, status):
    case = world.make(status)
    resolved_at = case.resolved_at
    posted = operations.post_message(
        case, body="Glad to help.", by=world.agent, then=Status.WAITING
    )
    assert not posted.reopened
    assert (case.status, case.resolved_at, case.reopen_count) == (status, resolved_at, 0)
    assert log(case) == ["MessagePosted"]


def test_a_clients_reply_ends_the_wait_for_it_and_no_other_state(world):
    waiting, held = world.make(Status.WAITING), world.make(Status.ON_HOLD)
    operations.post_message(waiting, body="Here it is.", by=world.contact)
    operations.post_message(held, body="Any news?", by=world.contact)
    assert (waiting.status, held.status) == (Status.OPEN, Status.ON_HOLD)
    assert log(waiting) == ["MessagePosted", "StatusChanged"]
    assert log(held) == ["MessagePosted"]


@pytest.mark.parametrize(
    ("then", "status", "event"),
    [
        (Status.WAITING, Status.WAITING, "StatusChanged"),
        (Status.ON_HOLD, Status.ON_HOLD, "StatusChanged"),
        (Status.RESOLVED, Status.RESOLVED, "CaseResolved"),
    ],
)
def test_a_staff_reply_leaves_the_case_as_it_says(world, then, status, event):
    operations.post_message(world.case, body="Done?", by=world.agent, then=then)
    assert world.case.status == status
    assert log(world.case) == ["MessagePosted", event]
    assert (world.case.resolved_at is not None) is (then is Status.RESOLVED)


def test_to_wait_again_is_no_second_pause(world):
    case = world.make(Status.WAITING)
    operations.post_message(case, body="A reminder.", by=world.agent, then=Status.WAITING)
    assert case.status == Status.WAITING
    assert log(case) == ["MessagePosted"]


@pytest.mark.proves("T21")
def test_a_message_sent_twenty_times_stands_once(world):
    posted = [
        operations.post_message(world.case, body="Once.", by=world.agent, submission="token")
        for _ in range(20)
    ]
    assert [again.again for again in posted] == [False] + [True] * 19
    assert len(rows(Message)) == 1
    assert log(world.case) == ["MessagePosted"]
    operations.post_message(world.case, body="Once.", by=world.contact, submission="token")
    assert len(rows(Message)) == 2


@pytest.mark.proves("P2")
def test_a_file_of_a_note_is_internal_like_the_note(world, tmp_path):
    path = tmp_path / "prices.csv"
    path.write_bytes(b"a;b\n")
    for internal in (True, False):
        with path.open("rb") as stream:
            operations.post_message(
                world.case,
                body="See there.",
                by=world.agent,
                internal=internal,
                uploads=[examined("prices.csv", stream)],
            )
    assert [file.internal for file in rows(StoredFile)] == [True, False]
    attached = [kind for kind in log(world.case) if kind == "FileAttached"]
    assert len(attached) == 2
