"""Business seconds: by hand on both clock changes, by a slow second calculation, and on the case files."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sla.calendars import ALWAYS_OPEN, Calendar, CalendarFault, Version, calendar_of
from portal.sla.walls import closing, midnight, opening
from tests.conftest import lacking

ROME = ZoneInfo("Europe/Rome")
HAVANA = ZoneInfo("America/Havana")
APIA = ZoneInfo("Pacific/Apia")
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "sla"
WEEK = {
    day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def rome(**version):
    return calendar_of(
        {"tz": "Europe/Rome", "versions": [{"from": None, "weekly": WEEK, **version}]}
    )


def test_a_working_day_has_its_hours_and_a_lunch_break():
    assert rome().seconds(at("2026-02-02T00:00+01:00"), at("2026-02-03T00:00+01:00")) == 8 * 3600
    assert rome().seconds(at("2026-02-02T11:30+01:00"), at("2026-02-02T13:30+01:00")) == 3600
    assert rome().seconds(at("2026-02-07T00:00+01:00"), at("2026-02-09T00:00+01:00")) == 0


def test_closed_and_special_days_replace_the_week():
    calendar = rome(
        closed=["2026-02-02"],
        special={"2026-02-03": [["10:00", "11:00"]], "2026-02-02": [["01:00", "02:00"]]},
    )
    assert calendar.seconds(at("2026-02-02T00:00+01:00"), at("2026-02-04T00:00+01:00")) == 3600


def test_a_new_version_counts_from_its_local_date():
    calendar = calendar_of(
        {
            "tz": "Europe/Rome",
            "versions": [
                {"from": None, "weekly": {"mon": [["09:00", "10:00"]]}},
                {"from": "2026-02-09", "weekly": {"mon": [["09:00", "13:00"]]}},
            ],
        }
    )
    assert calendar.seconds(at("2026-02-02T00:00+01:00"), at("2026-02-10T00:00+01:00")) == 5 * 3600


def test_clock_changes_shorten_and_lengthen_the_night():
    night = Calendar(ROME, [Version(None, (((0, 1440),),) * 7)])
    assert night.seconds(at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00")) == 23 * 3600
    assert night.seconds(at("2026-10-25T00:00+02:00"), at("2026-10-26T00:00+01:00")) == 25 * 3600


@pytest.mark.parametrize(
    ("wall", "opens", "closes"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:00+00:00", "2026-03-29T01:00+00:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00"),
        ("2026-10-25T02:00", "2026-10-25T00:00+00:00", "2026-10-25T00:00+00:00"),
        ("2026-10-25T03:00", "2026-10-25T02:00+00:00", "2026-10-25T02:00+00:00"),
    ],
)
def test_limits_in_the_gap_and_in_the_fold(wall, opens, closes):
    wall = datetime.fromisoformat(wall)
    assert opening(wall, ROME) == at(opens)
    assert closing(wall, ROME) == at(closes)


def test_a_day_that_was_skipped_has_no_second():
    assert midnight(date(2011, 12, 30), APIA) == midnight(date(2011, 12, 31), APIA)


def test_intervals_of_a_day_may_overlap():
    calendar = Calendar(HAVANA, [Version(None, (((540, 720), (600, 660), (720, 780)),) * 7)])
    begin = midnight(date(2026, 6, 1), HAVANA)
    assert calendar.open_between(begin, begin + 86_400) == [(begin + 540 * 60, begin + 780 * 60)]


def test_round_the_clock():
    assert ALWAYS_OPEN.seconds(10, 25) == 15
    assert ALWAYS_OPEN.seconds(25, 10) == 0


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"versions": []}, "tz"),
        ({"tz": "Mars/Base", "versions": []}, "Mars/Base"),
        ({"tz": "UTC"}, "versions"),
        ({"tz": "UTC", "versions": [{"from": "2026-02-30"}]}, "2026-02-30"),
        ({"tz": "UTC", "versions": [{"weekly": {"someday": []}}]}, "someday"),
        ({"tz": "UTC", "versions": [{"weekly": {"mon": [["9", "18:00"]]}}]}, "'9'"),
        ({"tz": "UTC", "versions": [{"weekly": {"mon": [["09:00", "24:01"]]}}]}, "24:01"),
    ],
)
def test_a_broken_calendar_is_one_clear_line(found, message):
    with pytest.raises(CalendarFault, match=message) as raised:
        calendar_of(found)
    assert "\n" not in str(raised.value)


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(
        (
            "Europe/Rome",
            "America/New_York",
            "Australia/Lord_Howe",
            "America/Havana",
            "America/Sao_Paulo",
        )
    ),
    day=st.dates(date(2015, 1, 1), date(2026, 12, 30)),
    hours=st.lists(st.tuples(st.integers(0, 23), st.integers(0, 24)), max_size=3),
    begin=st.integers(0, 2 * 1440),
    length=st.integers(0, 2 * 1440),
)
def test_equals_a_look_at_every_minute(zone, day, hours, begin, length):
    place = ZoneInfo(zone)
    intervals = tuple((a * 60, b * 60) for a, b in hours if a < b)
    calendar = Calendar(place, [Version(None, (intervals,) * 7)])
    start = int(datetime.combine(day, datetime.min.time(), tzinfo=UTC).timestamp()) + begin * 60
    end = start + length * 60
    assert calendar.seconds(start, end) == _seconds(start, end, place, intervals)


def _seconds(begin, end, zone, intervals):
    """The definition of the case files, minute by minute: open from the first instant whose local time is
    at or after the begin to the last one whose local time is before the end."""
    minutes = range(begin - 3 * 3600, end + 3 * 3600, 60)
    walls = [datetime.fromtimestamp(t, UTC).astimezone(zone).replace(tzinfo=None) for t in minutes]
    open_at = set()
    for day in sorted({wall.date() for wall in walls}):
        for interval in intervals:
            opens, closes = (
                datetime.combine(day, datetime.min.time()) + timedelta(minutes=m) for m in interval
            )
            since = next((i for i, wall in enumerate(walls) if wall >= opens), len(walls))
            until = max((i for i, wall in enumerate(walls) if wall < closes), default=-1)
            open_at |= {minutes[i] for i in range(since, until + 1)}
    return 60 * sum(begin <= t < end for t in open_at)


@pytest.mark.data
@pytest.mark.parametrize("name", ["practice.json", "peers.json"])
def test_the_case_files(name):
    if not CASES.exists():
        lacking("data", "the acceptance cases are not beside the checkout")
    found = json.loads((CASES / name).read_text())
    calendars = {key: calendar_of(value) for key, value in found["calendars"].items()}
    for case in found["cases"]:
        calendar, begin, end = calendars[case["calendar"]], at(case["start"]), at(case["at"])
        paused = sum(
            calendar.seconds(max(begin, at(a)), min(end, at(b) if b else end))
            for a, b in case["pauses"]
        )
        business = calendar.seconds(begin, end)
        got = {
            "business_seconds": business,
            "paused_seconds": paused,
            "clock_seconds": business - paused,
            "met": business - paused <= case["target_seconds"],
        }
        expected = {key: case["expect"][key] for key in got if key in case["expect"]}
        assert {key: got[key] for key in expected} == expected, case["id"]
