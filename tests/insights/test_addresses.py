"""Days in an address: written short where they are a month or a quarter, read back in every form."""

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.insights.asked import month_on, stretch_given, stretch_in_address

MONTHS = st.dates(date(2000, 1, 1), date(2099, 1, 1)).map(lambda day: day.replace(day=1))


@given(st.dates(date(2000, 1, 1), date(2095, 1, 1)), st.integers(1, 1500))
def test_any_days_come_back_as_they_were(begin, length):
    days = begin, begin + timedelta(days=length)
    assert stretch_given(dict(parse_qsl(stretch_in_address(*days)))) == days


@given(MONTHS, st.sampled_from([1, 3]))
def test_whole_months_and_quarters_come_back_as_they_were(begin, months):
    days = begin, month_on(begin, months)
    assert stretch_given(dict(parse_qsl(stretch_in_address(*days)))) == days


def test_months_and_quarters_are_short():
    assert stretch_in_address(date(2026, 4, 1), date(2026, 7, 1)) == "days=2026-Q2"
    assert stretch_in_address(date(2026, 12, 1), date(2027, 1, 1)) == "days=2026-12"
    assert stretch_in_address(date(2026, 5, 1), date(2026, 8, 1)) == "from=2026-05-01&to=2026-07-31"


@pytest.mark.parametrize(
    "days", ["", "2026", "2026-13", "2026-Q5", "2026-00", "1999-12", "٢٠٢٦-Q1"]
)
def test_what_is_no_month_and_no_quarter_says_nothing(days):
    assert stretch_given({"days": days}) is None
    assert stretch_given({"days": days, "from": "2026-02-02", "to": "2026-02-01"}) is None
