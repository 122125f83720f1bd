"""The lists of a review tell each case as it stood at the as-of instant, whatever happened or was recorded since (C2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Priority, Status
from portal.identity.actors import actor_for
from portal.reviews.gathering import material_for
from portal.reviews.periods import Period
from tests import factories
from tests.insights.test_known_then import (
    LATER,
    THEN,
    _names,
    opened,
    plan,  # noqa: F401
    written_late,
)
from tests.insights.test_merges import OPENINGS, STEPS, company_that_lived, joined, lived

QUARTER = Period.parse("2026-Q1")
JANUARY = datetime(2026, 1, 5, 9, tzinfo=UTC)
H = 3600


def built(company, as_of=THEN):
    return material_for(SYSTEM, company.account, QUARTER, as_of)


def only(company, as_of=THEN):
    """The one line of a list of one case."""
    (line,) = built(company, as_of).cases
    return line


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(openings=OPENINGS, steps=STEPS, later=STEPS, late=LATER)
@example(
    openings=[(60, Priority.LOW), (60, Priority.HIGH)],
    steps=[(9000, "wait", 0), (60, "resolve", 1)],
    later=[(461, "urgent", 0), (60, "resolve", 0), (60, "reopen", 1), (60, "merge", 0)],
    late=[("resolved", 0, 5000), ("word", 1, 9100)],
)
@example(
    openings=[(588, Priority.LOW), (257, Priority.NORMAL), (1648, Priority.NORMAL)],
    steps=[(1612, "rate", 2), (133, "rate", 1)],
    later=[(17, "merge", 1)],
    late=[],
)
def test_a_review_as_of_an_instant_is_the_same_before_and_after_what_happened_later(
    plan,  # noqa: F811
    now,
    openings,
    steps,
    later,
    late,
):
    company, cases = company_that_lived(openings, steps, now, until=THEN)
    now.move_to(THEN)
    at_once = built(company)
    now.shift(60)
    known = built(company)
    assert replace(known, evidence=at_once.evidence) == at_once
    lived(later, cases, company, now)
    for kind, which, minutes in late:
        case = cases[which]
        at = min(case.opened_at + timedelta(minutes=minutes), THEN - timedelta(minutes=1))
        now.shift(60)
        if not case.merged_into_id:
            written_late(case, company, kind, at)
    joined(cases[0], cases[-1], company)
    now.shift(60)
    assert built(company) == known


@pytest.fixture
def acme(plan, now):  # noqa: F811
    now.move_to(JANUARY)
    return factories.make_company(next(_names), sla_plan="gold")


def test_status_priority_and_dates_are_those_of_the_instant_and_move_with_it(acme, now):
    """Without this the property could hold of lists that never change."""
    case = opened(acme, Priority.NORMAL)
    agent = actor_for(acme.agent)
    for day, action in (
        (10, lambda: operations.set_status(case, Status.WAITING, by=agent)),
        (100, lambda: operations.change_priority(case, Priority.URGENT, by=agent)),
        (110, lambda: operations.resolve(case, by=agent)),
        (120, lambda: operations.close(case, by=agent)),
        (130, lambda: operations.reopen(case, by=actor_for(acme.contact))),
    ):
        now.move_to(JANUARY + timedelta(days=day))
        action()
    now.shift(H)
    found = [only(acme, JANUARY + timedelta(days=day)) for day in (99, 101, 111, 121, 130)]
    resolved = (JANUARY + timedelta(days=110)).date()
    assert [(line.status, line.priority, line.resolved_on) for line in found] == [
        ("waiting", "normal", None),
        ("waiting", "urgent", None),
        ("resolved", "urgent", resolved),
        ("closed", "urgent", resolved),
        ("open", "urgent", None),
    ]
    assert only(acme, clock.now()).status == case.status == "open"


def test_a_case_that_was_waiting_and_is_resolved_now_stands_among_the_oldest_as_waiting(acme, now):
    case = opened(acme, Priority.HIGH)
    operations.set_status(case, Status.WAITING, by=actor_for(acme.agent))
    now.move_to(THEN + timedelta(days=5))
    operations.resolve(case, by=actor_for(acme.agent))
    then, today = built(acme), built(acme, clock.now())
    assert [(line.status, line.resolved_on) for line in (*then.oldest, *then.cases)] == [
        ("waiting", None),
        ("waiting", None),
    ]
    assert [(line.status, line.resolved_on) for line in today.oldest] == [
        ("resolved", date(2026, 4, 6))
    ]


def test_a_case_merged_since_stands_in_the_list_as_it_stood_and_a_confidential_one_does_not(
    acme, now
):
    first, second = opened(acme, Priority.LOW), opened(acme, Priority.HIGH)
    secret, other = opened(acme, Priority.LOW), opened(acme, Priority.LOW)
    for case in (secret, other):
        operations.confide(case, True, by=actor_for(acme.manager))
    now.move_to(THEN + timedelta(days=1))
    operations.merge_case(first, into=second, by=actor_for(acme.agent))
    operations.merge_case(secret, into=other, by=actor_for(acme.manager))
    found = built(acme)
    assert {line.ref for line in found.cases} == {first.ref, second.ref}
    assert (found.case_total, found.confidential) == (2, 2)
    assert {line.ref for line in built(acme, clock.now()).cases} == {second.ref}
    rows = {row[0] for row in found.evidence.cases}
    assert rows == {first.ref, second.ref, "confidential 1", "confidential 2"}


def test_what_was_recorded_after_the_instant_is_on_no_list_and_in_no_day(acme, now):
    case = opened(acme, Priority.LOW)
    now.move_to(THEN + timedelta(days=1))
    early = datetime(2026, 2, 2, 10, tzinfo=UTC)
    factories.make_case(acme.account, opened_at=early, recorded_at=clock.now(), ref="T-late")
    factories.make_case(acme.account, opened_at=early, recorded_at=clock.now(), kind="test")
    written_late(case, acme, "word", early)
    written_late(case, acme, "resolved", early)
    found, today = built(acme), built(acme, clock.now())
    assert [(line.ref, line.status) for line in found.cases] == [(case.ref, "new")]
    assert (found.case_total, found.excluded, sum(map(sum, found.days))) == (1, 0, 1)
    assert {(line.ref, line.status) for line in today.cases} == {
        (case.ref, "resolved"),
        ("T-late", "open"),
    }
    assert (today.case_total, today.excluded, sum(map(sum, today.days))) == (2, 1, 2)
