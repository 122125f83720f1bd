"""Whether it stays solved: F13 and F14 of a review, counted from its rows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.insights.history import CaseHistory, Report
from portal.insights.quality import came_back, first_ones
from portal.insights.ranks import share
from portal.insights.repeats import WITHIN
from portal.insights.volume import opened_in
from portal.reviews.figures import Share
from portal.sla.case_files import instant

Row = tuple[str, ...]
NO_CASE = Share()


@dataclass(frozen=True)
class Lasting:
    """F13 and F14, and what they need besides the rows of the cases.

    A repeat: the case, 1 where somebody confirmed it, when the case that it repeats was last resolved before, 1 where
    the same person asked. `once` are the cases whose first resolution came after exactly one human response.
    """

    repeated: Share = NO_CASE
    same_person: int = 0
    other_person: int = 0
    suggested: int = 0
    settled: Share = NO_CASE
    repeats: tuple[Row, ...] = ()
    once: tuple[str, ...] = ()


def lasting(
    report: Report, cases: Sequence[CaseHistory], repeats: Sequence[Row], once: Sequence[str]
) -> Lasting:
    """Both figures of cases that are called as the rows call them; what a case repeats counts as the definition says."""
    came = {case.ref: case.opened_at for case in opened_in(report, cases)}
    confirmed = dict[str, bool]()
    for case, sure, solved, same in repeats:
        if sure and solved and case in came and 0 <= came[case] - instant(solved) <= WITHIN:
            confirmed[case] = confirmed.get(case, False) or bool(same)
    first, known = first_ones(report, cases), frozenset(once)
    settled = [case for case, one in first if case.ref in known and not came_back(case, one)]
    return Lasting(
        repeated=_share(len(confirmed), len(came)),
        same_person=sum(confirmed.values()),
        other_person=len(confirmed) - sum(confirmed.values()),
        suggested=sum(not sure and case in came for case, sure, _solved, _same in repeats),
        settled=_share(len(settled), len(first)),
        repeats=tuple(repeats),
        once=tuple(once),
    )


def _share(part: int, whole: int) -> Share:
    return Share(part, whole, share(part, whole)["value"])
