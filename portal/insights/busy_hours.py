"""When clients write: F17 busiest hours. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Report
from portal.sla.calendars import WEEKDAYS

QUARTER = 900
"""No zone's offset is finer than a quarter of an hour since 1972, so one look serves all its seconds."""


def busiest(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F17: inbound client messages, calls and chats by local weekday and hour; only cells that are not empty."""
    found = [(at, case.ref) for case in cases for at in case.inbound if report.counts(case, at)]
    cells = Counter[int]()
    for slot, n in by_hour((at for at, _ in found), report.zone).items():
        cells[slot] += n
    named = {f"{WEEKDAYS[slot // 24]}-{slot % 24:02d}": n for slot, n in sorted(cells.items())}
    return Figure(named, refs([ref for _, ref in found]))


def by_hour(instants: Iterable[int], zone: ZoneInfo) -> Counter[int]:
    """Counts by slot 0 (Monday 00) to 167 (Sunday 23) of local time."""
    slots = Counter[int]()
    for quarter, n in Counter(at // QUARTER for at in instants).items():
        slots[slot_of(quarter * QUARTER, zone)] += n
    return slots


def slot_of(instant: int, zone: ZoneInfo) -> int:
    """The hour of the local week in which an instant lies, Monday 00 being 0."""
    local = datetime.fromtimestamp(instant, zone)
    return local.weekday() * 24 + local.hour
