"""Does it stay solved: F12 reopen rate. Pure."""

from collections.abc import Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report
from portal.insights.ranks import share
from portal.insights.speed import resolutions

MATURES_AFTER = 14 * 86_400


def reopen_rate(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F12: resolutions in the period followed by a reopening within 14×24 h ÷ all whose 14×24 h are over at T.

    The others are counted as immature.
    """
    mature = came_back = immature = 0
    found = []
    for case, instance in resolutions(report, cases):
        limit = instance.end + MATURES_AFTER
        if limit > report.as_of:
            immature += 1
            continue
        mature += 1
        back = case.reopened_after(instance.end)
        if back is not None and back <= limit:
            came_back += 1
            found.append(case.ref)
    return Figure({"immature": immature, **share(came_back, mature)}, refs(found))
