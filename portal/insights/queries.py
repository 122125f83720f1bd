"""Figures from the database: histories of a period's cases, and what they amount to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.insights import around, further, reading
from portal.insights.account_health import health_figure
from portal.insights.entitled import entitlement_of
from portal.insights.figure import Figure
from portal.insights.figures import beside, figures, printed, promised
from portal.insights.gathering import Gathered, gather
from portal.insights.history import Report
from portal.insights.own_ratings import gap_of
from portal.insights.parted import WHOLE, parted_at
from portal.insights.reading import Span, seconds
from portal.sla.walls import midnight

Period = tuple[date, date]
"""First local day, and the day after the last."""


@dataclass(frozen=True)
class PeriodsRead:
    """The figures of several periods, all that they were counted from, and how it was read."""

    figures: list[dict[str, Figure]]
    gathered: Gathered
    span: Span


def figures_for(
    actor: Actor,
    account: Account,
    period: Period,
    as_of: datetime | None = None,
    children: bool = False,
    timezone: str = "",
) -> dict[str, Any]:
    """Every figure of an account and period in its own time zone or another, in the shape of `portal figures`.

    Counts the cases that the actor may see; confidential ones belong to a review's totals (C4), so it asks as
    the system and names to its readers only what they may see. The contract clock counts on what was agreed with
    the account when the case was opened, round the clock where nothing was. Without `as_of`, as of now; with an
    earlier one nothing that was recorded later changes anything (C2), people and the account's own record aside, which have no history.
    What is not recorded has no value. Health (F30) is made of the others.
    """
    zone = zone_of(account, timezone)
    span = span_of(actor, account, period, as_of, children, zone)
    found = gather(span, further.read(span))
    report = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), zone)
    known = {
        **figures(report, found.histories),
        **promised(found.decisions),
        **beside(report, around.book(span, zone, found.histories)),
        "F29": entitlement_of(span, account.id, zone_of(account)),
        "F31": gap_of(span),
    }
    health = health_figure(known, account.contract_renewal, period[1], as_of)
    return printed({**known, "F30": health})


def figures_of_periods(
    actor: Actor,
    account: Account,
    periods: Sequence[Period],
    as_of: datetime | None = None,
    children: bool = False,
) -> list[dict[str, Figure]]:
    """The figures of several periods from one reading, with the references of the cases behind each.

    Those of cases alone and of promises: F1 to F12 and F15 to F17, and the misses.
    """
    return read_periods(actor, account, periods, as_of, children).figures


def read_periods(
    actor: Actor,
    account: Account,
    periods: Sequence[Period],
    as_of: datetime | None = None,
    children: bool = False,
) -> PeriodsRead:
    """The same figures, with the histories and decisions that they were counted from."""
    zone = ZoneInfo(account.timezone)
    limits = [_limits(period, zone) for period in periods]
    span = _span(actor, account, limits, as_of, children)
    found = gather(span)
    known = [(*case.extent, case) for case in found.histories]
    whole = Report(seconds(span.begin), seconds(span.end), seconds(span.as_of), zone)
    counted = [
        {
            **figures(
                replace(whole, begin=begin, end=end),
                [case for first, last, case in known if first < end and last >= begin],
            ),
            **promised([one for one in found.decisions if begin <= one.at < end]),
        }
        for begin, end in limits
    ]
    return PeriodsRead(counted, found, span)


def span_of(
    actor: Actor,
    account: Account,
    period: Period,
    as_of: datetime | None,
    children: bool,
    zone: ZoneInfo,
) -> Span:
    """What is read for one period of one account, with its children if wanted."""
    return _span(actor, account, [_limits(period, zone)], as_of, children)


def zone_of(account: Account, timezone: str = "") -> ZoneInfo:
    """The zone of a question about an account: the one that is named, else the account's own."""
    return ZoneInfo(timezone or account.timezone)


def _limits(period: Period, zone: ZoneInfo) -> tuple[int, int]:
    first, end = period
    return midnight(first, zone), midnight(end, zone)


def _span(
    actor: Actor,
    account: Account,
    limits: Sequence[tuple[int, int]],
    as_of: datetime | None,
    children: bool,
) -> Span:
    now = clock.now()
    known_at = as_of or now
    account_ids = _family(actor, account) if children else [account.id]
    past = known_at < now
    return Span(
        actor=actor,
        account_ids=account_ids,
        begin=reading.instant(min(begin for begin, _ in limits)),
        end=reading.instant(max(end for _, end in limits)),
        as_of=known_at,
        past=past,
        parted=parted_at(actor, account_ids, known_at) if past else WHOLE,
    )


def _family(actor: Actor, account: Account) -> list[int]:
    statement = select(Account.id).where(
        Account.path.startswith(account.path or "-", autoescape=True)
    )
    return sorted({account.id, *db.session.scalars(through(statement, Account, actor))})
