"""Why clients wrote: F16 top categories and complaints. Pure."""

from collections import Counter
from collections.abc import Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report
from portal.insights.volume import opened_in


def categories(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F16: cases opened in the period by category, most first, then by name; complaints apart."""
    found = opened_in(report, cases)
    complaints = [case for case in found if case.complaint]
    return Figure(
        {"all": _ranked(found), "complaints": _ranked(complaints)},
        refs([case.ref for case in found]),
    )


def _ranked(cases: Sequence[CaseHistory]) -> list[dict[str, str | int]]:
    counts = Counter(case.category for case in cases)
    return [
        {"category": name, "n": n}
        for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
