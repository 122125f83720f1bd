"""The clock of a case against a look at every step."""

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sla.calendars import ALWAYS_OPEN, Calendar, Version
from portal.sla.clocks import CaseClock, Pause, stretches
from tests.sla.slow import STEP, open_steps
from tests.sla.strategies import CHANGES, LENGTH, calendars, start_of


@st.composite
def clocks(draw):
    """A calendar, pauses, a start, and what is open step by step from it."""
    place = draw(st.sampled_from(CHANGES))
    begin = start_of(place)
    instants = st.integers(0, LENGTH).map(lambda n: begin + STEP * n)
    calendar = draw(calendars(place))
    pauses = [
        Pause(a, b, reason)
        for a, b, reason in draw(
            st.lists(st.tuples(instants, st.none() | instants, st.sampled_from("xy")), max_size=4)
        )
        if b is None or a <= b
    ]
    start = draw(instants)
    is_open = sorted(open_steps(calendar, start, begin + STEP * LENGTH))
    return calendar, pauses, start, begin + STEP * LENGTH, is_open


def paused(t, pauses):
    return any(p.begin <= t and (p.end is None or t < p.end) for p in pauses)


@settings(max_examples=150, deadline=None)
@given(clocks(), st.data())
def test_seconds_paused_reached_and_limit(found, data):
    calendar, pauses, start, end, is_open = found
    clock = CaseClock(stretches(start, "", pauses=pauses), lambda priority: calendar)
    runs = [t for t in is_open if not paused(t, pauses)]
    assert clock.seconds(start, end) == STEP * len(runs)
    assert clock.paused(start, end) == STEP * (len(is_open) - len(runs))
    target = data.draw(st.integers(0, STEP * len(runs) + 400))
    reached, limit = clock.reached(start, target), clock.limit(start, lambda priority: target)
    if target == 0:
        assert reached == start
    elif target <= STEP * len(runs):
        step = runs[(target - 1) // STEP]
        assert reached == step + (target - 1) % STEP + 1
    else:
        assert reached is None or reached > end
    if target < STEP * len(runs):
        assert limit == runs[target // STEP] + target % STEP
    else:
        assert limit is None or limit >= end


@settings(max_examples=100, deadline=None)
@given(clocks(), st.data())
def test_what_lies_between_adds_up(found, data):
    calendar, pauses, start, end, _ = found
    clock = CaseClock(stretches(start, "", pauses=pauses), lambda priority: calendar)
    middle = data.draw(st.integers(start, end))
    assert clock.seconds(start, middle) + clock.seconds(middle, end) == clock.seconds(start, end)
    by_reason = sum(clock.paused(start, end, reason) for reason in "xy")
    assert by_reason == clock.paused(start, end)
    assert clock.seconds(start, end) + clock.paused(start, end) == calendar.seconds(start, end)


def test_the_reason_of_overlapping_pauses_is_that_of_the_first():
    pauses = [Pause(50, 80, "y"), Pause(10, 60, "x"), Pause(20, 30, "y")]
    clock = CaseClock(stretches(0, "", pauses=pauses), lambda priority: ALWAYS_OPEN)
    assert (clock.paused(0, 100, "x"), clock.paused(0, 100, "y")) == (50, 20)


def test_each_stretch_counts_by_its_priority():
    shut = Calendar(ZoneInfo("UTC"), [Version(None, ((),) * 7)])
    by_name = {"on": ALWAYS_OPEN, "off": shut}
    clock = CaseClock(
        stretches(0, "on", priorities=[(10, "off"), (30, "on"), (30, "off"), (40, "on")]),
        by_name.__getitem__,
    )
    assert clock.seconds(0, 100) == 70
    assert [clock.priority(t) for t in (0, 9, 10, 30, 40)] == ["on", "on", "off", "off", "on"]
    assert clock.reached(0, 11) == clock.limit(0, lambda priority: 11) == 41


def test_a_calendar_that_shuts_for_good_reaches_nothing_more():
    days = Calendar(ZoneInfo("UTC"), [Version(None, (((0, 60),),) * 7)])
    assert days.last(0, 365 * 3600) == 365 * 86_400
    assert days.first(0, 365 * 3600) == 364 * 86_400 + 3600
    shut = Calendar(ZoneInfo("UTC"), [Version(None, ((),) * 7)])
    assert (shut.first(0, 1), shut.last(0, 0)) == (None, None)
    assert shut.first(0, 0) == 0
