"""What each verb does to a case and writes to the log, and that a refusal leaves nothing behind."""

from datetime import timedelta

import pytest

from portal import clock
from portal.cases import operations
from portal.cases.models import (
    FINISHED,
    NEVER_DUE,
    OPEN,
    Case,
    CaseLink,
    Channel,
    LinkKind,
    Message,
    Participant,
    Priority,
    Status,
)
from portal.cases.operations import (
    AlreadySo,
    CaseIsFinished,
    CaseIsOpen,
    LinkRefused,
    NewCase,
    NotOfThisAccount,
    OpenerStays,
)
from portal.db import db, transaction
from portal.events import Event
from portal.files.models import StoredFile
from portal.files.storing import examined
from portal.identity.actors import actor_for
from tests import factories

HOUR = timedelta(hours=1)
NEW = NewCase("Bearings loose", "They rattle since Monday.", category="Quality")


class World:
    """Acme with its people as actors, and one open case of the contact."""

    def __init__(self):
        cast = factories.make_cast()
        self.cast, self.account, self.opener = cast, cast.acme.account, cast.acme.contact_person
        self.agent, self.contact = actor_for(cast.acme.agent), actor_for(cast.acme.contact)
        self.case = self.make()

    def make(self, status=Status.OPEN, **changes):
        finished = {"resolved_at": clock.now() - HOUR} if status in FINISHED else {}
        return factories.make_case(
            self.account, self.opener, status=status, **{**finished, **changes}
        )


@pytest.fixture
def world(session):
    return World()


def log(case=None):
    """The kinds of the events written, the oldest first."""
    statement = Event.unscoped("a test reads the log").order_by(Event.id)
    if case is not None:
        statement = statement.where(Event.case_id == case.id)
    return [event.kind for event in db.session.scalars(statement)]


def last():
    """The newest event."""
    statement = Event.unscoped("a test reads the log").order_by(Event.id.desc()).limit(1)
    return db.session.scalars(statement).one()


def rows(model):
    return db.session.scalars(model.unscoped("a test looks").order_by(model.id)).all()


def facts(case):
    """Every column of a case as it stands in the session."""
    return {column.key: getattr(case, column.key) for column in Case.__table__.columns}


# Opening


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


# Writing


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


# State and owner


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


# Ends and beginnings


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


# People and links


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


# One transaction

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
