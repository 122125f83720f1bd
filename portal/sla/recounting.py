"""When a calendar changes, open promises keep what has run by the old hours and fall due by the new ones."""

from datetime import datetime

from sqlalchemy import select

from portal.db import db, opened
from portal.sla.agreements import clock_as_written
from portal.sla.calendars import Clock
from portal.sla.ledger import WHY, Running, seconds
from portal.sla.models import IS_OPEN, BusinessCalendar, PromiseRow
from portal.sla.promises import State

PORTION = 500


def hold(calendar: BusinessCalendar) -> Clock:
    """Keep others from changing the calendar until this transaction ends; the clock it is before the change."""
    db.session.refresh(calendar, with_for_update=True)
    return clock_as_written(calendar.id)


def recount(calendar_id: int, at: datetime, *, old: Clock) -> int:
    """Count open promises on a calendar up to an instant by its old clock, then let them fall due by the new one.

    What the old clock had already let lapse is missed at that instant. Those that stand still stay as they are.
    Answers how many were counted.
    """
    new, counted, last = clock_as_written(calendar_id), 0, 0
    while portion := _portion(calendar_id, last):
        for row in portion:
            _counted(row, at, old, new)
        db.session.flush()
        counted, last = counted + len(portion), portion[-1].id
    return counted


def _portion(calendar_id: int, after: int) -> list[PromiseRow]:
    statement = (
        select(PromiseRow)
        .where(IS_OPEN, PromiseRow.clock_id == calendar_id, PromiseRow.paused.is_(False))
        .where(PromiseRow.id > after)
        .order_by(PromiseRow.id)
        .limit(PORTION)
        .with_for_update()
    )
    return list(db.session.scalars(opened(statement, PromiseRow, why=WHY)))


def _counted(row: PromiseRow, at: datetime, old: Clock, new: Clock) -> None:
    one = Running(row, old)
    missed = one.ticking.missed(old, seconds(at))
    if missed is not None:
        one.decide(State.MISSED, missed)
        return
    ticking = one.ticking.counted(old, seconds(at))
    one.clock = new
    one.keep(ticking)
