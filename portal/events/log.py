"""Publishing: one row in the log, one job per reaction, projections at once, all in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.events.models import Event
from portal.jobs.queue import enqueue

Reaction = Callable[..., None]


@dataclass(frozen=True)
class Happening:
    """Base of every event: which account it belongs to, if any."""

    account_id: int | None


@dataclass(frozen=True)
class Recorded:
    """An event together with where and when it was recorded; what projections and reactions receive.

    `user_id` is the person behind it, None for the system; `by` is their name, which reactions do not know.
    """

    id: int
    event: Any
    occurred_at: datetime
    user_id: int | None = None
    by: str = ""


_reactions: dict[type[Any], Sequence[Reaction]] = {}
_projections: dict[type[Any], Sequence[Reaction]] = {}


def wire(
    reactions: Mapping[type[Any], Sequence[Reaction]],
    projections: Mapping[type[Any], Sequence[Reaction]],
) -> None:
    """Install the two tables of `wiring.py`."""
    _reactions.clear()
    _reactions.update(reactions)
    _projections.clear()
    _projections.update(projections)


def publish(event: Happening, *, by: Actor, occurred_at: datetime | None = None) -> Event:
    """Write the event to the log, run its projections and order its reactions.

    The event's fields become the payload; `account_id` and `case_id` become columns.
    """
    now = clock.now()
    payload = {
        key: _plain(value)
        for key, value in asdict(event).items()
        if key not in ("account_id", "case_id")
    }
    account_id = event.account_id
    row = Event(
        account_id=account_id,
        case_id=getattr(event, "case_id", None),
        kind=type(event).__name__,
        occurred_at=occurred_at or now,
        recorded_at=now,
        user_id=by.user_id,
        stakeholder_id=by.stakeholder_ids.get(account_id) if account_id else None,
        payload=payload,
    )
    db.session.add(row)
    db.session.flush()
    recorded = Recorded(row.id, event, row.occurred_at, by.user_id, by.name)
    for project in _projections.get(type(event), ()):
        project(recorded)
    for reaction in _reactions.get(type(event), ()):
        name = _name(reaction)
        enqueue("react", {"reaction": name, "event": row.id}, unique_key=f"react:{row.id}:{name}")
    return row


def react(payload: dict[str, Any]) -> None:
    """Run one reaction to a recorded event; the job that `publish` ordered.

    Raises: LookupError when the reaction is no longer wired.
    """
    statement = Event.unscoped("a reaction to an event").where(Event.id == payload["event"])
    row = db.session.scalars(statement).one()
    for kind, reactions in _reactions.items():
        for reaction in reactions:
            if kind.__name__ == row.kind and _name(reaction) == payload["reaction"]:
                reaction(Recorded(row.id, _event(kind, row), row.occurred_at, row.user_id))
                return
    raise LookupError(f"nothing is wired as {payload['reaction']} to {row.kind}")


def _event(kind: type[Any], row: Event) -> Any:
    columns = {"account_id": row.account_id}
    if "case_id" in kind.__dataclass_fields__:
        columns["case_id"] = row.case_id
    return kind(**columns, **row.payload)


def _name(reaction: Reaction) -> str:
    return f"{reaction.__module__}.{reaction.__name__}"


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
