"""Does it stay solved: F12 reopen rate, F14 first-contact resolution. Pure."""

from collections.abc import Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Instance, Report
from portal.insights.ranks import share
from portal.insights.speed import resolutions

MATURES_AFTER = 14 * 86_400


def reopen_rate(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F12: resolutions in the period followed by a reopening within 14×24 h ÷ all whose 14×24 h are over at T.

    The others are counted as immature.
    """
    mature = reopened = immature = 0
    found = []
    for case, instance in resolutions(report, cases):
        if not _is_mature(report, instance):
            immature += 1
            continue
        mature += 1
        if came_back(case, instance):
            reopened += 1
            found.append(case.ref)
    return Figure({"immature": immature, **share(reopened, mature)}, refs(found))


def first_contact(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F14: mature first resolutions after exactly one human response and with no reopening ÷ all mature first ones.

    Mature and reopened are those of F12; the opening of a case entered on behalf is a response.
    """
    first = first_ones(report, cases)
    found = [
        case.ref for case, one in first if answers(case, one.end) == 1 and not came_back(case, one)
    ]
    return Figure(share(len(found), len(first)), refs(found))


def first_ones(report: Report, cases: Sequence[CaseHistory]) -> list[tuple[CaseHistory, Instance]]:
    """The first resolutions of cases in the period whose 14×24 h are over."""
    return [
        (case, one)
        for case, one in resolutions(report, cases)
        if one.number == 1 and _is_mature(report, one)
    ]


def _is_mature(report: Report, instance: Instance) -> bool:
    return instance.end + MATURES_AFTER <= report.as_of


def came_back(case: CaseHistory, instance: Instance) -> bool:
    """Whether the case was reopened within 14×24 h of a resolution."""
    back = case.reopened_after(instance.end)
    return back is not None and back <= instance.end + MATURES_AFTER


def answers(case: CaseHistory, until: int) -> int:
    """Human responses up to an instant; the opening of a case entered on behalf is one."""
    return (case.origin == "on_behalf") + sum(at <= until for at in case.responses)
