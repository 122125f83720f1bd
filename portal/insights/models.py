"""What is kept of the history for the pages: months, stretches of cases, sums by day, health. Rebuilt from events."""

from datetime import date, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
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


class CaseStretch(AccountOwned, Base):
    """One stretch in which a case was open, from its opening (1) or a reopening (2, 3 …) to where it ended.

    Dates are days in the account's zone, seconds those of the contract clock (C6); `counted` are those with pauses,
    `waited` the ones paused on the client. `ending` is empty while it is open. The first answer and what is known of
    the opening stand in the first stretch; `repeats` says whose earlier case it was, the same person's or another's.
    `opened_at` and `confidential` are the case's own, so that ages are counted from here alone.
    """

    __tablename__ = "case_stretches"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    begins_at: Mapped[datetime]
    begun_on: Mapped[date]
    ends_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ending: Mapped[str] = mapped_column(default="")
    clock: Mapped[int | None]
    counted: Mapped[int] = mapped_column(default=0)
    waited: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    confidential: Mapped[bool]
    back_at: Mapped[datetime | None]
    at_once: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    answered_on: Mapped[date | None]
    answer_clock: Mapped[int | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    complaint: Mapped[bool] = mapped_column(default=False)
    repeats: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_case_stretches_account_begun", "account_id", "begun_on"),
        Index("ix_case_stretches_account_ended", "account_id", "ended_on"),
        Index("ix_case_stretches_account_answered", "account_id", "answered_on"),
        Index("ix_case_stretches_begun", "begun_on"),
        Index("ix_case_stretches_ended", "ended_on"),
    )


def new_revision() -> str:
    """What a row of sums is told by from now on."""
    return token_hex(8)


class Width(StrEnum):
    """How much time one row of sums covers."""

    DAY = "day"
    MONTH = "month"


class AccountTally(AccountOwned, Base):
    """What happened to an account's cases on one day, or in one month, of its own calendar.

    Confidential cases are summed apart. `clocks` and `ends` are packed sorted lists, see `tally.py`; `revision` is
    another one each time the row is written.
    """

    __tablename__ = "account_tallies"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    width: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    confidential: Mapped[bool] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    clocks: Mapped[bytes]
    ends: Mapped[bytes]
    revision: Mapped[str] = mapped_column(String(16), default=new_revision)

    __table_args__ = (Index("ix_account_tallies_starts", "width", "starts_on"),)


class HouseTally(Base):
    """The same of all accounts together, each in its own time zone, confidential cases included."""

    __tablename__ = "house_tallies"
    width: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    clocks: Mapped[bytes]
    ends: Mapped[bytes]
    revision: Mapped[str] = mapped_column(String(16), default=new_revision)


class StaleMark(AccountOwned, Base):
    """Something happened to a case, or to all of an account's, that is not in the sums yet."""

    __tablename__ = "stale_marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    marked_at: Mapped[datetime]
