"""Figures of what lies beside the cases: contracts, entitlements, answers, people and team, from rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock
from portal.accounts.models import AccountStatus, TeamMember
from portal.actor import SYSTEM
from portal.cases import operations
from portal.cases.models import Kind
from portal.db import db
from portal.feedback.models import Survey
from portal.insights.queries import figures_for
from portal.sla.drafts import ContractDraft
from portal.sla.models import Contract, Unit
from portal.sla.operations import contracts
from portal.stakeholders.models import JobRole
from tests import factories

QUARTER = (date(2026, 1, 1), date(2026, 4, 1))
NOTHING = {"numerator": 0, "denominator": 0, "value": None}
WHOLE = {"numerator": 1, "denominator": 1, "value": 100.0}
FEBRUARY = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def account(session, now):
    now.move_to(datetime(2026, 5, 1, tzinfo=UTC))
    return factories.make_account(timezone="Europe/Rome")


def ask(account, **about):
    return figures_for(SYSTEM, account, QUARTER, **about)


def contract(account, begins_on=date(2025, 1, 1), **changes):
    values = {"account_id": account.id, "begins_on": begins_on, "created_at": FEBRUARY}
    db.session.add(Contract(**{**values, **changes}))
    db.session.flush()


def test_an_account_of_which_nothing_is_known_has_no_value_anywhere(account):
    got = ask(account)
    for name in ("F7", "F8", "F9", "F11", "F13", "F14", "F18", "F21", "F22", "F23", "F26", "F28"):
        assert (name, got[name]["denominator"], got[name]["value"]) == (name, 0, None)
    assert got["F24"] == {"by_client": 0, "by_staff": 0, **NOTHING}
    assert got["F25"] == {"us": NOTHING, "client": NOTHING}
    assert got["F27"] == {"n": 0, "top": 0, "flag": False}
    assert set(got["F29"].values()) == {None}
    assert got["F31"]["value"] is None
    assert got["F30"]["value"] is None
    assert got["F30"]["weights"] == {}
    assert list(got)[-1] == "misses"


def test_an_account_without_contracts_is_worth_what_it_says_itself(account):
    account.contract_start, account.annual_value_minor = date(2024, 1, 1), 500
    db.session.flush()
    got = ask(account)
    assert (got["F21"], got["F22"]["numerator"]) == (WHOLE, 500)
    account.status = AccountStatus.CHURNED
    db.session.flush()
    assert ask(account)["F21"] == NOTHING
    account.contract_renewal = date(2026, 3, 1)
    db.session.flush()
    got = ask(account)
    assert got["F21"] == {"numerator": 0, "denominator": 1, "value": 0.0}
    assert got["F23"] == {"numerator": 0, "denominator": 500, "value": 0.0}
    contract(account, value_minor=700)
    assert ask(account)["F23"]["numerator"] == 700


def test_unknown_values_and_several_currencies_have_no_sum(account):
    child = factories.make_account(parent=account, timezone="Europe/Rome")
    contract(account, value_minor=100)
    contract(child)
    got = ask(account, children=True)
    assert (got["F21"]["numerator"], got["F22"]["denominator"]) == (2, 100)
    contract(
        child, begins_on=date(2024, 1, 1), ends_on=date(2025, 1, 1), value_minor=9, currency="USD"
    )
    assert ask(account, children=True)["F22"] == NOTHING


def test_an_entitlement_in_cases_and_when_it_will_be_used_up(account):
    contract(account, begins_on=date(2026, 1, 1), entitlement_unit=Unit.CASES, entitlement=8)
    for kind in (Kind.NORMAL, Kind.NORMAL, Kind.SPAM):
        factories.make_case(account, opened_at=FEBRUARY, kind=kind)
    factories.make_case(account, opened_at=datetime(2026, 4, 2, tzinfo=UTC))
    got = ask(account)["F29"]
    assert got == {
        "unit": "cases",
        "used": 2,
        "remaining": 6,
        "projected_end": "2026-12-26T19:00:00Z",
    }


def test_an_entitlement_in_hours_is_used_by_the_time_that_staff_noted(account):
    contract(account, begins_on=date(2026, 1, 1), entitlement_unit=Unit.HOURS, entitlement=8)
    case, spam = factories.make_case(account), factories.make_case(account, kind=Kind.SPAM)
    other = factories.make_case(factories.make_account())
    for about, minutes, at in (
        (case, 100, FEBRUARY),
        (case, 45, FEBRUARY + timedelta(days=20)),
        (case, 500, datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC)),
        (case, 10, datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (case, 500, datetime(2026, 3, 31, 22, tzinfo=UTC)),
        (spam, 500, FEBRUARY),
        (other, 500, FEBRUARY),
    ):
        factories.make_event(about, "TimeSpent", at, minutes=minutes, corrects_id=None)
    assert ask(account)["F29"] == {
        "unit": "hours",
        "used": 2.6,
        "remaining": 5.4,
        "projected_end": "2026-10-06T12:56:07Z",
    }


def test_time_taken_back_later_still_counts_in_what_was_known_before(account, now):
    contract(account, begins_on=date(2026, 1, 1), entitlement_unit=Unit.HOURS, entitlement=8)
    case = factories.make_case(account)
    noted = factories.make_event(case, "TimeSpent", FEBRUARY, minutes=120, corrects_id=None)
    known_at = clock.now()
    now.shift(60)
    operations.take_back_time(case, noted.id, by=SYSTEM)
    assert ask(account, as_of=known_at)["F29"]["used"] == 2.0
    assert ask(account)["F29"] == {
        "unit": "hours",
        "used": 0.0,
        "remaining": 8.0,
        "projected_end": None,
    }


def test_answers_by_local_quarter_and_nobody_twice(account):
    for score, sent_at in (
        (10, FEBRUARY),
        (3, FEBRUARY),
        (9, datetime(2025, 12, 31, 22, tzinfo=UTC)),
    ):
        survey = Survey(
            account_id=account.id, kind="nps", sent_at=sent_at, answered_at=FEBRUARY, score=score
        )
        db.session.add(survey)
    db.session.flush()
    got = ask(account)
    assert {wave: found["n"] for wave, found in got["F20"].items()} == {"2025-Q4": 1, "2026-Q1": 2}
    assert got["F19"]["nps"] == {"numerator": 2, "denominator": 2, "value": 100.0}


def test_those_who_decide_and_those_who_answer(account):
    agent, cover, lead = (factories.make_user(is_staff=True) for _ in range(3))
    account.manager_id = lead.id
    part = {"account_id": account.id, "user_id": cover.id, "role": "cover"}
    db.session.add(TeamMember(**part, from_on=FEBRUARY.date(), to_on=FEBRUARY.date()))
    boss = factories.make_stakeholder(account, job_role=JobRole.EXECUTIVE)
    factories.make_stakeholder(account, job_role=JobRole.APPROVER)
    factories.make_stakeholder(account, job_role=JobRole.APPROVER, active=False)
    case = factories.make_case(account, opened_at=FEBRUARY.replace(day=1))
    said = [(boss, 10, 12), (cover, 10, 22), (cover, 10, 23), (lead, 11, 9), (agent, 11, 9)]
    for who, day, hour in said:
        at = FEBRUARY.replace(day=day, hour=hour)
        factories.make_message(case, who, occurred_at=at)
    got = ask(account)
    assert got["F26"] == {"numerator": 1, "denominator": 2, "value": 50.0}
    assert got["F28"] == {"numerator": 2, "denominator": 4, "value": 50.0}


def test_a_case_escalated_nobody_knows_when_leaves_no_rate(account):
    case = factories.make_case(account, opened_at=FEBRUARY)
    other = factories.make_case(account, opened_at=FEBRUARY, escalated=True)
    factories.make_event(other, "CaseEscalated", FEBRUARY, side="client")
    assert ask(account)["F24"] == {
        "by_client": 1,
        "by_staff": 0,
        "numerator": 1,
        "denominator": 2,
        "value": 50.0,
    }
    case.escalated = True
    db.session.flush()
    got = ask(account)["F24"]
    assert (got["undated"], got["numerator"], got["value"]) == (1, 1, None)


def test_contracts_written_or_corrected_later_change_nothing_of_what_was_known(account, now):
    """One is agreed in May, corrected twice in June, and one is added for the child in July."""
    plan = factories.make_plan("gold", factories.make_calendar("Office"), {})
    draft = ContractDraft(
        plan.id, None, date(2025, 1, 1), value_minor=100, unit=Unit.CASES, amount=8
    )
    row = contracts.agree_contract(account, draft, by=SYSTEM)
    known = [clock.now()]
    for changes in ({"value_minor": 70, "amount": 9}, {"last_on": date(2026, 2, 28)}):
        now.shift(86_400 * 30)
        contracts.change_contract(account, row, replace(draft, **changes), by=SYSTEM)
        draft = replace(draft, **changes)
        known.append(clock.now())
    now.shift(60)
    later = ContractDraft(plan.id, None, date(2026, 3, 1), value_minor=500)
    contracts.agree_contract(account, later, by=SYSTEM)
    now.shift(60)
    got = [ask(account, as_of=at) for at in (known[0] - timedelta(days=1), *known, None)]
    assert [(one["F23"]["numerator"], one["F23"]["denominator"]) for one in got] == [
        *((0, 0), (100, 100), (70, 70), (0, 70), (500, 70))
    ]
    assert [one["F29"]["remaining"] for one in got] == [None, 8, 9, None, None]
    assert [one["F21"]["numerator"] for one in got] == [0, 1, 1, 0, 1]
