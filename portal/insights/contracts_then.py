"""Contracts as they were recorded at an instant (C2): what was written down or corrected since is left out or undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.events import Event
from portal.insights.reading import Span
from portal.sla.events import ContractChanged
from portal.sla.models import Contract

DATES = ("begins_on", "ends_on", "renewal_on", "notice_on")


@dataclass(frozen=True)
class Written:
    """What figures read of a contract."""

    id: int
    account_id: int
    begins_on: date
    ends_on: date | None
    renewal_on: date | None
    notice_on: date | None
    value_minor: int | None
    currency: str
    entitlement_unit: str
    entitlement: int | None
    response_level: int | None
    next_response_level: int | None
    resolution_level: int | None
    credit: int | None
    credit_cap: int | None
    credit_stretch: str

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a local date."""
        return self.begins_on <= day and (self.ends_on is None or day < self.ends_on)


NAMES = tuple(one.name for one in fields(Written))


def contracts_at(span: Span) -> Sequence[Written]:
    """The contracts of a span's accounts, the earliest first; one statement, two when looking back.

    A correction made before the log kept what it replaced cannot be undone.
    """
    statement = select(*(getattr(Contract, name) for name in NAMES))
    if span.past:
        statement = statement.where(Contract.created_at <= span.as_of)
    rows = db.session.execute(span.of(statement, Contract))
    found = {row.id: Written(**row._mapping) for row in rows}
    for contract_id, old in _corrections(span) if span.past else ():
        if contract_id in found:
            found[contract_id] = replace(found[contract_id], **_values(old))
    return sorted(found.values(), key=lambda one: (one.begins_on, one.id))


def _corrections(span: Span) -> Sequence[tuple[int, Mapping[str, Any]]]:
    """What corrections recorded since replaced, the last first."""
    statement = select(Event.payload).where(
        Event.kind == ContractChanged.__name__, Event.recorded_at > span.as_of
    )
    rows = db.session.scalars(span.of(statement.order_by(Event.id.desc()), Event))
    return [(one["contract_id"], one.get("old", {})) for one in rows]


def _values(old: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in DATES and value else value
        for name, value in old.items()
        if name in NAMES
    }
