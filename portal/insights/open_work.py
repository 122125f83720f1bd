"""What was open at the end of a period, by age (F4, F15): one statement over stretches, none over the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, literal, or_, select, union_all

from portal.accounts.models import Account
from portal.db import db, opened, through
from portal.insights.asked import Asked
from portal.insights.backlog import AGES, OLDER
from portal.insights.models import CaseStretch
from portal.insights.reading import instant
from portal.insights.scope import Scope
from portal.sla.walls import midnight

KEPT = 64
WHY = "the time zones of accounts whose cases are counted"
NAMES = (*(name for _, name in AGES), OLDER)


@dataclass(frozen=True)
class OpenWork:
    """How many cases were open at the end of the period, by age group, and since when the oldest is."""

    total: int
    ages: tuple[int, ...]
    oldest: datetime | None

    @property
    def old(self) -> int:
        """How many were open for more than 30 days."""
        return sum(self.ages[3:])


def open_work(scope: Scope, asked: Asked) -> OpenWork:
    """What was open just before the midnight that ends the period, of each account by its own clock."""
    zones = tuple(scope.timezones)
    if not zones:
        return OpenWork(0, (0,) * len(NAMES), None)
    return _read(db.session.execute(_statement(scope, asked.end, zones)).one())


def open_by_account(scope: Scope, end: date) -> dict[int, OpenWork]:
    """The same of each account that had any, by its id."""
    zones = tuple(scope.timezones)
    if not zones:
        return {}
    s = CaseStretch
    statement = _statement(scope, end, zones).add_columns(s.account_id).group_by(s.account_id)
    return {account_id: _read(row) for *row, account_id in db.session.execute(statement)}


def _read(row: Sequence[Any]) -> OpenWork:
    total, oldest, *sums = row
    ages = tuple(b - a for a, b in pairwise((0, *map(int, sums), total)))
    return OpenWork(total, ages, oldest)


@lru_cache(KEPT)
def _statement(scope: Scope, end: date, zones: tuple[str, ...]) -> Any:
    s = CaseStretch
    limits = union_all(*(_limits(zone, end) for zone in zones)).subquery()
    younger = [
        func.coalesce(func.sum(case((s.opened_at > limits.c[name], 1), else_=0)), 0)
        for _, name in AGES
    ]
    wanted = (
        select(func.count(), func.min(s.opened_at), *younger)
        .join(Account, Account.id == s.account_id)
        .join(limits, limits.c.zone == Account.timezone)
        .where(s.begun_on < end, or_(s.ended_on.is_(None), s.ended_on >= end))
    )
    if not scope.confidential:
        wanted = wanted.where(s.confidential.is_(False))
    return scope.narrowed(opened(through(wanted, s, scope.actor), Account, why=WHY), s.account_id)


def _limits(zone: str, end: date) -> Any:
    """Of a zone, the instants after which a case was opened to be of each age group or younger."""
    limit = instant(midnight(end, ZoneInfo(zone)))
    column = CaseStretch.opened_at.type
    since = [literal(limit - timedelta(days=most + 1), column).label(name) for most, name in AGES]
    return select(literal(zone).label("zone"), *since)
