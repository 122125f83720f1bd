"""Promises about a case follow what happens to it; a projection, in the transaction of the event."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import object_session
from sqlalchemy.orm.util import identity_key

from portal.cases import promise_history
from portal.cases.courses import begins_run, resolutions
from portal.cases.events import (
    CaseAbsorbed,
    CaseCancelled,
    CaseMerged,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    MessagePosted,
    PriorityChanged,
    StatusChanged,
)
from portal.cases.models import NEVER_DUE, Case, Kind, Origin, Side, Status
from portal.db import db
from portal.events import Recorded
from portal.sla import ledger
from portal.sla.ledger import Subject
from portal.sla.running import Running, owed
from portal.sla.terms import Target

CLIENT = "client"
"""Why the clock stands still: the next word is the client's."""


def keep(recorded: Recorded) -> None:
    """Begin, stop, start and decide promises as one event asks."""
    event = recorded.event
    case = _case(event.case_id)
    if case.kind != Kind.NORMAL:
        return
    with db.session.no_autoflush:
        promises = [] if isinstance(event, CaseOpened) else owed(case.id)
        KEEPERS[type(event)](case, recorded, promises)


def _case(case_id: int) -> Case:
    """The case as the operation holds it, else from the database."""
    held = db.session().identity_map.get(identity_key(Case, case_id))
    if isinstance(held, Case) and object_session(held) is not None:
        return held
    statement = Case.unscoped("promises follow what happens to a case").where(Case.id == case_id)
    return db.session.scalars(statement).one()


def _opened(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    targets = [Target.RESOLUTION]
    if case.origin != Origin.STAFF:
        targets.insert(0, Target.RESPONSE)
    met = {Target.RESPONSE} if case.origin == Origin.ON_BEHALF else set[Target]()
    promises += ledger.begin(_subject(case), targets, recorded.occurred_at, met=met)
    _fall_due(case, promises)


def _said(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    """C5, F9: a person of staff answers; the client, once answered, waits for the next answer."""
    event, at = recorded.event, recorded.occurred_at
    if event.internal or _is_opening(case, recorded):
        return
    if event.side == Side.STAFF and recorded.user_id is not None:
        ledger.fulfil(_of(promises, Target.RESPONSE, Target.NEXT_RESPONSE), at)
        if not _answered(case) and case.status == Status.WAITING:
            _stand_still(case, recorded, promises)
        _fall_due(case, promises, answered=True)
    elif event.side == Side.CLIENT and _answered(case) and case.is_open:
        if not _of(promises, Target.NEXT_RESPONSE) and begins_run(case, event.message_id):
            promises += ledger.begin(_subject(case), [Target.NEXT_RESPONSE], at, beside=promises)
        _fall_due(case, promises)


def _moved(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    """C6: waiting for the client stops the clock, but not before the first response."""
    event = recorded.event
    if event.old == Status.WAITING:
        _go_on(case, recorded, promises)
    if event.new == Status.WAITING and _answered(case):
        _stand_still(case, recorded, promises)
    _fall_due(case, promises)


def _prioritised(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    ledger.agree_anew(promises, recorded.event.new, recorded.occurred_at)
    _fall_due(case, promises)


def _resolved(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    at = recorded.occurred_at
    ledger.fulfil(_of(promises, Target.RESOLUTION), at)
    ledger.drop(_of(promises, Target.NEXT_RESPONSE), at)
    if recorded.event.old == Status.WAITING:
        ledger.resume(_subject(case), at, by=recorded.by)
    _fall_due(case, promises)


def _cancelled(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    ledger.drop(promises, recorded.occurred_at)
    if recorded.event.old == Status.WAITING:
        ledger.resume(_subject(case), recorded.occurred_at, by=recorded.by)
    _fall_due(case, promises)


def _reopened(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    at = recorded.occurred_at
    number = resolutions(case.id)
    begun = ledger.begin(_subject(case), [Target.RESOLUTION], at, beside=promises, number=number)
    promises += begun
    _fall_due(case, promises)


def _merged(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    """C4: the case is gone, and with it what was promised about it."""
    ledger.annul(case.id, recorded.occurred_at)
    if recorded.event.old == Status.WAITING:
        ledger.resume(_subject(case), recorded.occurred_at, by=recorded.by)
    promises.clear()
    case.due_at, case.due_order = None, NEVER_DUE


def _absorbed(case: Case, recorded: Recorded, promises: list[Running]) -> None:
    """C4: it may have been opened earlier and answered earlier, so that its promises are written anew."""
    db.session.flush()
    promise_history.rebuild([case.id])
    db.session.expire(case, ["due_at", "due_order"])


def _stand_still(case: Case, recorded: Recorded, promises: Sequence[Running]) -> None:
    at = recorded.occurred_at
    ledger.turn(_of(promises, Target.RESOLUTION, Target.NEXT_RESPONSE), at, paused=True)
    ledger.pause(_subject(case), at, reason=CLIENT, by=recorded.by)


def _go_on(case: Case, recorded: Recorded, promises: Sequence[Running]) -> None:
    at = recorded.occurred_at
    ledger.turn([one for one in promises if one.row.paused], at, paused=False)
    ledger.resume(_subject(case), at, by=recorded.by)


def _is_opening(case: Case, recorded: Recorded) -> bool:
    """Whether these are the words a case was opened with by staff, for themselves or on behalf."""
    return case.origin != Origin.CLIENT and recorded.occurred_at == case.opened_at


def _answered(case: Case) -> bool:
    """Whether staff has spoken: by a first response, or by having begun the case."""
    return case.first_response_at is not None or case.origin != Origin.CLIENT


def _of(promises: Sequence[Running], *targets: Target) -> list[Running]:
    return [one for one in promises if one.row.target in targets and one.is_owed]


def _subject(case: Case) -> Subject:
    return Subject(case.account_id, case.id, case.priority, case.category, case.opened_at)


def _fall_due(case: Case, promises: Sequence[Running], *, answered: bool = False) -> None:
    """The case is due with its soonest promise; while all stand still the last date stays, out of the order."""
    due = ledger.soonest(promises)
    if due is not None:
        case.due_at = case.due_order = due
    elif any(one.is_owed for one in promises):
        case.due_order = NEVER_DUE
    elif promises or answered:
        case.due_at, case.due_order = None, NEVER_DUE


KEEPERS: Mapping[type[Any], Callable[[Case, Recorded, list[Running]], None]] = {
    CaseOpened: _opened,
    MessagePosted: _said,
    StatusChanged: _moved,
    PriorityChanged: _prioritised,
    CaseResolved: _resolved,
    CaseCancelled: _cancelled,
    CaseReopened: _reopened,
    CaseMerged: _merged,
    CaseAbsorbed: _absorbed,
}
