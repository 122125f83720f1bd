"""How things stand with an account: open cases, the latest reviews, its people; one statement."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Row, Select, bindparam, func, select

from portal.accounts.agreed import Agreed
from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import IS_OPEN, OPEN, Case, Status
from portal.db import through
from portal.reviews.models import Review
from portal.reviews.queries import readable_by_client
from portal.stakeholders.models import Stakeholder
from portal.workspace import entitlement
from portal.workspace.parts import by_part, ordered, part, together

Rows = list[Row[Any]]
KEPT = 128
_account = bindparam("account", type_=Integer)


@dataclass(frozen=True)
class Standing:
    """Short lists of an account; `counts` holds its open cases by status, `used` cases or minutes of its contract."""

    counts: dict[str, int] = field(default_factory=dict)
    oldest: Rows = field(default_factory=list)
    latest: Rows = field(default_factory=list)
    waiting: Rows = field(default_factory=list)
    reviews: Rows = field(default_factory=list)
    people: Rows = field(default_factory=list)
    used: int = 0

    @property
    def open(self) -> int:
        """How many cases are open."""
        return sum(self.counts.values())

    @property
    def with_client(self) -> int:
        """How many wait for the client's answer."""
        return self.counts.get(Status.WAITING, 0)

    @property
    def by_status(self) -> list[tuple[str, int]]:
        """Open states that occur, in the order a case goes through them."""
        return [(status, self.counts[status]) for status in OPEN if self.counts.get(status)]

    @property
    def by_turn(self) -> list[tuple[str, int]]:
        """The same as the client reads it: what is new is with us like what is open."""
        fresh, begun = self.counts.get(Status.NEW, 0), self.counts.get(Status.OPEN, 0)
        ours = [(str(Status.OPEN), fresh + begun)] if fresh + begun else []
        return ours + [pair for pair in self.by_status if pair[0] not in (Status.NEW, Status.OPEN)]


def overview(actor: Actor, account: Account, agreed: Agreed | None) -> Standing:
    """For the account's page: the five oldest open cases, three reviews, five people, what is used of a contract."""
    limits = entitlement.limits(account, agreed)
    unit = agreed.unit if agreed and limits else ""
    return _standing(by_part(_overview(actor, unit), account=account.id, **limits))


def at_home(actor: Actor, account: Account, agreed: Agreed | None) -> Standing:
    """For a client's home: what waits, what moved last, reviews and colleagues, what is used of the contract."""
    limits = entitlement.limits(account, agreed)
    unit = agreed.unit if agreed and limits else ""
    return _standing(by_part(_at_home(actor, unit), account=account.id, **limits))


@lru_cache(KEPT)
def _overview(actor: Actor, unit: str) -> CompoundSelect[Any]:
    oldest = _cases("oldest", actor).order_by(Case.opened_at, Case.ref).limit(5)
    return together(_counts(actor), oldest, _reviews(actor, 3), _people(actor, 5), *_used(unit))


def _used(unit: str) -> list[Select[Any]]:
    return [entitlement.used_part(unit)] if unit else []


@lru_cache(KEPT)
def _at_home(actor: Actor, unit: str) -> CompoundSelect[Any]:
    waiting = _cases("waiting", actor).where(Case.status == Status.WAITING)
    waiting = waiting.order_by(Case.updated_at, Case.ref).limit(5)
    latest = _cases("latest", actor).order_by(Case.updated_at.desc(), Case.ref.desc()).limit(5)
    people = _people(actor, 6)
    return together(_counts(actor), waiting, latest, _reviews(actor, 2), people, *_used(unit))


def _standing(found: dict[str, Rows]) -> Standing:
    return Standing(
        counts={row.state: row.number for row in found.get("count", ())},
        oldest=ordered(found.get("oldest"), "at", "ref"),
        latest=ordered(found.get("latest"), "moved_at", "ref")[::-1],
        waiting=ordered(found.get("waiting"), "moved_at", "ref"),
        reviews=ordered(found.get("review"), "ends_on", "ref")[::-1],
        people=ordered(found.get("person"), "title", "who"),
        used=sum(row.number for row in found.get("used", ())),
    )


def _counts(actor: Actor) -> Select[Any]:
    columns = part("count", state=Case.status, number=func.count())
    mine = columns.where(Case.account_id == _account, IS_OPEN).group_by(Case.status)
    return through(mine, Case, actor)


def _cases(name: str, actor: Actor) -> Select[Any]:
    opener = through(
        select(Stakeholder.name).where(Stakeholder.id == Case.opened_by_id), Stakeholder, actor
    )
    columns = part(
        name,
        ref=Case.ref,
        title=Case.subject,
        state=Case.status,
        note=Case.priority,
        who=opener.scalar_subquery(),
        language=Case.language,
        at=Case.opened_at,
        moved_at=Case.updated_at,
        due_at=Case.due_at,
    )
    statement = through(columns.where(Case.account_id == _account, IS_OPEN), Case, actor)
    return carrying(statement, opener)


def _reviews(actor: Actor, limit: int) -> Select[Any]:
    """The latest reviews; for the client's side those its sponsors may read (`reviews.policy.may_read`)."""
    columns = part(
        "review",
        ref=Review.ref,
        title=Review.period,
        state=Review.state,
        language=Review.language,
        at=Review.built_at,
        ends_on=Review.ends_on,
        number=Review.progress,
    ).where(Review.account_id == _account)
    if not actor.is_staff:
        columns = columns.where(readable_by_client(actor))
    newest = columns.order_by(Review.ends_on.desc(), Review.id.desc()).limit(limit)
    return through(newest, Review, actor)


def _people(actor: Actor, limit: int) -> Select[Any]:
    columns = part(
        "person",
        title=Stakeholder.name,
        state=Stakeholder.job_role,
        note=Stakeholder.job_title,
        who=Stakeholder.email,
        number=Stakeholder.id,
    )
    mine = columns.where(Stakeholder.account_id == _account, Stakeholder.active)
    return through(mine.order_by(Stakeholder.name, Stakeholder.id).limit(limit), Stakeholder, actor)
