"""What is agreed with an account at an instant, and the calendars it counts on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from portal.accounts.models import Account
from portal.db import db, opened
from portal.sla.calendars import ALWAYS_OPEN, Calendar, Clock, Hours, Version, zone_called
from portal.sla.models import (
    BusinessCalendar,
    CalendarDay,
    CalendarVersion,
    Contract,
    PlanTarget,
    PlanVersion,
    ServicePlan,
)
from portal.sla.terms import Target
from portal.sla.walls import midnight

WHY = "what is agreed with the account of a case"
Levels = tuple[tuple[int, tuple[str, ...]], ...]
WHOLE_WEEK = (((0, 1440),),) * 7


@dataclass(frozen=True)
class Agreement:
    """A plan's version in force, the contract's own calendar if it has one, and targets by priority and category."""

    version_id: int
    calendar_id: int | None
    default_id: int
    targets: Mapping[tuple[str, str], Any]
    plan_id: int

    @property
    def levels(self) -> Levels:
        """The plan's warnings as they are now: percentages in order, and who is told at each."""
        return levels_of(db.session.get_one(ServicePlan, self.plan_id).levels)

    def target(self, priority: str, category: str) -> Any | None:
        """The row for a priority: of the category if that has one, else of all."""
        return self.targets.get((priority, category)) or self.targets.get((priority, ""))

    def seconds(self, target: Target, priority: str, category: str) -> int | None:
        """Business seconds promised; None where nothing is."""
        row = self.target(priority, category)
        return None if row is None else SECONDS[target](row)

    def clock_id(self, priority: str, category: str) -> int:
        """The calendar it counts on: the target's own, the contract's, or the plan's."""
        row = self.target(priority, category)
        return (row and row.calendar_id) or self.calendar_id or self.default_id


def levels_of(written: Sequence[Mapping[str, Any]]) -> Levels:
    """Levels as a plan's row holds them."""
    return tuple(sorted((int(level["percent"]), tuple(level["tell"])) for level in written))


SECONDS: Mapping[Target, Any] = {
    Target.RESPONSE: lambda row: row.response_seconds,
    Target.NEXT_RESPONSE: lambda row: row.next_response_seconds,
    Target.RESOLUTION: lambda row: row.resolution_seconds,
}


@dataclass(frozen=True)
class Timeline:
    """All that an account ever had agreed: contracts in order of their dates, and the plan it is recorded with."""

    zone: ZoneInfo
    named_plan_id: int | None
    contracts: tuple[Any, ...]
    versions: Mapping[int, Sequence[Any]]

    def at(self, instant: datetime) -> Agreement | None:
        """What is agreed at an instant: by the contract in force on that local day, else by the recorded plan."""
        day = instant.astimezone(self.zone).date()
        in_force = [
            row
            for row in self.contracts
            if row.begins_on <= day and (row.ends_on is None or day < row.ends_on)
        ]
        contract = in_force[-1] if in_force else None
        plan_id = (contract and contract.plan_id) or self.named_plan_id
        version = _in_force(self.versions.get(plan_id or 0, ()), instant)
        if version is None:
            return None
        return agreement_under(version.id, contract.calendar_id if contract else None)

    def turns(self) -> list[int]:
        """The instants, as seconds since 1970, from which something else may be agreed than before."""
        days = {day for row in self.contracts for day in (row.begins_on, row.ends_on) if day}
        versions = (row.begins_at for found in self.versions.values() for row in found)
        begun = {int(at.timestamp()) for at in versions if at is not None}
        return sorted(begun | {midnight(day, self.zone) for day in days})


def timeline_of(account_id: int) -> Timeline:
    """What an account has and had agreed; one statement."""
    return _timeline(db.session.execute(_AGREED, {"account": account_id}).all())


def timelines_of(account_ids: Sequence[int]) -> dict[int, Timeline]:
    """What each of some accounts has and had agreed; one statement."""
    rows = db.session.execute(_AGREED_WITH_SOME, {"accounts": list(account_ids)})
    apart = groupby(rows, lambda row: int(row.account_id))
    return {account_id: _timeline(list(found)) for account_id, found in apart}


def _timeline(rows: Sequence[Any]) -> Timeline:
    first = rows[0]
    return Timeline(
        zone=zone_called(first.timezone or "UTC"),
        named_plan_id=first.named_plan_id,
        contracts=tuple(row for row in rows if row.begins_on is not None),
        versions=_versions(str(db.engine.url), first.latest or 0),
    )


def agreement_under(version_id: int, calendar_id: int | None) -> Agreement:
    """The agreement a promise began under."""
    default, targets, plan_id = _version(str(db.engine.url), version_id)
    return Agreement(version_id, calendar_id, default, targets, plan_id)


def _in_force(versions: Sequence[Any], instant: datetime) -> Any | None:
    begun = [row for row in versions if row.begins_at is None or row.begins_at <= instant]
    return begun[-1] if begun else None


def _agreed_with(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    columns = (
        *(Account.id.label("account_id"), Account.timezone, ServicePlan.id.label("named_plan_id")),
        select(func.max(PlanVersion.id)).scalar_subquery().label("latest"),
        *(Contract.plan_id, Contract.calendar_id, Contract.begins_on, Contract.ends_on),
    )
    statement = (
        select(*columns)
        .outerjoin(ServicePlan, ServicePlan.name == Account.sla_plan)
        .outerjoin(Contract, Contract.account_id == Account.id)
        .where(which)
        .order_by(Account.id, Contract.begins_on, Contract.id)
    )
    return opened(statement, Account, Contract, why=WHY)


_AGREED = _agreed_with(Account.id == bindparam("account"))
_AGREED_WITH_SOME = _agreed_with(Account.id.in_(bindparam("accounts", expanding=True)))


@lru_cache(4)
def _versions(_database: str, _latest: int) -> Mapping[int, Sequence[Any]]:
    """Every plan's versions in order; they are only ever added, so the latest number tells whether these are all."""
    columns = (PlanVersion.id, PlanVersion.plan_id, PlanVersion.begins_at)
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(
        select(*columns).order_by(PlanVersion.begins_at.nulls_first(), PlanVersion.id)
    ):
        found.setdefault(row.plan_id, []).append(row)
    return found


@lru_cache(256)
def _version(_database: str, version_id: int) -> tuple[int, Mapping[tuple[str, str], Any], int]:
    """A version's calendar, targets and plan; a version is never changed once written."""
    default, plan_id = db.session.execute(
        select(PlanVersion.calendar_id, PlanVersion.plan_id).where(PlanVersion.id == version_id)
    ).one()
    columns = (
        PlanTarget.priority,
        PlanTarget.category,
        PlanTarget.calendar_id,
        PlanTarget.response_seconds,
        PlanTarget.next_response_seconds,
        PlanTarget.resolution_seconds,
    )
    rows = db.session.execute(select(*columns).where(PlanTarget.version_id == version_id)).all()
    return default, {(row.priority, row.category): row for row in rows}, plan_id


def clock_called(calendar_id: int, revision: int | None = None) -> Clock:
    """A calendar as a clock; `revision`, if the caller has read it, spares looking whether it changed."""
    if revision is None:
        revision = db.session.scalar(
            select(BusinessCalendar.revision).where(BusinessCalendar.id == calendar_id)
        )
    assert revision is not None
    return _clock(str(db.engine.url), calendar_id, revision)


def clocks(*, held: bool = False) -> Callable[[int], Clock]:
    """Every calendar as a clock by its id; one statement says which of them have changed.

    With `held` none of them changes until this transaction ends: whoever changes one waits (`recounting.hold`).
    """
    known = select(BusinessCalendar.id, BusinessCalendar.revision)
    if held:
        known = known.with_for_update(read=True, key_share=True)
    rows = db.session.execute(known)
    revisions = {row.id: row.revision for row in rows}
    return lambda calendar_id: clock_called(calendar_id, revisions[calendar_id])


@lru_cache(256)
def _clock(_database: str, calendar_id: int, _revision: int) -> Clock:
    return clock_as_written(calendar_id)


def clock_as_written(calendar_id: int) -> Clock:
    """A calendar as it stands in the present transaction, which may still be undone; it is not held in memory."""
    zone = db.session.scalar(
        select(BusinessCalendar.timezone).where(BusinessCalendar.id == calendar_id)
    )
    versions = db.session.scalars(
        select(CalendarVersion).where(CalendarVersion.calendar_id == calendar_id)
    ).all()
    days = db.session.scalars(
        select(CalendarDay).where(CalendarDay.calendar_id == calendar_id)
    ).all()
    return clock_of(zone or "UTC", versions, days)


def clock_of(zone: str, versions: Any, days: Any) -> Clock:
    """The clock that rows of versions and days make together."""
    special = {row.day: _hours(row.hours) for row in days}
    closed = frozenset(day for day, hours in special.items() if not hours)
    made = [
        Version(row.begins_on, tuple(_hours(day) for day in row.weekly), closed, special)
        for row in versions
    ]
    if not special and all(version.weekly == WHOLE_WEEK for version in made):
        return ALWAYS_OPEN
    return Calendar(zone_called(zone), made)


def forget() -> None:
    """Let go of what is held in memory: for a process whose database is made anew."""
    _versions.cache_clear()
    _version.cache_clear()
    _clock.cache_clear()


def _hours(found: Any) -> Hours:
    return tuple((begin, end) for begin, end in found)
