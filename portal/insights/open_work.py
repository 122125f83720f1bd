"""What was open at the end of a period, by age (F4, F15): one statement over stretches, none over the history."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import case, func, or_, select

from portal.accounts.models import Account
from portal.cases.models import Case, Kind
from portal.db import db, opened, through
from portal.insights.asked import Asked
from portal.insights.backlog import AGES, OLDER
from portal.insights.local_days import opened_since
from portal.insights.models import CaseStretch
from portal.insights.scope import Scope

WHY = "when the cases of a list were open"
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
    zones = scope.timezones()
    younger = [
        func.coalesce(func.sum(case((_since(zones, asked, most), 1), else_=0)), 0)
        for most, _ in AGES
    ]
    s = CaseStretch
    wanted = select(func.count(), func.min(Case.opened_at), *younger).join(s, s.case_id == Case.id)
    wanted = wanted.where(
        Case.kind == Kind.NORMAL,
        s.begun_on < asked.end,
        or_(s.ended_on.is_(None), s.ended_on >= asked.end),
    )
    statement = scope.cases(opened(through(wanted, Case, scope.actor), s, Account, why=WHY))
    total, oldest, *sums = db.session.execute(statement).one()
    reached = [0, *map(int, sums), total]
    ages = tuple(b - a for a, b in pairwise(reached))
    return OpenWork(total, ages, oldest)


def _since(zones: list[str], asked: Asked, most: int) -> Any:
    return opened_since(zones, asked.end, most + 1)
