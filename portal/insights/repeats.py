"""The same issue again: F13 repeat-issue rate. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report, Turn
from portal.insights.ranks import share
from portal.insights.volume import opened_in

WITHIN = 90 * 86_400
SAME, OTHER = "same", "other"


def repeat_rate(
    report: Report,
    cases: Sequence[CaseHistory],
    by_ref: Mapping[str, CaseHistory] | None = None,
) -> Figure:
    """F13: cases opened in the period that are confirmed to repeat one of the account ÷ opened.

    The earlier case's last resolution before the opening is at most 90×24 h old. A case that repeats several
    counts once, as of the same person if one of them was. Suggestions are counted, not rated. Of some cases alone,
    `by_ref` holds all that they may repeat.
    """
    if by_ref is None:
        by_ref = {case.ref: case for case in cases}
    came = opened_in(report, cases)
    repeated = {case.ref: repeat_of(report, case, by_ref) for case in came}
    found = [case for case in came if repeated[case.ref]]
    same = sum(repeated[case.ref] == SAME for case in found)
    suggested = sum(
        not link.confirmed and link.of in by_ref for case in came for link in case.links
    )
    data = {"same_person": same, "other_person": len(found) - same, "suggested": suggested}
    return Figure({**data, **share(len(found), len(came))}, refs([case.ref for case in found]))


def repeat_of(report: Report, case: CaseHistory, by_ref: Mapping[str, CaseHistory]) -> str:
    """Whether it repeats an issue of the same person or of another one; empty if it repeats none."""
    earlier = list(_repeated(report, case, by_ref))
    if not earlier:
        return ""
    return SAME if any(_same_person(case, one) for one in earlier) else OTHER


def _repeated(
    report: Report, case: CaseHistory, by_ref: Mapping[str, CaseHistory]
) -> Iterator[CaseHistory]:
    """The cases that this one is confirmed to repeat, as far as the definition counts them."""
    for link in case.links:
        earlier = by_ref.get(link.of) if link.confirmed and link.of != case.ref else None
        if earlier is not None:
            solved = _last_resolution(earlier, case.opened_at)
            if (
                solved is not None
                and case.opened_at - solved <= WITHIN
                and report.holds(earlier, solved)
            ):
                yield earlier


def _last_resolution(case: CaseHistory, instant: int) -> int | None:
    solved = [step.at for step in case.steps if step.turn is Turn.RESOLVED and step.at <= instant]
    return solved[-1] if solved else None


def _same_person(case: CaseHistory, earlier: CaseHistory) -> bool:
    return bool(case.opened_by) and case.opened_by == earlier.opened_by
