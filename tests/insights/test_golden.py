"""The ten cases of the definitions page, by hand, and figure by figure what it expects of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from portal.insights.book import Book, Contract, Survey
from portal.insights.figures import figures_of
from portal.insights.history import CaseHistory, Link, Report, Step, Turn, Word
from portal.sla.calendars import calendar_of
from portal.sla.clocks import Pause
from portal.sla.course import Act, Mark
from portal.sla.terms import Terms
from portal.sla.walls import midnight

ROME = ZoneInfo("Europe/Rome")
HOUR = 3600
WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = calendar_of(
    {
        "tz": "Europe/Rome",
        "versions": [
            {
                "weekly": {day: [["09:00", "18:00"]] for day in WEEK},
                "closed": ["2025-12-25", "2025-12-26", "2026-01-01", "2026-01-06"],
            }
        ],
    }
)
ALL_DAY = calendar_of(
    {
        "tz": "Europe/Rome",
        "versions": [{"weekly": {day: [["00:00", "24:00"]] for day in (*WEEK, "sat", "sun")}}],
    }
)
AGREED = {
    "P1": Terms(ALL_DAY, 1 * HOUR, None, 8 * HOUR),
    "P2": Terms(OFFICE, 4 * HOUR, None, 18 * HOUR),
    "P3": Terms(OFFICE, 9 * HOUR, None, 45 * HOUR),
}


def at(text):
    """A local time of Rome, of 2026 when it names no year."""
    full = text if text.startswith("20") else f"2026-{text}"
    return int(datetime.fromisoformat(full).replace(tzinfo=ROME).timestamp())


def case(ref, priority, opened, answered=None, *turns, origin="client", pauses=(), links=()):
    """Turns alternate: resolved, reopened, resolved …"""
    steps = [(at(text), Turn.REOPENED if n % 2 else Turn.RESOLVED) for n, text in enumerate(turns)]
    answers = [] if answered is None else [at(answered)]
    marks = sorted(
        [*((t, Act.STAFF) for t in answers), *((t, Act(turn.value)) for t, turn in steps)],
        key=lambda mark: mark[0],
    )
    return CaseHistory(
        ref=ref,
        account="acme",
        opened_at=at(opened),
        origin=origin,
        category="general",
        priority=priority,
        steps=tuple(Step(t, turn) for t, turn in steps),
        pauses=tuple(Pause(at(a), at(b), "client") for a, b in pauses),
        responses=tuple(answers),
        opened_by="p1",
        marks=tuple(Mark(t, act) for t, act in marks),
        words=tuple(Word(t, True, "s1") for t in answers),
        links=tuple(links),
    )


CASES = (
    case(
        *("C1", "P2", "01-05 16:00", "01-07 10:30", "01-09 15:00"),
        pauses=[("01-07 10:30", "01-08 12:00")],
    ),
    case("C2", "P2", "01-16 17:30", "01-19 12:30", "01-21 10:00"),
    case("C3", "P1", "03-29 01:15", "03-29 03:05", "03-29 10:00"),
    case(
        *("C4", "P3", "02-02 09:00", "02-03 09:30"),
        *("02-06 12:00", "02-10 10:00", "02-12 10:00"),
    ),
    case("C5", "P2", "03-30 15:00", "03-30 16:00"),
    case("C6", "P2", "03-16 09:00", "04-02 10:00"),
    case(
        *("C7", "P3", "2025-12-18 10:00", "2025-12-18 11:00", "01-14 12:00"),
        pauses=[("2025-12-19 09:00", "01-12 09:00")],
    ),
    case("C9", "P3", "02-17 17:00", "02-18 11:00", "02-18 17:00", links=[Link("C4", True)]),
    case("C10", "P3", "03-10 10:00", None, "03-10 10:20", origin="on_behalf"),
    case("C11", "P3", "03-20 09:00", None, "03-27 18:00", origin="staff"),
)


def survey(number, kind, score):
    answered = at("02-20 10:00")
    return Survey(
        kind, "acme", f"p{number}", "", "w1", (number, ""), answered, True, answered, score
    )


ANSWERS = [("csat", score) for score in (5, 5, 4, 3, 2, 4)]
ANSWERS += [("nps", score) for score in (10, 9, 9, 8, 7, 6, 10)]
VALUES = {"A": (100, 120), "B": (80, 60), "C": (50, None), "D": (None, 40)}


def contracts():
    before, change = datetime(2025, 1, 1).date(), datetime(2026, 3, 1).date()
    for account, (first, second) in VALUES.items():
        if first is not None:
            yield Contract(account, before, change, first)
        if second is not None:
            yield Contract(account, change, None, second)


def ask(as_of):
    begin, end = (midnight(datetime(2026, m, 1).date(), ROME) for m in (1, 4))
    report = Report(begin, end, at(as_of), ROME, None, {"acme": AGREED})
    known = [one for one in CASES if one.ref != "C6"] + [_as_known(as_of)]
    surveys = [survey(n, kind, score) for n, (kind, score) in enumerate(ANSWERS)]
    return figures_of(report, Book(known, surveys, list(contracts())))


def _as_known(as_of):
    """C6 was silent until the second of April."""
    answered = "04-02 10:00" if as_of > "04-02" else None
    return case("C6", "P2", "03-16 09:00", answered)


@pytest.fixture(scope="module")
def got():
    return ask("04-01 00:00")


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("F1", {"value": 9}),
        ("F2", {"value": 9, "cases": 8}),
        ("F3", {"value": 1}),
        ("F6", {"n": 7, "p50": 3 * HOUR, "p90": 9 * HOUR + 1800}),
        ("F7", {"numerator": 6, "denominator": 8, "value": 75.0}),
        ("F8", {"numerator": 7, "denominator": 10, "value": 70.0}),
        ("F9", {"numerator": 0, "denominator": 0, "value": None}),
        ("F12", {"immature": 2, "numerator": 1, "denominator": 7, "value": 14.3}),
        ("F18", {"numerator": 4, "denominator": 6, "value": 66.7}),
        ("F21", {"numerator": 2, "denominator": 3, "value": 66.7}),
        ("F22", {"numerator": 160, "denominator": 230, "value": 69.6}),
        ("F23", {"numerator": 180, "denominator": 230, "value": 78.3}),
    ],
)
def test_expected(got, figure, expected):
    assert got[figure] == expected


def test_the_further_figures(got):
    assert (got["F4"]["cases"], got["F5"]["start"], got["F5"]["end"]) == (["C5", "C6"], 1, 2)
    assert (got["F10"]["n"], got["F10"]["p50"], got["F10"]["p90"]) == (9, 18 * HOUR, 54 * HOUR)
    assert (got["F13"]["numerator"], got["F13"]["denominator"]) == (1, 9)
    assert {one["case"]: one["days"] for one in got["F15"]["cases"]} == {"C5": 1, "C6": 15}
    assert got["F20"]["w1"]["value"] == 43


def test_later_all_resolutions_are_mature():
    assert ask("04-15 00:00")["F12"] == {
        "immature": 0,
        "numerator": 1,
        "denominator": 9,
        "value": 11.1,
    }


def test_every_miss_has_its_instant(got):
    found = [(one["case"], one["target"], one["at"]) for one in got["misses"]]
    assert found == [
        ("C2", "resolution 1", "2026-01-20T16:30:00Z"),
        ("C4", "response", "2026-02-03T08:00:00Z"),
        ("C6", "response", "2026-03-16T12:00:00Z"),
        ("C6", "resolution 1", "2026-03-18T08:00:00Z"),
        ("C11", "resolution 1", "2026-03-27T08:00:00Z"),
    ]
