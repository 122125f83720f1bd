"""From local wall time to instants, where clocks jump forward or back too (C3). Pure."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def opening(wall: datetime, zone: ZoneInfo) -> int:
    """The first instant whose local time is at or after `wall`: in a gap the change, in a fold the first pass."""
    first, second = _instant(wall, zone, 0), _instant(wall, zone, 1)
    if first <= second:
        return first
    return _change(second, first, zone)


def closing(wall: datetime, zone: ZoneInfo) -> int:
    """The end of the last instant whose local time is before `wall`: in a fold the second pass.

    The very wall time to which clocks go back is reached by its first pass alone.
    """
    first, second = _instant(wall, zone, 0), _instant(wall, zone, 1)
    if first > second:
        return _change(second, first, zone)
    return second if _local(second - 1, zone) < wall else first


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local day (C1)."""
    return opening(datetime.combine(day, time()), zone)


def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> int:
    return int(wall.replace(tzinfo=zone, fold=fold).timestamp())


def _local(instant: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).replace(tzinfo=None)


def _change(low: int, high: int, zone: ZoneInfo) -> int:
    """The instant in (low, high] at which clocks go forward."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(instant: int, zone: ZoneInfo) -> object:
    return datetime.fromtimestamp(instant, zone).utcoffset()
