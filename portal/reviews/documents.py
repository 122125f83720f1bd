"""In which languages a review is written, and ordering it in a further one."""

import secrets

from portal import clock
from portal.db import db
from portal.jobs import enqueue
from portal.reviews import queries
from portal.reviews.models import Review, ReviewDocument, ReviewState
from portal.reviews.stages import hold
from portal.web.ui import LANGUAGES

JOB = "review"


class LanguageUnknown(ValueError):
    """The review is not written in that language; the message names those it is written in."""

    def __init__(self, language: str) -> None:
        known = ", ".join(languages())
        super().__init__(
            f"{language[:20]!r} is not a language of the reviews; choose one of {known}"
        )


def languages() -> tuple[str, ...]:
    """The languages reviews are written in."""
    return tuple(code for code, _name in LANGUAGES)


def checked_language(language: str) -> str:
    """The language, if reviews are written in it. Raises: LanguageUnknown."""
    if language not in languages():
        raise LanguageUnknown(language)
    return language


def document_in(review: Review, language: str) -> ReviewDocument:
    """The review's document in a further language, ordered if there is none or the last try failed."""
    checked_language(language)
    hold(review)
    found = queries.document_of(review, language)
    if found is None:
        found = ReviewDocument(
            account_id=review.account_id,
            review_id=review.id,
            language=language,
            created_at=clock.now(),
        )
        db.session.add(found)
        db.session.flush()
    elif found.state != ReviewState.FAILED:
        return found
    found.state, found.error = ReviewState.QUEUED, ""
    if review.state == ReviewState.READY:
        order_document(found)
    return found


def order_document(found: ReviewDocument) -> None:
    """Hand it to the worker."""
    key = f"review-document:{found.id}:{secrets.token_hex(8)}"
    enqueue(JOB, {"document": found.id}, unique_key=key)
