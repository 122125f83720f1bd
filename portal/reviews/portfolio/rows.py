"""What a portfolio review is made of, frozen: of each account the sums of its cases, and contracts, misses and desks.

From these rows alone every figure, table and sentence follows again. Accounts and managers are numbers that stand for nothing else.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from portal.insights import satisfaction
from portal.insights.book import Contract
from portal.insights.health_kept import Day
from portal.insights.history import Report
from portal.insights.loyalty import Ending
from portal.insights.open_work import NAMES, OpenWork
from portal.insights.ranks import share
from portal.insights.standings import Standing
from portal.insights.sum import Sum
from portal.insights.tally import CLOCKS, ENDS
from portal.insights.workload import Work
from portal.reviews import snapshot
from portal.reviews.periods import Period
from portal.reviews.portfolio.facts import Desk, Found, Miss, Portfolio, assembled

SOURCE = "rows.json"
SCHEMA, VERSION = "portal.portfolio-rows", 1
COUNTED = ("opened", "reopened", "resolved", "cancelled", "counted", "waited")
COUNTED_BY = ("met", "missed", "ends", "repeat")
DATES = ("notice_on", "renewal_on", "ends_on")


@dataclass(frozen=True)
class SumRow:
    """Some days added up: counts, and in order the times and young instants that percentiles and shares are made of."""

    counts: dict[str, int]
    mature: dict[str, int]
    lists: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class HealthRow:
    """The day of an account's health; `parts` is JSON with score and weight of each."""

    day: date
    tenths: int | None
    parts: str
    before_on: date | None
    before_tenths: int | None


@dataclass(frozen=True)
class AccountRow:
    """One account; ratings as good ones and answers, each wave of NPS as answers, promoters and detractors."""

    ref: str
    name: str
    timezone: str
    status: str
    currency: str
    manager: int
    now: SumRow
    before: SumRow
    open: tuple[int, ...]
    oldest: datetime | None
    ratings: tuple[int, int]
    waves: dict[str, tuple[int, int, int]]
    escalated: int
    health: HealthRow | None = None


@dataclass(frozen=True)
class EndingRow:
    """A contract's dates ahead; `account` is the number of the account, or one that stands in no other row."""

    account: int
    name: str
    ref: str
    days: tuple[date | None, date | None, date | None]
    value: int | None
    currency: str
    seen_on: date


@dataclass(frozen=True)
class ContractRow:
    """What was agreed with an account from one day until before another."""

    account: int
    begins_on: date
    ends_on: date | None
    value: int | None
    currency: str


@dataclass(frozen=True)
class DeskRow:
    """A person's work: open, overdue, first answers, done."""

    name: str
    team: str
    work: tuple[int, int, int, int]


@dataclass(frozen=True)
class Rows:
    """All of it."""

    period: Period
    as_of: datetime
    timezone: str
    manager: str
    managers: tuple[str, ...]
    accounts: tuple[AccountRow, ...]
    endings: tuple[EndingRow, ...]
    contracts: tuple[ContractRow, ...]
    misses: tuple[Miss, ...]
    desks: tuple[DeskRow, ...]


def frozen(portfolio: Portfolio) -> bytes:
    """The rows of a portfolio as bytes that give it again."""
    return snapshot.packed(_rows(portfolio), SCHEMA, VERSION)


def thawed(data: bytes) -> Portfolio:
    """The portfolio again. Raises: SnapshotFault."""
    rows = snapshot.unpacked(data, Rows, SCHEMA, VERSION)
    assert isinstance(rows, Rows)
    try:
        return _portfolio(rows)
    except (ValueError, TypeError, KeyError, LookupError, AttributeError, ArithmeticError) as fault:
        raise snapshot.SnapshotFault(str(fault)[:200]) from None


def _rows(portfolio: Portfolio) -> Rows:
    entries = portfolio.entries
    number = {one.account.id: n for n, one in enumerate(entries)}
    ids = dict.fromkeys(one.account.manager_id for one in entries)
    managers = {user_id: n for n, user_id in enumerate(ids)}
    names = {one.account.manager_id: one.manager for one in entries}

    def of(account_id: Any) -> int:
        return number.setdefault(account_id, len(number))

    return Rows(
        portfolio.period,
        portfolio.as_of,
        portfolio.timezone,
        portfolio.manager,
        tuple(names[user_id] for user_id in managers),
        tuple(_account(one.standing, managers) for one in entries),
        tuple(_ending(one, of(one.account_id)) for one in portfolio.endings),
        tuple(
            ContractRow(of(one.account), one.begins_on, one.ends_on, one.value, one.currency)
            for one in portfolio.contracts
        ),
        tuple(
            Miss(of(one.account_id), one.case, one.subject, one.target, one.at, one.cause)
            for one in portfolio.misses
        ),
        tuple(DeskRow(one.name, one.team, _work(one.work)) for one in portfolio.desks),
    )


def _work(work: Work) -> tuple[int, int, int, int]:
    return work.open, work.overdue, work.first, work.done


def _account(one: Standing, managers: Mapping[Any, int]) -> AccountRow:
    account, csat, nps = one.account, one.voices["F18"], one.voices["F20"]
    return AccountRow(
        account.ref,
        account.name,
        one.report.zone.key,
        account.status,
        account.currency,
        managers[account.manager_id],
        _sum_row(one.now),
        _sum_row(one.before),
        one.work.ages,
        one.work.oldest,
        (csat["numerator"], csat["denominator"]),
        {
            wave: (votes["n"], votes["promoters"], votes["detractors"])
            for wave, votes in nps.items()
        },
        one.escalated,
        _health_row(one.health),
    )


def _sum_row(one: Sum) -> SumRow:
    kept = {
        name: n
        for name, n in one.counts.items()
        if n and (name in COUNTED or name.partition(":")[0] in COUNTED_BY)
    }
    lists = {name: tuple(sorted(chain.from_iterable(one.lists[name]))) for name in one.lists}
    mature = {name: n for name, n in one.mature.items() if n}
    return SumRow(kept, mature, {name: values for name, values in lists.items() if values})


def _health_row(day: Day | None) -> HealthRow | None:
    if day is None:
        return None
    parts = json.dumps(list(day.parts), sort_keys=True)
    return HealthRow(day.day, day.tenths, parts, day.before_on, day.before_tenths)


def _ending(one: Ending, number: int) -> EndingRow:
    days = one.notice_on, one.renewal_on, one.ends_on
    return EndingRow(number, one.name, one.ref, days, one.value, one.currency, one.seen_on)


def _portfolio(rows: Rows) -> Portfolio:
    contracts = [
        Contract(one.account, one.begins_on, one.ends_on, one.value, one.currency)
        for one in rows.contracts
    ]
    endings = [
        Ending(one.account, one.name, one.ref, *one.days, one.value, one.currency, one.seen_on)
        for one in rows.endings
    ]
    found = Found(
        [_standing(number, one, rows) for number, one in enumerate(rows.accounts)],
        contracts,
        endings,
        rows.misses,
        [Desk(one.name, one.team, Work(*one.work)) for one in rows.desks],
    )
    names: Mapping[Any, str] = dict(enumerate(rows.managers))
    return assembled(rows.period, rows.as_of, rows.timezone, rows.manager, found, names)


def _standing(number: int, one: AccountRow, rows: Rows) -> Standing:
    begin, end = (int(at.timestamp()) for at in rows.period.limits(one.timezone))
    zone, as_of = ZoneInfo(one.timezone), int(rows.as_of.timestamp())
    account = SimpleNamespace(
        id=number,
        ref=one.ref,
        name=one.name,
        status=one.status,
        manager_id=one.manager,
        currency=one.currency,
    )
    if len(one.open) != len(NAMES):
        raise ValueError("an account's open cases are not in their age groups")
    return Standing(
        account,
        Report(begin, end, as_of, zone, frozenset({number})),
        _sum(one.now),
        _sum(one.before),
        OpenWork(sum(one.open), one.open, one.oldest),
        {
            "F18": share(*one.ratings),
            "F20": {wave: satisfaction.balance(*votes) for wave, votes in one.waves.items()},
        },
        one.escalated,
        _day(one.health),
    )


def _sum(row: SumRow) -> Sum:
    lists: dict[str, list[Sequence[int]]] = {
        name: [row.lists[name]] if name in row.lists else [] for name in (*CLOCKS, *ENDS)
    }
    return Sum(Counter(row.counts), Counter(row.mature), lists)


def _day(row: HealthRow | None) -> Day | None:
    if row is None:
        return None
    return Day(row.day, row.tenths, json.loads(row.parts), row.before_on, row.before_tenths)
