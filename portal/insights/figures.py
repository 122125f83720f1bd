"""All figures of one report; each name is that of the definitions page. Pure."""

from collections.abc import Callable, Mapping, Sequence

from portal.insights import backlog, busy_hours, quality, reasons, speed, volume
from portal.insights.figure import Figure
from portal.insights.history import CaseHistory, Report

Compute = Callable[[Report, Sequence[CaseHistory]], Figure]

FIGURES: Mapping[str, Compute] = {
    "F1": volume.opened,
    "F2": volume.resolved,
    "F3": volume.reopened,
    "F4": backlog.backlog,
    "F5": backlog.identity,
    "F6": speed.first_response,
    "F10": speed.resolution,
    "F12": quality.reopen_rate,
    "F15": backlog.ages,
    "F16": reasons.categories,
    "F17": busy_hours.busiest,
}


def figures(report: Report, cases: Sequence[CaseHistory]) -> dict[str, Figure]:
    """Every figure, from histories that hold nothing recorded after the report's as-of instant."""
    return {name: compute(report, cases) for name, compute in FIGURES.items()}
