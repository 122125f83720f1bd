"""The words of a review: written by people, kept with all their versions, suggested from the data."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.actor import Actor
from portal.db import db, opened
from portal.events import publish
from portal.identity.models import User
from portal.reviews.events import ReviewWritten
from portal.reviews.models import Review, ReviewText
from portal.reviews.stages import hold, require_draft
from portal.reviews.written import PARTS, Words

WHY = "the words of a review the actor may read"


def write_text(review: Review, part: str, language: str, body: str, *, by: Actor) -> bool:
    """Write a part anew; whether that changed anything.

    Raises: NotNow. Publishes: ReviewWritten.
    """
    hold(review)
    require_draft(review)
    text = body.replace("\r\n", "\n").strip()
    if text == latest(review).get((part, language), ""):
        return False
    row = ReviewText(
        account_id=review.account_id,
        review_id=review.id,
        part=part,
        language=language,
        body=text,
        at=clock.now(),
        by_id=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    event = ReviewWritten(review.account_id, review_id=review.id, part=part, language=language)
    publish(event, by=by)
    return True


def latest(review: Review) -> dict[tuple[str, str], str]:
    """What counts now, by part and language."""
    newest = (
        select(func.max(ReviewText.id))
        .where(ReviewText.review_id == review.id)
        .group_by(ReviewText.part, ReviewText.language)
    )
    statement = opened(
        select(ReviewText.part, ReviewText.language, ReviewText.body).where(
            ReviewText.id.in_(newest)
        ),
        ReviewText,
        why=WHY,
    )
    return {(part, language): body for part, language, body in db.session.execute(statement)}


def written(review: Review) -> tuple[Words, ...]:
    """The same in the order in which a review prints it."""
    found = latest(review)
    order = {part: place for place, part in enumerate(PARTS)}
    kept = [Words(part, language, body) for (part, language), body in found.items() if body]
    return tuple(sorted(kept, key=lambda words: (order.get(words.part, 99), words.language)))


def versions(review: Review, part: str, language: str, limit: int = 10) -> Sequence[Any]:
    """The part's versions with when and by whom, the newest first."""
    statement = (
        select(ReviewText.body, ReviewText.at, User.name)
        .outerjoin(User, User.id == ReviewText.by_id)
        .where(
            ReviewText.review_id == review.id,
            ReviewText.part == part,
            ReviewText.language == language,
        )
        .order_by(ReviewText.id.desc())
        .limit(limit)
    )
    return db.session.execute(opened(statement, ReviewText, why=WHY)).all()
