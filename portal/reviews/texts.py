"""The words of a review: written by people, kept with all their versions, suggested from the data."""

from collections.abc import Mapping, Sequence
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
Standing = Mapping[tuple[str, str], str]


class Overtaken(Exception):
    """Somebody else has written these parts since; nothing was changed."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(*parts)
        self.parts = parts


def write_texts(
    review: Review, language: str, typed: Mapping[str, str], *, seen: int | None, by: Actor
) -> bool:
    """Write the parts that differ from what their writer saw; whether that changed anything.

    `seen` is the newest version of any part when the page was opened. What somebody else wrote since stays, unless
    the writer changed that part too. Raises: NotNow, Overtaken. Publishes: ReviewWritten.
    """
    hold(review)
    require_draft(review)
    now = latest(review)
    then = now if seen is None else latest(review, until=seen)
    mine = [part for part, body in typed.items() if _tidy(body) != then.get((part, language), "")]
    others = [part for part in mine if _clash(then, now, (part, language), typed[part])]
    if others:
        raise Overtaken(others)
    changed = [write_text(review, part, language, typed[part], by=by) for part in mine]
    return any(changed)


def _clash(then: Standing, now: Standing, which: tuple[str, str], typed: str) -> bool:
    """Whether somebody else wrote something else there meanwhile."""
    return now.get(which) not in (then.get(which), _tidy(typed))


def write_text(review: Review, part: str, language: str, body: str, *, by: Actor) -> bool:
    """Write a part anew; whether that changed anything.

    Raises: NotNow. Publishes: ReviewWritten.
    """
    hold(review)
    require_draft(review)
    text = _tidy(body)
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


def _tidy(body: str) -> str:
    return body.replace("\r\n", "\n").strip()


def latest(review: Review, until: int | None = None) -> dict[tuple[str, str], str]:
    """What counts now, or counted when a version was the newest, by part and language."""
    return standing(review, until)[0]


def standing(review: Review, until: int | None = None) -> tuple[dict[tuple[str, str], str], int]:
    """The same with the newest version's number; 0 where nothing was written."""
    newest = (
        select(func.max(ReviewText.id))
        .where(ReviewText.review_id == review.id)
        .group_by(ReviewText.part, ReviewText.language)
    )
    if until is not None:
        newest = newest.where(ReviewText.id <= until)
    columns = select(ReviewText.id, ReviewText.part, ReviewText.language, ReviewText.body)
    statement = opened(columns.where(ReviewText.id.in_(newest)), ReviewText, why=WHY)
    rows = db.session.execute(statement).all()
    words = {(part, language): body for _id, part, language, body in rows}
    return words, max((row.id for row in rows), default=0)


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
