"""Ordering portfolio reviews, and the reads over those that were ordered."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.doors import carrying
from portal.accounts.keyset import Cursor, Page, cut, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, through, transaction
from portal.db.transaction import abandon
from portal.events import publish
from portal.identity.models import User
from portal.identity.queries import user_of
from portal.jobs import enqueue
from portal.reviews.documents import JOB, checked_language
from portal.reviews.events import PortfolioDownloaded, PortfolioOrdered
from portal.reviews.models import ReviewState
from portal.reviews.periods import Period
from portal.reviews.portfolio.models import PortfolioReview

A_PAGE = 25
MOST_MANAGERS = 50
LINE = (
    *(PortfolioReview.id, PortfolioReview.ref, PortfolioReview.period, PortfolioReview.language),
    *(PortfolioReview.state, PortfolioReview.built_at),
)


@dataclass(frozen=True)
class Wanted:
    """Which period, whose accounts (all without a manager), in which language, as known at which instant (now without)."""

    period: Period
    manager_id: int | None
    language: str
    as_of: datetime | None = None


def order(wanted: Wanted, *, by: Actor) -> PortfolioReview:
    """A portfolio review of a manager's accounts, or of all; the same that is still being made for them is that one.

    Raises: PeriodRefused, LanguageUnknown. Publishes: PortfolioOrdered.
    """
    language, period, manager_id = wanted.language, wanted.period, wanted.manager_id
    checked_language(language)
    period.require_over(wanted.as_of or clock.now(), by.timezone)
    assert by.user_id is not None
    under_way = db.session.scalar(
        PortfolioReview.visible_to(by).where(
            PortfolioReview.requested_by_id == by.user_id,
            PortfolioReview.period == period.code,
            PortfolioReview.manager_id.is_(None)
            if manager_id is None
            else PortfolioReview.manager_id == manager_id,
            PortfolioReview.as_of.is_(None)
            if wanted.as_of is None
            else PortfolioReview.as_of == wanted.as_of,
            PortfolioReview.language == language,
            PortfolioReview.state.in_((ReviewState.QUEUED, ReviewState.BUILDING)),
        )
    )
    if under_way is not None:
        return under_way
    review = PortfolioReview(
        ref=f"~{secrets.token_hex(8)}",
        period=period.code,
        manager_id=manager_id,
        language=language,
        timezone=by.timezone,
        as_of=wanted.as_of,
        requested_by_id=by.user_id,
        created_at=clock.now(),
    )
    db.session.add(review)
    db.session.flush()
    review.ref = f"P-{review.id}"
    return queue(review, by=by)


def queue(review: PortfolioReview, *, by: Actor) -> PortfolioReview:
    """Hand it to the worker. Publishes: PortfolioOrdered."""
    review.state, review.error = ReviewState.QUEUED, ""
    db.session.flush()
    key = f"portfolio:{review.id}:{secrets.token_hex(8)}"
    enqueue(JOB, {"portfolio": review.id}, unique_key=key)
    event = PortfolioOrdered(
        None, portfolio_id=review.id, period=review.period, manager_id=review.manager_id
    )
    publish(event, by=by)
    return review


def listed(actor: Actor, cursor: Cursor) -> Page[Any]:
    """Those the actor may read, the latest first, each with whose accounts it is about and who ordered it."""
    about, by = aliased(User), aliased(User)
    statement: Any = select(*LINE, about.name.label("manager"), by.name.label("by"))
    statement = statement.outerjoin(about, about.id == PortfolioReview.manager_id)
    statement = statement.join(by, by.id == PortfolioReview.requested_by_id)
    statement = through(statement, PortfolioReview, actor)
    if not actor.has("executive"):
        statement = statement.where(PortfolioReview.manager_id == actor.user_id)
    keys: Any = (PortfolioReview.id.expression,)
    rows = db.session.execute(cut(statement, keys, cursor, A_PAGE, descending=True)).all()
    return page(rows, cursor, A_PAGE, lambda row: (row.id,))


def manager_called(actor: Actor, email: str) -> User | None:
    """The staff person with this address who answers for one of the actor's accounts."""
    found = user_of(email)
    if found is None:
        return None
    theirs = Account.visible_to(actor).where(
        (Account.manager_id == found.id) | (Account.deputy_id == found.id)
    )
    return found if db.session.scalar(theirs.limit(1)) is not None else None


def managers(actor: Actor) -> list[tuple[str, str]]:
    """Address and name of those who answer for the actor's accounts, by name; the first fifty."""
    mine = through(
        select(Account.manager_id).where(Account.manager_id.is_not(None)), Account, actor
    )
    statement = select(User.email, User.name).where(User.id.in_(mine), User.email.is_not(None))
    ordered = statement.order_by(User.name, User.id).limit(MOST_MANAGERS)
    return [(row.email or "", row.name) for row in db.session.execute(carrying(ordered, mine))]


def people_of(review: PortfolioReview) -> tuple[str, str]:
    """The names of whose accounts it is about (empty: all) and of who ordered it."""
    ids = (review.manager_id, review.requested_by_id)
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    return names.get(review.manager_id, ""), names[review.requested_by_id]


def note_download(review: PortfolioReview, form: str, *, by: Actor) -> None:
    """Remember who took the file away, in a transaction of its own: the one of a GET only reads.

    Publishes: PortfolioDownloaded.
    """
    event = PortfolioDownloaded(None, portfolio_id=review.id, form=form)
    abandon()
    with transaction():
        publish(event, by=by)
