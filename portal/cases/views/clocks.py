"""The contract clock of a case beside the lived one: what was promised, how much of it has run, and when it ran."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads
from typing import Any

from portal import clock
from portal.cases.models import Case
from portal.cases.queries.beside import Beside
from portal.sla.agreements import clock_called
from portal.sla.calendars import Clock
from portal.sla.forecast import ALL, Forecast, Odds, forecast, used
from portal.sla.promises import State
from portal.sla.running import instant, seconds
from portal.sla.terms import Target

LONGEST_PICTURE = timedelta(days=21)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Kept:
    """One promise as a page shows it; `at` is when it falls due, or was decided; spent and allowed in seconds."""

    number: int
    target: str
    state: str
    since: datetime
    at: datetime | None
    ended_at: datetime | None
    spent: int
    allowed: int | None
    paused: bool
    cause: str
    clock: Clock
    forecast: Forecast | None = None

    @property
    def owed(self) -> bool:
        """Whether it is still to be done, in time or late."""
        return self.ended_at is None


@dataclass(frozen=True)
class Clocks:
    """The promises that matter now, and the one whose clock is drawn with its open hours up to `until`."""

    promises: tuple[Kept, ...] = ()
    shown: Kept | None = None
    until: datetime | None = None
    spans: tuple[Stretch, ...] | None = None
    paused_since: datetime | None = None

    @property
    def forecast(self) -> bool:
        """Whether there is a forecast of any of them."""
        return any(kept.forecast for kept in self.promises)


def clocks_of(case: Case, beside: Beside) -> Clocks:
    """The first answer, the newest of the next answers, and the present resolution; the soonest owed is drawn."""
    now = clock.now()
    newest: dict[str, Any] = {row.ref: row for row in beside.promises}
    known = {(row.ref, row.state): Odds(tuple(loads(row.note)), row.number) for row in beside.odds}
    promises = tuple(_kept(newest[target], now, known) for target in Target if target in newest)
    if not promises:
        return Clocks()
    owed = [kept for kept in promises if kept.owed and kept.at]
    shown = min(owed, key=lambda kept: kept.at or now) if owed else promises[-1]
    until = max(shown.at or now, now if shown.owed else shown.ended_at or now)
    spans = None
    if until - case.opened_at <= LONGEST_PICTURE:
        spans = tuple(_apart(_open(shown, until), beside.pauses, now))
    standing = next((row.at for row in beside.pauses if row.ended_at is None), None)
    return Clocks(promises, shown, until, spans, standing)


def _kept(row: Any, now: datetime, known: Mapping[tuple[str, str], Odds]) -> Kept:
    counting = clock_called(row.clock, row.revision)
    runs = row.state == State.OPEN and not row.paused
    more = counting.seconds(seconds(row.counted_at), seconds(now)) if runs else 0
    return Kept(
        number=row.number,
        target=row.ref,
        state=row.state,
        since=row.since,
        at=row.at,
        ended_at=row.ended_at,
        spent=row.spent + more,
        allowed=row.amount,
        paused=row.paused,
        cause=row.note,
        clock=counting,
        forecast=_forecast(row, row.spent + more, known),
    )


def _forecast(row: Any, spent: int, known: Mapping[tuple[str, str], Odds]) -> Forecast | None:
    """How likely an open promise is to be missed, by the priority of its case or by all."""
    if row.state != State.OPEN or row.amount is None or spent > row.amount:
        return None
    priority = next((priority for _, priority in known if priority != ALL), ALL)
    return forecast(known, row.ref, priority, used(spent, row.amount))


def _open(kept: Kept, until: datetime) -> list[Stretch]:
    found = kept.clock.open_between(seconds(kept.since), seconds(until))
    return [(instant(begin), instant(end)) for begin, end in found]


def _apart(spans: Sequence[Stretch], pauses: Sequence[Any], now: datetime) -> Iterator[Stretch]:
    """Open hours without the stretches in which the clock stood still."""
    for begin, end in spans:
        for pause in pauses:
            stop, again = pause.at, pause.ended_at or now
            if stop < end and again > begin:
                if begin < stop:
                    yield begin, stop
                begin = max(begin, again)
        if begin < end:
            yield begin, end
