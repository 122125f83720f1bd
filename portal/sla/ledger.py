"""The ledger of promises: rows that begin, run, stand still and are decided once (C6, C7).

Every function belongs to the transaction in which the event was recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from portal import clock
from portal.db import db, opened
from portal.sla.agreements import (
    Agreement,
    Levels,
    agreement_under,
    timeline_of,
)
from portal.sla.models import ClockPause, PromiseRow
from portal.sla.promises import State
from portal.sla.running import WHY, Running, held_clocks, seconds
from portal.sla.terms import Target


@dataclass(frozen=True)
class Subject:
    """The case a promise is about, as far as the agreement asks."""

    account_id: int
    case_id: int
    priority: str
    category: str
    opened_at: datetime


def begin(
    subject: Subject,
    targets: Iterable[Target],
    at: datetime,
    *,
    beside: Sequence[Running] = (),
    met: Iterable[Target] = (),
    number: int = 1,
) -> list[Running]:
    """Promise what is agreed, from an instant on; what is `met` is so at once. Returns what runs.

    They are numbered from `number` on: a resolution by its reopenings, whether or not those before were promised (C7).

    A case keeps the agreement it was opened under, for later answers and reopenings too; `beside` are other promises
    about it that are at hand.
    """
    agreement = _agreement(subject, at, beside)
    if agreement is None:
        return []
    levels = next((one.levels for one in beside), None)
    begun = []
    for target in targets:
        allowed = agreement.seconds(target, subject.priority, subject.category)
        if allowed is None:
            continue
        levels = agreement.levels if levels is None else levels
        one = _begun(subject, agreement, target, allowed, at, levels, number)
        if target in met:
            fulfil([one], at)
        else:
            begun.append(one)
    return begun


def _agreement(subject: Subject, at: datetime, beside: Sequence[Running]) -> Agreement | None:
    """That of the first promise about the case, or what was agreed when it was opened."""
    if beside:
        return agreement_under(beside[0].row.version_id, beside[0].row.calendar_id)
    if at > subject.opened_at:
        columns = select(PromiseRow.version_id, PromiseRow.calendar_id)
        first = columns.where(PromiseRow.case_id == subject.case_id).order_by(PromiseRow.id)
        known = db.session.execute(opened(first.limit(1), PromiseRow, why=WHY)).first()
        if known is not None:
            return agreement_under(*known)
    return timeline_of(subject.account_id).at(subject.opened_at)


def _begun(
    subject: Subject,
    agreement: Agreement,
    target: Target,
    allowed: int,
    at: datetime,
    levels: Levels,
    number: int,
) -> Running:
    clock_id = agreement.clock_id(subject.priority, subject.category)
    row = PromiseRow(
        account_id=subject.account_id,
        case_id=subject.case_id,
        target=target,
        number=_next_number(subject.case_id, target, number),
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
        warned=0,
        state=State.OPEN,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    one = Running(row, held_clocks()(clock_id), levels)
    one.keep(one.ticking)
    return one


def _next_number(case_id: int, target: Target, least: int) -> Any:
    """Worked out by the database while it writes the row."""
    if target is Target.RESPONSE:
        return 1
    following = func.coalesce(func.max(PromiseRow.number), 0) + 1
    known = case((following > least, following), else_=least)
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


def annul(case_id: int, at: datetime) -> None:
    """The case is gone: what was promised about it stays on record, and counts no more, decided or not.

    Whether a decided one had been met can still be told from what its clock had counted.
    """
    mine = PromiseRow.unscoped(WHY).where(PromiseRow.case_id == case_id).order_by(PromiseRow.id)
    for row in db.session.scalars(mine.with_for_update()):
        row.state, row.due_at, row.warn_at = State.VOID, None, None
        row.ended_at = row.ended_at or at


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
        one.clock = held_clocks()(row.clock_id)
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
