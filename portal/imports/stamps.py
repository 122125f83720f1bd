"""Time stamps of foreign logs, in the mapping's format and zone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

Oddity = Literal["", "twice", "never"]


@dataclass(frozen=True)
class StampFormat:
    """How a log writes instants; `zone` is for stamps that carry none."""

    pattern: str
    zone: ZoneInfo
    fixed: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fixed", self.zone.key == "UTC")

    def read(self, text: str) -> tuple[datetime, Oddity]:
        """The instant in UTC, and whether its wall time happened twice or never.

        A wall time that happened twice (clocks set back) is the first of the two; one that never
        happened (clocks set forward) is moved on by the gap. Raises: ValueError, OverflowError.
        """
        if self.pattern == "iso":
            stamp = datetime.fromisoformat(text)
        else:
            stamp = datetime.strptime(text, self.pattern)  # noqa: DTZ007 - zone follows
        if stamp.tzinfo is not None:
            return stamp.astimezone(UTC), ""
        if self.fixed:
            return stamp.replace(tzinfo=UTC), ""
        return self._local(stamp)

    def _local(self, wall: datetime) -> tuple[datetime, Oddity]:
        local = wall.replace(tzinfo=self.zone, fold=0)
        instant = local.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) != wall:
            return instant, "never"
        twice = local.utcoffset() != local.replace(fold=1).utcoffset()
        return instant, "twice" if twice else ""
