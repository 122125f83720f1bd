"""Who follows a case."""

from portal import clock
from portal.actor import Actor
from portal.cases.events import ParticipantAdded, ParticipantRemoved
from portal.cases.models import Case, Participant
from portal.cases.operations.refusals import AlreadySo
from portal.db import db
from portal.events import publish
from portal.stakeholders.models import Stakeholder


class NotOfThisAccount(Exception):
    """The person does not belong to the case's account, or left it."""


class OpenerStays(Exception):
    """Who opened the case is always named on it."""


def add_participant(case: Case, person: Stakeholder, *, by: Actor) -> None:
    """Name a colleague on the case, who sees it from now on, a confidential one too.

    Raises: NotOfThisAccount, AlreadySo. Publishes: ParticipantAdded.
    """
    if person.account_id != case.account_id or not person.active:
        raise NotOfThisAccount(person.name)
    if _row(case, person) is not None:
        raise AlreadySo(person.name)
    now = clock.now()
    db.session.add(
        Participant(
            account_id=case.account_id, case_id=case.id, stakeholder_id=person.id, added_at=now
        )
    )
    case.updated_at = now
    publish(
        ParticipantAdded(
            case.account_id, case.id, participant_stakeholder_id=person.id, participant_user_id=None
        ),
        by=by,
    )


def remove_participant(case: Case, person: Stakeholder, *, by: Actor) -> None:
    """Take a person off the case.

    Raises: OpenerStays, AlreadySo. Publishes: ParticipantRemoved.
    """
    if person.id == case.opened_by_id:
        raise OpenerStays(person.name)
    row = _row(case, person)
    if row is None:
        raise AlreadySo(person.name)
    db.session.delete(row)
    case.updated_at = clock.now()
    publish(
        ParticipantRemoved(
            case.account_id, case.id, participant_stakeholder_id=person.id, participant_user_id=None
        ),
        by=by,
    )


def _row(case: Case, person: Stakeholder) -> Participant | None:
    statement = Participant.unscoped("who follows a case that its door let through")
    return db.session.scalar(
        statement.where(Participant.case_id == case.id, Participant.stakeholder_id == person.id)
    )
