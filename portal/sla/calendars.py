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
NEVER_AFTER = 200 * 86_400
"""Without an opening in so many seconds a calendar is taken to be closed for good."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarFault(ValueError):
    """A calendar cannot be read; the message says where."""


class Clock(Protocol):
    """What tells business seconds."""

    def seconds(self, begin: int, end: int) -> int:
        """Business seconds of [begin, end)."""

    def first(self, begin: int, seconds: int) -> int | None:
        """The first instant from `begin` on by which so many business seconds have passed; None when never."""

    def last(self, begin: int, seconds: int) -> int | None:
        """The last instant by which no more than so many have passed (C7): at closing time the next opening."""

    def open_between(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The open intervals within [begin, end), in order and apart from each other."""


class AlwaysOpen:
    """Round the clock: every second counts."""

    def seconds(self, begin: int, end: int) -> int:
        """Seconds of [begin, end)."""
        return max(0, end - begin)

    def first(self, begin: int, seconds: int) -> int:
        """The instant so many seconds later."""
        return begin + seconds

    def last(self, begin: int, seconds: int) -> int:
        """The instant so many seconds later."""
        return begin + seconds

    def open_between(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The whole of it."""
        return [(begin, end)] if begin < end else []


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

    def first(self, begin: int, seconds: int) -> int | None:
        """The first instant from `begin` on by which so many business seconds have passed; None when never."""
        if seconds <= 0:
            return begin
        latest = self._second(begin, seconds - 1)
        return None if latest is None else latest + 1

    def last(self, begin: int, seconds: int) -> int | None:
        """The last instant by which no more than so many have passed (C7): at closing time the next opening."""
        return self._second(begin, seconds)

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

    def _second(self, begin: int, number: int) -> int | None:
        """The instant at which the business second of this number starts, counted from 0 at `begin`."""
        self._cover(begin, begin)
        while (total := self._until(begin) + number) >= self._before[-1]:
            if not self._looks_further(begin):
                return None
        index = bisect_right(self._before, total) - 1
        return self._begins[index] + total - self._before[index]

    def _looks_further(self, begin: int) -> bool:
        """Work out more dates, twice as many each time, unless nothing opens any more."""
        closes = max(begin, self._ends[-1]) if self._ends else begin
        if self._to > _utc_day(closes + NEVER_AFTER) + timedelta(days=2):
            return False
        self._cover(
            begin, closes + max(NEVER_AFTER, closes - self._begins[0] if self._begins else 0)
        )
        return True

    def _until(self, instant: int) -> int:
        index = bisect_right(self._begins, instant) - 1
        if index < 0:
            return 0
        return self._before[index] + min(instant, self._ends[index]) - self._begins[index]

    def _cover(self, begin: int, end: int) -> None:
        """Work out the dates around [begin, end) that are not known yet; those known stay."""
        first, last = _utc_day(begin) - timedelta(days=2), _utc_day(end) + timedelta(days=2)
        if self._from <= first and last < self._to:
            return
        if self._from == self._to:
            self._from = self._to = first
        known = zip(self._begins, self._ends, strict=True)
        earlier, later = min(self._from, first - MARGIN), max(self._to, last + MARGIN)
        before, after = self._intervals(earlier, self._from), self._intervals(self._to, later)
        joined = _joined(sorted([*before, *known, *after]))
        self._from, self._to = earlier, later
        self._begins, self._ends = [a for a, _ in joined], [b for _, b in joined]
        self._before = [0, *accumulate(b - a for a, b in joined)]

    def _intervals(self, first: date, end: date) -> Iterator[tuple[int, int]]:
        """The open intervals of local days; most days have one offset, so that wall time need not be asked."""
        day, offsets = first, _offsets(first, self.zone)
        while day < end:
            tomorrow = day + timedelta(days=1)
            later = _offsets(tomorrow, self.zone)
            hours = self.hours(day)
            if offsets == later and offsets[0] == offsets[1]:
                midnight = (day - EPOCH.date()).days * 86_400 - offsets[0]
                yield from ((midnight + 60 * a, midnight + 60 * b) for a, b in hours if a < b)
            else:
                yield from _around_a_change(day, hours, self.zone)
            day, offsets = tomorrow, later


def _offsets(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Seconds by which local time is ahead of UTC at a day's midnight, in its first and its second pass."""
    midnight = datetime.combine(day, time(), tzinfo=zone)
    return _ahead(midnight), _ahead(midnight.replace(fold=1))


def _ahead(wall: datetime) -> int:
    offset = wall.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _around_a_change(day: date, hours: Hours, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    for begin, end in hours:
        opens, closes = opening(_wall(day, begin), zone), closing(_wall(day, end), zone)
        if opens < closes:
            yield opens, closes


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

    Intervals of a day may overlap; their seconds count once.

    Raises: CalendarFault.
    """
    try:
        zone = zone_called(found["tz"])
        versions = [_version(version) for version in found["versions"]]
    except KeyError as error:
        raise CalendarFault(f"a calendar needs {error.args[0]}") from None
    except (TypeError, AttributeError):
        raise CalendarFault(
            "a calendar needs versions with from, weekly, closed and special"
        ) from None
    if not any(any(version.weekly) or any(version.special.values()) for version in versions):
        raise CalendarFault("a calendar needs open hours")
    return Calendar(zone, versions)


def zone_called(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises: CalendarFault.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        raise CalendarFault(f"unknown time zone {name!r}") from None


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
    return tuple(_interval(interval) for interval in intervals)


def _interval(found: Sequence[str]) -> tuple[int, int]:
    if len(found) != 2:
        raise CalendarFault(f"{found!r} is not an interval like ['09:00', '18:00']")
    begin, end = (_minutes(text) for text in found)
    if begin >= end:
        raise CalendarFault(f"{found[0]} to {found[1]}: an interval ends after it begins")
    return begin, end


def _minutes(text: str) -> int:
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit()):
        raise CalendarFault(f"{text!r} is not a time of day")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise CalendarFault(f"{text!r} is not a time of day")
    return total
