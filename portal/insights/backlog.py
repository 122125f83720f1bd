"""What is left open: F4 backlog, F5 its identity, F15 its age. Pure."""

from collections.abc import Iterator, Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report, Turn
from portal.insights.volume import opened_in, turned_in

DAY = 86_400
AGES = ((7, "0-7"), (14, "8-14"), (30, "15-30"), (60, "31-60"), (90, "61-90"))
OLDER = ">90"


def open_at(report: Report, cases: Sequence[CaseHistory], limit: int) -> list[CaseHistory]:
    """Cases open just before an instant and held by the report's accounts then."""
    return [case for case in cases if case.is_open_before(limit) and report.holds(case, limit - 1)]


def backlog(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F4: opened before P1 and neither resolved, closed nor cancelled at P1."""
    found = refs([case.ref for case in open_at(report, cases, report.end)])
    return Figure({"value": len(found), "cases": list(found)}, found)


def identity(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F5: backlog(P1) = backlog(P0) + opened + reopened + transferred in − resolved − cancelled − transferred out."""
    moved = [case for case in cases if case.transfers]
    crossings = [(case.ref, comes) for case in moved for comes in _crossings(report, case)]
    start, end = (open_at(report, cases, limit) for limit in (report.begin, report.end))
    turned = {turn: turned_in(report, cases, turn) for turn in Turn}
    came = opened_in(report, cases)
    data = {
        "start": len(start),
        "opened": len(came),
        "reopened": len(turned[Turn.REOPENED]),
        "transferred_in": sum(comes for _, comes in crossings),
        "resolved": len(turned[Turn.RESOLVED]),
        "cancelled": len(turned[Turn.CANCELLED]),
        "transferred_out": sum(not comes for _, comes in crossings),
        "end": len(end),
    }
    named = [case.ref for case in (*start, *end, *came)] + [ref for ref, _ in crossings]
    return Figure(data, refs(named + [ref for found in turned.values() for ref in found]))


def _crossings(report: Report, case: CaseHistory) -> Iterator[bool]:
    """For each time the open case crossed the border of the accounts in the period: whether it came in."""
    for at in sorted({at for at, _ in case.transfers}):
        if report.covers(at) and case.is_open_before(at):
            before, after = report.holds(case, at - 1), report.holds(case, at)
            if before != after:
                yield after


def ages(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F15: floor((P1 − opened_at) / 86,400 s) days of each open case, never from its last change."""
    days = {
        case.ref: (report.end - case.opened_at) // DAY
        for case in open_at(report, cases, report.end)
    }
    buckets = dict.fromkeys([name for _, name in AGES] + [OLDER], 0)
    for age in days.values():
        buckets[bucket(age)] += 1
    found = refs(list(days))
    listed = [{"case": ref, "days": days[ref]} for ref in found]
    return Figure(
        {"buckets": buckets, "oldest": max(days.values(), default=None), "cases": listed}, found
    )


def bucket(days: int) -> str:
    """The name of the age group of some days."""
    return next((name for most, name in AGES if days <= most), OLDER)
