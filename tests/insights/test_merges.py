"""Merged cases in the figures: promises, sums by day and month and the past as it was known, over random histories (C2, C4)."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations, promise_history, reactions
from portal.cases.models import Case, LinkKind, Priority
from portal.cases.operations import (
    AlreadySo,
    CaseIsFinished,
    CaseIsOpen,
    EscalatedLately,
    LinkRefused,
    MergeRefused,
)
from portal.db import db
from portal.feedback.models import Survey, SurveyKind
from portal.identity.actors import actor_for
from portal.insights import days, months
from portal.insights.models import StaleMark
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
SCORES = (1, 5, 3)


def rate(case, company, score):
    """The client's answer about a case, as its survey brought it."""
    asked = {"account_id": case.account_id, "case_id": case.id, "kind": SurveyKind.CSAT}
    given = {"sent_at": clock.now(), "answered_at": clock.now(), "score": score}
    db.session.add(Survey(**asked, **given, stakeholder_id=company.contact_person.id))
    stale = {"account_id": case.account_id, "case_id": case.id, "marked_at": clock.now()}
    db.session.add(StaleMark(**stale))
    db.session.flush()


BESIDE = ("rate", "rated", "repeats")


def beside(action, case, cases, which, company):
    """What hangs on a case besides words and turns."""
    if action == "rate":
        rate(case, company, SCORES[which % 3])
    elif action == "rated":
        operations.resolve(case, by=actor_for(company.agent), rating=4)
    else:
        earlier = cases[(which + 2) % len(cases)]
        operations.link(case, earlier, LinkKind.REPEAT, by=actor_for(company.agent))
    db.session.flush()


STEPS = st.lists(
    st.tuples(
        st.integers(1, 15_000),
        st.sampled_from([*ACTS, *BESIDE, *BESIDE, *["merge"] * 6]),
        st.integers(0, 3),
    ),
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
            with suppress(AlreadySo, CaseIsFinished, CaseIsOpen, EscalatedLately, LinkRefused):
                if action in BESIDE:
                    beside(action, case, cases, which, company)
                else:
                    LIVE[action](case, company)
    return merged


def company_that_lived(openings, steps, now, until=None):
    """A company with a plan and its cases, after what happened up to an instant."""
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    cases = begun(company, openings, now)
    lived(steps, cases, company, now, until)
    return company, cases


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
    _company, cases = company_that_lived(openings, steps, now)
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
    company, cases = company_that_lived(openings, steps, now)
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


def test_what_hangs_on_a_case_counts_for_the_one_it_becomes(plan, now):  # noqa: F811
    """F13, F16, F18, F19, F24, F31: nothing vanishes and nothing counts twice; before the merge both had their own."""
    now.move_to(BEGIN + timedelta(days=7))
    company = factories.make_company(next(_names), sla_plan="gold")
    old, gone, case, later = begun(company, [(60, Priority.HIGH)] * 4, now)
    agent, contact = actor_for(company.agent), actor_for(company.contact)
    operations.resolve(old, by=agent)
    operations.link(gone, old, LinkKind.REPEAT, by=agent)
    operations.escalate(gone, reason="the line stands", by=contact)
    now.shift(60)
    rate(case, company, 5)
    now.shift(60)
    operations.resolve(gone, by=agent, rating=3)
    rate(gone, company, 2)
    operations.link(later, gone, LinkKind.REPEAT, by=agent)
    now.shift(60)
    then = clock.now()
    known = ask(company)
    assert (known["F18"]["denominator"], known["F18"]["numerator"]) == (2, 1)
    assert known["F31"]["n"] == 1
    now.shift(60)
    assert joined(gone, case, company)
    now.shift(60)
    found = ask(company)
    assert (found["F18"]["denominator"], found["F18"]["numerator"]) == (1, 0)
    assert found["F19"] == known["F19"]
    assert found["F24"]["by_client"] == known["F24"]["by_client"] == 1
    assert found["F31"]["value"] == known["F31"]["value"]
    assert found["F16"]["complaints"] == known["F16"]["complaints"]
    assert ask(company, as_of=then) == known
    assert wrong(company) == []
