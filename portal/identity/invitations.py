"""Making users, giving and withdrawing access."""

from dataclasses import dataclass

from sqlalchemy import select

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.delivery import sealed, send_mail
from portal.delivery.mail import address
from portal.events import publish
from portal.identity import sessions, tokens
from portal.identity.events import Granted, GrantEnded, SignedOut, UserDeactivated, UserInvited
from portal.identity.models import Grant, Purpose, Reach, Role, User
from portal.identity.queries import tidy, user_of
from portal.web.security import settings

INVITATION_MAIL = "identity/emails/invitation"


class WrongSide(Exception):
    """The address belongs to a user of the other side, or the role and the account do not go together."""


@dataclass(frozen=True)
class Access:
    """What a user is to be given: a role, on one account or (staff) everywhere, and how far it goes."""

    role: Role
    account_id: int | None = None
    reach: Reach = Reach.ACCOUNT
    stakeholder_id: int | None = None


@dataclass(frozen=True)
class Person:
    """Who is to be let in, for a user that does not exist yet."""

    email: str
    name: str = ""
    language: str = "en"
    timezone: str = "UTC"


def admit(person: Person, access: Access, *, by: Actor) -> User:
    """Make a user, or take the one with this address, and give access; repeating it gives no second grant.

    Raises: WrongSide, BadAddress. Publishes: UserInvited, Granted.
    """
    if access.account_id is None and not access.role.of_staff:
        raise WrongSide("a client's user needs an account")
    user = user_of(person.email) or _new_user(person, access.role, by)
    if user.is_staff is not access.role.of_staff:
        raise WrongSide(
            f"{user.email} signs in on the other side, as {'staff' if user.is_staff else 'a client'}"
        )
    user.active = True
    give_access(user, access, by=by)
    return user


def one_time_link(user: User) -> str:
    """A link by which the user sets a password, once, within seven days; earlier ones end."""
    return f"{settings().base_url}/password/{sealed.reveal(tokens.issue(user, Purpose.INVITATION))}"


def mail_invitation(user: User, *, by: Actor) -> None:
    """Mail the user that they have access; with a one-time link unless they have a password already."""
    secret = None if user.password_hash else tokens.issue(user, Purpose.INVITATION)
    days = tokens.LIFE[Purpose.INVITATION].days
    send_mail(
        user.email or "",
        INVITATION_MAIL,
        language=user.language,
        secret=secret,
        name=user.name,
        days=days,
        by=by.name,
    )


def _new_user(person: Person, role: Role, by: Actor) -> User:
    email = tidy(address(person.email.strip()))
    user = User(
        email=email,
        name=person.name.strip() or email.partition("@")[0],
        is_staff=role.of_staff,
        language=person.language,
        timezone=person.timezone,
        active=True,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    publish(UserInvited(account_id=None, user_id=user.id), by=by)
    return user


def give_access(user: User, access: Access, *, by: Actor) -> Grant:
    """Grant a role; the same grant in force already is left as it is, another reach replaces it.

    Publishes: Granted, GrantEnded.
    """
    known = db.session.scalar(
        select(Grant).where(
            Grant.user_id == user.id,
            Grant.role == access.role,
            Grant.account_id == access.account_id,
            Grant.ended_at.is_(None),
        )
    )
    if known and (known.reach, known.stakeholder_id) == (access.reach, access.stakeholder_id):
        return known
    if known:
        end_grant(known, by=by)
    grant = Grant(
        user_id=user.id,
        role=access.role,
        account_id=access.account_id,
        reach=access.reach,
        stakeholder_id=access.stakeholder_id,
        created_at=clock.now(),
    )
    db.session.add(grant)
    db.session.flush()
    publish(
        Granted(access.account_id, user_id=user.id, role=access.role, reach=access.reach), by=by
    )
    return grant


def end_grant(grant: Grant, *, by: Actor) -> None:
    """Withdraw access at once; the row stays.

    Publishes: GrantEnded.
    """
    grant.ended_at = clock.now()
    publish(GrantEnded(grant.account_id, user_id=grant.user_id, role=grant.role), by=by)


def sign_out_everywhere(user: User, *, by: Actor) -> None:
    """End every session of a person.

    Publishes: SignedOut.
    """
    sessions.end_all(user.id)
    publish(SignedOut(account_id=None, user_id=user.id), by=by)


def deactivate(user: User, *, by: Actor) -> None:
    """Let a person sign in no more; sessions, tokens and grants end.

    Publishes: UserDeactivated, GrantEnded.
    """
    user.active = False
    sessions.end_all(user.id)
    tokens.void(user.id)
    for grant in db.session.scalars(
        select(Grant).where(Grant.user_id == user.id, Grant.ended_at.is_(None))
    ):
        end_grant(grant, by=by)
    publish(UserDeactivated(account_id=None, user_id=user.id), by=by)
