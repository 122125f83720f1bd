"""How each promise about a case was decided (C6, C7). Pure.

Instants are whole seconds since 1970 in UTC (C1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.sla.clocks import CaseClock
from portal.sla.course import Course, Span, case_clock, first_response, spans
from portal.sla.terms import NO_TERMS, Target, Terms


class State(StrEnum):
    """How a promise stands; a dropped one ended without a decision, a void one counts no more, decided or not."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Promise:
    """One target of a case: decided at an instant, or open and, unless it stands still for good, due at one."""

    target: Target
    number: int
    begin: int
    state: State
    at: int | None
    due: int | None = None

    @property
    def name(self) -> str:
        """The target in words."""
        return named(self.target, self.number)


def named(target: Target, number: int) -> str:
    """A target in words; resolutions are numbered by opening and reopenings."""
    return f"{target.value} {number}" if target is Target.RESOLUTION else target.value


def promises(course: Course, terms: Mapping[str, Terms], as_of: int) -> list[Promise]:
    """Every promise of a case as it stood at an instant: first response, next responses, resolutions.

    The time taken grows with what happened to the case, not with how long it lasted.
    """
    clock = case_clock(course, terms, first_response(course))
    return [decided(span, clock, terms, as_of) for span in promised(course, clock, terms)]


def overdue(course: Course, terms: Mapping[str, Terms], as_of: int, since: int) -> bool:
    """Whether something that was promised from an instant on, and is still owed, is over its time."""
    clock = case_clock(course, terms, first_response(course))
    return any(
        span.end is None
        and span.begin >= since
        and decided(span, clock, terms, as_of).state is State.MISSED
        for span in promised(course, clock, terms)
    )


def promised(course: Course, clock: CaseClock, terms: Mapping[str, Terms]) -> Iterator[Span]:
    """The spans that began while the priority in force had such a target.

    A resolution keeps the number of its reopening, whatever was promised before (C7); next responses are numbered
    among those that were promised.
    """
    answers = 0
    for span in spans(course):
        agreed = terms.get(clock.priority(span.begin), NO_TERMS)
        if agreed.seconds(span.target) is None:
            continue
        if span.target is Target.NEXT_RESPONSE:
            answers += 1
            yield replace(span, number=answers)
        else:
            yield span


def decided(span: Span, clock: CaseClock, terms: Mapping[str, Terms], as_of: int) -> Promise:
    """How the promise about a span stood at an instant.

    Where the priority in the end has no such target it is open or dropped, unless it was missed before.
    """

    def allowed(priority: str) -> int | None:
        return terms.get(priority, NO_TERMS).seconds(span.target)

    limit = clock.limit(span.begin, allowed, until=span.end)
    target = allowed(clock.priority(as_of if span.end is None else span.end))
    if limit is not None and _is_over(span, clock, limit, target, as_of):
        return Promise(span.target, span.number, span.begin, State.MISSED, limit)
    if span.end is None:
        return Promise(span.target, span.number, span.begin, State.OPEN, None, due=limit)
    state = State.MET if span.kept and target is not None else State.DROPPED
    return Promise(span.target, span.number, span.begin, state, span.end)


def _is_over(span: Span, clock: CaseClock, limit: int, target: int | None, as_of: int) -> bool:
    """Whether the limit was passed before the end: at the very limit only if a change of priority made it so (C7)."""
    if span.end is None:
        return limit < as_of
    if limit < span.end:
        return True
    return target is not None and clock.seconds(span.begin, limit) > target
