"""The rows behind a review's figures: case histories that name nobody, from which every figure can be counted again.

A case that may be named is called by its reference; a confidential one by a number. Pure.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from portal.insights.attainment import Decision, written
from portal.insights.history import CaseHistory
from portal.reviews.figures import Figures
from portal.sla.calendars import WEEKDAYS, Calendar, Clock, Hours
from portal.sla.terms import Terms

Row = tuple[str, ...]
CONFIDENTIAL = "confidential "
NOTHING_AGREED: Mapping[str, Terms] = {}
NOT_ESCALATED: Mapping[str, Sequence[tuple[int, str]]] = {}
ROUND_THE_CLOCK = {
    "tz": "UTC",
    "versions": [{"from": None, "weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}],
}


@dataclass(frozen=True)
class Evidence:
    """Rows in order; `hours` is JSON with the calendars, and for each group of cases its calendar by priority.

    A case: name, group, opened at, origin, category, priority at its opening, 1 for a complaint.
    An event: case, instant, kind, and the side that spoke or the value. A promise: case, target, number, instant
    of the decision, 1 for kept, cause.
    """

    hours: str = ""
    cases: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    promises: tuple[Row, ...] = ()


NO_ROWS = Evidence()


def hidden(name: str) -> bool:
    """Whether the name in the rows is that of a case that may not be named."""
    return name.startswith(CONFIDENTIAL)


class Names:
    """What each case is called: its reference, or for a confidential one its number in order of opening."""

    def __init__(self, cases: Sequence[CaseHistory], confidential: Collection[str]) -> None:
        hidden = [case.ref for case in cases if case.ref in confidential]
        self._names = {ref: f"{CONFIDENTIAL}{index}" for index, ref in enumerate(hidden, 1)}

    def __call__(self, ref: str) -> str:
        """The name of a case."""
        return self._names.get(ref, ref)

    def hides(self, ref: str) -> bool:
        """Whether the case may not be named."""
        return ref in self._names


def evidence_of(
    found: Sequence[CaseHistory],
    decisions: Sequence[Decision],
    confidential: Collection[str],
    escalated: Mapping[str, Sequence[tuple[int, str]]] = NOT_ESCALATED,
) -> tuple[Evidence, Names]:
    """The rows of some histories and decisions, and the names they use; `escalated` says when and by which side."""
    cases = sorted(found, key=lambda case: (case.opened_at, case.ref))
    names, agreed = Names(cases, confidential), _Agreed()
    rows = tuple([_case(case, names, agreed) for case in cases])
    decided = sorted(decisions, key=lambda one: (one.at, names(one.case), one.name))
    evidence = Evidence(
        hours=agreed.written(),
        cases=rows,
        events=tuple(
            chain.from_iterable(
                _events(case, names(case.ref), escalated.get(case.ref, ())) for case in cases
            )
        ),
        promises=tuple([_promise(one, names) for one in decided]),
    )
    return evidence, names


def shown(figures: Figures, names: Names | None = None, *, misses: bool = False) -> Figures:
    """Figures without what the rows say better: which cases are open, and unless wanted the single misses.

    With `names`, cases that may not be named are called by their number, and no cause is told of them.
    """
    if not misses:
        return replace(figures, open_refs=(), misses=())
    found = figures.misses
    if names is not None:
        found = tuple(
            replace(miss, case=names(miss.case), cause="") if names.hides(miss.case) else miss
            for miss in found
        )
    ordered = sorted(found, key=lambda miss: (miss.at, miss.case, miss.target))
    return replace(figures, open_refs=(), misses=tuple(ordered))


def _case(case: CaseHistory, names: Names, agreed: "_Agreed") -> Row:
    return (
        names(case.ref),
        agreed.group(case.terms or NOTHING_AGREED),
        written(case.opened_at),
        case.origin,
        case.category,
        case.priority,
        "1" if case.complaint else "",
    )


def _events(
    case: CaseHistory, name: str, escalated: Sequence[tuple[int, str]] = ()
) -> Iterator[Row]:
    """What happened to a case in order of time; a pause ends before another begins at the same instant."""
    told = [
        *((step.at, step.turn.value, "") for step in case.steps),
        *((at, "message", "staff") for at in case.responses),
        *((at, "message", "client") for at in case.inbound),
        *((at, "priority", value) for at, value in case.priorities),
        *((at, "escalated", side) for at, side in escalated),
        *_pauses(case),
    ]
    told.sort(key=lambda event: event[0])
    return ((name, written(at), kind, value) for at, kind, value in told)


def _pauses(case: CaseHistory) -> Iterator[tuple[int, str, str]]:
    for pause in case.pauses:
        yield pause.begin, "pause_start", pause.reason
        if pause.end is not None:
            yield pause.end, "pause_end", ""


def _promise(one: Decision, names: Names) -> Row:
    cause = "" if names.hides(one.case) else one.cause
    instant = written(one.at)
    return names(one.case), one.target.value, str(one.number), instant, str(int(one.met)), cause


class _Agreed:
    """Calendars and groups of cases with the same ones, numbered as they come."""

    def __init__(self) -> None:
        self._clocks: dict[int, tuple[str, Clock]] = {}
        self._groups: dict[tuple[tuple[str, str], ...], str] = {}
        self._known: dict[int, tuple[str, Mapping[str, Terms]]] = {}

    def group(self, terms: Mapping[str, Terms]) -> str:
        """The group of cases under these terms."""
        known = self._known.get(id(terms))
        if known is None:
            pairs = tuple((name, self._clock(agreed.clock)) for name, agreed in terms.items())
            group = self._groups.setdefault(tuple(sorted(pairs)), f"group {len(self._groups) + 1}")
            known = self._known[id(terms)] = group, terms
        return known[0]

    def _clock(self, clock: Clock) -> str:
        return self._clocks.setdefault(id(clock), (f"hours {len(self._clocks) + 1}", clock))[0]

    def written(self) -> str:
        """All of it as JSON."""
        calendars = {name: _calendar(clock) for name, clock in self._clocks.values()}
        groups = {name: dict(pairs) for pairs, name in self._groups.items()}
        return json.dumps({"calendars": calendars, "groups": groups}, sort_keys=True)


def _calendar(clock: Clock) -> dict[str, Any]:
    """A calendar as case files write it."""
    if not isinstance(clock, Calendar):
        return ROUND_THE_CLOCK
    versions = [
        {
            "from": _day(version.begins_on),
            "weekly": {
                name: _hours(hours)
                for name, hours in zip(WEEKDAYS, version.weekly, strict=True)
                if hours
            },
            "closed": sorted(day.isoformat() for day in version.closed),
            "special": {day.isoformat(): _hours(found) for day, found in version.special.items()},
        }
        for version in clock.versions
    ]
    return {"tz": clock.zone.key, "versions": versions}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _hours(hours: Hours) -> list[list[str]]:
    return [[_time(begin), _time(end)] for begin, end in hours]


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
