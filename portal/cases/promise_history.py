"""The ledger written anew from what happened: for imported history, and as the proof that it was kept rightly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from portal import clock
from portal.cases.courses import courses
from portal.cases.models import IS_STANDING, NEVER_DUE, Case, Priority
from portal.db import db, opened
from portal.db.instants import Epoch
from portal.sla.agreements import (
    Agreement,
    agreement_under,
    clock_called,
    clocks,
    timeline_of,
)
from portal.sla.calendars import Clock
from portal.sla.course import Course, case_clock, first_response
from portal.sla.models import PlanVersion, PromiseRow
from portal.sla.promises import State, decided, promised
from portal.sla.running import forget, instant, seconds
from portal.sla.terms import Target, Terms
from portal.sla.watching import set_out

AT_ONCE = 1000
WHY = "the ledger written anew"
Begun = tuple[int, str, int]
"""A case, a target and when a promise of that kind began."""
ORDER = (Target.RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION)


def write_missing(account_ids: Sequence[int]) -> int:
    """Write the promises about cases of some accounts that have none yet; how many there are.

    For what came in from elsewhere. What was decided before stays as it is.
    """
    if db.session.scalar(select(PlanVersion.id).limit(1)) is None:
        return 0
    return sum(
        rebuild(_without_promises(account_ids[start : start + AT_ONCE]))
        for start in range(0, len(account_ids), AT_ONCE)
    )


def _without_promises(account_ids: Sequence[int]) -> Sequence[int]:
    known = select(PromiseRow.id).where(PromiseRow.case_id == Case.id)
    wanted = select(Case.id).where(Case.account_id.in_(account_ids), ~known.exists())
    statement = opened(wanted.order_by(Case.id), Case, PromiseRow, why=WHY)
    return db.session.scalars(statement).all()


def rebuild(case_ids: Sequence[int] | None = None) -> int:
    """Write the promises about some cases (all when None) anew, as of now, and when the cases fall due.

    Returns how many promises there are. Part of the caller's transaction.
    """
    written, agreed = 0, _Agreed()
    forget()
    for some in _portions(case_ids):
        agreed.kept, agreed.causes = _kept(some), _causes(some)
        gone = delete(PromiseRow).where(PromiseRow.case_id.in_(some))
        db.session.execute(opened(gone, PromiseRow, why=WHY))
        rows = list(_rows(some, agreed))
        if rows:
            db.session.execute(opened(PromiseRow.__table__.insert(), PromiseRow, why=WHY), rows)
            _fall_due(rows)
            set_out(some)
        written += len(rows)
    return written


def _kept(case_ids: Sequence[int]) -> dict[int, Agreement]:
    """Under which agreement the first promise about each case began, where there is one; it holds for all of them."""
    columns = (PromiseRow.case_id, PromiseRow.version_id, PromiseRow.calendar_id)
    known = select(*columns).where(PromiseRow.case_id.in_(case_ids)).order_by(PromiseRow.id.desc())
    rows = db.session.execute(opened(known, PromiseRow, why=WHY))
    return {row.case_id: agreement_under(row.version_id, row.calendar_id) for row in rows}


def _causes(case_ids: Sequence[int]) -> dict[Begun, str]:
    """What staff said of misses, by the promise and when it began: a number may change when cases are merged."""
    columns = (*(PromiseRow.case_id, PromiseRow.target), Epoch(PromiseRow.begins_at))
    told = select(*columns, PromiseRow.cause).where(PromiseRow.case_id.in_(case_ids))
    rows = db.session.execute(opened(told.where(PromiseRow.cause != ""), PromiseRow, why=WHY))
    return {(case_id, target, begin): cause for case_id, target, begin, cause in rows}


def _portions(case_ids: Sequence[int] | None) -> Iterator[Sequence[int]]:
    """Some at a time; of all cases by their numbers, never held together in memory. Those merged away stay as they are."""
    if case_ids is not None:
        for start in range(0, len(case_ids), AT_ONCE):
            some = case_ids[start : start + AT_ONCE]
            standing = select(Case.id).where(Case.id.in_(some), IS_STANDING).order_by(Case.id)
            yield db.session.scalars(opened(standing, Case, why=WHY)).all()
        return
    last = 0
    while some := _after(last):
        yield some
        last = some[-1]


def _after(last: int) -> Sequence[int]:
    wanted = select(Case.id).where(Case.id > last, IS_STANDING).order_by(Case.id).limit(AT_ONCE)
    return db.session.scalars(opened(wanted, Case, why=WHY)).all()


def _fall_due(rows: Sequence[dict[str, Any]]) -> None:
    """A case is due with its soonest promise, or since it missed one that is still owed."""
    due: dict[int, datetime | None] = {}
    for row in rows:
        found = due.setdefault(row["case_id"], None)
        at = row["decided_at"] if row["state"] == State.MISSED else row["due_at"]
        if row["ended_at"] is None and at is not None:
            due[row["case_id"]] = min(at, found or at)
    table = Case.__table__
    change = (
        update(table)
        .where(table.c.id == bindparam("number"))
        .values(due_at=bindparam("due"), due_order=bindparam("place"))
    )
    values = [{"number": number, "due": at, "place": at or NEVER_DUE} for number, at in due.items()]
    db.session.connection().execute(change, values)


class _Agreed:
    """What accounts agreed, and its terms, read once for all the cases of one writing."""

    def __init__(self) -> None:
        self.kept: Mapping[int, Agreement] = {}
        self.causes: Mapping[Begun, str] = {}
        self.timeline = cache(timeline_of)
        self._clock = clocks()
        self._terms: dict[tuple[int, int | None, str], dict[str, Terms]] = {}

    def terms(self, agreement: Agreement, category: str) -> dict[str, Terms]:
        """The terms of an agreement for a category."""
        key = agreement.version_id, agreement.calendar_id, category
        if key not in self._terms:
            self._terms[key] = terms_of(agreement, category, self._clock)
        return self._terms[key]


def _rows(case_ids: Sequence[int], agreed: _Agreed) -> Iterator[dict[str, Any]]:
    now = seconds(clock.now())
    for case, course in courses(case_ids):
        agreement = agreed.kept.get(case.id)
        if agreement is None:
            agreement = agreed.timeline(case.account_id).at(instant(course.opened_at))
        if agreement is not None:
            terms = agreed.terms(agreement, case.category)
            for row in _of_case(case, course, agreement, terms, now):
                begun = case.id, row["target"], seconds(row["begins_at"])
                missed = row["state"] == State.MISSED
                yield row | {"cause": agreed.causes.get(begun, "") if missed else ""}


def _of_case(
    case: Any, course: Course, agreement: Agreement, terms: dict[str, Terms], now: int
) -> Iterator[dict[str, Any]]:
    running = case_clock(course, terms, first_response(course))
    for span in promised(course, running, terms):
        promise = decided(span, running, terms, now)
        until = now if promise.at is None else promise.at
        priority = running.priority(until)
        yield {
            "account_id": case.account_id,
            "case_id": case.id,
            "target": span.target,
            "number": span.number,
            "version_id": agreement.version_id,
            "calendar_id": agreement.calendar_id,
            "clock_id": agreement.clock_id(priority, case.category),
            "priority": priority,
            "category": case.category,
            "allowed": agreement.seconds(span.target, priority, case.category),
            "begins_at": instant(span.begin),
            "spent": running.seconds(span.begin, until),
            "counted_at": instant(until),
            "paused": promise.state is State.OPEN and running.stands_still(now),
            "due_at": None if promise.due is None else instant(promise.due),
            "state": promise.state,
            "decided_at": None if promise.at is None else instant(promise.at),
            "ended_at": None if span.end is None else instant(span.end),
            "recorded_at": clock.now(),
            "warn_at": None,
            "warned": 0,
        }


def terms_of(
    agreement: Agreement, category: str, called: Callable[[int], Clock] = clock_called
) -> dict[str, Terms]:
    """What is agreed for every priority, as the pure engine reads it; all count on a calendar of the agreement.

    `called` gives a calendar by its id, for those who have read which of them changed.
    """
    return {
        priority: Terms(
            called(agreement.clock_id(priority, category)),
            *(agreement.seconds(target, priority, category) for target in ORDER),
        )
        for priority in Priority
    }
