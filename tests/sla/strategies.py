"""Calendars, agreements and courses around days on which clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from portal.sla.calendars import Calendar, Version
from portal.sla.clocks import Pause
from portal.sla.course import Act, Course, Mark, Origin
from portal.sla.terms import Terms
from tests.sla.slow import DAY, STEP

CHANGES = (
    ("Europe/Rome", date(2026, 3, 28)),
    ("Europe/Rome", date(2026, 10, 24)),
    ("America/New_York", date(2026, 10, 31)),
    ("America/Havana", date(2026, 3, 7)),
    ("America/Havana", date(2026, 10, 31)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Pacific/Chatham", date(2026, 9, 26)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Africa/Casablanca", date(2026, 2, 14)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
)
LENGTH = 3 * DAY // STEP
"""A course lasts three days."""
PRIORITIES = ("P1", "P2", "P3")

_quarters = st.integers(0, 95)
_hours = st.lists(
    st.tuples(_quarters, _quarters).map(lambda pair: (15 * min(pair), 15 * max(pair) + 15)),
    max_size=3,
).map(tuple)


@st.composite
def calendars(draw, place):
    """Several intervals a day that may overlap, closed and special days, a version that begins within."""
    zone, day = place
    first = Version(
        None,
        draw(st.tuples(*[_hours] * 7)),
        closed=frozenset(draw(st.sets(_days(day), max_size=1))),
        special=draw(st.dictionaries(_days(day), _hours, max_size=1)),
    )
    later = draw(st.none() | st.builds(Version, _days(day), st.tuples(*[_hours] * 7)))
    return Calendar(ZoneInfo(zone), [first] if later is None else [first, later])


def _days(day):
    return st.integers(0, 3).map(lambda n: date.fromordinal(day.toordinal() + n))


_allowed = (
    st.none() | st.integers(0, 40 * 3600) | st.integers(0, 8).map(lambda n: STEP * n) | st.just(0)
)


@st.composite
def agreements(draw, place):
    """Terms by priority; one priority may have none."""
    return {
        name: Terms(draw(calendars(place)), draw(_allowed), draw(_allowed), draw(_allowed))
        for name in draw(st.sampled_from((PRIORITIES, PRIORITIES[:2])))
    }


def start_of(place):
    """Midnight UTC of the day before clocks change."""
    return int(datetime.combine(place[1], datetime.min.time(), tzinfo=UTC).timestamp())


_soon = st.integers(0, 12) | st.integers(0, LENGTH)


@st.composite
def courses(draw, start):
    """Everything at whole steps, often several things at one."""
    opened = draw(st.integers(0, LENGTH - 1))
    opened_at = start + STEP * opened
    some = [min(LENGTH - 1, opened + n) for n in draw(st.lists(_soon, min_size=3, max_size=6))]
    later = (st.integers(opened, LENGTH - 1) | st.sampled_from(some)).map(
        lambda n: start + STEP * n
    )
    instants = st.integers(0, LENGTH - 1).map(lambda n: start + STEP * n) | later
    marks = draw(st.lists(st.builds(Mark, later, st.sampled_from(Act)), max_size=12))
    changes = draw(st.lists(st.tuples(later, st.sampled_from(PRIORITIES)), max_size=4))
    pauses = draw(st.lists(st.tuples(instants, st.none() | instants), max_size=4))
    return Course(
        opened_at=opened_at,
        priority=draw(st.sampled_from(PRIORITIES)),
        origin=draw(st.sampled_from(Origin)),
        marks=sorted(marks, key=lambda mark: mark.at),
        priorities=sorted(changes, key=lambda change: change[0]),
        pauses=[
            Pause(begin, end, draw(st.sampled_from(("client", "supplier"))))
            for begin, end in pauses
            if end is None or begin <= end
        ],
    )
