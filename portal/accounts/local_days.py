"""The present local date of many accounts at once, inside one statement."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import CTE, ColumnElement, Date, bindparam, case, select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import through
from portal.db.many import Among, Texts

A_DAY = timedelta(days=1)
QUARTER = 900
"""Seconds; days begin and end on a quarter of an hour in every zone."""


def shifts(actor: Actor) -> CTE:
    """By id of the actor's accounts how many days their date is from that in UTC: −1, 0 or 1."""
    behind = Among(Account.timezone, bindparam("zones_behind", type_=Texts))
    ahead = Among(Account.timezone, bindparam("zones_ahead", type_=Texts))
    shift = case((behind, -1), (ahead, 1), else_=0).label("shift")
    found = through(select(Account.id, shift), Account, actor).cte("local_days")
    return found.prefix_with("MATERIALIZED", dialect="postgresql")


def local_date(days: CTE, name: str) -> ColumnElement[Any]:
    """The present date of the account of a row of `shifts`, moved by the days said for a name."""
    before, on, after = (
        bindparam(f"{name}_{part}", type_=Date) for part in ("before", "on", "after")
    )
    return case((days.c.shift == -1, before), (days.c.shift == 1, after), else_=on)


def dates(**moved: timedelta) -> dict[str, Any]:
    """The values that `shifts` and `local_date` ask for now, by name so many days from the present date."""
    now = clock.now()
    found: dict[str, Any] = {
        f"zones_{which}": names
        for which, names in _zones_elsewhere(int(now.timestamp()) // QUARTER).items()
    }
    for name, by in moved.items():
        day = now.date() + by
        found |= {f"{name}_before": day - A_DAY, f"{name}_on": day, f"{name}_after": day + A_DAY}
    return found


@lru_cache(2)
def _zones_elsewhere(quarter: int) -> Mapping[str, list[str]]:
    """The names of the zones in which it is another day than in UTC."""
    now = datetime.fromtimestamp(quarter * QUARTER, UTC)
    today = now.date()
    days = {name: now.astimezone(zone).date() for name, zone in _zones()}
    return {
        "behind": sorted(name for name, day in days.items() if day < today),
        "ahead": sorted(name for name, day in days.items() if day > today),
    }


@lru_cache(1)
def _zones() -> tuple[tuple[str, ZoneInfo], ...]:
    return tuple((name, ZoneInfo(name)) for name in available_timezones())
