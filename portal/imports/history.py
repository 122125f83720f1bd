"""What a log's rows mean for one case: its lifecycle, told as events. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from portal.cases.models import Priority, Status
from portal.imports.events import ActivityLogged
from portal.imports.spool import LogRow

DONE = frozenset({Status.RESOLVED, Status.CLOSED})


@dataclass(frozen=True)
class Happened:
    """One event to be written, without its case."""

    kind: str
    at: datetime
    staff: str | None
    payload: dict[str, Any]


@dataclass
class CaseState:
    """Where a case stands while its rows are told one after another; `status` None: not opened."""

    status: Status | None = None
    owner_id: int | None = None
    priority: Priority = Priority.NORMAL
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopens: int = 0


class PastChanged(Exception):
    """A row lies before what was imported earlier; the log of events is not rewritten."""

    def __init__(self, row: LogRow) -> None:
        super().__init__(row.line)
        self.row = row


def digests(rows: Sequence[LogRow]) -> list[str]:
    """A short print of each row; equal rows of a case differ by how many came before."""
    seen: Counter[str] = Counter()
    prints = []
    for row in rows:
        text = "\x1f".join((row.at.isoformat(), row.activity, row.staff or "", row.body or ""))
        seen[text] += 1
        whole = f"{text}\x1f{seen[text]}"
        prints.append(blake2b(whole.encode("utf-8", "replace"), digest_size=9).hexdigest())
    return prints


def unknown_rows(
    rows: Sequence[LogRow], known: set[str], last: datetime | None
) -> list[tuple[LogRow, str]]:
    """The rows, with their prints, that an earlier import did not bring.

    Raises: PastChanged when one of them lies before what that import brought.
    """
    new: list[tuple[LogRow, str]] = []
    for row, digest in zip(rows, digests(rows), strict=True):
        if digest not in known:
            new.append((row, digest))
        elif new:
            raise PastChanged(new[0][0])
    if new and last is not None and new[0][0].at < last:
        raise PastChanged(new[0][0])
    return new


def tell(state: CaseState, row: LogRow, digest: str, opening: dict[str, Any]) -> Iterator[Happened]:
    """The events of one row, in order; `state` moves on with them."""

    def happened(kind: str, **payload: Any) -> Happened:
        return Happened(kind, row.at, row.staff, payload)

    status = Status(row.status)
    if state.status is None:
        yield happened("CaseOpened", **opening)
        state.status = Status.OPEN
    yield happened(ActivityLogged.__name__, activity=row.activity, status=status.value, row=digest)
    if state.status in DONE and status not in DONE:
        yield happened("CaseReopened", old=state.status.value, new="open", reason=row.activity)
        state.status, state.resolved_at, state.closed_at = Status.OPEN, None, None
        state.reopens += 1
    if status in DONE and state.status not in DONE:
        yield happened("CaseResolved", old=state.status.value, reason=row.activity)
        state.status, state.resolved_at = Status.RESOLVED, row.at
    if status is not state.status:
        if status is Status.CLOSED:
            yield happened("CaseClosed", old=state.status.value, reason=row.activity)
            state.closed_at = row.at
        else:
            yield happened(
                "StatusChanged", old=state.status.value, new=status.value, reason=row.activity
            )
            state.closed_at = None
        state.status = status


def hand_over(state: CaseState, row: LogRow, owner_id: int | None) -> Iterator[Happened]:
    """The change of owner that a row brings, if it names another staff person."""
    if owner_id is not None and owner_id != state.owner_id:
        payload = {"old_id": state.owner_id, "new_id": owner_id}
        yield Happened("OwnerChanged", row.at, row.staff, payload)
        state.owner_id = owner_id


def rerank(state: CaseState, row: LogRow, priority: Priority | None) -> Iterator[Happened]:
    """The change of priority that a row brings, if its priority is mapped and another."""
    if priority is not None and priority is not state.priority:
        payload = {"old": state.priority.value, "new": priority.value}
        yield Happened("PriorityChanged", row.at, row.staff, payload)
        state.priority = priority


def last_value(rows: Sequence[LogRow], column: str) -> str | None:
    """The last value of a column that is not empty."""
    return next((v for row in reversed(rows) if (v := getattr(row, column)) is not None), None)
