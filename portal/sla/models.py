"""Business-hours calendars, service plans, contracts, the ledger of promises and what is forecast of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import AccountOwned, Base
from portal.sla.promises import State


class BusinessCalendar(Base):
    """The provider's hours in a time zone; `country` and `region` say whose holidays close it.

    `revision` grows with every change, so that whoever holds a calendar in memory knows that it is another one.
    """

    __tablename__ = "calendars"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str]
    country: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class CalendarVersion(Base):
    """A week's hours in force from a local date on, or from ever; a list of [from, to] in minutes for each weekday."""

    __tablename__ = "calendar_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"), index=True)
    begins_on: Mapped[date | None]
    weekly: Mapped[list[list[list[int]]]] = mapped_column(JSON)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("calendar_id", "begins_on"),)


class DaySource(StrEnum):
    """Why a day is unlike the week's."""

    HOLIDAY = "holiday"
    OWN = "own"
    IMPORTED = "imported"


class CalendarDay(Base):
    """A day with hours of its own, none when closed. Holidays are written down, so that no update moves a promise."""

    __tablename__ = "calendar_days"
    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    day: Mapped[date]
    name: Mapped[str]
    hours: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(default=DaySource.OWN)

    __table_args__ = (UniqueConstraint("calendar_id", "day"),)


class ServicePlan(Base):
    """What an account can have agreed; `levels` say at which percent of a target whom to tell.

    Each is `{"percent": 90, "tell": ["owner", "manager", "lead"]}`.
    """

    __tablename__ = "service_plans"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    levels: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PlanVersion(Base):
    """A plan's terms in force from an instant on, or from ever; promises keep the version they began under."""

    __tablename__ = "plan_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("service_plans.id"))
    begins_at: Mapped[datetime | None]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("plan_id", "begins_at"),)


class PlanTarget(Base):
    """Business seconds promised for a priority, and for one category where it is named; None is no promise.

    A calendar of its own takes the place of the version's.
    """

    __tablename__ = "plan_targets"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"))
    priority: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    response_seconds: Mapped[int | None]
    next_response_seconds: Mapped[int | None]
    resolution_seconds: Mapped[int | None]

    __table_args__ = (UniqueConstraint("version_id", "priority", "category"),)


class Unit(StrEnum):
    """In what an entitlement is counted."""

    HOURS = "hours"
    CASES = "cases"


class Contract(AccountOwned, Base):
    """What an account has agreed with us from one local date until before another.

    `calendar_id` takes the place of the plan's calendar; an entitlement has a unit and an amount, or neither.
    Levels are shares of promises to be kept; they, the credit for each that is missed in a month or quarter, and its
    cap are in tenths of a percent.
    """

    __tablename__ = "contracts"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("service_plans.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    renewal_on: Mapped[date | None]
    notice_on: Mapped[date | None]
    entitlement_unit: Mapped[str] = mapped_column(default="")
    entitlement: Mapped[int | None]
    named_callers: Mapped[bool] = mapped_column(default=False)
    value_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    response_level: Mapped[int | None]
    next_response_level: Mapped[int | None]
    resolution_level: Mapped[int | None]
    credit: Mapped[int | None]
    credit_cap: Mapped[int | None]
    credit_stretch: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_contracts_account", "account_id", "begins_on"),)


class NamedCaller(AccountOwned, Base):
    """A person of the client whom a contract entitles to open cases."""

    __tablename__ = "named_callers"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    stakeholder_id: Mapped[int] = mapped_column(ForeignKey("stakeholders.id"))

    __table_args__ = (UniqueConstraint("contract_id", "stakeholder_id"),)


class PromiseRow(AccountOwned, Base):
    """One promise about a case: decided once, never rewritten (C7).

    It runs on the calendar `clock_id`; `calendar_id` is the contract's own, if it had one. While it is open, `spent`
    business seconds had passed at `counted_at`; `due_at` is the last instant at which it can be met, None while the
    clock stands still. A missed one is owed until `ended_at`. `cause` is what staff say about a miss.
    At `warn_at` the next level of the plan is reached; `warned` is the last percentage that was told of.
    """

    __tablename__ = "promises"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    target: Mapped[str]
    number: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_versions.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    clock_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    priority: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    allowed: Mapped[int | None]
    begins_at: Mapped[datetime]
    spent: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime]
    paused: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=State.OPEN)
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    warn_at: Mapped[datetime | None]
    warned: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("case_id", "target", "number"),
        Index("ix_promises_account_decided", "account_id", "decided_at"),
    )


class ClockPause(AccountOwned, Base):
    """A stretch in which a case's clock stood still, why, and who began and ended it."""

    __tablename__ = "clock_pauses"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    reason: Mapped[str]
    begun_by: Mapped[str] = mapped_column(default="")
    ended_by: Mapped[str] = mapped_column(default="")


class PromiseOdds(AccountOwned, Base):
    """How an account's newest decided promises of a target went, at a priority or ("") at all of them.

    `met` are the thousandths of their target at which some were kept, ascending; the others were missed.
    """

    __tablename__ = "promise_odds"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    priority: Mapped[str] = mapped_column(primary_key=True)
    met: Mapped[list[int]]
    missed: Mapped[int]
    learnt_at: Mapped[datetime]


class PromiseForecast(AccountOwned, Base):
    """What was forecast of an open promise on a day: its chance to be missed in thousandths, None with too little data.

    `base` is the chance before anything had run, `n` how many were like it. `judged` once what came is counted.
    """

    __tablename__ = "promise_forecasts"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    chance: Mapped[int | None]
    base: Mapped[int | None]
    n: Mapped[int]
    judged: Mapped[bool] = mapped_column(default=False)


class ForecastTally(AccountOwned, Base):
    """What came of an account's forecasts of one tenth (0 is 0 to 10 %), by the month in which promises were decided.

    Sums: of promises, of misses, of chances in thousandths, of squared distances in millionths (also for the base).
    """

    __tablename__ = "forecast_tallies"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    tenth: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    missed: Mapped[int]
    chance: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[int] = mapped_column(BigInteger)
    base_score: Mapped[int] = mapped_column(BigInteger)


# Written out, not bound: a prepared statement with parameters could not use the partial index.
IS_OPEN = PromiseRow.state == literal_column(f"'{State.OPEN}'")
_open: dict[str, Any] = {"sqlite_where": IS_OPEN, "postgresql_where": IS_OPEN}
Index("ix_promises_open_due", PromiseRow.due_at, PromiseRow.id, **_open)
_warned: dict[str, Any] = {
    f"{dialect}_where": PromiseRow.warn_at.is_not(None) for dialect in ("sqlite", "postgresql")
}
Index("ix_promises_warn", PromiseRow.warn_at, PromiseRow.id, **_warned)
UNJUDGED = PromiseForecast.judged.is_(False)
_unjudged: dict[str, Any] = {"sqlite_where": UNJUDGED, "postgresql_where": UNJUDGED}
Index("ix_promise_forecasts_unjudged", PromiseForecast.case_id, **_unjudged)
