"""What the demonstration's accounts have agreed: three plans, hours round the clock and with a lunch break."""

from portal import clock
from portal.db import db
from portal.sla.models import (
    BusinessCalendar,
    CalendarVersion,
    PlanTarget,
    PlanVersion,
    ServicePlan,
)

HOUR = 3600
ALWAYS = [[[0, 1440]]] * 7
OFFICE = [*[[[540, 780], [840, 1080]]] * 5, [], []]
LEVELS = [
    {"percent": 70, "tell": ["owner"]},
    {"percent": 90, "tell": ["owner", "manager"]},
    {"percent": 110, "tell": ["manager", "lead"]},
]
PLANS: dict[str, tuple[str, dict[str, tuple[int, int | None, int | None]]]] = {
    "gold": (
        "round the clock",
        {
            "urgent": (1, 6, 48),
            "high": (4, 14, 240),
            "normal": (8, 48, 480),
            "low": (16, 72, 960),
        },
    ),
    "silver": (
        "office hours",
        {"urgent": (2, 9, 24), "high": (4, 18, 60), "normal": (8, 36, 120), "low": (16, None, 240)},
    ),
    "bronze": (
        "office hours",
        {
            "urgent": (4, None, 48),
            "high": (8, None, 120),
            "normal": (16, None, 240),
            "low": (32, None, None),
        },
    ),
}
"""Calendar, and hours of first response, next response and resolution by priority."""


def agree() -> None:
    """Write calendars and plans, in force from ever."""
    calendars = {
        "round the clock": _calendar("Round the clock", ALWAYS),
        "office hours": _calendar("Office hours, Porto", OFFICE),
    }
    for name, (calendar, targets) in PLANS.items():
        plan = ServicePlan(name=name, levels=LEVELS, created_at=clock.now())
        db.session.add(plan)
        db.session.flush()
        version = PlanVersion(
            plan_id=plan.id, calendar_id=calendars[calendar].id, created_at=clock.now()
        )
        db.session.add(version)
        db.session.flush()
        db.session.add_all(
            _target(version, priority, *hours) for priority, hours in targets.items()
        )
    db.session.flush()


def _calendar(name: str, weekly: list[list[list[int]]]) -> BusinessCalendar:
    calendar = BusinessCalendar(
        name=name, timezone="Europe/Lisbon", country="PT", created_at=clock.now()
    )
    db.session.add(calendar)
    db.session.flush()
    db.session.add(CalendarVersion(calendar_id=calendar.id, weekly=weekly, created_at=clock.now()))
    return calendar


def _target(
    version: PlanVersion, priority: str, response: int, following: int | None, solved: int | None
) -> PlanTarget:
    return PlanTarget(
        version_id=version.id,
        priority=priority,
        response_seconds=response * HOUR,
        next_response_seconds=following and following * HOUR,
        resolution_seconds=solved and solved * HOUR,
    )
