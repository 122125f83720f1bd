"""The worker's part: making a review that was ordered, step by step, safe to run twice."""

import logging
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Account
from portal.actor import SYSTEM, Actor
from portal.db import db, reading, transaction
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.reviews import operations, pdf, policy, queries
from portal.reviews.content import ReviewContent
from portal.reviews.models import Review, ReviewState
from portal.reviews.periods import Period

log = logging.getLogger("portal.reviews")


def build_review(payload: dict[str, Any]) -> None:
    """Read the figures as the person who ordered, render, store. Each step is a short transaction of its own.

    A reason a person can act on ends in the state `failed`; any other fault too, and is tried again.
    """
    review_id = int(payload["review"])
    if not _step(review_id, 10):
        return
    try:
        _build(review_id)
    except pdf.NotPrinted as refused:
        log.warning("review %s was not made: %s", review_id, refused.args[0])
        _fail(review_id, refused.code)
    except Exception:
        _fail(review_id, "fault")
        raise


def _build(review_id: int) -> None:
    with reading():
        content = _content(review_id)
    _step(review_id, 50)
    made = operations.printed(content)
    with transaction():
        review = queries.by_id(review_id)
        if review is not None and review.state == ReviewState.BUILDING:
            operations.store_review(review, content, made, by=SYSTEM)


def _content(review_id: int) -> ReviewContent:
    review = queries.by_id(review_id)
    assert review is not None
    actor, account = _ordered_by(review)
    period = Period.parse(review.period)
    return operations.content_for(
        actor, account, period, review.language, review.as_of, children=review.children
    )


def _step(review_id: int, progress: int) -> bool:
    """Note how far it is; False when there is nothing left to do."""
    with transaction():
        review = queries.by_id(review_id)
        if review is None or review.state == ReviewState.READY:
            return False
        review.state, review.progress = ReviewState.BUILDING, progress
    return True


def _ordered_by(review: Review) -> tuple[Actor, Account]:
    """Who ordered it, with the rights of today, and the account as they see it.

    Raises: NotPrinted when they no longer may.
    """
    user = db.session.scalar(select(User).where(User.id == review.requested_by_id))
    actor = actor_for(user) if user is not None and user.active else None
    account = (
        db.session.scalar(Account.visible_to(actor).where(Account.id == review.account_id))
        if actor
        else None
    )
    if actor is None or account is None or not policy.may_order(actor, account):
        raise pdf.NotPrinted("gone")
    return actor, account


def _fail(review_id: int, reason: str) -> None:
    with transaction():
        review = queries.by_id(review_id)
        if review is not None and review.state != ReviewState.READY:
            operations.fail_review(review, reason, by=SYSTEM)
