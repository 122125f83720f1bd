"""Rules of repetition: against dateutil where that ends, by hand where RFC 5545 gives the dates."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import vRecur

from portal.sla.repetition import WEEKDAYS, RepetitionFault, rule_of

EARLIEST, LATEST = date(2024, 1, 1), date(2026, 12, 31)


def days(text, first, latest=LATEST, earliest=EARLIEST, last=date.max):
    return list(rule_of(vRecur.from_ical(text), first, last).days(earliest, latest))


def _with(draw, own, others):
    """Some values, the own among them, so that a rule always matches its first day and dateutil ends."""
    found = draw(st.lists(others, max_size=3, unique=True).filter(lambda values: own not in values))
    return ",".join(map(str, [own, *found]))


@st.composite
def rules(draw):
    """A first day and a rule that it matches."""
    first = draw(st.dates(date(2015, 1, 1), date(2026, 6, 1)))
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 4))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 80))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={_with(draw, first.month, st.integers(1, 12))}")
    days = draw(st.sampled_from((None, "BYMONTHDAY", "BYYEARDAY", "BYDAY", "numbered")))
    if days == "BYMONTHDAY":
        signed = st.integers(-31, 31).filter(bool)
        parts.append(f"BYMONTHDAY={_with(draw, first.day, signed)}")
    elif days == "BYYEARDAY" and frequency == "YEARLY":
        signed = st.integers(-366, 366).filter(bool)
        parts.append(f"BYYEARDAY={_with(draw, first.timetuple().tm_yday, signed)}")
    elif days == "numbered" and frequency == "MONTHLY":
        number = draw(st.sampled_from((1, 2, 3, 4, -1, -2)))
        parts.append(f"BYDAY={number}{draw(st.sampled_from(WEEKDAYS))}")
    elif days:
        parts.append(f"BYDAY={_with(draw, WEEKDAYS[first.weekday()], st.sampled_from(WEEKDAYS))}")
    if days and frequency != "WEEKLY" and draw(st.booleans()):  # dateutil's first week begins late
        parts.append(f"BYSETPOS={draw(st.sampled_from(('1', '-1', '1,-1')))}")
    return first, ";".join(parts)


@settings(max_examples=400, deadline=None)
@given(rules(), st.integers(0, 900))
def test_a_rule_says_what_dateutil_says(rule, length):
    first, text = rule
    latest = EARLIEST + timedelta(days=length)
    slow = rrulestr(text, dtstart=datetime.combine(first, time()))
    expected = slow.between(
        *(datetime.combine(day, time()) for day in (EARLIEST, latest)), inc=True
    )
    assert days(text, first, latest) == [moment.date() for moment in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=YEARLY;BYDAY=20MO", ["2024-05-13", "2025-05-19", "2026-05-18"]),
        ("FREQ=YEARLY;BYDAY=-1FR", ["2024-12-27", "2025-12-26", "2026-12-25"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["2024-11-28", "2025-11-27", "2026-11-26"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["2024-09-13", "2024-12-13", "2025-06-13"]),
        ("FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2", ["2024-02-29", "2025-02-28", "2026-02-28"]),
        ("FREQ=YEARLY;BYYEARDAY=-1", ["2024-12-31", "2025-12-31", "2026-12-31"]),
        ("FREQ=WEEKLY;BYDAY=2MO", ["2024-01-01", "2024-01-08", "2024-01-15"]),
        ("FREQ=WEEKLY;BYDAY=SU,FR;BYSETPOS=1", ["2024-01-05", "2024-01-12", "2024-01-19"]),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SU,FR;BYSETPOS=1", ["2024-01-07", "2024-01-14", "2024-01-21"]),
        (
            "FREQ=MONTHLY;INTERVAL=6;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            ["2024-01-31", "2024-07-31", "2025-01-31"],
        ),
    ],
)
def test_known_rules_give_known_days(text, expected):
    assert [day.isoformat() for day in days(text, EARLIEST)][:3] == expected


def test_weekdays_by_number_and_without_are_both_taken():
    found = days("FREQ=MONTHLY;BYDAY=MO,1TU", EARLIEST, date(2024, 1, 31))
    assert [day.day for day in found] == [1, 2, 8, 15, 22, 29]


def test_the_last_of_a_month_is_not_the_last_before_the_end():
    text = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    assert days(text, EARLIEST, date(2024, 2, 15)) == [date(2024, 1, 31)]
    assert days(text, EARLIEST, last=date(2024, 2, 15)) == [date(2024, 1, 31)]


def test_a_leap_day_is_repeated_in_leap_years_alone():
    assert days("FREQ=YEARLY", date(2016, 2, 29)) == [date(2024, 2, 29)]


def test_a_rule_ends_with_its_last_day_and_with_its_count():
    assert days("FREQ=DAILY", EARLIEST, last=date(2024, 1, 3))[-1] == date(2024, 1, 3)
    assert days("FREQ=DAILY;COUNT=3", date(2023, 12, 31)) == [date(2024, 1, 1), date(2024, 1, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=1000000000",
        "FREQ=MONTHLY;BYSETPOS=31;BYDAY=MO",
        "FREQ=DAILY;COUNT=2147483647",
    ],
)
def test_no_rule_looks_beyond_its_span_by_more_than_a_period_on_each_side(text):
    rule = rule_of(vRecur.from_ical(text), date(1, 1, 1))
    span = (LATEST - EARLIEST).days + 1
    assert len(rule.looked_at(EARLIEST, LATEST)) <= span + 2 * 366
    assert len(list(rule.days(EARLIEST, LATEST))) <= span


def test_counting_looks_from_the_first_day_and_says_so():
    for frequency in ("DAILY", "WEEKLY;WKST=SU"):
        rule = rule_of(vRecur.from_ical(f"FREQ={frequency};COUNT=700000"), date(1, 1, 1))
        assert len(rule.looked_at(EARLIEST, LATEST)) == LATEST.toordinal()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("FREQ=SECONDLY", "FREQ=SECONDLY"),
        ("FREQ=HOURLY;COUNT=3", "FREQ=HOURLY"),
        ("COUNT=3", "FREQ="),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;COUNT=-1", "COUNT=-1"),
        ("FREQ=DAILY;COUNT=1,2", "COUNT"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR"),
        ("FREQ=YEARLY;RSCALE=CHINESE", "RSCALE"),
        ("FREQ=WEEKLY;WKST=1MO", "WKST=1MO"),
    ],
)
def test_what_is_not_honoured_is_refused_by_name(text, part):
    with pytest.raises(RepetitionFault) as refused:
        days(text, EARLIEST)
    assert str(refused.value) == part
