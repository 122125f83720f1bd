"""Reads over reviews."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.accounts.keyset import Cursor, Page, cut, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import db, opened, through
from portal.events import Event
from portal.files.models import StoredFile
from portal.reviews.models import Review, ReviewState

A_PAGE = 25


@dataclass(frozen=True)
class ReviewLine:
    """One review in a list."""

    id: int
    ref: str
    account: str
    account_ref: str
    period: str
    starts_on: date
    language: str
    state: str
    progress: int
    built_at: datetime | None


COLUMNS = (
    Review.id,
    Review.ref,
    Account.name,
    Account.ref,
    Review.period,
    Review.starts_on,
    Review.language,
    Review.state,
    Review.progress,
    Review.built_at,
)


def reviews_of(
    actor: Actor, cursor: Cursor, *, account: Account | None = None, limit: int = A_PAGE
) -> Page[ReviewLine]:
    """Reviews the actor may read, the latest period first; for a client's people only ready ones they sponsor."""
    joined = select(*COLUMNS).join(Account, Account.id == Review.account_id)
    statement: Any = through(through(joined, Review, actor), Account, actor)
    if account is not None:
        statement = statement.where(Review.account_id == account.id)
    if not actor.is_staff:
        readable = (
            Review.account_id.in_(actor.sponsored),
            Review.state == ReviewState.READY,
            Review.children.is_(False),
        )
        statement = statement.where(*readable)
    keys: tuple[ColumnElement[Any], ...] = (Review.starts_on.expression, Review.id.expression)
    statement = cut(statement, keys, cursor, limit, descending=True)
    rows = [ReviewLine(*row) for row in db.session.execute(statement)]
    return page(rows, cursor, limit, lambda line: (line.starts_on, line.id))


def account_of(actor: Actor, review: Review) -> Account:
    """The account a review is about."""
    return db.session.scalars(
        Account.visible_to(actor).where(Account.id == review.account_id)
    ).one()


def account_by_ref(actor: Actor, ref: str) -> Account | None:
    """The account with this reference, if the actor may see it."""
    return db.session.scalar(Account.visible_to(actor).where(Account.ref == ref))


def file_of(actor: Actor, review: Review) -> StoredFile | None:
    """The review's stored file, if it has one."""
    if review.file_id is None:
        return None
    return db.session.scalar(StoredFile.visible_to(actor).where(StoredFile.id == review.file_id))


def summary_of(review: Review) -> dict[str, Any]:
    """The main figures as the review printed them; empty when it was never built."""
    statement = (
        opened(select(Event.payload), Event, why="what a review printed, for who may read it")
        .where(Event.account_id == review.account_id, Event.kind == "ReviewBuilt")
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(200)
    )
    for payload in db.session.scalars(statement):
        if payload.get("review_id") == review.id:
            return dict(payload.get("summary", {}))
    return {}


def same_order(account_id: int, period: str, language: str) -> Review | None:
    """The review of this account, period and language, if it was ever ordered."""
    statement = Review.unscoped("one review for each account, period and language").where(
        Review.account_id == account_id,
        Review.period == period,
        Review.language == language,
        Review.children.is_(False),
    )
    return db.session.scalar(statement)


def by_id(review_id: int) -> Review | None:
    """A review by its key, for the job that builds it."""
    return db.session.scalar(
        Review.unscoped("the job that builds it").where(Review.id == review_id)
    )
