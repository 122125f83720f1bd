"""Whether who wrote a message was of the account's team on that local day, as a condition (F28)."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, literal, or_, select

from portal.accounts.models import Account, TeamMember
from portal.db.instants import Epoch
from portal.insights.reading import instant
from portal.sla.walls import midnight

DAY = 86_400
Offset = tuple[int, int]
"""Until an instant, local time is so many seconds ahead."""


def in_team(message: Any, zones: Sequence[str], begin: date, end: date) -> ColumnElement[bool]:
    """Whether the author of a message of the local days [begin, end) was a member or a cover then.

    The account is joined. Its manager and deputy are, from ever, unless dates of their own are known.
    """
    t = TeamMember
    local = Epoch(message.occurred_at) + _ahead(message, zones, begin, end)
    theirs = (t.account_id == message.account_id, t.user_id == message.author_user_id)
    then = (Epoch(t.from_on) <= local, or_(t.to_on.is_(None), Epoch(t.to_on) + DAY > local))
    dated = select(t.id).where(*theirs).exists()
    leads = or_(
        Account.manager_id == message.author_user_id, Account.deputy_id == message.author_user_id
    )
    return or_(select(t.id).where(*theirs, *then).exists(), and_(leads, ~dated))


def _ahead(message: Any, zones: Sequence[str], begin: date, end: date) -> Any:
    """By how many seconds the account's local time is ahead of UTC at the message."""
    by_zone = {zone: _of_zone(message, offsets(zone, begin, end)) for zone in zones}
    if len(by_zone) < 2:
        return next(iter(by_zone.values()), literal(0))
    return case(
        *((Account.timezone == zone, ahead) for zone, ahead in by_zone.items()), else_=literal(0)
    )


def _of_zone(message: Any, found: Sequence[Offset]) -> Any:
    *earlier, (_, last) = found
    if not earlier:
        return literal(last)
    return case(
        *((message.occurred_at < instant(until), seconds) for until, seconds in earlier),
        else_=last,
    )


@lru_cache(256)
def offsets(timezone: str, begin: date, end: date) -> tuple[Offset, ...]:
    """How far local time is ahead over some local days, in order; each until the instant given with it."""
    zone = ZoneInfo(timezone)
    return tuple(_offsets(midnight(begin, zone), midnight(end, zone), zone))


def _offsets(begin: int, end: int, zone: ZoneInfo) -> Iterator[Offset]:
    at = begin
    while at < end:
        ahead, low, high = _ahead_at(at, zone), at, min(at + DAY, end)
        while high < end and _ahead_at(high, zone) == ahead:
            low, high = high, min(high + DAY, end)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _ahead_at(middle, zone) == ahead else (low, middle)
        yield high, ahead
        at = high


def _ahead_at(at: int, zone: ZoneInfo) -> int:
    offset = instant(at).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
