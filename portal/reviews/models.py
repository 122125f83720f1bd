"""Service reviews: their stage between both sides, how far the document is, the files, the words people wrote."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.actor import Actor
from portal.db import AccountOwned, Base


class ReviewState(StrEnum):
    """How far the document is."""

    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Stage(StrEnum):
    """Where the review stands between both sides."""

    PLANNED = "planned"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"


class Part(StrEnum):
    """What a person has to do with a review."""

    ATTENDS = "attends"
    INFORMED = "informed"


ISSUED = (Stage.ISSUED, Stage.ACKNOWLEDGED)
"""From here on nothing in it changes any more."""


class Review(AccountOwned, Base):
    """One service review of an account over [starts_on, ends_on), local dates of `timezone`.

    `language` is the one it is written in, `file_id` its document in it, `twin_id` the same as a page, `snapshot_id` the frozen
    material all are made from. `state` says how far that document is, `stage` how far people are. `shared_with` names the client's
    roles who read it besides the sponsors of an issued one, `acknowledged_by` the role that acknowledges it, `acknowledging_id`
    a person who does so besides its sponsors. `named` are the client's people on its list of participants, by key: they read it
    once it is issued. `added_figures` are those for staff alone that it prints all the same, `quoted` the surveys whose comments
    it quotes if their authors let it; `issuing_by_id` is set while the document that will be issued is being made.
    """

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    period: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str]
    language: Mapped[str]
    children: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=ReviewState.QUEUED)
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    as_of: Mapped[datetime]
    built_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(default=Stage.DRAFT)
    edition: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approval: Mapped[bool] = mapped_column(default=False)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    issuing_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    shared_with: Mapped[list[str]] = mapped_column(default=list)
    acknowledged_by: Mapped[str] = mapped_column(default="sponsor")
    acknowledging_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    named: Mapped[list[str]] = mapped_column(default=list)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    added_figures: Mapped[list[str]] = mapped_column(default=list)
    quoted: Mapped[list[int]] = mapped_column(default=list)
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    fingerprint: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime | None]
    meeting_at: Mapped[datetime | None]
    meeting_place: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index("uq_reviews_account_period", "account_id", "period", "children", unique=True),
        Index("ix_reviews_account_starts", "account_id", "starts_on", "id"),
    )

    @property
    def is_issued(self) -> bool:
        """Whether the client has it for good."""
        return self.stage in ISSUED


class ReviewParticipant(AccountOwned, Base):
    """Somebody who takes part in a review: one of staff (`user_id`) or a person of the client."""

    __tablename__ = "review_participants"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    stakeholder_id: Mapped[int | None] = mapped_column(ForeignKey("stakeholders.id"))
    part: Mapped[str]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        CheckConstraint("(user_id is null) <> (stakeholder_id is null)", name="one_person"),
        UniqueConstraint("review_id", "user_id"),
        UniqueConstraint("review_id", "stakeholder_id"),
    )


class ReviewDocument(AccountOwned, Base):
    """The review in a further language, made from the same snapshot."""

    __tablename__ = "review_documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default=ReviewState.QUEUED)
    error: Mapped[str] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("review_id", "language"),)


class ReviewStep(AccountOwned, Base):
    """One change of stage: what it became, when, by whom, and what they said."""

    __tablename__ = "review_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    stage: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    accepted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_review_steps_review", "review_id", "id"),)


class ReviewText(AccountOwned, Base):
    """What somebody wrote for one part of a review in one language; the latest counts, the earlier ones stay."""

    __tablename__ = "review_texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    part: Mapped[str]
    language: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (Index("ix_review_texts_review", "review_id", "part", "language", "id"),)


class ReviewSample(AccountOwned, Base):
    """A resolved case that was drawn for a review, the `number`th of its draw, and what a colleague found who had no part in it.

    Drawn once, from `drawn_from` cases; `opened_at` is what it was drawn by. The remark stays inside. The client sees none of it.
    """

    __tablename__ = "review_samples"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    number: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    opened_at: Mapped[datetime]
    drawn_at: Mapped[datetime]
    drawn_from: Mapped[int]
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    complete: Mapped[bool | None]
    clear: Mapped[bool | None]
    filed: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("review_id", "number"),)

    @classmethod
    def visible_condition(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Staff of the account alone."""
        return super().visible_condition(actor) if actor.is_staff else false()


class ReviewReader(AccountOwned, Base):
    """A person of the client who has opened a review, and when first and last."""

    __tablename__ = "review_readers"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("review_id", "user_id"),)


class Dispute(AccountOwned, Base):
    """A figure or an exclusion that somebody does not accept as it stands; `about` is its name in the review."""

    __tablename__ = "review_disputes"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    about: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    restatement: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_review_disputes_review", "review_id", "id"),)


class DisputeNote(AccountOwned, Base):
    """One contribution to a dispute."""

    __tablename__ = "review_dispute_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    dispute_id: Mapped[int] = mapped_column(ForeignKey("review_disputes.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str]


class ReviewSchedule(AccountOwned, Base):
    """When an account's reviews are drafted by themselves: so many working days after the period, in its own zone."""

    __tablename__ = "review_schedules"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    months: Mapped[int]
    working_days: Mapped[int] = mapped_column(default=3)
    approval: Mapped[bool] = mapped_column(default=False)
    mail_pdf: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    begins_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (UniqueConstraint("account_id", "months"),)
