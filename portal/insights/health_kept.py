"""What is kept of an account's health: the newest day with its parts, and the course of the value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.insights.models import HealthDay

WEEKS = 26
A_YEAR = timedelta(weeks=53)
FEWEST_PARTS = 3
GOOD, FAIR = 800, 600
FALL = 5
"""Points lost in a month that are worth a mark."""


@dataclass(frozen=True)
class Value:
    """An account's health on a day, in tenths."""

    day: date
    tenths: int | None

    @property
    def value(self) -> float | None:
        """From 0 to 100."""
        return None if self.tenths is None else self.tenths / 10


@dataclass(frozen=True)
class Day(Value):
    """A day with its parts and what it was a month before."""

    parts: Sequence[dict[str, Any]]
    before_on: date | None
    before_tenths: int | None

    @property
    def known(self) -> list[dict[str, Any]]:
        """The parts with data."""
        return [part for part in self.parts if part["score"] is not None]

    @property
    def state(self) -> str:
        """`good`, `fair` or `poor`; `unknown` while fewer than three parts have data."""
        return state_of(self.tenths, len(self.known))

    @property
    def before(self) -> float | None:
        """The value a month before."""
        return None if self.before_tenths is None else self.before_tenths / 10

    @property
    def change(self) -> float | None:
        """Points since then."""
        if self.tenths is None or self.before_tenths is None:
            return None
        return (self.tenths - self.before_tenths) / 10

    @property
    def fell(self) -> bool:
        """Whether it is worth a mark."""
        return self.change is not None and self.change <= -FALL


@dataclass(frozen=True)
class Kept:
    """The newest day that is kept, and the last value of each week before it, the oldest first."""

    newest: Day
    weeks: Sequence[Value]


def state_of(tenths: int | None, parts: int) -> str:
    """What a value says in a word."""
    if tenths is None or parts < FEWEST_PARTS:
        return "unknown"
    return "good" if tenths >= GOOD else "fair" if tenths >= FAIR else "poor"


def kept(actor: Actor, account: Account) -> Kept | None:
    """The last half year of an account's health; None before its first day. One statement."""
    newest = select(func.max(HealthDay.day)).where(HealthDay.account_id == account.id)
    is_newest = HealthDay.day == newest.scalar_subquery()
    since = clock.today(account.timezone) - timedelta(weeks=WEEKS)
    columns: tuple[Any, ...] = (
        *(HealthDay.day, HealthDay.tenths, case((is_newest, HealthDay.parts)).label("parts")),
        *(HealthDay.before_on, HealthDay.before_tenths),
    )
    statement = select(*columns).where(
        HealthDay.account_id == account.id, or_(HealthDay.day >= since, is_newest)
    )
    rows = db.session.execute(through(statement.order_by(HealthDay.day), HealthDay, actor)).all()
    if not rows:
        return None
    return Kept(Day(*rows[-1]), by_week([Value(row.day, row.tenths) for row in rows]))


def on(actor: Actor, account: Account, day: date) -> Day | None:
    """What was kept on a day, or else on the last one before it."""
    columns = (HealthDay.day, HealthDay.tenths, HealthDay.parts)
    before = (HealthDay.before_on, HealthDay.before_tenths)
    statement = select(*columns, *before).where(
        HealthDay.account_id == account.id, HealthDay.day <= day
    )
    newest = statement.order_by(HealthDay.day.desc()).limit(1)
    row = db.session.execute(through(newest, HealthDay, actor)).first()
    return None if row is None else Day(*row)


def year_until(actor: Actor, account: Account, day: date) -> list[Value]:
    """The last value of each week in the year that ends with a day, the oldest first."""
    statement = select(HealthDay.day, HealthDay.tenths).where(
        HealthDay.account_id == account.id, HealthDay.day <= day, HealthDay.day > day - A_YEAR
    )
    rows = db.session.execute(through(statement.order_by(HealthDay.day), HealthDay, actor))
    return by_week([Value(row.day, row.tenths) for row in rows])


def first_day(actor: Actor, account: Account) -> date | None:
    """The first day that is kept."""
    first = select(func.min(HealthDay.day)).where(HealthDay.account_id == account.id)
    return db.session.scalar(through(first, HealthDay, actor))


def by_week(values: Sequence[Value]) -> list[Value]:
    """The last value of each week, Monday to Sunday."""
    last = {value.day.isocalendar()[:2]: value for value in values}
    return list(last.values())
