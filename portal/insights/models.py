"""Sums by account and month, kept in the writing transaction and rebuilt from events."""

from datetime import date

from sqlalchemy import ForeignKey
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
