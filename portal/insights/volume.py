"""What came and went: F1 opened, F2 resolved, F3 reopened. Pure."""

from collections.abc import Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report, Turn


def opened_in(report: Report, cases: Sequence[CaseHistory]) -> list[CaseHistory]:
    """Cases opened in the period, by who held them at their opening."""
    return [case for case in cases if report.counts(case, case.opened_at)]


def turned_in(report: Report, cases: Sequence[CaseHistory], turn: Turn) -> list[str]:
    """References of cases that took a turn in the period, once for each time."""
    return [
        case.ref
        for case in cases
        for step in case.steps
        if step.turn is turn and report.counts(case, step.at)
    ]


def opened(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F1: cases with opened_at in the period."""
    found = [case.ref for case in opened_in(report, cases)]
    return Figure({"value": len(found)}, refs(found))


def resolved(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F2: resolution events in the period; also distinct cases."""
    found = turned_in(report, cases, Turn.RESOLVED)
    return Figure({"value": len(found), "cases": len(set(found))}, refs(found))


def reopened(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F3: reopen events in the period."""
    found = turned_in(report, cases, Turn.REOPENED)
    return Figure({"value": len(found)}, refs(found))
