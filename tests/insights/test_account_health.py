"""Health from the database: the same as the figures, once an account and day, told against a month before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from portal import clock
from portal.accounts.models import AccountStatus
from portal.actor import SYSTEM
from portal.cases.models import Status
from portal.db import db, transaction
from portal.insights import account_health, reactions
from portal.insights.account_health import Subject
from portal.insights.models import HealthDay, HealthWeights
from portal.insights.queries import figures_for, figures_of_periods
from portal.insights.reactions import MEASURE_HEALTH, measure_health
from portal.jobs import schedule, worker
from portal.wiring import SCHEDULE
from tests import factories

TODAY = date(2026, 3, 2)
QUARTER = (TODAY - timedelta(days=90), TODAY)


@pytest.fixture
def lived(session, cast):
    """Acme with ten cases, five of which came back."""
    account = cast.acme.account
    for number in range(10):
        at = clock.now() - timedelta(days=40 + number)
        case = factories.make_case(
            account, cast.acme.contact_person, opened_at=at, status=Status.CLOSED
        )
        factories.make_event(case, "CaseResolved", at + timedelta(days=1), old="open")
        if number % 2:
            factories.make_event(case, "CaseReopened", at + timedelta(days=2), new="open")
            factories.make_event(case, "CaseResolved", at + timedelta(days=3), old="open")
    return account


def subject(account):
    return Subject(account.id, account.timezone, account.contract_renewal)


def kept(account):
    rows = HealthDay.unscoped("a test").where(HealthDay.account_id == account.id)
    return db.session.scalars(rows.order_by(HealthDay.day)).all()


def measure(account, *days):
    for day in account_health.measured(subject(account), days or [TODAY]):
        account_health.keep(day)


def test_what_is_kept_is_what_the_figures_say(lived):
    measure(lived)
    (row,) = kept(lived)
    told = figures_for(SYSTEM, lived, QUARTER)["F30"]
    assert row.value == told["value"] is not None
    assert {part["name"]: part["score"] for part in row.parts} == {
        name: part["score"] for name, part in told["parts"].items()
    }
    assert row.part("reopened") == {
        "name": "reopened",
        "numerator": 5,
        "denominator": 15,
        "score": 0,
        "lack": "",
        "weight": 5,
        "was": None,
    }
    assert told["parts"]["csat"] == {"score": None, "numerator": 0, "denominator": 0}
    assert told["missing"]["csat"] == 10


def test_what_reviews_are_made_of_holds_no_health(lived):
    (found,) = figures_of_periods(SYSTEM, lived, [QUARTER])
    assert "F30" not in found


def test_a_past_day_knows_nothing_of_later_ones(lived):
    measure(lived, TODAY - timedelta(days=45))
    (row,) = kept(lived)
    assert row.part("reopened")["denominator"] == 0
    assert row.part("complaints")["denominator"] == 4


def test_a_day_is_kept_once(lived):
    (found,) = account_health.measured(subject(lived), [TODAY])
    assert account_health.keep(found)
    assert not account_health.keep(found)
    assert len(kept(lived)) == 1


def test_it_is_told_against_a_month_before(lived):
    measure(lived, TODAY - timedelta(days=36))
    measure(lived, TODAY)
    first, last = kept(lived)
    assert (last.before_on, last.before_tenths) == (first.day, first.tenths)
    assert last.part("reopened")["was"]["score"] == first.part("reopened")["score"]
    assert first.before_on is None


@pytest.mark.parametrize("days", [29, 38])
def test_what_is_not_a_month_old_is_not_compared_with(lived, days):
    measure(lived, TODAY - timedelta(days=days))
    measure(lived, TODAY)
    assert kept(lived)[-1].before_on is None


def test_weights_count_from_when_they_were_set(lived):
    set_at = clock.now() - timedelta(days=2)
    db.session.add(HealthWeights(begins_at=set_at, weights={"reopened": 90}))
    db.session.flush()
    measure(lived, TODAY - timedelta(days=5), TODAY)
    first, last = kept(lived)
    assert first.part("reopened")["weight"] == 5
    assert last.part("reopened")["weight"] == 90
    assert last.part("backlog")["weight"] == 10
    assert last.tenths < first.tenths


@pytest.mark.proves("P6")
def test_the_job_keeps_every_account_once_a_day_however_often_it_runs(app, cast, now):
    with app.app_context():
        with transaction():
            factories.make_account(status=AccountStatus.CHURNED)
        for _ in range(2):
            measure_health({})
        schedule.wire({MEASURE_HEALTH: SCHEDULE[MEASURE_HEALTH]})
        schedule.order_due()
    worker.run_due(app)
    assert days(app) == {cast.acme.account.id: [TODAY], cast.globex.account.id: [TODAY]}
    now.shift(24 * 3600)
    with app.app_context():
        schedule.order_due()
    worker.run_due(app)
    assert days(app)[cast.acme.account.id] == [TODAY, TODAY + timedelta(days=1)]


def days(app):
    with app.app_context():
        found = {}
        for row in db.session.scalars(HealthDay.unscoped("a test").order_by(HealthDay.day)):
            found.setdefault(row.account_id, []).append(row.day)
        return found


def test_many_accounts_are_measured_in_several_jobs(app, cast, monkeypatch):
    monkeypatch.setattr(reactions, "AT_ONCE", 2)
    with app.app_context():
        with transaction():
            for _ in range(5):
                factories.make_account()
        reactions.measure_health({})
    assert len(days(app)) == 2
    assert worker.run_due(app) == 3
    assert len(days(app)) == 7


def test_an_account_that_cannot_be_measured_does_not_stop_the_others(app, cast, monkeypatch):
    measured = account_health.measured

    def broken(account, wanted):
        if account.id == cast.acme.account.id:
            raise ValueError("a fault of ours")
        return measured(account, wanted)

    monkeypatch.setattr(account_health, "measured", broken)
    with app.app_context():
        measure_health({})
    assert set(days(app)) == {cast.globex.account.id}


@pytest.mark.proves("P6")
def test_two_workers_at_once_keep_each_day_once(app, cast, caplog):
    with app.app_context(), transaction():
        for _ in range(6):
            factories.make_account()

    def work(_):
        with app.app_context():
            measure_health({})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert len(days(app)) == 8
    assert set(map(len, days(app).values())) == {1}
    assert caplog.records == []
