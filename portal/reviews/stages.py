"""From draft to acknowledged: each step by a named person, refused with a reason when it is not its turn."""

from portal import clock
from portal.actor import SYSTEM, Actor
from portal.db import db
from portal.events import publish
from portal.reviews.events import (
    ReviewAcknowledged,
    ReviewApproved,
    ReviewFiguresAdded,
    ReviewIssued,
    ReviewSentBack,
    ReviewShared,
    ReviewSubmitted,
)
from portal.reviews.figures_beside import INSIDE
from portal.reviews.models import Review, ReviewState, ReviewStep, Stage
from portal.reviews.refusals import NotNow, Why

WHY = "the review that somebody takes a step with"


def hold(review: Review) -> None:
    """Let nobody else take a step with it until the transaction ends, and see it as it stands now."""
    held = Review.unscoped(WHY).where(Review.id == review.id).with_for_update(key_share=True)
    db.session.scalars(held.execution_options(populate_existing=True)).one()


def enter(
    review: Review, stage: Stage, *, by: Actor, note: str = "", accepted: bool | None = None
) -> None:
    """Put the review at a stage and write down who did so."""
    review.stage = stage
    step = ReviewStep(
        account_id=review.account_id,
        review_id=review.id,
        stage=stage,
        at=clock.now(),
        by_id=by.user_id,
        accepted=accepted,
        note=note,
    )
    db.session.add(step)
    db.session.flush()


def submit_review(review: Review, *, by: Actor) -> None:
    """Ask a second person to approve.

    Raises: NotNow. Publishes: ReviewSubmitted.
    """
    hold(review)
    require_draft(review)
    require_made(review)
    review.submitted_by_id = by.user_id
    enter(review, Stage.IN_APPROVAL, by=by)
    publish(ReviewSubmitted(review.account_id, review_id=review.id), by=by)


def approve_review(review: Review, *, by: Actor) -> None:
    """Say that it may be issued as it is.

    Raises: NotNow. Publishes: ReviewApproved.
    """
    hold(review)
    if review.stage != Stage.IN_APPROVAL:
        raise NotNow(Why.NOT_SUBMITTED)
    if by.user_id == review.submitted_by_id:
        raise NotNow(Why.SAME_PERSON)
    enter(review, Stage.APPROVED, by=by)
    publish(ReviewApproved(review.account_id, review_id=review.id), by=by)


def send_back(review: Review, *, reason: str, by: Actor) -> None:
    """Make it a draft again, and say what should change.

    Raises: NotNow. Publishes: ReviewSentBack.
    """
    hold(review)
    if review.is_issued:
        raise NotNow(Why.ISSUED)
    if review.stage not in (Stage.IN_APPROVAL, Stage.APPROVED):
        raise NotNow(Why.NOT_SUBMITTED)
    if review.issuing_by_id is not None:
        raise NotNow(Why.BEING_MADE)
    if not reason.strip():
        raise NotNow(Why.NO_REASON)
    review.edition += 1
    review.submitted_by_id = None
    enter(review, Stage.DRAFT, by=by, note=reason.strip())
    publish(ReviewSentBack(review.account_id, review_id=review.id, reason=reason.strip()), by=by)


def share_review(
    review: Review,
    roles: list[str],
    *,
    acknowledged_by: str = "sponsor",
    person_id: int | None = None,
    by: Actor,
) -> None:
    """Let these roles of the client read it from now on, and say which one acknowledges it: that one reads it too.

    A participant (`person_id`) may be asked to acknowledge it, besides the sponsors.
    Raises: NotNow. Publishes: ReviewShared if that is a change.
    """
    hold(review)
    if review.is_issued:
        raise NotNow(Why.ISSUED)
    if review.issuing_by_id is not None:
        raise NotNow(Why.BEING_MADE)
    if person_id is not None and str(person_id) not in review.named:
        raise NotNow(Why.NOT_LISTED)
    reading = sorted({*roles, *({acknowledged_by} - {"sponsor"})})
    asked = (acknowledged_by, person_id)
    before = (review.acknowledged_by, review.acknowledging_id)
    if (reading, asked) == (sorted(review.shared_with), before):
        return
    review.shared_with = reading
    review.acknowledged_by, review.acknowledging_id = asked
    event = ReviewShared(
        review.account_id,
        review_id=review.id,
        roles=reading,
        acknowledged_by=acknowledged_by,
        person_id=person_id,
    )
    publish(event, by=by)


def add_figures(review: Review, figures: list[str], *, by: Actor) -> bool:
    """Print these figures of the internal ones in this review, and no others; whether that changed anything.

    Raises: NotNow. Publishes: ReviewFiguresAdded if that is a change.
    """
    hold(review)
    require_draft(review)
    require_made(review)
    chosen = [figure for figure in INSIDE if figure in figures]
    if chosen == review.added_figures:
        return False
    review.added_figures = chosen
    publish(ReviewFiguresAdded(review.account_id, review_id=review.id, figures=chosen), by=by)
    return True


def require_issuable(review: Review) -> None:
    """Whether the next step can be to issue it. Raises: NotNow."""
    if review.is_issued:
        raise NotNow(Why.ISSUED)
    require_made(review)
    if review.stage == Stage.IN_APPROVAL or (review.approval and review.stage != Stage.APPROVED):
        raise NotNow(Why.NOT_APPROVED)


def mark_issued(review: Review, *, fingerprint: str, by: Actor) -> None:
    """The final document is stored: from here on nothing changes. Publishes: ReviewIssued."""
    review.issued_at, review.issuing_by_id, review.fingerprint = clock.now(), None, fingerprint
    enter(review, Stage.ISSUED, by=by)
    event = ReviewIssued(
        review.account_id,
        review_id=review.id,
        period=review.period,
        edition=review.edition,
        fingerprint=fingerprint,
    )
    publish(event, by=by)


def acknowledge_review(review: Review, *, accepted: bool, remark: str, by: Actor) -> None:
    """The client has read it: accepts it, or has remarks.

    Raises: NotNow. Publishes: ReviewAcknowledged.
    """
    hold(review)
    if review.stage == Stage.ACKNOWLEDGED:
        raise NotNow(Why.ACKNOWLEDGED)
    if review.stage != Stage.ISSUED:
        raise NotNow(Why.NOT_ISSUED)
    if not accepted and not remark.strip():
        raise NotNow(Why.NO_REMARK)
    enter(review, Stage.ACKNOWLEDGED, by=by, note=remark.strip(), accepted=accepted)
    event = ReviewAcknowledged(
        review.account_id, review_id=review.id, accepted=accepted, remark=remark.strip()
    )
    publish(event, by=by)


def begin(review: Review, *, by: Actor = SYSTEM) -> None:
    """The first step: a draft, whoever ordered it."""
    enter(review, Stage.DRAFT, by=by)


def require_draft(review: Review) -> None:
    """Only a draft is changed. Raises: NotNow."""
    if review.is_issued:
        raise NotNow(Why.ISSUED)
    if review.stage not in (Stage.PLANNED, Stage.DRAFT):
        raise NotNow(Why.NOT_DRAFT)
    if review.issuing_by_id is not None:
        raise NotNow(Why.BEING_MADE)


def require_made(review: Review) -> None:
    """Its document is ready. Raises: NotNow."""
    if review.stage == Stage.PLANNED:
        raise NotNow(Why.PLANNED)
    if review.state == ReviewState.FAILED:
        raise NotNow(Why.FAILED)
    if review.state != ReviewState.READY:
        raise NotNow(Why.BEING_MADE)
