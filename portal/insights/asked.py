"""What the address of an insights page asks for: whose cases, which days, which view. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.insights.dimensions import KINDS

A_DAY = timedelta(days=1)
EARLIEST, MOST_YEARS = date(2000, 1, 1), 5
LENGTHS = {"month": 1, "quarter": 3, "year": 12}
STAFF_VIEWS = ("overview", "breakdown", "opinion", "workload", "loyalty", "coverage")
CLIENT_VIEWS = ("overview", "breakdown", "opinion", "coverage")
DIMENSIONS = KINDS
HALVES = ("", "quality")
OF_CLIENTS = ("channel", "category", "priority", "stakeholder")
"""By which of them a client's people may break figures down: teams are the provider's own affair."""


@dataclass(frozen=True)
class Asked:
    """Local days [begin, end) of some accounts; `account` is a reference, `mine` and `team` narrow a portfolio; `half` is
    which half of a breakdown.
    """

    begin: date
    end: date
    period: str = "quarter"
    account: str = ""
    mine: bool = False
    team: str = ""
    view: str = "overview"
    by: str = "channel"
    half: str = ""
    children: bool = False
    fault: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str], today: date, *, is_staff: bool) -> "Asked":
        """Read an address; what cannot be is left out, and `fault` says so where it was a date."""
        period, fault = args.get("period", ""), ""
        days = latest("quarter", today)
        if period in LENGTHS:
            days = latest(period, today)
        elif "from" in args or "to" in args:
            own = _between(args.get("from", ""), args.get("to", ""), today)
            period, days, fault = ("own", own, "") if own else ("quarter", days, "dates")
        else:
            period = "quarter"
        by, view, half = (args.get(name, "") for name in ("by", "view", "half"))
        return cls(
            *days,
            period=period,
            account=args.get("account", "")[:60],
            mine=is_staff and args.get("manager") == "me",
            team=args.get("team", "")[:80] if is_staff else "",
            view=view if view in (STAFF_VIEWS if is_staff else CLIENT_VIEWS) else "overview",
            by=by if by in (DIMENSIONS if is_staff else OF_CLIENTS) else "channel",
            half=half if half in HALVES else "",
            children=bool(args.get("account")) and args.get("children") == "1",
            fault=fault,
        )

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - A_DAY

    @property
    def before(self) -> tuple[date, date] | None:
        """The same stretch of time before, where both are whole months."""
        if self.begin.day != 1 or self.end.day != 1:
            return None
        months = month_number(self.end) - month_number(self.begin)
        return month_on(self.begin, -months), self.begin

    def query(self, **changes: object) -> dict[str, Any]:
        """The address of the same page with something changed, defaults left out."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        given = {
            "account": other.account,
            "children": "1" if other.account and other.children else "",
            "manager": "me" if other.mine else "",
            "team": other.team,
            "view": other.view if other.view != "overview" else "",
            "by": other.by if other.view == "breakdown" and other.by != "channel" else "",
            "half": other.half if other.view == "breakdown" else "",
            **other.days,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def days(self) -> dict[str, str]:
        """The period as it stands in an address."""
        if self.period == "own":
            return {"from": self.begin.isoformat(), "to": self.last.isoformat()}
        return {"period": self.period if self.period != "quarter" else ""}

    @property
    def whose(self) -> dict[str, str]:
        """Whose cases, as the address of a list of them says it."""
        given = {
            "account": self.account,
            "children": "1" if self.account and self.children else "",
            "manager": "me" if self.mine else "",
            "team": self.team,
        }
        return {name: value for name, value in given.items() if value}


def latest(period: str, today: date) -> tuple[date, date]:
    """The last month, quarter of the calendar, or twelve months that are over."""
    end = today.replace(day=1)
    if period == "quarter":
        end = end.replace(month=(end.month - 1) // 3 * 3 + 1)
    return month_on(end, -LENGTHS[period]), end


def month_on(day: date, months: int) -> date:
    """The first day of the month so many months on."""
    number = month_number(day) + months
    return date(number // 12, number % 12 + 1, 1)


def month_number(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def day_written(text: str) -> date | None:
    """A date of an address, if it is one that can be asked about."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day < date(2100, 1, 1) else None


def stretch_in_address(begin: date, end: date) -> str:
    """Local days [begin, end) as an address says them: a calendar month or quarter in short, others by both ends."""
    if begin.day == 1 and end == month_on(begin, 1):
        return f"days={begin:%Y-%m}"
    if begin.day == 1 and begin.month % 3 == 1 and end == month_on(begin, 3):
        return f"days={begin.year}-Q{begin.month // 3 + 1}"
    return f"from={begin}&to={end - A_DAY}"


def stretch_given(args: Mapping[str, str]) -> tuple[date, date] | None:
    """The days [begin, end) that an address says in either way, if it does."""
    if short := re.fullmatch(
        r"(20\d\d)-(?:Q([1-4])|(0[1-9]|1[0-2]))", args.get("days", ""), re.ASCII
    ):
        year, quarter, month = short.groups()
        begin = date(int(year), int(month or 3 * int(quarter) - 2), 1)
        return begin, month_on(begin, 1 if month else 3)
    first, last = day_written(args.get("from", "")), day_written(args.get("to", ""))
    return None if first is None or last is None or last < first else (first, last + A_DAY)


def _between(first: str, last: str, today: date) -> tuple[date, date] | None:
    """Both days included; what has not come yet is left out."""
    begin, end = day_written(first), day_written(last)
    if begin is None or end is None or end < begin or end.year - begin.year > MOST_YEARS:
        return None
    end = min(end, today)
    return (begin, end + A_DAY) if begin <= end else None
