"""The month rows of accounts: kept in the writing transaction, rebuilt from what happened."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Text, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

from portal.accounts.models import Account
from portal.cases.events import (
    CaseAbsorbed,
    CaseMerged,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    MessagePosted,
)
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db, opened
from portal.events import Event, Recorded
from portal.insights.busy_hours import QUARTER
from portal.insights.models import AccountMonth
from portal.jobs.queue import insert_for

Rows = Select[*tuple[Any, ...]]
SLOTS = 168
WHY = "sums by account and month"
COUNTED: dict[type[Any], str] = {
    CaseOpened: "opened",
    CaseResolved: "resolved",
    CaseReopened: "reopened",
    MessagePosted: "hours",
}
MERGES = (CaseMerged, CaseAbsorbed)
AT_ONCE = 500
Key = tuple[int, date]


@dataclass
class Sums:
    """What one account did in one month."""

    opened: int = 0
    resolved: int = 0
    reopened: int = 0
    hours: list[int] = field(default_factory=lambda: [0] * SLOTS)


def apply(recorded: Recorded) -> None:
    """Count one event in its account's month; a projection, safe only once for each event."""
    event = recorded.event
    what = COUNTED.get(type(event))
    if what is None or (what == "hours" and (event.side != Side.CLIENT or event.internal)):
        return
    zone = _zone_of_counted(event.account_id, event.case_id)
    if zone is not None:
        _add(event.account_id, what, *_place(recorded.occurred_at, zone))


def follow_merge(recorded: Recorded) -> None:
    """Take a case that was merged away out of the sums, or let the other one be opened when the earlier was (C4)."""
    event = recorded.event
    zone = _zone_of_counted(event.account_id, event.case_id)
    if zone is None:
        return
    wanted = opened(select(Case.opened_at).where(Case.id == event.case_id), Case, why=WHY)
    changes = [("opened", db.session.scalars(wanted).one(), 1)]
    if isinstance(event, CaseAbsorbed):
        changes.append(("opened", datetime.fromisoformat(event.opened_at), -1))
    else:
        turns = {kind.__name__: COUNTED[kind] for kind in (CaseResolved, CaseReopened)}
        done = select(Event.kind, Event.occurred_at).where(
            Event.case_id == event.case_id, Event.kind.in_(turns)
        )
        rows = db.session.execute(opened(done, Event, why=WHY))
        changes = [(what, at, -1) for what, at, _ in changes]
        changes += [(turns[kind], at, -1) for kind, at in rows]
    for what, at, number in changes:
        _add(event.account_id, what, *_place(at, zone), number)


def _zone_of_counted(account_id: int, case_id: int) -> str | None:
    """The account's time zone, or None when the case is none that figures count (C4)."""
    counted = select(Case.id).where(Case.id == case_id, Case.kind == Kind.NORMAL)
    statement = select(Account.timezone).where(Account.id == account_id, counted.exists())
    return db.session.scalar(opened(statement, Account, Case, why=WHY))


def _add(account_id: int, what: str, month: date, slot: int, number: int = 1) -> None:
    dialect = db.session.get_bind().dialect.name
    table = AccountMonth.__table__
    first = Sums()
    if what == "hours":
        first.hours[slot] = 1
        change: dict[str, Any] = {"hours": _one_more(dialect, slot)}
    else:
        setattr(first, what, number)
        change = {what: table.c[what] + number}
    insert = insert_for(dialect)(table).values(account_id=account_id, month=month, **vars(first))
    insert = insert.on_conflict_do_update(index_elements=["account_id", "month"], set_=change)
    db.session.execute(opened(insert, AccountMonth, why=WHY))


def _one_more(dialect: str, slot: int) -> ColumnElement[Any]:
    """The stored hours with one of the counters a step further, worked out by the database."""
    hours = AccountMonth.__table__.c.hours
    if dialect == "postgresql":
        more = func.to_jsonb(cast(hours, JSONB)[slot].as_integer() + 1)
        return cast(func.jsonb_set(cast(hours, JSONB), cast([str(slot)], ARRAY(Text)), more), JSON)
    path = f"$[{slot}]"
    return func.json_set(hours, path, func.json_extract(hours, path) + 1, type_=hours.type)


def rebuild(account_ids: Sequence[int] | None = None) -> int:
    """Write the rows of the accounts (all when None) anew from cases, events and messages; how many there are.

    Part of the caller's transaction.
    """
    written = 0
    for some in _portions(account_ids):
        gone = delete(AccountMonth).execution_options(synchronize_session=False)
        if some is not None:
            gone = gone.where(AccountMonth.account_id.in_(some))
        db.session.execute(opened(gone, AccountMonth, why=WHY))
        rows = [_row(key, sums) for key, sums in sorted(_counted(some).items())]
        if rows:
            db.session.execute(opened(AccountMonth.__table__.insert(), AccountMonth, why=WHY), rows)
        written += len(rows)
    return written


def check() -> list[Key]:
    """Accounts and months whose kept row is not what a rebuild would write; empty when all is well."""
    statement = opened(select(AccountMonth.__table__), AccountMonth, why=WHY)
    kept = {(row.account_id, row.month): Sums(*row[2:]) for row in db.session.execute(statement)}
    right = _counted(None)
    return sorted(
        key for key in kept.keys() | right.keys() if kept.get(key, Sums()) != right.get(key, Sums())
    )


def _portions(account_ids: Sequence[int] | None) -> Iterator[Sequence[int] | None]:
    if account_ids is None:
        yield None
        return
    for start in range(0, len(account_ids), AT_ONCE):
        yield account_ids[start : start + AT_ONCE]


def _row(key: Key, sums: Sums) -> dict[str, Any]:
    return {"account_id": key[0], "month": key[1], **vars(sums)}


def _counted(some: Sequence[int] | None) -> dict[Key, Sums]:
    """Every month's sums from the history; memory grows with accounts and months, not with cases."""
    zones = _zones(some)
    found: dict[Key, Sums] = {}

    def sums(account_id: int, at: datetime) -> tuple[Sums, int]:
        month, slot = _place(at, zones[account_id])
        return found.setdefault((account_id, month), Sums()), slot

    for account_id, at in _stream(_openings(some)):
        sums(account_id, at)[0].opened += 1
    for account_id, at in _stream(_moves(some, "CaseResolved")):
        sums(account_id, at)[0].resolved += 1
    for account_id, at in _stream(_moves(some, "CaseReopened")):
        sums(account_id, at)[0].reopened += 1
    for account_id, at in _stream(_client_words(some)):
        month, slot = sums(account_id, at)
        month.hours[slot] += 1
    return found


def _zones(some: Sequence[int] | None) -> dict[int, str]:
    statement = _of(some, select(Account.id, Account.timezone), Account.id)
    return {row.id: row.timezone for row in db.session.execute(opened(statement, Account, why=WHY))}


def _openings(some: Sequence[int] | None) -> Rows:
    statement = select(Case.account_id, Case.opened_at).where(Case.kind == Kind.NORMAL)
    return _of(some, statement, Case.account_id)


def _moves(some: Sequence[int] | None, kind: str) -> Rows:
    statement = select(Event.account_id, Event.occurred_at).where(
        Event.kind == kind, Event.account_id.is_not(None), Event.case_id.not_in(_uncounted())
    )
    return _of(some, statement, Event.account_id)


def _client_words(some: Sequence[int] | None) -> Rows:
    statement = select(Message.account_id, Message.occurred_at).where(
        Message.side == Side.CLIENT,
        Message.internal.is_(False),
        Message.case_id.not_in(_uncounted()),
    )
    return _of(some, statement, Message.account_id)


def _uncounted() -> Any:
    return select(Case.id).where(Case.kind != Kind.NORMAL)


def _of(some: Sequence[int] | None, statement: Rows, column: Any) -> Rows:
    return statement if some is None else statement.where(column.in_(some))


def _stream(statement: Rows) -> Iterable[Any]:
    marked = opened(statement, Case, Event, Message, why=WHY)
    return db.session.execute(marked, execution_options={"yield_per": 5000})


def _place(at: datetime, zone: str) -> tuple[date, int]:
    """The local month and hour of the week in which an instant lies."""
    return _local(int(at.timestamp()) // QUARTER, zone)


@lru_cache(maxsize=100_000)
def _local(quarter: int, zone: str) -> tuple[date, int]:
    local = datetime.fromtimestamp(quarter * QUARTER, ZoneInfo(zone))
    return date(local.year, local.month, 1), local.weekday() * 24 + local.hour
