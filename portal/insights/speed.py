"""How fast: F6 first response, F10 resolution, by the contract clock (C6) and lived; F11 who was waited for. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Instance, Report
from portal.insights.ranks import nearest_rank, share
from portal.sla.calendars import Clock
from portal.sla.clocks import CaseClock
from portal.sla.course import case_clock
from portal.sla.pauses import CLIENT
from portal.sla.terms import NO_TERMS


def first_response(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F6: clock from opening to the first human response, for responses in the period."""
    waited = [
        (waited_for(report, case, answered), case.ref)
        for case in cases
        if (answered := case.first_response) is not None and report.counts(case, answered)
    ]
    times = sorted(seconds for seconds, _ in waited)
    return Figure({"n": len(times), **_spread(times)}, refs([ref for _, ref in waited]))


def waited_for(report: Report, case: CaseHistory, answered: int) -> int:
    """Contract clock to the first answer: nothing pauses it before the first response (C6), so that only a priority can cut it."""
    if case.priorities:
        return clock(report, case, case.opened_at, answered)
    return _agreed(report, case).seconds(case.opened_at, answered)


def resolution(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F10: clock of each resolution in the period, and lived time: calendar seconds from the same start."""
    found = list(resolutions(report, cases))
    contract = sorted(time_of(report, case, one)[None] for case, one in found)
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


def waiting(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F11: business seconds paused on the client ÷ clock and all paused ones, of resolutions in the period.

    Each resolution counts from the opening or reopening that it answers; the rest was on us.
    """
    found = list(resolutions(report, cases))
    counted = [time_of(report, case, one) for case, one in found]
    on_client = sum(seconds.get(CLIENT, 0) for seconds in counted)
    total = sum(sum(seconds.values()) for seconds in counted)
    return Figure(share(on_client, total), refs([case.ref for case, _ in found]))


def time_of(report: Report, case: CaseHistory, one: Instance) -> Mapping[str | None, int]:
    """Business seconds towards a resolution by what paused the clock; None is the clock itself (C6)."""
    key = case.ref, one.begin, one.end
    if key not in report.times:
        report.times[key] = (
            clock_of(report, case).split(one.begin, one.end)
            if case.pauses
            else {None: clock(report, case, one.begin, one.end)}
        )
    return report.times[key]


def clock(report: Report, case: CaseHistory, begin: int, end: int) -> int:
    """C6: business seconds of [begin, end) less those inside pauses, each by the priority then in force."""
    if not case.pauses and not case.priorities:
        return _agreed(report, case).seconds(begin, end)
    return clock_of(report, case).seconds(begin, end)


def _agreed(report: Report, case: CaseHistory) -> Clock:
    return report.agreed(case).get(case.priority, NO_TERMS).clock


def clock_of(report: Report, case: CaseHistory) -> CaseClock:
    """The clock of a case by what is agreed with its opening account (C6)."""
    return case_clock(case.course(), report.agreed(case), case.first_response)


def _spread(ordered: Sequence[int]) -> dict[str, int | None]:
    return {f"p{percent}": nearest_rank(ordered, percent) for percent in (50, 90)}
