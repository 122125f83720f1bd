"""Promises on their way when a calendar or a plan changes: what has run stays, what is to come is worked out anew."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, select

from portal.db import db, opened
from portal.sla.agreements import clock_as_written, clocks
from portal.sla.calendars import Clock
from portal.sla.ledger import WHY, Running, missed_before, seconds
from portal.sla.models import BusinessCalendar, PlanVersion, PromiseRow, ServicePlan

PORTION = 500


def hold(calendar: BusinessCalendar) -> Clock:
    """Keep others from changing the calendar until this transaction ends; the clock it is before the change."""
    db.session.refresh(calendar, with_for_update=True)
    return clock_as_written(calendar.id)


def recount(calendar_id: int, at: datetime, *, old: Clock) -> None:
    """Count what is owed on a calendar up to an instant by its old clock, then let it fall due by the new one.

    What the old clock had already let lapse is missed at that instant. Those that stand still stay as they are.
    """
    new = clock_as_written(calendar_id)
    for row in _owed(PromiseRow.clock_id == calendar_id, PromiseRow.paused.is_(False)):
        one = Running(row, old)
        if one.is_open:
            missed_before(one, at)
        ticking = one.ticking.counted(old, seconds(at))
        one.clock = new
        one.keep(ticking)


def warn_anew(plan: ServicePlan) -> None:
    """Let what is owed under a plan warn at its levels as they are now; levels told of are not told of again."""
    clock_of = clocks()
    versions = select(PlanVersion.id).where(PlanVersion.plan_id == plan.id)
    for row in _owed(PromiseRow.version_id.in_(versions)):
        one = Running(row, clock_of(row.clock_id))
        one.keep(one.ticking)


def _owed(*which: ColumnElement[bool]) -> Iterator[PromiseRow]:
    """The promises that are still to be kept, in time or late, read and written in portions."""
    after = 0
    statement = select(PromiseRow).where(PromiseRow.ended_at.is_(None), *which)
    statement = opened(statement.order_by(PromiseRow.id).limit(PORTION), PromiseRow, why=WHY)
    while portion := db.session.scalars(
        statement.where(PromiseRow.id > after).with_for_update()
    ).all():
        yield from portion
        db.session.flush()
        after = portion[-1].id
