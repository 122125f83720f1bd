"""What is credited for missed levels: whatever the terms and counts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sla.credits import (
    CreditTerms,
    Stretch,
    credit_for,
    fee_of,
    missed,
    missed_levels,
    part_of,
    stretches,
)
from portal.sla.terms import Target

SHARE = st.integers(1, 1000)
MONEY = st.integers(0, 10**12)
YEAR = [date(2026, month, 1) for month in range(1, 13)]
COUNT = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
COUNTS = st.fixed_dictionaries(dict.fromkeys(Target, COUNT))


@st.composite
def agreed(draw):
    credit = draw(SHARE)
    shares = [draw(st.none() | SHARE) for _target in Target]
    cap = draw(st.none() | st.integers(credit, 1000))
    return CreditTerms(*shares, credit, cap, draw(st.sampled_from(Stretch)), draw(MONEY), "EUR")


def due(terms, months, counts):
    found = missed_levels(terms, months, counts)
    return sum(one.credit for one in found), sum(one.amount for one in found)


@given(agreed(), st.integers(1, 3), COUNTS)
def test_no_stretch_is_credited_more_than_the_cap_or_the_fee(terms, months, counts):
    credit, amount = due(terms, months, counts)
    fee = fee_of(terms.value_minor, months)
    assert 0 <= credit <= (terms.credit_cap or 1000) <= 1000
    assert 0 <= amount <= part_of(fee, terms.credit_cap or 1000) <= fee


@given(agreed(), st.integers(1, 3), COUNTS, st.sampled_from(Target))
def test_one_miss_more_never_lowers_what_is_due(terms, months, counts, target):
    kept, decided = counts[target]
    worse = {**counts, target: (kept, decided + 1)}
    assert due(terms, months, worse) >= due(terms, months, counts)
    assert due(terms, months, worse)[1] >= due(terms, months, counts)[1]


@given(agreed(), st.integers(1, 3), COUNTS)
def test_the_levels_of_a_stretch_add_up_to_what_their_number_gives(terms, months, counts):
    found = missed_levels(terms, months, counts)
    total = credit_for(len(found), terms)
    fee = fee_of(terms.value_minor, months)
    assert due(terms, months, counts) == (total, part_of(fee, total))
    unvalued = missed_levels(replace(terms, value_minor=None), months, counts)
    assert [one.credit for one in unvalued] == [one.credit for one in found]
    assert all(one.amount is None for one in unvalued)


@given(st.integers(1, 10**6), SHARE)
def test_exactly_the_agreed_share_is_kept_and_one_promise_less_is_not(n, share):
    assert not missed(n * share, n * 1000, share)
    assert missed(n * share - 1, n * 1000, share)


@given(SHARE)
def test_nothing_decided_or_nothing_agreed_is_no_miss(share):
    assert not missed(0, 0, share)
    assert missed_levels(CreditTerms(credit=20), 1, {Target.RESPONSE: (0, 9)}) == []


@given(MONEY, st.integers(1, 12))
def test_a_fee_is_within_half_a_minor_unit_of_its_part_of_the_year(value, months):
    assert -12 < 24 * fee_of(value, months) - 2 * value * months <= 12
    assert fee_of(value, 12) == value
    assert abs(sum(fee_of(value, 1) for _ in range(months)) - fee_of(value, months)) <= 6


@pytest.mark.parametrize(
    ("fee", "credit", "money"), [(1000, 25, 25), (50, 10, 1), (49, 10, 0), (7, 1000, 7), (0, 20, 0)]
)
def test_half_a_minor_unit_is_rounded_up(fee, credit, money):
    assert part_of(fee, credit) == money


@given(st.integers(0, 12), st.integers(0, 12), st.sampled_from(Stretch))
def test_every_month_lies_in_exactly_one_stretch(first, length, stretch):
    months = YEAR[first : first + length]
    found = stretches(months, stretch)
    assert [month for one in found for month in one] == months
    assert all(len({(day.month - 1) // 3 for day in one}) == 1 for one in found)
    assert max(map(len, found), default=1) <= (1 if stretch == Stretch.MONTH else 3)


def test_what_is_missed_is_told_in_order_with_the_cap_taken_from_the_last():
    terms = CreditTerms(950, 900, 800, 40, 100, Stretch.MONTH, 120_000, "EUR")
    counts = {
        Target.RESPONSE: (18, 20),
        Target.NEXT_RESPONSE: (8, 9),
        Target.RESOLUTION: (3, 4),
    }
    found = missed_levels(terms, 1, counts)
    assert [(one.target, one.credit, one.amount) for one in found] == [
        (Target.RESPONSE, 40, 400),
        (Target.NEXT_RESPONSE, 40, 400),
        (Target.RESOLUTION, 20, 200),
    ]
    assert missed_levels(replace(terms, credit=None), 1, counts) == []
