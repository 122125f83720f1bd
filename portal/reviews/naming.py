"""Naming who takes part in a review; what was issued keeps naming those it named."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.actor import Actor
from portal.db import db, opened
from portal.events import publish
from portal.reviews.events import (
    ReviewHandedTo,
    ReviewParticipantNamed,
    ReviewParticipantRemoved,
)
from portal.reviews.models import Part, Review, ReviewParticipant
from portal.reviews.participants import WHY, Candidate
from portal.reviews.refusals import NotNow, Why
from portal.reviews.stages import hold


def name_participant(review: Review, one: Candidate, part: Part, *, by: Actor) -> bool:
    """Put somebody on the list, or give them another part; whether that changed anything.

    Raises: NotNow. Publishes: ReviewParticipantNamed if it is a change, ReviewHandedTo for one of the client after the issue.
    """
    hold(review)
    _require_at_rest(review)
    known = _row_of(review, one)
    row = known or _new_row(review, one, by)
    if row is None or row.part == part:
        return False
    row.part = part
    _remember(review)
    event = ReviewParticipantNamed(
        review.account_id,
        review_id=review.id,
        person_id=row.stakeholder_id,
        staff_id=row.user_id,
        part=row.part,
    )
    publish(event, by=by)
    if review.is_issued and known is None and row.stakeholder_id is not None:
        publish(ReviewHandedTo(review.account_id, review.id, row.stakeholder_id), by=by)
    return True


def remove_participant(review: Review, number: int, *, by: Actor) -> bool:
    """Take somebody off the list; false if they are not on it any more.

    Raises: NotNow. Publishes: ReviewParticipantRemoved if it is a change.
    """
    hold(review)
    _require_at_rest(review)
    mine = ReviewParticipant.unscoped(WHY).where(ReviewParticipant.review_id == review.id)
    row = db.session.scalar(mine.where(ReviewParticipant.id == number))
    if row is None:
        return False
    if review.issued_at is not None and row.added_at <= review.issued_at:
        raise NotNow(Why.PRINTED)
    event = ReviewParticipantRemoved(
        review.account_id,
        review_id=review.id,
        person_id=row.stakeholder_id,
        staff_id=row.user_id,
    )
    db.session.delete(row)
    _remember(review)
    publish(event, by=by)
    return True


def _row_of(review: Review, one: Candidate) -> ReviewParticipant | None:
    """The person's entry, if there is one."""
    r = ReviewParticipant
    whose = r.user_id == one.user_id if one.user_id else r.stakeholder_id == one.stakeholder_id
    return db.session.scalar(r.unscoped(WHY).where(r.review_id == review.id, whose))


def _new_row(review: Review, one: Candidate, by: Actor) -> ReviewParticipant | None:
    """A new entry without a part yet; none if another has made it at the same moment."""
    row = ReviewParticipant(
        account_id=review.account_id,
        review_id=review.id,
        user_id=one.user_id,
        stakeholder_id=one.stakeholder_id,
        part="",
        added_at=clock.now(),
        added_by_id=by.user_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return None
    return row


def _remember(review: Review) -> None:
    """Note on the review itself who of the client is on its list: by that the policy knows who may read it."""
    db.session.flush()
    r = ReviewParticipant
    listed = select(r.stakeholder_id).where(r.review_id == review.id, r.stakeholder_id.is_not(None))
    people = db.session.scalars(opened(listed.order_by(r.stakeholder_id), r, why=WHY))
    review.named = [str(person) for person in people]
    if str(review.acknowledging_id) not in review.named:
        review.acknowledging_id = None
    db.session.flush()


def _require_at_rest(review: Review) -> None:
    """Nobody comes or goes while the document that will be issued is being made. Raises: NotNow."""
    if review.issuing_by_id is not None:
        raise NotNow(Why.BEING_MADE)
