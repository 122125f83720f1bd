"""Conditions on instants by the local days of whichever account a row belongs to."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, literal, or_, select

from portal.accounts.models import Account
from portal.cases.models import Case
from portal.insights.day_sources import place
from portal.insights.reading import instant
from portal.sla.walls import midnight

HOUR = 3600
EVER, NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Interval = tuple[datetime, datetime]


def within(
    column: Any,
    zones: Sequence[str],
    begin: date,
    end: date,
    account_id: Any = Case.account_id,
) -> ColumnElement[bool]:
    """Whether an instant lies in the local days [begin, end) of the account, by default that of a case."""
    ranges = [(zone, [_interval(zone, begin, end)]) for zone in zones]
    return _in_any(column, ranges, account_id=account_id)


def before(column: Any, zones: Sequence[str], day: date, account_id: Any) -> ColumnElement[bool]:
    """Whether an instant of an account lies before the local midnight that begins a day."""
    ranges = [(zone, [(EVER, instant(midnight(day, ZoneInfo(zone))))]) for zone in zones]
    return _in_any(column, ranges, account_id=account_id)


def later_than(column: Any, zones: Sequence[str], day: date) -> ColumnElement[bool]:
    """Whether an instant of a case lies after the local midnight that begins a day."""
    ranges = [(zone, [(instant(midnight(day, ZoneInfo(zone))), NEVER)]) for zone in zones]
    return _in_any(column, ranges, after=True)


def within_hour(
    column: Any, zones: Sequence[str], begin: date, end: date, slot: int
) -> ColumnElement[bool]:
    """The same, and in one hour of the local week (0 is Monday 00)."""
    return _in_any(column, [(zone, list(_hours(zone, begin, end, slot))) for zone in zones])


def shortly_before(
    column: Any, zones: Sequence[str], end: date, seconds: int, account_id: Any = Case.account_id
) -> ColumnElement[bool]:
    """Whether an instant lies at most so many seconds before the local midnight `end`.

    `zones` must hold every zone of the accounts that the statement is about.
    """
    ranges = []
    for zone in zones:
        limit = instant(midnight(end, ZoneInfo(zone)))
        ranges.append((zone, [(limit - timedelta(seconds=seconds), limit)]))
    return _in_any(column, ranges, account_id=account_id, of_these_zones=True)


def opened_since(zones: Sequence[str], end: date, days: int) -> ColumnElement[bool]:
    """Whether a case was opened less than so many times 24 hours before the local midnight `end`."""
    ranges = []
    for zone in zones:
        limit = instant(midnight(end, ZoneInfo(zone)))
        ranges.append((zone, [(limit - timedelta(days=days), limit)]))
    return _in_any(Case.opened_at, ranges, after=True)


def _in_any(
    column: Any,
    ranges: Sequence[tuple[str, Sequence[Interval]]],
    *,
    after: bool = False,
    account_id: Any = Case.account_id,
    of_these_zones: bool = False,
) -> ColumnElement[bool]:
    """With `after` an interval does not hold its beginning; what all zones have in common lets an index narrow.

    Where all accounts are of these zones, with one interval each, an instant that lies in all of them needs no look at the account.
    """
    spans = {zone: [_inside(column, *one, after) for one in some] for zone, some in ranges}
    if len(spans) == 1:
        return or_(*next(iter(spans.values())))
    found = [
        and_(
            account_id.in_(select(Account.id).where(Account.timezone == literal(zone))), or_(*some)
        )
        for zone, some in spans.items()
    ]
    ends = [one for _zone, some in ranges for one in some]
    if not ends:
        return false()
    widest = min(begin for begin, _ in ends), max(end for _, end in ends)
    if of_these_zones:
        shared = max(begin for begin, _ in ends), min(end for _, end in ends)
        found.insert(0, _inside(column, *shared, after))
    return and_(_inside(column, *widest, after), or_(*found))


def _inside(column: Any, begin: datetime, end: datetime, after: bool) -> ColumnElement[bool]:
    return and_(column > begin if after else column >= begin, column < end)


def _interval(zone: str, begin: date, end: date) -> Interval:
    first, last = (instant(midnight(day, ZoneInfo(zone))) for day in (begin, end))
    return first, last


def _hours(zone: str, begin: date, end: date, slot: int) -> Iterator[Interval]:
    """The stretches of an hour of the week: quarter hours that `place` counts there, joined."""
    first, last = (int(at.timestamp()) for at in _interval(zone, begin, end))
    day = begin + timedelta(days=(slot // 24 - begin.weekday()) % 7)
    while day < end:
        about = midnight(day, ZoneInfo(zone)) + slot % 24 * HOUR
        quarters = [
            at
            for at in range(about - 2 * HOUR, about + 3 * HOUR, HOUR // 4)
            if first <= at < last and place(at, zone) == (day, slot)
        ]
        for at in quarters:
            if at - HOUR // 4 not in quarters:
                stop = at
                while stop in quarters:
                    stop += HOUR // 4
                yield instant(at), instant(stop)
        day += timedelta(days=7)
