"""F29 from rows: how much of what a contract entitles to has been used."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import aliased

from portal.cases.events import TimeSpent
from portal.cases.models import Case, Kind
from portal.db import AnySelect, UtcDateTime, db, opened
from portal.db.instants import Epoch
from portal.events import Event
from portal.insights.attainment import written
from portal.insights.contracts_then import Written, contracts_at
from portal.insights.entitlement import entitlement
from portal.insights.figure import Figure
from portal.insights.ranks import tenths
from portal.insights.reading import Span, instant, seconds
from portal.sla.models import Unit
from portal.sla.walls import midnight

MINUTES = 60
"""Hours are counted in the minutes that staff note."""

WEEK = 604_800
NEVER = 253_402_300_800
"""The year 10,000: what lasts longer has no end."""
NONE = {"unit": None, "used": None, "remaining": None, "projected_end": None}
WHY = "sums of what is used of a contract, for those who may see it"

_account = bindparam("account", type_=Integer)
_begin = bindparam("begin", type_=Integer)
_since, _until, _known = (
    bindparam(name, type_=UtcDateTime) for name in ("since", "until", "known")
)


def entitlement_of(span: Span, account_id: int, zone: ZoneInfo) -> Figure:
    """F29 of an account's contract in force at the end of the period, or at the as-of instant if that is earlier.

    In cases: those of kind normal opened since the term began. In hours, to one decimal: the time that staff noted
    on such cases since, what was taken back taken off. Nothing is known without such a contract.

    Source: F29 of the definitions page; that now is P1 is our reading of it.
    """
    now = min(seconds(span.end), seconds(span.as_of))
    contract = _contract(span, account_id, zone, now)
    if contract is None:
        return Figure(NONE)
    begin = midnight(contract.begins_on, zone)
    used = sum(used_by_week(contract.entitlement_unit, account_id, begin, now, span.as_of).values())
    in_hours = contract.entitlement_unit == Unit.HOURS
    allowed = (contract.entitlement or 0) * (MINUTES if in_hours else 1)
    data = entitlement(allowed, [(begin, used)], begin, now).data
    ends = data["projected_end"]
    amounts = {name: data[name] for name in ("used", "remaining")}
    if in_hours:
        amounts = {name: tenths(amount, MINUTES) for name, amount in amounts.items()}
    return Figure(
        {
            "unit": contract.entitlement_unit,
            **amounts,
            "projected_end": written(ends) if ends is not None and 0 <= ends < NEVER else None,
        }
    )


def used_by_week(
    unit: str, account_id: int, begin: int, until: int, known_at: Any
) -> Mapping[int, int]:
    """What was used since a term began: cases, or minutes, by the number of the week in it; one statement."""
    week = (Epoch(USED_AT[unit]) - _begin) // WEEK
    statement = select(week.label("week"), USES[unit].label("used")).group_by(week)
    wanted = {"account": account_id, "begin": begin, **term(begin, until), "known": known_at}
    rows = db.session.execute(of_term(statement, unit), wanted)
    return {int(row.week): int(row.used) for row in rows}


def term(begin: int, until: int) -> dict[str, Any]:
    """The limits of a term as `of_term` wants them."""
    return {"since": instant(begin), "until": instant(until)}


def of_term(statement: AnySelect, unit: str) -> AnySelect:
    """The statement over cases, or over notes of time on them and on what became part of them, of `account` in a term, as `known` at an instant."""
    at, model = USED_AT[unit], Event if unit == Unit.HOURS else Case
    if unit == Unit.HOURS:
        noted_on = aliased(Case)
        statement = statement.join(noted_on, noted_on.id == Event.case_id)
        stands = func.coalesce(noted_on.merged_into_id, noted_on.id)
        statement = statement.join(Case, Case.id == stands)
        statement = statement.where(Event.kind == TimeSpent.__name__)
    statement = statement.where(
        model.account_id == _account,
        at >= _since,
        at < _until,
        model.recorded_at <= _known,
        Case.kind == Kind.NORMAL,
    )
    return opened(statement, Case, Event, why=WHY)


USED_AT: Mapping[str, Any] = {Unit.HOURS: Event.occurred_at, Unit.CASES: Case.opened_at}
USES: Mapping[str, Any] = {
    Unit.HOURS: func.sum(Event.payload["minutes"].as_integer()),
    Unit.CASES: func.count(Case.id),
}


def _contract(span: Span, account_id: int, zone: ZoneInfo, now: int) -> Written | None:
    """The latest one in force on the local day before that instant, if it entitles to so many hours or cases."""
    day = instant(now - 1).astimezone(zone).date()
    held = [
        one for one in contracts_at(replace(span, account_ids=[account_id])) if one.in_force(day)
    ]
    found = held[-1] if held else None
    return found if found and found.entitlement_unit and found.entitlement is not None else None
