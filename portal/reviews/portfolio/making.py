"""Making a portfolio review: at once to a file, or by the worker for whom it was ordered; safe to run twice."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import delete, insert

from portal import clock
from portal.actor import SYSTEM, Actor
from portal.db import db, opened, reading, transaction
from portal.db.transaction import on_commit
from portal.events import publish
from portal.files.storing import keep_bytes, place_of
from portal.identity.actors import actor_for
from portal.identity.models import User
from portal.insights import days
from portal.insights.sheets import spreadsheets_here
from portal.reviews import branding, operations, pdf, policy
from portal.reviews.attempts import attempt
from portal.reviews.documents import checked_language
from portal.reviews.events import PortfolioBuilt, PortfolioFailed
from portal.reviews.models import ReviewState
from portal.reviews.periods import Period
from portal.reviews.portfolio import facts
from portal.reviews.portfolio.document import sheet
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.portfolio.models import PortfolioAccount, PortfolioReview
from portal.reviews.portfolio.workbook import workbook

WHY = "the job that makes it"
KEPT = timedelta(days=90)
"""So long a file can be fetched (T12)."""


def portfolio_of(
    actor: Actor,
    period: Period,
    manager: User | None,
    timezone: str,
    as_of: datetime | None = None,
) -> Portfolio:
    """What the review prints, as known at an instant or now: what happened since the last count is counted first."""
    if as_of is None:
        days.catch_up_all()
    with reading():
        return facts.read(actor, period, manager, timezone, as_of)


def printed(portfolio: Portfolio, language: str) -> bytes:
    """The review as a PDF, rendered in a process of its own.

    Raises: NotPrinted.
    """
    made = sheet(portfolio, language, branding.brand())
    return pdf.press(branding.static_folder()).print(made)


def build_to_file(
    period: Period,
    manager: User | None,
    language: str,
    path: Path,
    *,
    actor: Actor,
    as_of: datetime | None = None,
) -> None:
    """Make a review at once and write it, complete or not at all: a workbook where the name ends so, else a PDF.

    Raises: PeriodRefused, LanguageUnknown, NotPrinted, OSError, ImportError without the extra for workbooks.
    """
    checked_language(language)
    period.require_over(as_of or clock.now(), actor.timezone)
    found = portfolio_of(actor, period, manager, actor.timezone, as_of)
    is_workbook = path.suffix.lower() == ".xlsx"
    made = workbook(found, language) if is_workbook else printed(found, language)
    pdf.written(made, path)


def make(portfolio_id: int) -> None:
    """Make one that was ordered, with the rights of today of who ordered it. Each step is a short transaction.

    A reason a person can act on ends in the state `failed`; any other fault too, and is tried again.
    """
    what = f"portfolio review {portfolio_id}"
    attempt(what, partial(_make, portfolio_id), partial(fail, portfolio_id))


def _make(portfolio_id: int) -> None:
    with transaction():
        review = _wanted(portfolio_id)
        if review is None:
            return
        review.state = ReviewState.BUILDING
        actor, manager = _ordered_by(review)
        period, language, zone = Period.parse(review.period), review.language, review.timezone
        as_of = review.as_of
    found = portfolio_of(actor, period, manager, zone, as_of)
    made = operations.signed(printed(found, language))
    book = workbook(found, language) if spreadsheets_here() else b""
    with transaction():
        review = _wanted(portfolio_id)
        if review is not None:
            _store(review, found, made, book)


def _wanted(portfolio_id: int) -> PortfolioReview | None:
    """The order, as long as it is to be made."""
    wanted = PortfolioReview.unscoped(WHY).where(
        PortfolioReview.id == portfolio_id, PortfolioReview.state != ReviewState.READY
    )
    return db.session.scalar(wanted)


def _ordered_by(review: PortfolioReview) -> tuple[Actor, User | None]:
    """Who ordered it as they may act today, and whose accounts it is about.

    Raises: NotPrinted when they no longer may.
    """
    user = db.session.get(User, review.requested_by_id)
    actor = actor_for(user) if user is not None and user.active else None
    if actor is None or not policy.may_read_portfolio(actor, review):
        raise pdf.NotPrinted("rights")
    return actor, db.session.get(User, review.manager_id) if review.manager_id else None


def _store(review: PortfolioReview, found: Portfolio, made: bytes, book: bytes) -> None:
    """Keep both files and of which accounts they tell. Publishes: PortfolioBuilt."""
    _forget_accounts(review)
    told = [{"portfolio_id": review.id, "account_id": one.account.id} for one in found.entries]
    if told:
        rows = insert(PortfolioAccount.__table__)
        db.session.execute(opened(rows, PortfolioAccount, why=WHY), told)
    review.pdf_key = keep_bytes(made)
    review.xlsx_key = keep_bytes(book) if book else ""
    review.state, review.error, review.built_at = ReviewState.READY, "", clock.now()
    review.as_of = found.as_of
    publish(PortfolioBuilt(None, portfolio_id=review.id, accounts=len(told)), by=SYSTEM)


def _forget_accounts(review: PortfolioReview) -> None:
    gone = delete(PortfolioAccount).where(PortfolioAccount.portfolio_id == review.id)
    db.session.execute(opened(gone, PortfolioAccount, why=WHY))


def fail(portfolio_id: int, reason: str) -> None:
    """Say why one was not made, unless it is there. Publishes: PortfolioFailed."""
    review = _wanted(portfolio_id)
    if review is not None:
        review.state, review.error = ReviewState.FAILED, reason
        publish(PortfolioFailed(None, portfolio_id=review.id, reason=reason), by=SYSTEM)


def expire() -> None:
    """Let go of reviews whose files are older than they are kept, with the files; part of the caller's transaction."""
    old = PortfolioReview.unscoped("files that have expired").where(
        PortfolioReview.built_at < clock.now() - KEPT
    )
    for review in db.session.scalars(old.limit(100)).all():
        for key in filter(None, (review.pdf_key, review.xlsx_key)):
            on_commit(partial(place_of(key).unlink, missing_ok=True))
        _forget_accounts(review)
        db.session.delete(review)
