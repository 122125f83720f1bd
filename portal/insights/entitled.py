"""F29 from rows: how much of what a contract entitles to has been used."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from portal.cases.models import Case, Kind
from portal.db import db
from portal.insights.attainment import written
from portal.insights.entitlement import entitlement
from portal.insights.figure import Figure
from portal.insights.gathering import gather
from portal.insights.history import Report
from portal.insights.ranks import tenths
from portal.insights.reading import Span, instant, seconds
from portal.insights.speed import clock, resolutions
from portal.sla.models import Contract, Unit
from portal.sla.walls import midnight

HOUR = 3600
NEVER = 253_402_300_800
"""The year 10,000: what lasts longer has no end."""
NONE = {"unit": None, "used": None, "remaining": None, "projected_end": None}


def entitlement_of(span: Span, account_id: int, zone: ZoneInfo) -> Figure:
    """F29 of an account's contract in force at the end of the period, or at the as-of instant if that is earlier.

    In cases: those of kind normal opened since the term began. In hours, to one decimal: the contract clock (F10)
    of every resolution since. Nothing is known without such a contract.

    Source: F29 of the definitions page; that hours are those of F10, and that now is P1, is our reading of it.
    """
    now = min(seconds(span.end), seconds(span.as_of))
    contract = _contract(span, account_id, zone, now)
    if contract is None:
        return Figure(NONE)
    begin = midnight(contract.begins_on, zone)
    term = replace(span, account_ids=[account_id], begin=instant(begin), end=instant(now))
    in_hours = contract.entitlement_unit == Unit.HOURS
    used = sum(_seconds(term, zone) if in_hours else [_cases(term)])
    allowed = contract.entitlement * (HOUR if in_hours else 1)
    data = entitlement(allowed, [(begin, used)], begin, now).data
    ends = data["projected_end"]
    amounts = {name: data[name] for name in ("used", "remaining")}
    if in_hours:
        amounts = {name: tenths(amount, HOUR) for name, amount in amounts.items()}
    return Figure(
        {
            "unit": contract.entitlement_unit,
            **amounts,
            "projected_end": written(ends) if ends is not None and 0 <= ends < NEVER else None,
        }
    )


def _contract(span: Span, account_id: int, zone: ZoneInfo, now: int) -> Any | None:
    """The latest one in force on the local day before that instant, if it entitles to so many hours or cases."""
    day = instant(now - 1).astimezone(zone).date()
    columns = (Contract.begins_on, Contract.entitlement_unit, Contract.entitlement)
    statement = (
        select(*columns)
        .where(Contract.account_id == account_id, Contract.begins_on <= day)
        .where(or_(Contract.ends_on.is_(None), Contract.ends_on > day))
        .order_by(Contract.begins_on.desc(), Contract.id.desc())
        .limit(1)
    )
    found = db.session.execute(span.of(statement, Contract)).first()
    return found if found and found.entitlement_unit and found.entitlement is not None else None


def _cases(term: Span) -> int:
    opened = select(func.count(Case.id)).where(
        Case.kind == Kind.NORMAL, Case.recorded_at <= term.as_of, term.during(Case.opened_at)
    )
    return db.session.scalar(term.of(opened, Case)) or 0


def _seconds(term: Span, zone: ZoneInfo) -> Iterator[int]:
    report = Report(seconds(term.begin), seconds(term.end), seconds(term.as_of), zone)
    for case, one in resolutions(report, gather(term).histories):
        yield clock(report, case, one.begin, one.end)
