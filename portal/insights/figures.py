"""All figures of one report; each name is that of the definitions page. Pure."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from portal.insights import (
    attainment,
    backlog,
    busy_hours,
    commitments,
    continuity,
    coverage,
    escalation,
    quality,
    reasons,
    repeats,
    retention,
    satisfaction,
    speed,
    volume,
)
from portal.insights.attainment import Decision
from portal.insights.book import Book
from portal.insights.figure import Figure
from portal.insights.history import CaseHistory, Report
from portal.sla.terms import Target

Compute = Callable[[Report, Sequence[CaseHistory]], Figure]
FromBook = Callable[[Report, Book], Figure]

FIGURES: Mapping[str, Compute] = {
    "F1": volume.opened,
    "F2": volume.resolved,
    "F3": volume.reopened,
    "F4": backlog.backlog,
    "F5": backlog.identity,
    "F6": speed.first_response,
    "F10": speed.resolution,
    "F11": speed.waiting,
    "F12": quality.reopen_rate,
    "F15": backlog.ages,
    "F16": reasons.categories,
    "F17": busy_hours.busiest,
}

TARGETS: Mapping[str, Target] = {
    "F7": Target.RESPONSE,
    "F8": Target.RESOLUTION,
    "F9": Target.NEXT_RESPONSE,
}

FROM_BOOK: Mapping[str, FromBook] = {
    "F13": lambda report, book: repeats.repeat_rate(report, book.cases),
    "F14": lambda report, book: quality.first_contact(report, book.cases),
    "F18": lambda report, book: satisfaction.csat(report, book.surveys),
    "F19": lambda report, book: satisfaction.response_rate(report, book.surveys),
    "F20": lambda report, book: satisfaction.nps(report, book.surveys),
    "F21": lambda report, book: retention.logos(report, book.contracts),
    "F22": lambda report, book: retention.gross_revenue(report, book.contracts),
    "F23": lambda report, book: retention.net_revenue(report, book.contracts),
    "F24": lambda report, book: escalation.escalation_rate(report, book.cases),
    "F25": lambda report, book: commitments.kept(report, book.commitments),
    "F26": lambda report, book: coverage.coverage(report, book.cases, book.people),
    "F27": lambda report, book: coverage.single_thread(report, book.cases),
    "F28": lambda report, book: continuity.continuity(report, book.cases, book.team),
}


def figures(report: Report, cases: Sequence[CaseHistory]) -> dict[str, Figure]:
    """The figures of cases alone, from histories that hold nothing recorded after the report's as-of instant."""
    return {name: compute(report, cases) for name, compute in FIGURES.items()}


def promised(decided: Sequence[Decision]) -> dict[str, Figure]:
    """The figures of promises decided in the period, and the misses."""
    kept = {name: attainment.attainment(decided, target) for name, target in TARGETS.items()}
    return {**kept, "misses": attainment.misses(decided)}


def figures_of(report: Report, book: Book) -> dict[str, Any]:
    """Every figure of a book in the shape of `portal figures`."""
    return printed(
        {
            **figures(report, book.cases),
            **promised(attainment.decisions(report, book.cases)),
            **beside(report, book),
        }
    )


def beside(report: Report, book: Book) -> dict[str, Figure]:
    """The figures that need more of a book than what happened to its cases."""
    return {name: compute(report, book) for name, compute in FROM_BOOK.items()}


def printed(found: Mapping[str, Figure]) -> dict[str, Any]:
    """Figures as `portal figures` prints them: in the order of their numbers, then the misses."""
    return {name: found[name].data for name in sorted(found, key=_number)}


def _number(name: str) -> float:
    return int(name.removeprefix("F")) if name != "misses" else inf
