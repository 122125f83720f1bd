"""From open to finished and back: status, owner, priority, confidentiality."""

from portal import clock
from portal.actor import Actor
from portal.cases.events import (
    CaseCancelled,
    CaseClosed,
    CaseReopened,
    CaseResolved,
    ConfidentialityChanged,
    OwnerChanged,
    PriorityChanged,
    StatusChanged,
    WorkRated,
)
from portal.cases.models import Case, Priority, Status
from portal.cases.operations.refusals import AlreadySo, must_be_finished, must_be_open
from portal.events import publish

RATINGS = range(1, 6)
WORKED_ON = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD)


def set_status(case: Case, new: Status, *, by: Actor, reason: str = "") -> None:
    """Move an open case to another open state; `waiting` begins a pause, leaving it ends one.

    Raises: CaseIsFinished, AlreadySo, ValueError for a state that is not one of work. Publishes: StatusChanged.
    """
    must_be_open(case)
    if new not in WORKED_ON:
        raise ValueError(new)
    if case.status == new:
        raise AlreadySo(case.ref)
    old, case.status, case.updated_at = case.status, new, clock.now()
    publish(StatusChanged(case.account_id, case.id, old=old, new=new, reason=reason), by=by)


def assign(case: Case, owner_id: int | None, *, by: Actor) -> None:
    """Give an open case to a staff person, or to nobody; a new one is open from then on.

    Raises: CaseIsFinished, AlreadySo. Publishes: OwnerChanged, StatusChanged for a new case.
    """
    must_be_open(case)
    if case.owner_id == owner_id:
        raise AlreadySo(case.ref)
    old, case.owner_id, case.updated_at = case.owner_id, owner_id, clock.now()
    publish(OwnerChanged(case.account_id, case.id, old_id=old, new_id=owner_id), by=by)
    if case.status == Status.NEW and owner_id is not None:
        set_status(case, Status.OPEN, by=by)


def change_priority(case: Case, new: Priority, *, by: Actor) -> None:
    """Set how pressing an open case is.

    Raises: CaseIsFinished, AlreadySo. Publishes: PriorityChanged.
    """
    must_be_open(case)
    if case.priority == new:
        raise AlreadySo(case.ref)
    old, case.priority, case.updated_at = case.priority, new, clock.now()
    publish(PriorityChanged(case.account_id, case.id, old=old, new=new), by=by)


def confide(case: Case, confidential: bool, *, by: Actor) -> None:
    """Show the case only to the people named on it, or to the account again.

    Raises: AlreadySo. Publishes: ConfidentialityChanged.
    """
    if case.confidential == confidential:
        raise AlreadySo(case.ref)
    case.confidential, case.updated_at = confidential, clock.now()
    publish(ConfidentialityChanged(case.account_id, case.id, confidential=confidential), by=by)


def resolve(case: Case, *, by: Actor, reason: str = "", rating: int | None = None) -> None:
    """Say that the matter is solved; staff may say from 1 to 5 how well we did.

    Raises: CaseIsFinished, ValueError for a rating out of range. Publishes: CaseResolved, WorkRated for a rating.
    """
    must_be_open(case)
    if rating is not None and rating not in RATINGS:
        raise ValueError(rating)
    now = clock.now()
    old, case.status, case.resolved_at, case.updated_at = case.status, Status.RESOLVED, now, now
    publish(CaseResolved(case.account_id, case.id, old=old, reason=reason), by=by)
    if rating is not None and by.is_staff:
        publish(WorkRated(case.account_id, case.id, rating=rating), by=by)


def close(case: Case, *, by: Actor, reason: str = "", rating: int | None = None) -> None:
    """End a case for good; an open one is resolved first, so that the figures count it.

    Raises: AlreadySo. Publishes: CaseResolved if it was open, with WorkRated for a rating; CaseClosed.
    """
    if case.status in (Status.CLOSED, Status.CANCELLED):
        raise AlreadySo(case.ref)
    if case.is_open:
        resolve(case, by=by, reason=reason, rating=rating)
    now = clock.now()
    old, case.status, case.closed_at, case.updated_at = case.status, Status.CLOSED, now, now
    publish(CaseClosed(case.account_id, case.id, old=old, reason=reason), by=by)


def withdraw(case: Case, *, by: Actor, reason: str = "") -> None:
    """The client takes an open case back.

    Raises: CaseIsFinished. Publishes: CaseCancelled.
    """
    must_be_open(case)
    now = clock.now()
    old, case.status, case.closed_at, case.updated_at = case.status, Status.CANCELLED, now, now
    publish(CaseCancelled(case.account_id, case.id, old=old, reason=reason), by=by)


def reopen(case: Case, *, by: Actor, reason: str = "") -> None:
    """Bring a finished case back; its last resolution no longer stands.

    Raises: CaseIsOpen. Publishes: CaseReopened.
    """
    must_be_finished(case)
    old, case.status, case.updated_at = case.status, Status.OPEN, clock.now()
    case.resolved_at = case.closed_at = None
    case.reopen_count += 1
    publish(CaseReopened(case.account_id, case.id, old=old, new=Status.OPEN, reason=reason), by=by)
