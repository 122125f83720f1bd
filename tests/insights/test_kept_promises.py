"""F7 to F9 and the misses from the ledger: what was decided, and what nobody has noticed yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Kind, Priority, Status
from portal.cases.operations import NewCase
from portal.db import db, opened
from portal.identity.actors import actor_for
from portal.insights.queries import figures_for
from portal.sla import watching
from portal.sla.models import Contract, PlanTarget, PlanVersion, PromiseRow
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


def opened_case(acme, category=""):
    return operations.open_case(
        acme.account,
        NewCase("Bearings rattle", "They do.", priority=Priority.HIGH, category=category),
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
    assert len(watching.lapse(clock.now())) == 1
    assert ask(acme) == unnoticed
    assert ask(acme, as_of=MONDAY + 4 * HOUR)[0] == NOTHING


def test_a_cause_stands_with_its_miss(acme, now):
    opened_case(acme)
    now.shift(5 * HOUR)
    watching.lapse(clock.now())
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


def test_times_run_on_what_was_agreed_when_the_case_was_opened(acme, now):
    """Four hours in the evening: one of them by the plan, all four by the later contract."""
    always = factories.make_calendar("Always", weekly=[[[0, 1440]]] * 7)
    contract = Contract(
        account_id=acme.account.id,
        calendar_id=always.id,
        begins_on=date(2026, 2, 10),
        created_at=MONDAY,
    )
    db.session.add(contract)
    for opened_at in (datetime(2026, 2, 6, 17, tzinfo=UTC), datetime(2026, 2, 10, 17, tzinfo=UTC)):
        now.move_to(opened_at)
        case = opened_case(acme)
        now.shift(HOUR * 4)
        operations.post_message(case, body="Mended.", by=actor_for(acme.agent))
        operations.resolve(case, by=actor_for(acme.agent))
    found = figures_for(SYSTEM, acme.account, QUARTER)
    assert found["F6"] == {"n": 2, "p50": 3600, "p90": 4 * 3600}
    assert (found["F10"]["p50"], found["F10"]["lived_p50"]) == (3600, 4 * 3600)


def test_the_calendar_follows_the_priority_and_the_category(acme, now):
    always = factories.make_calendar("Always", weekly=[[[0, 1440]]] * 7)
    version = db.session.scalars(select(PlanVersion)).one()
    for priority, category in (("urgent", ""), ("high", "safety")):
        own = PlanTarget(
            version_id=version.id, priority=priority, category=category, calendar_id=always.id
        )
        db.session.add(own)
    db.session.flush()
    now.move_to(datetime(2026, 2, 6, 17, tzinfo=UTC))
    cases = [opened_case(acme), opened_case(acme, category="safety"), opened_case(acme)]
    now.shift(2 * HOUR)
    operations.change_priority(cases[2], Priority.URGENT, by=actor_for(acme.agent))
    now.shift(2 * HOUR)
    for case in cases:
        operations.resolve(case, by=actor_for(acme.agent))
    known = clock.now()
    now.shift(HOUR)
    operations.reopen(cases[0], by=actor_for(acme.agent))
    operations.change_priority(cases[0], Priority.URGENT, by=actor_for(acme.agent))
    found = figures_for(SYSTEM, acme.account, QUARTER, as_of=known)["F10"]
    assert (found["n"], found["p50"], found["p90"]) == (3, 3 * 3600, 4 * 3600)


def test_waiting_on_the_client_in_business_hours(acme, now):
    case, agent = opened_case(acme), actor_for(acme.agent)
    now.shift(HOUR)
    operations.post_message(case, body="Which one?", by=agent, then=Status.WAITING)
    now.shift(24 * HOUR)
    operations.post_message(case, body="The left one.", by=actor_for(acme.contact))
    now.shift(2 * HOUR)
    operations.resolve(case, by=agent)
    found = figures_for(SYSTEM, acme.account, QUARTER)
    assert found["F11"] == {"numerator": 9 * 3600, "denominator": 12 * 3600, "value": 75.0}
