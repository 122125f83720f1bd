"""A promise on its way as a row, and what a transaction has read of such rows, held until it ends.

Locks are taken in one order: calendars, promises. Whoever changes a calendar waits for those who count on it, and the
other way round.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.db import db, opened
from portal.sla.agreements import Levels, clocks, levels_of
from portal.sla.calendars import Clock
from portal.sla.models import PlanVersion, PromiseRow, ServicePlan
from portal.sla.promises import State
from portal.sla.ticking import Ticking

WHY = "the promises about a case"
MEMORY = "promises of this transaction"


@dataclass
class Running:
    """An open promise with the clock it runs on, and the levels at which its plan warns."""

    row: PromiseRow
    clock: Clock
    levels: Levels

    @property
    def ticking(self) -> Ticking:
        """Where it stands."""
        row = self.row
        return Ticking(row.spent, seconds(row.counted_at), row.allowed, row.paused)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.row.state == State.OPEN

    @property
    def is_owed(self) -> bool:
        """Whether what was promised is still to be done, in time or late."""
        return self.row.ended_at is None

    @property
    def due_at(self) -> datetime | None:
        """When it falls due, or was missed; None while its clock stands still."""
        return self.row.due_at if self.is_open else self.row.decided_at

    def keep(self, ticking: Ticking) -> None:
        """Write down where it stands, and when it falls due."""
        row = self.row
        row.spent, row.counted_at, row.paused = (
            ticking.spent,
            instant(ticking.since),
            ticking.paused,
        )
        row.allowed = ticking.allowed
        if self.is_open:
            limit = ticking.limit(self.clock)
            row.due_at = None if limit is None else instant(limit)
        row.warn_at = self._next_warning(ticking)

    def _next_warning(self, ticking: Ticking) -> datetime | None:
        """When the next level of the plan is reached, if the clock runs on."""
        row = self.row
        following = next((percent for percent, _ in self.levels if percent > row.warned), None)
        if following is None or row.allowed is None or row.paused or not self.is_owed:
            return None
        left = -(-row.allowed * following // 100) - row.spent
        at = self.clock.first(ticking.since, max(0, left))
        return None if at is None else instant(at)

    def decide(self, state: State, at: int) -> None:
        """Decide it, once and for all."""
        self.keep(self.ticking.counted(self.clock, at))
        row = self.row
        row.state, row.decided_at, row.recorded_at = state, instant(at), clock.now()
        row.due_at = None

    def end(self, at: datetime) -> None:
        """Nothing is owed any more, and nobody warned."""
        self.row.ended_at, self.row.warn_at = at, None


def seconds(at: datetime) -> int:
    """An instant as whole seconds since 1970."""
    return int(at.timestamp())


def instant(at: int) -> datetime:
    """Whole seconds since 1970 as an instant."""
    return datetime.fromtimestamp(at, UTC)


def owed(case_id: int) -> list[Running]:
    """The promises about a case that are still to be kept, in time or late, held until the transaction ends.

    Two statements, once in a transaction: the list given out is kept, and what begins belongs into it.
    """
    known = _memory()["owed"]
    if case_id not in known:
        wanted = with_levels().where(PromiseRow.case_id == case_id, PromiseRow.ended_at.is_(None))
        known[case_id] = running_of(wanted.order_by(PromiseRow.id))
    found: list[Running] = known[case_id]
    found[:] = [one for one in found if one.is_owed]
    return found


def forget() -> None:
    """Let go of what this transaction remembers: calendars or promises have changed under it."""
    db.session().info.pop(MEMORY, None)


def _memory() -> dict[str, Any]:
    """What was read in this very transaction: promises by case, and the calendars they run on."""
    session = db.session()
    here = session.get_transaction(), session.get_nested_transaction()
    found: dict[str, Any] = session.info.get(MEMORY, {})
    if not found or found["here"] != here:
        found = session.info[MEMORY] = {"here": here, "owed": {}}
    return found


def held_clocks() -> Callable[[int], Clock]:
    """The calendars, none of which changes until the transaction ends; one statement, once in it."""
    memory = _memory()
    if "clocks" not in memory:
        memory["clocks"] = clocks(held=True)
    found: Callable[[int], Clock] = memory["clocks"]
    return found


def with_levels(*, skip_locked: bool = False) -> Any:
    """Promises, locked, with the levels of the plan each began under, for `running_of`.

    Who reads them in another order than by their numbers leaves out those that somebody else holds.
    """
    return (
        select(PromiseRow, ServicePlan.levels)
        .join(PlanVersion, PlanVersion.id == PromiseRow.version_id)
        .join(ServicePlan, ServicePlan.id == PlanVersion.plan_id)
        .with_for_update(of=PromiseRow, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )


def running_of(statement: Any) -> list[Running]:
    """The promises of such a statement with their clocks."""
    clock_of = held_clocks()
    rows = db.session.execute(opened(statement, PromiseRow, why=WHY)).all()
    return [Running(row, clock_of(row.clock_id), levels_of(levels)) for row, levels in rows]
