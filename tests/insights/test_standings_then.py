"""Many accounts side by side as of an instant: what the kept sums say now, and what was known then, whatever came since."""

from datetime import timedelta

import pytest
from hypothesis import example, given

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Priority
from portal.db import db
from portal.identity.actors import actor_for
from portal.insights import days
from portal.insights.queries import figures_for
from portal.insights.scope import Scope
from portal.insights.standings import standings
from portal.insights.standings_then import known_at
from portal.insights.workload import desks
from tests import factories
from tests.insights.test_known_then import (
    BEGIN,
    LATER,
    QUARTER,
    THEN,
    _names,
    opened,
    plan,  # noqa: F401
    written_late,
)
from tests.insights.test_merges import OPENINGS, PROPERTY, STEPS, company_that_lived, joined, lived
from tests.insights.test_random_in_database import SEEDS, random_rows  # noqa: F401
from tests.insights.test_standings import EXECUTIVE, PERIODS, asked, differing


def told(account, as_of=THEN):
    """Everything that a portfolio reads of an account and of the desks."""
    known = known_at(Scope(EXECUTIVE, account), asked(QUARTER), as_of)
    (one,) = known.standings
    return one.figures, one.before, one.work, one.escalated, one.health, known.misses, known.open


def test_as_of_now_it_is_what_the_kept_sums_and_the_account_alone_say(random_rows):  # noqa: F811
    for seed, each in zip(SEEDS, random_rows, strict=True):
        days.rebuild()
        for period in PERIODS:
            kept = {one.account.id: one for one in standings(Scope(EXECUTIVE), asked(period))}
            known = known_at(Scope(EXECUTIVE), asked(period), clock.now())
            assert [one.account.id for one in known.standings] == list(kept)
            for one in known.standings:
                account = next(a for a in each.rows.account.values() if a.id == one.account.id)
                want = figures_for(SYSTEM, account, period)
                assert list(differing(one, want)) == [], (seed, account.ref, period)
                assert one.figures == kept[one.account.id].figures, (seed, account.ref, period)
                assert one.before.counts["opened"] == kept[one.account.id].before.counts["opened"]
                missed = [row for row in known.misses if row.account_id == account.id]
                assert len(missed) == len(want["misses"])


@PROPERTY
@given(openings=OPENINGS, steps=STEPS, later=STEPS, late=LATER)
@example(
    openings=[(60, Priority.LOW), (60, Priority.HIGH)],
    steps=[(9000, "wait", 0), (60, "resolve", 1)],
    later=[(461, "urgent", 0), (60, "resolve", 0), (60, "reopen", 1), (60, "merge", 0)],
    late=[("resolved", 0, 5000), ("answer", 1, 9100)],
)
def test_what_was_known_then_stays_what_it_was(
    plan,  # noqa: F811
    now,
    openings,
    steps,
    later,
    late,
):
    company, cases = company_that_lived(openings, steps, now, until=THEN)
    now.move_to(THEN)
    days.rebuild([company.account.id])
    (kept,) = standings(Scope(EXECUTIVE, company.account), asked(QUARTER))
    work, _names_of = desks(Scope(EXECUTIVE, company.account), kept.now)
    now.shift(60)
    known = told(company.account)
    assert (kept.figures, kept.work) == (known[0], known[2])
    at_once = {who: (one.open, one.overdue) for who, one in work.items() if one.open}
    assert {who: (one.open, one.overdue) for who, one in known[-1].items()} == at_once
    lived(later, cases, company, now)
    for kind, which, minutes in late:
        case = cases[which]
        at = min(case.opened_at + timedelta(minutes=minutes), THEN - timedelta(minutes=1))
        now.shift(60)
        if not case.merged_into_id:
            written_late(case, company, kind, at)
    joined(cases[0], cases[-1], company)
    now.shift(60)
    assert told(company.account) == known


def test_a_desk_is_that_of_who_had_the_case_then(plan, now):  # noqa: F811
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    case = opened(company, Priority.URGENT)
    operations.assign(case, company.agent.id, by=actor_for(company.manager))
    now.move_to(THEN + timedelta(days=1))
    operations.assign(case, company.manager.id, by=actor_for(company.manager))
    then, today = (known_at(Scope(EXECUTIVE), asked(QUARTER), at) for at in (THEN, clock.now()))
    assert {who: (one.open, one.overdue) for who, one in then.open.items()} == {
        company.agent.id: (1, 1)
    }
    assert list(today.open) == [company.manager.id]


@pytest.mark.proves("P1")
def test_an_account_written_down_later_or_of_somebody_else_is_not_there(session, cast, now):
    later = factories.make_account(ref="later", name="Later", created_at=clock.now())
    db.session.flush()
    then = clock.now() - timedelta(seconds=1)
    refs = [one.account.ref for one in known_at(Scope(EXECUTIVE), asked(QUARTER), then).standings]
    assert later.ref not in refs
    mine = Scope(actor_for(cast.acme.manager), manager_id=cast.acme.manager.id)
    found = known_at(mine, asked(QUARTER), clock.now()).standings
    assert [one.account.ref for one in found] == [cast.acme.account.ref]
