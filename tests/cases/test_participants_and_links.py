"""Who is named on a case, and which other cases it is tied to."""

import pytest

from portal import clock
from portal.cases import operations
from portal.cases.models import (
    CaseLink,
    LinkKind,
    Participant,
)
from portal.cases.operations import (
    AlreadySo,
    LinkRefused,
    NotOfThisAccount,
)
from portal.db import db
from tests import factories
from tests.cases.world import HOUR, last, log, rows


def test_a_colleague_is_named_and_taken_off_again(world):
    person = world.cast.acme.sponsor_person
    operations.add_participant(world.case, person, by=world.contact)
    db.session.flush()
    assert {row.stakeholder_id for row in rows(Participant)} == {world.opener.id, person.id}
    assert last().payload["participant_stakeholder_id"] == person.id
    with pytest.raises(AlreadySo):
        operations.add_participant(world.case, person, by=world.contact)
    operations.remove_participant(world.case, person, by=world.agent)
    db.session.flush()
    assert {row.stakeholder_id for row in rows(Participant)} == {world.opener.id}
    assert log(world.case) == ["ParticipantAdded", "ParticipantRemoved"]


def test_who_left_the_client_is_not_brought_in(world):
    person = factories.make_stakeholder(world.account, active=False)
    with pytest.raises(NotOfThisAccount):
        operations.add_participant(world.case, person, by=world.agent)
    assert log() == []


def test_a_repeat_follows_an_earlier_case_of_the_account(world):
    earlier = world.make(opened_at=clock.now() - 24 * HOUR)
    operations.link(world.case, earlier, LinkKind.REPEAT, by=world.agent)
    db.session.flush()
    [row] = rows(CaseLink)
    assert (row.case_id, row.of_case_id, row.kind) == (world.case.id, earlier.id, "repeat")
    assert row.confirmed
    assert log(world.case) == ["CaseLinked"]
    with pytest.raises(AlreadySo):
        operations.link(world.case, earlier, LinkKind.REPEAT, by=world.agent)
    operations.link(world.case, earlier, LinkKind.RELATED, by=world.agent)
    db.session.flush()
    assert len(rows(CaseLink)) == 2


def test_a_repeat_of_a_later_case_or_one_of_another_account_is_refused(world):
    later = world.make(opened_at=clock.now())
    company = world.cast.globex
    foreign = factories.make_case(
        company.account, company.contact_person, opened_at=clock.now() - 24 * HOUR
    )
    with pytest.raises(LinkRefused):
        operations.link(world.case, later, LinkKind.REPEAT, by=world.agent)
    for kind in LinkKind:
        with pytest.raises(LinkRefused):
            operations.link(world.case, foreign, kind, by=world.agent)
    assert (rows(CaseLink), log()) == ([], [])
    operations.link(world.case, later, LinkKind.RELATED, by=world.agent)
    assert log(world.case) == ["CaseLinked"]
