"""C2: what was known at an instant does not change with what is recorded later, neither words nor turns nor promises."""

import itertools
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.actor import SYSTEM
from portal.cases import operations, promise_history
from portal.cases.models import CaseLink, LinkKind, Priority
from portal.cases.operations import AlreadySo, CaseIsFinished, CaseIsOpen, EscalatedLately, NewCase
from portal.db import db
from portal.identity.actors import actor_for
from portal.insights.queries import figures_for, figures_of_periods
from portal.sla.models import PromiseRow
from tests import factories
from tests.cases.test_promising import ACTIONS

QUARTER = (date(2026, 1, 1), date(2026, 4, 1))
MONTHS = [(date(2026, month, 1), date(2026, month + 1, 1)) for month in (1, 2, 3)]
BEGIN = datetime(2025, 12, 29, 9, tzinfo=UTC)
THEN = datetime(2026, 4, 1, 3, tzinfo=UTC)
H = 3600
LIVE = {
    **ACTIONS,
    "escalate": lambda case, acme: operations.escalate(
        case, reason="x", by=actor_for(acme.contact)
    ),
}
LATE = (
    "answer",
    "word",
    "resolved",
    "reopened",
    "waits",
    "low",
    "escalated",
    "cancelled",
    "cause",
    "link",
)
_names = (f"house{number}" for number in itertools.count())


@pytest.fixture
def plan(session, cast):
    targets = {
        "urgent": (1 * H, 1 * H, 8 * H, None),
        "high": (4 * H, 4 * H, 18 * H, None),
        "normal": (9 * H, None, 45 * H, None),
    }
    return factories.make_plan("gold", factories.make_calendar("Office"), targets)


def written_late(case, company, kind, at):
    """A row about something that happened before, recorded only now."""
    if kind in ("answer", "word"):
        author = company.agent if kind == "answer" else company.contact_person
        factories.make_message(case, author, "late", occurred_at=at, recorded_at=clock.now())
        if kind == "answer":
            case.first_response_at = min(case.first_response_at or at, at)
    elif kind == "link":
        other = factories.make_case(
            company.account, opened_at=case.opened_at - timedelta(days=3), recorded_at=clock.now()
        )
        now = {"created_at": at, "recorded_at": clock.now(), "kind": LinkKind.REPEAT}
        about = {"account_id": case.account_id, "case_id": case.id, "of_case_id": other.id}
        db.session.add(CaseLink(confirmed=True, **about, **now))
    else:
        name, payload = {
            "resolved": ("CaseResolved", {"old": case.status}),
            "reopened": ("CaseReopened", {"old": "resolved", "new": "open"}),
            "cancelled": ("CaseCancelled", {"old": case.status}),
            "waits": ("StatusChanged", {"old": case.status, "new": "waiting"}),
            "low": ("PriorityChanged", {"old": case.priority, "new": "low"}),
            "escalated": ("CaseEscalated", {"side": "staff"}),
            "cause": ("MissExplained", {"target": "response", "number": 1, "cause": "late"}),
        }[kind]
        event = factories.make_event(case, name, at, **payload)
        event.recorded_at = clock.now()
        case.escalated = case.escalated or kind == "escalated"
    db.session.flush()


def opened(company, priority):
    return operations.open_case(
        company.account,
        NewCase("Bearings rattle", "They do.", priority=priority),
        by=actor_for(company.contact),
        opener=company.contact_person,
    )


def live(steps, cases, company, now, until=None):
    for minutes, action, which in steps:
        if until is not None and clock.now() + timedelta(minutes=minutes) >= until:
            return
        now.shift(minutes * 60)
        with suppress(AlreadySo, CaseIsFinished, CaseIsOpen, EscalatedLately):
            LIVE[action](cases[which], company)


STEPS = st.lists(
    st.tuples(st.integers(1, 20_000), st.sampled_from(sorted(LIVE)), st.integers(0, 1)), max_size=12
)
LATER = st.lists(
    st.tuples(st.sampled_from(LATE), st.integers(0, 1), st.integers(1, 130_000)),
    min_size=1,
    max_size=6,
)


def ask(company, **about):
    return figures_for(SYSTEM, company.account, QUARTER, **about)


def monthly(company, **about):
    found = figures_of_periods(SYSTEM, company.account, MONTHS, **about)
    return [{name: one.data for name, one in month.items()} for month in found]


@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    priorities=st.tuples(*[st.sampled_from(list(Priority))] * 2),
    steps=STEPS,
    later=STEPS,
    late=LATER,
)
@example(
    priorities=(Priority.LOW, Priority.NORMAL),
    steps=[],
    later=[(461, "low", 1)],
    late=[("low", 1, 103)],
).via("a change recorded late, of something before the first one recorded")
@example(
    priorities=(Priority.HIGH, Priority.LOW),
    steps=[(6000, "resolve", 1), (9000, "reopen", 1)],
    later=[],
    late=[("escalated", 0, 4567)],
)
@example(
    priorities=(Priority.HIGH, Priority.LOW),
    steps=[
        (5000, "resolve", 1),
        (60, "reopen", 1),
        (60, "high", 1),
        (60, "resolve", 1),
        (60, "reopen", 1),
    ],
    later=[(461, "low", 1)],
    late=[("escalated", 0, 4567)],
)
def test_what_was_known_then_stays_what_it_was(plan, now, priorities, steps, later, late):
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    cases = [opened(company, priority) for priority in priorities]
    live(steps, cases, company, now, until=THEN)
    now.move_to(THEN)
    known, by_month = ask(company), monthly(company)
    now.shift(60)
    live(later, cases, company, now)
    for kind, which, minutes in late:
        at = min(cases[which].opened_at + timedelta(minutes=minutes), THEN - timedelta(minutes=1))
        now.shift(60)
        written_late(cases[which], company, kind, at)
    assert ask(company, as_of=THEN) == known
    assert monthly(company, as_of=THEN) == by_month


def test_a_late_record_does_change_what_is_known_now(plan, now):
    """Without this, the test above could pass on figures that never change."""
    now.move_to(BEGIN)
    company = factories.make_company(next(_names), sla_plan="gold")
    case = opened(company, Priority.HIGH)
    now.move_to(THEN)
    known = ask(company)
    assert known["F7"]["numerator"] == 0
    written_late(case, company, "answer", BEGIN + timedelta(hours=1))
    written_late(case, company, "resolved", datetime(2026, 1, 2, 12, tzinfo=UTC))
    promise_history.rebuild([case.id])
    now.shift(1)
    assert ask(company, as_of=THEN) != known
    assert ask(company, as_of=THEN - timedelta(seconds=1)) == known
    assert (ask(company)["F2"]["value"], known["F2"]["value"]) == (1, 0)


def test_the_cause_is_the_one_that_was_known(plan, now):
    now.move_to(datetime(2026, 1, 5, 9, tzinfo=UTC))
    company = factories.make_company(next(_names), sla_plan="gold")
    case = opened(company, Priority.URGENT)
    now.shift(3 * H)
    operations.post_message(case, body="Here", by=actor_for(company.agent))
    promise = next(row for row in promises(case) if row.target == "response")
    operations.explain_miss(case, promise.id, cause="first word", by=SYSTEM)
    now.move_to(THEN)
    known = ask(company)
    now.shift(60)
    operations.explain_miss(case, promise.id, cause="second word", by=SYSTEM)
    assert "first word" in repr(ask(company, as_of=THEN)["misses"])
    assert ask(company, as_of=THEN) == known
    assert "second word" in repr(ask(company)["misses"])


def promises(case):
    return db.session.scalars(PromiseRow.unscoped("a test").where(PromiseRow.case_id == case.id))
