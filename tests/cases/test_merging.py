"""Making one case of two: what moves, what is gone, who may, and what stands against it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases import operations, queries
from portal.cases.census import accounts_by_cases
from portal.cases.models import (
    Case,
    Kind,
    Message,
    Participant,
    Status,
)
from portal.cases.operations import Against, MergeRefused, NewCase
from portal.cases.search import rebuild, search
from portal.db import db, opened, transaction
from portal.events import Event
from portal.files.models import StoredFile
from portal.identity.actors import actor_for
from portal.insights import months
from portal.sla.models import ClockPause
from tests import factories

HOUR = timedelta(hours=1)


class World:
    """Two cases of Acme about one thing: C opened first by the contact, D an hour later by a colleague."""

    def __init__(self, now):
        self.cast, self.now = factories.make_cast(), now
        acme = self.cast.acme
        self.account, self.opener = acme.account, acme.contact_person
        self.agent, self.contact = actor_for(acme.agent), actor_for(acme.contact)
        self.colleague = factories.make_stakeholder(acme.account, name="Rosa Prata")
        self.case = self.opened("Pump loud", "It howls.")
        now.shift(HOUR)
        self.other = self.opened("Pump rattling", "Still loud.", opener=self.colleague)

    def opened(self, subject, body, **about):
        opener = about.pop("opener", self.opener)
        new = NewCase(subject, body, **about)
        return operations.open_case(self.account, new, by=self.contact, opener=opener)

    def merge(self, case=None, into=None, **changes):
        case, into = case or self.other, into or self.case
        operations.merge_case(case, into=into, by=self.agent, **changes)
        db.session.flush()
        db.session.expire_all()


@pytest.fixture
def world(session, now):
    return World(now)


def words(actor, case):
    return [entry.row.body for entry in queries.conversation(actor, case).entries if not entry.kind]


def happened(case):
    rows = Event.unscoped("a test").where(Event.case_id == case.id).order_by(Event.id)
    return [row.kind for row in db.session.scalars(rows)]


def named(case):
    rows = Participant.unscoped("a test").where(Participant.case_id == case.id)
    return {row.stakeholder_id for row in db.session.scalars(rows)}


def test_what_was_said_stands_on_the_other_in_order_of_time(world):
    world.now.shift(HOUR)
    operations.post_message(world.case, body="We look.", by=world.agent)
    world.now.shift(HOUR)
    operations.post_message(world.other, body="for us alone", by=world.agent, internal=True)
    world.merge()
    assert words(world.agent, world.case) == [
        "It howls.",
        "Still loud.",
        "We look.",
        "for us alone",
    ]
    assert words(world.contact, world.case) == ["It howls.", "Still loud.", "We look."]
    assert words(world.agent, world.other) == []


def test_the_other_was_opened_when_the_earlier_was_and_answered_by_the_first_answer(world):
    opened_at = world.case.opened_at
    world.now.shift(HOUR)
    operations.post_message(world.case, body="We look.", by=world.agent)
    answered_at = world.case.first_response_at
    world.now.shift(HOUR)
    operations.post_message(world.other, body="We look too.", by=world.agent)
    world.merge(world.case, world.other)
    assert world.other.opened_at == opened_at
    assert world.other.first_response_at == answered_at
    assert world.case.status == Status.MERGED
    assert world.case.kind == Kind.MERGED


def test_files_and_people_come_along(world):
    message = db.session.scalars(Message.unscoped("x").where(Message.case_id == world.other.id))
    file = factories.make_file(
        world.account, case_id=world.other.id, message_id=message.first().id, internal=True
    )
    world.merge()
    assert db.session.scalars(StoredFile.unscoped("x").where(StoredFile.id == file.id)).one()
    assert (file.case_id, file.internal) == (world.case.id, True)
    assert named(world.case) == {world.opener.id, world.colleague.id}
    assert happened(world.case).count("ParticipantAdded") == 1


def test_the_gone_one_is_found_by_nobody_and_its_words_on_the_other(world):
    world.merge()
    for actor in (world.agent, world.contact, actor_for(world.cast.admin)):
        refs = [row.ref for row in queries.queue_for(actor, queries.Filters(status="all")).rows]
        assert refs == [world.case.ref]
        assert [hit.ref for hit in search(actor, "still").hits] == [world.case.ref]
        assert search(actor, "rattling").empty
        assert [hit.ref for hit in search(actor, world.other.ref).exact] == [world.case.ref]
        assert queries.case_called(actor, world.other.ref) is None
    assert search(actor_for(world.cast.globex.contact), world.other.ref).empty


def test_the_search_index_is_the_same_when_built_anew(world):
    world.merge()
    rebuild()
    assert [hit.ref for hit in search(world.agent, "still").hits] == [world.case.ref]
    assert search(world.agent, "rattling").empty


def test_both_histories_say_so(world):
    world.merge(reason="one pump")
    assert happened(world.other)[-1] == "CaseMerged"
    assert happened(world.case)[-1] == "CaseAbsorbed"
    told = queries.conversation(world.contact, world.case).entries[-1]
    assert (told.kind, told.row.whom, told.author) == (
        "CaseAbsorbed",
        "Pump rattling",
        world.agent.name,
    )
    gone = db.session.scalars(
        Event.unscoped("x").where(Event.case_id == world.other.id, Event.kind == "CaseMerged")
    ).one()
    assert gone.payload["into_ref"] == world.case.ref
    assert gone.payload["reason"] == "one pump"


def test_time_noted_on_the_gone_one_is_read_and_taken_back_on_the_other(world):
    operations.note_time(world.other, 30, by=world.agent)
    operations.note_time(world.case, 10, by=world.agent)
    world.merge()
    beside = queries.beside(world.agent, world.case, world.account)
    assert beside.minutes == 40
    kinds = [entry.kind for entry in queries.conversation(world.agent, world.case).entries]
    assert kinds.count("TimeSpent") == 2
    operations.take_back_time(world.case, beside.standing_times[-1].number, by=world.agent)
    assert queries.beside(world.agent, world.case, world.account).minutes == 10


def test_a_chain_of_merges_ends_at_the_last(world):
    world.now.shift(HOUR)
    last = world.opened("Pump again", "And again.")
    world.merge()
    world.merge(world.case, last)
    assert words(world.contact, last) == ["It howls.", "Still loud.", "And again."]
    assert {case.merged_into_id for case in (world.case, world.other)} == {last.id}
    assert set(last.merged_ids) == {world.case.id, world.other.id}
    came = select(Message.came_from_id).where(Message.case_id == last.id).order_by(Message.id)
    assert list(db.session.scalars(opened(came, Message, why="x"))) == [
        world.case.id,
        world.other.id,
        None,
    ]


def test_the_clients_word_on_the_gone_one_ends_the_wait_of_the_other(world):
    operations.post_message(world.case, body="Which?", by=world.agent, then=Status.WAITING)
    world.now.shift(HOUR)
    operations.post_message(world.other, body="The left one.", by=world.contact)
    world.now.shift(HOUR)
    world.merge()
    assert world.case.status == Status.OPEN
    pause = ClockPause.unscoped("x").where(ClockPause.case_id == world.case.id)
    assert db.session.scalars(pause).one().ends_at == clock.now()


def test_an_order_and_a_form_sent_twice_lead_to_the_other(world):
    order = factories.make_order(world.account)
    third = operations.open_case(
        world.account,
        NewCase("Third", "x", order_id=order.id),
        by=world.contact,
        opener=world.opener,
        submission="once",
    )
    world.merge(third)
    assert world.case.order_id == order.id
    again = operations.open_case(
        world.account,
        NewCase("Third", "x"),
        by=world.contact,
        opener=world.opener,
        submission="once",
    )
    assert again.id == world.case.id


def test_the_months_are_those_of_a_rebuild(world):
    world.now.shift(40 * 24 * HOUR)
    operations.resolve(world.other, by=world.agent)
    world.now.shift(HOUR)
    operations.reopen(world.other, by=world.contact)
    third = world.opened("Pump again", "And again.")
    months.rebuild()
    world.merge(world.other, third)
    assert months.check() == []
    world.merge(third, world.case)
    assert months.check() == []


REFUSED = {
    Against.ITSELF: lambda w: (w.case, w.case),
    Against.ACCOUNT: lambda w: (
        w.case,
        factories.make_case(w.cast.globex.account, w.cast.globex.contact_person),
    ),
    Against.MERGED: lambda w: (gone(w), w.case),
    Against.WITHDRAWN: lambda w: (changed(w.other, status=Status.CANCELLED), w.case),
    Against.KIND: lambda w: (changed(w.other, kind=Kind.TEST), w.case),
    Against.FINISHED: lambda w: (w.other, changed(w.case, status=Status.RESOLVED)),
    Against.CONFIDENTIAL: lambda w: (changed(w.other, confidential=True), w.case),
    Against.PEOPLE: lambda w: (
        changed(w.other, confidential=True),
        changed(w.case, confidential=True),
    ),
}


def gone(world):
    third = world.opened("Third", "x")
    world.merge(third)
    return third


def changed(case, **changes):
    for name, value in changes.items():
        setattr(case, name, value)
    db.session.flush()
    return case


@pytest.mark.proves("T8")
@pytest.mark.parametrize("why", [why for why in Against if why is not Against.HELD])
def test_what_stands_against_it_is_said_and_changes_nothing(world, why):
    case, into = REFUSED[why](world)
    before = everything()
    with pytest.raises(MergeRefused) as refused:
        operations.merge_case(case, into=into, by=world.agent)
    assert refused.value.why is why
    assert everything() == before


def everything():
    db.session.flush()
    models = (Case, Message, Participant, StoredFile, Event)
    rows = (db.session.scalars(model.unscoped("x")) for model in models)
    return [
        {column.key: getattr(row, column.key) for column in row.__table__.columns}
        for found in rows
        for row in found
    ]


def test_confidential_ones_that_name_the_same_people_become_one(world):
    for case in (world.case, world.other):
        changed(case, confidential=True)
    factories.name_on(world.case, world.colleague)
    factories.name_on(world.other, world.opener)
    world.merge()
    assert world.case.confidential
    assert named(world.case) == {world.opener.id, world.colleague.id}


def test_the_operators_list_counts_it_no_more(world):
    world.merge()
    assert (world.account.ref, world.account.name, 1) in accounts_by_cases()


# Where the old reference leads


@pytest.fixture
def merged(app, cast, client):
    """Two cases of the contact, the second merged into the first; one more of Globex."""
    contact = client.as_("contact")
    for words in ("first words", "second words"):
        contact.post("/cases", data={"account": "ACME", "subject": "s", "body": words})
    with app.app_context(), transaction():
        first, second = cases()
        operations.merge_case(second, into=first, by=actor_for(cast.acme.agent))
    return client


def cases():
    return db.session.scalars(Case.unscoped("a test").order_by(Case.id)).all()


@pytest.mark.proves("T8")
@pytest.mark.parametrize(
    ("who", "status"),
    [("contact", 303), ("agent", 303), ("stranger", 404), ("nobody", 302)],
)
def test_the_old_reference_leads_to_the_other_for_those_who_see_it(merged, who, status):
    answer = merged.as_(who).get("/cases/C-1002")
    assert answer.status_code == status
    if status == 303:
        assert answer.location == "/cases/C-1001"


@pytest.mark.proves("T8")
def test_a_confidential_one_is_found_by_its_old_reference_by_those_named_alone(app, merged):
    with app.app_context(), transaction():
        cases()[0].confidential = True
    assert merged.as_("contact").get("/cases/C-1002").status_code == 303
    assert merged.as_("sponsor").get("/cases/C-1002").status_code == 404


def test_what_is_sent_to_the_old_reference_changes_nothing_and_says_so(app, merged):
    answer = merged.as_("contact").post("/cases/C-1002/messages", data={"body": "More."})
    assert answer.status_code == 409
    assert "C-1002 became part of C-1001" in answer.get_data(as_text=True)
    stranger = merged.as_("stranger").post("/cases/C-1002/messages", data={"body": "More."})
    assert stranger.status_code == 404
    with app.app_context():
        said = db.session.scalars(Message.unscoped("a test").order_by(Message.id)).all()
        assert [row.body for row in said] == ["first words", "second words"]


def test_the_page_tells_of_it_in_words(merged):
    page = merged.as_("contact").get("/cases/C-1001").get_data(as_text=True)
    assert "acme agent merged C-1002, “s”, into this case" in page
    assert "second words" in page
