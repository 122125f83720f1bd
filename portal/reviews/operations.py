"""Ordering reviews and making them."""

import base64
import mimetypes
import secrets
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor
from portal.config import Settings
from portal.db import db, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.files.models import StoredFile
from portal.files.storing import keep_made
from portal.jobs import enqueue
from portal.reviews import document, pdf, queries
from portal.reviews.content import Brand, ReviewContent, compose
from portal.reviews.events import ReviewBuilt, ReviewDownloaded, ReviewFailed, ReviewOrdered
from portal.reviews.gathering import material_for
from portal.reviews.models import Review, ReviewState
from portal.reviews.periods import Period
from portal.reviews.snapshot import fingerprint, freeze
from portal.web.brand import on_paper
from portal.web.ui import LANGUAGES

JOB = "review"
MB = 1024 * 1024


class LanguageUnknown(ValueError):
    """The review is not written in that language; the message names those it is written in."""

    def __init__(self, language: str) -> None:
        known = ", ".join(languages())
        super().__init__(
            f"{language[:20]!r} is not a language of the reviews; choose one of {known}"
        )


def order_review(
    account: Account, period: Period, language: str, *, by: Actor, anew: bool = False
) -> Review:
    """The review of this account, period and language; ordered if there is none, if the last try failed,
    or if it is asked for anew. One that is being made stays as it is.

    Raises: PeriodRefused, LanguageUnknown. Publishes: ReviewOrdered.
    """
    checked_language(language)
    period.require_over(clock.now(), account.timezone)
    review = queries.same_order(account.id, period.code, language)
    if review is None:
        review, is_new = _begun(account, period, language, by)
        return _queued(review, by) if is_new else review
    if review.state == ReviewState.FAILED or (anew and review.state == ReviewState.READY):
        return _queued(review, by)
    return review


def languages() -> tuple[str, ...]:
    """The languages reviews are written in."""
    return tuple(code for code, _name in LANGUAGES)


def checked_language(language: str) -> str:
    """The language, if reviews are written in it. Raises: LanguageUnknown."""
    if language not in languages():
        raise LanguageUnknown(language)
    return language


def _begun(account: Account, period: Period, language: str, by: Actor) -> tuple[Review, bool]:
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
        requested_by_id=by.user_id,
        created_at=now,
        as_of=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(review)
    except IntegrityError:
        found = queries.same_order(account.id, period.code, language)
        assert found is not None
        return found, False
    review.ref = f"R-{review.id}"
    return review, True


def _queued(review: Review, by: Actor) -> Review:
    """Hand it to the worker, with the figures as of now."""
    review.state, review.progress, review.error = ReviewState.QUEUED, 0, ""
    review.requested_by_id, review.as_of = by.user_id, clock.now()
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
    material = material_for(actor, account, period, as_of, children=children)
    return compose(material, language, brand())


def printed(content: ReviewContent) -> bytes:
    """The review as a PDF, rendered in a process of its own.

    Raises: NotPrinted.
    """
    return pdf.press(static_folder()).print(document.sheet(content))


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
    """Keep the file and say that it is ready. Publishes: ReviewBuilt."""
    name = f"{content.material.account_ref}-{review.period}-{review.language}.pdf"
    file: StoredFile = keep_made(made, name, "application/pdf", account_id=review.account_id)
    review.file_id, review.built_at = file.id, clock.now()
    review.state, review.progress, review.error = ReviewState.READY, 100, ""
    mark = fingerprint(freeze(content.material))
    event = ReviewBuilt(
        account_id=review.account_id,
        review_id=review.id,
        fingerprint=mark,
        summary=_summary(content),
    )
    publish(event, by=by)


def fail_review(review: Review, reason: str, *, by: Actor) -> None:
    """Say why it could not be made. Publishes: ReviewFailed."""
    review.state, review.error = ReviewState.FAILED, reason
    publish(ReviewFailed(account_id=review.account_id, review_id=review.id, reason=reason), by=by)


def note_download(review: Review, *, by: Actor) -> None:
    """Remember who took the file away, in a transaction of its own: the one of a GET only reads.

    Publishes: ReviewDownloaded.
    """
    event = ReviewDownloaded(account_id=review.account_id, review_id=review.id)
    abandon()
    with transaction():
        publish(event, by=by)


def _summary(content: ReviewContent) -> dict[str, Any]:
    """What the page about the review shows: sentences as printed and the main figures."""
    now, before = content.figures, content.material.previous
    return {
        "verdict": content.verdict,
        "well": [[point.title, point.text] for point in content.well],
        "watch": [[point.title, point.text] for point in content.watch],
        "oldest": content.sentences["oldest"],
        "identity": asdict(now.identity),
        "first": asdict(now.first),
        "solved": asdict(now.solved),
        "again": asdict(now.again),
        "before": {
            "first": before.first.p50,
            "lived": before.solved.lived_p50,
            "again": before.again.value,
        },
    }


def brand() -> Brand:
    """The provider as its documents sign; the logo inside the page, since the renderer reads no other file."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)
    logo, path = "", Path(settings.brand_logo)
    if settings.brand_logo and path.is_file() and path.stat().st_size <= MB:
        kind = mimetypes.guess_type(path.name)[0] or "image/png"
        logo = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    accent = on_paper(settings.brand_accent or Brand.accent)
    return Brand(settings.brand_name, accent, logo, f"{settings.base_url}/verify")


def static_folder() -> Path:
    """Where our fonts lie: beside the templates, in the checkout or inside the wheel."""
    return Path(str(current_app.template_folder)).parent / "static"
