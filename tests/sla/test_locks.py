"""Two real connections: something happens to a case while its calendar changes; neither is lost, neither is killed."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases import due_dates, operations, promise_history, promising
from portal.cases.models import Case, Status
from portal.cases.operations import NewCase
from portal.db import db, opened, transaction
from portal.identity.actors import actor_for
from portal.jobs.models import Job
from portal.sla.drafts import Closing
from portal.sla.models import BusinessCalendar, PromiseRow
from portal.sla.operations import calendars
from tests import factories

pytestmark = pytest.mark.on("postgres")
H = 3600
SOON = 5


@pytest.fixture
def running(app, cast, now):
    """A case of Acme that staff answered and that waits for the client, on business hours of Lisbon."""
    with app.app_context(), transaction():
        plan = {"normal": (9 * H, 9 * H, 45 * H, None)}
        factories.make_plan("gold", factories.make_calendar("Office"), plan)
        agreed = update(Account).values(sla_plan="gold")
        db.session.execute(opened(agreed, Account, why="a test"))
    with app.app_context(), transaction():
        case = operations.open_case(
            cast.acme.account,
            NewCase("Bearings", "They rattle."),
            by=actor_for(cast.acme.contact),
            opener=cast.acme.contact_person,
        )
        now.shift(60)
        agent = actor_for(cast.acme.agent)
        operations.post_message(case, body="Which?", by=agent, then=Status.WAITING)
        now.shift(60)
        return case.id


def the_case(number):
    return db.session.scalars(Case.unscoped("a test").where(Case.id == number)).one()


def answer(app, cast, number, held=None, go_on=None):
    """The client answers; with `held`, says so once it holds what it needs, and waits to commit."""
    with app.app_context(), transaction():
        operations.post_message(the_case(number), body="The left.", by=actor_for(cast.acme.contact))
        db.session.flush()
        if held is not None:
            held.set()
            assert go_on.wait(SOON)


def close_a_day(app, held=None, go_on=None):
    """Tomorrow is closed; with `held` as above."""
    with app.app_context(), transaction():
        calendar = db.session.scalars(select(BusinessCalendar)).one()
        calendars.set_day(calendar, Closing(date(2026, 3, 3), "Closed"), by=SYSTEM)
        if held is not None:
            held.set()
            assert go_on.wait(SOON)


def ledger_of(number):
    columns = ("target", "spent", "due_at", "state", "clock_id")
    table = PromiseRow.__table__.c
    rows = select(*(table[name] for name in columns)).where(table.case_id == number)
    found = db.session.execute(
        opened(rows.order_by(table.begins_at, table.id), PromiseRow, why="x")
    )
    return sorted(map(tuple, found))


@pytest.mark.parametrize("first", ["the answer", "the calendar"])
def test_neither_is_lost_and_neither_is_killed(app, cast, running, first):
    held, go_on, faults = threading.Event(), threading.Event(), []

    def kept(act, *given):
        try:
            act(*given)
        except Exception as fault:
            faults.append(fault)

    acts = [(answer, app, cast, running), (close_a_day, app)]
    if first == "the calendar":
        acts.reverse()
    one = threading.Thread(target=kept, args=(*acts[0], held, go_on))
    other = threading.Thread(target=kept, args=acts[1])
    one.start()
    assert held.wait(SOON)
    other.start()
    other.join(0.5)
    assert other.is_alive(), "the second must wait for the first"
    go_on.set()
    for thread in (one, other):
        thread.join(SOON)
    assert faults == []
    both_are_kept(app, running)


def both_are_kept(app, number):
    """Nine hours of the answer's minute less what was left of Monday, with Tuesday closed; as the history says too."""
    with app.app_context(), transaction():
        for job in db.session.scalars(select(Job).where(Job.kind == due_dates.FALL_DUE)):
            due_dates.fall_due(job.payload)
    with app.app_context():
        rows, due = ledger_of(number), the_case(number).due_at
        assert due == min(row[2] for row in rows if row[3] == "open")
        assert due - clock.now() == timedelta(days=2)
        promise_history.rebuild([number])
        assert [row[2:] for row in rows] == [row[2:] for row in ledger_of(number)]


def test_an_answer_that_holds_its_case_counts_on_the_calendar_as_it_becomes(
    app, cast, running, monkeypatch
):
    """The answer holds the case, the calendar all else: the change leaves the case, the answer waits for the change."""
    case_held, go_on, changed, commit = (threading.Event() for _ in range(4))
    owed, faults = promising.owed, []

    def wait_and_read(number):
        case_held.set()
        assert go_on.wait(SOON)
        return owed(number)

    monkeypatch.setattr(promising, "owed", wait_and_read)

    def kept(act, *given):
        try:
            act(*given)
        except Exception as fault:
            faults.append(fault)

    answering = threading.Thread(target=kept, args=(answer, app, cast, running))
    changing = threading.Thread(target=kept, args=(close_a_day, app, changed, commit))
    answering.start()
    assert case_held.wait(SOON)
    changing.start()
    assert changed.wait(SOON), "the change must not wait for the case"
    go_on.set()
    answering.join(0.5)
    commit.set()
    for thread in (answering, changing):
        thread.join(SOON)
    assert faults == []
    both_are_kept(app, running)
