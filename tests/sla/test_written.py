"""Hours and spans as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sla.written import (
    LONGEST,
    Fault,
    NotUnderstood,
    hours_text,
    hours_written,
    span_text,
    span_written,
)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        (" - ", []),
        ("09:00-18:00", [[540, 1080]]),
        ("9:00 - 13:00,14:00-18:00", [[540, 780], [840, 1080]]),
        ("14:00-18:00; 9.00–13.00", [[540, 780], [840, 1080]]),
        ("00:00-24:00", [[0, 1440]]),
        ("09:00-13:00, 13:00-18:00", [[540, 780], [780, 1080]]),
    ],
)
def test_hours_are_understood(text, hours):
    assert hours_written(text) == hours


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("nine to five", Fault.FORM),
        ("09:00", Fault.FORM),
        ("09:00-13:00,", Fault.FORM),
        ("09:60-13:00", Fault.FORM),
        ("09:00-25:00", Fault.FORM),
        ("22:00-06:00", Fault.BACKWARDS),
        ("09:00-09:00", Fault.BACKWARDS),
        ("09:00-13:00, 12:59-14:00", Fault.OVERLAP),
    ],
)
def test_other_hours_are_not(text, fault):
    with pytest.raises(NotUnderstood) as wrong:
        hours_written(text)
    assert wrong.value.fault is fault


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("4 h", 14_400),
        ("30 min", 1800),
        ("2 h 30 min", 9000),
        ("2h30min", 9000),
        ("90 MIN", 5400),
        ("87600 h", LONGEST),
    ],
)
def test_spans_are_understood(text, seconds):
    assert span_written(text) == seconds


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2 d 4 h", Fault.DAYS),
        ("1 day", Fault.DAYS),
        ("0 h", Fault.NOTHING),
        ("-1 h", Fault.NOTHING),
        ("87600 h 1 min", Fault.TOO_LONG),
        ("4", Fault.FORM),
        ("30 min 2 h", Fault.FORM),
        ("1.5 h", Fault.FORM),
    ],
)
def test_other_spans_are_not(text, fault):
    with pytest.raises(NotUnderstood) as wrong:
        span_written(text)
    assert wrong.value.fault is fault


@given(st.integers(1, LONGEST // 60))
def test_a_span_is_read_as_it_was_written(minutes):
    assert span_written(span_text(minutes * 60)) == minutes * 60


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(sorted))
def test_hours_are_read_as_they_were_written(bounds):
    hours = [[a, b] for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    assert hours_written(hours_text(hours)) == hours
