"""Letting an account's people in: the user, the grant and the person belong together by address."""

from sqlalchemy import select

from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, opened
from portal.identity import invitations
from portal.identity.invitations import Access, Person
from portal.identity.models import Reach, Role, User
from portal.identity.queries import tidy
from portal.stakeholders.models import JobRole, Stakeholder


def give_access(person: Stakeholder, *, reach: str, by: Actor, role: Role | None = None) -> User:
    """Give an account's person a user with access to it, and mail them an invitation.

    Executives become sponsors, all others contacts, unless `role` says otherwise.
    Raises: BadAddress, WrongSide. Publishes: UserInvited, Granted.
    """
    chosen = role or (Role.SPONSOR if person.job_role == JobRole.EXECUTIVE else Role.CONTACT)
    user = _admitted(person, chosen, Reach(reach), by=by)
    invitations.mail_invitation(user, by=by)
    return user


def _admitted(person: Stakeholder, role: Role, reach: Reach, *, by: Actor) -> User:
    known = Person(person.email or "", person.name, person.language, person.timezone or "UTC")
    user = invitations.admit(known, Access(role, person.account_id, reach, person.id), by=by)
    person.portal_access = True
    return user


def admit_by_address(
    email: str,
    role: Role,
    account: Account | None,
    *,
    by: Actor,
    reach: Reach = Reach.ACCOUNT,
    name: str = "",
    language: str = "",
) -> User:
    """Give a user a role on an account or (staff) everywhere, known only by an address.

    A client's user is tied to the account's person with that address, if there is one.
    Raises: BadAddress, WrongSide. Publishes: UserInvited, Granted.
    """
    person = _person_of(account, email) if account and not role.of_staff else None
    if person is not None:
        return _admitted(person, role, reach, by=by)
    spoken = language or (account.language if account else "en")
    known = Person(email, name, spoken, account.timezone if account else "UTC")
    return invitations.admit(known, Access(role, account.id if account else None, reach), by=by)


def _person_of(account: Account, email: str) -> Stakeholder | None:
    statement = opened(
        select(Stakeholder), Stakeholder, why="tying a user to the person with the same address"
    )
    same = (
        Stakeholder.account_id == account.id,
        Stakeholder.email == tidy(email),
        Stakeholder.active,
    )
    return db.session.scalar(statement.where(*same).order_by(Stakeholder.id))
