"""The worker's part: making a review that was ordered, step by step, safe to run twice."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from portal.accounts.models import Account
from portal.actor import SYSTEM, Actor
from portal.db import db, reading, transaction
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.reviews import (
    assembling,
    branding,
    further,
    operations,
    pdf,
    policy,
    queries,
    sampling,
    schedules,
    telling,
)
from portal.reviews.attempts import attempt
from portal.reviews.carrying import carry_over
from portal.reviews.content import ReviewContent, compose
from portal.reviews.gathering import read_for
from portal.reviews.models import Review, ReviewSample, ReviewState
from portal.reviews.periods import Period
from portal.reviews.portfolio import making as portfolios
from portal.reviews.snapshot import thaw

log = logging.getLogger("portal.reviews")
KEEP_UP = "plan and draft reviews"
BEGUN, READ = 10, 50
"""How far a review is, of a hundred, when somebody has taken it up and when its figures are read."""


class NotAllKept(Exception):
    """Some schedules could not be looked after; the others were."""


def keep_up(payload: dict[str, Any]) -> None:
    """Plan what runs and draft what is due, each account by itself; remind of what nobody has acknowledged,
    let old files go.

    Raises: NotAllKept, so that the job is tried again.
    """
    with transaction():
        telling.remind()
        portfolios.expire()
    with reading():
        waiting = schedules.running()
    drafted = [_kept(schedule) for schedule in waiting]
    if any(drafted):
        log.info("%s reviews are drafted by schedule", sum(filter(None, drafted)))
    if None in drafted:
        raise NotAllKept(f"{drafted.count(None)} of {len(drafted)} schedules")


def _kept(schedule_id: int) -> int | None:
    """How many drafts were ordered by one schedule; None if it failed, so that the others have their turn."""
    try:
        with transaction():
            return schedules.keep_up(schedule_id)
    except Exception:
        log.exception("schedule %s could not be looked after", schedule_id)
        return None


def build_review(payload: dict[str, Any]) -> None:
    """Make a review's document, or with `document` one in a further language, with `portfolio` that of many accounts. Each step is a short transaction.

    A reason a person can act on ends in the state `failed`; any other fault too, and is tried again.
    """
    if "document" in payload:
        further.make(int(payload["document"]))
        return
    if "portfolio" in payload:
        portfolios.make(int(payload["portfolio"]))
        return
    review_id = int(payload["review"])
    if _step(review_id, BEGUN):
        attempt(f"review {review_id}", partial(_build, review_id), partial(fail, review_id))


def give_up(payload: dict[str, Any]) -> None:
    """Say of a review, of its document in a further language or of a portfolio review that a worker died at it each time."""
    if "document" in payload:
        further.fail(int(payload["document"]), "died")
    elif "portfolio" in payload:
        portfolios.fail(int(payload["portfolio"]), "died")
    else:
        fail(int(payload["review"]), "died")


def _build(review_id: int) -> None:
    with reading():
        content, drawn = _content(review_id)
    _step(review_id, READ, drawn)
    made = operations.printed(content)
    with transaction():
        review = queries.by_id(review_id, held=True)
        if review is not None and review.state == ReviewState.BUILDING:
            operations.store_review(review, content, made, by=_issuer(review))


def _issuer(review: Review) -> Actor:
    """Who issues it; the system where it is a draft that is made."""
    user = db.session.get(User, review.issuing_by_id) if review.issuing_by_id else None
    return actor_for(user) if user is not None else SYSTEM


def _content(review_id: int) -> tuple[ReviewContent, Sequence[ReviewSample]]:
    """What it prints: figures read now, or those that were read before with the words of now; and a sample to keep."""
    review = queries.by_id(review_id)
    assert review is not None
    actor, account = _ordered_by(review)
    frozen = queries.snapshot_of(review)
    drawn: Sequence[ReviewSample] = ()
    if frozen is None:
        period = Period.parse(review.period)
        read = read_for(actor, account, period, review.as_of, children=review.children)
        kept = sampling.rows_of(review)
        drawn = () if kept else sampling.drawn(review, read)
        material = assembling.compared(read.material, account.id)
        material = replace(material, sample=sampling.sample_of(kept or drawn, read))
    else:
        material = thaw(frozen)
    issuing = review.issuing_by_id is not None
    material = assembling.assembled(actor, review, material, issuing=issuing)
    return compose(material, review.language, branding.brand()), drawn


def _step(review_id: int, progress: int, drawn: Sequence[ReviewSample] = ()) -> bool:
    """Note how far it is; False when there is nothing left to do. At its first beginning it gets its participants."""
    with transaction():
        review = queries.by_id(review_id, held=True)
        if review is None or review.state == ReviewState.READY:
            return False
        review.state, review.progress = ReviewState.BUILDING, progress
        if progress == BEGUN and review.built_at is None:
            carry_over(review, by=SYSTEM)
        sampling.keep(review, drawn)
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


def fail(review_id: int, reason: str) -> None:
    """Say why a review was not made, unless it is there."""
    review = queries.by_id(review_id)
    if review is not None and review.state != ReviewState.READY:
        operations.fail_review(review, reason, by=SYSTEM)
