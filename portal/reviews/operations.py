"""Ordering reviews and making them."""

import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM, Actor
from portal.commitments.operations import note_figures
from portal.db import db, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.files.storing import keep_made
from portal.jobs import enqueue
from portal.reviews import (
    assembling,
    document,
    documents,
    keeping,
    pdf,
    queries,
    quoting,
    signing,
    stages,
)
from portal.reviews.branding import brand, static_folder
from portal.reviews.content import ReviewContent, compose
from portal.reviews.documents import JOB, checked_language
from portal.reviews.events import (
    ReviewBuilt,
    ReviewDownloaded,
    ReviewFailed,
    ReviewOrdered,
    ReviewPlanned,
)
from portal.reviews.gathering import read_for
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.periods import Period
from portal.reviews.retelling import retold
from portal.reviews.snapshot import fingerprint, freeze


def order_review(
    account: Account, period: Period, language: str, *, by: Actor, anew: bool = False
) -> Review:
    """The review of this account and period; ordered if there is none, if the last try failed, or if a draft is
    asked for anew. One that is being made stays as it is. In another language than its own, a document of it.

    Raises: PeriodRefused, LanguageUnknown, NotNow. Publishes: ReviewOrdered.
    """
    checked_language(language)
    period.require_over(clock.now(), account.timezone)
    review = queries.same_order(account.id, period.code)
    if review is None:
        review, is_new = _begun(account, period, language, by)
        return _queued(review, by) if is_new else review
    stages.hold(review)
    if review.stage == Stage.PLANNED:
        return begin_planned(review, account, by=by)
    if review.state == ReviewState.FAILED and not review.is_issued:
        return _queued(review, by, figures_too=review.snapshot_id is None)
    if anew and review.state == ReviewState.READY:
        stages.require_draft(review)
        review.snapshot_id, review.timezone = None, account.timezone
        return _queued(review, by)
    if language != review.language:
        documents.document_in(review, language)
    return review


def print_again(review: Review, *, by: Actor) -> Review:
    """Lay the draft out anew with the words of now and the figures as they are.

    Raises: NotNow. Publishes: ReviewOrdered.
    """
    stages.hold(review)
    stages.require_draft(review)
    stages.require_made(review)
    return _queued(review, by, figures_too=False)


def lay_out_quotes(review: Review, *, by: Actor) -> None:
    """Lay it out anew after it was decided whether it quotes anybody. Publishes: ReviewOrdered."""
    if review.quoted and review.state == ReviewState.READY and not review.is_issued:
        _queued(review, by, figures_too=False)


def issue_review(review: Review, *, by: Actor) -> Review:
    """Have the final document made; the review is issued the moment it is stored.

    Raises: NotNow. Publishes: ReviewOrdered, and later ReviewIssued.
    """
    stages.hold(review)
    if review.issuing_by_id is not None:
        return review
    stages.require_issuable(review)
    review.issuing_by_id = by.user_id
    return _queued(review, by, figures_too=False)


def _begun(
    account: Account, period: Period, language: str, by: Actor, stage: Stage = Stage.DRAFT
) -> tuple[Review, bool]:
    """A new row and True; when two orders come at the same moment, the other's row and False."""
    now = clock.now()
    review = Review(
        account_id=account.id,
        ref=f"~{secrets.token_hex(8)}",
        period=period.code,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        timezone=account.timezone,
        language=language,
        owner_id=account.manager_id,
        approval=queries.needs_approval(account.id, period.length),
        requested_by_id=by.user_id,
        created_at=now,
        as_of=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(review)
    except IntegrityError:
        found = queries.same_order(account.id, period.code)
        assert found is not None
        return found, False
    review.ref = f"R-{review.id}"
    if stage == Stage.PLANNED:
        stages.enter(review, stage, by=by)
    else:
        stages.begin(review, by=by)
    return review, True


def plan_review(account: Account, period: Period) -> Review:
    """The account's review of this period, planned if there is none. Publishes: ReviewPlanned, if it is new."""
    review, is_new = _begun(account, period, account.language, SYSTEM, stage=Stage.PLANNED)
    if is_new:
        event = ReviewPlanned(account.id, review_id=review.id, period=review.period)
        publish(event, by=SYSTEM)
    return review


def begin_planned(review: Review, account: Account, *, by: Actor) -> Review:
    """Have a planned review drafted, as the account is looked after and its reviews are approved now.

    Publishes: ReviewOrdered.
    """
    length = Period.parse(review.period).length
    review.approval = queries.needs_approval(account.id, length)
    review.owner_id, review.timezone = account.manager_id, account.timezone
    stages.begin(review, by=by)
    return _queued(review, by)


def _queued(review: Review, by: Actor, *, figures_too: bool = True) -> Review:
    """Hand it to the worker, with the figures as of now or as they were read before.

    It is read with the rights of whoever asked last, so that nothing hangs on one who has left since.
    """
    review.state, review.progress, review.error = ReviewState.QUEUED, 0, ""
    if figures_too or by.user_id is not None:
        review.requested_by_id = by.user_id
    if figures_too:
        review.as_of = clock.now()
    db.session.flush()
    enqueue(JOB, {"review": review.id}, unique_key=f"review:{review.id}:{secrets.token_hex(8)}")
    publish(
        ReviewOrdered(
            account_id=review.account_id,
            review_id=review.id,
            period=review.period,
            language=review.language,
        ),
        by=by,
    )
    return review


def content_for(
    actor: Actor,
    account: Account,
    period: Period,
    language: str,
    as_of: datetime,
    *,
    children: bool = False,
) -> ReviewContent:
    """What the review of an account prints, read for this actor."""
    read = read_for(actor, account, period, as_of, children=children)
    material = assembling.compared(assembling.with_sample(read, account.id), account.id)
    material = quoting.held_back(material)
    return compose(assembling.with_ledger(actor, account.id, material, as_of), language, brand())


def printed(content: ReviewContent) -> bytes:
    """The review as a PDF, rendered in a process of its own; signed if it is issued and a certificate is set up.

    Raises: NotPrinted.
    """
    made = pdf.press(static_folder()).print(document.sheet(content))
    return signed(made) if content.material.stage == Stage.ISSUED else made


def signed(made: bytes) -> bytes:
    """The file with the provider's signature where a certificate is set up. Raises: NotPrinted."""
    if not signing.is_set_up():
        return made
    try:
        return signing.sign(made)
    except signing.NotSigned as fault:
        raise pdf.NotPrinted("unsigned", str(fault)) from None


def build_to_file(
    account: Account,
    period: Period,
    language: str,
    path: Path,
    *,
    actor: Actor,
    children: bool = False,
    as_of: datetime | None = None,
) -> None:
    """Make a review at once and write it, complete or not at all; nothing is stored in the portal.

    Raises: PeriodRefused, LanguageUnknown, NotPrinted, OSError.
    """
    checked_language(language)
    now = as_of or clock.now()
    period.require_over(now, account.timezone)
    content = content_for(actor, account, period, language, now, children=children)
    pdf.written(printed(content), path)


def store_review(review: Review, content: ReviewContent, made: bytes, *, by: Actor) -> None:
    """Keep the file and the material it was made from, and say that it is ready; issue it if that was asked for.

    Publishes: ReviewBuilt, ReviewIssued.
    """
    if not quoting.still_holds(review, content.material):
        _queued(review, SYSTEM, figures_too=False)
        return
    frozen = freeze(content.material)
    snapshot = keep_made(
        frozen, "review.json", "application/json", account_id=review.account_id, internal=True
    )
    review.snapshot_id = snapshot.id
    review.file_id, review.built_at = keeping.stored(review, content, made).id, clock.now()
    review.twin_id = keeping.stored_twin(review, content).id
    review.state, review.progress, review.error = ReviewState.READY, 100, ""
    event = ReviewBuilt(
        account_id=review.account_id,
        review_id=review.id,
        fingerprint=fingerprint(frozen),
        summary=retold(content),
    )
    publish(event, by=SYSTEM)
    if review.issuing_by_id is None and assembling.moved_on(review, content.material):
        _queued(review, SYSTEM, figures_too=False)
        return
    if review.issuing_by_id is not None:
        stages.mark_issued(review, fingerprint=fingerprint(frozen), by=by)
        moving = {item.ref: item.after for item in content.material.ledger if item.after}
        note_figures(review.account_id, moving)
        quoting.note_issued(review)
    for found in queries.documents_of(review):
        found.state, found.file_id, found.twin_id = ReviewState.QUEUED, None, None
        documents.order_document(found)


def fail_review(review: Review, reason: str, *, by: Actor) -> None:
    """Say why it could not be made. Publishes: ReviewFailed."""
    review.state, review.error, review.issuing_by_id = ReviewState.FAILED, reason, None
    publish(ReviewFailed(account_id=review.account_id, review_id=review.id, reason=reason), by=by)


def note_download(review: Review, *, by: Actor) -> None:
    """Remember who took the file away, in a transaction of its own: the one of a GET only reads.

    Publishes: ReviewDownloaded.
    """
    event = ReviewDownloaded(account_id=review.account_id, review_id=review.id)
    abandon()
    with transaction():
        publish(event, by=by)
