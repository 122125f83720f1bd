"""How good forecasts were: each promise once a tenth, scores as defined, and a backtest that never looks ahead."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sla.calibration import (
    FEWEST_JUDGED,
    Calibration,
    Given,
    Past,
    Tally,
    backtest,
    judged,
)
from portal.sla.forecast import FEWEST, WHOLE, Decided

chances = st.integers(1, WHOLE - 1)


def test_a_promise_counts_once_in_each_tenth_it_was_given():
    found = judged([Given(210, 150), Given(230, 150), Given(850, 150)], missed=True)
    assert found == {
        2: Tally(1, 1, 220, 780**2, 850**2),
        8: Tally(1, 1, 850, 150**2, 850**2),
    }
    assert judged([Given(999, 500)], missed=False) == {9: Tally(1, 0, 999, 999**2, 500**2)}
    assert judged([], missed=True) == {}


@given(st.lists(st.tuples(chances, chances, st.booleans()), min_size=1, max_size=50))
def test_scores_are_those_of_brier(told):
    tenths = {}
    for chance, base, missed in told:
        for tenth, one in judged([Given(chance, base)], missed=missed).items():
            tenths[tenth] = tenths.get(tenth, Tally()) + one
    found = Calibration(tenths)
    mean = sum((chance / WHOLE - missed) ** 2 for chance, _, missed in told) / len(told)
    assert found.brier == pytest.approx(mean)
    assert found.base_brier == pytest.approx(
        sum((base / WHOLE - missed) ** 2 for _, base, missed in told) / len(told)
    )
    assert found.whole.n == len(told)
    assert found.whole.missed == sum(missed for *_, missed in told)
    assert found.whole.expected == pytest.approx(sum(chance for chance, *_ in told) / WHOLE)
    for tenth, one in tenths.items():
        assert 100 * tenth * one.n <= one.chance < 100 * (tenth + 1) * one.n
    assert found.enough is (len(told) >= FEWEST_JUDGED)


def test_of_nothing_nothing_is_said():
    assert not Calibration({}).enough
    assert Calibration({}).brier == 0


def history(length, dice, rate=0.3):
    """Promises one after the other, each decided before the next begins."""
    found = []
    for number in range(length):
        met = dice.random() > rate
        share = dice.randrange(WHOLE) if met else WHOLE
        found.append(
            Past(1000 * number, 1000 * number + 999, Decided("response", "high", met, share))
        )
    return found


def test_the_first_have_too_little_before_them():
    past = history(FEWEST + 10, random.Random(1))
    assert [one.begin for one, _ in backtest(past)] == [
        1000 * number for number in range(FEWEST, FEWEST + 10)
    ]


def test_what_comes_later_changes_nothing():
    dice = random.Random(2)
    past, more = history(80, dice), history(160, dice)[80:]
    alone = list(backtest(past))
    assert list(backtest([*past, *more]))[: len(alone)] == alone
    assert list(backtest(reversed(past))) == alone


def test_what_is_still_open_when_a_promise_begins_is_not_known_to_it():
    past = [one._replace(at=10**9) for one in history(200, random.Random(3))]
    assert list(backtest(past)) == []


def test_an_honest_history_is_forecast_honestly():
    """Chances that are right on the long run: expected and observed misses agree, and the score beats the base."""
    found = Calibration({})
    tenths = dict(found.tenths)
    for _past, told in backtest(history(2000, random.Random(4))):
        for tenth, one in told.items():
            tenths[tenth] = tenths.get(tenth, Tally()) + one
    found = Calibration(tenths)
    for one in tenths.values():
        if one.n >= 150:
            assert abs(one.expected - one.missed) / one.n < 0.08
    assert found.brier < found.base_brier
