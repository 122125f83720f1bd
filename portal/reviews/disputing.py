"""Disputes: a thread on one figure or exclusion, an answer, perhaps a restatement; issued numbers never change."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func

from portal import clock
from portal.actor import Actor
from portal.db import db
from portal.events import publish
from portal.reviews.events import DisputeAnswered, DisputeSettled, FigureDisputed
from portal.reviews.models import Dispute, DisputeNote, Review, Stage
from portal.reviews.refusals import NotNow, Why

WHY = "disputes of a review the actor may read"


@dataclass(frozen=True)
class Note:
    """One contribution."""

    body: str
    at: datetime
    name: str
    is_staff: bool


@dataclass(frozen=True)
class Thread:
    """A dispute with its contributions in order; `number` counts the review's disputes."""

    number: int
    about: str
    opened_at: datetime
    closed_at: datetime | None
    restatement: str
    notes: list[Note] = field(default_factory=list)


def open_dispute(review: Review, about: str, body: str, *, by: Actor) -> Dispute:
    """Say that a figure or an exclusion is not as it should be.

    Raises: NotNow. Publishes: FigureDisputed.
    """
    if review.stage == Stage.PLANNED:
        raise NotNow(Why.PLANNED)
    row = Dispute(
        account_id=review.account_id,
        review_id=review.id,
        about=about,
        opened_at=clock.now(),
        opened_by_id=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    _write(row, body, by)
    event = FigureDisputed(
        review.account_id, review_id=review.id, dispute_id=row.id, about=row.about
    )
    publish(event, by=by)
    return row


def answer_dispute(row: Dispute, body: str, *, by: Actor) -> None:
    """Write into an open dispute.

    Raises: NotNow. Publishes: DisputeAnswered.
    """
    _require_open(row)
    _write(row, body, by)
    publish(DisputeAnswered(row.account_id, review_id=row.review_id, dispute_id=row.id), by=by)


def settle_dispute(row: Dispute, *, restatement: str, by: Actor) -> None:
    """End it; what is restated stands, dated, in the next review.

    Raises: NotNow. Publishes: DisputeSettled.
    """
    _require_open(row)
    row.closed_at, row.closed_by_id = clock.now(), by.user_id
    row.restatement = restatement.strip()
    event = DisputeSettled(
        row.account_id, review_id=row.review_id, dispute_id=row.id, restatement=row.restatement
    )
    publish(event, by=by)


def dispute_at(review: Review, number: int) -> Dispute | None:
    """The review's dispute with that number; none is ever deleted, so it stays its own."""
    if not 1 <= number <= 10_000:
        return None
    statement = Dispute.unscoped(WHY).where(Dispute.review_id == review.id)
    return db.session.scalar(statement.order_by(Dispute.id).offset(number - 1).limit(1))


def number_of(row: Dispute) -> int:
    """The how-manieth dispute of its review this is, from one."""
    statement = Dispute.unscoped(WHY).where(
        Dispute.review_id == row.review_id, Dispute.id <= row.id
    )
    return db.session.scalar(statement.with_only_columns(func.count())) or 0


def _write(row: Dispute, body: str, by: Actor) -> None:
    note = DisputeNote(
        account_id=row.account_id,
        dispute_id=row.id,
        at=clock.now(),
        by_id=by.user_id,
        body=body.strip(),
    )
    db.session.add(note)
    db.session.flush()


def _require_open(row: Dispute) -> None:
    """Hold it until the transaction ends; nothing comes behind its end. Raises: NotNow."""
    held = Dispute.unscoped(WHY).where(Dispute.id == row.id).with_for_update()
    db.session.scalars(held.execution_options(populate_existing=True)).one()
    if row.closed_at is not None:
        raise NotNow(Why.CLOSED)
