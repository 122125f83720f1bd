"""Agreed and achieved: F7 response, F8 resolution, F9 next response, and every miss. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report
from portal.insights.ranks import share
from portal.sla.case_files import instant
from portal.sla.promises import State, named, promises
from portal.sla.terms import Target


class Decision(NamedTuple):
    """A promise of a case that was met or missed at an instant; `cause` is what staff say about a miss."""

    case: str
    at: int
    target: Target
    number: int
    met: bool
    cause: str = ""

    @property
    def name(self) -> str:
        """The target in words."""
        return named(self.target, self.number)


def decisions(report: Report, cases: Iterable[CaseHistory]) -> list[Decision]:
    """Promises decided in the period, by who held the case at that instant (C4); dropped ones are undecided (C7)."""
    return [one for case in cases for _, one in decided(report, case)]


def decided(report: Report, case: CaseHistory) -> Iterator[tuple[int, Decision]]:
    """Those of one case, each with the instant at which it began."""
    for promise in promises(case.course(), report.agreed(case), report.as_of):
        settled = promise.state in (State.MET, State.MISSED)
        if promise.at is not None and settled and report.counts(case, promise.at):
            met = promise.state is State.MET
            yield (
                promise.begin,
                Decision(case.ref, promise.at, promise.target, promise.number, met),
            )


def decided_rows(rows: Iterable[Mapping[str, str]]) -> list[Decision]:
    """Decisions as promises.csv writes them down."""
    return [
        Decision(
            case=row["case_id"],
            at=instant(row["decided_at"]),
            target=Target(row["target"]),
            number=int(row["number"]),
            met=row["met"] == "1",
            cause=row["cause"],
        )
        for row in rows
    ]


def attainment(decided: Sequence[Decision], target: Target) -> Figure:
    """F7, F8, F9: met ÷ (met + missed) of one target."""
    found = [one for one in decided if one.target is target]
    met = sum(one.met for one in found)
    return Figure(share(met, len(found)), refs([one.case for one in found]))


def misses(decided: Sequence[Decision]) -> Figure:
    """Every miss with its exact instant, in order of instant, case and target; with its cause where one is known."""
    missed = [one for one in decided if not one.met]
    ordered = sorted(missed, key=lambda one: (one.at, one.case, one.name))
    return Figure([_miss(one) for one in ordered], refs([one.case for one in missed]))


def _miss(one: Decision) -> dict[str, str]:
    found = {"case": one.case, "target": one.name, "at": written(one.at)}
    return {**found, "cause": one.cause} if one.cause else found


def written(instant: int) -> str:
    """An instant as `portal figures` prints it."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
