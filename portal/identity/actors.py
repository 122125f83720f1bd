"""From a session token to the actor: one query for session, user and grants."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, select

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.identity.models import Grant, LoginSession, Reach, Role, User

IDLE = {True: timedelta(hours=1), False: timedelta(hours=8)}
ABSOLUTE = {True: timedelta(hours=12), False: timedelta(days=7)}

Descendants = Callable[[Iterable[int]], Iterable[int]]
_descendants: list[Descendants] = []


def expand_trees_by(descendants: Descendants) -> None:
    """Say who knows an account's children; identity itself knows only ids."""
    _descendants[:] = [descendants]


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


Granted = tuple[str, int | None, str, int | None]
_GRANT = (Grant.role, Grant.account_id, Grant.reach, Grant.stakeholder_id)
_SESSION = (LoginSession.id.label("session_id"), LoginSession.seen_at, LoginSession.created_at)
_PERSON = (User.id, User.name, User.email, User.is_staff, User.language, User.timezone)
_SIGNED_IN = (
    select(*_SESSION, *_PERSON, *_GRANT)
    .join(User, User.id == LoginSession.user_id)
    .outerjoin(Grant, (Grant.user_id == User.id) & Grant.ended_at.is_(None))
    .where(
        LoginSession.token_hash == bindparam("hash"), LoginSession.ended_at.is_(None), User.active
    )
)


class Presence(NamedTuple):
    """A live session, when it was last noted as used, whose it is, and as whom that person acts."""

    session_id: int
    seen_at: datetime
    user_id: int
    actor: Actor


def signed_in_by(token: str) -> Presence | None:
    """Who is signed in by a token, or None if its session ended, expired or was withdrawn."""
    rows: Sequence[Any] = db.session.execute(_SIGNED_IN, {"hash": digest(token)}).all()
    if not rows:
        return None
    found, now = rows[0], clock.now()
    idle, age = now - found.seen_at, now - found.created_at
    if idle > IDLE[found.is_staff] or age > ABSOLUTE[found.is_staff]:
        return None
    grants = [row[-len(_GRANT) :] for row in rows if row.role is not None]
    return Presence(found.session_id, found.seen_at, found.id, _actor(found, grants))


def actor_for(user: User) -> Actor:
    """The actor a user is, with the grants in force now."""
    grants = db.session.execute(
        select(*_GRANT).where(Grant.user_id == user.id, Grant.ended_at.is_(None))
    ).all()
    return _actor(user, [cast(Granted, tuple(grant)) for grant in grants])


def _actor(user: Any, grants: Iterable[Granted]) -> Actor:
    roles, persons = set[str](), dict[int, int]()
    whole, own, trees = set[int](), set[int](), set[int]()
    sponsored, led = set[int](), set[int]()
    everywhere = False
    for role, account_id, reach, stakeholder_id in grants:
        if Role(role).of_staff is not user.is_staff:
            continue
        roles.add(role)
        if account_id is None:
            everywhere = everywhere or user.is_staff
            continue
        (own if reach == Reach.OWN else whole).add(account_id)
        if reach == Reach.TREE:
            trees.add(account_id)
        if role == Role.SPONSOR:
            sponsored.add(account_id)
            led.update({account_id} & trees)
        if stakeholder_id is not None:
            persons[account_id] = stakeholder_id
    if trees:
        below = set(_descendants[0](trees))
        whole.update(below)
        sponsored.update(below if led == trees else _descendants[0](led) if led else ())
    return Actor(
        user_id=user.id,
        name=user.name,
        email=user.email or "",
        is_staff=user.is_staff,
        roles=frozenset(roles),
        everywhere=everywhere,
        accounts=frozenset(whole),
        own_accounts=frozenset(own - whole),
        stakeholder_ids=persons,
        sponsored=frozenset(sponsored),
        language=user.language,
        timezone=user.timezone,
    )
