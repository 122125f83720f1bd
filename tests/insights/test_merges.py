"""Merged cases in the figures: promises, sums by day and month and the past as it was known, over random histories (C2, C4)."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations, promise_history, reactions
from portal.cases.models import Case, Priority
from portal.cases.operations import (
    AlreadySo,
    CaseIsFinished,
    CaseIsOpen,
    EscalatedLately,
    MergeRefused,
)
from portal.db import db
from portal.identity.actors import actor_for
from portal.insights import days, months
from portal.sla import watching
from portal.sla.running import owed, seconds
from tests import factories
from tests.cases.test_promising import facts
from tests.insights.test_known_then import (
    BEGIN,
    LIVE,
    _names,
    ask,
    monthly,
    opened,
    plan,  # noqa: F401
    promises,
)

ACTS = sorted(LIVE.keys() - {"sweep"})
"""What people do; lapses are noticed by the job, which tells of them."""
STEPS = st.lists(
    st.tuples(st.integers(1, 15_000), st.sampled_from([*ACTS, *["merge"] * 6]), st.integers(0, 3)),
    min_size=3,
    max_size=16,
)
OPENINGS = st.lists(
    st.tuples(st.integers(1, 4000), st.sampled_from(list(Priority))), min_size=2, max_size=4
)
PROPERTY = settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def begun(company, openings, now):
    cases = []
    for minutes, priority in openings:
        cases.append(opened(company, priority))
        now.shift(minutes * 60)
    return cases


def lived(steps, cases, company, now, until=None):
    """How many merges there were; what cannot be is left out."""
    merged = 0
    for minutes, action, which in steps:
        if until is not None and clock.now() + (minutes * BEGIN.resolution * 60_000_000) >= until:
            return merged
        now.shift(minutes * 60)
        case = cases[which % len(cases)]
        if case.merged_into_id:
            continue
        if action == "merge":
            merged += joined(case, cases[(which + 1) % len(cases)], company)
        else:
            with suppress(AlreadySo, CaseIsFinished, CaseIsOpen, EscalatedLately):
                LIVE[action](case, company)
    return merged


def joined(case, into, company):
    try:
        operations.merge_case(case, into=into, by=actor_for(company.agent))
    except MergeRefused:
        return 0
    return 1


def wrong(company):
    """What the jobs keep wrongly of the company or the house; those of other examples lived in what is the future now."""
    reactions.watch({})
    days.catch_up({})
    ours = (f"account {company.account.id}", "the house")
    return [words for words in days.check() if words.endswith(ours)]


def counted_up(cases):
    now = clock.now()
    watching.lapse(now)
    for case in cases:
        for one in owed(case.id):
            if one.is_open:
                one.keep(one.ticking.counted(one.clock, seconds(now)))
    db.session.flush()


@PROPERTY
@given(openings=OPENINGS, steps=STEPS)
def test_the_ledger_kept_over_merges_equals_the_one_from_the_whole_history(
    plan,  # noqa: F811
    now,
    openings,
    steps,
):
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    cases = begun(company, openings, now)
    lived(steps, cases, company, now)
    now.shift(1)
    counted_up(cases)
    kept = [facts(case) for case in cases]
    db.session.expire_all()
    promise_history.rebuild([case.id for case in cases])
    assert kept == [facts(case) for case in cases]


@PROPERTY
@given(openings=OPENINGS, steps=STEPS)
def test_sums_by_day_and_month_are_those_of_a_recount(plan, now, openings, steps):  # noqa: F811
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    cases = begun(company, openings, now)
    days.catch_up({})
    for step in steps:
        lived([step], cases, company, now)
        if step[1] == "merge":
            assert wrong(company) == []
    assert wrong(company) == []
    assert months.check() == []
    five = ask(company)["F5"]
    came = five["start"] + five["opened"] + five["reopened"]
    assert five["end"] == came - five["resolved"] - five["cancelled"]


@PROPERTY
@given(openings=OPENINGS, steps=STEPS, later=STEPS)
def test_what_was_known_before_a_merge_stays_what_it_was(
    plan,  # noqa: F811
    now,
    openings,
    steps,
    later,
):
    """C2: with an instant before a merge both cases exist, each with its own words, promises and opening."""
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    cases = begun(company, openings, now)
    lived(steps, cases, company, now)
    now.shift(60)
    then = clock.now()
    known, by_month = ask(company), monthly(company)
    now.shift(60)
    lived(later, cases, company, now)
    for case in cases:
        joined(case, cases[-1], company)
    now.shift(60)
    assert ask(company, as_of=then) == known
    assert monthly(company, as_of=then) == by_month


@pytest.mark.parametrize("target", ["next response", "resolution"])
def test_the_cause_known_before_a_merge_stays_what_it_was(plan, now, target):  # noqa: F811
    """C2: the merge gives promises other numbers, and the first resolution another beginning."""
    now.move_to(BEGIN + timedelta(days=7))
    company = factories.make_company(next(_names), sla_plan="gold")
    other, case = begun(company, [(600, Priority.URGENT)] * 2, now)
    for about in (other, case):
        lived([(1, "reply", 0), (1, "say", 0)], [about], company, now)
    lived([(1, "reply", 0), (10_000, "sweep", 0)], [other], company, now)
    promise = next(row for row in promises(case) if row.target == target)
    operations.explain_miss(case, promise.id, cause="the storm", by=SYSTEM)
    then = clock.now()
    now.shift(60)
    known = ask(company, as_of=then)
    assert "the storm" in repr(known["misses"])
    assert joined(other, case, company)
    now.shift(60)
    assert ask(company, as_of=then) == known


def test_merges_do_happen_in_these_histories(plan, now):  # noqa: F811
    """Without this, the tests above could pass on histories without any."""
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    cases = begun(company, [(60, Priority.HIGH)] * 3, now)
    steps = [(60, "reply", 0), (600, "merge", 0), (60, "say", 1), (60, "merge", 1)]
    assert lived(steps, cases, company, now) == 2
    assert [case.merged_into_id for case in cases] == [cases[2].id, cases[2].id, None]
    assert cases[2].opened_at == BEGIN
    assert ask(company)["F1"]["value"] == 0
    assert db.session.scalars(Case.unscoped("x").where(Case.merged_into_id.is_(None))).one()
