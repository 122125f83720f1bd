"""Putting what was made of a review into the store: the file to take away, and the same as a page."""

from portal.files.models import StoredFile
from portal.files.storing import keep_made
from portal.reviews import twin
from portal.reviews.content import ReviewContent
from portal.reviews.models import Review


def stored(review: Review, content: ReviewContent, made: bytes) -> StoredFile:
    """Keep a document under the name it will be taken away with."""
    name = f"{content.material.account_ref}-{review.period}-{content.language}.pdf"
    return keep_made(made, name, "application/pdf", account_id=review.account_id)


def stored_twin(review: Review, content: ReviewContent) -> StoredFile:
    """Keep the same review as a page."""
    return keep_made(
        twin.twin(content).encode(),
        f"{review.ref}-{content.language}.html",
        "text/html",
        account_id=review.account_id,
        internal=True,
    )
