"""How each promise about a case was decided (C6, C7). Pure.

Instants are whole seconds since 1970 in UTC (C1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
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

    Where the priority in force has no such target nothing is promised, unless it was missed before. The time
    taken grows with what happened to the case, not with how long it lasted.
    """
    clock = case_clock(course, terms, first_response(course))
    found = (decided(span, clock, terms, as_of) for span in spans(course))
    return [promise for promise in found if promise is not None]


def decided(span: Span, clock: CaseClock, terms: Mapping[str, Terms], as_of: int) -> Promise | None:
    """How the promise about a span stood at an instant; None where nothing was promised."""

    def allowed(priority: str) -> int | None:
        return terms.get(priority, NO_TERMS).seconds(span.target)

    if allowed(clock.priority(span.begin)) is None:
        return None
    limit = clock.limit(span.begin, allowed, until=span.end)
    target = allowed(clock.priority(as_of if span.end is None else span.end))
    if limit is not None and _is_over(span, clock, limit, target, as_of):
        return Promise(span.target, span.number, span.begin, State.MISSED, limit)
    if target is None:
        return None
    if span.end is None:
        return Promise(span.target, span.number, span.begin, State.OPEN, None, due=limit)
    state = State.MET if span.kept else State.DROPPED
    return Promise(span.target, span.number, span.begin, state, span.end)


def _is_over(span: Span, clock: CaseClock, limit: int, target: int | None, as_of: int) -> bool:
    """Whether the limit was passed before the end: at the very limit only if a change of priority made it so (C7)."""
    if span.end is None:
        return limit < as_of
    if limit < span.end:
        return True
    return target is not None and clock.seconds(span.begin, limit) > target
