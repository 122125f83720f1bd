"""The ledger of promises: rows that begin, run, stand still and are decided once (C6, C7).

Every function belongs to the transaction in which the event was recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.db import db, opened
from portal.sla.agreements import Agreement, agreement_under, clock_called, timeline_of
from portal.sla.calendars import Clock
from portal.sla.models import BusinessCalendar, ClockPause, PromiseRow
from portal.sla.promises import State
from portal.sla.terms import Target
from portal.sla.ticking import Ticking

WHY = "the promises about a case"


@dataclass(frozen=True)
class Subject:
    """The case a promise is about, as far as the agreement asks."""

    account_id: int
    case_id: int
    priority: str
    category: str


@dataclass
class Running:
    """An open promise with the clock it runs on."""

    row: PromiseRow
    clock: Clock

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
        levels = agreement_under(row.version_id, row.calendar_id).levels
        following = next((percent for percent, _ in levels if percent > row.warned), None)
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
    """The promises about a case that are still to be kept, in time or late; one statement."""
    wanted = with_clocks().where(PromiseRow.case_id == case_id, PromiseRow.ended_at.is_(None))
    return running_of(wanted.order_by(PromiseRow.id))


def begin(
    subject: Subject, targets: Iterable[Target], at: datetime, *, met: Iterable[Target] = ()
) -> list[Running]:
    """Promise what is agreed, from an instant on; what is `met` is so at once. Returns what runs."""
    agreement = timeline_of(subject.account_id).at(at)
    if agreement is None:
        return []
    begun = []
    for target in targets:
        allowed = agreement.seconds(target, subject.priority, subject.category)
        if allowed is None:
            continue
        one = _begun(subject, agreement, target, allowed, at)
        if target in met:
            fulfil([one], at)
        else:
            begun.append(one)
    return begun


def _begun(
    subject: Subject, agreement: Agreement, target: Target, allowed: int, at: datetime
) -> Running:
    clock_id = agreement.clock_id(subject.priority, subject.category)
    row = PromiseRow(
        account_id=subject.account_id,
        case_id=subject.case_id,
        target=target,
        number=_next_number(subject.case_id, target),
        version_id=agreement.version_id,
        calendar_id=agreement.calendar_id,
        clock_id=clock_id,
        priority=subject.priority,
        category=subject.category,
        allowed=allowed,
        begins_at=at,
        counted_at=at,
        spent=0,
        paused=False,
        state=State.OPEN,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    one = Running(row, clock_called(clock_id))
    one.keep(one.ticking)
    return one


def _next_number(case_id: int, target: Target) -> Any:
    """Worked out by the database while it writes the row."""
    if target is Target.RESPONSE:
        return 1
    known = func.coalesce(func.max(PromiseRow.number), 0) + 1
    mine = select(known).where(PromiseRow.case_id == case_id, PromiseRow.target == target)
    return mine.scalar_subquery()


def fulfil(promises: Iterable[Running], at: datetime) -> None:
    """What was promised happened: met, or missed at the instant the clock had passed it; nothing promised, dropped."""
    for one in promises:
        kept = State.DROPPED if one.row.allowed is None else State.MET
        _end(one, at, kept)


def drop(promises: Iterable[Running], at: datetime) -> None:
    """What was promised is owed no more; what had been missed before stays missed."""
    for one in promises:
        _end(one, at, State.DROPPED)


def _end(one: Running, at: datetime, state: State) -> None:
    if one.is_open and not missed_before(one, at):
        one.decide(state, seconds(at))
    one.end(at)


def turn(promises: Iterable[Running], at: datetime, *, paused: bool) -> None:
    """Stop or start clocks."""
    for one in promises:
        if one.is_open:
            missed_before(one, at)
        one.keep(one.ticking.turned(one.clock, seconds(at), paused=paused))


def agree_anew(promises: Iterable[Running], priority: str, at: datetime) -> None:
    """The priority changed: what has run stays, and is missed at once when it exceeds the new target."""
    for one in promises:
        if not one.is_open or missed_before(one, at):
            continue
        row = one.row
        agreement = agreement_under(row.version_id, row.calendar_id)
        allowed = agreement.seconds(Target(row.target), priority, row.category)
        changed = one.ticking.agreed_anew(one.clock, seconds(at), allowed)
        row.priority, row.clock_id = priority, agreement.clock_id(priority, row.category)
        one.clock = clock_called(row.clock_id)
        one.keep(changed)
        if changed.overdrawn:
            one.decide(State.MISSED, seconds(at))


def missed_before(one: Running, at: datetime) -> bool:
    """Whether the promise was missed before an instant; if so it is decided."""
    missed = one.ticking.missed(one.clock, seconds(at))
    if missed is not None:
        one.decide(State.MISSED, missed)
    return missed is not None


def soonest(promises: Sequence[Running]) -> datetime | None:
    """When the next of them falls due or fell due; None when none is running or late."""
    return min((one.due_at for one in promises if one.is_owed and one.due_at), default=None)


def pause(subject: Subject, at: datetime, *, reason: str, by: str) -> None:
    """Note that a case's clock stands still from an instant on."""
    db.session.add(
        ClockPause(
            account_id=subject.account_id,
            case_id=subject.case_id,
            begins_at=at,
            reason=reason,
            begun_by=by,
        )
    )


def resume(subject: Subject, at: datetime, *, by: str) -> None:
    """Note that it runs again."""
    statement = ClockPause.unscoped(WHY).where(
        ClockPause.case_id == subject.case_id, ClockPause.ends_at.is_(None)
    )
    for row in db.session.scalars(statement):
        row.ends_at, row.ended_by = at, by


def with_clocks() -> Any:
    """Promises with the revision of the calendar each runs on, for `running_of`."""
    return select(PromiseRow, BusinessCalendar.revision).join(
        BusinessCalendar, BusinessCalendar.id == PromiseRow.clock_id
    )


def running_of(statement: Any) -> list[Running]:
    """The promises of such a statement with their clocks."""
    rows = db.session.execute(opened(statement, PromiseRow, why=WHY)).all()
    return [Running(row, clock_called(row.clock_id, revision)) for row, revision in rows]
