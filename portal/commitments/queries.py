"""Reads over the ledger of commitments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from portal.accounts.keyset import Cursor, Page, cut, page
from portal.accounts.models import Account, TeamMember
from portal.actor import Actor
from portal.cases.models import Case, Kind
from portal.commitments.models import Commitment, Entry, Outcome, Party
from portal.db import db, opened, through
from portal.identity.models import User
from portal.stakeholders.models import Stakeholder

A_PAGE = 25
Rows = Select[*tuple[Any, ...]]
FAR = date(9999, 12, 31)
MOST_OWNERS = 200


@dataclass(frozen=True)
class Line:
    """One entry of the ledger with its owner's name."""

    id: int
    ref: str
    kind: str
    side: str
    title: str
    detail: str
    effect: str
    due_on: date | None
    due_at: datetime | None
    outcome: str
    done_at: datetime | None
    closed_at: datetime | None
    reason: str
    figure: str
    before: str
    created_at: datetime
    owner_id: int | None
    owner: str

    def state(self, now: datetime) -> str:
        """Kept, done late, late, open or dropped, as both sides saw it at that instant."""
        closed = self.closed_at is None or self.closed_at <= now
        if closed and self.outcome == Outcome.DROPPED:
            return "dropped"
        if closed and self.outcome == Outcome.DONE:
            late = (
                self.due_at is not None and self.done_at is not None and self.done_at > self.due_at
            )
            return "done_late" if late else "kept"
        return "late" if self.due_at is not None and self.due_at < now else "open"


def _lines() -> Rows:
    us = and_(Commitment.side == Party.US, User.id == Commitment.user_id)
    columns = (
        *(Commitment.id, Commitment.ref, Commitment.kind, Commitment.side, Commitment.title),
        *(Commitment.detail, Commitment.effect, Commitment.due_on, Commitment.due_at),
        *(Commitment.outcome, Commitment.done_at, Commitment.closed_at, Commitment.reason),
        *(Commitment.figure, Commitment.before, Commitment.created_at),
        func.coalesce(Commitment.stakeholder_id, Commitment.user_id),
        func.coalesce(User.name, Stakeholder.name, ""),
    )
    return (
        select(*columns)
        .outerjoin(User, us)
        .outerjoin(Stakeholder, Stakeholder.id == Commitment.stakeholder_id)
    )


def _read(statement: Rows, actor: Actor) -> list[Line]:
    marked = opened(
        through(statement, Commitment, actor), Stakeholder, why="the owner of a visible commitment"
    )
    return [Line(*row) for row in db.session.execute(marked)]


def ledger(
    actor: Actor, account: Account, cursor: Cursor, *, kind: Entry, limit: int = A_PAGE
) -> Page[Line]:
    """A kind's entries: open ones first, the soonest due before the others, those without a day last."""
    place = case((Commitment.outcome == Outcome.OPEN, 0), else_=1)
    due = func.coalesce(Commitment.due_on, FAR)
    statement = _lines().where(Commitment.account_id == account.id, Commitment.kind == kind)
    keys: tuple[ColumnElement[Any], ...] = (place, due, Commitment.id.expression)
    statement = cut(statement, keys, cursor, limit)
    rows = _read(statement, actor)
    return page(
        rows,
        cursor,
        limit,
        lambda line: (int(line.outcome != Outcome.OPEN), line.due_on or FAR, line.id),
    )


def line_of(actor: Actor, row: Commitment) -> Line:
    """One entry with its owner's name."""
    return _read(_lines().where(Commitment.id == row.id), actor)[0]


def counts(actor: Actor, account: Account) -> dict[str, int]:
    """How many are open of each kind."""
    statement = (
        select(Commitment.kind, func.count())
        .where(Commitment.account_id == account.id, Commitment.outcome == Outcome.OPEN)
        .group_by(Commitment.kind)
    )
    rows = db.session.execute(through(statement, Commitment, actor)).all()
    return {row[0]: row[1] for row in rows}


def since(actor: Actor, account_ids: Sequence[int], begin: datetime, end: datetime) -> list[Line]:
    """What a review over [begin, end) says of the ledger: what is open, was due in it or closed since it began.

    In reading order: ours and theirs by due day.
    """
    alive = Commitment.outcome == Outcome.OPEN
    due = and_(Commitment.due_at >= begin, Commitment.due_at < end)
    closed = and_(Commitment.closed_at >= begin, Commitment.created_at < end)
    statement = _lines().where(Commitment.account_id.in_(account_ids), or_(alive, due, closed))
    due_first = func.coalesce(Commitment.due_on, FAR)
    return _read(statement.order_by(Commitment.side, due_first, Commitment.id), actor)


def cases_named(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """Of some entries the cases they came from, as far as a document for several people may name them."""
    statement = (
        select(Commitment.ref, Case.ref)
        .join(Case, Case.id == Commitment.case_id)
        .where(Commitment.ref.in_(refs), Case.confidential.is_(False), Case.kind == Kind.NORMAL)
    )
    rows = db.session.execute(through(through(statement, Commitment, actor), Case, actor))
    return {entry: ref for entry, ref in rows}  # noqa: C416


def waiting_for(actor: Actor, account: Account, *, side: Party, limit: int = 5) -> list[Line]:
    """Open commitments and decisions of one side, the soonest due first."""
    statement = _lines().where(
        Commitment.account_id == account.id,
        Commitment.outcome == Outcome.OPEN,
        Commitment.side == side,
        Commitment.kind.in_((Entry.COMMITMENT, Entry.DECISION)),
    )
    due = func.coalesce(Commitment.due_on, FAR)
    return _read(statement.order_by(due, Commitment.id).limit(limit), actor)


def owners(
    actor: Actor, account: Account, row: Commitment | None = None
) -> tuple[Sequence[Any], Sequence[Any]]:
    """Who can own something: the account's team (id, name) and its active people (id, name), and who owns it now."""
    members = select(TeamMember.user_id).where(TeamMember.account_id == account.id)
    of_the_team = or_(
        User.id.in_(members),
        User.id.in_([one for one in (account.manager_id, account.deputy_id) if one]),
        User.id == (actor.user_id if actor.is_staff else -1),
    )
    team = (
        select(User.id, User.name)
        .where(or_(and_(User.active, of_the_team), User.id == (row.user_id if row else None)))
        .order_by(User.name, User.id)
    )
    people = through(
        select(Stakeholder.id, Stakeholder.name)
        .where(
            Stakeholder.account_id == account.id,
            or_(Stakeholder.active, Stakeholder.id == (row.stakeholder_id if row else None)),
        )
        .order_by(Stakeholder.name, Stakeholder.id)
        .limit(MOST_OWNERS),
        Stakeholder,
        actor,
    )
    marked = opened(team, TeamMember, why="the team of a visible account")
    return db.session.execute(marked).all(), db.session.execute(people).all()
