"""What is kept about accounts: sums by month, rebuilt from events, and their health day by day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import AccountOwned, Base


class AccountMonth(AccountOwned, Base):
    """What one account did in one month of its own time zone; `hours` counts inbound client
    messages by weekday and hour (168 counters, Monday 00 first).
    """

    __tablename__ = "account_months"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    opened: Mapped[int] = mapped_column(default=0)
    resolved: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    hours: Mapped[list[int]]


class HealthWeights(Base):
    """What each part of an account's health counts from an instant on, by the part's name."""

    __tablename__ = "health_weights"
    id: Mapped[int] = mapped_column(primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(index=True)
    weights: Mapped[dict[str, Any]]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class HealthDay(AccountOwned, Base):
    """An account's health on a day of its own calendar in tenths, None without data, with every part as it was,
    `known` of them with data.

    `before_…` is what was kept a month before; each part holds under `was` what it then was.
    """

    __tablename__ = "account_health"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tenths: Mapped[int | None]
    known: Mapped[int]
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    before_on: Mapped[date | None]
    before_tenths: Mapped[int | None]
    recorded_at: Mapped[datetime]

    @property
    def value(self) -> float | None:
        """From 0 to 100."""
        return None if self.tenths is None else self.tenths / 10

    def part(self, name: str) -> dict[str, Any] | None:
        """What is kept of one part."""
        return next((part for part in self.parts if part["name"] == name), None)
