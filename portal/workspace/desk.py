"""What awaits a staff person who works on cases; one statement."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select

from portal import clock
from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import IS_OPEN, Case, Status
from portal.db import through
from portal.workspace.parts import by_part, constant, ordered, part, together

MOST = 1000


@dataclass(frozen=True)
class Desk:
    """Own open cases by urgency, and cases nobody has taken; counts stop at 1,000."""

    counts: dict[str, int] = field(default_factory=dict)
    mine: list[Row[Any]] = field(default_factory=list)
    untaken: list[Row[Any]] = field(default_factory=list)

    @property
    def open(self) -> int:
        """How many open cases are one's own."""
        return self.counts.get("mine", 0)

    @property
    def overdue(self) -> int:
        """How many of them are past their promise."""
        return self.counts.get("overdue", 0)

    @property
    def today(self) -> int:
        """How many more fall due before the reader's midnight."""
        return self.counts.get("today", 0)

    @property
    def waiting(self) -> int:
        """How many wait for the client."""
        return self.counts.get("waiting", 0)

    @property
    def nobodys(self) -> int:
        """How many open cases within reach nobody has taken."""
        return self.counts.get("untaken", 0)


def desk_of(actor: Actor) -> Desk:
    """The actor's own desk."""
    now = clock.now()
    mine, untaken = Case.owner_id == actor.user_id, Case.owner_id.is_(None)
    statement = together(
        _count("mine", actor, mine),
        _count("overdue", actor, mine, Case.due_order < now),
        _count(
            "today",
            actor,
            mine,
            Case.due_order >= now,
            Case.due_order < _midnight(now, actor.timezone),
        ),
        _count("waiting", actor, mine, Case.status == Status.WAITING),
        _count("untaken", actor, untaken),
        _soonest("own", actor, mine, limit=8),
        _soonest("free", actor, untaken, limit=5),
    )
    found = by_part(statement)
    counts = {row.state: row.number for row in found.get("count", ())}
    lists = [ordered(found.get(name), "due_at", "at", "ref") for name in ("own", "free")]
    return Desk(counts, *lists)


def _midnight(now: datetime, timezone: str) -> datetime:
    tomorrow = now.astimezone(ZoneInfo(timezone or "UTC")) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0)


def _count(name: str, actor: Actor, *conditions: Any) -> Select[Any]:
    few = through(select(Case.id).where(IS_OPEN, *conditions).limit(MOST), Case, actor)
    return carrying(
        part("count", state=constant(name), number=func.count()).select_from(few.subquery()), few
    )


def _soonest(name: str, actor: Actor, condition: Any, *, limit: int) -> Select[Any]:
    account = through(select(Account.name).where(Account.id == Case.account_id), Account, actor)
    columns = part(
        name,
        ref=Case.ref,
        title=Case.subject,
        state=Case.status,
        note=Case.priority,
        who=account.scalar_subquery(),
        language=Case.language,
        at=Case.opened_at,
        moved_at=Case.updated_at,
        due_at=Case.due_at,
    )
    soonest = columns.where(IS_OPEN, condition).order_by(Case.due_order, Case.id).limit(limit)
    return carrying(through(soonest, Case, actor), account)
