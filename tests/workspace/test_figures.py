"""Pure parts of the account's page: months without gaps, bars on one scale, words for the hour."""

import re
from datetime import UTC, date, datetime

import pytest

from portal.actor import Actor
from portal.workspace.bars import BASE, TOP, Bars
from portal.workspace.entries import Entry, Filters
from portal.workspace.greeting import hello
from portal.workspace.months import HOURS, Figures, Month, _last_months

LATE = datetime(9999, 12, 31, tzinfo=UTC)


def test_the_last_24_months_end_with_the_running_one():
    months = _last_months(date(2026, 1, 31))
    assert (len(months), months[0], months[-1]) == (24, date(2024, 2, 1), date(2026, 1, 1))


def test_sums_and_the_busiest_hour():
    hours = [0] * HOURS
    hours[24 + 9] = 5
    figures = Figures([Month(date(2026, 1, 1), 3, 2, 1), Month(date(2026, 2, 1), 4)], hours)
    assert (figures.opened, figures.resolved, figures.reopened) == (7, 2, 1)
    assert figures.busiest == (1, 9, 5)
    assert Figures([Month(date(2026, 1, 1))]).empty


@pytest.mark.parametrize("most", [0, 1, 3, 4, 7, 12, 99, 100, 101, 2500])
def test_bars_fit_between_top_and_base_with_few_round_lines(most):
    bars = Bars.of([Month(date(2026, 1, 1), most, most // 2)] * 24)
    assert len(bars.lines) <= 5
    assert bars.lines[0] == (BASE, 0)
    assert bars.lines[-1][0] == TOP
    outline = [float(number) for number in re.findall(r"M([\d.]+) ", bars.theirs)]
    assert len(outline) == (24 if most else 0)
    assert all(bars.left <= x < bars.width for x in outline)
    assert len(bars.names) == 8


@pytest.mark.parametrize(
    ("hour", "words"), [(5, "morning"), (12, "afternoon"), (19, "evening"), (2, "evening")]
)
def test_the_greeting_follows_the_readers_clock(app, now, hour, words):
    now.move_to(datetime(2026, 7, 1, hour, tzinfo=UTC))
    with app.app_context():
        assert words in hello(Actor(user_id=1, name="Mariana Quintão", timezone="UTC"))


def test_filters_stand_in_the_address_only_when_given():
    assert Filters().as_query == {}
    assert Filters("serra", mine=True).as_query == {"q": "serra", "manager": "me"}


@pytest.mark.parametrize(
    ("renewal", "days"),
    [
        (date(2026, 3, 2), 0),
        (date(2026, 4, 16), 45),
        (date(2026, 4, 17), None),
        (date(2026, 3, 1), None),
        (None, None),
    ],
)
def test_a_renewal_is_near_for_45_days(renewal, days):
    entry = entry_with(renewal, None, None)
    assert entry.renews_in == days
    assert entry.next_due_at is None
    assert entry.next_review_on == date(2026, 3, 31)


def entry_with(renewal_on, ends_on, notice_on):
    dates = (renewal_on, ends_on, notice_on)
    return Entry("A", "A", "UTC", "", "key", *dates, None, "EUR", 0, 0, 0, LATE, LATE, None, 2)


def test_the_end_is_near_where_nothing_is_renewed_and_notice_until_its_last_day():
    entry = entry_with(None, date(2026, 3, 11), date(2026, 3, 2))
    assert (entry.renews_in, entry.ends_in, entry.notice_in) == (None, 8, 0)
    entry = entry_with(date(2027, 3, 11), date(2026, 3, 11), date(2026, 3, 1))
    assert (entry.renews_in, entry.ends_in, entry.notice_in) == (None, None, None)
