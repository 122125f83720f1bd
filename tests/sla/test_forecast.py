"""The chance of a miss: what a plain count says, never certain, never falling as time runs out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sla.forecast import FEWEST, WHOLE, Decided, Odds, forecast, odds_of, used

shares = st.integers(0, WHOLE)
promises = st.lists(
    st.builds(
        lambda target, priority, met, share: Decided(
            target, priority, met, share if met else WHOLE
        ),
        st.sampled_from(("response", "resolution")),
        st.sampled_from(("high", "normal")),
        st.booleans(),
        shares,
    ),
    max_size=120,
)


def like(decided, target, priority, share):
    """The plain count: of the same kind and still open at the share; how many, and how many of them were missed."""
    found = [
        one
        for one in decided
        if one.target == target
        and priority in ("", one.priority)
        and (not one.met or one.used >= share)
    ]
    return len(found), sum(not one.met for one in found)


@given(promises, shares)
def test_it_is_what_a_plain_count_says(decided, share):
    found = forecast(odds_of(decided), "response", "high", share)
    for priority in ("high", ""):
        n, missed = like(decided, "response", priority, share)
        if n >= FEWEST:
            assert (found.n, found.missed) == (n, missed)
            assert found.any_priority is (priority == "")
            assert abs(Fraction(found.chance, WHOLE) - Fraction(missed + 1, n + 2)) <= Fraction(
                1, 2000
            )
            return
    assert found is None


@given(promises, shares)
def test_it_is_never_certain_and_lies_in_its_range(decided, share):
    found = forecast(odds_of(decided), "response", "high", share)
    if found is not None:
        low, high = found.range
        assert 0 < found.chance < WHOLE
        assert 0 <= low <= found.chance <= high <= WHOLE


@given(promises, shares, shares)
def test_the_more_has_run_the_likelier_a_miss_among_the_same(decided, one, other):
    """As long as there are enough like it; with too few it falls back on others."""
    known = {key: odds for key, odds in odds_of(decided).items() if key[1] == ""}
    early, late = (
        forecast(known, "response", "high", share) for share in (min(one, other), max(one, other))
    )
    if late is not None:
        assert early.chance <= late.chance
        assert late.base == early.base <= early.chance


@given(promises)
def test_the_order_of_what_was_decided_makes_no_difference(decided):
    assert odds_of(decided) == odds_of(reversed(decided))


def test_34_percent_of_17_of_50():
    odds = Odds(tuple(range(500, 533)), 17)
    found = forecast({("response", "high"): odds}, "response", "high", 500)
    assert (found.missed, found.n, found.chance) == (17, 50, 346)
    assert found.range == (224, 478)


def test_one_too_few_is_too_few():
    assert forecast({("response", ""): Odds((), FEWEST - 1)}, "response", "high", 0) is None
    assert forecast({("response", ""): Odds((), FEWEST)}, "response", "high", 0) is not None
    assert forecast({}, "response", "high", 0) is None


@pytest.mark.parametrize(
    ("spent", "allowed", "share"),
    [
        (0, 100, 0),
        (50, 100, 500),
        (999, 1000, 999),
        (100, 100, 1000),
        (300, 100, 1000),
        (5, 0, 1000),
    ],
)
def test_the_share_of_a_target_that_has_run(spent, allowed, share):
    assert used(spent, allowed) == share
