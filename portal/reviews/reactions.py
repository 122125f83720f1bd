"""The worker's part: making a review that was ordered, step by step, safe to run twice."""

import logging
from typing import Any

from portal.accounts.models import Account
from portal.actor import SYSTEM, Actor
from portal.db import db, reading, transaction
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.reviews import (
    assembling,
    further,
    operations,
    pdf,
    policy,
    queries,
    schedules,
    telling,
)
from portal.reviews.content import ReviewContent, compose
from portal.reviews.gathering import material_for
from portal.reviews.models import Review, ReviewState
from portal.reviews.periods import Period
from portal.reviews.snapshot import thaw

log = logging.getLogger("portal.reviews")
KEEP_UP = "plan and draft reviews"


def keep_up(payload: dict[str, Any]) -> None:
    """Plan what runs, draft what is due, remind of what nobody has acknowledged."""
    drafted = schedules.keep_up()
    if drafted:
        log.info("%s reviews are drafted by schedule", drafted)
    telling.remind()


def build_review(payload: dict[str, Any]) -> None:
    """Make a review's document, or with `document` one in a further language. Each step is a short transaction.

    A reason a person can act on ends in the state `failed`; any other fault too, and is tried again.
    """
    if "document" in payload:
        further.make(int(payload["document"]))
        return
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
            operations.store_review(review, content, made, by=_issuer(review))


def _issuer(review: Review) -> Actor:
    """Who issues it; the system where it is a draft that is made."""
    user = db.session.get(User, review.issuing_by_id) if review.issuing_by_id else None
    return actor_for(user) if user is not None else SYSTEM


def _content(review_id: int) -> ReviewContent:
    """What it prints: figures read now, or those that were read before with the words of now."""
    review = queries.by_id(review_id)
    assert review is not None
    actor, account = _ordered_by(review)
    frozen = queries.snapshot_of(review)
    if frozen is None:
        period = Period.parse(review.period)
        material = material_for(actor, account, period, review.as_of, children=review.children)
        material = assembling.compared(material, account.id)
    else:
        material = thaw(frozen)
    issuing = review.issuing_by_id is not None
    material = assembling.assembled(actor, review, material, issuing=issuing)
    return compose(material, review.language, operations.brand())


def _step(review_id: int, progress: int) -> bool:
    """Note how far it is; False when there is nothing left to do."""
    with transaction():
        review = queries.by_id(review_id)
        if review is None or review.state == ReviewState.READY:
            return False
        review.state, review.progress = ReviewState.BUILDING, progress
    return True


def _ordered_by(review: Review) -> tuple[Actor, Account]:
    """Who ordered it, with the rights of today, and the account as they see it; the system what is due by schedule.

    Raises: NotPrinted when they no longer may.
    """
    actor: Actor | None = SYSTEM
    if review.requested_by_id is not None:
        user = db.session.get(User, review.requested_by_id)
        actor = actor_for(user) if user is not None and user.active else None
    account = (
        db.session.scalar(Account.visible_to(actor).where(Account.id == review.account_id))
        if actor
        else None
    )
    allowed = actor is SYSTEM or (actor and account and policy.may_order(actor, account))
    if actor is None or account is None or not allowed:
        raise pdf.NotPrinted("gone")
    return actor, account


def _fail(review_id: int, reason: str) -> None:
    with transaction():
        review = queries.by_id(review_id)
        if review is not None and review.state != ReviewState.READY:
            operations.fail_review(review, reason, by=SYSTEM)
