"""Portfolios of invented accounts, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from portal.insights.book import Contract
from portal.insights.health_kept import Day
from portal.insights.history import Report
from portal.insights.loyalty import Ending
from portal.insights.open_work import OpenWork
from portal.insights.ranks import share
from portal.insights.standings import Standing
from portal.insights.sums import Sum
from portal.insights.workload import Work
from portal.reviews.periods import Period
from portal.reviews.portfolio.facts import Desk, Found, Miss, Portfolio, assembled

AS_OF = datetime(2026, 4, 6, tzinfo=UTC)
PERIOD = Period.parse("2026-Q1")
LIMITS = PERIOD.limits("UTC")


def summed(n: int, missed: int) -> Sum:
    """So many cases, each answered within an hour or so and resolved, and so many promises missed."""
    found = Sum()
    found.counts.update(opened=n, resolved=n, **{"met:response": n, "met:resolution": n})
    found.counts.update({"missed:response": missed})
    found.lists["first"].append([3600 + i for i in range(n)])
    return found


def standing(number: int, **changes: Any) -> Standing:
    """An account whose figures follow from its number."""
    account = SimpleNamespace(
        id=number + 1,
        ref=f"A-{number:03}",
        name=f"Câmara & Peñarrocha {number}",
        status="active",
        manager_id=1 + number % 3,
        currency="EUR",
    )
    begin, end = (int(at.timestamp()) for at in LIMITS)
    report = Report(begin, end, int(AS_OF.timestamp()), ZoneInfo("UTC"), frozenset({number + 1}))
    score = 40 + 37 * number % 60
    good = number % 3 != 1
    part = {"score": score, "numerator": number, "weight": 10, "lack": ""}
    was = {"score": 95, "numerator": 900 + number, "denominator": 1000, "weight": 10}
    parts = [
        {**part, "name": name, "denominator": 400 + number, "was": was}
        for name in ("csat", "responses", "backlog")
    ]
    health = Day(date(2026, 4, 1), 10 * score, parts, date(2026, 3, 2), 900)
    made = Standing(
        account,
        report,
        summed(12 + number % 7, number % 4),
        summed(10, 1),
        OpenWork(3, (1, 0, 0, 2, 0, 0) if number % 2 else (3, 0, 0, 0, 0, 0), LIMITS[0]),
        {"F18": share(3 + good, 5), "F20": {"2026-Q1": _wave()}},
        number % 2 * (not good),
        health if number % 5 else None,
    )
    return replace(made, **changes)


def _wave() -> dict[str, int]:
    return {"n": 5, "promoters": 3, "detractors": 1, "value": 40}


def portfolio(n: int, **changes: Any) -> Portfolio:
    """So many accounts, a third of which have a contract that renews soon."""
    standings = [standing(number) for number in range(n)]
    found = assembled(
        PERIOD,
        AS_OF,
        "Europe/Lisbon",
        "",
        Found(
            standings,
            [_contract(one) for one in standings],
            [_ending(one) for one in standings[::3]],
            [_miss(one, i) for one in standings for i in range(one.account.id % 4)],
            [Desk(f"Inês {i}", "Iberia", Work(i, 1, 2, 3)) for i in range(min(n, 9))],
        ),
        {number: f"Noémia {number}" for number in range(1, 4)},
    )
    return replace(found, **changes)


def _ending(one: Standing) -> Ending:
    day = date(2026, 5, 1) + timedelta(days=one.account.id % 40)
    account = one.account
    return Ending(account.id, account.name, account.ref, None, day, None, 5000, "EUR", AS_OF.date())


def _contract(one: Standing) -> Contract:
    return Contract(one.account.id, date(2024, 1, 1), None, 100_000 * one.account.id, "EUR")


def _miss(one: Standing, i: int) -> Miss:
    at = LIMITS[0] + timedelta(days=one.account.id % 60, hours=i)
    case = "" if i == 2 else f"C-{one.account.id}{i}"
    cause = "=cmd|calc" if i else ""
    return Miss(one.account.id, case, "Matter" if case else "", "response", at, cause)
