"""What a case that becomes part of another leaves to it besides its words: links, alarms, ratings, commitments, orders."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases import operations, queries, reactions
from portal.cases.events import CaseEscalated
from portal.cases.models import CaseLink, LinkKind
from portal.cases.operations import EscalatedLately
from portal.commitments.models import Source
from portal.db import db
from portal.events import Event, Recorded
from portal.feedback.models import Survey, SurveyKind
from portal.jobs.models import Job
from portal.workspace.beside_orders import beside
from tests import factories
from tests.cases.test_merging import HOUR, World, happened


@pytest.fixture
def world(session, now):
    return World(now)


def links():
    return {
        (row.case_id, row.of_case_id, row.kind)
        for row in db.session.scalars(CaseLink.unscoped("a test"))
    }


def shown(world, case):
    found = queries.beside(world.agent, case, world.account)
    return {(row.ref, row.note, row.extra) for row in found.links}


def test_the_other_is_linked_to_what_the_case_was_linked_to(world):
    world.now.shift(HOUR)
    later = world.opened("Pump again", "Again.")
    operations.link(world.other, world.case, LinkKind.RELATED, by=world.agent)
    operations.link(later, world.other, LinkKind.REPEAT, by=world.agent)
    before = links()
    world.merge()
    assert links() - before == {(later.id, world.case.id, LinkKind.REPEAT)}
    assert shown(world, later) == {(world.case.ref, "repeat", "of")}
    assert shown(world, world.case) == {(later.ref, "repeat", "by")}
    assert happened(later)[-1] == "CaseLinked"


def test_it_repeats_only_what_was_opened_before_it(world):
    """The other was opened first of all: it cannot repeat the one between."""
    world.now.shift(HOUR)
    last = world.opened("Pump again", "Again.")
    operations.link(last, world.other, LinkKind.REPEAT, by=world.agent)
    world.merge(last, world.case)
    assert (world.case.id, world.other.id, LinkKind.RELATED) in links()
    assert shown(world, world.case) == {(world.other.ref, "related", "of")}


def test_a_link_that_is_there_already_is_not_doubled(world):
    world.now.shift(HOUR)
    last = world.opened("Pump again", "Again.")
    for earlier in (world.case, world.other):
        operations.link(last, earlier, LinkKind.REPEAT, by=world.agent)
    before = links()
    world.merge()
    assert links() == before
    assert shown(world, last) == {(world.case.ref, "repeat", "of")}


def test_links_follow_a_chain_of_merges(world):
    world.now.shift(HOUR)
    third, fourth = (world.opened(f"Pump {n}", "Again.") for n in (3, 4))
    operations.link(fourth, world.case, LinkKind.REPEAT, by=world.agent)
    world.merge(world.case, world.other)
    world.merge(world.other, third)
    assert shown(world, fourth) == {(third.ref, "repeat", "of")}


def test_who_said_that_it_cannot_wait_has_said_so_of_the_other(world):
    world.now.shift(HOUR)
    operations.escalate(world.other, reason="The line stands.", by=world.contact)
    said = clock.now()
    world.now.shift(HOUR)
    world.merge()
    assert world.case.escalated
    event = db.session.scalars(
        Event.unscoped("x").where(Event.case_id == world.case.id, Event.kind == "CaseEscalated")
    ).one()
    assert (event.occurred_at, event.recorded_at) == (said, clock.now())
    assert event.stakeholder_id == world.opener.id
    assert event.payload["reason"] == "The line stands."
    entry = next(
        one
        for one in queries.conversation(world.contact, world.case).entries
        if one.kind == "CaseEscalated"
    )
    assert (entry.at, entry.author) == (said, world.opener.name)
    with pytest.raises(EscalatedLately):
        operations.escalate(world.case, reason="Still.", by=world.contact)


def test_nobody_is_mailed_a_second_time(world):
    operations.assign(world.case, world.cast.acme.agent.id, by=world.agent)
    operations.escalate(world.other, reason="The line stands.", by=world.contact)
    world.merge()
    events = db.session.scalars(
        Event.unscoped("x").where(Event.kind == "CaseEscalated").order_by(Event.id)
    ).all()
    mailed = []
    for event in events:
        told = CaseEscalated(event.account_id, event.case_id, **event.payload)
        reactions.tell_of_escalation(Recorded(event.id, told, event.occurred_at, event.user_id))
        mailed.append(len(db.session.scalars(select(Job).where(Job.kind == "mail")).all()))
    assert mailed[0] > 0
    assert mailed[1] == mailed[0]


def test_a_complaint_stays_one(world):
    world.other.complaint = True
    world.merge()
    assert world.case.complaint


def test_answers_commitments_and_orders_lead_to_the_other(world):
    order = factories.make_order(world.account)
    world.case.order_id = factories.make_order(world.account).id
    world.other.order_id = order.id
    asked = {"account_id": world.account.id, "case_id": world.other.id, "kind": SurveyKind.CSAT}
    survey = Survey(**asked, sent_at=clock.now(), answered_at=clock.now(), score=2)
    db.session.add(survey)
    promised = factories.make_commitment(world.account, source=Source.CASE, case_id=world.other.id)
    gone = world.other.id
    world.merge()
    for row in (survey, promised):
        db.session.refresh(row)
    assert (survey.case_id, survey.came_from_id) == (world.case.id, gone)
    assert promised.case_id == world.case.id
    about = beside(world.agent, [SimpleNamespace(id=order.id, ordered_by_id=None)])
    assert [row.ref for row in about.cases[order.id]] == [world.case.ref]
