"""Who of the client has opened a review, and when."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal import clock
from portal.actor import Actor
from portal.db import db, opened, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.jobs.queue import insert_for
from portal.reviews.events import ReviewOpened
from portal.reviews.models import Review, ReviewReader

WHY = "who has opened a review"
AGAIN = timedelta(hours=1)


def note_opening(review: Review, *, by: Actor) -> None:
    """Remember that a person of the client has it open, as `note_again` does, whenever that was before.

    Publishes: ReviewOpened, at the first time.
    """
    if not counts(by):
        return
    mine = select(ReviewReader.last_at).where(
        ReviewReader.review_id == review.id, ReviewReader.user_id == by.user_id
    )
    note_again(review, db.session.scalar(opened(mine, ReviewReader, why=WHY)), by=by)


def note_again(review: Review, last_at: datetime | None, *, by: Actor) -> None:
    """Remember it of somebody who had it open last at that time; at most once an hour, in a transaction of its own.

    The page itself is a GET and only reads; it is laid out before, since a new transaction reads all anew.
    Publishes: ReviewOpened, at the first time.
    """
    if not counts(by) or (last_at and clock.now() - last_at < AGAIN):
        return
    account_id, review_id = review.account_id, review.id
    abandon()
    with transaction():
        if _kept(account_id, review_id, by.user_id) and last_at is None:
            publish(ReviewOpened(account_id, review_id=review_id), by=by)


def counts(actor: Actor) -> bool:
    """Whether it is kept that they open a review: people of the client do."""
    return not actor.is_staff and actor.user_id is not None


def _kept(account_id: int, review_id: int, user_id: int | None) -> bool:
    """Write it down; whether this was the first time, also when two pages open at once."""
    now = clock.now()
    insert = insert_for(db.session.get_bind().dialect.name)(ReviewReader.__table__).values(
        account_id=account_id,
        review_id=review_id,
        user_id=user_id,
        first_at=now,
        last_at=now,
    )
    made = insert.on_conflict_do_update(
        index_elements=["review_id", "user_id"], set_={"last_at": now}
    ).returning(ReviewReader.__table__.c.first_at)
    first = db.session.execute(opened(made, ReviewReader, why=WHY)).scalar_one()
    return bool(first == now)
