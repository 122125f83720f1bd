"""What cannot wait, and why a promise was missed."""

from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.actor import Actor
from portal.cases.events import CaseEscalated, MissExplained
from portal.cases.models import Case, Side
from portal.cases.operations.refusals import AlreadySo, must_be_open
from portal.db import db, opened
from portal.events import Event, publish
from portal.sla.models import PromiseRow
from portal.sla.promises import State

PAUSE = timedelta(hours=24)
"""For so long the client's word that a case cannot wait stands; saying it again would not make it louder."""


class EscalatedLately(Exception):
    """The same side has escalated the case within the last day."""


class NotMissed(Exception):
    """There is no such missed promise about the case."""


def escalate(case: Case, *, reason: str, by: Actor) -> None:
    """Say that the case cannot wait; its account manager and owner are told.

    Raises: CaseIsFinished, EscalatedLately. Publishes: CaseEscalated.
    """
    must_be_open(case)
    side = Side.STAFF if by.is_staff else Side.CLIENT
    lately = select(Event.id).where(
        Event.case_id == case.id,
        Event.kind == CaseEscalated.__name__,
        Event.payload["side"].as_string() == side,
        Event.occurred_at > clock.now() - PAUSE,
    )
    if db.session.scalar(opened(lately.limit(1), Event, why="how often a case was escalated")):
        raise EscalatedLately(case.ref)
    case.escalated, case.updated_at = True, clock.now()
    publish(CaseEscalated(case.account_id, case.id, side=side, reason=reason), by=by)


def explain_miss(case: Case, promise_id: int, *, cause: str, by: Actor) -> None:
    """Say why a promise was missed; the miss itself stays what it is.

    Raises: NotMissed, AlreadySo. Publishes: MissExplained.
    """
    missed = PromiseRow.unscoped("a promise about a case that its door let through").where(
        PromiseRow.id == promise_id, PromiseRow.case_id == case.id
    )
    row = db.session.scalars(missed.where(PromiseRow.state == State.MISSED)).one_or_none()
    if row is None:
        raise NotMissed(case.ref)
    if row.cause == cause:
        raise AlreadySo(case.ref)
    row.cause = cause
    event = MissExplained(
        case.account_id,
        case.id,
        target=row.target,
        number=row.number,
        cause=cause,
        begins_at=row.begins_at.isoformat(),
    )
    publish(event, by=by)
