"""The only source of "now"."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant in UTC, whole seconds (C1)."""
    return datetime.now(UTC).replace(microsecond=0)


def today(timezone: str) -> date:
    """The present local date in an IANA zone."""
    return now().astimezone(ZoneInfo(timezone)).date()
