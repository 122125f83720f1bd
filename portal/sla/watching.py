"""What lapses and what comes near: promises looked at from outside, without anything happening to their cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.sla.ledger import missed_before
from portal.sla.models import IS_OPEN, PromiseRow
from portal.sla.running import Running, running_of, seconds, with_levels


def lapse(now: datetime, most: int = 500) -> list[PromiseRow]:
    """Decide promises whose last instant has passed, the longest past first; those that were, at most so many.

    What somebody else holds is decided by them, or by the next look.
    """
    wanted = with_levels(skip_locked=True).where(IS_OPEN, PromiseRow.due_at < now)
    lapsed = running_of(wanted.order_by(PromiseRow.due_at, PromiseRow.id).limit(most))
    return [one.row for one in lapsed if missed_before(one, now)]


@dataclass(frozen=True)
class Warning:
    """A level that a promise's clock has passed, and who is to be told."""

    row: PromiseRow
    percent: int
    tell: tuple[str, ...]


def warn(now: datetime, most: int = 500) -> list[Warning]:
    """Levels of plans that were reached by now, only the highest of each promise, noted as told of."""
    wanted = with_levels(skip_locked=True).where(PromiseRow.warn_at <= now)
    found = running_of(wanted.order_by(PromiseRow.warn_at, PromiseRow.id).limit(most))
    return [warning for one in found if (warning := _warned(one, now)) is not None]


def set_out(case_ids: Sequence[int]) -> None:
    """Let promises written from history warn of what is still to come, not of levels passed long ago."""
    wanted = with_levels().where(PromiseRow.case_id.in_(case_ids), IS_OPEN)
    wanted = wanted.where(PromiseRow.allowed.is_not(None))
    now = clock.now()
    for one in running_of(wanted):
        _warned(one, now)


def _warned(one: Running, now: datetime) -> Warning | None:
    row = one.row
    counted = one.ticking.counted(one.clock, seconds(now))
    passed = [
        (percent, tell)
        for percent, tell in one.levels
        if percent > row.warned and counted.spent * 100 >= (row.allowed or 0) * percent
    ]
    if passed:
        row.warned = passed[-1][0]
    one.keep(one.ticking)
    return Warning(row, *passed[-1]) if passed else None
