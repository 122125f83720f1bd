"""Lists, counts and the conversation: their order, their pages, and what they cost the database."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.accounts.keyset import cursor_from
from portal.cases import queries
from portal.cases.models import FINISHED, OPEN, Case, Priority, Status
from portal.cases.queries.lists import MOST_COUNTED, PAGE, Filters
from portal.db import db
from portal.identity.actors import actor_for
from portal.identity.models import Reach, Role
from tests import factories
from tests.workspace.counting import statements

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEYS = (datetime, str)


class World:
    """Acme and its people as actors; cases are made by each test."""

    def __init__(self):
        self.cast = factories.make_cast()
        self.account, self.opener = self.cast.acme.account, self.cast.acme.contact_person
        self.agent, self.contact = (
            actor_for(self.cast.acme.agent),
            actor_for(self.cast.acme.contact),
        )

    def make(self, ref, **changes):
        return factories.make_case(self.account, self.opener, ref=ref, **changes)


@pytest.fixture
def world(session):
    return World()


def refs(page):
    return [row.ref for row in page.rows]


def queue(actor, **filters):
    return refs(queries.queue_for(actor, Filters(**filters)))


# Order and filters


def test_the_queue_has_the_soonest_due_first_and_what_has_no_target_last(world):
    now = clock.now()
    world.make("T-none")
    world.make("T-later", due_at=now + DAY)
    world.make("T-overdue", due_at=now - DAY)
    world.make("T-soon", due_at=now + HOUR)
    world.make("T-none-2")
    assert queue(world.agent) == ["T-overdue", "T-soon", "T-later", "T-none", "T-none-2"]


def test_the_other_orders(world):
    now = clock.now()
    world.make("T-1", opened_at=now - 3 * DAY, updated_at=now)
    world.make("T-2", opened_at=now - 2 * DAY, updated_at=now - DAY)
    world.make("T-3", opened_at=now - 4 * DAY, updated_at=now - HOUR)
    assert queue(world.agent, order="updated") == ["T-1", "T-3", "T-2"]
    assert queue(world.agent, order="opened") == ["T-3", "T-1", "T-2"]
    assert refs(queries.list_for_client(world.contact, Filters())) == ["T-1", "T-3", "T-2"]


def test_each_group_has_its_cases_and_no_others(world):
    for status in Status:
        world.make(f"T-{status}", status=status)
    world.make("T-mine", owner_id=world.agent.user_id)
    world.make("T-theirs", owner_id=world.cast.acme.manager.id)
    unfinished = {f"T-{status}" for status in OPEN}
    finished = {f"T-{status}" for status in FINISHED - {Status.MERGED}}
    found = {group: set(queue(world.agent, status=group)) for group in queries.lists.GROUPS}
    assert found == {
        "open": unfinished | {"T-mine", "T-theirs"},
        "mine": {"T-mine"},
        "unassigned": unfinished,
        "waiting": {"T-waiting"},
        "all": unfinished | finished | {"T-mine", "T-theirs"},
        "past": finished,
    }


def test_filters_narrow_by_account_priority_and_category_together(world):
    admin = actor_for(world.cast.admin)
    globex = world.cast.globex
    world.make("T-1", priority=Priority.URGENT, category="Quality")
    world.make("T-2", priority=Priority.URGENT)
    world.make("T-3", category="Quality")
    factories.make_case(globex.account, globex.contact_person, ref="T-4", category="Quality")
    assert queue(admin, account="ACME") == ["T-1", "T-2", "T-3"]
    assert queue(admin, account="GLOBEX") == ["T-4"]
    assert queue(admin, priority="urgent") == ["T-1", "T-2"]
    assert queue(admin, category="Quality") == ["T-1", "T-3", "T-4"]
    assert queue(admin, account="ACME", priority="urgent", category="Quality") == ["T-1"]


@pytest.mark.proves("T3")
def test_a_foreign_account_filters_like_one_that_does_not_exist(world):
    globex = world.cast.globex
    factories.make_case(globex.account, globex.contact_person, ref="T-9")
    world.make("T-1")
    assert queue(actor_for(globex.agent), account="GLOBEX") == ["T-9"]
    for actor in (world.agent, world.contact):
        assert queue(actor, account="GLOBEX") == queue(actor, account="NONE") == []
        assert queries.account_of(actor, "GLOBEX") is queries.account_of(actor, "NONE") is None


@pytest.mark.parametrize(
    ("args", "status", "order"),
    [
        ({}, "open", "due"),
        ({"status": "nonsense", "order": "nonsense", "priority": "x"}, "open", "due"),
        ({"status": "past", "order": "due"}, "past", "updated"),
        ({"status": "all", "order": "opened"}, "all", "updated"),
        ({"status": "all", "order": "opened", "account": "ACME"}, "all", "opened"),
        ({"status": "mine", "order": "opened"}, "mine", "opened"),
    ],
)
def test_an_address_is_read_and_what_cannot_be_left_out(args, status, order):
    found = Filters.from_args(MultiDict(args))
    assert (found.status, found.order, found.priority) == (status, order, "")


def test_an_address_says_only_what_is_not_usual():
    found = Filters.from_args(MultiDict({"status": "waiting", "account": "ACME"}))
    assert found.changed() == {"status": "waiting", "account": "ACME"}
    assert found.changed(status="open", account="") == {}
    assert Filters.from_args(found.changed(order="updated")) == replace(found, order="updated")


# Pages


def walked(turn):
    """Every page forward from the first, then back again to the first."""
    page = turn(cursor_from(None, None))
    there = [page]
    while page.later:
        page = turn(cursor_from(page.later, None, *KEYS))
        there.append(page)
    back = [page]
    while page.earlier:
        page = turn(cursor_from(None, page.earlier, *KEYS))
        back.append(page)
    return there, back[::-1]


@pytest.mark.parametrize("order", ["due", "updated", "opened"])
def test_pages_leave_no_gap_and_repeat_nothing_both_ways(world, order):
    """Sixty cases, many of them with the same instants, and some without a target."""
    now = clock.now()
    for number in range(60):
        at = now - (number // 7) * HOUR
        due = {} if number % 3 == 0 else {"due_at": at}
        world.make(f"T~{number:02d}%", opened_at=at, updated_at=at, **due)
    filters = Filters(order=order)
    there, back = walked(lambda cursor: queries.queue_for(world.agent, filters, cursor))
    everything = [ref for page in there for ref in refs(page)]
    assert [len(page.rows) for page in there] == [PAGE, PAGE, 10]
    assert len(set(everything)) == len(everything) == 60
    assert [refs(page) for page in back] == [refs(page) for page in there]
    assert [(page.first, page.last) for page in there] == [(1, 25), (26, 50), (51, 60)]
    assert [(page.first, page.last) for page in back] == [(1, 25), (26, 50), (51, 60)]


def test_the_clients_pages_hold_what_the_door_lets_through(world):
    stranger = factories.make_stakeholder(world.account)
    for number in range(56):
        secret = number % 2 == 0
        factories.make_case(
            world.account, stranger, ref=f"T-{number}", confidential=secret, updated_at=clock.now()
        )
    there, back = walked(lambda cursor: queries.list_for_client(world.contact, Filters(), cursor))
    found = [ref for page in there for ref in refs(page)]
    assert sorted(found) == sorted(f"T-{number}" for number in range(56) if number % 2)
    assert [refs(page) for page in back] == [refs(page) for page in there]


def test_a_page_that_just_fits_leads_nowhere(world):
    for number in range(PAGE):
        world.make(f"T-{number}")
    page = queries.queue_for(world.agent, Filters())
    assert (len(page.rows), page.earlier, page.later) == (PAGE, None, None)
    empty = queries.queue_for(world.agent, Filters(status="waiting"))
    assert (empty.rows, empty.earlier, empty.later) == ([], None, None)


# Counts


def test_counts_are_of_the_open_cases_of_each_group(world):
    now = clock.now()
    world.make("T-1", owner_id=world.agent.user_id, due_at=now - HOUR)
    world.make("T-2", due_at=now + HOUR, status=Status.WAITING)
    world.make("T-3", due_at=now + 2 * DAY)
    world.make("T-4", owner_id=world.cast.acme.manager.id)
    world.make("T-5", status=Status.RESOLVED, due_at=now - HOUR)
    counted = queries.counts(world.agent, Filters(status="waiting"), now, now + 10 * HOUR)
    assert (counted.total, counted.mine, counted.unassigned) == (4, 1, 2)
    assert (counted.waiting, counted.overdue, counted.today) == (1, 1, 1)
    assert not counted.capped
    assert queries.how_many(world.agent, Filters(status="all", order="updated")) == 5
    assert queries.how_many(world.agent, Filters(status="past", order="updated")) == 1
    stranger = actor_for(world.cast.globex.contact)
    assert queries.counts(stranger, Filters(), now, now).total == 0
    assert queries.how_many(stranger, Filters(status="all")) == 0


def test_counting_stops_beyond_a_thousand(world):
    now = clock.now()
    usual = {
        "account_id": world.account.id,
        "subject": "Many",
        "status": "open",
        "opened_at": now,
        "updated_at": now,
        "recorded_at": now,
    }
    many = [Case(ref=f"M-{number}", **usual) for number in range(MOST_COUNTED + 5)]
    db.session.add_all(many[:MOST_COUNTED])
    db.session.flush()
    counted = queries.counts(world.agent, Filters(), now, now)
    assert (counted.total, counted.capped) == (MOST_COUNTED, False)
    db.session.add_all(many[MOST_COUNTED:])
    db.session.flush()
    counted = queries.counts(world.agent, Filters(), now, now)
    assert (counted.total, counted.capped) == (MOST_COUNTED + 1, True)
    assert queries.how_many(world.agent, Filters(status="all")) == MOST_COUNTED + 1


# The conversation


def said(timeline):
    return [entry.row.body if not entry.kind else entry.kind for entry in timeline.entries]


def test_the_conversation_has_the_oldest_first_and_events_in_their_place(world):
    now = clock.now()
    case = world.make("T-1", opened_at=now - 3 * HOUR)
    agent = world.cast.acme.agent
    factories.make_message(case, world.opener, "one", occurred_at=now - 3 * HOUR)
    factories.make_event(case, "OwnerChanged", now - 2 * HOUR, old_id=None, new_id=agent.id)
    factories.make_message(case, agent, "two", occurred_at=now - HOUR)
    factories.make_event(case, "StatusChanged", now - HOUR, old="open", new="waiting")
    factories.make_event(case, "CaseReopened", now, old="resolved", new="open")
    factories.make_message(case, world.opener, "three", occurred_at=now)
    factories.make_event(case, "MessagePosted", now, message_id=1)
    timeline = queries.conversation(world.contact, case)
    assert said(timeline) == [
        "one",
        "OwnerChanged",
        "two",
        "StatusChanged",
        "CaseReopened",
        "three",
    ]
    assert timeline.latest
    assert timeline.earlier is None
    assert timeline.entries[1].row.whom == agent.name
    assert timeline.entries[2].author == agent.name


@pytest.mark.proves("P2")
def test_a_client_reads_no_note_and_nothing_of_links_and_escalation(world):
    now = clock.now()
    case = world.make("T-1")
    agent = world.cast.acme.agent
    factories.make_message(case, agent, "For all")
    factories.make_message(case, agent, "For us", internal=True)
    for kind in ("CaseLinked", "CaseTransferred", "MissExplained", "TimeSpent"):
        factories.make_event(case, kind, now)
    for side in ("staff", "client"):
        factories.make_event(case, "CaseEscalated", now, side=side, reason="it cannot wait")
    timeline = queries.conversation(world.contact, case)
    assert set(said(timeline)) == {"For all", "CaseEscalated"}
    assert [e.row.payload["side"] for e in timeline.entries if e.kind] == ["client"]
    assert set(said(queries.conversation(world.agent, case))) == {
        "For all",
        "For us",
        "CaseLinked",
        "CaseEscalated",
        "CaseTransferred",
        "MissExplained",
        "TimeSpent",
    }


@pytest.mark.proves("P2")
def test_files_stand_at_their_message_and_internal_ones_for_staff_alone(world):
    case = world.make("T-1")
    message = factories.make_message(case, world.opener)
    for name, internal in (("a.pdf", False), ("b.pdf", True)):
        factories.make_file(
            world.account, case_id=case.id, message_id=message.id, name=name, internal=internal
        )
    for actor, names in ((world.contact, ["a.pdf"]), (world.agent, ["a.pdf", "b.pdf"])):
        [entry] = queries.conversation(actor, case).entries
        assert [file.name for file in entry.files] == names


@pytest.mark.parametrize("same_second", [False, True])
def test_the_conversation_is_read_back_fifty_at_a_time_without_gap(world, same_second):
    """120 messages and 20 events; once each at its own instant, once many in the same second."""
    start = clock.now() - 10 * DAY
    case = world.make("T-1")
    for number in range(120):
        at = start + (number // 60 if same_second else number) * HOUR
        factories.make_message(case, world.opener, f"m{number}", occurred_at=at)
        if number % 6 == 0:
            factories.make_event(case, "StatusChanged", at, old="open", new="waiting")
    pages, mark = [], None
    while True:
        timeline = queries.conversation(world.contact, case, mark)
        pages.insert(0, timeline)
        mark = timeline.earlier
        if mark is None:
            break
    assert [len(page.entries) for page in pages] == [40, 50, 50]
    assert [page.latest for page in pages] == [False, False, True]
    everything = [text for page in pages for text in said(page)]
    messages = [text for text in everything if text.startswith("m")]
    assert messages == [f"m{number}" for number in range(120)]
    assert len(everything) == 140


@pytest.mark.parametrize("mark", ["", "x", "2026-03-02T09:00:00~0", "~", "2026-03-02T09:00:00Z~-1"])
def test_a_mark_that_cannot_be_read_shows_the_newest(world, mark):
    case = world.make("T-1")
    factories.make_message(case, world.opener, "newest")
    timeline = queries.conversation(world.contact, case, mark)
    assert said(timeline) == ["newest"]
    assert timeline.latest


# Names people type


@pytest.mark.proves("T3")
def test_what_is_foreign_is_called_in_vain_like_what_does_not_exist(world):
    globex = world.cast.globex
    theirs = factories.make_case(globex.account, globex.contact_person, ref="T-9")
    mine = world.make("T-1")
    factories.make_order(globex.account, ref="PO-9")
    order = factories.make_order(world.account, ref="PO-1")
    own = globex.contact_person
    for actor in (world.agent, world.contact):
        here = world.account.id
        assert queries.case_called(actor, "t-1") is mine
        assert queries.case_called(actor, theirs.ref) is queries.case_called(actor, "T-0") is None
        assert queries.order_called(actor, here, "PO-1") is order
        assert queries.order_called(actor, here, "PO-9") is None
        assert queries.order_called(actor, globex.account.id, "PO-9") is None
        assert queries.colleague_called(actor, here, world.opener.email) is world.opener
        assert queries.colleague_called(actor, here, own.email) is None
        assert queries.colleague_called(actor, globex.account.id, own.email) is None
        assert queries.account_called(actor, "ACME") is world.account
        assert queries.account_called(actor, "Globex") is None
    assert queries.staff_called(world.account.id, "agent@acme.test") is world.cast.acme.agent
    assert queries.staff_called(world.account.id, "agent@globex.test") is None
    assert queries.staff_called(world.account.id, "contact@acme.test") is None


def test_a_name_that_two_people_bear_calls_neither(world):
    for _ in range(2):
        factories.make_stakeholder(world.account, name="Ana Lima")
    only = factories.make_stakeholder(world.account, name="Rui Lima")
    gone = factories.make_stakeholder(world.account, name="Eva Lima", active=False)
    assert queries.colleague_called(world.agent, world.account.id, "Ana Lima") is None
    assert queries.colleague_called(world.agent, world.account.id, "rui lima") is only
    assert queries.colleague_called(world.agent, world.account.id, gone.name) is None


def test_a_client_opens_in_their_own_name_whatever_they_type(world):
    sponsor = world.cast.acme.sponsor_person
    opener = queries.opener_called(world.contact, world.account, sponsor.email)
    assert opener is world.opener
    assert queries.opener_called(world.agent, world.account, sponsor.email) is sponsor
    assert queries.opener_called(world.agent, world.account, "") is None


# What it costs


@pytest.mark.parametrize("who", ["agent", "contact", "executive", "own"])
def test_lists_and_cases_cost_the_same_few_statements_however_much_there_is(app, client, cast, who):
    with app.app_context():
        account, person = cast.acme.account, factories.make_stakeholder(cast.acme.account)
        user = factories.make_user(email="own@acme.test")
        factories.make_grant(user, Role.CONTACT, account, reach=Reach.OWN, stakeholder_id=person.id)
        case = factories.make_case(account, person, ref="T-1")
        factories.make_message(case, person)
        db.session.commit()
    reader = client.as_("acme.own" if who == "own" else who)
    paths = ("/cases", "/cases?status=all&account=ACME", "/cases/T-1")
    few = {path: cost(app, reader, path) for path in paths}
    with app.app_context():
        for number in range(25):
            other = factories.make_case(account, person, owner_id=cast.acme.agent.id)
            factories.make_message(case, person, f"more {number}")
            factories.make_message(other, person)
            factories.name_on(case, factories.make_stakeholder(account))
            factories.make_order(account)
            factories.make_event(case, "StatusChanged", clock.now(), old="open", new="waiting")
        db.session.commit()
    many = {path: cost(app, reader, path) for path in paths}
    assert many == few
    assert max(many.values()) <= 6


def cost(app, reader, path):
    """How many statements a page takes, once what is kept in memory is there."""
    assert reader.get(path).status_code == 200
    with statements(app) as seen:
        assert reader.get(path).status_code == 200
    return len(seen)
