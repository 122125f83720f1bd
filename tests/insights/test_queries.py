"""Figures from rows: worked as people work, compared with sums by hand; what is read and what is not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from portal import clock
from portal.actor import SYSTEM, Actor
from portal.cases.models import Kind, Status
from portal.cases.operations import (
    NewCase,
    open_case,
    post_message,
    reopen,
    resolve,
    set_status,
    withdraw,
)
from portal.db import db
from portal.feedback.models import Survey
from portal.insights.queries import figures_for, figures_of_periods
from tests import factories

QUARTER = (date(2026, 1, 1), date(2026, 4, 1))
HOUR = 3600


@pytest.fixture
def account(session):
    return factories.make_account(timezone="Europe/Rome")


def staff(account):
    return Actor(
        user_id=factories.make_user(is_staff=True).id,
        is_staff=True,
        accounts=frozenset({account.id}),
    )


def client(account, person):
    return Actor(
        user_id=factories.make_user().id,
        accounts=frozenset({account.id}),
        stakeholder_ids={account.id: person.id},
    )


def test_a_case_worked_as_people_work(account, now):
    person = factories.make_stakeholder(account)
    agent, them = staff(account), client(account, person)
    now.move_to(datetime(2026, 2, 2, 8, 30, tzinfo=UTC))
    case = open_case(
        account, NewCase("Leak", "It drips.", category="water"), by=them, opener=person
    )
    now.shift(HOUR)
    post_message(case, body="Where?", by=agent, then=Status.WAITING)
    now.shift(5 * HOUR)
    post_message(case, body="In the hall.", by=them)
    now.shift(2 * HOUR)
    resolve(case, by=agent)
    now.shift(24 * HOUR)
    reopen(case, by=them)
    now.shift(3 * HOUR)
    resolve(case, by=agent)
    now.move_to(datetime(2026, 3, 30, tzinfo=UTC))
    got = figures_for(SYSTEM, account, QUARTER)
    assert got["F1"] == {"value": 1}
    assert got["F2"] == {"value": 2, "cases": 1}
    assert got["F3"] == {"value": 1}
    assert got["F4"] == {"value": 0, "cases": []}
    assert got["F6"] == {"n": 1, "p50": HOUR, "p90": HOUR}
    assert got["F10"] == {
        "n": 2,
        "p50": 3 * HOUR,
        "p90": 3 * HOUR,
        "lived_p50": 3 * HOUR,
        "lived_p90": 8 * HOUR,
    }
    assert got["F12"] == {"immature": 0, "numerator": 1, "denominator": 2, "value": 50.0}
    assert got["F16"] == {"all": [{"category": "water", "n": 1}], "complaints": []}
    assert got["F17"] == {"mon-09": 1, "mon-15": 1}


def test_who_began_it_decides_the_first_response(account, now):
    person = factories.make_stakeholder(account)
    agent = staff(account)
    open_case(account, NewCase("By phone", "They called."), by=agent, opener=person)
    ours = open_case(account, NewCase("Ours", "We saw it."), by=agent, opener=None)
    now.shift(HOUR)
    post_message(ours, body="Still there.", by=agent)
    assert figures_for(SYSTEM, account, QUARTER)["F6"] == {"n": 1, "p50": 0, "p90": 0}


def test_backlog_at_both_ends_whatever_came_later(account, now):
    agent = staff(account)
    for month in (10, 11, 12):
        _told(
            account, datetime(2025, month, 5, tzinfo=UTC), solved=datetime(2026, 5, 1, tzinfo=UTC)
        )
    _told(account, datetime(2025, 12, 5, tzinfo=UTC), solved=datetime(2025, 12, 6, tzinfo=UTC))
    _told(account, datetime(2026, 4, 2, tzinfo=UTC))
    now.move_to(datetime(2026, 1, 3, tzinfo=UTC))
    case = _told(account, datetime(2025, 11, 1, tzinfo=UTC))
    withdraw(case, by=agent)
    now.move_to(datetime(2026, 6, 1, tzinfo=UTC))
    got = figures_for(SYSTEM, account, QUARTER)
    assert (got["F5"]["start"], got["F5"]["cancelled"], got["F5"]["end"]) == (4, 1, 3)
    assert got["F15"]["buckets"][">90"] == 3
    assert (
        got["F15"]["oldest"]
        == (datetime(2026, 3, 31, 22, tzinfo=UTC) - datetime(2025, 10, 5, tzinfo=UTC)).days
    )


def _told(account, opened_at, solved=None, **changes):
    case = factories.make_case(account, opened_at=opened_at, **changes)
    if solved:
        factories.make_event(case, "CaseResolved", solved, old="open", reason="")
        case.status, case.resolved_at = Status.RESOLVED, solved
        db.session.flush()
    return case


def test_as_of_an_earlier_instant(account, now):
    now.move_to(datetime(2026, 6, 1, tzinfo=UTC))
    late = _told(
        account, datetime(2025, 12, 5, tzinfo=UTC), solved=datetime(2025, 12, 20, tzinfo=UTC)
    )
    _recorded(late, datetime(2026, 5, 1, tzinfo=UTC))
    unknown = _told(
        account, datetime(2026, 2, 5, tzinfo=UTC), recorded_at=datetime(2026, 5, 1, tzinfo=UTC)
    )
    then = figures_for(SYSTEM, account, QUARTER, as_of=datetime(2026, 4, 1, tzinfo=UTC))
    assert then["F4"]["cases"] == [late.ref]
    assert then["F1"] == {"value": 0}
    assert figures_for(SYSTEM, account, QUARTER)["F4"]["cases"] == [unknown.ref]


def _recorded(case, at):
    from portal.events import Event

    for row in db.session.scalars(Event.unscoped("a test").where(Event.case_id == case.id)):
        row.recorded_at = at
    db.session.flush()


def test_only_normal_cases_count(account, now):
    for kind in (Kind.SPAM, Kind.TEST, Kind.INTERNAL):
        case = factories.make_case(account, kind=kind)
        factories.make_message(case, factories.make_stakeholder(account))
    got = figures_for(SYSTEM, account, QUARTER)
    assert got["F1"]["value"] == got["F4"]["value"] == 0
    assert got["F17"] == {}


def test_words_on_a_finished_case_count_too(account, now):
    person, agent = factories.make_stakeholder(account), factories.make_user(is_staff=True)
    old = _told(
        account, datetime(2025, 10, 5, tzinfo=UTC), solved=datetime(2025, 10, 6, tzinfo=UTC)
    )
    factories.make_message(old, person, occurred_at=datetime(2026, 2, 2, 8, 59, tzinfo=UTC))
    factories.make_message(
        old, agent, internal=True, occurred_at=datetime(2026, 2, 2, 9, tzinfo=UTC)
    )
    factories.make_message(old, agent, occurred_at=datetime(2026, 2, 3, tzinfo=UTC))
    got = figures_for(SYSTEM, account, QUARTER)
    assert got["F17"] == {"mon-09": 1}
    assert got["F6"]["n"] == 1


def test_complaints_by_flag_and_by_answer(account):
    for complaint, kind, score, comment in (
        (True, None, None, ""),
        (False, "csat", 2, ""),
        (False, "csat", 3, "bad"),
        (False, "nps", 6, "slow"),
        (False, "nps", 6, ""),
        (False, "nps", 7, "fine"),
    ):
        case = factories.make_case(account, category=f"{kind}{score}{comment}", complaint=complaint)
        if kind:
            at = clock.now()
            db.session.add(
                Survey(
                    account_id=account.id,
                    case_id=case.id,
                    kind=kind,
                    sent_at=at,
                    answered_at=at,
                    score=score,
                    comment=comment,
                )
            )
    db.session.flush()
    complaints = figures_for(SYSTEM, account, QUARTER)["F16"]["complaints"]
    assert [row["category"] for row in complaints] == ["NoneNone", "csat2", "nps6slow"]


def test_children_on_request_and_never_a_stranger(account):
    child = factories.make_account(parent=account)
    stranger = factories.make_account()
    for owner in (account, child, child, stranger):
        factories.make_case(owner)
    assert figures_for(SYSTEM, account, QUARTER)["F1"]["value"] == 1
    assert figures_for(SYSTEM, account, QUARTER, children=True)["F1"]["value"] == 3
    only_parent = Actor(user_id=1, is_staff=True, accounts=frozenset({account.id}))
    assert figures_for(only_parent, account, QUARTER, children=True)["F1"]["value"] == 1
    assert figures_for(only_parent, stranger, QUARTER)["F1"]["value"] == 0


def test_a_client_gets_no_reference_they_may_not_see(account):
    shown = factories.make_case(account)
    factories.make_case(account, confidential=True)
    person = factories.make_stakeholder(account)
    assert figures_for(client(account, person), account, QUARTER)["F4"]["cases"] == [shown.ref]
    assert figures_for(SYSTEM, account, QUARTER)["F4"]["value"] == 2


def test_several_periods_from_one_reading_are_the_same(account, now):
    now.move_to(datetime(2026, 6, 1, tzinfo=UTC))
    person, agent = factories.make_stakeholder(account), factories.make_user(is_staff=True)
    begin = datetime(2025, 10, 1, tzinfo=UTC)
    for number in range(60):
        at = begin + timedelta(days=number * 4, hours=number % 24)
        case = _told(
            account, at, solved=at + timedelta(days=number % 13 + 1) if number % 5 else None
        )
        factories.make_message(case, person, occurred_at=at)
        if number % 3:
            factories.make_message(case, agent, occurred_at=at + timedelta(days=20))
        if number % 7 == 3:
            factories.make_event(
                case, "CaseReopened", at + timedelta(days=20), old="resolved", new="open", reason=""
            )
            case.status = Status.OPEN
    db.session.flush()
    periods = [
        (date(2020, 1, 1), date(2030, 1, 1)),
        (date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        QUARTER,
    ]
    together = figures_of_periods(SYSTEM, account, periods)
    for period, found in zip(periods, together, strict=True):
        alone = figures_for(SYSTEM, account, period)
        assert {name: figure.data for name, figure in found.items()} == {
            name: alone[name] for name in found
        }


def test_each_figure_names_the_cases_behind_it(account):
    case = factories.make_case(account)
    (found,) = figures_of_periods(SYSTEM, account, [QUARTER])
    assert found["F1"].cases == found["F4"].cases == found["F16"].cases == (case.ref,)
    assert found["F2"].cases == ()


def test_few_statements_however_many_cases(account):
    def statements():
        seen = []

        def count(*args):
            seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", count)
        figures_for(SYSTEM, account, QUARTER)
        event.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    factories.make_case(account)
    statements()
    one = statements()
    for _ in range(30):
        factories.make_case(account)
    assert statements() == one <= 21


def test_set_status_is_no_pause_unless_it_waits_for_the_client(account, now):
    person = factories.make_stakeholder(account)
    agent = staff(account)
    case = open_case(account, NewCase("Slow", "Slow."), by=client(account, person), opener=person)
    post_message(case, body="Looking.", by=agent)
    for state in (Status.ON_HOLD, Status.WAITING, Status.IN_PROGRESS):
        now.shift(HOUR)
        set_status(case, state, by=agent)
    now.shift(HOUR)
    resolve(case, by=agent)
    got = figures_for(SYSTEM, account, QUARTER)["F10"]
    assert (got["p50"], got["lived_p50"]) == (3 * HOUR, 4 * HOUR)
