"""Hours of a day and spans of business time as people write them. Pure."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise

Intervals = list[list[int]]
"""Intervals of one local day, in minutes from midnight, in order."""

DAY = 1440
LONGEST = 10 * 365 * 24 * 3600
"""The most that can be promised: ten years, in seconds."""

_INTERVAL = re.compile(r"(\d{1,2})[:.h](\d{2})\s*[-–—]\s*(\d{1,2})[:.h](\d{2})")
_SPAN = re.compile(r"(?:(\d{1,6})\s*h)?\s*(?:(\d{1,7})\s*min)?", re.IGNORECASE)


class Fault(StrEnum):
    """What is wrong with what was written."""

    FORM = "form"
    BACKWARDS = "backwards"
    OVERLAP = "overlap"
    DAYS = "days"
    NOTHING = "nothing"
    TOO_LONG = "too long"


class NotUnderstood(ValueError):
    """What was written says no hours or no span; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def hours_written(text: str) -> Intervals:
    """Intervals like `09:00-13:00, 14:00-18:00`; nothing written, or a dash, is a closed day.

    Raises: NotUnderstood.
    """
    if text.strip() in ("", "-", "–"):
        return []
    return in_order([_interval(part.strip()) for part in re.split(r"[,;]", text)])


def in_order(intervals: Iterable[Sequence[int]]) -> Intervals:
    """The intervals sorted; each ends after it begins and none overlaps another.

    Raises: NotUnderstood.
    """
    found = sorted([begin, end] for begin, end in intervals)
    if any(not 0 <= begin <= DAY or end > DAY for begin, end in found):
        raise NotUnderstood(Fault.FORM)
    if any(end <= begin for begin, end in found):
        raise NotUnderstood(Fault.BACKWARDS)
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        raise NotUnderstood(Fault.OVERLAP)
    return found


def _interval(text: str) -> list[int]:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise NotUnderstood(Fault.FORM)
    hour, minute, last_hour, last_minute = map(int, match.groups())
    if minute > 59 or last_minute > 59:
        raise NotUnderstood(Fault.FORM)
    return [hour * 60 + minute, last_hour * 60 + last_minute]


def hours_text(intervals: Iterable[Sequence[int]]) -> str:
    """The same as it is written; nothing for a closed day."""
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in intervals)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def span_written(text: str) -> int | None:
    """Seconds of a span like `4 h`, `30 min` or `2 h 30 min`; None for nothing written.

    Raises: NotUnderstood; days too, for a day of business hours has no fixed length.
    """
    plain = text.strip()
    if not plain:
        return None
    if re.search(r"\d\s*d", plain, re.IGNORECASE):
        raise NotUnderstood(Fault.DAYS)
    match = _SPAN.fullmatch(plain)
    if match is None:
        raise NotUnderstood(Fault.NOTHING if plain.startswith("-") else Fault.FORM)
    hours, minutes = (int(part or 0) for part in match.groups())
    return within_reason(hours * 3600 + minutes * 60)


def within_reason(seconds: int) -> int:
    """A span that can be promised: more than nothing, at most ten years.

    Raises: NotUnderstood.
    """
    if seconds <= 0:
        raise NotUnderstood(Fault.NOTHING)
    if seconds > LONGEST:
        raise NotUnderstood(Fault.TOO_LONG)
    return seconds


def span_text(seconds: int | None) -> str:
    """The same as it is written; seconds below a minute are not shown."""
    if seconds is None:
        return ""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(
        part
        for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
        if part
    )
