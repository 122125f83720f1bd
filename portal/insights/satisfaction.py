"""The client's voice: F18 CSAT, F19 response rate, F20 NPS. Pure."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from portal.insights.book import Survey
from portal.insights.figure import Figure
from portal.insights.history import Report
from portal.insights.ranks import share

CSAT, NPS = "csat", "nps"
HAPPY, PROMOTER, DETRACTOR = 4, 9, 6


def csat(report: Report, surveys: Sequence[Survey]) -> Figure:
    """F18: answers 4 and 5 ÷ answers given in the period, the last one per person and case."""
    found = _last_answers(report, surveys, CSAT, lambda one: (one.person, one.case))
    return Figure(share(sum(one.score >= HAPPY for one in found), len(found)))


def response_rate(report: Report, surveys: Sequence[Survey]) -> Figure:
    """F19: answered by T ÷ invitations of the period that were delivered, for each kind."""
    data = {}
    for kind in (CSAT, NPS):
        invited = [one for one in surveys if one.kind == kind and _invited_in(report, one)]
        answered = sum(_answered_by(one, report.as_of) for one in invited)
        data[kind] = share(answered, len(invited))
    return Figure(data)


def nps(report: Report, surveys: Sequence[Survey]) -> Figure:
    """F20: 100·(promoters − detractors)/n of each wave answered in the period; one person one vote, the last."""
    found = _last_answers(report, surveys, NPS, lambda one: (one.person, one.wave))
    waves = sorted({one.wave for one in found})
    return Figure(
        {wave: _score([one.score for one in found if one.wave == wave]) for wave in waves}
    )


def _score(scores: Sequence[int]) -> dict[str, int]:
    promoters = sum(score >= PROMOTER for score in scores)
    detractors = sum(score <= DETRACTOR for score in scores)
    return balance(len(scores), promoters, detractors)


def together(found: Sequence[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    """F20 of several accounts from that of each: every person is of one account and has one vote."""
    waves = sorted({wave for one in found for wave in one})
    return {wave: _summed([one[wave] for one in found if wave in one]) for wave in waves}


def _summed(waves: Sequence[Mapping[str, int]]) -> dict[str, int]:
    n, promoters, detractors = (
        sum(wave[name] for wave in waves) for name in ("n", "promoters", "detractors")
    )
    return balance(n, promoters, detractors)


def balance(n: int, promoters: int, detractors: int) -> dict[str, int]:
    """F20 of one wave from how many answered, would and would not recommend."""
    value = net(promoters, detractors, n)
    return {"n": n, "promoters": promoters, "detractors": detractors, "value": value}


def net(promoters: int, detractors: int, n: int) -> int:
    """100·(promoters − detractors)/n, rounded half away from zero."""
    return _rounded(100 * (promoters - detractors), n)


def _rounded(numerator: int, denominator: int) -> int:
    """A quotient to whole numbers, half away from zero."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def _last_answers(
    report: Report, surveys: Sequence[Survey], kind: str, who: Callable[[Survey], Hashable]
) -> list[Survey]:
    """The last answer of each in the period; of two at one instant the later survey."""
    last: dict[Any, Survey] = {}
    for one in sorted(_answered_in(report, surveys), key=lambda s: (s.answered_at, s.order)):
        if one.kind == kind:
            last[who(one)] = one
    return list(last.values())


def _answered_in(report: Report, surveys: Sequence[Survey]) -> Iterator[Survey]:
    for one in surveys:
        if (
            report.is_for(one.account)
            and one.answered_at is not None
            and report.covers(one.answered_at)
            and one.answered_at <= report.as_of
        ):
            yield one


def _invited_in(report: Report, one: Survey) -> bool:
    return (
        report.is_for(one.account)
        and one.delivered
        and one.invited_at is not None
        and report.covers(one.invited_at)
    )


def _answered_by(one: Survey, instant: int) -> bool:
    return one.answered_at is not None and one.answered_at <= instant
