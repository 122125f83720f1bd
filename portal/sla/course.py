"""The course of one case, and the spans of it about which something can be promised (C5 to C7). Pure.

Instants are whole seconds since 1970 in UTC (C1).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from portal.sla.clocks import CaseClock, Pause, stretches
from portal.sla.terms import NO_TERMS, Target, Terms


class Origin(StrEnum):
    """Who began a case; on behalf means by phone or at a meeting, entered by staff."""

    CLIENT = "client"
    ON_BEHALF = "on_behalf"
    STAFF = "staff"


class Act(StrEnum):
    """What begins and ends promises: public words of either side (C5) and turns of the case."""

    CLIENT = "client"
    STAFF = "staff"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


TURNS = frozenset({Act.RESOLVED, Act.REOPENED, Act.CANCELLED})


@dataclass(frozen=True, slots=True)
class Mark:
    """One act and its instant."""

    at: int
    act: Act


class Ranked(NamedTuple):
    """A change of priority, by its place in the log."""

    number: int
    at: int
    old: str
    new: str


def first_priority(changes: Sequence[Ranked], now: str) -> str:
    """The priority with which a case began: what the change recorded first, whenever it happened, says was before."""
    return min(changes).old if changes else now


@dataclass(frozen=True, slots=True)
class Course:
    """One case as far as it is known; marks and priorities in the order in which they happened."""

    opened_at: int
    priority: str
    origin: Origin = Origin.CLIENT
    marks: Sequence[Mark] = ()
    priorities: Sequence[tuple[int, str]] = ()
    pauses: Sequence[Pause] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From what begins a target to what ends it: kept by the promised act, else given up; without end still on."""

    target: Target
    number: int
    begin: int
    end: int | None = None
    kept: bool = False


def case_clock(course: Course, terms: Mapping[str, Terms], first_response: int | None) -> CaseClock:
    """The clock of a case; nothing pauses it before the first response, if one is awaited at all (C6)."""
    since = course.opened_at if course.origin is Origin.STAFF else first_response
    pauses = () if since is None else tuple(_from(since, course.pauses))
    cut = stretches(course.opened_at, course.priority, course.priorities, pauses)
    return CaseClock(cut, lambda priority: terms.get(priority, NO_TERMS).clock)


def _from(since: int, pauses: Sequence[Pause]) -> Iterator[Pause]:
    for pause in pauses:
        if pause.end is None or pause.end > since:
            yield Pause(max(pause.begin, since), pause.end, pause.reason)


def first_response(course: Course) -> int | None:
    """The human response that counts (F6): on behalf the opening itself; None if staff began the case."""
    if course.origin is Origin.ON_BEHALF:
        return course.opened_at
    if course.origin is Origin.STAFF:
        return None
    return next(
        (m.at for m in course.marks if m.act is Act.STAFF and m.at >= course.opened_at), None
    )


def spans(course: Course) -> Iterator[Span]:
    """What is promised about a case: the first response, next responses, resolutions, each kind in order."""
    marks = list(in_turn(course.marks))
    yield from _response(course, marks)
    yield from _next_responses(course, marks)
    yield from _resolutions(course, marks)


def in_turn(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Marks without turns that change nothing: an open case is not reopened, a finished one not finished again."""
    is_open = True
    for mark in marks:
        if mark.act not in TURNS:
            yield mark
        elif (mark.act is Act.REOPENED) is not is_open:
            is_open = not is_open
            yield mark


def _response(course: Course, marks: Sequence[Mark]) -> Iterator[Span]:
    """F6, F7: from the opening to the first human response; a cancellation gives it up, a resolution does not."""
    begin = course.opened_at
    if course.origin is Origin.STAFF:
        return
    if course.origin is Origin.ON_BEHALF:
        yield Span(Target.RESPONSE, 1, begin, begin, kept=True)
        return
    for mark in marks:
        if mark.act is Act.CANCELLED or (mark.act is Act.STAFF and mark.at >= begin):
            yield Span(Target.RESPONSE, 1, begin, mark.at, kept=mark.act is Act.STAFF)
            return
    yield Span(Target.RESPONSE, 1, begin)


def _next_responses(course: Course, marks: Sequence[Mark]) -> Iterator[Span]:
    """F9: from the first words of the client after words of staff to the next human response.

    Where staff entered the case its opening counts as their words. A resolution or cancellation gives a span up;
    what the client says after it begins another one.
    """
    begin: int | None = None
    number, staff_spoke = 0, course.origin is not Origin.CLIENT
    for mark in marks:
        if mark.act is Act.CLIENT:
            if staff_spoke and begin is None:
                begin, number = mark.at, number + 1
        elif mark.act is not Act.REOPENED:
            answered = mark.act is Act.STAFF
            staff_spoke = staff_spoke or answered
            if begin is not None:
                yield Span(Target.NEXT_RESPONSE, number, begin, mark.at, kept=answered)
                begin = None
    if begin is not None:
        yield Span(Target.NEXT_RESPONSE, number, begin)


def _resolutions(course: Course, marks: Sequence[Mark]) -> Iterator[Span]:
    """F8: from the opening (1) and each reopening (2, 3 …) to the resolution; a cancellation gives it up (C7)."""
    number, begin, is_open = 1, course.opened_at, True
    for mark in marks:
        if mark.act is Act.REOPENED:
            number, begin, is_open = number + 1, mark.at, True
        elif mark.act in TURNS:
            is_open = False
            kept = mark.act is Act.RESOLVED
            yield Span(Target.RESOLUTION, number, begin, mark.at, kept)
    if is_open:
        yield Span(Target.RESOLUTION, number, begin)
