"""Reads over reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select

from portal.accounts.keyset import Cursor, Page, cut, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.db import AnySelect, db, opened, through
from portal.events import Event
from portal.files.models import StoredFile
from portal.files.storing import path_of
from portal.reviews.models import (
    ISSUED,
    Dispute,
    Review,
    ReviewDocument,
    ReviewSchedule,
    ReviewState,
    Stage,
)
from portal.reviews.periods import Period

A_PAGE = 25
WHY = "of a review the actor may read"


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
    stage: str


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
    Review.stage,
)


def readable_by_client(actor: Actor) -> ColumnElement[bool]:
    """`policy.may_read` for a client's people, as a condition."""
    sponsored = Review.account_id.in_(actor.sponsored)
    whole = Review.account_id.in_(actor.accounts)
    named = cast(Review.shared_with, Text)
    shared = and_(
        Review.state == ReviewState.READY,
        Review.stage != Stage.PLANNED,
        or_(and_(sponsored, named.contains("sponsor")), and_(whole, named.contains("contact"))),
    )
    issued = and_(Review.stage.in_(ISSUED), or_(sponsored, _named(actor)))
    return and_(Review.children.is_(False), or_(issued, shared))


def _named(actor: Actor) -> ColumnElement[bool]:
    """Whether the person is on the list of participants of a review of an account that they see whole."""
    names = cast(Review.named, Text)
    return or_(
        false(),
        *(
            and_(Review.account_id == account_id, names.contains(f'"{person}"'))
            for account_id, person in actor.stakeholder_ids.items()
            if account_id in actor.accounts
        ),
    )


def reviews_of(
    actor: Actor,
    cursor: Cursor,
    *,
    account: Account | None = None,
    failed: bool = False,
    limit: int = A_PAGE,
) -> Page[ReviewLine]:
    """Reviews the actor may read, the latest period first; for a client's people issued ones and shared drafts.

    With `failed` those alone whose document could not be made.
    """
    joined = select(*COLUMNS).join(Account, Account.id == Review.account_id)
    statement: Any = through(through(joined, Review, actor), Account, actor)
    if account is not None:
        statement = statement.where(Review.account_id == account.id)
    if failed:
        statement = statement.where(Review.state == ReviewState.FAILED)
    if not actor.is_staff:
        statement = statement.where(readable_by_client(actor))
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
    if not ref.isprintable():
        return None
    return db.session.scalar(Account.visible_to(actor).where(Account.ref == ref))


def file_of(actor: Actor, review: Review) -> StoredFile | None:
    """The review's stored file, if it has one."""
    if review.file_id is None:
        return None
    return db.session.scalar(StoredFile.visible_to(actor).where(StoredFile.id == review.file_id))


def file_in(actor: Actor, review: Review, language: str) -> StoredFile | None:
    """The stored document in this language, else in the one the review is written in."""
    if language != review.language:
        found = document_of(review, language)
        if found is not None and found.file_id is not None:
            statement = StoredFile.visible_to(actor).where(StoredFile.id == found.file_id)
            return db.session.scalar(statement)
    return file_of(actor, review)


def twin_in(review: Review, language: str) -> tuple[str, str]:
    """The review as a page and its language: in this one if it was made, else in its own; empty without one."""
    d = ReviewDocument
    further = select(d.twin_id).where(
        d.review_id == review.id, d.language == language, d.language != review.language
    )
    made = func.coalesce(further.scalar_subquery(), review.twin_id)
    statement = StoredFile.unscoped(WHY).where(StoredFile.id == made)
    file = db.session.scalar(opened(statement, d, why=WHY))
    if file is None or not path_of(file).is_file():
        return "", review.language
    own = file.id == review.twin_id
    return path_of(file).read_text("utf-8"), review.language if own else language


def summary_of(review: Review) -> dict[str, Any]:
    """The main figures as the review printed them; empty when it was never built."""
    payload = db.session.scalar(last_built(select(Event.payload), review.account_id, review.id))
    return dict(payload.get("summary", {})) if payload else {}


def last_built(
    columns: AnySelect, account_id: int | ColumnElement[int], review_id: int | ColumnElement[int]
) -> AnySelect:
    """Columns of the event that said last that the document of a review is ready."""
    statement = columns.where(
        Event.account_id == account_id,
        Event.kind == "ReviewBuilt",
        Event.payload["review_id"].as_integer() == review_id,
    )
    latest = statement.order_by(Event.occurred_at.desc(), Event.id.desc()).limit(1)
    return opened(latest, Event, why="what a review printed, for who may read it")


def same_order(account_id: int, period: str) -> Review | None:
    """The review of this account and period, if there is one."""
    statement = Review.unscoped("one review for each account and period").where(
        Review.account_id == account_id, Review.period == period, Review.children.is_(False)
    )
    return db.session.scalar(statement)


def by_id(review_id: int, *, held: bool = False) -> Review | None:
    """A review by its key, for the job that builds it; with `held` nobody else changes it until the transaction ends."""
    statement = Review.unscoped("the job that builds it").where(Review.id == review_id)
    if held:
        statement = statement.with_for_update(key_share=True)
    return db.session.scalar(statement)


def document_by_id(document_id: int) -> ReviewDocument | None:
    """A further document by its key, for the job that makes it."""
    return db.session.scalar(
        ReviewDocument.unscoped("the job that makes it").where(ReviewDocument.id == document_id)
    )


def documents_of(review: Review) -> Sequence[ReviewDocument]:
    """The review's documents in further languages, by language."""
    statement = ReviewDocument.unscoped(WHY).where(ReviewDocument.review_id == review.id)
    return db.session.scalars(statement.order_by(ReviewDocument.language)).all()


def document_of(review: Review, language: str) -> ReviewDocument | None:
    """The one in this language, if it was ordered."""
    return next((found for found in documents_of(review) if found.language == language), None)


def issued_before(
    account_id: int, period: Period, as_of: datetime, *, children: bool = False
) -> Review | None:
    """The review of the account over the period before, as far as it was issued by an instant."""
    statement = Review.unscoped("what the client was told before").where(
        Review.account_id == account_id,
        Review.children == children,
        Review.period == period.previous.code,
        Review.stage.in_(ISSUED),
        Review.issued_at <= as_of,
    )
    return db.session.scalar(statement)


def snapshot_of(review: Review) -> bytes | None:
    """The frozen material, if there is any."""
    statement = StoredFile.unscoped("the job that prints it").where(
        StoredFile.id == review.snapshot_id
    )
    file = db.session.scalar(statement) if review.snapshot_id else None
    return path_of(file).read_bytes() if file is not None and path_of(file).is_file() else None


def restatements(review: Review, since: datetime, until: datetime) -> Sequence[Any]:
    """What disputes restated that were settled by an instant: about a review, and since another one about those before it."""
    older = and_(
        Review.starts_on < review.starts_on, Review.stage.in_(ISSUED), Dispute.closed_at > since
    )
    statement = (
        select(Dispute.about, Dispute.restatement, Dispute.closed_at, Review.period)
        .join(Review, Review.id == Dispute.review_id)
        .where(
            Review.account_id == review.account_id,
            Review.children == review.children,
            or_(Review.id == review.id, older),
            Dispute.restatement != "",
            Dispute.closed_at <= until,
        )
        .order_by(Dispute.id)
    )
    return db.session.execute(opened(statement, Dispute, Review, why=WHY)).all()


def needs_approval(account_id: int, months: int) -> bool:
    """Whether the account's reviews over so many months are approved by a second person."""
    return bool(_of_schedule(ReviewSchedule.approval, account_id, months))


def comes_by_itself(review: Review) -> bool:
    """Whether the account still has reviews over such a period drafted by themselves."""
    months = Period.parse(review.period).length
    return bool(_of_schedule(ReviewSchedule.active, review.account_id, months))


def mails_pdf(review: Review) -> bool:
    """Whether the account wants the PDF with the mail."""
    months = Period.parse(review.period).length
    return bool(_of_schedule(ReviewSchedule.mail_pdf, review.account_id, months))


def _of_schedule(column: Any, account_id: int, months: int) -> Any:
    statement = select(column).where(
        ReviewSchedule.account_id == account_id, ReviewSchedule.months == months
    )
    return db.session.scalar(
        opened(statement, ReviewSchedule, why="how reviews are approved and sent")
    )
