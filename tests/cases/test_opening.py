"""Opening a case: its number, its opener, its first words, and once only."""

import pytest

from portal import clock
from portal.cases import operations
from portal.cases.models import (
    Case,
    Channel,
    Message,
    Participant,
)
from portal.cases.operations import (
    NewCase,
)
from portal.db import transaction
from portal.files.models import StoredFile
from portal.files.storing import examined
from portal.identity.actors import actor_for
from tests import factories
from tests.cases.world import NEW, World, last, log, rows


def test_a_new_case_has_a_number_of_its_own_and_its_opener_on_it(world):
    first = operations.open_case(world.account, NEW, by=world.contact, opener=world.opener)
    second = operations.open_case(world.account, NEW, by=world.contact, opener=world.opener)
    assert first.ref == f"C-{1000 + first.id}"
    assert second.ref == f"C-{1000 + second.id}"
    assert (first.status, first.origin, first.category) == ("new", "client", "Quality")
    assert first.opened_at == first.updated_at == clock.now()
    assert first.first_response_at is None
    [named] = [row for row in rows(Participant) if row.case_id == first.id]
    assert named.stakeholder_id == world.opener.id == first.opened_by_id
    [said] = [row for row in rows(Message) if row.case_id == first.id]
    assert (said.body, said.side, said.internal) == (NEW.body, "client", False)
    assert said.author_stakeholder_id == world.opener.id
    assert log(first) == ["CaseOpened", "MessagePosted"]


def test_a_number_that_an_imported_case_bears_is_not_given_twice(world):
    before = operations.open_case(world.account, NEW, by=world.contact, opener=world.opener)
    factories.make_case(world.account, ref=f"C-{1002 + before.id}")
    made = operations.open_case(world.account, NEW, by=world.contact, opener=world.opener)
    assert made.ref == f"C-{1000 + made.id}-{made.id}"


@pytest.mark.proves("T21")
def test_a_form_sent_twenty_times_opens_one_case(world):
    made = {
        operations.open_case(
            world.account, NEW, by=world.contact, opener=world.opener, submission="once"
        ).ref
        for _ in range(20)
    }
    [ref] = made
    [case] = [case for case in rows(Case) if case.ref == ref]
    assert log(case) == ["CaseOpened", "MessagePosted"]
    assert len([row for row in rows(Message) if row.case_id == case.id]) == 1


@pytest.mark.proves("T21")
def test_another_persons_form_with_the_same_token_is_another_case(world):
    other = actor_for(world.cast.acme.sponsor)
    mine = operations.open_case(
        world.account, NEW, by=world.contact, opener=world.opener, submission="same"
    )
    theirs = operations.open_case(
        world.account, NEW, by=other, opener=world.cast.acme.sponsor_person, submission="same"
    )
    assert mine.id != theirs.id


def test_staff_write_down_the_clients_words_which_are_no_response_yet(world):
    new = NewCase("Called in", "He says they rattle.", channel=Channel.PHONE)
    case = operations.open_case(world.account, new, by=world.agent, opener=world.opener)
    assert (case.origin, case.channel, case.opened_by_id) == (
        "on_behalf",
        "phone",
        world.opener.id,
    )
    assert case.first_response_at is None
    [said] = [row for row in rows(Message) if row.case_id == case.id]
    assert (said.side, said.author_user_id) == ("client", None)
    assert said.author_stakeholder_id == world.opener.id
    assert last().user_id == world.agent.user_id
    operations.post_message(case, body="We look into it.", by=world.agent)
    assert case.first_response_at == clock.now()


def test_a_matter_of_the_providers_own_has_no_opener(world):
    case = operations.open_case(world.account, NEW, by=world.agent, opener=None)
    assert (case.origin, case.opened_by_id, case.language) == ("staff", None, "en")
    [said] = [row for row in rows(Message) if row.case_id == case.id]
    assert (said.side, said.author_user_id) == ("staff", world.agent.user_id)
    assert not [row for row in rows(Participant) if row.case_id == case.id]


def test_files_come_with_the_first_words(world, tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(b"line\n")
    with path.open("rb") as stream:
        case = operations.open_case(
            world.account,
            NEW,
            by=world.contact,
            opener=world.opener,
            uploads=[examined("log.txt", stream)],
        )
    [file] = rows(StoredFile)
    assert (file.case_id, file.internal, file.name) == (case.id, False, "log.txt")
    assert log(case) == ["CaseOpened", "MessagePosted", "FileAttached"]


def test_opening_leaves_nothing_when_it_fails(session):
    world = World()
    session.commit()
    with pytest.raises(RuntimeError), transaction():
        operations.open_case(
            world.account, NEW, by=world.contact, opener=world.opener, submission="token"
        )
        raise RuntimeError("the power fails")
    assert [case.id for case in rows(Case)] == [world.case.id]
    assert log() == rows(Message) == []
    with transaction():
        operations.open_case(
            world.account, NEW, by=world.contact, opener=world.opener, submission="token"
        )
    assert len(rows(Case)) == 2
    assert log() == ["CaseOpened", "MessagePosted"]
