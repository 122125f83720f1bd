"""`portal sla check`: the clocks of case files, in memory."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.sla.calendars import Calendar, CalendarFault, calendar_of
from portal.sla.case_files import CaseFileFault, document, instant, seconds
from portal.sla.clocks import CaseClock, Pause, stretches

SCHEMA = "portal.sla/1"
PRIORITY = ""
"""Case files of clocks know no priorities."""


def check(path: Path) -> dict[str, Any]:
    """What the clock of every case of a file shows, and the instants at which its target is reached and missed.

    Raises: CaseFileFault with one line on what is wrong with the file.
    """
    found = document(path, SCHEMA)
    try:
        calendars = calendars_of(found["calendars"])
        return {"results": [_named_result(case, calendars) for case in found["cases"]]}
    except KeyError as error:
        raise CaseFileFault(f"{path.name}: {error.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise CaseFileFault(f"{path.name}: not in the shape of {SCHEMA}") from None
    except ValueError as error:
        raise CaseFileFault(f"{path.name}: {error}") from None


def calendars_of(found: Mapping[str, Any]) -> dict[str, Calendar]:
    """The calendars of a case file by name.

    Raises: CalendarFault.
    """
    calendars = {}
    for name, written in found.items():
        try:
            calendars[name] = calendar_of(written)
        except CalendarFault as error:
            raise CalendarFault(f"calendar {name!r}: {error}") from None
    return calendars


def _named_result(case: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> dict[str, Any]:
    name = case["id"]
    try:
        return {"id": name, **_result(case, calendars)}
    except KeyError as error:
        raise CaseFileFault(f"case {name!r}: {error.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise CaseFileFault(f"case {name!r}: not in the shape of {SCHEMA}") from None
    except ValueError as error:
        raise CaseFileFault(f"case {name!r}: {error}") from None


def _result(case: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> dict[str, Any]:
    """A target of 0 seconds is one: it is met until the first open second is over (C7)."""
    calendar = calendars[case["calendar"]]
    start, at = instant(case["start"]), instant(case["at"])
    target = seconds(case["target_seconds"], least=0)
    pauses = [_pause(found) for found in case["pauses"]]
    clock = CaseClock(stretches(start, PRIORITY, pauses=pauses), lambda priority: calendar)
    shown = clock.seconds(start, at)
    return {
        "business_seconds": calendar.seconds(start, at),
        "paused_seconds": clock.paused(start, at),
        "clock_seconds": shown,
        "met": shown <= target,
        "reached_at": _written(clock.reached(start, target)),
        "deadline": _written(clock.limit(start, lambda priority: target)),
    }


def _pause(found: Sequence[str | None]) -> Pause:
    if len(found) != 2 or found[0] is None:
        raise CaseFileFault(f"{found!r} is not a pause: its begin, and its end or null")
    begin, end = instant(found[0]), None if found[1] is None else instant(found[1])
    if end is not None and end < begin:
        raise CaseFileFault(f"a pause ends at {found[1]}, before it begins")
    return Pause(begin, end, reason="")


def _written(found: int | None) -> str | None:
    if found is None:
        return None
    return datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
