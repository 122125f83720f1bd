"""Who of the client has opened a review, and when."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.actor import Actor
from portal.db import db, opened, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.identity.models import User
from portal.jobs.queue import insert_for
from portal.reviews.events import ReviewOpened
from portal.reviews.models import Review, ReviewReader

WHY = "who has opened a review"
AGAIN = timedelta(hours=1)


def note_opening(review: Review, *, by: Actor) -> None:
    """Remember that a person of the client has it open; at most once an hour, in a transaction of its own.

    The page itself is a GET and only reads. Publishes: ReviewOpened, at the first time.
    """
    if by.is_staff or by.user_id is None:
        return
    mine = ReviewReader.unscoped(WHY).where(
        ReviewReader.review_id == review.id, ReviewReader.user_id == by.user_id
    )
    known = db.session.scalar(mine)
    if known is not None and clock.now() - known.last_at < AGAIN:
        return
    abandon()
    with transaction():
        if _kept(review, by.user_id) and known is None:
            publish(ReviewOpened(review.account_id, review_id=review.id), by=by)


def _kept(review: Review, user_id: int) -> bool:
    """Write it down; whether this was the first time, also when two pages open at once."""
    now = clock.now()
    insert = insert_for(db.session.get_bind().dialect.name)(ReviewReader.__table__).values(
        account_id=review.account_id,
        review_id=review.id,
        user_id=user_id,
        first_at=now,
        last_at=now,
    )
    made = insert.on_conflict_do_update(
        index_elements=["review_id", "user_id"], set_={"last_at": now}
    ).returning(ReviewReader.__table__.c.first_at)
    first = db.session.execute(opened(made, ReviewReader, why=WHY)).scalar_one()
    return bool(first == now)


def readers_of(review: Review) -> Sequence[Any]:
    """Name, first and last time of each, the first reader first."""
    statement = (
        select(User.name, ReviewReader.first_at, ReviewReader.last_at)
        .join(User, User.id == ReviewReader.user_id)
        .where(ReviewReader.review_id == review.id)
        .order_by(ReviewReader.first_at, ReviewReader.id)
    )
    return db.session.execute(opened(statement, ReviewReader, why=WHY)).all()
