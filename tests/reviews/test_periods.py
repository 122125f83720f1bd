from datetime import UTC, date, datetime, timedelta

import pytest

from portal.reviews.periods import Period, PeriodRefused

pytestmark = pytest.mark.usefixtures("speaking")


@pytest.mark.parametrize(
    ("text", "code", "start", "end"),
    [
        ("2026-Q3", "2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        (" 2026-q4 ", "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-09", "2026-09", date(2026, 9, 1), date(2026, 10, 1)),
        ("2026-12", "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026", "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_month_a_quarter_and_a_year_are_read(text, code, start, end):
    assert Period.parse(text) == Period(code, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-Q5",
        "2026-13",
        "2026-00",
        "26",
        "next",
        "2026-Q3\n2026",
        "１９９９",
        "0001",
        "9999",
        "-Q1",
    ],
)
def test_anything_else_is_refused_with_the_remedy(text):
    with pytest.raises(PeriodRefused, match="2026-Q3 for a quarter"):
        Period.parse(text)


def test_limits_are_local_midnights_across_the_change_of_clocks():
    assert Period.parse("2026-Q1").limits("Europe/Rome") == (
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2017, 10, 15), "America/Sao_Paulo", datetime(2017, 10, 15, 3, tzinfo=UTC)),
        (date(1919, 3, 31), "America/Toronto", datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),
        (date(2026, 11, 1), "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_begins_with_its_first_instant_where_midnight_is_skipped_or_comes_twice(
    day, zone, instant
):
    assert Period("", day, day + timedelta(days=1)).limits(zone)[0] == instant


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("2026-Q3", "en", "July – September 2026"),
        ("2026-Q3", "pt", "julho – setembro de 2026"),
        ("2026-09", "es", "septiembre de 2026"),
        ("2026-09", "it", "settembre 2026"),
        ("2026", "pt", "2026"),
    ],
)
def test_the_name_is_in_the_readers_language(code, language, name):
    assert Period.parse(code).name(language) == name


def test_months_and_the_period_before():
    quarter = Period.parse("2026-Q1")
    assert [month.code for month in quarter.months()] == ["2026-01", "2026-02", "2026-03"]
    assert quarter.previous.code == "2025-Q4"
    assert Period.parse("2026-01").previous.code == "2025-12"
    assert Period.parse("2026").previous.code == "2025"
    assert Period.containing(date(2026, 5, 31)).code == "2026-Q2"


def test_a_period_that_is_not_over_is_refused_until_its_last_local_midnight():
    period = Period.parse("2026-Q1")
    end = period.limits("America/Sao_Paulo")[1]
    period.require_over(end, "America/Sao_Paulo")
    with pytest.raises(PeriodRefused, match="2026-04-01"):
        period.require_over(end.replace(hour=2), "America/Sao_Paulo")
