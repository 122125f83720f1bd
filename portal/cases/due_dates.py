"""Cases fall due with their promises, also when a calendar changed under them; a projection."""

from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from portal.cases.models import NEVER_DUE, Case
from portal.db import db, opened
from portal.events import Recorded
from portal.sla.models import PromiseRow
from portal.sla.promises import State

WHY = "cases fall due anew after their calendar changed"
PORTION = 300


def follow_calendar(recorded: Recorded) -> None:
    """Let each case with an open promise on the calendar be due with the soonest of all it is owed."""
    last = 0
    while numbers := _portion(recorded.event.calendar_id, last):
        _fall_due(numbers)
        db.session.flush()
        last = numbers[-1]


def _portion(calendar_id: int, after: int) -> list[int]:
    """Cases in order that have an open promise on the calendar, or one the change let lapse."""
    on_it = PromiseRow.clock_id == calendar_id
    statement = select(PromiseRow.case_id).where(on_it, PromiseRow.ended_at.is_(None))
    statement = statement.where(PromiseRow.case_id > after).distinct()
    statement = statement.order_by(PromiseRow.case_id).limit(PORTION)
    return list(db.session.scalars(opened(statement, PromiseRow, why=WHY)))


def _fall_due(numbers: list[int]) -> None:
    owed = select(PromiseRow).where(PromiseRow.case_id.in_(numbers), PromiseRow.ended_at.is_(None))
    rows = db.session.scalars(opened(owed, PromiseRow, why=WHY).order_by(PromiseRow.case_id))
    cases = {
        case.id: case for case in db.session.scalars(Case.unscoped(WHY).where(Case.id.in_(numbers)))
    }
    for number, promises in groupby(rows, key=lambda row: row.case_id):
        due = min(filter(None, map(_due, promises)), default=None)
        case = cases[number]
        if due is None:
            case.due_order = NEVER_DUE
        else:
            case.due_at = case.due_order = due


def _due(row: PromiseRow) -> datetime | None:
    return row.due_at if row.state == State.OPEN else row.decided_at
