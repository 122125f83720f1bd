"""Reads over calendars and service plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account
from portal.db import db
from portal.sla.drafts import Promised
from portal.sla.models import (
    BusinessCalendar,
    CalendarDay,
    CalendarVersion,
    Contract,
    NamedCaller,
    PlanTarget,
    PlanVersion,
    ServicePlan,
)

WHY_CONTRACTS = "what an account the reader sees has agreed"


@dataclass(frozen=True)
class CalendarLine:
    """A calendar in a list: the week in force today, and the next day that differs."""

    calendar: BusinessCalendar
    weekly: list[list[list[int]]]
    next_day: CalendarDay | None


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list, with the calendar of its newest version."""

    plan: ServicePlan
    calendar_name: str
    targets: int


def tomorrow(calendar: BusinessCalendar) -> date:
    """The first day of a calendar that can still be changed, by its own date."""
    return clock.today(calendar.timezone) + timedelta(days=1)


def calendars() -> list[BusinessCalendar]:
    """All calendars by name."""
    return list(db.session.scalars(select(BusinessCalendar).order_by(BusinessCalendar.name)))


def calendar_lines() -> list[CalendarLine]:
    """All calendars by name with what is in force; three statements."""
    found = calendars()
    today = {calendar.id: clock.today(calendar.timezone) for calendar in found}
    weeks: dict[int, Any] = {}
    for version in db.session.scalars(_in_order(select(CalendarVersion))):
        if version.begins_on is None or version.begins_on <= today[version.calendar_id]:
            weeks[version.calendar_id] = version.weekly
    days: dict[int, CalendarDay] = {}
    since = min(today.values(), default=date.max)
    ahead = select(CalendarDay).where(CalendarDay.day >= since).order_by(CalendarDay.day)
    for day in db.session.scalars(ahead):
        if day.day >= today[day.calendar_id]:
            days.setdefault(day.calendar_id, day)
    return [CalendarLine(one, weeks.get(one.id, [[]] * 7), days.get(one.id)) for one in found]


def weeks_of(calendar: BusinessCalendar) -> Sequence[CalendarVersion]:
    """A calendar's weeks in the order in which they begin."""
    mine = select(CalendarVersion).where(CalendarVersion.calendar_id == calendar.id)
    return db.session.scalars(_in_order(mine)).all()


def _in_order(statement: Any) -> Any:
    return statement.order_by(CalendarVersion.begins_on.nulls_first(), CalendarVersion.id)


def days_of(calendar: BusinessCalendar, since: date) -> Sequence[CalendarDay]:
    """The days from a date on that are unlike the week's."""
    mine = select(CalendarDay).where(
        CalendarDay.calendar_id == calendar.id, CalendarDay.day >= since
    )
    return db.session.scalars(mine.order_by(CalendarDay.day)).all()


def plans_on(calendar: BusinessCalendar) -> Sequence[str]:
    """The names of plans of which a version counts on the calendar."""
    names = select(ServicePlan.name).join(PlanVersion, PlanVersion.plan_id == ServicePlan.id)
    own = select(PlanTarget.version_id).where(PlanTarget.calendar_id == calendar.id)
    counting = (PlanVersion.calendar_id == calendar.id) | PlanVersion.id.in_(own)
    return db.session.scalars(names.where(counting).distinct().order_by(ServicePlan.name)).all()


def plan_lines() -> list[PlanLine]:
    """All plans by name, those retired last."""
    order = PlanVersion.begins_at.desc().nulls_last()
    number = func.row_number().over(partition_by=PlanVersion.plan_id, order_by=order)
    newest = select(PlanVersion.id, number.label("number")).subquery()
    targets = (
        select(func.count(PlanTarget.id))
        .where(PlanTarget.version_id == PlanVersion.id)
        .scalar_subquery()
    )
    statement = (
        select(ServicePlan, BusinessCalendar.name, targets)
        .join(PlanVersion, PlanVersion.plan_id == ServicePlan.id)
        .join(newest, newest.c.id == PlanVersion.id)
        .join(BusinessCalendar, BusinessCalendar.id == PlanVersion.calendar_id)
        .where(newest.c.number == 1)
        .order_by(ServicePlan.retired_at.is_not(None), ServicePlan.name)
    )
    return [PlanLine(*row) for row in db.session.execute(statement)]


def versions_of(plan: ServicePlan) -> Sequence[datetime | None]:
    """When a plan's versions began, the newest first; the first is from ever."""
    begun = select(PlanVersion.begins_at).where(PlanVersion.plan_id == plan.id)
    return db.session.scalars(begun.order_by(PlanVersion.begins_at.desc().nulls_last())).all()


def terms_of(plan: ServicePlan) -> tuple[PlanVersion, list[Promised]]:
    """A plan's newest version and its targets."""
    newest = PlanVersion.begins_at.desc().nulls_last()
    mine = select(PlanVersion).where(PlanVersion.plan_id == plan.id)
    version = db.session.scalars(mine.order_by(newest, PlanVersion.id.desc()).limit(1)).one()
    rows = db.session.scalars(select(PlanTarget).where(PlanTarget.version_id == version.id))
    names = Promised.__dataclass_fields__
    return version, [Promised(**{name: getattr(row, name) for name in names}) for row in rows]


def open_plans() -> Sequence[ServicePlan]:
    """The plans a contract can name, by name."""
    ours = select(ServicePlan).where(ServicePlan.retired_at.is_(None)).order_by(ServicePlan.name)
    return db.session.scalars(ours).all()


def in_reading_order(targets: Sequence[Promised]) -> list[Promised]:
    """Targets of all categories first, the most urgent on top."""
    order = ("urgent", "high", "normal", "low")
    return sorted(targets, key=lambda row: (row.category, order.index(row.priority)))


def contracts_of(account: Account) -> Sequence[Contract]:
    """An account's contracts in the order in which they were written down; who may see them asks the policy."""
    mine = Contract.unscoped(WHY_CONTRACTS).where(Contract.account_id == account.id)
    return db.session.scalars(mine.order_by(Contract.id)).all()


def callers_of(contract: Contract) -> frozenset[int]:
    """The people by their number among stakeholders whom a contract names; nobody is everybody."""
    mine = NamedCaller.unscoped(WHY_CONTRACTS).where(NamedCaller.contract_id == contract.id)
    return frozenset(caller.stakeholder_id for caller in db.session.scalars(mine))
