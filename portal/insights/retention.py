"""Who stays, and at what value: F21 logo, F22 gross revenue, F23 net revenue retention. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from portal.insights.book import Contract
from portal.insights.figure import Figure
from portal.insights.history import Holder, Report
from portal.insights.ranks import share


def logos(report: Report, contracts: Sequence[Contract]) -> Figure:
    """F21: accounts with a contract in force at P0 and at P1 ÷ those at P0."""
    before, after = _values(report, contracts)
    return Figure(share(len(before.keys() & after.keys()), len(before)))


def gross_revenue(report: Report, contracts: Sequence[Contract]) -> Figure:
    """F22: Σ min(value at P1, value at P0) ÷ Σ value at P0 of accounts in force at P0.

    Accounts with a contract of unknown value are left out; values in several currencies have no sum.
    """
    before, after = _values(report, _priced(report, contracts))
    kept = sum(min(value, after.get(account, 0)) for account, value in before.items())
    return Figure(share(kept, sum(before.values())))


def net_revenue(report: Report, contracts: Sequence[Contract]) -> Figure:
    """F23: Σ value at P1 ÷ Σ value at P0 of the same accounts as F22."""
    before, after = _values(report, _priced(report, contracts))
    now = sum(after.get(account, 0) for account in before)
    return Figure(share(now, sum(before.values())))


def _priced(report: Report, contracts: Sequence[Contract]) -> list[Contract]:
    """The contracts of accounts whose values can be summed: all are known, and in one currency."""
    ours = [one for one in contracts if report.is_for(one.account)]
    if len({one.currency for one in ours}) > 1:
        return []
    unknown = {one.account for one in ours if one.value is None}
    return [one for one in ours if one.account not in unknown]


def _values(
    report: Report, contracts: Sequence[Contract]
) -> tuple[dict[Holder, int], dict[Holder, int]]:
    """The value of each account in force on the local dates P0 and P1, summed over its contracts."""
    before, after = (
        _value_on(_day(report, instant), report, contracts)
        for instant in (report.begin, report.end)
    )
    return before, after


def _value_on(day: date, report: Report, contracts: Sequence[Contract]) -> dict[Holder, int]:
    values: dict[Holder, int] = {}
    for contract in contracts:
        if report.is_for(contract.account) and contract.in_force(day):
            values[contract.account] = values.get(contract.account, 0) + (contract.value or 0)
    return values


def _day(report: Report, instant: int) -> date:
    return datetime.fromtimestamp(instant, report.zone).date()
