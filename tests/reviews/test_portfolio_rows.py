"""The rows inside a portfolio review: what was read comes out of them again, and what they must not hold."""

import json
from datetime import UTC, datetime
from itertools import islice

import pytest

from portal.actor import SYSTEM
from portal.insights import days
from portal.reviews import snapshot
from portal.reviews.periods import Period
from portal.reviews.portfolio import facts
from portal.reviews.portfolio.document import sheet
from portal.reviews.portfolio.rows import frozen, thawed
from tests.insights.test_random_in_database import random_rows  # noqa: F401
from tests.reviews import portfolios
from tests.reviews.conftest import BRAND


def test_what_is_read_from_the_database_comes_out_of_its_rows_again(random_rows):  # noqa: F811
    cases = 0
    for _each in islice(random_rows, 3):
        days.rebuild()
        for as_of in (None, datetime(2026, 4, 2, tzinfo=UTC)):
            found = facts.read(SYSTEM, Period.parse("2026-Q1"), None, "Europe/Rome", as_of)
            cases += found.figures["F1"]["value"]
            rows = frozen(found)
            again = thawed(rows)
            assert frozen(again) == rows
            ours, theirs = (sheet(one, "it", BRAND, rows) for one in (found, again))
            assert ours == theirs
    assert cases > 0


def test_rows_name_no_user_no_database_key_and_no_confidential_case(speaking):
    told = json.loads(frozen(portfolios.portfolio(12)))["review"]
    hidden = [one for one in told["misses"] if one["case"] == ""]
    assert hidden
    assert not any(one["subject"] for one in hidden)
    assert {one["account_id"] for one in told["misses"]} <= set(range(12))
    assert not any(
        name.startswith(("first:", "done:"))
        for one in told["accounts"]
        for name in one["now"]["counts"]
    )
    with pytest.raises(snapshot.SnapshotFault):
        thawed(b"{}")
