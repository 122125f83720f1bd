"""Writing down, moving, doing and dropping commitments."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.commitments.drafts import Draft
from portal.commitments.events import (
    CommitmentChanged,
    CommitmentDone,
    CommitmentDropped,
    CommitmentMade,
    CommitmentReopened,
)
from portal.commitments.models import Commitment, Entry, Outcome, Party
from portal.db import db
from portal.events import publish
from portal.sla.walls import midnight

ONE_DAY = timedelta(days=1)
LETTERS = {
    Entry.COMMITMENT: "A",
    Entry.DECISION: "D",
    Entry.IMPROVEMENT: "M",
    Entry.REQUIREMENT: "G",
}
"""What the references of each kind begin with: action, decision, measure, goal."""


class CommitmentClosed(Exception):
    """It was done or dropped already; the message is its reference."""


class NotClosed(Exception):
    """It is open; there is nothing to take up again."""


class ReasonMissing(Exception):
    """Nothing is dropped without saying why."""


def end_of(day: date | None, timezone: str) -> datetime | None:
    """The last second of a local day; what is done by then is in time."""
    if day is None:
        return None
    return datetime.fromtimestamp(midnight(day + ONE_DAY, ZoneInfo(timezone)) - 1, UTC)


def make_commitment(account: Account, draft: Draft, *, by: Actor) -> Commitment:
    """Write down what a side promised.

    Publishes: CommitmentMade.
    """
    row = Commitment(
        account_id=account.id,
        ref=f"~{secrets.token_hex(8)}",
        due_at=end_of(draft.due_on, account.timezone),
        created_at=clock.now(),
        created_by_id=by.user_id,
        **_columns(draft),
        case_id=draft.case_id,
    )
    db.session.add(row)
    db.session.flush()
    row.ref = f"{LETTERS[draft.kind]}-{row.id}"
    db.session.flush()
    made = CommitmentMade(
        account.id, commitment_id=row.id, kind=row.kind, side=row.side, due_on=_day(row.due_on)
    )
    publish(made, by=by)
    return row


def change_commitment(account: Account, row: Commitment, draft: Draft, *, by: Actor) -> Commitment:
    """Correct or move an open one.

    Raises: CommitmentClosed. Publishes: CommitmentChanged if anything changed.
    """
    _require_open(row)
    columns = _columns(draft)
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    old = _day(row.due_on)
    for name in changed:
        setattr(row, name, columns[name])
    if "figure" in changed:
        row.before = ""
    row.due_at = end_of(row.due_on, account.timezone)
    if changed:
        event = CommitmentChanged(
            row.account_id,
            commitment_id=row.id,
            fields=changed,
            old_due_on=old,
            new_due_on=_day(row.due_on),
        )
        publish(event, by=by)
    return row


def finish_commitment(row: Commitment, *, by: Actor) -> None:
    """It is done now.

    Raises: CommitmentClosed. Publishes: CommitmentDone.
    """
    _require_open(row)
    row.outcome, row.done_at, row.closed_at = Outcome.DONE, clock.now(), clock.now()
    publish(CommitmentDone(row.account_id, commitment_id=row.id), by=by)


def drop_commitment(row: Commitment, *, reason: str, by: Actor) -> None:
    """It will not be done, and why.

    Raises: CommitmentClosed, ReasonMissing. Publishes: CommitmentDropped.
    """
    _require_open(row)
    if not reason.strip():
        raise ReasonMissing(row.ref)
    row.outcome, row.closed_at, row.reason = Outcome.DROPPED, clock.now(), reason.strip()
    event = CommitmentDropped(row.account_id, commitment_id=row.id, reason=row.reason)
    publish(event, by=by)


def reopen_commitment(row: Commitment, *, by: Actor) -> None:
    """It is to be done after all.

    Raises: NotClosed. Publishes: CommitmentReopened.
    """
    if row.is_open:
        raise NotClosed(row.ref)
    row.outcome, row.done_at, row.closed_at, row.reason = Outcome.OPEN, None, None, ""
    publish(CommitmentReopened(row.account_id, commitment_id=row.id), by=by)


def note_figures(account_id: int, values: Mapping[str, str]) -> None:
    """Keep, for entries by reference, the figure they should move as an issued review has it; the first one stays."""
    statement = Commitment.unscoped("figures that commitments should move").where(
        Commitment.account_id == account_id,
        Commitment.ref.in_(values.keys()),
        Commitment.before == "",
    )
    for row in db.session.scalars(statement):
        row.before = values[row.ref]
    db.session.flush()


def _columns(draft: Draft) -> dict[str, object]:
    """The owner stands on the side it belongs to, whatever else was chosen."""
    ours = draft.side == Party.US
    return {
        "kind": draft.kind,
        "side": draft.side,
        "title": draft.title,
        "detail": draft.detail,
        "effect": draft.effect,
        "due_on": draft.due_on,
        "user_id": draft.user_id if ours else None,
        "stakeholder_id": None if ours else draft.stakeholder_id,
        "figure": draft.figure,
        "source": draft.source,
    }


def _require_open(row: Commitment) -> None:
    if not row.is_open:
        raise CommitmentClosed(row.ref)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
