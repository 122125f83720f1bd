"""Working time on a case: noted in minutes, corrected by a note to the contrary, never rewritten."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.actor import Actor
from portal.cases.events import MOST_MINUTES, TimeSpent
from portal.cases.models import Case
from portal.cases.operations.conversation import own_submission
from portal.cases.operations.refusals import AlreadySo
from portal.db import db, opened
from portal.events import Event, publish

WHY = "time noted on a case that its door let through"


class NoSuchTime(Exception):
    """There is no such note of time on the case."""


def note_time(
    case: Case, minutes: int, *, by: Actor, note: str = "", submission: str | None = None
) -> bool:
    """Note working time on a case, 1 to 1,440 minutes, once for each `submission`; whether it is new.

    Raises: ValueError outside these. Publishes: TimeSpent.
    """
    if not 0 < minutes <= MOST_MINUTES:
        raise ValueError(minutes)
    token = own_submission(by, submission)
    if token and any(one.payload["submission"] == token for one in _noted(case)):
        return False
    publish(
        TimeSpent(
            case.account_id,
            case.id,
            minutes=minutes,
            note=note,
            corrects_id=None,
            submission=token,
        ),
        by=by,
    )
    return True


def take_back_time(case: Case, noted_id: int, *, by: Actor) -> None:
    """Take a note of time back, once; both stay in the log.

    Raises: NoSuchTime, AlreadySo. Publishes: TimeSpent.
    """
    notes = _noted(case)
    noted = next((one for one in notes if one.id == noted_id), None)
    if noted is None or noted.payload["corrects_id"] is not None:
        raise NoSuchTime(case.ref)
    if any(one.payload["corrects_id"] == noted_id for one in notes):
        raise AlreadySo(case.ref)
    minutes = -noted.payload["minutes"]
    back = TimeSpent(case.account_id, case.id, minutes=minutes, note="", corrects_id=noted_id)
    publish(back, by=by, occurred_at=noted.occurred_at)


def _noted(case: Case) -> Sequence[Event]:
    """All notes of time on the case and those that became part of it, which nobody else can add to until this transaction ends."""
    held = select(Case.id).where(Case.id == case.id).with_for_update(key_share=True)
    db.session.execute(opened(held, Case, why=WHY))
    notes = Event.unscoped(WHY).where(
        Event.case_id.in_(case.family), Event.kind == TimeSpent.__name__
    )
    return db.session.scalars(notes).all()
