"""Agreed and achieved: F7 response, F8 resolution, F9 next response, and every miss. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report
from portal.insights.ranks import share
from portal.sla.promises import Promise, State, promises
from portal.sla.terms import Target


@dataclass(frozen=True, slots=True)
class Decision:
    """A promise of a case that was met or missed."""

    case: str
    at: int
    promise: Promise


def decisions(report: Report, cases: Iterable[CaseHistory]) -> list[Decision]:
    """Promises decided in the period, by who held the case at that instant (C4); dropped ones are undecided (C7)."""
    return [
        Decision(case.ref, promise.at, promise)
        for case in cases
        for promise in promises(case.course(), report.agreed(case), report.as_of)
        if promise.at is not None
        and promise.state in (State.MET, State.MISSED)
        and report.counts(case, promise.at)
    ]


def attainment(decided: Sequence[Decision], target: Target) -> Figure:
    """F7, F8, F9: met ÷ (met + missed) of one target."""
    found = [one for one in decided if one.promise.target is target]
    met = sum(one.promise.state is State.MET for one in found)
    return Figure(share(met, len(found)), refs([one.case for one in found]))


def misses(decided: Sequence[Decision]) -> list[dict[str, str]]:
    """Every miss with its exact instant, in order of instant, case and target."""
    missed = [one for one in decided if one.promise.state is State.MISSED]
    ordered = sorted(missed, key=lambda one: (one.at, one.case, one.promise.name))
    return [
        {"case": one.case, "target": one.promise.name, "at": _written(one.at)} for one in ordered
    ]


def _written(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
