"""Two years of an account in figures, from its month rows alone."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through
from portal.insights.models import AccountMonth

MONTHS = 24
HOURS = 168
MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Month:
    """What happened in one month of the account's own calendar."""

    month: date
    opened: int = 0
    resolved: int = 0
    reopened: int = 0


@dataclass(frozen=True)
class Figures:
    """The last 24 months, the running one included, without gaps; `hours` counts inbound client messages."""

    months: tuple[Month, ...]
    hours: tuple[int, ...] = (0,) * HOURS

    @property
    def opened(self) -> int:
        """Cases opened in all the months (F1)."""
        return sum(month.opened for month in self.months)

    @property
    def resolved(self) -> int:
        """Resolutions in all the months (F2)."""
        return sum(month.resolved for month in self.months)

    @property
    def reopened(self) -> int:
        """Reopenings in all the months (F3)."""
        return sum(month.reopened for month in self.months)

    @property
    def busiest(self) -> tuple[int, int, int] | None:
        """Weekday (Monday is 0), hour and count of the busiest hour; None without a message."""
        most = max(self.hours)
        return (*divmod(self.hours.index(most), 24), most) if most else None

    @property
    def busiest_day(self) -> date:
        """Any date on the weekday of the busiest hour."""
        return MONDAY + timedelta(days=self.busiest[0] if self.busiest else 0)

    @property
    def empty(self) -> bool:
        """Whether nothing has happened yet."""
        return not (self.opened or self.resolved or self.busiest)


def figures_of(actor: Actor, account: Account) -> Figures:
    """The account's last 24 months."""
    wanted = _last_months(clock.today(account.timezone))
    columns = (
        AccountMonth.month,
        AccountMonth.opened,
        AccountMonth.resolved,
        AccountMonth.reopened,
        AccountMonth.hours,
    )
    statement = select(*columns).where(
        AccountMonth.account_id == account.id, AccountMonth.month >= wanted[0]
    )
    rows = {row.month: row for row in db.session.execute(through(statement, AccountMonth, actor))}
    months = (
        Month(month, *rows[month][1:4]) if month in rows else Month(month) for month in wanted
    )
    counted = [row.hours for row in rows.values() if len(row.hours) == HOURS]
    hours = (sum(column) for column in zip(*counted, strict=True))
    return Figures(tuple(months), tuple(hours) or (0,) * HOURS)


def _last_months(today: date) -> list[date]:
    latest = today.year * 12 + today.month - 1
    return [
        date(index // 12, index % 12 + 1, 1) for index in range(latest - MONTHS + 1, latest + 1)
    ]
