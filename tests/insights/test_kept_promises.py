"""F7 to F9 and the misses from the ledger: what was decided, and what nobody has noticed yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Kind, Priority
from portal.cases.operations import NewCase
from portal.db import db, opened
from portal.identity.actors import actor_for
from portal.insights.queries import figures_for
from portal.sla import ledger
from portal.sla.models import PromiseRow
from tests import factories

QUARTER = (date(2026, 1, 1), date(2026, 4, 1))
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 2, 2, 9, 30, tzinfo=UTC)
NOTHING = {"numerator": 0, "denominator": 0, "value": None}


@pytest.fixture
def acme(session, cast, now):
    """Acme on a plan in business hours of Lisbon."""
    now.move_to(MONDAY)
    targets = {"high": (4 * 3600, 4 * 3600, 18 * 3600, None)}
    factories.make_plan("gold", factories.make_calendar("Office"), targets)
    agreed = update(Account).where(Account.id == cast.acme.account.id).values(sla_plan="gold")
    db.session.execute(opened(agreed, Account, why="a test"))
    return cast.acme


def opened_case(acme):
    return operations.open_case(
        acme.account,
        NewCase("Bearings rattle", "They do.", priority=Priority.HIGH),
        by=actor_for(acme.contact),
        opener=acme.contact_person,
    )


def ask(acme, **about):
    found = figures_for(SYSTEM, acme.account, QUARTER, **about)
    return found["F7"], found["F8"], found["F9"], found["misses"]


def test_what_was_kept_and_what_was_missed(acme, now):
    case, agent, contact = opened_case(acme), actor_for(acme.agent), actor_for(acme.contact)
    now.shift(HOUR)
    operations.post_message(case, body="Which one?", by=agent)
    operations.post_message(case, body="The left one.", by=contact)
    now.shift(5 * HOUR)
    operations.post_message(case, body="Mended.", by=agent)
    operations.resolve(case, by=agent)
    response, resolution, following, misses = ask(acme)
    assert response == resolution == {"numerator": 1, "denominator": 1, "value": 100.0}
    assert following == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert misses == [{"case": case.ref, "target": "next response", "at": "2026-02-02T14:30:00Z"}]


def test_a_miss_that_nobody_noticed_counts_where_it_happened(acme, now):
    case = opened_case(acme)
    now.shift(4 * HOUR)
    assert ask(acme) == (NOTHING, NOTHING, NOTHING, [])
    now.shift(1)
    unnoticed = ask(acme)
    assert unnoticed[0] == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert unnoticed[3] == [{"case": case.ref, "target": "response", "at": "2026-02-02T13:30:00Z"}]
    assert len(ledger.lapse(now_at(now))) == 1
    assert ask(acme) == unnoticed
    assert ask(acme, as_of=MONDAY + 4 * HOUR)[0] == NOTHING


def now_at(now):
    return datetime.now(UTC)


def test_a_cause_stands_with_its_miss(acme, now):
    opened_case(acme)
    now.shift(5 * HOUR)
    ledger.lapse(now_at(now))
    told = update(PromiseRow).where(PromiseRow.target == "response").values(cause="a strike")
    db.session.execute(opened(told, PromiseRow, why="a test"))
    assert [one["cause"] for one in ask(acme)[3]] == ["a strike"]


def test_only_normal_cases_of_the_account_count(acme, cast, now):
    case = opened_case(acme)
    now.shift(9 * HOUR)
    assert figures_for(SYSTEM, cast.globex.account, QUARTER)["misses"] == []
    case.kind = Kind.SPAM
    db.session.flush()
    assert ask(acme) == (NOTHING, NOTHING, NOTHING, [])


def test_what_was_promised_long_ago_and_decided_in_the_period(acme, now):
    """A case that was solved before the period but never answered still owes its first response."""
    now.move_to(datetime(2025, 12, 31, 17, 0, tzinfo=UTC))
    case = opened_case(acme)
    operations.resolve(case, by=actor_for(acme.agent))
    now.move_to(MONDAY)
    response, resolution, _, misses = ask(acme)
    assert response == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert resolution == NOTHING
    assert [(one["case"], one["at"]) for one in misses] == [(case.ref, "2026-01-01T12:00:00Z")]
