"""Month rows kept while people work are those that a rebuild writes."""

from datetime import UTC, date, datetime

import pytest

from portal.actor import SYSTEM, Actor
from portal.cases.models import Kind
from portal.cases.operations import NewCase, open_case, post_message, reopen, resolve, withdraw
from portal.db import db
from portal.events import Happening, log
from portal.insights import months
from portal.insights.models import AccountMonth
from portal.insights.queries import figures_for
from tests import factories


@pytest.fixture
def account(session, monkeypatch):
    monkeypatch.setattr(log, "_projections", dict.fromkeys(months.COUNTED, (months.apply,)))
    return factories.make_account(timezone="Asia/Kolkata")


def rows():
    found = db.session.scalars(AccountMonth.unscoped("a test").order_by(AccountMonth.month)).all()
    return {row.month: row for row in found}


def worked(account, now, at):
    """One case: opened, noted, answered, resolved, answered again, which reopens it."""
    person = factories.make_stakeholder(account)
    them = Actor(
        user_id=factories.make_user().id,
        accounts=frozenset({account.id}),
        stakeholder_ids={account.id: person.id},
    )
    agent = Actor(
        user_id=factories.make_user(is_staff=True).id,
        is_staff=True,
        accounts=frozenset({account.id}),
    )
    now.move_to(at)
    case = open_case(account, NewCase("Leak", "It drips."), by=them, opener=person)
    post_message(case, body="Note.", by=agent, internal=True)
    post_message(case, body="Where?", by=agent)
    now.shift(60)
    resolve(case, by=agent)
    now.shift(3600)
    post_message(case, body="Again.", by=them)
    return case, agent


def test_each_event_counts_in_its_local_month_and_hour(account, now):
    worked(account, now, datetime(2026, 1, 31, 18, 20, tzinfo=UTC))
    (january, february) = rows().values()
    assert (january.month, january.opened, january.resolved, january.reopened) == (
        date(2026, 1, 1),
        1,
        1,
        0,
    )
    assert (february.month, february.opened, february.resolved, february.reopened) == (
        date(2026, 2, 1),
        0,
        0,
        1,
    )
    assert {i: n for i, n in enumerate(january.hours) if n} == {5 * 24 + 23: 1}
    assert {i: n for i, n in enumerate(february.hours) if n} == {6 * 24: 1}
    assert len(january.hours) == len(february.hours) == months.SLOTS


def test_kept_rows_are_what_a_rebuild_writes(account, now):
    other = factories.make_account(timezone="America/Sao_Paulo")
    for day in range(1, 29, 3):
        case, agent = worked(
            account if day % 2 else other, now, datetime(2026, 2, day, 3 * day % 24, tzinfo=UTC)
        )
        if day % 2:
            resolve(case, by=agent)
        else:
            withdraw(case, by=agent)
            reopen(case, by=agent)
    assert months.check() == []
    kept = {key: (r.opened, r.resolved, r.reopened, r.hours) for key, r in _all().items()}
    assert months.rebuild() == len(kept)
    db.session.expire_all()
    assert {key: (r.opened, r.resolved, r.reopened, r.hours) for key, r in _all().items()} == kept
    assert months.rebuild([other.id]) == 1
    assert months.check() == []


def _all():
    return {(r.account_id, r.month): r for r in db.session.scalars(AccountMonth.unscoped("a test"))}


def test_months_agree_with_the_figures(account, now):
    for day in (3, 9, 20):
        worked(account, now, datetime(2026, 2, day, 8, tzinfo=UTC))
    got = figures_for(SYSTEM, account, (date(2026, 2, 1), date(2026, 3, 1)))
    row = rows()[date(2026, 2, 1)]
    assert (row.opened, row.resolved, row.reopened) == tuple(
        got[name]["value"] for name in ("F1", "F2", "F3")
    )
    assert sum(row.hours) == sum(got["F17"].values())


def test_a_changed_row_is_found(account, now):
    worked(account, now, datetime(2026, 2, 3, 8, tzinfo=UTC))
    rows()[date(2026, 2, 1)].opened = 7
    db.session.flush()
    assert months.check() == [(account.id, date(2026, 2, 1))]


def test_what_no_figure_counts_is_in_no_month(account, now):
    case, agent = worked(account, now, datetime(2026, 2, 3, 8, tzinfo=UTC))
    case.kind = Kind.SPAM
    db.session.flush()
    months.rebuild()
    assert rows() == {}
    resolve(case, by=agent)
    assert rows() == {}
    assert months.check() == []


def test_other_events_are_none_of_its_business(session):
    months.apply(log.Recorded(1, Happening(1), datetime(2026, 2, 3, tzinfo=UTC)))
    assert rows() == {}
