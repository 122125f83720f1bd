"""Who of the provider's people looks after an account, and when."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, literal, null, or_, select

from portal import clock
from portal.accounts.doors import carrying
from portal.accounts.models import Account, TeamMember
from portal.actor import Actor
from portal.db import db, through
from portal.identity.models import User

COVER = "cover"
KEPT = 128


@dataclass(frozen=True)
class Colleague:
    """A staff person as people see them."""

    id: int
    name: str
    email: str | None
    title: str
    phone: str
    hours: str
    timezone: str

    @property
    def handle(self) -> str:
        """What names the person in a form: their address, or their name where there is none."""
        return self.email or self.name


@dataclass(frozen=True)
class Membership:
    """A colleague's part in the team; `covers` is who is away meanwhile."""

    person: Colleague
    role: str
    from_on: date
    to_on: date | None
    covers_id: int | None = None

    def runs_on(self, day: date) -> bool:
        """Whether the part is in force on a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class Team:
    """The account's team as of a day of the account's own calendar."""

    today: date
    manager: Colleague | None = None
    deputy: Colleague | None = None
    members: list[Membership] = field(default_factory=list)
    covers: list[Membership] = field(default_factory=list)

    def cover_for(self, person: Colleague | None) -> Membership | None:
        """The cover of a person that runs now, else the next one to come."""
        mine = [cover for cover in self.covers if person and cover.covers_id == person.id]
        return min(mine, key=lambda cover: (cover.from_on, cover.person.name), default=None)

    @property
    def manager_cover(self) -> Membership | None:
        """Who stands in for the manager now or next."""
        return self.cover_for(self.manager)

    @property
    def manager_away(self) -> bool:
        """Whether somebody else answers for the manager today."""
        return self.manager_cover is not None and self.manager_cover.runs_on(self.today)

    @property
    def answering(self) -> Colleague | None:
        """Whom to turn to today."""
        return (
            self.manager_cover.person if self.manager_away and self.manager_cover else self.manager
        )

    @property
    def manager_since(self) -> date | None:
        """Since when the manager has looked after the account."""
        mine = [m.from_on for m in self.members if self.manager and m.person.id == self.manager.id]
        return min(mine, default=None)

    @property
    def present(self) -> list[Membership]:
        """Members whose part has begun, one entry a person, manager and deputy first."""
        leads = [p.id for p in (self.manager, self.deputy) if p]
        seen: dict[int, Membership] = {}
        for member in self.members:
            if member.runs_on(self.today):
                seen.setdefault(member.person.id, member)
        return sorted(
            seen.values(),
            key=lambda m: (leads.index(m.person.id) if m.person.id in leads else 9, m.person.name),
        )


def team_of(actor: Actor, account: Account) -> Team:
    """Manager, deputy, team and covers of an account, past parts left out; one statement."""
    today = clock.today(account.timezone)
    wanted = {
        "account": account.id,
        "manager": account.manager_id,
        "deputy": account.deputy_id,
        "today": today,
    }
    rows = db.session.execute(_statement(actor), wanted).all()
    people = {row.id: Colleague(*row[:7]) for row in rows}
    parts = [
        Membership(people[row.id], row.role, row.from_on, row.to_on, row.covers_id)
        for row in rows
        if row.from_on
    ]
    parts.sort(key=lambda part: (part.from_on, part.person.name))
    return Team(
        today=today,
        manager=people.get(account.manager_id or 0),
        deputy=people.get(account.deputy_id or 0),
        members=[part for part in parts if part.role != COVER],
        covers=[part for part in parts if part.role == COVER],
    )


@lru_cache(KEPT)
def _statement(actor: Actor) -> Select[Any]:
    """The leads, joined to nothing, and the members: a person with two parts comes twice."""
    members = through(
        select(
            TeamMember.user_id,
            TeamMember.role,
            TeamMember.from_on,
            TeamMember.to_on,
            TeamMember.covers_id,
        ).where(
            TeamMember.account_id == bindparam("account"),
            or_(TeamMember.to_on.is_(None), TeamMember.to_on >= bindparam("today")),
        ),
        TeamMember,
        actor,
    )
    leads = or_(User.id == bindparam("manager"), User.id == bindparam("deputy"))
    parts = members.union_all(
        select(User.id, literal("lead"), null(), null(), null()).where(leads)
    ).subquery()
    user = (User.id, User.name, User.email, User.title, User.phone, User.hours, User.timezone)
    part = (parts.c.role, parts.c.from_on, parts.c.to_on, parts.c.covers_id)
    statement = select(*user, *part).join(parts, parts.c.user_id == User.id)
    return carrying(statement, members)
