"""Who takes part in a review, of both sides, and who could."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Account
from portal.accounts.team import Colleague, team_of
from portal.actor import Actor
from portal.db import AnySelect, db, opened, through
from portal.identity.models import Grant, Reach, Role, User
from portal.reviews.models import Review, ReviewParticipant
from portal.stakeholders.models import Stakeholder

WHY = "who takes part in a review the actor may read"


@dataclass(frozen=True)
class Participant:
    """Somebody on the list; `number` names the entry in a form, `belongs` is false once they have left.

    `reads`: a person of the client who may read the review in the portal once it is issued.
    """

    number: int
    name: str
    title: str
    email: str | None
    belongs: bool
    part: str
    added_at: datetime
    user_id: int | None
    stakeholder_id: int | None
    reads: bool

    @property
    def is_staff(self) -> bool:
        """Whether the person is on the provider's side."""
        return self.user_id is not None


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be named: one of the team, or an active person of the client."""

    name: str
    title: str
    email: str | None
    user_id: int | None = None
    stakeholder_id: int | None = None

    @property
    def handle(self) -> str:
        """What names the person in a form: their address, or their name where there is none."""
        return self.email or self.name


def participants_of(review: Review) -> list[Participant]:
    """Everybody on the list, the client's people first, those who attend before the others, by name."""
    r = ReviewParticipant
    columns = {
        "number": r.id,
        "part": r.part,
        "added_at": r.added_at,
        "user_id": r.user_id,
        "stakeholder_id": r.stakeholder_id,
        **ENTRY,
    }
    statement = with_people(select(*(column.label(name) for name, column in columns.items())))
    statement = statement.where(r.review_id == review.id).order_by(*ORDER)
    rows = db.session.execute(opened(statement, r, Stakeholder, why=WHY)).mappings()
    return [Participant(**row) for row in rows]


def with_people(columns: AnySelect) -> AnySelect:
    """Entries of lists with the person of each."""
    r, s = ReviewParticipant, Stakeholder
    joined = columns.outerjoin_from(r, User, User.id == r.user_id)
    return joined.outerjoin(s, s.id == r.stakeholder_id)


def _reading() -> ColumnElement[bool]:
    """Whether the person of an entry can sign in and sees the whole account or sponsors it, as `policy.may_read` asks."""
    reader = aliased(User)
    granted = (
        select(Grant.id)
        .join(reader, reader.id == Grant.user_id)
        .where(
            Grant.stakeholder_id == ReviewParticipant.stakeholder_id,
            Grant.ended_at.is_(None),
            or_(Grant.role == Role.SPONSOR, Grant.reach != Reach.OWN),
            reader.active,
        )
    )
    return granted.exists()


ENTRY: dict[str, ColumnElement[Any]] = {
    "name": func.coalesce(User.name, Stakeholder.name),
    "title": func.coalesce(User.title, Stakeholder.job_title),
    "email": func.coalesce(User.email, Stakeholder.email),
    "belongs": func.coalesce(User.active, Stakeholder.active),
    "reads": _reading(),
}
"""What the person of an entry is called, and whether they belong here and read it."""

ORDER: tuple[ColumnElement[Any], ...] = (
    ReviewParticipant.stakeholder_id.is_(None),
    ReviewParticipant.part.expression,
    ENTRY["name"],
    ReviewParticipant.id.expression,
)


def reachable(actor: Actor, review: Review, account: Account) -> list[Participant]:
    """Those on the list whose address the actor may see: colleagues, and of staff the team of today; staff see all.

    Who has left, or has no address, is not among them.
    """
    found = [one for one in participants_of(review) if one.belongs and one.email]
    if actor.is_staff:
        return found
    ours = {one.user_id for one in team(actor, account)}
    return [one for one in found if not one.is_staff or one.user_id in ours]


def who_can_acknowledge(found: Sequence[Participant]) -> list[tuple[int, str]]:
    """Of those on a list the client's people who will be able to read the review: key and name."""
    return [
        (one.stakeholder_id, one.name)
        for one in found
        if one.stakeholder_id and one.belongs and one.reads
    ]


def called(actor: Actor, account: Account, typed: str) -> list[Candidate]:
    """Everybody who could be named and has this address, or exactly this name."""
    wanted = typed.strip()
    same = or_(func.lower(Stakeholder.email) == wanted.lower(), Stakeholder.name == wanted)
    rows = db.session.execute(through(_active(account).where(same), Stakeholder, actor)).all()
    ours = (
        one
        for one in team(actor, account)
        if wanted == one.name or wanted.lower() == (one.email or "").lower()
    )
    return [*(client(row) for row in rows), *ours]


def has_left(actor: Actor, account: Account, typed: str) -> bool:
    """Whether it is the name or address of a person who once belonged to the account."""
    wanted = typed.strip()
    same = or_(func.lower(Stakeholder.email) == wanted.lower(), Stakeholder.name == wanted)
    statement = Stakeholder.visible_to(actor).where(
        Stakeholder.account_id == account.id, Stakeholder.active.is_(False), same
    )
    return db.session.scalar(statement.limit(1)) is not None


def _active(account: Account) -> Any:
    s = Stakeholder
    columns = select(s.name, s.job_title.label("title"), s.email, s.id.label("number"))
    return columns.where(s.account_id == account.id, s.active).order_by(s.name, s.id)


def client(row: Any) -> Candidate:
    """A person of the client who could be named, from a row about them."""
    return Candidate(row.name, row.title, row.email, stakeholder_id=row.number)


def team(actor: Actor, account: Account) -> Iterator[Candidate]:
    """The account's team of today with who covers, and the staff person who asks, each once."""
    now = team_of(actor, account)
    parts = [*now.present, *(cover for cover in now.covers if cover.runs_on(now.today))]
    found: Sequence[Colleague | None] = [now.manager, now.deputy, *(one.person for one in parts)]
    known: set[int] = set()
    for one in found:
        if one is not None and one.id not in known:
            known.add(one.id)
            yield Candidate(one.name, one.title, one.email, user_id=one.id)
    if actor.is_staff and actor.user_id and actor.user_id not in known:
        yield Candidate(actor.name, "", actor.email or None, user_id=actor.user_id)
