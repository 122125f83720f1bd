"""Business-hours calendars: how many seconds of an interval lie within agreed hours (C3). Pure.

Instants are whole seconds since 1970 in UTC (C1).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.sla.walls import closing, opening

Hours = tuple[tuple[int, int], ...]
"""Intervals of one local day, in minutes from midnight; 1440 is its end."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MARGIN = timedelta(days=180)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarFault(ValueError):
    """A calendar cannot be read; the message says where."""


class Clock(Protocol):
    """What tells business seconds."""

    def seconds(self, begin: int, end: int) -> int:
        """Business seconds of [begin, end)."""


class AlwaysOpen:
    """Round the clock: every second counts."""

    def seconds(self, begin: int, end: int) -> int:
        """Seconds of [begin, end)."""
        return max(0, end - begin)


ALWAYS_OPEN = AlwaysOpen()


@dataclass(frozen=True)
class Version:
    """The hours in force from a local date on; None is from ever."""

    begins_on: date | None
    weekly: tuple[Hours, ...]
    closed: frozenset[date] = frozenset()
    special: Mapping[date, Hours] = field(default_factory=dict)

    def hours(self, day: date) -> Hours:
        """The intervals of a local day: none when closed, else special ones, else the week's."""
        if day in self.closed:
            return ()
        return self.special.get(day, self.weekly[day.weekday()])


class Calendar:
    """Hours in a time zone, version after version.

    Open intervals are worked out once for the dates asked about, then found by bisection.
    """

    def __init__(self, zone: ZoneInfo, versions: Sequence[Version]) -> None:
        self.zone = zone
        self.versions = tuple(sorted(versions, key=lambda v: v.begins_on or date.min))
        self._from = self._to = date.min
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = [0]

    def seconds(self, begin: int, end: int) -> int:
        """Business seconds of [begin, end), each instant by the version then in force."""
        if end <= begin:
            return 0
        self._cover(begin, end)
        return self._until(end) - self._until(begin)

    def open_between(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The open intervals within [begin, end), in order and apart from each other."""
        self._cover(begin, end)
        intervals = zip(self._begins, self._ends, strict=True)
        return [(max(a, begin), min(b, end)) for a, b in intervals if a < end and b > begin]

    def hours(self, day: date) -> Hours:
        """The intervals of a local day by the latest version that begins no later."""
        found: Hours = ()
        for version in self.versions:
            if version.begins_on is None or version.begins_on <= day:
                found = version.hours(day)
        return found

    def _until(self, instant: int) -> int:
        index = bisect_right(self._begins, instant) - 1
        if index < 0:
            return 0
        return self._before[index] + min(instant, self._ends[index]) - self._begins[index]

    def _cover(self, begin: int, end: int) -> None:
        first, last = _utc_day(begin) - timedelta(days=2), _utc_day(end) + timedelta(days=2)
        if self._from <= first and last < self._to:
            return
        known = self._from < self._to
        self._from = min(self._from, first - MARGIN) if known else first - MARGIN
        self._to = max(self._to, last + MARGIN)
        joined = _joined(sorted(self._intervals()))
        self._begins, self._ends = [a for a, _ in joined], [b for _, b in joined]
        self._before = [0, *accumulate(b - a for a, b in joined)]

    def _intervals(self) -> Iterator[tuple[int, int]]:
        day = self._from
        while day < self._to:
            for begin, end in self.hours(day):
                opens, closes = (
                    opening(_wall(day, begin), self.zone),
                    closing(_wall(day, end), self.zone),
                )
                if opens < closes:
                    yield opens, closes
            day += timedelta(days=1)


def _utc_day(instant: int) -> date:
    return (EPOCH + timedelta(seconds=instant)).date()


def _wall(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _joined(intervals: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted intervals with overlapping and touching ones made one."""
    joined: list[tuple[int, int]] = []
    for begin, end in intervals:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined


def calendar_of(found: Mapping[str, Any]) -> Calendar:
    """A calendar as case files write it: `tz` and `versions` of `from`, `weekly`, `closed`, `special`.

    Raises: CalendarFault.
    """
    try:
        zone = ZoneInfo(found["tz"])
    except (ZoneInfoNotFoundError, ValueError):
        raise CalendarFault(f"unknown time zone {found['tz']!r}") from None
    except KeyError:
        raise CalendarFault("a calendar needs tz") from None
    try:
        return Calendar(zone, [_version(version) for version in found["versions"]])
    except (KeyError, TypeError, AttributeError):
        raise CalendarFault(
            "a calendar needs versions with from, weekly, closed and special"
        ) from None


def _version(found: Mapping[str, Any]) -> Version:
    weekly = found.get("weekly", {})
    if unknown := set(weekly) - set(WEEKDAYS):
        raise CalendarFault(f"unknown weekday {sorted(unknown)[0]!r}")
    return Version(
        begins_on=_day(found["from"]) if found.get("from") else None,
        weekly=tuple(_hours(weekly.get(day, ())) for day in WEEKDAYS),
        closed=frozenset(_day(text) for text in found.get("closed", ())),
        special={_day(text): _hours(hours) for text, hours in found.get("special", {}).items()},
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CalendarFault(f"{text!r} is not a date") from None


def _hours(intervals: Sequence[Sequence[str]]) -> Hours:
    return tuple((_minutes(begin), _minutes(end)) for begin, end in intervals)


def _minutes(text: str) -> int:
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit()):
        raise CalendarFault(f"{text!r} is not a time of day")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise CalendarFault(f"{text!r} is not a time of day")
    return total
