"""Changes to the people of an account."""

from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.identity import invitations
from portal.identity.models import Grant
from portal.stakeholders.events import (
    StakeholderAdded,
    StakeholderChanged,
    StakeholderLeft,
    StakeholderReturned,
)
from portal.stakeholders.models import Stakeholder
from portal.stakeholders.queries import address_taken

DETAILS = ("name", "job_title", "job_role", "email", "phone", "language")


class AddressTaken(Exception):
    """Somebody else of the account has that email address."""


class NotInvitable(Exception):
    """The person has no address, or no longer belongs to the account."""


def add_stakeholder(account: Account, details: dict[str, Any], *, by: Actor) -> Stakeholder:
    """Add a person to the account; without access until invited.

    Raises: AddressTaken. Publishes: StakeholderAdded.
    """
    _require_free(account, details["email"])
    person = Stakeholder(
        account_id=account.id,
        timezone=account.timezone,
        created_at=clock.now(),
        **{name: details[name] for name in DETAILS},
    )
    db.session.add(person)
    db.session.flush()
    publish(StakeholderAdded(account.id, person_id=person.id, job_role=person.job_role), by=by)
    return person


def change_stakeholder(
    account: Account, person: Stakeholder, details: dict[str, Any], *, by: Actor
) -> bool:
    """Correct a person's details; answers whether anything changed.

    Raises: AddressTaken. Publishes: StakeholderChanged if anything changed.
    """
    changed = [name for name in DETAILS if getattr(person, name) != details[name]]
    if "email" in changed:
        _require_free(account, details["email"], besides=person)
    for name in changed:
        setattr(person, name, details[name])
    if changed:
        publish(StakeholderChanged(account.id, person_id=person.id, fields=changed), by=by)
    return bool(changed)


def mark_left(person: Stakeholder, *, by: Actor) -> None:
    """The person no longer belongs to the account, and all access given for it ends.

    Publishes: StakeholderLeft, once, and GrantEnded for each grant.
    """
    if not person.active:
        return
    person.active, person.portal_access = False, False
    publish(StakeholderLeft(person.account_id, person_id=person.id), by=by)
    grants = select(Grant).where(Grant.stakeholder_id == person.id, Grant.ended_at.is_(None))
    for grant in db.session.scalars(grants).all():
        invitations.end_grant(grant, by=by)


def mark_returned(person: Stakeholder, *, by: Actor) -> None:
    """The person belongs to the account again; access must be given anew. Publishes: StakeholderReturned, once."""
    if not person.active:
        person.active = True
        publish(StakeholderReturned(person.account_id, person_id=person.id), by=by)


def require_invitable(person: Stakeholder) -> None:
    """Only people of the account with an address can be let in.

    Raises: NotInvitable.
    """
    if not person.email or not person.active:
        raise NotInvitable(person.name)


def _require_free(account: Account, email: str | None, besides: Stakeholder | None = None) -> None:
    if email and address_taken(account, email, by_other_than=besides.id if besides else None):
        raise AddressTaken(email)
