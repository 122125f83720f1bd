"""Changes to an account's team and to who answers for it."""

from datetime import date

from sqlalchemy import or_, select

from portal import clock
from portal.accounts.events import DeputyChanged, ManagerChanged, TeamMemberAdded, TeamMemberLeft
from portal.accounts.models import Account, TeamMember
from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.identity import invitations
from portal.identity.models import Grant, Role, User

STAFF_ROLES = tuple(role for role in Role if role.of_staff)


class NotInTeam(Exception):
    """The person has no part in the team that could end."""


class StillLeads(Exception):
    """The person is manager or deputy; another must be named first."""


class AlreadyThere(Exception):
    """The person has the same part in the same days."""


def add_member(
    account: Account,
    person: User,
    *,
    role: str,
    from_on: date,
    to_on: date | None,
    covers_id: int | None,
    by: Actor,
) -> None:
    """Take a staff person into the team or let them cover somebody; they can open the account from now on.

    Raises: AlreadyThere. Publishes: TeamMemberAdded, Granted if access was missing.
    """
    if _overlapping(account, person, role, from_on, to_on):
        raise AlreadyThere(person.name)
    db.session.add(
        TeamMember(
            account_id=account.id,
            user_id=person.id,
            role=role,
            from_on=from_on,
            to_on=to_on,
            covers_id=covers_id,
        )
    )
    _give_access(account, person, Role.AGENT, STAFF_ROLES, by)
    event = TeamMemberAdded(
        account.id,
        member_id=person.id,
        role=role,
        from_on=from_on,
        to_on=to_on,
        covers_id=covers_id,
    )
    publish(event, by=by)


def end_member(account: Account, person: User, *, by: Actor) -> None:
    """End a person's parts in the team today, and their access to the account with them.

    Raises: StillLeads, NotInTeam. Publishes: TeamMemberLeft for each part, GrantEnded for each grant.
    """
    if person.id in (account.manager_id, account.deputy_id):
        raise StillLeads(person.name)
    today = clock.today(account.timezone)
    parts = _parts(account, person, today)
    if not parts:
        raise NotInTeam(person.name)
    for part in parts:
        if part.from_on > today:
            part.from_on = today
        part.to_on = today
        publish(TeamMemberLeft(account.id, member_id=person.id, role=part.role, to_on=today), by=by)
    for grant in _grants(account, person):
        if grant.account_id is not None:
            invitations.end_grant(grant, by=by)


def appoint(account: Account, *, manager: User, deputy: User | None, by: Actor) -> None:
    """Name who answers for the account and who stands in; both get the access they need.

    Publishes: ManagerChanged and DeputyChanged where something changed, Granted if access was missing.
    """
    if manager.id != account.manager_id:
        old, account.manager_id = account.manager_id, manager.id
        _give_access(account, manager, Role.ACCOUNT_MANAGER, (Role.ACCOUNT_MANAGER, Role.ADMIN), by)
        publish(ManagerChanged(account.id, old_id=old, new_id=manager.id), by=by)
    deputy_id = deputy.id if deputy else None
    if deputy_id != account.deputy_id:
        old, account.deputy_id = account.deputy_id, deputy_id
        if deputy:
            _give_access(account, deputy, Role.AGENT, STAFF_ROLES, by)
        publish(DeputyChanged(account.id, old_id=old, new_id=deputy_id), by=by)


def _parts(account: Account, person: User, today: date) -> list[TeamMember]:
    """The person's parts that have not ended before a day."""
    mine = TeamMember.unscoped("the team of an account the gate let through").where(
        TeamMember.account_id == account.id, TeamMember.user_id == person.id
    )
    return list(
        db.session.scalars(mine.where(or_(TeamMember.to_on.is_(None), TeamMember.to_on >= today)))
    )


def _overlapping(
    account: Account, person: User, role: str, from_on: date, to_on: date | None
) -> bool:
    return any(
        part.role == role and (to_on is None or part.from_on <= to_on)
        for part in _parts(account, person, from_on)
    )


def _grants(account: Account, person: User) -> list[Grant]:
    """The person's grants in force that reach the account."""
    here = or_(Grant.account_id == account.id, Grant.account_id.is_(None))
    statement = select(Grant).where(Grant.user_id == person.id, Grant.ended_at.is_(None), here)
    return list(db.session.scalars(statement))


def _give_access(
    account: Account, person: User, role: Role, enough: tuple[Role, ...], by: Actor
) -> None:
    """Grant a role on the account unless one of the roles that are enough is already held there."""
    if not any(grant.role in enough for grant in _grants(account, person)):
        invitations.give_access(person, invitations.Access(role, account.id), by=by)
