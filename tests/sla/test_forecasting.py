"""Forecasts from the ledger: learnt from the newest, kept once a day, judged once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from portal import clock
from portal.db import db, opened, transaction
from portal.sla import forecasting
from portal.sla.calibration import Given, judged
from portal.sla.forecast import FEWEST, NEWEST, Odds
from portal.sla.models import ForecastTally, PlanVersion, PromiseForecast, PromiseOdds, PromiseRow
from portal.sla.promises import State
from portal.sla.reactions import FORECAST, forecast_promises
from portal.wiring import PATIENT_JOBS, SCHEDULE
from tests import factories

HOUR = 3600
ALWAYS = [[[0, 1440]]] * 7
TODAY = date(2026, 3, 2)


@pytest.fixture
def made(app, cast):
    """A plan on a clock that never stops, and a promise of it at will, all committed."""
    with app.app_context():
        plan = factories.make_plan("gold", factories.make_calendar("Always", weekly=ALWAYS), {})
        version = forecasting_version(plan)
        db.session.commit()

    def make(account, state, **changes):
        case = changes.pop("case", None) or factories.make_case(account, None)
        decided = None if state == State.OPEN else clock.now() - timedelta(days=1)
        values = {
            "target": "response",
            "number": 1,
            "priority": "normal",
            "allowed": 10 * HOUR,
            "begins_at": clock.now() - timedelta(days=2),
            "counted_at": clock.now(),
            "spent": 5 * HOUR,
            "decided_at": decided,
            "ended_at": decided,
            "recorded_at": clock.now(),
            **version,
        }
        row = PromiseRow(account_id=account.id, case_id=case.id, state=state, **values | changes)
        db.session.add(row)
        db.session.flush()
        return row

    return make


def forecasting_version(plan):
    found = select(PlanVersion).where(PlanVersion.plan_id == plan.id)
    version = db.session.scalars(found).one()
    return {"version_id": version.id, "clock_id": version.calendar_id}


def history(make, account, met, missed):
    for _ in range(met):
        make(account, State.MET, spent=6 * HOUR)
    for _ in range(missed):
        make(account, State.MISSED, spent=10 * HOUR)


def rows(model):
    return db.session.scalars(model.unscoped("a test")).all()


def tallies():
    return {
        row.tenth: (row.n, row.missed, row.chance, row.score, row.base_score)
        for row in rows(ForecastTally)
    }


def test_odds_are_learnt_by_target_and_priority(app, cast, made):
    acme = cast.acme.account
    with app.app_context():
        history(made, acme, 3, 2)
        made(acme, State.MET, priority="high", spent=HOUR)
        made(acme, State.DROPPED)
        made(acme, State.OPEN)
        made(cast.globex.account, State.MISSED)
        forecasting.learn(acme.id)
        assert forecasting.odds_known(acme.id) == {
            ("response", "normal"): Odds((600, 600, 600), 2),
            ("response", "high"): Odds((100,), 0),
            ("response", ""): Odds((100, 600, 600, 600), 2),
        }


def test_only_the_newest_count_and_what_is_gone_is_forgotten(app, cast, made):
    acme = cast.acme.account
    with app.app_context():
        made(acme, State.MISSED, priority="low", decided_at=clock.now() - timedelta(days=9))
        forecasting.learn(acme.id)
        assert ("response", "low") in forecasting.odds_known(acme.id)
        for _ in range(NEWEST):
            made(acme, State.MET)
        forecasting.learn(acme.id)
        known = forecasting.odds_known(acme.id)
        assert set(known) == {("response", "normal"), ("response", "")}
        assert known["response", ""].missed == 0


@pytest.mark.proves("P6")
def test_each_open_promise_is_forecast_once_a_day(app, cast, made, now):
    acme = cast.acme.account
    with app.app_context():
        with transaction():
            history(made, acme, 15, 15)
            case_id = made(acme, State.OPEN).case_id
            made(acme, State.OPEN, spent=11 * HOUR)
            made(acme, State.OPEN, allowed=None)
            made(cast.globex.account, State.OPEN)
        forecast_promises({})
        found = {row.account_id: row for row in rows(PromiseForecast)}
        assert len(rows(PromiseForecast)) == 2
        mine, other = found[acme.id], found[cast.globex.account.id]
        assert (mine.case_id, mine.day, mine.chance, mine.base, mine.n) == (
            case_id,
            TODAY,
            500,
            500,
            30,
        )
        assert (other.chance, other.base, other.n) == (None, None, 0)
        db.session.rollback()
        now.shift(3 * HOUR)
        forecast_promises({})
        assert len(rows(PromiseForecast)) == 2
        db.session.rollback()
        now.shift(24 * HOUR)
        forecast_promises({})
        assert sorted(row.day for row in rows(PromiseForecast)) == [TODAY, TODAY]


def test_the_clock_has_run_on_since_it_was_counted(app, cast, made, now):
    acme = cast.acme.account
    with app.app_context():
        with transaction():
            history(made, acme, 25, 20)
            made(acme, State.OPEN, target="response", spent=5 * HOUR)
            made(acme, State.OPEN, target="response", spent=5 * HOUR, paused=True)
        forecasting.learn(acme.id)
        db.session.commit()
        now.shift(2 * HOUR)
        forecasting.record(TODAY)
        ran, stood = sorted(rows(PromiseForecast), key=lambda row: row.case_id)
        assert (ran.n, ran.chance) == (20, 955)
        assert (stood.n, stood.chance) == (45, 447)


def test_what_came_is_counted_once_and_what_was_dropped_not_at_all(app, cast, made):
    acme = cast.acme.account
    with app.app_context():
        with transaction():
            for state in (State.MET, State.MISSED, State.DROPPED, State.OPEN):
                case_id = made(acme, state).case_id
                for age, chance in ((2, 210), (1, 230), (0, 850)):
                    db.session.add(told(acme, case_id, age, chance))
            case_id = made(acme, State.MISSED).case_id
            db.session.add(told(acme, case_id, 0, None))
        for _ in range(2):
            forecasting.judge_all()
        each = [judged(given(), missed=missed) for missed in (False, True)]
        both = {tenth: one[tenth] for one in each for tenth in one}
        assert set(both) == set(tallies()) == {2, 8}
        for tenth in both:
            total = each[0][tenth] + each[1][tenth]
            assert tallies()[tenth] == (
                total.n,
                total.missed,
                total.chance,
                total.score,
                total.base_score,
            )
        assert {row.month for row in rows(ForecastTally)} == {date(2026, 3, 1)}
        open_ones = select(func.count()).select_from(PromiseForecast)
        open_ones = open_ones.where(PromiseForecast.judged.is_(False))
        assert db.session.scalar(opened(open_ones, PromiseForecast, why="a test")) == 3


def given():
    return [Given(chance, 150) for chance in (210, 230, 850)]


def told(account, case_id, age, chance):
    return PromiseForecast(
        account_id=account.id,
        case_id=case_id,
        target="response",
        number=1,
        day=TODAY - timedelta(days=age),
        chance=chance,
        base=None if chance is None else 150,
        n=0 if chance is None else 30,
        judged=False,
    )


def test_a_promise_decided_later_is_judged_then(app, cast, made):
    acme = cast.acme.account
    with app.app_context():
        with transaction():
            history(made, acme, 0, FEWEST)
            number = made(acme, State.OPEN).id
        forecast_promises({})
        assert tallies() == {}
        db.session.rollback()
        with transaction():
            changed = update(PromiseRow).where(PromiseRow.id == number)
            at = datetime(2026, 4, 5, tzinfo=UTC)
            changed = changed.values(state=State.MISSED, decided_at=at, due_at=None)
            db.session.execute(opened(changed, PromiseRow, why="a test"))
        forecast_promises({})
        assert tallies() == {9: (1, 1, 955, 45**2, 45**2)}
        assert rows(ForecastTally)[0].month == date(2026, 4, 1)


def test_it_comes_round_daily_and_holds_no_transaction_open():
    assert SCHEDULE[FORECAST] == timedelta(days=1)
    assert PATIENT_JOBS[FORECAST] is forecast_promises


def test_odds_are_one_row_a_kind(app, cast, made):
    acme = cast.acme.account
    with app.app_context():
        history(made, acme, 2, 1)
        for _ in range(2):
            forecasting.learn(acme.id)
        assert len(rows(PromiseOdds)) == 2


@pytest.mark.proves("P6")
def test_two_workers_at_once_count_each_promise_once(app, cast, made):
    acme = cast.acme.account
    with app.app_context(), transaction():
        history(made, acme, FEWEST, 0)
        for _ in range(30):
            case_id = made(acme, State.MISSED).case_id
            db.session.add(told(acme, case_id, 0, 310))
            made(acme, State.OPEN)

    def work(_):
        with app.app_context():
            forecast_promises({})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    with app.app_context():
        assert tallies() == {3: (30, 30, 30 * 310, 30 * 690**2, 30 * 850**2)}
        assert len(rows(PromiseForecast)) == 60
