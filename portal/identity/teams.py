"""Teams of the provider: who is in each, and who leads it and is warned of cases its people own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.identity.events import TeamLeadNamed
from portal.identity.models import TeamLead, User


class NotInTeam(Exception):
    """There is no such team, or the person is not an active member of it."""


@dataclass(frozen=True)
class StaffTeam:
    """A team by its name, with its active members by name; `lead` is one of them, or nobody."""

    name: str
    members: Sequence[User]
    lead: User | None


def staff_teams() -> list[StaffTeam]:
    """All teams with active members, by name; two statements."""
    leads = {row.team: row.user_id for row in db.session.scalars(select(TeamLead))}
    people = select(User).where(User.is_staff, User.active, User.team != "")
    ordered = db.session.scalars(people.order_by(User.team, User.name, User.id)).all()
    found = []
    for name, members in groupby(ordered, key=lambda user: user.team):
        known = list(members)
        lead = next((user for user in known if user.id == leads.get(name)), None)
        found.append(StaffTeam(name, known, lead))
    return found


def lead_of(user_id: int) -> int | None:
    """Who leads the team that a person is in, as long as they are in it too; one statement."""
    owner, lead = User.__table__.alias("owner"), User.__table__.alias("lead")
    statement = (
        select(lead.c.id)
        .join(TeamLead, TeamLead.user_id == lead.c.id)
        .join(owner, (owner.c.team == TeamLead.team) & (lead.c.team == TeamLead.team))
        .where(owner.c.id == user_id, lead.c.active)
    )
    return db.session.scalar(statement)


def name_lead(team: str, user_id: int | None, *, by: Actor) -> None:
    """Say who leads a team, or that nobody does.

    Raises: NotInTeam. Publishes: TeamLeadNamed if that is another than before.
    """
    known = _members_alone(team)
    if not known or (user_id is not None and user_id not in known):
        raise NotInTeam(team)
    row = db.session.scalars(select(TeamLead).where(TeamLead.team == team)).one_or_none()
    old = row.user_id if row else None
    if old == user_id:
        return
    if row is not None and user_id is None:
        db.session.delete(row)
    elif row is not None and user_id is not None:
        row.user_id = user_id
    elif user_id is not None:
        db.session.add(TeamLead(team=team, user_id=user_id))
    publish(TeamLeadNamed(None, team=team, old_id=old, new_id=user_id), by=by)


def _members_alone(team: str) -> set[int]:
    """The active members of a team; who else wants to name its lead waits until this transaction ends."""
    wanted = select(User.id).where(User.is_staff, User.active, User.team == team, User.team != "")
    return set(db.session.scalars(wanted.order_by(User.id).with_for_update(key_share=True)))
