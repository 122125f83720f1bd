"""Promises of either side: F25 commitments kept. Pure."""

from collections.abc import Sequence

from portal.insights.book import Commitment
from portal.insights.figure import Figure
from portal.insights.history import Report
from portal.insights.ranks import share

SIDES = ("us", "client")


def kept(report: Report, commitments: Sequence[Commitment]) -> Figure:
    """F25: commitments due in the period that were done by their due instant ÷ all due in it, for each side."""
    due = [one for one in commitments if report.is_for(one.account) and report.covers(one.due_at)]
    return Figure({side: _share([one for one in due if one.side == side]) for side in SIDES})


def _share(due: Sequence[Commitment]) -> dict[str, int | float | None]:
    done = sum(one.done_at is not None and one.done_at <= one.due_at for one in due)
    return share(done, len(due))
