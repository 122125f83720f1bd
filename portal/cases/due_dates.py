"""Cases fall due with their promises, also when a calendar changed under them; a projection.

Locks are taken in one order: a case, calendars, promises. The change of a calendar holds calendar and promises, so it
does not wait for a case that somebody else holds: that one falls due anew in a job, when both are done.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from portal.cases.models import NEVER_DUE, Case
from portal.db import db, opened
from portal.events import Recorded
from portal.jobs.queue import enqueue
from portal.sla.models import PromiseRow
from portal.sla.promises import State

FALL_DUE = "cases fall due"
WHY = "cases fall due anew after their calendar changed"
PORTION = 300


def follow_calendar(recorded: Recorded) -> None:
    """Let each case with an open promise on the calendar be due with the soonest of all it is owed."""
    last = 0
    while numbers := _portion(recorded.event.calendar_id, last):
        done = _fall_due(numbers, wait=False)
        if missing := sorted(set(numbers) - done):
            enqueue(FALL_DUE, {"cases": missing})
        db.session.flush()
        last = numbers[-1]


def fall_due(payload: dict[str, Any]) -> None:
    """The job for cases that were held when their calendar changed."""
    _fall_due(payload["cases"], wait=True)


def _portion(calendar_id: int, after: int) -> list[int]:
    """Cases in order that have an open promise on the calendar, or one the change let lapse."""
    on_it = PromiseRow.clock_id == calendar_id
    statement = select(PromiseRow.case_id).where(on_it, PromiseRow.ended_at.is_(None))
    statement = statement.where(PromiseRow.case_id > after).distinct()
    statement = statement.order_by(PromiseRow.case_id).limit(PORTION)
    return list(db.session.scalars(opened(statement, PromiseRow, why=WHY)))


def _fall_due(numbers: Sequence[int], *, wait: bool) -> set[int]:
    """Those that could be held, which then are due anew."""
    held = Case.unscoped(WHY).where(Case.id.in_(numbers)).order_by(Case.id)
    held = held.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)
    cases = {case.id: case for case in db.session.scalars(held)}
    owed = select(PromiseRow).where(PromiseRow.case_id.in_(cases), PromiseRow.ended_at.is_(None))
    rows = db.session.scalars(opened(owed, PromiseRow, why=WHY).order_by(PromiseRow.case_id))
    for number, promises in groupby(rows, key=lambda row: row.case_id):
        due = min(filter(None, map(_due, promises)), default=None)
        case = cases[number]
        if due is None:
            case.due_order = NEVER_DUE
        else:
            case.due_at = case.due_order = due
    return set(cases)


def _due(row: PromiseRow) -> datetime | None:
    return row.due_at if row.state == State.OPEN else row.decided_at
