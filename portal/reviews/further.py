"""A review's documents in further languages, from the snapshot of the first."""

from functools import partial

from portal.db import reading, transaction
from portal.reviews import branding, keeping, operations, queries, telling
from portal.reviews.attempts import attempt
from portal.reviews.content import ReviewContent, compose
from portal.reviews.models import Review, ReviewDocument, ReviewState
from portal.reviews.snapshot import thaw


def make(document_id: int) -> None:
    """Print one; nothing happens while the review itself is not ready, since that orders it again.

    A reason a person can act on ends in the state `failed`; any other fault too, and is tried again.
    """
    attempt(f"document {document_id}", partial(_make, document_id), partial(fail, document_id))


def _make(document_id: int) -> None:
    with reading():
        found, review, frozen = _wanted(document_id)
        if found is None or review is None or frozen is None:
            return
        content = compose(thaw(frozen), found.language, branding.brand())
    made = operations.printed(content)
    with transaction():
        _store(document_id, review.snapshot_id, content, made)


def _wanted(
    document_id: int, *, held: bool = False
) -> tuple[ReviewDocument | None, Review | None, bytes | None]:
    """The document, its review and what it is made from, as long as it is to be made; `held` as in `queries.by_id`."""
    found = queries.document_by_id(document_id)
    review = queries.by_id(found.review_id, held=held) if found is not None else None
    if found is None or review is None or found.state == ReviewState.READY:
        return None, None, None
    if review.state != ReviewState.READY:
        return None, None, None
    return found, review, queries.snapshot_of(review)


def _store(document_id: int, snapshot_id: int | None, content: ReviewContent, made: bytes) -> None:
    """Keep it, unless the review was made anew meanwhile."""
    found, review, _frozen = _wanted(document_id, held=True)
    if found is None or review is None or review.snapshot_id != snapshot_id:
        return
    found.file_id = keeping.stored(review, content, made).id
    found.twin_id = keeping.stored_twin(review, content).id
    found.state, found.error = ReviewState.READY, ""
    telling.tell_in(review, found.language)


def fail(document_id: int, reason: str) -> None:
    """Say why a document was not made, unless it is there."""
    found = queries.document_by_id(document_id)
    if found is not None and found.state != ReviewState.READY:
        found.state, found.error = ReviewState.FAILED, reason
        review = queries.by_id(found.review_id)
        assert review is not None
        telling.tell_in(review, found.language)
