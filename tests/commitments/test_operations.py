"""Commitments: written down, moved, kept, late, dropped; counted as F25 says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock
from portal.accounts.keyset import cursor_from
from portal.actor import SYSTEM
from portal.commitments import operations, queries
from portal.commitments.drafts import Draft
from portal.commitments.models import Commitment, Entry, Outcome, Party
from portal.db import db
from portal.events import Event
from portal.identity.actors import actor_for
from portal.insights.queries import figures_for
from tests import factories

DAY = date(2026, 3, 31)


@pytest.fixture
def acme(session):
    return factories.make_company("acme")


def make(acme, **changes):
    values = {"side": Party.US, "title": "Send the plan", "due_on": DAY} | changes
    return operations.make_commitment(acme.account, Draft(**values), by=actor_for(acme.manager))


def kinds():
    statement = Event.unscoped("test").with_only_columns(Event.kind).order_by(Event.id)
    return list(db.session.scalars(statement))


def test_its_day_ends_where_the_account_is(acme):
    acme.account.timezone = "Atlantic/Azores"
    row = make(acme)
    assert row.due_at == datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    acme.account.timezone = "Europe/Rome"
    assert make(acme).due_at == datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "letter"), list(zip(Entry, "ADMG", strict=True)))
def test_each_kind_has_references_of_its_own(acme, kind, letter):
    assert make(acme, kind=kind).ref.startswith(f"{letter}-")


def test_the_owner_stands_on_its_own_side(acme):
    person = factories.make_stakeholder(acme.account)
    both = {"user_id": acme.manager.id, "stakeholder_id": person.id}
    ours, theirs = make(acme, **both), make(acme, side=Party.CLIENT, **both)
    assert (ours.user_id, ours.stakeholder_id) == (acme.manager.id, None)
    assert (theirs.user_id, theirs.stakeholder_id) == (None, person.id)


def test_moving_the_day_says_both_days(acme):
    row = make(acme)
    later = Draft(side=Party.US, title="Send the plan", due_on=date(2026, 4, 30))
    operations.change_commitment(acme.account, row, later, by=SYSTEM)
    operations.change_commitment(acme.account, row, later, by=SYSTEM)
    assert kinds() == ["CommitmentMade", "CommitmentChanged"]
    event = db.session.scalars(Event.unscoped("test").order_by(Event.id.desc())).first()
    assert event.payload["old_due_on"] == "2026-03-31"
    assert event.payload["new_due_on"] == "2026-04-30"


def test_another_figure_begins_anew(acme):
    """What the figure was before is of that figure alone: seconds are no percentage."""
    row = make(acme, figure="F12")
    operations.note_figures(acme.account.id, {row.ref: "8.3"})
    db.session.refresh(row)
    assert row.before == "8.3"
    moved = {"side": Party.US, "title": "Send the plan today", "due_on": DAY}
    operations.change_commitment(acme.account, row, Draft(**moved, figure="F12"), by=SYSTEM)
    assert row.before == "8.3"
    operations.change_commitment(acme.account, row, Draft(**moved, figure="F6"), by=SYSTEM)
    assert (row.figure, row.before) == ("F6", "")


def test_what_is_closed_is_not_changed_or_closed_again(acme):
    row = make(acme)
    operations.finish_commitment(row, by=SYSTEM)
    done_at = row.done_at
    for again in (
        lambda: operations.finish_commitment(row, by=SYSTEM),
        lambda: operations.drop_commitment(row, reason="No", by=SYSTEM),
        lambda: operations.change_commitment(
            acme.account, row, Draft(side=Party.US, title="Other"), by=SYSTEM
        ),
    ):
        with pytest.raises(operations.CommitmentClosed):
            again()
    assert (row.outcome, row.done_at, row.title) == (Outcome.DONE, done_at, "Send the plan")
    operations.reopen_commitment(row, by=SYSTEM)
    assert (row.outcome, row.done_at, row.closed_at) == (Outcome.OPEN, None, None)
    with pytest.raises(operations.NotClosed):
        operations.reopen_commitment(row, by=SYSTEM)


def test_nothing_is_dropped_without_a_reason(acme):
    row = make(acme)
    with pytest.raises(operations.ReasonMissing):
        operations.drop_commitment(row, reason="  ", by=SYSTEM)
    assert row.is_open
    operations.drop_commitment(row, reason=" The line was sold ", by=SYSTEM)
    assert (row.outcome, row.reason) == (Outcome.DROPPED, "The line was sold")


def test_states_in_words(acme):
    now = clock.now()
    rows = {
        "open": make(acme, due_on=date(2099, 1, 1)),
        "late": make(acme, due_on=date(2020, 1, 1)),
        "kept": make(acme, due_on=date(2099, 1, 1)),
        "done_late": make(acme, due_on=date(2020, 1, 1)),
        "dropped": make(acme),
    }
    for name in ("kept", "done_late"):
        operations.finish_commitment(rows[name], by=SYSTEM)
    operations.drop_commitment(rows["dropped"], reason="Sold", by=SYSTEM)
    actor = actor_for(acme.manager)
    assert {name: queries.line_of(actor, row).state(now) for name, row in rows.items()} == {
        name: name for name in rows
    }


def test_f25_counts_each_side_by_its_due_day(acme, now):
    """Due on the last day of the quarter and done in its last second: kept; the next day: not."""
    rows = [
        make(acme),
        make(acme),
        make(acme, side=Party.CLIENT),
        make(acme, side=Party.CLIENT, due_on=date(2026, 4, 1)),
        make(acme, kind=Entry.DECISION),
    ]
    begin = rows[0].due_at - clock.now()
    now.shift(begin)
    operations.finish_commitment(rows[0], by=SYSTEM)
    now.shift(timedelta(seconds=1))
    operations.finish_commitment(rows[1], by=SYSTEM)
    found = figures_for(SYSTEM, acme.account, (date(2026, 1, 1), date(2026, 4, 1)))
    assert found["F25"] == {
        "us": {"numerator": 1, "denominator": 2, "value": 50.0},
        "client": {"numerator": 0, "denominator": 1, "value": 0.0},
    }


def test_a_later_look_back_knows_what_was_done_by_then(acme, now):
    row = make(acme)
    begin = clock.now()
    now.shift(timedelta(days=1))
    operations.finish_commitment(row, by=SYSTEM)
    period = (date(2026, 1, 1), date(2026, 4, 1))
    now.shift(timedelta(days=60))
    found = figures_for(SYSTEM, acme.account, period, as_of=begin + timedelta(hours=1))
    assert found["F25"]["us"]["numerator"] == 0
    assert figures_for(SYSTEM, acme.account, period)["F25"]["us"]["numerator"] == 1


def test_the_ledger_turns_its_pages_with_what_is_open_first(acme):
    for number in range(30):
        row = make(acme, title=f"Item {number}", due_on=DAY + timedelta(days=number))
        if number % 2:
            operations.finish_commitment(row, by=SYSTEM)
    actor, seen, after = actor_for(acme.manager), [], None
    while True:
        cursor = cursor_from(after, None, int, date.fromisoformat, int)
        found = queries.ledger(actor, acme.account, cursor, kind=Entry.COMMITMENT, limit=7)
        seen += found.rows
        after = found.later
        if after is None:
            break
    assert len({line.ref for line in seen}) == 30
    assert [line.outcome for line in seen] == ["open"] * 15 + ["done"] * 15
    assert db.session.scalars(Commitment.unscoped("test")).all()
