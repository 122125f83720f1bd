"""What was raised to a higher level: F24 escalation rate. Pure."""

from collections.abc import Iterator, Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report, Turn
from portal.insights.ranks import share

SIDES = ("client", "staff")


def escalation_rate(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F24: cases escalated in the period while held ÷ cases open and held at some instant of it; by side too.

    A case escalated by both sides counts for each. There is no rate while a case was escalated at an instant
    nobody knows; how many such cases were open is then said.
    """
    escalated = [(case.ref, set(_sides(report, case))) for case in cases]
    found = [ref for ref, sides in escalated if sides]
    was_open = [case for case in cases if _was_open(report, case)]
    sides_of = {f"by_{side}": sum(side in sides for _, sides in escalated) for side in SIDES}
    data = {**sides_of, **share(len(found), len(was_open))}
    if undated := sum(case.undated_escalation for case in was_open):
        data |= {"undated": undated, "value": None}
    return Figure(data, refs(found))


def _sides(report: Report, case: CaseHistory) -> Iterator[str]:
    for at, side in case.escalations:
        if report.counts(case, at):
            yield side


def _was_open(report: Report, case: CaseHistory) -> bool:
    """Whether the case was open for a second of the period while one of the accounts held it."""
    for begin, end in _open_stretches(case):
        since, until = max(begin, report.begin), report.end if end is None else min(end, report.end)
        moved = [at for at, _ in case.transfers if since < at < until]
        if since < until and any(report.holds(case, at) for at in (since, *moved)):
            return True
    return False


def _open_stretches(case: CaseHistory) -> Iterator[tuple[int, int | None]]:
    begin: int | None = case.opened_at
    for step in case.steps:
        if step.turn is Turn.REOPENED:
            begin = step.at
        elif begin is not None:
            yield begin, step.at
            begin = None
    if begin is not None:
        yield begin, None
