"""How fast: F6 first response, F10 resolution, by the contract clock (C6) and lived. Pure."""

from collections.abc import Iterator, Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Instance, Pause, Report
from portal.insights.ranks import nearest_rank


def first_response(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F6: clock from opening to the first human response, for responses in the period."""
    waited = [
        (clock(report, case, case.opened_at, answered), case.ref)
        for case in cases
        if (answered := case.first_response) is not None and report.counts(case, answered)
    ]
    times = sorted(seconds for seconds, _ in waited)
    return Figure({"n": len(times), **_spread(times)}, refs([ref for _, ref in waited]))


def resolution(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F10: clock of each resolution in the period, and lived time: calendar seconds from the same start."""
    found = list(resolutions(report, cases))
    contract = sorted(clock(report, case, one.begin, one.end) for case, one in found)
    lived = sorted(one.end - one.begin for _, one in found)
    data = {
        "n": len(found),
        **_spread(contract),
        **{f"lived_{k}": v for k, v in _spread(lived).items()},
    }
    return Figure(data, refs([case.ref for case, _ in found]))


def resolutions(
    report: Report, cases: Sequence[CaseHistory]
) -> Iterator[tuple[CaseHistory, Instance]]:
    """Every resolution of the period with the way that led to it."""
    for case in cases:
        for instance in case.instances():
            if report.counts(case, instance.end):
                yield case, instance


def clock(report: Report, case: CaseHistory, begin: int, end: int) -> int:
    """C6: business seconds of [begin, end) less those inside pauses, each by the priority then in force."""
    total = 0
    for since, until, priority in _stretches(case, begin, end):
        calendar = report.clock(case, priority)
        total += calendar.seconds(since, until)
        if case.pauses:
            total -= sum(calendar.seconds(a, b) for a, b in pauses(case, since, until))
    return total


def pauses(
    case: CaseHistory, begin: int, end: int, reason: str | None = None
) -> Iterator[tuple[int, int]]:
    """The parts of [begin, end) in which the clock stands still; never before the first response (C6)."""
    start = _may_pause_from(case)
    for pause in case.pauses:
        if start is not None and reason in (None, pause.reason):
            since, until = max(pause.begin, begin, start), min(_end(pause, end), end)
            if since < until:
                yield since, until


def _may_pause_from(case: CaseHistory) -> int | None:
    return case.opened_at if case.origin == "staff" else case.first_response


def _end(pause: Pause, never: int) -> int:
    return never if pause.end is None else pause.end


def _stretches(case: CaseHistory, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
    """[begin, end) cut where the priority changed, each piece with the one in force."""
    since, priority = begin, case.priority
    for at, new in case.priorities:
        if at >= end:
            break
        if at > since:
            yield since, at, priority
            since = at
        priority = new
    yield since, end, priority


def _spread(ordered: Sequence[int]) -> dict[str, int | None]:
    return {f"p{percent}": nearest_rank(ordered, percent) for percent in (50, 90)}
