"""Promises on their way when a calendar or a plan changes: what has run stays, what is to come is worked out anew."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, select

from portal.db import db, opened
from portal.sla.agreements import Levels, clock_as_written, clocks, levels_of
from portal.sla.calendars import Clock
from portal.sla.ledger import missed_before
from portal.sla.models import BusinessCalendar, PlanVersion, PromiseRow, ServicePlan
from portal.sla.running import WHY, Running, forget, seconds, with_levels

PORTION = 500


def hold(calendar: BusinessCalendar) -> Clock:
    """Keep others from changing the calendar and from counting on it until this transaction ends.

    Returns the clock it is before the change.
    """
    forget()
    db.session.refresh(calendar, with_for_update=True)
    return clock_as_written(calendar.id)


def recount(calendar_id: int, at: datetime, *, old: Clock) -> None:
    """Count what is owed on a calendar up to an instant by its old clock, then let it fall due by the new one.

    What the old clock had already let lapse is missed at that instant. Those that stand still stay as they are.
    """
    new = clock_as_written(calendar_id)
    for row, levels in _owed(PromiseRow.clock_id == calendar_id, PromiseRow.paused.is_(False)):
        one = Running(row, old, levels)
        if one.is_open:
            missed_before(one, at)
        ticking = one.ticking.counted(old, seconds(at))
        one.clock = new
        one.keep(ticking)
    forget()


def warn_anew(plan: ServicePlan) -> None:
    """Let what is owed under a plan warn at its levels as they are now; levels told of are not told of again."""
    forget()
    clock_of = clocks(held=True)
    versions = select(PlanVersion.id).where(PlanVersion.plan_id == plan.id)
    for row, levels in _owed(PromiseRow.version_id.in_(versions)):
        one = Running(row, clock_of(row.clock_id), levels)
        one.keep(one.ticking)


def _owed(*which: ColumnElement[bool]) -> Iterator[tuple[PromiseRow, Levels]]:
    """The promises that are still to be kept, in time or late, each with its levels; read and written in portions."""
    after = 0
    statement = with_levels().where(PromiseRow.ended_at.is_(None), *which)
    statement = opened(statement.order_by(PromiseRow.id).limit(PORTION), PromiseRow, why=WHY)
    while portion := db.session.execute(statement.where(PromiseRow.id > after)).all():
        for row, levels in portion:
            yield row, levels_of(levels)
        db.session.flush()
        after = portion[-1][0].id
