"""What is used of a contract's hours or cases, and when they end at this pace (F29), as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func

from portal import clock
from portal.accounts.agreed import Agreed
from portal.accounts.models import Account
from portal.insights.entitled import MINUTES, NEVER, USES, WEEK, of_term, term, used_by_week
from portal.insights.entitlement import entitlement
from portal.insights.pace import Course, pace
from portal.insights.ranks import tenths
from portal.insights.reading import seconds
from portal.insights.shapes import Chart
from portal.sla.models import Unit
from portal.sla.walls import midnight
from portal.web.filters import day, month_name, number
from portal.web.words import gettext as _
from portal.workspace.parts import constant, part

MOST_MONTHS = 7
FAR = timedelta(days=3650)
"""What lasts longer at this pace is not named by its day."""


@dataclass(frozen=True)
class Used:
    """How much of an entitlement is used, in hours to one decimal or in cases.

    `ends_on` is the local day on which it ends at the mean daily use, None without use; `until` is the contract's
    last day, or else its renewal. `far` says that the end lies more than ten years ahead.
    """

    unit: str
    allowed: int
    used: float
    remaining: float
    ends_on: date | None
    until: date | None
    far: bool = False

    @property
    def days_short(self) -> int:
        """How many days before the contract does the entitlement ends; 0 if it lasts."""
        if self.ends_on is None or self.until is None:
            return 0
        return max(0, (self.until - self.ends_on).days)


def entitles(agreed: Agreed) -> bool:
    """Whether something is agreed of which use is counted."""
    return bool(agreed.unit) and agreed.amount is not None


def limits(account: Account, agreed: Agreed | None) -> dict[str, Any]:
    """The values that `used_part` asks for."""
    if agreed is None or not entitles(agreed):
        return {}
    now = clock.now()
    return {**term(_begin(account, agreed), seconds(now)), "known": now}


def used_part(unit: str) -> Select[Any]:
    """What was used since the term began, as a part of a page's one statement."""
    return of_term(
        part("used", state=constant(unit), number=func.coalesce(USES[unit], 0)), Unit(unit)
    )


def used_of(account: Account, agreed: Agreed, amount: int) -> Used:
    """What an amount of cases or minutes used by now means for the entitlement."""
    in_hours = agreed.unit == Unit.HOURS
    begin, now = _begin(account, agreed), seconds(clock.now())
    per_unit = MINUTES if in_hours else 1
    found = entitlement((agreed.amount or 0) * per_unit, [(begin, amount)], begin, now).data
    ends: int | None = found["projected_end"]
    far = ends is not None and ends > min(now + FAR.total_seconds(), NEVER - 1)
    used, remaining = (tenths(found[name], per_unit) or 0 for name in ("used", "remaining"))
    return Used(
        unit=agreed.unit,
        allowed=agreed.amount or 0,
        used=used,
        remaining=remaining,
        ends_on=None if ends is None or far or ends < begin else _day(ends, account),
        until=agreed.last_on or agreed.renewal_on,
        far=far,
    )


def pace_of(account: Account, agreed: Agreed) -> tuple[Used, Chart]:
    """The same from rows, with a picture of its course week by week; one statement."""
    now, begin = clock.now(), _begin(account, agreed)
    weeks = used_by_week(agreed.unit, account.id, begin, seconds(now), now)
    used = used_of(account, agreed, sum(weeks.values()))
    until = _midnight(used.until, account) if used.until else seconds(now)
    course = Course(
        begin=begin,
        until=max(until, seconds(now)),
        points=_points(weeks, begin, seconds(now), MINUTES if agreed.unit == Unit.HOURS else 1),
        allowed=used.allowed,
        projected=_midnight(used.ends_on, account) if used.ends_on else None,
    )
    return used, pace(course, _months(course, account), _words(used))


def _points(
    weeks: Mapping[int, int], begin: int, now: int, per_unit: int
) -> tuple[tuple[int, float], ...]:
    """The sum at the end of each week in which something was used, and now."""
    points, total = [(begin, 0.0)], 0
    for week in sorted(weeks):
        start = begin + week * WEEK
        points.append((max(start, points[-1][0]), total / per_unit))
        total += weeks[week]
        points.append((min(start + WEEK, now), total / per_unit))
    return (*points, (now, total / per_unit))


def _months(course: Course, account: Account) -> list[tuple[int, str]]:
    """The first days of months within the course, at most seven of them, by name."""
    first = _day(course.begin, account).replace(day=1)
    found = []
    while (at := _midnight(first, account)) < course.until:
        if at >= course.begin:
            found.append((at, month_name(first, "short")))
        first = (first + timedelta(days=32)).replace(day=1)
    return found[:: max(1, -(-len(found) // MOST_MONTHS))]


def _words(used: Used) -> tuple[str, str, str, str]:
    amounts = {"used": number(used.used), "allowed": number(used.allowed)}
    if used.unit == Unit.HOURS:
        title = _("%(used)s of %(allowed)s hours used", **amounts)
        agreed = _("%(num)s h agreed", num=amounts["allowed"])
        spent = _("%(num)s h used", num=amounts["used"])
    else:
        title = _("%(used)s of %(allowed)s cases used", **amounts)
        agreed = _("%(num)s cases agreed", num=amounts["allowed"])
        spent = _("%(num)s cases used", num=amounts["used"])
    return title, agreed, spent, day(used.ends_on, "brief") if used.ends_on else ""


def _begin(account: Account, agreed: Agreed) -> int:
    return _midnight(agreed.begins_on or agreed.today, account)


def _midnight(local: date, account: Account) -> int:
    return midnight(local, ZoneInfo(account.timezone))


def _day(at: int, account: Account) -> date:
    return datetime.fromtimestamp(at, ZoneInfo(account.timezone)).date()
